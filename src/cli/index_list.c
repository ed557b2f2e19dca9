/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_list.c - palermo index list, show, watch, notices.
 */
#include "cli/index.h"

#include "cli/exit.h"
#include "cli/say.h"
#include "index/changes.h"
#include "node/agreement.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- list ------------------------------------------------------------------------------------ */

static void print_ours(const json_t *e)
{
    const char *until = plm_text_of(e, "until");
    char n[PLM_NUMBER_TEXT];
    (void)printf("ours       %.8s %-16s epoch %lld  %-9s %s entries", plm_text_of(e, "accord"),
                 plm_text_of(e, "purpose"), plm_number_of(e, "epoch"), plm_text_of(e, "state"),
                 plm_say_number(n, (uint64_t)plm_number_of(e, "entries")));
    (void)printf(", +%s", plm_say_number(n, (uint64_t)plm_number_of(e, "added")));
    (void)printf(" -%s by changes %lld  of %s%s%s\n",
                 plm_say_number(n, (uint64_t)plm_number_of(e, "withdrawn")),
                 plm_number_of(e, "sequence"), plm_text_of(e, "changed"),
                 until[0] != '\0' ? ", until " : "", until);
}

static void print_fetched(const json_t *e)
{
    char n[PLM_NUMBER_TEXT];
    (void)printf("%-10s %.8s %-16s epoch %lld  fetched   %s entries  of %s\n",
                 plm_text_of(e, "party"), plm_text_of(e, "accord"), plm_text_of(e, "purpose"),
                 plm_number_of(e, "epoch"),
                 plm_say_number(n, (uint64_t)plm_number_of(e, "entries")), plm_text_of(e, "made"));
}

static void print_indexes(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *e;
    (void)call;
    json_array_foreach(list, i, e)
    {
        if (json_is_null(json_object_get(e, "party"))) {
            print_ours(e);
        } else {
            print_fetched(e);
        }
    }
}

const plm_operation plm_operation_index_list = {
    .usage = {"palermo index list", "[OPTIONS]",
              "The indexes here: ours, and those fetched from others."},
    .method = "GET",
    .path = "/v1/indexes",
    .shape = plm_items_of,
    .print = print_indexes,
};

/* --- show ------------------------------------------------------------------------------------ */

static int show_index(const char *command, const char *path, bool json, const uint8_t *identity)
{
    plm_map map;
    plm_index index;
    plm_status status = plm_map_open(&map, path);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path, strerror(errno));
        return PLM_EXIT_INPUT;
    }
    const plm_span bytes = plm_span_of(map.p, map.n);
    status = plm_index_open_bytes(&index, bytes, identity);
    if (status == PLM_OK) {
        status = plm_index_verify(&index);
    }
    if (status != PLM_OK) {
        plm_map_close(&map);
        return plm_say_status(command, path, status);
    }
    const plm_index_header *h = &index.header;
    const double per_entry =
        h->n_entries == 0 ? 0 : (double)(map.n - index.labels.n) / (double)h->n_entries;
    char root[65];
    plm_hex_encode(root, h->root, sizeof h->root);
    if (json) {
        (void)plm_say_json(json_pack(
            "{s:s, s:s, s:I, s:I, s:I, s:I, s:f, s:s, s:b}", "party", h->party, "purpose",
            h->purpose, "epoch", (json_int_t)h->epoch, "entries", (json_int_t)h->n_entries, "bytes",
            (json_int_t)map.n, "label_bytes", (json_int_t)h->label_bytes, "bytes_per_entry",
            per_entry, "root", root, "signed", (int)(identity != NULL)));
    } else {
        char n[PLM_NUMBER_TEXT];
        (void)printf("%s, purpose %s, epoch %" PRIu32 "\n", h->party, h->purpose, h->epoch);
        (void)printf("%s entries", plm_say_number(n, h->n_entries));
        (void)printf(", %s bytes: ", plm_say_number(n, map.n));
        (void)printf("%.2f an entry without labels\n", per_entry);
        (void)printf("a token that is not in it is taken for one with probability 2^-40 at most\n");
        (void)printf("every byte is as it was signed%s\n",
                     identity != NULL ? "" : " (by whom was not looked at: give --with CODE)");
    }
    plm_map_close(&map);
    return PLM_EXIT_OK;
}

int plm_index_verb_show(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo index show", "FILE [--with CODE] [OPTIONS]",
                                         "Checks every byte of an index file and says what it is."};
    plm_common common = {0};
    plm_home home = {0};
    const char *path = NULL;
    const char *with = NULL;
    size_t n;
    const plm_option options[] = {
        {"with", PLM_OPTION_TEXT, &with, "CODE", "must be signed by this party", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, &n);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (with == NULL) {
        return show_index(usage.command, path, common.json, NULL);
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_tls_pin *pins = NULL;
    status = plm_agreement_pins(&pins, &n, home.store, home.code, with);
    int result = status == PLM_OK ? show_index(usage.command, path, common.json, pins[0].identity)
                                  : plm_say_status(usage.command, with, status);
    free(pins);
    plm_home_close(&home);
    return result;
}

/* --- notices --------------------------------------------------------------------------------- */

static void print_notices(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *n;
    (void)call;
    json_array_foreach(list, i, n)
    {
        (void)printf("%s  %-10s %-16s record %lld  reference %.8s  their case %.8s\n",
                     plm_text_of(n, "asked"), plm_text_of(n, "party"), plm_text_of(n, "purpose"),
                     plm_number_of(n, "record"), plm_text_of(n, "reference"),
                     plm_text_of(n, "case"));
    }
}

const plm_operation plm_operation_index_notices = {
    .usage = {"palermo index notices", "[OPTIONS]",
              "Hits of other parties on entries of our indexes, the newest first."},
    .method = "GET",
    .path = "/v1/indexes/notices",
    .shape = plm_items_of,
    .print = print_notices,
};

/* --- watch ----------------------------------------------------------------------------------- */

static void print_number(const char *before, const json_t *w, const char *key, const char *after)
{
    char n[PLM_NUMBER_TEXT];
    (void)printf("%s%s%s", before, plm_say_number(n, (uint64_t)plm_number_of(w, key)), after);
}

static void print_watched(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *w;
    (void)call;
    json_array_foreach(list, i, w)
    {
        size_t k;
        json_t *remark;
        (void)printf("%-10s %-16s ", plm_text_of(w, "party"), plm_text_of(w, "purpose"));
        print_number("", w, "evaluated", " evaluated");
        (void)printf(" in %lld of %lld hours", plm_number_of(w, "active"),
                     plm_number_of(w, "hours"));
        print_number(", ", w, "refused", " refused");
        print_number("; median ", w, "median_hour", "");
        print_number(", highest ", w, "highest_hour", " an hour");
        print_number("; ", w, "hits", " hits told");
        (void)printf(", %.6f of all\n", json_number_value(json_object_get(w, "hit_ratio")));
        json_array_foreach(json_object_get(w, "remarks"), k, remark)
        {
            (void)printf("%s%s", k == 0 ? "           look at this: " : " ",
                         json_string_value(remark));
        }
        (void)printf("%s", json_array_size(json_object_get(w, "remarks")) > 0 ? "\n" : "");
    }
}

static const plm_operation_option watch_options[] = {
    {"hours", PLM_OPTION_NUMBER, PLM_TO_QUERY, "hours", "N", "back from now (168)", 1, 8760},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_index_watch = {
    .usage = {"palermo index watch", "[--hours N] [OPTIONS]",
              "Who asks how much, how evenly, and how often it hits. What is asked can't be seen:\n"
              "questions are blind, so one who walks through numbers shows in these figures or not "
              "at all."},
    .method = "GET",
    .path = "/v1/indexes/watch",
    .options = watch_options,
    .shape = plm_items_of,
    .print = print_watched,
};
