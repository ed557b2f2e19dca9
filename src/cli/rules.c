/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.c - palermo rules: what rules ask for, and the tables that accords name.
 */
#include "cli/rules.h"

#include "cli/commands.h"
#include "cli/verbs.h"

int plm_command_rules(int argc, char **argv)
{
    static const plm_verb verbs[] = {
        {"explain", plm_rules_command_explain, "what the rules ask for, and a person's tokens",
         NULL},
        {"tables", plm_rules_command_tables, "the tables there are, with the hashes accords pin",
         NULL},
        {"table", plm_rules_command_table, "make a table of frequencies without rare values", NULL},
        {"add", plm_rules_command_add, "keep a table in the node, so that accords can name it",
         NULL},
        {"drop", plm_rules_command_drop, "forget a table", NULL},
    };
    return plm_verbs_run("palermo rules", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
