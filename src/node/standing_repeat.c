/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_repeat.c - one repetition of a series, and when the next one is due.
 */
#include "node/outcome_view.h"
#include "node/run_watch.h"
#include "node/standing.h"

#include "base/ct.h"
#include "base/file.h"
#include "net/net.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    MINUTE_MS = 60 * 1000,
    BACK_OFF_DOUBLINGS = 9,
    BACK_OFF_MOST_MS = 6 * 60 * MINUTE_MS,
    PAST_MIDNIGHT_MS = 10 * MINUTE_MS /* the holder's clock may be that far behind ours */
};
#define DAY_MS INT64_C(86400000)

bool plm_standing_is_due(const plm_standing_row *row, int64_t now_ms)
{
    const int64_t furthest =
        row->every_ms > DAY_MS + PAST_MIDNIGHT_MS ? row->every_ms : DAY_MS + PAST_MIDNIGHT_MS;
    return row->is_asker && row->state == PLM_STANDING_ACTIVE &&
           (now_ms >= row->next_ms || row->next_ms - now_ms > furthest);
}

typedef struct choosing {
    int64_t now_ms;
    plm_standing_row *out;
    bool is_found;
} choosing;

static plm_status choose(void *context, const plm_standing_row *row)
{
    choosing *c = (choosing *)context;
    if (plm_standing_is_due(row, c->now_ms) && (!c->is_found || row->next_ms < c->out->next_ms)) {
        *c->out = *row;
        c->is_found = true;
    }
    return PLM_OK;
}

plm_status plm_standing_next(plm_store *store, int64_t now_ms, plm_standing_row *out)
{
    choosing c = {now_ms, out, false};
    plm_status status = plm_store_each_standing(store, choose, &c);
    return status == PLM_OK && !c.is_found ? PLM_E_NOT_FOUND : status;
}

plm_status plm_standing_lock(const plm_node *node, int *fd)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%.4000s/standing.lock", node->directory);
    return plm_file_lock(path, fd);
}

/* Later and later, but not later than the next one would be due anyway. */
static int64_t back_off(const plm_standing_row *row)
{
    const uint64_t n = row->failures < BACK_OFF_DOUBLINGS ? row->failures : BACK_OFF_DOUBLINGS;
    int64_t pause = (int64_t)MINUTE_MS << (n > 0 ? n - 1 : 0);
    pause = pause < BACK_OFF_MOST_MS ? pause : BACK_OFF_MOST_MS;
    return pause < row->every_ms ? pause : row->every_ms;
}

/*
 * A day's budget is there again when the day is over; what the accord does not allow is asked no
 * more often than it would be if it did; anything else may be better in a while.
 */
static int64_t next_after(const plm_standing_row *row, plm_status status,
                          const plm_refusal *refusal, int64_t now_ms)
{
    if (status != PLM_E_REFUSED || refusal->code == PLM_REFUSAL_UNAVAILABLE ||
        refusal->code == PLM_REFUSAL_CLOCK || refusal->code == PLM_REFUSAL_STANDING) {
        return now_ms + back_off(row);
    }
    if (refusal->code == PLM_REFUSAL_BUDGET_DAY || refusal->code == PLM_REFUSAL_BUDGET_RUNS) {
        return now_ms - now_ms % DAY_MS + DAY_MS + PAST_MIDNIGHT_MS;
    }
    return now_ms + row->every_ms;
}

static void put_failure(plm_standing_row *row, plm_status status, const plm_outcome *outcome,
                        int64_t now_ms)
{
    const plm_refusal *refusal = &outcome->refusal;
    row->failures++;
    row->failed_ms = now_ms;
    (void)snprintf(row->failure, sizeof row->failure, "%s",
                   status == PLM_E_REFUSED ? plm_refusal_name(refusal->code)
                                           : plm_status_name(status));
    (void)snprintf(row->clause, sizeof row->clause, "%s",
                   status == PLM_E_REFUSED ? refusal->clause : "");
    row->next_ms = next_after(row, status, refusal, now_ms);
}

/* The end of a repetition. One that was told to stop has not failed: it is still due. */
static plm_status write_down(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                             plm_status status, const plm_outcome *outcome, int64_t now_ms)
{
    static const uint8_t no_run[PLM_RUN_ID_BYTES];
    plm_standing_row row;
    bool mine;
    if (status == PLM_E_CANCELLED) {
        return PLM_OK;
    }
    plm_status written = plm_store_enter(store, &mine);
    if (written != PLM_OK) {
        return written;
    }
    written = plm_store_standing_get(store, id, &row);
    if (written == PLM_OK && status != PLM_OK) {
        put_failure(&row, status, outcome, now_ms);
        written = plm_store_standing_update(store, &row);
    }
    if (written == PLM_OK) {
        const bool has_run = memcmp(outcome->run_id, no_run, sizeof no_run) != 0;
        written = plm_standing_write_ledger(
            store, &row, status == PLM_OK ? PLM_STANDING_ACT_REPEAT : PLM_STANDING_ACT_FAIL,
            has_run ? outcome->run_id : NULL, "", status == PLM_OK ? "" : row.failure, now_ms);
    }
    plm_wipe(row.key, sizeof row.key);
    return plm_store_leave(store, mine, written);
}

plm_status plm_standing_repeat(plm_node *node, const uint8_t id[static PLM_STANDING_ID_BYTES],
                               bool whole, plm_outcome *outcome)
{
    plm_standing_row row;
    *outcome = (plm_outcome){0};
    plm_status status = plm_store_standing_get(node->store, id, &row);
    if (status == PLM_OK && (!row.is_asker || row.state != PLM_STANDING_ACTIVE)) {
        status = PLM_E_REJECTED;
    }
    if (status != PLM_OK) {
        return status;
    }
    const plm_ask ask = {.with = row.peer,
                         .purpose = row.purpose,
                         .accord_hash = row.accord_hash,
                         .case_ref = row.case_ref,
                         .offence = row.offence[0] != '\0' ? row.offence : NULL,
                         .standing = &row,
                         .is_whole = whole};
    const int asking = plm_node_asking_lock(node->directory, node);
    status = plm_node_ask(node, &ask, outcome);
    plm_status written = write_down(node->store, id, status, outcome, plm_wall_ms());
    plm_wipe(row.key, sizeof row.key);
    if (asking >= 0) {
        (void)close(asking);
    }
    if (status == PLM_OK) {
        plm_outcome_settle(node->store, outcome);
    }
    return status == PLM_OK ? written : status;
}
