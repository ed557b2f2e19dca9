/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - palermo load: one register from one source, all of it or nothing.
 */
#include "node/load.h"
#include "accord/accord.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "net/net.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_MAX = 20
};

typedef struct load_options {
    plm_common common;
    plm_load load;
    const char *role;
    plm_text_list offences;
    const char *grading;
    const char *retention;
    const char *country;
    bool quiet;
    plm_meter meter;
    plm_meter after; /* of what comes after reading */
    uint64_t n_shown;
    uint64_t n_unshown;
    const volatile sig_atomic_t *cancel;
} load_options;

static plm_status take_progress(void *context, uint64_t done, uint64_t total)
{
    load_options *o = (load_options *)context;
    plm_meter_show(&o->meter, "load", done, total);
    return *o->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

static plm_status take_phase(void *context, const char *phase, uint64_t done, uint64_t total)
{
    load_options *o = (load_options *)context;
    plm_meter_show(&o->after, phase, done, total);
    return *o->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

static void take_diag(void *context, const plm_diag *diag)
{
    load_options *o = (load_options *)context;
    if (!o->quiet && o->n_shown < SHOWN_MAX) {
        plm_meter_end(&o->meter);
        plm_diag_print(stderr, diag);
        o->n_shown++;
    } else {
        o->n_unshown++;
    }
}

static int report(const load_options *o)
{
    const plm_load *l = &o->load;
    int exit_status = l->n_quarantined > 0 ? PLM_EXIT_QUARANTINED : PLM_EXIT_OK;
    if (o->common.json) {
        int printed = plm_say_json(
            json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "register", l->name, "dry_run",
                      (int)l->is_dry_run, "records", (json_int_t)l->n_records, "new",
                      (json_int_t)l->n_put[PLM_PUT_INSERTED], "changed",
                      (json_int_t)l->n_put[PLM_PUT_UPDATED], "unchanged",
                      (json_int_t)l->n_put[PLM_PUT_UNCHANGED], "quarantined",
                      (json_int_t)l->n_quarantined, "warnings", (json_int_t)l->n_warnings));
        return printed == PLM_EXIT_OK ? exit_status : printed;
    }
    char a[PLM_NUMBER_TEXT];
    char b[PLM_NUMBER_TEXT];
    char c[PLM_NUMBER_TEXT];
    char d[PLM_NUMBER_TEXT];
    if (o->n_unshown > 0 && !o->quiet) {
        (void)fprintf(stderr, "... and %" PRIu64 " more; see 'palermo register quarantine %s'\n",
                      o->n_unshown, l->name);
    }
    if (l->is_dry_run) {
        (void)printf("%s: %s records could be loaded, %s rows would be quarantined (nothing was "
                     "written)\n",
                     l->name, plm_say_number(a, l->n_records), plm_say_number(b, l->n_quarantined));
    } else {
        (void)printf("%s: %s records new, %s changed, %s unchanged; %s rows quarantined\n", l->name,
                     plm_say_number(a, l->n_put[PLM_PUT_INSERTED]),
                     plm_say_number(b, l->n_put[PLM_PUT_UPDATED]),
                     plm_say_number(c, l->n_put[PLM_PUT_UNCHANGED]),
                     plm_say_number(d, l->n_quarantined));
    }
    return exit_status;
}

static int check_options(const plm_usage_text *usage, load_options *o)
{
    plm_import_defaults *d = &o->load.defaults;
    const char *field = "";
    const char *objection = plm_load_objection(&o->load, &field);
    if (objection != NULL) {
        return plm_usage_error(usage, "--%s: %s", strcmp(field, "name") == 0 ? "register" : field,
                               objection);
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
        d->retention = plm_load_retention(o->load.now_ms);
    }
    if (o->country != NULL && plm_country_find(d->country, plm_span_str(o->country)) != PLM_OK) {
        return plm_usage_error(usage, "\"%s\" is no country", o->country);
    }
    return PLM_EXIT_OK;
}

static int load(const plm_usage_text *usage, load_options *o)
{
    plm_home home = {0};
    plm_status status = PLM_OK;
    if (!o->load.is_dry_run) {
        status = plm_home_open(&home, &o->common, usage->command);
        if (status != PLM_OK) {
            return plm_exit_status(status, 0);
        }
    }
    o->cancel = plm_catch_signals();
    plm_meter_init(&o->meter, "bytes");
    plm_meter_init(&o->after, "");
    o->load.progress = take_progress;
    o->load.phase = take_phase;
    o->load.sink = (plm_diag_sink){take_diag, o};
    o->load.context = o;
    status = plm_load_run(&o->load, home.store);
    plm_meter_end(&o->meter);
    plm_meter_end(&o->after);
    int exit_status;
    if (status == PLM_OK) {
        exit_status = report(o);
    } else {
        plm_say_error(usage->command, "%s: %s; nothing was loaded", o->load.files[0],
                      status == PLM_E_STORE ? plm_store_error(home.store)
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
    load_options o = {.load = {.now_ms = plm_wall_ms()}, .role = "suspect", .grading = ""};
    const plm_option options[] = {
        {"register", PLM_OPTION_TEXT, &o.load.name, "NAME", "the register's name", 0, 0},
        {"format", PLM_OPTION_TEXT, &o.load.format, "FORMAT", "csv, ftm, un or ofac", 0, 0},
        {"mapping", PLM_OPTION_TEXT, &o.load.mapping, "FILE", "how the CSV's columns are meant", 0,
         0},
        {"role", PLM_OPTION_TEXT, &o.role, "ROLE", "why entities are on record, by default", 0, 0},
        {"offence", PLM_OPTION_LIST, &o.offences, "CODE", "offence of every record; repeatable", 0,
         0},
        {"grading", PLM_OPTION_TEXT, &o.grading, "XN/SYSTEM",
         "source and information grading, as B2/4x4, F6/6x6", 0, 0},
        {"retention", PLM_OPTION_TEXT, &o.retention, "DATE",
         "records without a date of their own are deleted after it", 0, 0},
        {"country", PLM_OPTION_TEXT, &o.country, "CC", "of national numbers without one", 0, 0},
        {"dry-run", PLM_OPTION_FLAG, &o.load.is_dry_run, NULL, "read and report, write nothing", 0,
         0},
        {"quiet", PLM_OPTION_FLAG, &o.quiet, NULL, "don't print refused rows", 0, 0},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, o.load.files, 1,
                                                PLM_LOAD_FILES_MAX, &o.load.n_files);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    int wrong = check_options(&usage, &o);
    return wrong != PLM_EXIT_OK ? wrong : load(&usage, &o);
}
