/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - palermo load: one register from one source, all of it or nothing.
 */
#include "accord/accord.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "ledger/ledger.h"
#include "register/import.h"
#include "store/loader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILES_MAX = 3,
    SHOWN_MAX = 20,
    RETENTION_YEARS = 4 /* with the rest of this one, five at most (spec/imports.md section 1) */
};

typedef struct load_options {
    plm_common common;
    const char *name;
    const char *format;
    const char *mapping;
    const char *role;
    plm_text_list offences;
    const char *grading;
    const char *retention;
    const char *country;
    bool dry_run;
    bool quiet;
    const char *files[FILES_MAX];
    size_t n_files;
} load_options;

/* What a load counts and where it writes. */
typedef struct loading {
    const load_options *options;
    plm_store *store;
    plm_loader *loader;
    int64_t register_id;
    int64_t now_ms;
    plm_import import;
    plm_meter meter;
    uint64_t n_put[3]; /* by plm_put_result */
    uint64_t n_shown;
    uint64_t n_unshown;
    plm_status store_status; /* what went wrong in a callback that can't fail */
    const volatile sig_atomic_t *cancel;
} loading;

static bool is_known_offence(const char *code)
{
    return plm_offence_find(code) != NULL;
}

static plm_status take_record(void *context, const plm_record *record, const char *file,
                              uint64_t line)
{
    loading *l = (loading *)context;
    (void)file;
    (void)line;
    return l->options->dry_run ? PLM_OK : plm_loader_put(l->loader, record);
}

static plm_status take_progress(void *context, uint64_t done, uint64_t total)
{
    loading *l = (loading *)context;
    plm_meter_show(&l->meter, "load", done, total);
    if (*l->cancel != 0) {
        return PLM_E_CANCELLED;
    }
    return l->store_status;
}

static void take_diag(void *context, const plm_diag *diag)
{
    loading *l = (loading *)context;
    if (!l->options->quiet && l->n_shown < SHOWN_MAX) {
        plm_meter_end(&l->meter);
        plm_diag_print(stderr, diag);
        l->n_shown++;
    } else {
        l->n_unshown++;
    }
    if (!l->options->dry_run && diag->severity == PLM_ERROR && l->store_status == PLM_OK) {
        l->store_status = plm_loader_wait(l->loader);
    }
    if (!l->options->dry_run && diag->severity == PLM_ERROR && l->store_status == PLM_OK) {
        l->store_status = plm_store_put_quarantine(
            l->store, l->register_id, diag->file != NULL ? diag->file : "-", diag->line,
            diag->field, diag->reason, l->now_ms);
    }
}

static plm_status run_import(loading *l)
{
    const load_options *o = l->options;
    plm_status status;
    if (strcmp(o->format, "csv") == 0) {
        status = plm_import_csv(&l->import, o->mapping, o->files[0]);
    } else if (strcmp(o->format, "ftm") == 0) {
        status = plm_import_ftm(&l->import, o->files[0]);
    } else if (strcmp(o->format, "un") == 0) {
        status = plm_import_un(&l->import, o->files[0]);
    } else {
        status = plm_import_ofac(&l->import, o->files[0], o->n_files > 1 ? o->files[1] : NULL,
                                 o->n_files > 2 ? o->files[2] : NULL);
    }
    return status == PLM_OK ? l->store_status : status;
}

/* The load's counts as they go into the ledger: no name, no value. */
static plm_status write_ledger(loading *l)
{
    plm_buf body;
    plm_buf_init(&body, 1024);
    plm_status status = plm_buf_append_block16(&body, plm_span_str(l->options->name));
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, l->n_put[PLM_PUT_INSERTED]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, l->n_put[PLM_PUT_UPDATED]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, l->import.n_quarantined);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(l->store, "load", plm_buf_span(&body), l->now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

static plm_status load_in_transaction(loading *l)
{
    const load_options *o = l->options;
    bool mine;
    plm_status status = plm_store_enter(l->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_register(l->store, o->name, o->format, l->now_ms, &l->register_id);
    if (status == PLM_OK) {
        status = plm_store_clear_quarantine(l->store, l->register_id);
    }
    if (status == PLM_OK) {
        status = plm_loader_begin(&l->loader, l->store, l->register_id, l->now_ms);
    }
    if (status == PLM_OK) {
        status = run_import(l);
        plm_status ended = plm_loader_end(l->loader, status == PLM_OK, l->n_put);
        status = status == PLM_OK ? ended : status;
    }
    if (status == PLM_OK && l->n_put[PLM_PUT_INSERTED] + l->n_put[PLM_PUT_UPDATED] > 0) {
        status = write_ledger(l);
    }
    return plm_store_leave(l->store, mine, status);
}

static int report(const loading *l)
{
    const load_options *o = l->options;
    const plm_import *i = &l->import;
    int exit_status = i->n_quarantined > 0 ? PLM_EXIT_QUARANTINED : PLM_EXIT_OK;
    if (o->common.json) {
        int printed = plm_say_json(
            json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "register", o->name, "dry_run",
                      (int)o->dry_run, "records", (json_int_t)i->n_records, "new",
                      (json_int_t)l->n_put[PLM_PUT_INSERTED], "changed",
                      (json_int_t)l->n_put[PLM_PUT_UPDATED], "unchanged",
                      (json_int_t)l->n_put[PLM_PUT_UNCHANGED], "quarantined",
                      (json_int_t)i->n_quarantined, "warnings", (json_int_t)i->n_warnings));
        return printed == PLM_EXIT_OK ? exit_status : printed;
    }
    char a[PLM_NUMBER_TEXT];
    char b[PLM_NUMBER_TEXT];
    char c[PLM_NUMBER_TEXT];
    char d[PLM_NUMBER_TEXT];
    if (l->n_unshown > 0 && !o->quiet) {
        (void)fprintf(stderr, "... and %" PRIu64 " more; see 'palermo register quarantine %s'\n",
                      l->n_unshown, o->name);
    }
    if (o->dry_run) {
        (void)printf("%s: %s records could be loaded, %s rows would be quarantined (nothing was "
                     "written)\n",
                     o->name, plm_say_number(a, i->n_records), plm_say_number(b, i->n_quarantined));
    } else {
        (void)printf("%s: %s records new, %s changed, %s unchanged; %s rows quarantined\n", o->name,
                     plm_say_number(a, l->n_put[PLM_PUT_INSERTED]),
                     plm_say_number(b, l->n_put[PLM_PUT_UPDATED]),
                     plm_say_number(c, l->n_put[PLM_PUT_UNCHANGED]),
                     plm_say_number(d, i->n_quarantined));
    }
    return exit_status;
}

static int check_options(const plm_usage_text *usage, load_options *o, plm_import_defaults *d)
{
    static const char *const formats[] = {"csv", "ftm", "un", "ofac"};
    bool is_format = false;
    for (size_t i = 0; o->format != NULL && i < sizeof formats / sizeof *formats; i++) {
        is_format = is_format || strcmp(o->format, formats[i]) == 0;
    }
    if (!is_format) {
        return plm_usage_error(usage, "--format must be csv, ftm, un or ofac");
    }
    if (o->name == NULL || o->name[0] == '\0' || strlen(o->name) > 64) {
        return plm_usage_error(usage, "--register NAME is needed (1 to 64 bytes)");
    }
    if (strcmp(o->name, PLM_STORE_SEED) == 0) {
        return plm_usage_error(usage, "the register \"" PLM_STORE_SEED
                                      "\" is for test persons: see 'palermo seed'");
    }
    if ((strcmp(o->format, "csv") == 0) != (o->mapping != NULL)) {
        return plm_usage_error(usage, "--mapping FILE goes with --format csv, and only with it");
    }
    if (o->n_files > 1 && strcmp(o->format, "ofac") != 0) {
        return plm_usage_error(usage, "only --format ofac takes more than one file");
    }
    if (plm_role_find(&d->role, o->role) != PLM_OK) {
        return plm_usage_error(usage, "\"%s\" is no role", o->role);
    }
    for (size_t i = 0; i < o->offences.n; i++) {
        if (plm_offence_find(o->offences.items[i]) == NULL) {
            return plm_usage_error(usage,
                                   "\"%s\" is not in the catalogue of treaty offences "
                                   "(see 'palermo accord offences')",
                                   o->offences.items[i]);
        }
    }
    d->offences = o->offences.items;
    d->n_offences = o->offences.n;
    if (plm_grading_normalise(d->grading, o->grading) != PLM_OK) {
        return plm_usage_error(usage, "\"%s\" is no grading, as B2/4x4 or B2/6x6", o->grading);
    }
    if (o->retention != NULL &&
        (plm_date_parse(&d->retention, plm_span_str(o->retention)) != PLM_OK ||
         d->retention.day == 0)) {
        return plm_usage_error(usage, "--retention must be a date, YYYY-MM-DD");
    }
    if (o->retention == NULL) {
        /* No record is kept without end. The year's last day: loading again changes nothing. */
        d->retention = plm_date_of_ms(plm_wall_ms());
        d->retention.year += RETENTION_YEARS;
        d->retention.month = 12;
        d->retention.day = 31;
    }
    if (o->country != NULL && plm_country_find(d->country, plm_span_str(o->country)) != PLM_OK) {
        return plm_usage_error(usage, "\"%s\" is no country", o->country);
    }
    return PLM_EXIT_OK;
}

static int load(const plm_usage_text *usage, const load_options *o, const plm_import_defaults *d)
{
    plm_home home = {0};
    plm_status status = PLM_OK;
    if (!o->dry_run) {
        status = plm_home_open(&home, &o->common, usage->command);
        if (status != PLM_OK) {
            return plm_exit_status(status, 0);
        }
    }
    loading l = {.options = o, .store = home.store, .now_ms = plm_wall_ms()};
    l.cancel = plm_catch_signals();
    plm_meter_init(&l.meter, "bytes");
    l.import = (plm_import){.defaults = *d,
                            .today = plm_date_of_ms(l.now_ms),
                            .record = take_record,
                            .progress = take_progress,
                            .context = &l,
                            .sink = {take_diag, &l},
                            .is_offence = is_known_offence};
    status = o->dry_run ? run_import(&l) : load_in_transaction(&l);
    plm_meter_end(&l.meter);
    int exit_status;
    if (status == PLM_OK) {
        exit_status = report(&l);
    } else {
        plm_say_error(usage->command, "%s: %s; nothing was loaded", o->files[0],
                      status == PLM_E_STORE ? plm_store_error(l.store)
                                            : plm_status_sentence(status));
        exit_status = plm_exit_status(status, 0);
    }
    plm_home_close(&home);
    return exit_status;
}

int plm_command_load(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo load", "--register NAME --format FORMAT FILE...",
        "Loads a register. Bad rows are quarantined and reported as file:line:field; the rest "
        "loads.\nFormats: csv (with --mapping), ftm (FollowTheMoney JSON lines), un (the UN "
        "Security Council's\nconsolidated list, XML), ofac (sdn.csv alt.csv add.csv)."};
    load_options o = {.role = "suspect", .grading = ""};
    plm_import_defaults defaults = {0};
    const plm_option options[] = {
        {"register", PLM_OPTION_TEXT, &o.name, "NAME", "the register's name", 0, 0},
        {"format", PLM_OPTION_TEXT, &o.format, "FORMAT", "csv, ftm, un or ofac", 0, 0},
        {"mapping", PLM_OPTION_TEXT, &o.mapping, "FILE", "how the CSV's columns are meant", 0, 0},
        {"role", PLM_OPTION_TEXT, &o.role, "ROLE", "why entities are on record, by default", 0, 0},
        {"offence", PLM_OPTION_LIST, &o.offences, "CODE", "offence of every record; repeatable", 0,
         0},
        {"grading", PLM_OPTION_TEXT, &o.grading, "XN/SYSTEM",
         "source and information grading, as B2/4x4, F6/6x6", 0, 0},
        {"retention", PLM_OPTION_TEXT, &o.retention, "DATE",
         "records without a date of their own are deleted after it", 0, 0},
        {"country", PLM_OPTION_TEXT, &o.country, "CC", "of national numbers without one", 0, 0},
        {"dry-run", PLM_OPTION_FLAG, &o.dry_run, NULL, "read and report, write nothing", 0, 0},
        {"quiet", PLM_OPTION_FLAG, &o.quiet, NULL, "don't print refused rows", 0, 0},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed =
        plm_options_parse(&usage, options, argc, argv, o.files, 1, FILES_MAX, &o.n_files);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    int wrong = check_options(&usage, &o, &defaults);
    return wrong != PLM_EXIT_OK ? wrong : load(&usage, &o, &defaults);
}
