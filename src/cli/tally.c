/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.c - palermo tally: finds the verb; begins and answers tallies.
 */
#include "cli/tally.h"

#include "base/ct.h"
#include "cli/commands.h"
#include "cli/estimate.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const plm_verb verbs[] = {
    {"propose", plm_tally_command_propose, "propose a tally in which we count", NULL},
    {"join", plm_tally_command_answer, "an officer's yes to a proposal", NULL},
    {"cancel", plm_tally_command_answer, "an officer's end to a tally that goes on", NULL},
    {"list", plm_tally_command_list, "list tallies and the budget of privacy loss", NULL},
    {"show", plm_tally_command_show, "show how far one has come, and who is waited for", NULL},
    {"table", plm_tally_command_table, "print the table that all have signed", NULL},
    {"estimate", plm_tally_command_estimate, "estimate from it how many stand on no list", NULL},
};

int plm_command_tally(int argc, char **argv)
{
    return plm_verbs_run("palermo tally", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}

static plm_status open_book(plm_tally_job *job, const char *prefix)
{
    uint8_t id[PLM_RUN_ID_BYTES];
    plm_status status = plm_store_find_tally(job->home.store, prefix, id);
    if (status == PLM_E_NOT_FOUND || status == PLM_E_EXISTS) {
        plm_say_error(job->command,
                      status == PLM_E_EXISTS ? "several tallies begin with \"%s\""
                                             : "there is no tally \"%s\"",
                      prefix);
        return PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_tally_open(&job->book, job->home.store, job->home.code, id);
    }
    if (status != PLM_OK) {
        plm_say_error(job->command, "%s: %s", job->home.store_path, plm_status_sentence(status));
    }
    return status;
}

plm_status plm_tally_job_begin(plm_tally_job *job, const plm_common *common, const char *command,
                               const char *prefix, bool unlock)
{
    *job = (plm_tally_job){.command = command};
    plm_status status = plm_home_open(&job->home, common, command);
    if (status != PLM_OK) {
        return status;
    }
    job->node.store = job->home.store;
    memcpy(job->node.code, job->home.code, sizeof job->node.code);
    if (prefix != NULL) {
        status = open_book(job, prefix);
    }
    return status == PLM_OK && unlock ? plm_home_unlock(&job->home, common, job->node.seed, command)
                                      : status;
}

int plm_tally_job_end(plm_tally_job *job, plm_status status)
{
    plm_wipe(job->node.seed, sizeof job->node.seed);
    plm_tally_shut(&job->book);
    plm_home_close(&job->home);
    return plm_exit_status(status, 0);
}

typedef struct propose_options {
    plm_common common;
    plm_text_list with;
    plm_text_list by;
    const char *purpose;
    const char *officer;
    const char *years;
    const char *accord;
} propose_options;

static const plm_usage_text propose_usage = {
    "palermo tally propose", "--with CODE... --purpose P --officer NAME [OPTIONS]",
    "Proposes to count with other parties how our lists of persons overlap, without anybody\n"
    "learning who is on another's list. We count; the parties pass their lists round in the order\n"
    "in which they are named. 'palermo deliver' or 'palermo serve' takes it from there."};

/* "2019-2024", or one year. */
static bool read_years(const char *text, plm_strata *strata)
{
    char *end = NULL;
    const long first = strtol(text, &end, 10);
    const long last = *end == '-' ? strtol(end + 1, &end, 10) : first;
    if (end == text || *end != '\0' || first < PLM_FACT_YEAR_MIN || last < first ||
        last > PLM_FACT_YEAR_MAX || last - first >= PLM_STRATA_YEARS_MAX) {
        return false;
    }
    strata->first_year = (uint16_t)first;
    strata->n_years = (uint8_t)(last - first + 1);
    return true;
}

static int read_strata(const propose_options *o, plm_strata *out)
{
    *out = (plm_strata){0};
    for (size_t i = 0; i < o->by.n; i++) {
        unsigned kind = 0;
        while (kind < PLM_STRATUM_KINDS && strcmp(plm_stratum_kinds[kind], o->by.items[i]) != 0) {
            kind++;
        }
        if (kind == PLM_STRATUM_KINDS) {
            return plm_usage_error(&propose_usage,
                                   "--by takes age-group, sex, year or exploitation, not \"%s\"",
                                   o->by.items[i]);
        }
        out->kinds |= (uint8_t)(1U << kind);
    }
    if (((out->kinds >> PLM_STRATUM_YEAR & 1) != 0) != (o->years != NULL)) {
        return plm_usage_error(&propose_usage, "--by year and --years go together");
    }
    if (o->years != NULL && !read_years(o->years, out)) {
        return plm_usage_error(&propose_usage,
                               "--years takes FIRST-LAST, of %d years at most, not \"%s\"",
                               PLM_STRATA_YEARS_MAX, o->years);
    }
    return plm_strata_count(out) > 0
               ? PLM_EXIT_OK
               : plm_usage_error(&propose_usage, "more than %d strata", PLM_STRATA_MAX);
}

static void say_end(const char *command, const plm_tally_end *end)
{
    plm_say_error(command, "no tally: %s %s%s%s", end->blamed,
                  plm_tally_reason_sentence(end->reason), end->clause[0] != '\0' ? ", clause " : "",
                  end->clause);
}

static int propose(const propose_options *o, const plm_tally_wish *wish)
{
    plm_tally_job job;
    plm_tally_end end = {0};
    uint8_t id[PLM_RUN_ID_BYTES];
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    plm_status status = plm_tally_job_begin(&job, &o->common, propose_usage.command, NULL, true);
    if (status != PLM_OK) {
        return plm_tally_job_end(&job, status);
    }
    status = plm_tally_propose(&job.node, wish, id, &end);
    if (status == PLM_E_REFUSED) {
        say_end(propose_usage.command, &end);
    } else if (status == PLM_E_NOT_FOUND) {
        plm_say_error(propose_usage.command, "no accord here has those parties and that purpose");
    } else if (status != PLM_OK) {
        plm_say_error(propose_usage.command, "%s", plm_status_sentence(status));
    } else {
        plm_hex_encode(hex, id, sizeof id);
        if (o->common.json) {
            (void)plm_say_json(json_pack("{s:s}", "tally", hex));
        } else {
            (void)printf("tally %s proposed to %zu parties\n", hex, o->with.n);
        }
    }
    return plm_tally_job_end(&job, status);
}

int plm_tally_command_propose(int argc, char **argv)
{
    propose_options o = {0};
    const plm_option options[] = {
        {"with", PLM_OPTION_LIST, &o.with, "CODE", "another party (repeatable: 1 to 7)", 0, 0},
        {"purpose", PLM_OPTION_TEXT, &o.purpose, "P", "one of the accord's that has tallies", 0, 0},
        {"officer", PLM_OPTION_TEXT, &o.officer, "NAME", "who proposes", 0, 0},
        {"by", PLM_OPTION_LIST, &o.by, "KIND",
         "age-group, sex, year, exploitation: a table for each (repeatable)", 0, 0},
        {"years", PLM_OPTION_TEXT, &o.years, "FIRST-LAST", "with --by year", 0, 0},
        {"accord", PLM_OPTION_TEXT, &o.accord, "HASH", "not the newest in force", 0, 0},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_tally_wish wish;
    uint8_t hash[PLM_HASH_BYTES];
    plm_parse_result parsed =
        plm_options_parse(&propose_usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.with.n == 0 || o.with.n >= PLM_TALLY_MEMBERS_MAX || o.purpose == NULL ||
        o.officer == NULL) {
        return plm_usage_error(&propose_usage, "--with (1 to 7 times), --purpose and --officer");
    }
    if (o.accord != NULL && plm_hex_decode(hash, sizeof hash, o.accord) < 0) {
        return plm_usage_error(&propose_usage, "--accord takes 64 hexadecimal digits");
    }
    wish = (plm_tally_wish){.purpose = o.purpose,
                            .with = o.with.items,
                            .n_with = o.with.n,
                            .accord_hash = o.accord != NULL ? hash : NULL,
                            .officer = o.officer};
    int bad = read_strata(&o, &wish.strata);
    return bad != PLM_EXIT_OK ? bad : propose(&o, &wish);
}

int plm_tally_command_answer(int argc, char **argv)
{
    const bool is_join = strcmp(argv[0], "join") == 0;
    const plm_usage_text usage = {
        is_join ? "palermo tally join" : "palermo tally cancel", "ID --officer NAME [OPTIONS]",
        is_join ? "Consents to a tally that another party proposed."
                : "Ends a tally that goes on, or declines one; all parties are told who ended it."};
    plm_common common = {0};
    const char *officer = NULL;
    const char *id = NULL;
    const plm_option options[] = {
        {"officer", PLM_OPTION_TEXT, &officer, "NAME", "who decides", 0, 0},
        PLM_UNLOCK_OPTIONS(&common),
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_tally_job job;
    plm_tally_end end = {0};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (officer == NULL || officer[0] == '\0' || strlen(officer) >= PLM_TEXT_MAX) {
        return plm_usage_error(&usage, "who decides? --officer NAME");
    }
    plm_status status = plm_tally_job_begin(&job, &common, usage.command, id, true);
    if (status != PLM_OK) {
        return plm_tally_job_end(&job, status);
    }
    status = is_join ? plm_tally_agree(&job.node, job.book.row.id, officer, &end)
                     : plm_tally_cancel(&job.node, job.book.row.id, officer);
    if (status == PLM_E_REFUSED) {
        say_end(usage.command, &end);
    } else if (status == PLM_E_ARGUMENT) {
        plm_say_error(usage.command, "the tally is %s, and not to be %s",
                      plm_tally_state_name(job.book.row.state), is_join ? "joined" : "ended");
    } else if (status != PLM_OK) {
        plm_say_error(usage.command, "%s", plm_status_sentence(status));
    } else if (!common.json) {
        (void)printf("%s\n", is_join ? "joined" : "ended");
    }
    return plm_tally_job_end(&job, status);
}

int plm_tally_command_estimate(int argc, char **argv)
{
    return plm_estimate_main(argc, argv, true);
}
