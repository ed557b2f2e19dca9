/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_link.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "node/heads.h"

#include <stdio.h>
#include <string.h>

enum {
    SIGNED_MAX = 4096,
    RETRY_MS = 300,          /* after a failure to connect */
    RETRY_REFUSED_MS = 5000, /* after a refusal, and whatever else comes of a peer that is there */
    REST_DOUBLINGS_MAX = 7,  /* of that, while nobody asks */
    RECHECK_MS = 2000        /* how long a look at the case counts */
};

plm_status plm_link_exchange(plm_lookup_link *link, plm_frame_type out_type, plm_span out,
                             plm_frame_type in_type, plm_buf *in)
{
    plm_frame_type type;
    plm_status status = plm_session_send(&link->session, out_type, out);
    if (status == PLM_OK) {
        status = plm_session_receive(&link->session, &type, in);
    }
    return status == PLM_OK && type != in_type ? PLM_E_PROTOCOL : status;
}

void plm_link_disconnect(plm_lookup_link *link, plm_status why)
{
    if (!link->is_session) {
        return;
    }
    if (why == PLM_OK && link->is_open) {
        const uint8_t nothing_more = 0;
        plm_status told =
            plm_session_send(&link->session, PLM_FRAME_TURN, plm_span_of(&nothing_more, 1));
        if (told == PLM_OK) {
            told = plm_session_finish(&link->session);
        }
        (void)told;
    } else {
        plm_session_fail(&link->session, why);
    }
    plm_session_close(&link->session);
    link->is_session = false;
    link->is_open = false;
}

/* What our own policy would not let the holder answer is not sent: *link says why. */
static plm_status make_open(plm_lookup_link *link, plm_lookup_open *open)
{
    plm_effective effective;
    const plm_in_force state = plm_agreement_state(link->agreement, plm_date_of_ms(plm_wall_ms()));
    *open = (plm_lookup_open){.time_ms = plm_wall_ms()};
    (void)snprintf(open->asker, sizeof open->asker, "%s", link->node.code);
    (void)snprintf(open->holder, sizeof open->holder, "%s", link->pin.party);
    (void)snprintf(open->purpose, sizeof open->purpose, "%s", link->lookups->config.purpose);
    (void)snprintf(open->offence, sizeof open->offence, "%s", link->asked.offence);
    (void)snprintf(open->case_ref, sizeof open->case_ref, "%s", link->asked.opaque);
    (void)snprintf(open->officer, sizeof open->officer, "%s", link->asked.officer);
    memcpy(open->accord_hash, link->agreement->accord->hash, sizeof open->accord_hash);
    memcpy(open->channel, link->session.channel, sizeof open->channel);
    plm_recipe_digest(open->recipe_digest);
    return plm_policy_check_lookup(&effective, link->agreement->accord, &state, open,
                                   &link->refusal);
}

static plm_status take_refusal(plm_lookup_link *link, plm_span message,
                               const uint8_t open_hash[static PLM_HASH_BYTES])
{
    plm_span body;
    plm_refusal_message refusal;
    plm_status status = plm_identity_open(&body, message, link->pin.identity, PLM_NAME_REFUSAL);
    if (status == PLM_OK) {
        status = plm_refusal_decode(&refusal, body);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (memcmp(refusal.proposal_hash, open_hash, PLM_HASH_BYTES) != 0 ||
        refusal.code == PLM_REFUSAL_NONE) {
        return PLM_E_PROTOCOL;
    }
    link->refusal.code = (plm_refusal_code)refusal.code;
    memcpy(link->refusal.clause, refusal.clause, sizeof link->refusal.clause);
    status = plm_ledger_append(link->node.store, "refusal", message, plm_wall_ms());
    return status == PLM_OK ? PLM_E_REFUSED : status;
}

static plm_status take_terms(plm_lookup_link *link, plm_span message,
                             const uint8_t open_hash[static PLM_HASH_BYTES])
{
    plm_span body;
    plm_status status =
        plm_identity_open(&body, message, link->pin.identity, PLM_NAME_LOOKUP_TERMS);
    if (status == PLM_OK) {
        status = plm_lookup_terms_decode(&link->terms, body);
    }
    if (status == PLM_OK && memcmp(link->terms.open_hash, open_hash, PLM_HASH_BYTES) != 0) {
        status = PLM_E_PROTOCOL;
    }
    return status == PLM_OK
               ? plm_ledger_append(link->node.store, "lookup-terms", message, plm_wall_ms())
               : status;
}

/* OPEN and what comes of it; both stand in our ledger. */
static plm_status open_lookups(plm_lookup_link *link)
{
    plm_lookup_open open;
    plm_buf body;
    plm_buf both;
    plm_buf answer;
    plm_frame_type type = PLM_FRAME_HELLO;
    uint8_t open_hash[PLM_HASH_BYTES];
    plm_status status = make_open(link, &open);
    plm_buf_init(&body, SIGNED_MAX);
    plm_buf_init(&both, SIGNED_MAX);
    plm_buf_init(&answer, SIGNED_MAX);
    if (status == PLM_OK) {
        status = plm_lookup_open_encode(&open, &body);
    }
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&both, link->node.seed, PLM_NAME_LOOKUP_OPEN,
                                          plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        plm_hash256(open_hash, plm_buf_span(&both));
        status =
            plm_ledger_append(link->node.store, "lookup-open", plm_buf_span(&both), open.time_ms);
    }
    if (status == PLM_OK) {
        status = plm_session_send(&link->session, PLM_FRAME_LOOKUP_OPEN, plm_buf_span(&both));
    }
    if (status == PLM_OK) {
        status = plm_session_receive(&link->session, &type, &answer);
    }
    if (status == PLM_OK && type == PLM_FRAME_REFUSAL) {
        status = take_refusal(link, plm_buf_span(&answer), open_hash);
    } else if (status == PLM_OK) {
        status = type == PLM_FRAME_LOOKUP_TERMS ? take_terms(link, plm_buf_span(&answer), open_hash)
                                                : PLM_E_PROTOCOL;
    }
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
    plm_buf_wipe(&answer);
    return status;
}

static plm_status connect_peer(plm_lookup_link *link)
{
    const plm_session_config config = {
        .worker_program = link->node.worker_program,
        .self = link->node.code,
        .seed = link->node.seed,
        .is_asker = true,
        .errand = PLM_ERRAND_LOOKUP,
        .timeout_ms = link->node.timeout_ms,
        .n_threads = 1,
        .pins = &link->pin,
        .n_pins = 1,
        .cancel = link->node.cancel,
    };
    int fd;
    plm_meeting meeting;
    plm_status status = plm_session_connect(&config, link->address, &fd);
    if (status != PLM_OK) {
        return status;
    }
    link->is_session = true;
    status = plm_session_open(&link->session, &config, fd);
    if (status == PLM_OK) {
        status = plm_heads_meet(&link->node, &link->session, &link->pin, &meeting);
        if (status == PLM_E_REFUSED) {
            link->refusal = (plm_refusal){.code = PLM_REFUSAL_LEDGER};
        }
    }
    return status == PLM_OK ? open_lookups(link) : status;
}

/* True if the peer is there, and would say the same again. */
static bool is_settled(plm_status status)
{
    return status == PLM_E_REFUSED || status == PLM_E_LIMIT || status == PLM_E_PROTOCOL ||
           status == PLM_E_TAMPERED || status == PLM_E_AUTH;
}

/*
 * A peer that can't be reached is tried again soon. One that refuses, or says what can't be taken,
 * has entries in its ledger for each attempt, as we have: it is tried again when somebody asks, and
 * otherwise later and later.
 */
static void put_off(plm_lookup_link *link, plm_status status)
{
    const int64_t now = plm_clock_ms();
    if (!is_settled(status)) {
        link->n_failures = 0;
        link->retry_ms = now + RETRY_MS;
        link->rest_ms = link->retry_ms;
        return;
    }
    link->retry_ms = now + RETRY_REFUSED_MS;
    link->rest_ms = now + ((int64_t)RETRY_REFUSED_MS << link->n_failures);
    link->n_failures += link->n_failures < REST_DOUBLINGS_MAX;
}

plm_status plm_link_stay(plm_lookup_link *link)
{
    return !link->is_open && link->failure != PLM_OK && plm_clock_ms() < link->rest_ms
               ? link->failure
               : plm_link_connect(link);
}

/* The officer's case may have been closed meanwhile. PLM_E_REFUSED. */
static plm_status check_case(plm_lookup_link *link)
{
    const int64_t now = plm_clock_ms();
    const plm_lookups_config *config = &link->lookups->config;
    const plm_ask ask = {
        .purpose = config->purpose, .case_ref = config->case_ref, .offence = config->offence};
    plm_outcome outcome = {0};
    plm_asked_case asked;
    if (now - link->checked_ms < RECHECK_MS) {
        return PLM_OK;
    }
    plm_status status =
        plm_ask_take_case(&asked, link->node.store, &ask, &link->effective.purpose, &outcome);
    if (status == PLM_OK) {
        link->checked_ms = now;
        return PLM_OK;
    }
    if (status == PLM_E_REFUSED) {
        link->refusal = outcome.refusal;
    }
    link->failure = status;
    plm_link_disconnect(link, PLM_OK);
    return status;
}

plm_status plm_link_connect(plm_lookup_link *link)
{
    plm_status status = check_case(link);
    if (status != PLM_OK || link->is_open) {
        return status;
    }
    if (link->failure != PLM_OK && plm_clock_ms() < link->retry_ms) {
        return link->failure;
    }
    link->refusal = (plm_refusal){.code = PLM_REFUSAL_NONE};
    link->offered_bytes = 0;
    status = connect_peer(link);
    if (status == PLM_OK) {
        link->is_open = true;
        status = plm_link_open_index(link);
        if (status == PLM_E_NOT_FOUND && link->lookups->config.fetches) {
            status = plm_link_fetch_index(link);
        } else if (status == PLM_OK && link->lookups->config.fetches) {
            status = plm_link_fetch_newest_changes(link);
        }
    }
    link->failure = status;
    if (status != PLM_OK) {
        put_off(link, status);
        plm_link_disconnect(link, status == PLM_E_NOT_FOUND ? PLM_OK : status);
    } else {
        link->n_failures = 0;
    }
    return status;
}
