/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register_find.c - palermo register find: which of our records have an identifier.
 */
#include "cli/register.h"

#include "cli/say.h"

#include <stdio.h>

static void print_record(const json_t *r)
{
    const char *name = json_string_value(json_array_get(json_object_get(r, "names"), 0));
    (void)printf("  ");
    plm_say_padded(plm_text_of(r, "register"), 16);
    (void)printf(" ");
    plm_say_padded(plm_text_of(r, "record"), 24);
    (void)printf(" ");
    plm_say_padded(plm_text_of(r, "role"), 10);
    (void)printf(" %s\n", name != NULL ? name : "");
}

static void print_search(const json_t *search)
{
    const json_t *records = json_object_get(search, "records");
    const size_t n = json_array_size(records);
    size_t i;
    json_t *r;
    if (!json_is_true(json_object_get(search, "valid"))) {
        (void)printf("%s: can't be such an identifier\n", plm_text_of(search, "value"));
        return;
    }
    (void)printf("%s: %zu record%s%s\n", plm_text_of(search, "value"), n, n == 1 ? "" : "s",
                 json_is_true(json_object_get(search, "more")) ? ", and more (--limit)" : "");
    json_array_foreach(records, i, r)
    {
        print_record(r);
    }
}

static void print_searches(const plm_operation_call *call, const json_t *answer)
{
    size_t i;
    json_t *search;
    (void)call;
    json_array_foreach(json_object_get(answer, "searches"), i, search)
    {
        print_search(search);
    }
}

static const plm_operation_option find_options[] = {
    {"type", PLM_OPTION_TEXT, PLM_TO_BODY, "type", "TYPE",
     "of the values, as phone or passport; without it, whatever they can be", 0, 0},
    {"country", PLM_OPTION_TEXT, PLM_TO_BODY, "country", "CC", "of national numbers without one", 0,
     0},
    {"limit", PLM_OPTION_NUMBER, PLM_TO_BODY, "limit", "N",
     "records shown of each value, at most (20)", 1, 10000},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_register_find = {
    .usage = {"palermo register find", "VALUE... [OPTIONS]",
              "Lists our records that have an identifier, whatever way it is written."},
    .method = "POST",
    .path = "/v1/records/find",
    .min_words = 1,
    .max_words = PLM_OPERATION_LIST_MAX,
    .list = "values",
    .options = find_options,
    .print = print_searches,
};
