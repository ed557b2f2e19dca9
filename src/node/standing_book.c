/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_book.c - series are started, paused, resumed and stopped, each with its entry in the
 * ledger.
 */
#include "node/agreement.h"
#include "node/pseudonym.h"
#include "node/run_standing.h"
#include "node/standing.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "store/prefix.h"

#include <stdio.h>
#include <string.h>

enum {
    MINUTE_MS = 60 * 1000,
    BODY_MAX = 1024
};

/* 'standing': id, what was done, run id, pseudonym, words. */
plm_status plm_standing_write_ledger(plm_store *store, const plm_standing_row *row,
                                     plm_standing_act act, const uint8_t *run_id,
                                     const char *officer, const char *words, int64_t now_ms)
{
    static const uint8_t no_run[PLM_RUN_ID_BYTES];
    char pseudonym[PLM_OFFICER_DIGITS + 1] = "";
    plm_buf body;
    plm_buf_init(&body, BODY_MAX);
    plm_status status = plm_buf_append(&body, row->id, sizeof row->id);
    if (status == PLM_OK && officer[0] != '\0') {
        status = plm_pseudonym_of(store, officer, pseudonym);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&body, (uint8_t)act);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&body, run_id != NULL ? run_id : no_run, PLM_RUN_ID_BYTES);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(pseudonym));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(words));
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "standing", plm_buf_span(&body), now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

static plm_status refuse(plm_standing_objection *why, plm_refusal_code code, size_t purpose,
                         const char *member, const char *detail)
{
    why->refusal.code = code;
    why->refusal.clause[0] = '\0';
    if (member != NULL) {
        (void)snprintf(why->refusal.clause, sizeof why->refusal.clause, "/purposes/%zu/%s", purpose,
                       member);
    }
    why->detail = detail;
    return PLM_E_REFUSED;
}

/* Is it one of the two persons of the case, and the one that the accord wants? */
static plm_status check_starter(plm_store *store, const plm_standing_wish *wish,
                                const plm_effective *effective, plm_standing_objection *why)
{
    plm_arena arena;
    plm_case c;
    plm_arena_init(&arena, 1 << 20);
    plm_status status = plm_store_get_case(store, wish->case_ref, &arena, &c);
    const bool is_supervisor = status == PLM_OK && strcmp(wish->officer, c.supervisor) == 0;
    const bool is_officer = status == PLM_OK && strcmp(wish->officer, c.officer) == 0;
    plm_arena_wipe(&arena);
    if (status != PLM_OK) {
        return status;
    }
    if (effective->purpose.standing.started_by == PLM_STANDING_SUPERVISOR && !is_supervisor) {
        return refuse(why, PLM_REFUSAL_STANDING, effective->index, "standing/started_by",
                      "the supervisor of the case is to start it");
    }
    return is_supervisor || is_officer
               ? PLM_OK
               : refuse(why, PLM_REFUSAL_STANDING, effective->index, "standing/started_by",
                        "the officer or the supervisor of the case is to start it");
}

/* What can be said at once; each repetition is looked at again by both sides. */
static plm_status check_terms(const plm_effective *effective, const plm_standing_wish *wish,
                              int64_t now_ms, plm_standing_objection *why)
{
    const plm_standing_terms *t = &effective->purpose.standing;
    const plm_proposal proposal = {.standing = PLM_STANDING_WHOLE};
    const plm_usage nothing_used = {0};
    plm_status status = plm_policy_check_standing(effective, plm_date_of_ms(now_ms), &nothing_used,
                                                  &proposal, &why->refusal);
    if (status == PLM_OK && wish->every_ms != 0 &&
        wish->every_ms < (int64_t)t->shortest_minutes * MINUTE_MS) {
        status = refuse(why, PLM_REFUSAL_STANDING, effective->index, "standing/shortest_minutes",
                        "it would repeat more often than the accord allows");
    }
    return status;
}

static plm_status take_case(plm_asked_case *asked, plm_store *store, const plm_standing_wish *wish,
                            const plm_effective *effective, plm_standing_objection *why)
{
    const plm_ask ask = {.case_ref = wish->case_ref, .offence = wish->offence};
    plm_outcome outcome = {0};
    plm_status status = plm_ask_take_case(asked, store, &ask, &effective->purpose, &outcome);
    if (status == PLM_OK && outcome.detail != NULL) {
        return refuse(why, PLM_REFUSAL_OFFENCE, effective->index, "offences", outcome.detail);
    }
    why->refusal = outcome.refusal;
    why->detail = outcome.detail;
    return status;
}

static void fill_row(plm_standing_row *row, const plm_standing_wish *wish,
                     const plm_standing_terms *terms, int64_t now_ms)
{
    (void)snprintf(row->offence, sizeof row->offence, "%s",
                   wish->offence != NULL ? wish->offence : "");
    (void)snprintf(row->officer, sizeof row->officer, "%s", wish->officer);
    row->state = PLM_STANDING_ACTIVE;
    row->every_ms =
        wish->every_ms != 0 ? wish->every_ms : (int64_t)terms->shortest_minutes * MINUTE_MS;
    row->created_ms = now_ms;
    row->next_ms = row->last_ms + row->every_ms > now_ms && row->last_ms <= now_ms
                       ? row->last_ms + row->every_ms
                       : now_ms;
    row->failures = 0;
    row->failed_ms = 0;
    row->failure[0] = row->clause[0] = '\0';
}

static plm_status store_row(plm_store *store, const plm_standing_wish *wish,
                            const plm_effective *effective, int64_t now_ms, plm_standing_row *row)
{
    plm_standing_row before;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_standing_get(store, row->id, &before);
    if (status == PLM_OK) {
        *row = before;
        fill_row(row, wish, &effective->purpose.standing, now_ms);
        status = before.state == PLM_STANDING_STOPPED ? plm_store_standing_update(store, row)
                                                      : PLM_E_EXISTS;
    } else if (status == PLM_E_NOT_FOUND) {
        plm_random(row->key, sizeof row->key);
        fill_row(row, wish, &effective->purpose.standing, now_ms);
        status = plm_store_standing_add(store, row);
    }
    if (status == PLM_OK) {
        status = plm_standing_write_ledger(store, row, PLM_STANDING_ACT_START, NULL, wish->officer,
                                           "", now_ms);
    }
    plm_wipe(before.key, sizeof before.key);
    return plm_store_leave(store, mine, status);
}

static plm_status start(plm_node *node, const plm_standing_wish *wish,
                        const plm_agreement *agreement, int64_t now_ms, plm_standing_row *row,
                        plm_standing_objection *why)
{
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(now_ms));
    plm_effective effective;
    plm_asked_case asked;
    plm_status status = plm_policy_effective(&effective, agreement->accord, &state, node->code,
                                             wish->with, wish->purpose, &why->refusal);
    if (status == PLM_OK) {
        status = check_terms(&effective, wish, now_ms, why);
    }
    if (status == PLM_OK) {
        status = take_case(&asked, node->store, wish, &effective, why);
    }
    if (status == PLM_OK) {
        status = check_starter(node->store, wish, &effective, why);
    }
    if (status != PLM_OK) {
        return status;
    }
    *row = (plm_standing_row){.is_asker = true};
    (void)snprintf(row->peer, sizeof row->peer, "%s", wish->with);
    (void)snprintf(row->purpose, sizeof row->purpose, "%s", wish->purpose);
    (void)snprintf(row->case_ref, sizeof row->case_ref, "%s", wish->case_ref);
    memcpy(row->accord_hash, agreement->accord->hash, sizeof row->accord_hash);
    plm_standing_id(row->id, node->code, wish->with, row->accord_hash, wish->purpose, asked.opaque);
    return store_row(node->store, wish, &effective, now_ms, row);
}

plm_status plm_standing_start(plm_node *node, const plm_standing_wish *wish, int64_t now_ms,
                              plm_standing_row *row, plm_standing_objection *why)
{
    plm_agreement *agreement = NULL;
    *why = (plm_standing_objection){.detail = NULL};
    plm_status status = wish->accord_hash != NULL
                            ? plm_agreement_load(&agreement, node->store, wish->accord_hash)
                            : plm_agreement_find(&agreement, node->store, node->code, wish->with,
                                                 wish->purpose, plm_date_of_ms(now_ms));
    if (status == PLM_OK) {
        status = start(node, wish, agreement, now_ms, row, why);
    }
    plm_agreement_destroy(agreement);
    return status;
}

/* The state after it; PLM_E_REJECTED: not from this one. */
static plm_status step(plm_standing_row *row, plm_standing_act act)
{
    const plm_standing_state from = row->state;
    if (!row->is_asker) {
        return PLM_E_REJECTED;
    }
    if (act == PLM_STANDING_ACT_PAUSE && from == PLM_STANDING_ACTIVE) {
        row->state = PLM_STANDING_PAUSED;
    } else if (act == PLM_STANDING_ACT_RESUME && from == PLM_STANDING_PAUSED) {
        row->state = PLM_STANDING_ACTIVE;
    } else if (act == PLM_STANDING_ACT_STOP && from != PLM_STANDING_STOPPED) {
        row->state = PLM_STANDING_STOPPED;
    } else {
        return PLM_E_REJECTED;
    }
    return PLM_OK;
}

plm_status plm_standing_change(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                               plm_standing_act act, const char *officer, int64_t now_ms)
{
    plm_standing_row row;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_standing_get(store, id, &row);
    if (status == PLM_OK) {
        status = step(&row, act);
    }
    if (status == PLM_OK) {
        status = plm_store_standing_update(store, &row);
    }
    if (status == PLM_OK && act == PLM_STANDING_ACT_STOP) {
        status = plm_store_standing_forget(store, id);
    }
    if (status == PLM_OK) {
        status = plm_standing_write_ledger(store, &row, act, NULL, officer, "", now_ms);
    }
    plm_wipe(row.key, sizeof row.key);
    return plm_store_leave(store, mine, status);
}

typedef struct search {
    plm_prefix prefix;
    plm_standing_row *out;
} search;

static plm_status look_at_row(void *context, const plm_standing_row *row)
{
    search *s = (search *)context;
    if (plm_prefix_look(&s->prefix, row->id)) {
        *s->out = *row;
    }
    return PLM_OK;
}

plm_status plm_standing_find(plm_store *store, const char *prefix, plm_standing_row *out)
{
    search s = {{.text = prefix, .id_bytes = PLM_STANDING_ID_BYTES}, out};
    plm_status status = plm_store_each_standing(store, look_at_row, &s);
    return status == PLM_OK ? plm_prefix_end(&s.prefix, NULL) : status;
}
