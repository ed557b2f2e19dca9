/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority.c - palermo authority.
 */
#include "cli/authority.h"

#include "cli/commands.h"
#include "cli/operation.h"

#include <stdio.h>

/* "it,en" */
static void print_list(const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        (void)printf("%s%s", i > 0 ? "," : "", json_string_value(one));
    }
}

void plm_authority_print(const json_t *party)
{
    const json_t *penalty = json_object_get(party, "death_penalty");
    const char *assurances = plm_text_of(party, "assurances");
    (void)printf("%s  %s (%s)\n  identity key  %s\n  node address  %s\n  contact       %s\n"
                 "  languages     ",
                 plm_text_of(party, "code"), plm_text_of(party, "name"), plm_text_of(party, "kind"),
                 plm_text_of(party, "identity_key"), plm_text_of(party, "address"),
                 plm_text_of(party, "contact"));
    print_list(json_object_get(party, "languages"));
    (void)printf("\n");
    if (json_array_size(penalty) > 0) {
        (void)printf("  death penalty ");
        print_list(penalty);
        (void)printf("; assurance: %s\n", assurances[0] != '\0' ? assurances : "none");
    }
}

static void print(const plm_operation_call *call, const json_t *party)
{
    (void)call;
    plm_authority_print(party);
}

int plm_command_authority(int argc, char **argv)
{
    static const plm_operation authority = {
        .usage = {"palermo authority", "[OPTIONS]",
                  "Shows whose node this is. With --json: a party, as an accord wants it."},
        .method = "GET",
        .path = "/v1/authority",
        .print = print,
    };
    return plm_operation_run(&authority, argc, argv);
}
