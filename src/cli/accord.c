/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.c - palermo accord: finds the verb.
 */
#include "cli/accord.h"

#include "cli/commands.h"
#include "cli/verbs.h"

static const plm_verb verbs[] = {
    {"draft", plm_accord_command_draft, "write a draft between given parties"},
    {"adopt", plm_accord_command_adopt, "check a draft and freeze its text"},
    {"ratify", plm_accord_command_ratify, "sign an adopted accord, with reservations if need be"},
    {"add", plm_accord_command_add, "add another party's ratification or denunciation"},
    {"status", plm_accord_command_status, "who ratified, reserved, denounced; what is in force"},
    {"amend", plm_accord_command_amend, "write a draft that is to take an accord's place"},
    {"denounce", plm_accord_command_denounce, "leave an accord, with its notice"},
    {"diff", plm_accord_command_diff, "say in plain words what changed between two accords"},
    {"list", plm_accord_command_list, "list the adopted accords"},
    {"show", plm_accord_command_show, "print an accord's own text"},
    {"explain", plm_accord_command_explain, "say in plain words what an accord allows"},
    {"offences", plm_accord_command_offences, "list the catalogue of treaty offences"},
};

int plm_command_accord(int argc, char **argv)
{
    return plm_verbs_run("palermo accord", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
