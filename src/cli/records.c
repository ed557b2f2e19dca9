/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/records.h"

#include "cli/say.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_MAX = 10,
    CAPACITY_MIN = 1024
};

typedef struct reading {
    plm_records *records;
    uint64_t n_shown;
    plm_meter meter;
    const volatile sig_atomic_t *cancel;
} reading;

static plm_status copy(plm_arena *arena, plm_record *to, const plm_record *from)
{
    plm_value *values = (plm_value *)plm_arena_array(arena, from->n_values + 1, sizeof *values);
    *to = *from;
    to->offences = NULL;
    to->n_offences = 0;
    to->id = plm_arena_string(arena, plm_span_str(from->id));
    to->values = values;
    if (values == NULL || to->id == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < from->n_values; i++) {
        values[i] = from->values[i];
        values[i].canonical = plm_arena_string(arena, plm_span_str(from->values[i].canonical));
        values[i].raw = values[i].canonical;
        if (values[i].canonical == NULL) {
            return PLM_E_NOMEM;
        }
    }
    return PLM_OK;
}

static plm_status take_record(void *context, const plm_record *record, const char *file,
                              uint64_t line)
{
    plm_records *r = ((reading *)context)->records;
    (void)file;
    (void)line;
    if (r->n == r->capacity) {
        const size_t capacity = r->capacity == 0 ? CAPACITY_MIN : 2 * r->capacity;
        plm_record *items = (plm_record *)realloc(r->items, capacity * sizeof *items);
        if (items == NULL) {
            return PLM_E_NOMEM;
        }
        r->items = items;
        r->capacity = capacity;
    }
    plm_status status = copy(&r->arena, &r->items[r->n], record);
    r->n += status == PLM_OK;
    return status;
}

static plm_status take_progress(void *context, uint64_t done, uint64_t total)
{
    reading *r = (reading *)context;
    plm_meter_show(&r->meter, "read", done, total);
    return *r->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

static void take_diag(void *context, const plm_diag *diag)
{
    reading *r = (reading *)context;
    if (r->n_shown++ < SHOWN_MAX) {
        plm_meter_end(&r->meter);
        plm_diag_print(stderr, diag);
    }
}

plm_status plm_records_read(plm_records *records, const char *command, const char *mapping,
                            const char *path)
{
    reading r = {.records = records, .cancel = plm_catch_signals()};
    memset(records, 0, sizeof *records);
    plm_arena_init(&records->arena, SIZE_MAX / 2);
    plm_meter_init(&r.meter, "bytes");
    plm_import import = {.today = plm_date_of_ms(plm_wall_ms()),
                         .record = take_record,
                         .progress = take_progress,
                         .context = &r,
                         .sink = {take_diag, &r}};
    plm_status status =
        mapping == NULL ? plm_import_ftm(&import, path) : plm_import_csv(&import, mapping, path);
    plm_meter_end(&r.meter);
    if (r.n_shown > SHOWN_MAX) {
        plm_say_error(command, "%s: %llu more rows and values were refused or marked", path,
                      (unsigned long long)(r.n_shown - SHOWN_MAX));
    }
    if (status != PLM_OK) {
        (void)plm_say_status(command, path, status);
    }
    return status;
}

void plm_records_wipe(plm_records *records)
{
    plm_arena_wipe(&records->arena);
    free(records->items);
    memset(records, 0, sizeof *records);
}
