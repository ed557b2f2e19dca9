/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_log.c - what palermo serve writes into its log.
 */
#include "cli/serve_log.h"
#include "cli/log.h"
#include "cli/say.h"

#include <inttypes.h>

enum {
    HOUR_MS = 3600000
};

void plm_serve_log_delivery(plm_status status, const plm_delivery_report *report)
{
    if (status != PLM_OK) {
        plm_log(PLM_LOG_WARNING, "delivery with %s: broken: %s; it will be tried again",
                report->peer, plm_status_sentence(status));
    }
    if (report->n_delivered + report->n_refused + report->n_taken + report->n_declined > 0) {
        plm_log(PLM_LOG_INFO,
                "delivery with %s: %" PRIu64 " delivered, %" PRIu64 " taken; %" PRIu64
                " refused by them, %" PRIu64 " by us",
                report->peer, report->n_delivered, report->n_taken, report->n_refused,
                report->n_declined);
    }
}

static void log_lookups(plm_status status, const plm_outcome *outcome)
{
    const plm_lookup_report *r = &outcome->lookups;
    if (status == PLM_E_REFUSED) {
        plm_log(PLM_LOG_NOTICE, "lookups by %s: refused: %s%s%s", outcome->peer,
                plm_refusal_sentence(outcome->refusal.code),
                outcome->refusal.clause[0] != '\0' ? " - " : "", outcome->refusal.clause);
        return;
    }
    plm_log(status == PLM_OK ? PLM_LOG_INFO : PLM_LOG_WARNING,
            "lookups by %s: %" PRIu64 " evaluated in %" PRIu64 " batches, %" PRIu64 " refused%s%s",
            outcome->peer, r->n_evaluated, r->n_batches, r->n_refused,
            status == PLM_OK ? "" : "; then ", status == PLM_OK ? "" : plm_status_sentence(status));
}

void plm_serve_log_kept(plm_status status, const plm_keep_report *report, int64_t every_s)
{
    if (status != PLM_OK) {
        plm_log(PLM_LOG_WARNING, "requests: %s", plm_status_sentence(status));
    }
    /* The postman comes by every few seconds: it is said about once an hour. */
    if (report->is_clock_ahead && plm_wall_ms() % HOUR_MS < every_s * 1000) {
        plm_log(PLM_LOG_WARNING,
                "the clock is far ahead of what it was: nothing is deleted for its "
                "age; see palermo check");
    }
    if (report->n_expired + report->n_overdue + report->n_escalated > 0) {
        plm_log(PLM_LOG_INFO,
                "requests: %" PRIu64 " became overdue, %" PRIu64 " are escalated, %" PRIu64
                " items were deleted as their retention date has passed",
                report->n_overdue, report->n_escalated, report->n_expired);
    }
}

void plm_serve_log_outcome(plm_status status, const plm_outcome *outcome)
{
    if (outcome->is_lookup) {
        log_lookups(status, outcome);
        return;
    }
    if (outcome->is_delivery) {
        plm_serve_log_delivery(status, &outcome->delivery);
        return;
    }
    char run[2 * PLM_RUN_ID_BYTES + 1];
    char peer_n[PLM_NUMBER_TEXT];
    char own_n[PLM_NUMBER_TEXT];
    const char *peer = outcome->peer[0] != '\0' ? outcome->peer : "a stranger";
    plm_hex_encode(run, outcome->run_id, sizeof outcome->run_id);
    if (status == PLM_OK) {
        plm_log(PLM_LOG_INFO, "run %.8s with %s, %s: done; %s of their tokens, %s of ours; %s", run,
                peer, outcome->purpose, plm_say_number(peer_n, outcome->n_peer),
                plm_say_number(own_n, outcome->n_own),
                outcome->learned ? "hits are in 'palermo hits'" : "we learned nothing");
    } else if (status == PLM_E_REFUSED) {
        plm_log(PLM_LOG_NOTICE, "run %.8s with %s: refused: %s%s%s", run, peer,
                plm_refusal_sentence(outcome->refusal.code),
                outcome->refusal.clause[0] != '\0' ? " - " : "", outcome->refusal.clause);
    } else {
        plm_log(PLM_LOG_WARNING, "run %.8s with %s: broken: %s%s%s", run, peer,
                plm_status_sentence(status), status == PLM_E_PEER_FAILED ? ": " : "",
                status == PLM_E_PEER_FAILED ? plm_status_sentence(outcome->peer_failure) : "");
    }
}

void plm_serve_log_standing(plm_status status,
                            const uint8_t standing_id[static PLM_STANDING_ID_BYTES],
                            const plm_outcome *outcome)
{
    char id[2 * PLM_STANDING_ID_BYTES + 1];
    char run[2 * PLM_RUN_ID_BYTES + 1];
    char own_n[PLM_NUMBER_TEXT];
    plm_hex_encode(id, standing_id, PLM_STANDING_ID_BYTES);
    plm_hex_encode(run, outcome->run_id, sizeof outcome->run_id);
    if (status == PLM_OK) {
        plm_log(PLM_LOG_INFO, "standing runs %.8s: run %.8s with %s, %s: done with %s tokens, %s",
                id, run, outcome->peer, outcome->purpose, plm_say_number(own_n, outcome->n_own),
                outcome->standing == PLM_STANDING_WHOLE ? "all of ours" : "what is new of ours");
    } else if (status == PLM_E_REFUSED) {
        plm_log(PLM_LOG_NOTICE, "standing runs %.8s with %s: refused by %s: %s%s%s", id,
                outcome->peer, outcome->refused_by_peer ? outcome->peer : "our own policy",
                plm_refusal_sentence(outcome->refusal.code),
                outcome->refusal.clause[0] != '\0' ? " - " : "", outcome->refusal.clause);
    } else {
        plm_log(status == PLM_E_CANCELLED ? PLM_LOG_INFO : PLM_LOG_WARNING,
                "standing runs %.8s with %s: broken: %s; it will be tried again", id, outcome->peer,
                plm_status_sentence(status));
    }
}
