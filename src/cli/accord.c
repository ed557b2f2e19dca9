/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.c - palermo accord: finds the verb.
 */
#include "cli/accord.h"

#include "cli/commands.h"
#include "cli/exit.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} verbs[] = {
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

static void print_help(FILE *out)
{
    (void)fprintf(out, "usage: palermo accord VERB [OPTIONS]\n\n");
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        (void)fprintf(out, "  %-10s%s\n", verbs[i].name, verbs[i].summary);
    }
}

int plm_command_accord(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return PLM_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0) {
        print_help(stdout);
        return PLM_EXIT_OK;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, argv[1]) == 0) {
            return verbs[i].run(argc - 1, argv + 1);
        }
    }
    (void)fprintf(stderr, "palermo accord: there is no verb \"%s\"\n", argv[1]);
    print_help(stderr);
    return PLM_EXIT_USAGE;
}
