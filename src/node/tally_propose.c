/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_propose.c - how a tally begins: proposed by who will count, consented to by the others; and
 * how an officer ends it.
 */
#include "node/tally.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "node/pseudonym.h"

#include <stdio.h>
#include <string.h>

static void fill_rules(plm_tally_proposal *p, const plm_purpose *purpose)
{
    for (size_t i = 0; i < purpose->n_rules; i++) {
        (void)snprintf(p->rules[i], sizeof p->rules[i], "%s", plm_rule_name(purpose->rules[i]));
    }
    p->n_rules = (unsigned)purpose->n_rules;
}

/* What the accord says, in the proposal. */
static plm_status fill_from_accord(plm_tally_proposal *p, const plm_agreement *agreement,
                                   plm_tally_end *end)
{
    const char *parties[PLM_TALLY_MEMBERS_MAX];
    plm_effective effective;
    plm_refusal refusal;
    for (unsigned i = 0; i < p->n_parties; i++) {
        parties[i] = p->parties[i];
    }
    const plm_in_force state = plm_agreement_state(agreement, p->day);
    plm_status status = plm_policy_tally(&effective, agreement->accord, &state, parties,
                                         p->n_parties, p->purpose, &refusal);
    if (status == PLM_E_REFUSED) {
        end->reason = PLM_TALLY_REFUSED;
        (void)snprintf(end->clause, sizeof end->clause, "%s", refusal.clause);
        return status;
    }
    const plm_tally_terms *terms = &effective.purpose.tally;
    memcpy(p->accord_hash, agreement->accord->hash, sizeof p->accord_hash);
    memcpy(p->recipe_digest, agreement->accord->recipe_digest, sizeof p->recipe_digest);
    p->tokens_each = terms->tokens_each;
    p->release = terms->release;
    p->epsilon_milli = terms->epsilon_milli;
    p->rho_milli = terms->rho_milli;
    p->threshold = terms->threshold;
    if (status == PLM_OK) {
        fill_rules(p, &effective.purpose);
    }
    return status;
}

static plm_status make_proposal(plm_tally_proposal *p, const plm_node *node,
                                const plm_tally_wish *wish, int64_t now_ms, plm_tally_end *end)
{
    plm_agreement *agreement = NULL;
    *p = (plm_tally_proposal){.strata = wish->strata, .time_ms = now_ms};
    if (wish->n_with == 0 || wish->n_with >= PLM_TALLY_MEMBERS_MAX ||
        strlen(wish->purpose) >= sizeof p->purpose || plm_strata_count(&wish->strata) == 0) {
        return PLM_E_ARGUMENT;
    }
    p->n_parties = (unsigned)wish->n_with + 1;
    (void)snprintf(p->parties[0], sizeof p->parties[0], "%s", node->code);
    for (unsigned i = 1; i < p->n_parties; i++) {
        if (strlen(wish->with[i - 1]) >= sizeof p->parties[i]) {
            return PLM_E_ARGUMENT;
        }
        (void)snprintf(p->parties[i], sizeof p->parties[i], "%s", wish->with[i - 1]);
    }
    (void)snprintf(p->purpose, sizeof p->purpose, "%s", wish->purpose);
    (void)snprintf(end->blamed, sizeof end->blamed, "%s", node->code);
    p->day = plm_date_of_ms(now_ms);
    plm_random(p->id, sizeof p->id);
    plm_status status = plm_pseudonym_of(node->store, wish->officer, p->officer);
    if (status == PLM_OK) {
        status = wish->accord_hash != NULL
                     ? plm_agreement_load(&agreement, node->store, wish->accord_hash)
                     : plm_agreement_find(&agreement, node->store, node->code, wish->with[0],
                                          wish->purpose, p->day);
    }
    if (status == PLM_OK) {
        status = fill_from_accord(p, agreement, end);
        plm_agreement_destroy(agreement);
    }
    return status;
}

/* Our own consent, signed; part of the caller's transaction. */
static plm_status sign_consent(plm_node *node, plm_span proposal, const plm_tally_proposal *p,
                               unsigned me, uint32_t n, int64_t now_ms, plm_buf *out)
{
    plm_tally_consent consent = {.place = (uint8_t)me, .n = n, .time_ms = now_ms};
    plm_buf body;
    plm_buf_init(&body, PLM_PARCEL_SIGNED_MAX);
    memcpy(consent.id, p->id, sizeof consent.id);
    plm_hash256(consent.proposal_hash, proposal);
    plm_status status = plm_tally_consent_encode(&consent, &body);
    if (status == PLM_OK) {
        status =
            plm_identity_sign_append(out, node->seed, PLM_NAME_TALLY_CONSENT, plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    return status;
}

static plm_status put_proposed(plm_node *node, const plm_tally_proposal *p, plm_span proposal,
                               uint32_t n, int64_t now_ms)
{
    plm_tally_book book;
    plm_buf consent;
    plm_tally_row row = {.is_counter = true,
                         .purpose = p->purpose,
                         .state = PLM_TALLY_PROPOSED,
                         .proposal = proposal,
                         .officer = p->officer,
                         .epsilon_milli = p->epsilon_milli,
                         .rho_milli = p->rho_milli,
                         .charged_ms = now_ms,
                         .created_ms = now_ms,
                         .blamed = "",
                         .clause = ""};
    memcpy(row.id, p->id, sizeof row.id);
    memcpy(row.accord_hash, p->accord_hash, sizeof row.accord_hash);
    plm_buf_init(&consent, PLM_PARCEL_SIGNED_MAX);
    plm_status status = sign_consent(node, proposal, p, 0, n, now_ms, &consent);
    if (status == PLM_OK) {
        status = plm_store_add_tally(node->store, &row);
    }
    if (status == PLM_OK) {
        status = plm_store_add_tally_word(node->store, p->id, 0, PLM_TALLY_WORD_CONSENT,
                                          plm_buf_span(&consent));
    }
    if (status == PLM_OK) {
        status = plm_tally_open(&book, node->store, node->code, p->id);
        status = status == PLM_OK ? plm_tally_save(node, &book, now_ms) : status;
        status = status == PLM_OK
                     ? plm_tally_post_all(node, &book, PLM_TALLY_PROPOSE, proposal, now_ms)
                     : status;
        status = status == PLM_OK
                     ? plm_tally_note(node->store, "tally-proposed", &book, proposal, now_ms)
                     : status;
        plm_tally_shut(&book);
    }
    plm_buf_wipe(&consent);
    return status;
}

plm_status plm_tally_propose(plm_node *node, const plm_tally_wish *wish,
                             uint8_t id[static PLM_RUN_ID_BYTES], plm_tally_end *end)
{
    const int64_t now_ms = plm_wall_ms();
    plm_tally_proposal p;
    plm_buf proposal;
    uint32_t n = 0;
    bool mine = false;
    *end = (plm_tally_end){0};
    plm_status status = make_proposal(&p, node, wish, now_ms, end);
    if (status != PLM_OK) {
        return status;
    }
    plm_buf_init(&proposal, PLM_PARCEL_CONTENT_MAX);
    status = plm_tally_proposal_encode(&p, &proposal);
    if (status == PLM_OK) {
        status = plm_store_enter(node->store, &mine);
        /* Within the transaction: two at once must not both find room in the budget. */
        if (status == PLM_OK) {
            status = plm_tally_judge(node, &p, 0, now_ms, &n, end);
            if (status == PLM_OK) {
                status = put_proposed(node, &p, plm_buf_span(&proposal), n, now_ms);
            }
            status = plm_store_leave(node->store, mine, status);
        }
    }
    plm_buf_wipe(&proposal);
    if (status == PLM_OK) {
        memcpy(id, p.id, sizeof p.id);
    }
    return status;
}

static plm_status consent_to(plm_node *node, plm_tally_book *book, uint32_t n, const char *officer,
                             int64_t now_ms)
{
    plm_buf consent;
    plm_buf_init(&consent, PLM_PARCEL_SIGNED_MAX);
    plm_status status =
        sign_consent(node, book->row.proposal, &book->proposal, book->me, n, now_ms, &consent);
    book->row.state = PLM_TALLY_CONSENTED;
    book->row.officer = officer;
    book->row.epsilon_milli = book->proposal.epsilon_milli;
    book->row.rho_milli = book->proposal.rho_milli;
    book->row.charged_ms = now_ms;
    if (status == PLM_OK) {
        status = plm_store_add_tally_word(node->store, book->row.id, book->me,
                                          PLM_TALLY_WORD_CONSENT, plm_buf_span(&consent));
    }
    if (status == PLM_OK) {
        status = plm_tally_save(node, book, now_ms);
    }
    if (status == PLM_OK) {
        status = plm_tally_post(node, book, book->proposal.counter, PLM_TALLY_CONSENT,
                                plm_buf_span(&consent), now_ms);
    }
    if (status == PLM_OK) {
        status = plm_tally_note(node->store, "tally-consent", book, plm_buf_span(&consent), now_ms);
    }
    plm_buf_wipe(&consent);
    return status;
}

/* In the caller's transaction; a refusal is written down in it too. */
static plm_status agree_in(plm_node *node, const uint8_t id[static PLM_RUN_ID_BYTES],
                           const char *pseudonym, plm_tally_end *end)
{
    const int64_t now_ms = plm_wall_ms();
    plm_tally_book book;
    uint32_t n = 0;
    plm_status status = plm_tally_open(&book, node->store, node->code, id);
    if (status == PLM_OK && (book.row.is_counter || book.row.state != PLM_TALLY_PROPOSED)) {
        status = PLM_E_ARGUMENT;
    }
    if (status == PLM_OK) {
        status = plm_tally_judge(node, &book.proposal, book.me, now_ms, &n, end);
        if (status == PLM_E_REFUSED) {
            status = plm_tally_stop(node, &book, end, false, now_ms);
        } else if (status == PLM_OK) {
            end->reason = PLM_TALLY_NOT_OVER;
            status = consent_to(node, &book, n, pseudonym, now_ms);
        }
    }
    plm_tally_shut(&book);
    return status;
}

plm_status plm_tally_agree(plm_node *node, const uint8_t id[static PLM_RUN_ID_BYTES],
                           const char *officer, plm_tally_end *end)
{
    char pseudonym[PLM_OFFICER_DIGITS + 1] = "";
    bool mine;
    *end = (plm_tally_end){0};
    plm_status status = plm_store_enter(node->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    if (officer[0] != '\0') {
        status = plm_pseudonym_of(node->store, officer, pseudonym);
    }
    status = status == PLM_OK ? agree_in(node, id, pseudonym, end) : status;
    status = plm_store_leave(node->store, mine, status);
    return status == PLM_OK && end->reason != PLM_TALLY_NOT_OVER ? PLM_E_REFUSED : status;
}

plm_status plm_tally_cancel(plm_node *node, const uint8_t id[static PLM_RUN_ID_BYTES],
                            const char *officer)
{
    plm_tally_end end = {.reason = PLM_TALLY_CANCELLED};
    char pseudonym[PLM_OFFICER_DIGITS + 1] = "";
    plm_tally_book book;
    bool mine;
    plm_status status = plm_store_enter(node->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tally_open(&book, node->store, node->code, id);
    if (status == PLM_OK && book.row.ended_ms != 0) {
        status = PLM_E_ARGUMENT;
    }
    if (status == PLM_OK) {
        status = plm_pseudonym_of(node->store, officer, pseudonym);
    }
    if (status == PLM_OK) {
        (void)snprintf(end.blamed, sizeof end.blamed, "%s", node->code);
        book.row.officer = pseudonym;
        status = plm_tally_stop(node, &book, &end, false, plm_wall_ms());
    }
    plm_tally_shut(&book);
    return plm_store_leave(node->store, mine, status);
}
