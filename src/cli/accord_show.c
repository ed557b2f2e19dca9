/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_show.c - palermo accord list, status, show, explain, amend: accords as they are read.
 */
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

/* Oldest first; of one that was named, that alone. */
static json_t *accords_of(const plm_operation_call *call, json_t *answer)
{
    json_t *items = plm_oldest_first(call, plm_items_of(call, answer));
    const char *prefix = call->n_words > 0 ? call->words[0] : "";
    for (size_t i = json_array_size(items); i > 0; i--) {
        const json_t *one = json_array_get(items, i - 1);
        if (strncmp(plm_text_of(one, "accord"), prefix, strlen(prefix)) != 0) {
            (void)json_array_remove(items, i - 1);
        }
    }
    return items;
}

static int judge(const plm_operation_call *call, const json_t *accords)
{
    if (call->n_words == 0 || json_array_size(accords) > 0) {
        return PLM_EXIT_OK;
    }
    plm_say_error(call->operation->usage.command, "%s: no such accord was adopted here",
                  call->words[0]);
    return PLM_EXIT_NOT_FOUND;
}

static void print_list(const plm_operation_call *call, const json_t *accords)
{
    size_t i;
    size_t k;
    json_t *accord;
    json_t *party;
    (void)call;
    json_array_foreach(accords, i, accord)
    {
        (void)printf("%s\n  %s, until %s\n", plm_text_of(accord, "accord"),
                     plm_text_of(accord, "title"), plm_text_of(accord, "expires"));
        json_array_foreach(json_object_get(accord, "parties"), k, party)
        {
            (void)printf("  %-14s %s%s\n", plm_text_of(party, "code"),
                         plm_text_of(party, "ratified")[0] != '\0' ? "ratified" : "not ratified",
                         json_is_true(json_object_get(party, "in_force_with_us"))
                             ? ", in force with us"
                             : "");
        }
    }
}

const plm_operation plm_operation_accord_list = {
    .usage = {"palermo accord list", "[OPTIONS]",
              "Lists the adopted accords and who ratified them."},
    .method = "GET",
    .path = "/v1/accords",
    .shape = accords_of,
    .print = print_list,
};

static void print_party(const json_t *party)
{
    const char *until = plm_text_of(party, "bound_until");
    const long long n = plm_number_of(party, "reservations");
    (void)printf("  %-12s ", plm_text_of(party, "code"));
    if (plm_text_of(party, "ratified")[0] == '\0') {
        (void)printf("has not ratified");
    } else {
        (void)printf("ratified %s, %lld reservation%s", plm_text_of(party, "ratified"), n,
                     n == 1 ? "" : "s");
    }
    if (until[0] != '\0') {
        (void)printf("; denounced: bound until %s", until);
    }
    if (json_is_true(json_object_get(party, "is_us"))) {
        (void)printf(" (this authority)\n");
    } else if (json_is_true(json_object_get(party, "in_force_with_us"))) {
        (void)printf("; in force with us\n");
    } else {
        (void)printf("; not in force with us: clause %s\n", plm_text_of(party, "clause"));
    }
}

static void print_status(const plm_operation_call *call, const json_t *accords)
{
    size_t i;
    size_t k;
    json_t *accord;
    json_t *item;
    (void)call;
    json_array_foreach(accords, i, accord)
    {
        (void)printf("%s\n  %s, last day %s, %lld of %lld ratifications\n",
                     plm_text_of(accord, "accord"), plm_text_of(accord, "title"),
                     plm_text_of(accord, "expires"), plm_number_of(accord, "ratifications"),
                     plm_number_of(accord, "needed"));
        if (plm_text_of(accord, "amends")[0] != '\0') {
            (void)printf("  amends %s\n", plm_text_of(accord, "amends"));
        }
        json_array_foreach(json_object_get(accord, "amended_by"), k, item)
        {
            (void)printf("  amended by %s\n", json_string_value(item));
        }
        json_array_foreach(json_object_get(accord, "parties"), k, item)
        {
            print_party(item);
        }
    }
}

const plm_operation plm_operation_accord_status = {
    .usage = {"palermo accord status", "[HASH]",
              "Says of each adopted accord (or of one) who ratified and denounced it, what amends "
              "it, and\n"
              "with whom it is in force; if it is not, which clause says so."},
    .method = "GET",
    .path = "/v1/accords",
    .max_words = 1,
    .shape = accords_of,
    .print = print_status,
    .judge = judge,
};

const plm_operation plm_operation_accord_show = {
    .usage = {"palermo accord show", "HASH [--out FILE]", "Prints an adopted accord's own bytes."},
    .method = "GET",
    .path = "/v1/accords/{hash}/text",
    .flags = PLM_OPERATION_BYTES,
    .min_words = 1,
    .max_words = 1,
};

const plm_operation plm_operation_accord_amend = {
    .usage = {"palermo accord amend", "HASH [--out FILE]",
              "Writes a draft that begins as the accord is and names it by its hash. Edited, "
              "adopted and\n"
              "ratified, it takes the accord's place between every two parties that both ratified "
              "it."},
    .method = "GET",
    .path = "/v1/accords/{hash}/amendment",
    .flags = PLM_OPERATION_BYTES,
    .min_words = 1,
    .max_words = 1,
};

void plm_accord_print_words(const plm_operation_call *call, const json_t *answer)
{
    (void)call;
    (void)fputs(plm_text_of(answer, "explanation"), stdout);
}

static const plm_operation_option explain_options[] = {
    {"with", PLM_OPTION_TEXT, PLM_TO_QUERY, "with", "CODE", "the other party", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

#define EXPLAIN_USAGE                                                                            \
    {                                                                                            \
        "palermo accord explain", "[HASH] --with CODE",                                          \
            "Says in plain words what counts between us and another party: the accord in force " \
            "(or the\none named), less what each of the two reserved, and why."                  \
    }

static const plm_operation_option explain_party_options[] = {
    {"with", PLM_OPTION_TEXT, PLM_TO_COMMAND, NULL, "CODE", "the other party", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

static const plm_operation explain_party = {
    .usage = EXPLAIN_USAGE,
    .method = "GET",
    .path = "/v1/parties/{party}/explanation",
    .options = explain_party_options,
    .print = plm_accord_print_words,
};

/* Without a hash it is the accord in force with the party. */
static int choose_accord(plm_operation_call *call)
{
    const char *with = plm_operation_value_of(call, "with")->text;
    if (with == NULL) {
        return plm_usage_error(&call->operation->usage, "--with is needed");
    }
    if (call->n_words == 0) {
        call->operation = &explain_party;
        call->arguments[0] = with;
    }
    return PLM_GO_ON;
}

const plm_operation plm_operation_accord_explain = {
    .usage = EXPLAIN_USAGE,
    .method = "GET",
    .path = "/v1/accords/{hash}/explanation",
    .max_words = 1,
    .options = explain_options,
    .prepare = choose_accord,
    .print = plm_accord_print_words,
};
