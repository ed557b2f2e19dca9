/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - palermo: finds the subcommand.
 */
#include "api/front.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "crypto/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"init", plm_command_init, "make a node for an authority"},
    {"authority", plm_command_authority, "show whose node this is, as a party for an accord"},
    {"load", plm_command_load, "load a register from a file"},
    {"register", plm_command_register, "list registers, see quarantined rows, drop a register"},
    {"store", plm_command_store, "show a node's store, copy it into another database"},
    {"backup", plm_command_backup, "copy a node's store into a file, also while it serves"},
    {"restore", plm_command_restore, "make a node's store of a backup"},
    {"check", plm_command_check, "look whether a node is fit to run"},
    {"accord", plm_command_accord, "draft, adopt, ratify, amend, denounce and explain accords"},
    {"case", plm_command_case, "open, list, show and close the cases without which no run starts"},
    {"serve", plm_command_serve, "answer other parties' proposals"},
    {"status", plm_command_status, "say what the node holds, and what waits for somebody"},
    {"user", plm_command_user, "say who may use the local API and the console, in which role"},
    {"match", plm_command_match, "find what another party's registers have in common with ours"},
    {"standing", plm_command_standing, "let runs repeat by themselves, on a schedule"},
    {"index", plm_command_index, "publish our tokens for lookups; fetch the indexes of others"},
    {"lookup", plm_command_lookup, "ask every party's index about one traveller or thing"},
    {"hits", plm_command_hits, "list the records in common"},
    {"release", plm_command_release, "decide on hits that we see before the asker does"},
    {"runs", plm_command_runs, "list the runs"},
    {"seed", plm_command_seed, "measure by test persons what runs miss, by outcomes what is wrong"},
    {"request", plm_command_request, "ask another party for more, or offer; answer what it asks"},
    {"carry", plm_command_carry, "go on with runs across an air gap, from files in a folder"},
    {"deliver", plm_command_deliver, "take requests and answers to the other parties now"},
    {"ledger", plm_command_ledger, "check, prove, report and search the log of what was done"},
    {"ident", plm_command_ident, "show what is made of an identifier's value, and why"},
    {"tally", plm_command_tally, "count with others how lists overlap, linking nobody"},
    {"estimate", plm_command_estimate, "estimate how many persons stand on no list"},
    {"synth", plm_command_synth, "make two synthetic registers with a known overlap"},
    {"rules", plm_command_rules, "explain the rules, list and make tables of frequencies"},
    {"evaluate", plm_command_evaluate, "try rules on two files whose persons in common are known"},
    {"bench", plm_command_bench, "measure the matching engine against a naive exchange"},
};

static void print_help(FILE *out)
{
    (void)fprintf(out, "usage: palermo COMMAND [OPTIONS]\n\n"
                       "Authorities of different states find what they have in common, and "
                       "nothing else.\n\ncommands:\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        (void)fprintf(out, "  %-11s%s\n", commands[i].name, commands[i].summary);
    }
    (void)fprintf(out, "\n'palermo COMMAND --help' says more; so does man palermo.\n");
}

/* libsodium can't go on; without this it would leave a core, and no word. */
static void end_without_randomness(void)
{
    static const char said[] = "palermo: the operating system gives no randomness\n";
    ssize_t written = write(STDERR_FILENO, said, sizeof said - 1);
    (void)written;
    _exit(PLM_EXIT_FAILED);
}

/* A store opened as descriptor 1 would take what is printed. */
static bool has_standard_descriptors(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) {
            return false;
        }
    }
    return true;
}

/* What was printed has arrived, or the command has failed: a full disk is no success. */
static int finish_output(int result)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return result;
    }
    (void)fprintf(stderr, "palermo: standard output: %s\n", strerror(errno));
    return result == PLM_EXIT_OK ? PLM_EXIT_FAILED : result;
}

int main(int argc, char **argv)
{
    if (!has_standard_descriptors()) {
        return PLM_EXIT_FAILED;
    }
    (void)sodium_set_misuse_handler(end_without_randomness);
    plm_json_watch_memory();
    if (argc < 2) {
        print_help(stderr);
        return PLM_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, PLM_FRONT_ARGUMENT) == 0) {
        return plm_front_main(argc, argv);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        print_help(stdout);
        return finish_output(PLM_EXIT_OK);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        (void)printf("palermo %s\n", PALERMO_VERSION);
        return finish_output(PLM_EXIT_OK);
    }
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* for the width of characters alone */
    if (plm_crypto_init() != PLM_OK) {
        (void)fprintf(stderr, "palermo: no randomness from the operating system\n");
        return PLM_EXIT_FAILED;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return finish_output(commands[i].run(argc - 1, argv + 1));
        }
    }
    (void)fprintf(stderr, "palermo: there is no command \"%s\"\nTry 'palermo --help'.\n", name);
    return PLM_EXIT_USAGE;
}
