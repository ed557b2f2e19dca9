/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/verbs.h"

#include "cli/exit.h"

#include <stdio.h>
#include <string.h>

static void print_help(FILE *out, const char *command, const plm_verb *verbs, size_t n)
{
    (void)fprintf(out, "usage: %s VERB [OPTIONS]\n\n", command);
    for (size_t i = 0; i < n; i++) {
        (void)fprintf(out, "  %-10s%s\n", verbs[i].name, verbs[i].summary);
    }
}

int plm_verbs_run(const char *command, const plm_verb *verbs, size_t n, int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr, command, verbs, n);
        return PLM_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0) {
        print_help(stdout, command, verbs, n);
        return PLM_EXIT_OK;
    }
    for (size_t i = 0; i < n; i++) {
        if (strcmp(verbs[i].name, argv[1]) == 0) {
            return verbs[i].run != NULL ? verbs[i].run(argc - 1, argv + 1)
                                        : plm_operation_run(verbs[i].operation, argc - 1, argv + 1);
        }
    }
    (void)fprintf(stderr, "%s: there is no verb \"%s\"\n", command, argv[1]);
    print_help(stderr, command, verbs, n);
    return PLM_EXIT_USAGE;
}
