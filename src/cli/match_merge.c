/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_merge.c - the hits of several runs as one list: which of our records the others know.
 */
#include "cli/match.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TARGET_MAX = 96
};

/* Which of the parties also know a record of ours: {"record": ..., "parties": {...}}. */
typedef struct merging {
    json_t *records; /* by number */
} merging;

/* "a b" */
static json_t *join_words(const json_t *words)
{
    char text[PLM_TEXT_MAX] = "";
    size_t n = 0;
    size_t i;
    json_t *word;
    json_array_foreach(words, i, word)
    {
        if (n < sizeof text) {
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i > 0 ? " " : "",
                                  json_string_value(word));
        }
    }
    return json_string(text);
}

static plm_status merge_hit(const merging *m, const json_t *hit)
{
    char key[32];
    (void)snprintf(key, sizeof key, "%020lld", plm_number_of(hit, "number"));
    json_t *entry = json_object_get(m->records, key);
    if (entry == NULL) {
        entry = json_pack("{s:O, s:O, s:O, s:{}}", "register", json_object_get(hit, "register"),
                          "record", json_object_get(hit, "record"), "role",
                          json_object_get(hit, "role"), "parties");
        if (json_object_set_new(m->records, key, entry) != 0) {
            return PLM_E_NOMEM;
        }
    }
    return json_object_set_new(json_object_get(entry, "parties"), plm_text_of(hit, "with"),
                               join_words(json_object_get(hit, "rules"))) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

static plm_status merge_page(void *context, json_t *items)
{
    size_t i;
    json_t *hit;
    plm_status status = PLM_OK;
    json_array_foreach(items, i, hit)
    {
        status = status == PLM_OK ? merge_hit((const merging *)context, hit) : status;
    }
    return status;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The records in the order of their numbers. */
static json_t *sorted(json_t *records)
{
    json_t *list = json_array();
    const size_t n = json_object_size(records);
    const char **keys = (const char **)calloc(n + 1, sizeof *keys);
    const char *key;
    json_t *entry;
    size_t i = 0;
    if (keys == NULL) {
        json_decref(list);
        return NULL;
    }
    json_object_foreach(records, key, entry)
    {
        keys[i++] = key;
    }
    qsort(keys, n, sizeof *keys, compare_keys);
    for (i = 0; i < n; i++) {
        (void)json_array_append(list, json_object_get(records, keys[i]));
    }
    free(keys);
    return list;
}

plm_status plm_match_merge(plm_inquiry *inquiry, const char *const *runs, size_t n, json_t **out)
{
    merging m = {json_object()};
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        char target[TARGET_MAX];
        (void)snprintf(target, sizeof target, "/v1/hits?run=%.32s", runs[i]);
        status = plm_inquiry_pages(inquiry, target, merge_page, &m);
    }
    *out = status == PLM_OK ? sorted(m.records) : NULL;
    json_decref(m.records);
    return status == PLM_OK && *out == NULL ? PLM_E_NOMEM : status;
}

void plm_match_print_merged(const json_t *records)
{
    size_t i;
    json_t *entry;
    json_array_foreach(records, i, entry)
    {
        const char *with;
        json_t *rules;
        const char *gap = "";
        (void)printf("  ");
        plm_say_padded(plm_text_of(entry, "record"), 16);
        (void)printf(" %-10s ", plm_text_of(entry, "role"));
        json_object_foreach(json_object_get(entry, "parties"), with, rules)
        {
            (void)printf("%s%s (%s)", gap, with, json_string_value(rules));
            gap = ", ";
        }
        (void)printf("\n");
    }
    size_t n = json_array_size(records);
    (void)printf("%zu record%s of ours %s known to others. A hit is a lead, never an "
                 "identification.\n",
                 n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
}
