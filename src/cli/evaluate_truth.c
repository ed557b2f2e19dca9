/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "cli/evaluate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    TABLE_MAX = PLM_FREQUENCY_BYTES_MAX
};

typedef struct by_id {
    const char *id;
    uint32_t at;
} by_id;

static int compare_id(const void *a, const void *b)
{
    return strcmp(((const by_id *)a)->id, ((const by_id *)b)->id);
}

static by_id *index_ids(const plm_records *list)
{
    by_id *ids = (by_id *)calloc(list->n + 1, sizeof *ids);
    for (size_t i = 0; ids != NULL && i < list->n; i++) {
        ids[i] = (by_id){list->items[i].id, (uint32_t)i};
    }
    if (ids != NULL) {
        qsort(ids, list->n, sizeof *ids, compare_id);
    }
    return ids;
}

static plm_status pair_same_ids(plm_evaluation *e)
{
    by_id *ids = index_ids(&e->lists[1]);
    if (ids == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < e->lists[0].n; i++) {
        const by_id key = {e->lists[0].items[i].id, 0};
        const by_id *found =
            (const by_id *)bsearch(&key, ids, e->lists[1].n, sizeof *ids, compare_id);
        if (found != NULL) {
            e->persons[0][i] = (uint32_t)e->n_pairs;
            e->persons[1][found->at] = (uint32_t)e->n_pairs++;
        }
    }
    free(ids);
    return PLM_OK;
}

static plm_status read_table(plm_evaluation *e, const char *command, const char *name)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_status status = plm_frequency_builtin(&e->table, name);
    if (status != PLM_E_NOT_FOUND) {
        return status;
    }
    plm_buf text;
    plm_buf_init(&text, TABLE_MAX);
    status = plm_file_read(name, &text);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: no table of this name ships with Palermo, and no file: %s", name,
                      strerror(errno));
    } else {
        status = plm_frequency_parse(&e->table, plm_buf_span(&text), &sink, name);
    }
    plm_buf_wipe(&text);
    return status;
}

plm_status plm_evaluation_open(plm_evaluation *e, const char *command, const char *const files[2],
                               const char *mapping, const char *mapping_b, const char *truth,
                               const char *table, int64_t n_expected)
{
    plm_status status = read_table(e, command, table);
    for (int side = 0; status == PLM_OK && side < 2; side++) {
        status = plm_records_read(&e->lists[side], command,
                                  side == 1 && mapping_b != NULL ? mapping_b : mapping, files[side]);
        if (status == PLM_OK) {
            e->persons[side] = (uint32_t *)malloc((e->lists[side].n + 1) * sizeof(uint32_t));
            status = e->persons[side] == NULL ? PLM_E_NOMEM : PLM_OK;
        }
        if (status == PLM_OK) {
            memset(e->persons[side], 0xff, (e->lists[side].n + 1) * sizeof(uint32_t));
        }
    }
    if (status == PLM_OK) {
        status = pair_same_ids(e);
    }
    (void)truth;
    const size_t shorter =
        e->lists[0].n < e->lists[1].n ? e->lists[0].n : e->lists[1].n;
    e->n_expected = n_expected > 0 ? (uint64_t)n_expected : (shorter + 1) / 2;
    return status;
}

void plm_evaluation_close(plm_evaluation *e)
{
    for (int side = 0; side < 2; side++) {
        plm_records_wipe(&e->lists[side]);
        free(e->persons[side]);
    }
    plm_frequency_destroy(e->table);
}

static bool is_right(const plm_evaluation *e, const plm_pair *p)
{
    return e->persons[1][p->record] != UINT32_MAX &&
           e->persons[1][p->record] == e->persons[0][p->peer];
}

static int by_p(const void *a, const void *b)
{
    const plm_pair *x = a, *y = b;
    return (y->score > x->score) - (y->score < x->score);
}

plm_status plm_evaluated_make(plm_evaluated *out, const plm_evaluation *e, const plm_trial *trial)
{
    size_t n;
    const plm_pair *pairs = plm_resolution_pairs(trial->resolution, &n);
    size_t hits = 0, right = 0, cand = 0;
    for (size_t i = 0; i < n; i++) {
        cand += is_right(e, &pairs[i]);
        if (pairs[i].grade != PLM_GRADE_NONE) {
            hits++;
            right += is_right(e, &pairs[i]);
        }
    }
    out->threshold = plm_bits_value(trial->threshold);
    for (int s = 0; s < 2; s++) {
        uint64_t t = 0;
        for (int i = 0; i < PLM_PATTERNS_MAX; i++) t += trial->reports[s].n_per_pattern[i];
        out->tokens[s] = (double)t / (double)trial->reports[s].n_records;
    }
    out->candidates_per_pair = (double)n / (double)e->n_pairs;
    out->candidate_recall = (double)cand / (double)e->n_pairs;
    out->precision = hits ? (double)right / (double)hits : 1;
    out->recall = (double)right / (double)e->n_pairs;
    out->f1 = 2.0 * (double)right / (double)(hits + e->n_pairs);
    plm_pair *copy = malloc((n + 1) * sizeof *copy);
    memcpy(copy, pairs, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, by_p);
    char *ra = calloc(e->lists[0].n + 1, 1), *rb = calloc(e->lists[1].n + 1, 1);
    hits = right = 0; out->best_f1 = 0;
    for (size_t i = 0; i < n; i++) {
        if (ra[copy[i].peer] || rb[copy[i].record]) continue;
        ra[copy[i].peer] = rb[copy[i].record] = 1;
        hits++; right += is_right(e, &copy[i]);
        double f = 2.0 * (double)right / (double)(hits + e->n_pairs);
        if (f > out->best_f1) out->best_f1 = f;
    }
    if (getenv("EVAL_CAL")) {
        memset(ra, 0, e->lists[0].n + 1); memset(rb, 0, e->lists[1].n + 1);
        int bt[11] = {0}, bf[11] = {0};
        for (size_t i = 0; i < n; i++) {
            if (ra[copy[i].peer] || rb[copy[i].record]) continue;
            ra[copy[i].peer] = rb[copy[i].record] = 1;
            int bin = (int)(copy[i].probability * 10); if (bin > 10) bin = 10;
            if (is_right(e, &copy[i])) bt[bin]++; else bf[bin]++;
            if (copy[i].probability > 0.15 && (!is_right(e, &copy[i]) ) ) { fprintf(stderr, "FALSE %.2f p=%.3f", copy[i].score, copy[i].probability);
              for (int s = 0; s < 2; s++) { const plm_record *r = s ? &e->lists[1].items[copy[i].record] : &e->lists[0].items[copy[i].peer]; fprintf(stderr, " |"); for (size_t v = 0; v < r->n_values; v++) fprintf(stderr, " %s", r->values[v].canonical);} fprintf(stderr, "\n"); }
        }
        for (int i = 0; i < 11; i++) fprintf(stderr, "p %.1f true %d false %d\n", i / 10.0, bt[i], bf[i]);
    }
    free(copy); free(ra); free(rb);
    if (getenv("EVAL_DUMP")) {
        char *seen = calloc(e->n_pairs + 1, 1);
        for (size_t i = 0; i < n; i++) if (is_right(e, &pairs[i])) { seen[e->persons[1][pairs[i].record]] = 1;
            if (pairs[i].grade == PLM_GRADE_NONE) { plm_buf w; plm_buf_init(&w, 1<<16); fprintf(stderr, "LOW %.2f p=%.3f", pairs[i].score, pairs[i].probability);
              for (int s = 0; s < 2; s++) { const plm_record *r = s ? &e->lists[1].items[pairs[i].record] : &e->lists[0].items[pairs[i].peer]; fprintf(stderr, " |"); for (size_t v = 0; v < r->n_values; v++) fprintf(stderr, " %s", r->values[v].canonical);} fprintf(stderr, "\n"); } }
        for (size_t i = 0; i < e->lists[0].n; i++) { uint32_t p = e->persons[0][i]; if (p == UINT32_MAX || seen[p]) continue;
            size_t j = 0; while (e->persons[1][j] != p) j++;
            fprintf(stderr, "MISS"); for (int s = 0; s < 2; s++) { const plm_record *r = s ? &e->lists[1].items[j] : &e->lists[0].items[i]; fprintf(stderr, " |"); for (size_t v = 0; v < r->n_values; v++) fprintf(stderr, " %s", r->values[v].canonical);} fprintf(stderr, "\n"); }
    }
    if (getenv("EVAL_MODEL")) {
        const plm_model *m = plm_resolution_model(trial->resolution);
        for (size_t row = 0; row < 2; row++) { fprintf(stderr, "row %zu:", row); for (size_t c = 0; c < plm_model_categories(row); c++) fprintf(stderr, " %.4f", m->m[row][c]); fprintf(stderr, "\n"); }
    }
    return PLM_OK;
}
