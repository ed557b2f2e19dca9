/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate_truth.c - who of the two lists of an evaluation is one person: a file of CSV, a header
 * and then an id of A and one of B in each row, or equal ids.
 */
#include "cli/evaluate.h"
#include "register/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct by_id {
    const char *id;
    size_t at;
} by_id;

static int compare_id(const void *a, const void *b)
{
    return strcmp(((const by_id *)a)->id, ((const by_id *)b)->id);
}

static by_id *index_ids(const plm_records *list)
{
    by_id *ids = (by_id *)calloc(list->n + 1, sizeof *ids);
    for (size_t i = 0; ids != NULL && i < list->n; i++) {
        ids[i] = (by_id){list->items[i].id, i};
    }
    if (ids != NULL) {
        qsort(ids, list->n, sizeof *ids, compare_id);
    }
    return ids;
}

static int compare_text(const void *key, const void *entry)
{
    const plm_span *text = (const plm_span *)key;
    const char *id = ((const by_id *)entry)->id;
    const int order = strncmp((const char *)text->p, id, text->n);
    return order != 0 ? order : id[text->n] == '\0' ? 0 : -1;
}

/* NULL: no record that was taken has that id. */
static const by_id *find_id(const by_id *ids, size_t n, plm_span id)
{
    return (const by_id *)bsearch(&id, ids, n, sizeof *ids, compare_text);
}

/*
 * Two records of one person; a record of two persons keeps the first. One that was not taken (NULL)
 * makes a pair that can't be found: it is missed like any other, and counted apart.
 */
static void pair(plm_evaluation *e, const by_id *a, const by_id *b)
{
    const bool is_first = (a == NULL || e->persons[0][a->at] == PLM_EVALUATE_NOBODY) &&
                          (b == NULL || e->persons[1][b->at] == PLM_EVALUATE_NOBODY);
    e->n_unknown[0] += a == NULL;
    e->n_unknown[1] += b == NULL;
    if (is_first && a != NULL && b != NULL) {
        e->persons[0][a->at] = (int64_t)e->n_pairs;
        e->persons[1][b->at] = (int64_t)e->n_pairs;
        e->n_findable++;
    }
    e->n_pairs += is_first;
}

static plm_status take_row(plm_evaluation *e, const plm_csv *csv, const char *path,
                           const by_id *const ids[2])
{
    if (csv->n_fields < 2) {
        plm_say_error(e->command, "%s:%" PRIu64 ": not two ids with a comma between", path,
                      csv->line);
        return PLM_E_SYNTAX;
    }
    pair(e, find_id(ids[0], e->lists[0].n, plm_csv_field(csv, 0)),
         find_id(ids[1], e->lists[1].n, plm_csv_field(csv, 1)));
    return PLM_OK;
}

static plm_status read_rows(plm_evaluation *e, plm_csv *csv, const char *path,
                            const by_id *const ids[2])
{
    plm_csv_event event = PLM_CSV_ROW;
    plm_status status = plm_csv_next(csv, &event); /* the header */
    while (status == PLM_OK && event != PLM_CSV_END) {
        if (event == PLM_CSV_BROKEN) {
            plm_say_error(e->command, "%s:%" PRIu64 ": %s", path, csv->line, csv->reason);
            return PLM_E_SYNTAX;
        }
        status = plm_csv_next(csv, &event);
        if (status == PLM_OK && event == PLM_CSV_ROW) {
            status = take_row(e, csv, path, ids);
        }
    }
    return status;
}

static plm_status read_truth(plm_evaluation *e, const char *path, const by_id *const ids[2])
{
    plm_import import = {.sink = {plm_diag_print, stderr}};
    plm_progress progress;
    plm_source source;
    plm_csv csv;
    plm_progress_init(&progress, &import);
    plm_status status = plm_source_open(&source, &progress, path);
    if (status == PLM_OK) {
        status = plm_csv_init(&csv, &source, ',');
        if (status == PLM_OK) {
            status = read_rows(e, &csv, path, ids);
        }
        plm_csv_wipe(&csv);
    }
    plm_source_close(&source);
    return status;
}

/* What makes recall less than the rule deserves, and looks like its fault. */
static plm_status judge_truth(const plm_evaluation *e, const char *truth)
{
    if (e->n_findable == 0) {
        plm_say_error(e->command, "no person of A is in B by this truth");
        return PLM_E_INVALID;
    }
    if (e->n_unknown[0] + e->n_unknown[1] > 0) {
        plm_say_error(e->command,
                      "%s: %" PRIu64 " ids of no record of A, %" PRIu64
                      " of no record of B: %zu of %zu pairs can't be found and count as missed",
                      truth, e->n_unknown[0], e->n_unknown[1], e->n_pairs - e->n_findable,
                      e->n_pairs);
    }
    return PLM_OK;
}

plm_status plm_evaluation_pair(plm_evaluation *e, const char *truth)
{
    by_id *ids[2] = {index_ids(&e->lists[0]), index_ids(&e->lists[1])};
    plm_status status = ids[0] == NULL || ids[1] == NULL ? PLM_E_NOMEM : PLM_OK;
    if (status == PLM_OK && truth != NULL) {
        status = read_truth(e, truth, (const by_id *const *)ids);
    } else if (status == PLM_OK) {
        for (size_t i = 0; i < e->lists[0].n; i++) {
            const by_id *b = find_id(ids[1], e->lists[1].n, plm_span_str(ids[0][i].id));
            if (b != NULL) {
                pair(e, &ids[0][i], b);
            }
        }
    }
    if (status == PLM_OK) {
        status = judge_truth(e, truth);
    }
    free(ids[0]);
    free(ids[1]);
    return status;
}
