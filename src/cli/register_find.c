/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register_find.c - palermo register find: which of our records have an identifier.
 */
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/register.h"
#include "cli/say.h"
#include "ident/ident.h"
#include "store/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUES_MAX = 1000,
    LIMIT = 20
};

typedef struct finding {
    plm_common common;
    const char *type_name; /* NULL: whatever the value can be */
    const char *country;
    plm_home home;
    int64_t *numbers; /* of records as one type; room for limit */
    size_t n_numbers;
    json_t *records; /* of the value at hand */
    int64_t limit;
    bool is_more; /* there are more than those */
} finding;

static plm_status take_number(void *context, int64_t number)
{
    finding *f = (finding *)context;
    if (json_array_size(f->records) + f->n_numbers == (size_t)f->limit) {
        f->is_more = true;
    } else {
        f->numbers[f->n_numbers++] = number;
    }
    return PLM_OK;
}

static plm_status take_record(void *context, const plm_stored_record *r)
{
    finding *f = (finding *)context;
    json_t *names = json_array();
    for (size_t i = 0; i < r->record.n_values; i++) {
        if (r->record.values[i].type == PLM_IDENT_NAME) {
            (void)json_array_append_new(names, json_string(r->record.values[i].raw));
        }
    }
    return json_array_append_new(
               f->records, json_pack("{s:s, s:s, s:I, s:s, s:o}", "register", r->register_name,
                                     "record", r->record.id, "number", (json_int_t)r->number,
                                     "role", plm_role_name(r->record.role), "names", names)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

/* One value as one type; *is_one: it can be of that type at all. */
static plm_status find_as(finding *f, plm_ident_type type, const char *value, bool *is_one)
{
    plm_ident ident;
    plm_status status = plm_ident_canonicalise(type, f->country, plm_span_str(value), &ident);
    if (status != PLM_OK) {
        return status == PLM_E_NOMEM ? status : PLM_OK;
    }
    *is_one = true;
    const plm_record_query query = {.type = plm_ident_type_name(type),
                                    .canonical = ident.canonical,
                                    .source_id = "",
                                    .register_name = ""};
    f->n_numbers = 0;
    status = plm_store_page_records(f->home.store, &query, (size_t)f->limit + 1, take_number, f);
    return status == PLM_OK
               ? plm_store_each_of(f->home.store, f->numbers, f->n_numbers, take_record, f)
               : status;
}

static plm_status find_value(finding *f, const char *value, bool *is_one)
{
    plm_ident_type type;
    plm_status status = PLM_OK;
    if (f->type_name != NULL) {
        status = plm_ident_type_find(&type, f->type_name);
        return status == PLM_OK ? find_as(f, type, value, is_one) : status;
    }
    for (unsigned i = 0; status == PLM_OK && i < PLM_IDENT_TYPE_COUNT; i++) {
        status = find_as(f, (plm_ident_type)i, value, is_one);
    }
    return status;
}

static void print_records(const char *value, bool is_one, const json_t *records, bool is_more)
{
    size_t i;
    json_t *r;
    size_t n = json_array_size(records);
    if (!is_one) {
        (void)printf("%s: can't be such an identifier\n", value);
        return;
    }
    (void)printf("%s: %zu record%s%s\n", value, n, n == 1 ? "" : "s",
                 is_more ? ", and more (--limit)" : "");
    json_array_foreach(records, i, r)
    {
        const json_t *names = json_object_get(r, "names");
        const char *name = json_string_value(json_array_get(names, 0));
        (void)printf("  ");
        plm_say_padded(json_string_value(json_object_get(r, "register")), 16);
        (void)printf(" ");
        plm_say_padded(json_string_value(json_object_get(r, "record")), 24);
        (void)printf(" ");
        plm_say_padded(json_string_value(json_object_get(r, "role")), 10);
        (void)printf(" %s\n", name != NULL ? name : "");
    }
}

static int find_all(finding *f, const char *const *values, size_t n, const char *command)
{
    json_t *searches = json_array();
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        bool is_one = false;
        int64_t start_us = plm_clock_us();
        f->records = json_array();
        f->is_more = false;
        status = find_value(f, values[i], &is_one);
        int64_t took_us = plm_clock_us() - start_us;
        if (status == PLM_OK && !f->common.json) {
            print_records(values[i], is_one, f->records, f->is_more);
        }
        (void)json_array_append_new(
            searches,
            json_pack("{s:s, s:b, s:b, s:I, s:o}", "value", values[i], "valid", (int)is_one, "more",
                      (int)f->is_more, "microseconds", (json_int_t)took_us, "records", f->records));
    }
    if (status != PLM_OK) {
        json_decref(searches);
        return plm_say_status(command, f->home.store_path, status);
    }
    if (f->common.json) {
        return plm_say_json(json_pack("{s:o}", "searches", searches));
    }
    json_decref(searches);
    return PLM_EXIT_OK;
}

int plm_register_find(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo register find", "VALUE... [OPTIONS]",
        "Lists our records that have an identifier, whatever way it is written."};
    finding f = {.country = "", .limit = LIMIT};
    const char *values[VALUES_MAX];
    size_t n = 0;
    plm_ident_type type;
    const plm_option options[] = {
        {"type", PLM_OPTION_TEXT, &f.type_name, "TYPE",
         "of the values, as phone or passport; without it, whatever they can be", 0, 0},
        {"country", PLM_OPTION_TEXT, &f.country, "CC", "of national numbers without one", 0, 0},
        {"limit", PLM_OPTION_NUMBER, &f.limit, "N", "records shown of each value, at most (20)", 1,
         10000},
        PLM_COMMON_OPTIONS(&f.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed =
        plm_options_parse(&usage, options, argc, argv, values, 1, VALUES_MAX, &n);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (f.type_name != NULL && plm_ident_type_find(&type, f.type_name) != PLM_OK) {
        return plm_usage_error(&usage, "\"%s\" is no type of identifier", f.type_name);
    }
    plm_status status = plm_home_open(&f.home, &f.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    f.numbers = (int64_t *)calloc((size_t)f.limit, sizeof *f.numbers);
    int result = f.numbers != NULL ? find_all(&f, values, n, usage.command)
                                   : plm_say_status(usage.command, "", PLM_E_NOMEM);
    free(f.numbers);
    plm_home_close(&f.home);
    return result;
}
