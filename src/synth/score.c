/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/score.h"

#include <stdlib.h>
#include <string.h>

/* One row of truth.csv; its cells are never quoted. */
typedef struct truth_row {
    plm_span id_a;
    plm_span id_b;
    plm_span found_by;
    plm_span offence;
} truth_row;

/* The text before the separator, or all of it; *rest moves behind it. */
static plm_span next_piece(plm_span *rest, char separator)
{
    const uint8_t *end = rest->n == 0 ? NULL : (const uint8_t *)memchr(rest->p, separator, rest->n);
    size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
    plm_span piece = plm_span_of(rest->p, n);
    size_t used = end == NULL ? n : n + 1;
    *rest = plm_span_of(used == 0 ? rest->p : rest->p + used, rest->n - used);
    return piece;
}

static plm_span next_line(plm_span *rest)
{
    plm_span line = next_piece(rest, '\n');
    if (line.n > 0 && line.p[line.n - 1] == '\r') {
        line.n--;
    }
    return line;
}

static bool read_row(truth_row *out, plm_span line)
{
    out->id_a = next_piece(&line, ',');
    out->id_b = next_piece(&line, ',');
    out->found_by = next_piece(&line, ',');
    out->offence = next_piece(&line, ',');
    return out->id_a.n > 0 && out->id_b.n > 0 && out->found_by.n > 0 && out->offence.n > 0 &&
           line.n == 0;
}

static bool is_text(plm_span s, const char *text)
{
    return plm_span_equal(s, plm_span_str(text));
}

/* True if one of the ways in found_by is one of the rules. */
static bool is_findable(plm_span found_by, const char *const *rules, size_t n_rules)
{
    if (is_text(found_by, "hard") || is_text(found_by, "excluded")) {
        return false;
    }
    if (rules == NULL) {
        return true;
    }
    while (found_by.n > 0) {
        plm_span way = next_piece(&found_by, '|');
        for (size_t i = 0; i < n_rules; i++) {
            if (is_text(way, rules[i])) {
                return true;
            }
        }
    }
    return false;
}

static int compare_spans(plm_span a, plm_span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_ids(const void *a, const void *b)
{
    return compare_spans(*(const plm_span *)a, *(const plm_span *)b);
}

static bool is_reported(const plm_span *ids, size_t n, plm_span id)
{
    return n > 0 && bsearch(&id, ids, n, sizeof *ids, compare_ids) != NULL;
}

static double ratio(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 1.0 : (double)part / (double)whole;
}

static void count_row(plm_synth_score *score, const truth_row *row, bool reported, bool findable)
{
    if (is_text(row->found_by, "excluded")) {
        score->n_protected += reported;
        return;
    }
    score->n_pairs++;
    score->n_findable += findable;
    score->n_true += reported;
    score->n_true_findable += reported && findable;
}

/* The ids, sorted and without repeats; owned by the caller. NULL: no memory. */
static plm_span *sort_ids(const char *const *ids, size_t *n)
{
    plm_span *sorted = (plm_span *)calloc(*n > 0 ? *n : 1, sizeof *sorted);
    if (sorted == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < *n; i++) {
        sorted[i] = plm_span_str(ids[i]);
    }
    qsort(sorted, *n, sizeof *sorted, compare_ids);
    size_t n_distinct = 0;
    for (size_t i = 0; i < *n; i++) {
        if (n_distinct == 0 || compare_ids(&sorted[n_distinct - 1], &sorted[i]) != 0) {
            sorted[n_distinct++] = sorted[i];
        }
    }
    *n = n_distinct;
    return sorted;
}

plm_status plm_synth_score_make(plm_synth_score *out, plm_span truth, bool is_b,
                                const char *const *ids, size_t n_ids, const char *const *rules,
                                size_t n_rules, const plm_diag_sink *sink, const char *file)
{
    plm_span *sorted = sort_ids(ids, &n_ids);
    if (sorted == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = PLM_OK;
    plm_synth_score score = {.n_reported = n_ids};
    if (!is_text(next_line(&truth), "id_a,id_b,found_by,offence")) {
        plm_diag_error(sink, file, 1, NULL, "the header is not id_a,id_b,found_by,offence");
        status = PLM_E_SYNTAX;
    }
    for (uint64_t line = 2; status == PLM_OK && truth.n > 0; line++) {
        truth_row row;
        if (!read_row(&row, next_line(&truth))) {
            plm_diag_error(sink, file, line, NULL, "not a row of four filled cells");
            status = PLM_E_SYNTAX;
            break;
        }
        count_row(&score, &row, is_reported(sorted, n_ids, is_b ? row.id_b : row.id_a),
                  is_findable(row.found_by, rules, n_rules));
    }
    if (status == PLM_OK) {
        score.n_false = score.n_reported - score.n_true;
        score.precision = ratio(score.n_true, score.n_reported);
        score.recall = ratio(score.n_true, score.n_pairs);
        score.recall_findable = ratio(score.n_true_findable, score.n_findable);
        *out = score;
    }
    free(sorted);
    return status;
}
