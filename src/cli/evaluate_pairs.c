/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate_pairs.c - the pairs that a trial took for one person, or missed, for somebody to read.
 */
#include "base/file.h"
#include "cli/evaluate.h"

#include <string.h>

enum {
    PAIRS_TEXT_MAX = 1 << 30
};

/* A cell of CSV (RFC 4180). */
static plm_status put_cell(plm_buf *out, const char *text)
{
    plm_status status = plm_buf_printf(out, "\"");
    for (size_t at = 0; status == PLM_OK && text[at] != '\0'; at++) {
        status = plm_buf_printf(out, text[at] == '"' ? "\"\"" : "%c", text[at]);
    }
    return status == PLM_OK ? plm_buf_printf(out, "\",") : status;
}

static plm_status put_patterns(plm_buf *out, const uint32_t mask[2])
{
    plm_status status = PLM_OK;
    const char *between = "";
    for (size_t p = 0; status == PLM_OK && p < plm_pattern_count(); p++) {
        if ((mask[p / 32] >> p % 32 & 1U) != 0) {
            status = plm_buf_printf(out, "%s%s", between, plm_pattern_get(p)->name);
            between = " ";
        }
    }
    return status == PLM_OK ? plm_buf_printf(out, "\n") : status;
}

static plm_status put_pair(plm_buf *out, const plm_evaluation *e, const plm_trial *trial, size_t at,
                           bool is_right)
{
    const plm_pair *p = &plm_resolution_pairs(trial->resolution, &(size_t){0})[at];
    plm_status status = plm_buf_printf(out, "%s,%s,%.2f,", is_right ? "one" : "two",
                                       plm_grade_name(p->grade), p->score);
    if (status == PLM_OK) {
        status = put_cell(out, e->lists[0].items[p->peer].id);
    }
    if (status == PLM_OK) {
        status = put_cell(out, e->lists[1].items[p->record].id);
    }
    return status == PLM_OK ? put_patterns(out, &trial->patterns[2 * at]) : status;
}

plm_status plm_evaluated_pairs(const char *path, const plm_evaluation *e, const plm_trial *trial)
{
    plm_buf out;
    size_t n;
    const plm_pair *pairs = plm_resolution_pairs(trial->resolution, &n);
    plm_buf_init(&out, PAIRS_TEXT_MAX);
    plm_status status = plm_buf_printf(&out, "persons,grade,score,a,b,patterns\n");
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const bool is_right = plm_evaluation_is_right(e, &pairs[i]);
        if (is_right || pairs[i].grade != PLM_GRADE_NONE) {
            status = put_pair(&out, e, trial, i, is_right);
        }
    }
    if (status == PLM_OK) {
        status = plm_file_write(path, plm_buf_span(&out), 0600, false);
    }
    plm_buf_wipe(&out);
    return status;
}
