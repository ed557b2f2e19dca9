/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.c - palermo accord: finds the verb.
 */
#include "cli/accord.h"

#include "cli/commands.h"
#include "cli/verbs.h"

static const plm_verb verbs[] = {
    {"draft", plm_accord_command_draft, "write a draft between given parties", NULL},
    {"adopt", NULL, "check a draft and freeze its text", &plm_operation_accord_adopt},
    {"ratify", NULL, "sign an adopted accord, with reservations if need be",
     &plm_operation_accord_ratify},
    {"add", NULL, "add another party's ratification or denunciation", &plm_operation_accord_add},
    {"status", NULL, "who ratified, reserved, denounced; what is in force",
     &plm_operation_accord_status},
    {"amend", NULL, "write a draft that is to take an accord's place", &plm_operation_accord_amend},
    {"denounce", NULL, "leave an accord, with its notice", &plm_operation_accord_denounce},
    {"diff", NULL, "say in plain words what changed between two accords",
     &plm_operation_accord_diff},
    {"list", NULL, "list the adopted accords", &plm_operation_accord_list},
    {"show", NULL, "print an accord's own text", &plm_operation_accord_show},
    {"explain", NULL, "say in plain words what an accord allows", &plm_operation_accord_explain},
    {"offences", plm_accord_command_offences, "list the catalogue of treaty offences", NULL},
};

int plm_command_accord(int argc, char **argv)
{
    return plm_verbs_run("palermo accord", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
