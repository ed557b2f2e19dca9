/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.c - palermo register: list, quarantine, drop, expire; register_find.c has find.
 */
#include "cli/register.h"

#include "cli/commands.h"
#include "cli/say.h"
#include "cli/verbs.h"

#include <stdio.h>

static void print_registers(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *one;
    (void)call;
    json_array_foreach(list, i, one)
    {
        char n[PLM_NUMBER_TEXT];
        (void)printf("%-20s %-5s %12s records  %6lld quarantined  loaded %s\n",
                     plm_text_of(one, "name"), plm_text_of(one, "format"),
                     plm_say_number(n, (uint64_t)plm_number_of(one, "records")),
                     plm_number_of(one, "quarantined"), plm_text_of(one, "loaded"));
    }
}

static void print_quarantine(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *one;
    (void)call;
    json_array_foreach(list, i, one)
    {
        const plm_diag diag = {.severity = PLM_ERROR,
                               .file = plm_text_of(one, "file"),
                               .line = (uint64_t)plm_number_of(one, "line"),
                               .field = json_string_value(json_object_get(one, "field")),
                               .reason = plm_text_of(one, "reason")};
        plm_diag_print(stdout, &diag);
    }
}

static void print_expired(const plm_operation_call *call, const json_t *answer)
{
    const long long n = plm_number_of(answer, "deleted");
    (void)call;
    (void)printf("%lld record%s deleted\n", n, n == 1 ? "" : "s");
}

static const plm_operation list = {
    .usage = {"palermo register list", "[OPTIONS]", "Lists the registers."},
    .method = "GET",
    .path = "/v1/registers",
    .shape = plm_items_of,
    .print = print_registers,
};

static const plm_operation quarantine = {
    .usage = {"palermo register quarantine", "[NAME]",
              "Lists the rows that could not be loaded, and why."},
    .method = "GET",
    .path = "/v1/quarantine",
    .flags = PLM_OPERATION_PAGED | PLM_OPERATION_FLOWS,
    .max_words = 1,
    .members = {"?register"},
    .print = print_quarantine,
};

static const plm_operation drop = {
    .usage = {"palermo register drop", "NAME", "Drops a register with all its records."},
    .method = "DELETE",
    .path = "/v1/registers/{name}",
    .min_words = 1,
    .max_words = 1,
};

static const plm_operation expire = {
    .usage = {"palermo register expire", "[OPTIONS]",
              "Deletes the records and hits whose retention date has passed, as 'palermo serve' "
              "does every day."},
    .method = "POST",
    .path = "/v1/registers/expire",
    .print = print_expired,
};

static const plm_verb verbs[] = {
    {"list", NULL, "the registers", &list},
    {"quarantine", NULL, "rows that could not be loaded, and why", &quarantine},
    {"drop", NULL, "drop a register", &drop},
    {"expire", NULL, "delete what is past its retention", &expire},
    {"find", NULL, "records that have an identifier", &plm_operation_register_find},
};

int plm_command_register(int argc, char **argv)
{
    return plm_verbs_run("palermo register", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
