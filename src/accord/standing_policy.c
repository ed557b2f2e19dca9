/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_policy.c - whether a run may repeat, and how its size is told (spec/accord.md section
 * 5.3, spec/standing.md).
 */
#include "accord/refuse.h"

enum {
    MINUTE_MS = 60 * 1000,
    SLACK_MOST_MS = 10 * MINUTE_MS
};
#define DAY_MS INT64_C(86400000)

int64_t plm_policy_standing_slack(int64_t interval_ms)
{
    return interval_ms / 10 < SLACK_MOST_MS ? interval_ms / 10 : SLACK_MOST_MS;
}

/* A clock that went back since then says nothing about how long ago it was. */
static bool is_too_soon(bool has_one, int64_t since_ms, int64_t interval_ms)
{
    return has_one && since_ms >= 0 &&
           since_ms < interval_ms - plm_policy_standing_slack(interval_ms);
}

plm_status plm_policy_check_standing(const plm_effective *effective, plm_date today,
                                     const plm_usage *usage, const plm_proposal *proposal,
                                     plm_refusal *refusal)
{
    const plm_standing_terms *t = &effective->purpose.standing;
    const size_t i = effective->index;
    if (proposal->standing == PLM_STANDING_NONE) {
        return PLM_OK;
    }
    if (!effective->purpose.has_standing) {
        return effective->standing.by != NULL
                   ? plm_refuse_source(refusal, PLM_REFUSAL_STANDING, effective->standing, i,
                                       "no_standing")
                   : plm_refuse(refusal, PLM_REFUSAL_STANDING, "/purposes/%zu", i);
    }
    if (plm_date_compare(today, t->last_day) > 0) {
        return plm_refuse(refusal, PLM_REFUSAL_STANDING, "/purposes/%zu/standing/last_day", i);
    }
    if (is_too_soon(usage->has_last, usage->since_last_ms,
                    (int64_t)t->shortest_minutes * MINUTE_MS)) {
        return plm_refuse(refusal, PLM_REFUSAL_STANDING, "/purposes/%zu/standing/shortest_minutes",
                          i);
    }
    if (proposal->standing == PLM_STANDING_CHANGES && t->whole_days == 0) {
        return plm_refuse(refusal, PLM_REFUSAL_STANDING, "/purposes/%zu/standing", i);
    }
    if (proposal->standing == PLM_STANDING_WHOLE && t->whole_days > 0 &&
        is_too_soon(usage->has_whole, usage->since_whole_ms, (int64_t)t->whole_days * DAY_MS)) {
        return plm_refuse(refusal, PLM_REFUSAL_STANDING, "/purposes/%zu/standing/whole_days", i);
    }
    return PLM_OK;
}

uint64_t plm_policy_standing_class(const plm_purpose *purpose, uint64_t n, uint64_t n_all)
{
    const uint64_t least = n > purpose->smallest_set ? n : purpose->smallest_set;
    const uint64_t all = plm_policy_padded(purpose, n_all);
    const uint64_t pad_to = plm_policy_padded(purpose, 1);
    const uint64_t most = purpose->budget.tokens_per_run / pad_to * pad_to;
    uint64_t size = pad_to;
    while (size < least && size < all) {
        size = size <= UINT64_MAX / 2 ? size * 2 : UINT64_MAX;
    }
    size = size < all ? size : all;
    return size > most && n <= most ? most : size;
}
