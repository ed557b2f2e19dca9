/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate_open.c - reading the lists of an evaluation, and who of them is one person.
 */
#include "base/file.h"
#include "cli/evaluate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRUTH_MAX = 1 << 30
};

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

static const by_id *find_id(const by_id *ids, size_t n, const char *id)
{
    const by_id key = {id, 0};
    return (const by_id *)bsearch(&key, ids, n, sizeof *ids, compare_id);
}

/*
 * Two records of one person; a record of two persons keeps the first. One that was not taken (NULL)
 * makes a pair that can't be found, and is missed like any other.
 */
static void pair(plm_evaluation *e, const by_id *a, const by_id *b)
{
    const bool is_first = (a == NULL || e->persons[0][a->at] == PLM_EVALUATE_NOBODY) &&
                          (b == NULL || e->persons[1][b->at] == PLM_EVALUATE_NOBODY);
    if (is_first && a != NULL && b != NULL) {
        e->persons[0][a->at] = (int64_t)e->n_pairs;
        e->persons[1][b->at] = (int64_t)e->n_pairs;
    }
    e->n_pairs += is_first;
}

/* The next line of the truth as two ids, terminated in place. False at the end, or if it is bad. */
static bool next_truth(char **rest, char **a, char **b)
{
    char *line = *rest;
    char *end = strchr(line, '\n');
    char *comma = strchr(line, ',');
    if (*line == '\0' || comma == NULL || (end != NULL && comma > end)) {
        return false;
    }
    *rest = end == NULL ? line + strlen(line) : end + 1;
    if (end != NULL) {
        *end = '\0';
    }
    *comma = '\0';
    comma[1 + strcspn(comma + 1, ",\r")] = '\0';
    *a = line;
    *b = comma + 1;
    return true;
}

static plm_status read_truth(plm_evaluation *e, const char *path, const by_id *const ids[2])
{
    plm_buf text;
    plm_buf_init(&text, TRUTH_MAX);
    plm_status status = plm_file_read(path, &text);
    if (status != PLM_OK) {
        plm_say_error(e->command, "%s: %s", path, strerror(errno));
    } else {
        status = plm_buf_append_u8(&text, 0);
    }
    char *rest = (char *)text.data;
    char *a;
    char *b;
    uint64_t line = 1;
    bool goes_on = status == PLM_OK && next_truth(&rest, &a, &b); /* the header */
    while (goes_on && next_truth(&rest, &a, &b)) {
        pair(e, find_id(ids[0], e->lists[0].n, a), find_id(ids[1], e->lists[1].n, b));
        line++;
    }
    if (status == PLM_OK && *rest != '\0') {
        plm_say_error(e->command, "%s:%llu: not two ids with a comma between", path,
                      (unsigned long long)line + 1);
        status = PLM_E_SYNTAX;
    }
    plm_buf_wipe(&text);
    return status;
}

static plm_status pair_all(plm_evaluation *e, const char *truth)
{
    by_id *ids[2] = {index_ids(&e->lists[0]), index_ids(&e->lists[1])};
    plm_status status = ids[0] == NULL || ids[1] == NULL ? PLM_E_NOMEM : PLM_OK;
    if (status == PLM_OK && truth != NULL) {
        status = read_truth(e, truth, (const by_id *const *)ids);
    } else if (status == PLM_OK) {
        for (size_t i = 0; i < e->lists[0].n; i++) {
            const by_id *b = find_id(ids[1], e->lists[1].n, ids[0][i].id);
            if (b != NULL) {
                pair(e, &ids[0][i], b);
            }
        }
    }
    if (status == PLM_OK && e->n_pairs == 0) {
        plm_say_error(e->command, "no person of A is in B by this truth");
        status = PLM_E_INVALID;
    }
    free(ids[0]);
    free(ids[1]);
    return status;
}

static plm_status read_text(const char *command, const char *path, const char *before,
                            plm_buf *text)
{
    plm_status status = plm_file_read(path, text);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s%s", path, before, strerror(errno));
    }
    return status;
}

static plm_status read_equivalents(plm_name_classes **out, const char *command, const char *path)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_buf text;
    *out = NULL;
    if (path == NULL) {
        return PLM_OK;
    }
    plm_buf_init(&text, PLM_NAME_CLASSES_TEXT_MAX);
    plm_status status = read_text(command, path, "", &text);
    if (status == PLM_OK) {
        status = plm_name_classes_parse(out, plm_buf_span(&text), path, &sink);
    }
    plm_buf_wipe(&text);
    return status;
}

/* The shipped table's text; empty if none has the name. */
static plm_span shipped(const char *name)
{
    for (size_t i = 0; i < plm_frequency_builtin_count(); i++) {
        if (strcmp(plm_frequency_builtin_name(i), name) == 0) {
            return plm_frequency_builtin_text(i);
        }
    }
    return plm_span_of(NULL, 0);
}

plm_status plm_evaluation_table(plm_frequency **out, const char *command, const char *name,
                                const char *equivalents)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_name_classes *classes;
    plm_buf file;
    plm_span text = shipped(name);
    *out = NULL;
    plm_status status = read_equivalents(&classes, command, equivalents);
    plm_buf_init(&file, PLM_FREQUENCY_BYTES_MAX);
    if (status == PLM_OK && text.n == 0) {
        status = read_text(command, name,
                           "no table of this name ships with Palermo; as a file: ", &file);
        text = plm_buf_span(&file);
    }
    if (status == PLM_OK) {
        status = plm_frequency_parse_with(out, text, classes, &sink, name);
    } else {
        plm_name_classes_destroy(classes);
    }
    plm_buf_wipe(&file);
    return status;
}

static plm_status read_list(plm_evaluation *e, const plm_evaluation_files *files, int side)
{
    plm_records *list = &e->lists[side];
    plm_status status =
        plm_records_read(list, e->command, files->mappings[side], files->lists[side]);
    if (status != PLM_OK) {
        return status;
    }
    e->persons[side] = (int64_t *)malloc((list->n + 1) * sizeof(int64_t));
    if (e->persons[side] == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < list->n; i++) {
        e->persons[side][i] = PLM_EVALUATE_NOBODY;
    }
    return PLM_OK;
}

plm_status plm_evaluation_open(plm_evaluation *e, const char *command,
                               const plm_evaluation_files *files, int64_t n_expected)
{
    e->command = command;
    plm_status status = plm_evaluation_table(&e->table, command, files->table, files->equivalents);
    for (int side = 0; status == PLM_OK && side < 2; side++) {
        status = read_list(e, files, side);
    }
    if (status == PLM_OK) {
        status = pair_all(e, files->truth);
    }
    const size_t shorter = e->lists[0].n < e->lists[1].n ? e->lists[0].n : e->lists[1].n;
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
