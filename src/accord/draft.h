/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.h - a first draft of an accord, for the parties to argue about.
 *
 * The draft is complete and valid as it stands. Its defaults are the cautious ones: the holder
 * learns, numbers of tokens are told rounded up, budgets are small.
 */
#ifndef PLM_ACCORD_DRAFT_H
#define PLM_ACCORD_DRAFT_H

#include "accord/accord.h"

/* Whatever is 0 or NULL takes the default; `expires` has none. */
typedef struct plm_draft_options {
    const char *title;            /* "Accord between IT-GDF and AL-POL" */
    const uint8_t *recipe_digest; /* PLM_RECIPE_DIGEST_BYTES; this program's recipe */
    uint32_t in_force_after;      /* 2 */
    plm_date expires;             /* last day in force */
    const char *engine;           /* one of plm_engine_choices; "by-size" */
    plm_learns learns;            /* holder; the sanctions purpose is always for both */
    plm_budget budget;            /* 100 000 tokens a run, 500 000 a day, 10 runs a day */
    uint64_t smallest_set;        /* 1 */
    uint64_t pad_to;              /* 1000, or the tokens of a run if those are fewer */
    uint32_t retention_days;      /* 180 */
    uint32_t notice_days;         /* 90 */
} plm_draft_options;

/*
 * Appends the draft's JSON text to out: the parties (a party without languages gets English), and
 * the purposes "organised-crime", "victim-protection" and "sanctions" with every rule of the
 * recipe. Only what plm_accord_parse takes is written: PLM_E_INVALID for parties, dates or numbers
 * it would not take (the first reason goes to sink). PLM_E_ARGUMENT if there are more than
 * PLM_PARTIES_MAX parties or a string is missing; PLM_E_NOMEM, PLM_E_LIMIT. On a failure out is as
 * before.
 */
plm_status plm_accord_draft(plm_buf *out, const plm_party *parties, size_t n_parties,
                            const plm_draft_options *options,
                            const plm_diag_sink *sink) PLM_MUST_CHECK;

#endif
