/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate_open.c - reading the lists of an evaluation and its table.
 */
#include "base/file.h"
#include "cli/evaluate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
        status = plm_evaluation_pair(e, files->truth);
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
