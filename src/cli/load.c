/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - palermo load: one register from one source, all of it or nothing.
 */
#include "cli/load.h"
#include "accord/accord.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/inquiry_store.h"
#include "cli/operation_problem.h"
#include "net/net.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_MAX = 20
};

static plm_status take_progress(void *context, uint64_t done, uint64_t total)
{
    plm_load_command *o = (plm_load_command *)context;
    plm_meter_show(&o->meter, "load", done, total);
    return *o->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

static plm_status take_phase(void *context, const char *phase, uint64_t done, uint64_t total)
{
    plm_load_command *o = (plm_load_command *)context;
    plm_meter_show(&o->after, phase, done, total);
    return *o->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

void plm_load_take_diag(void *context, const plm_diag *diag)
{
    plm_load_command *o = (plm_load_command *)context;
    if (!o->quiet && o->n_shown < SHOWN_MAX) {
        plm_meter_end(&o->meter);
        plm_diag_print(stderr, diag);
        o->n_shown++;
    } else {
        o->n_unshown++;
    }
}

static json_t *counts_json(const plm_load *l)
{
    return json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "register", l->name, "dry_run",
                     (int)l->is_dry_run, "records", (json_int_t)l->n_records, "new",
                     (json_int_t)l->n_put[PLM_PUT_INSERTED], "changed",
                     (json_int_t)l->n_put[PLM_PUT_UPDATED], "unchanged",
                     (json_int_t)l->n_put[PLM_PUT_UNCHANGED], "quarantined",
                     (json_int_t)l->n_quarantined, "warnings", (json_int_t)l->n_warnings);
}

static const char *count_of(char out[PLM_NUMBER_TEXT], const json_t *counts, const char *key)
{
    return plm_say_number(out, (uint64_t)plm_number_of(counts, key));
}

int plm_load_report(json_t *counts, uint64_t n_unshown, bool json)
{
    const char *name = plm_text_of(counts, "register");
    const int result =
        plm_number_of(counts, "quarantined") > 0 ? PLM_EXIT_QUARANTINED : PLM_EXIT_OK;
    if (json) {
        const int printed = plm_say_json(counts);
        return printed == PLM_EXIT_OK ? result : printed;
    }
    char a[PLM_NUMBER_TEXT];
    char b[PLM_NUMBER_TEXT];
    char c[PLM_NUMBER_TEXT];
    char d[PLM_NUMBER_TEXT];
    if (n_unshown > 0) {
        (void)fprintf(stderr, "... and %" PRIu64 " more; see 'palermo register quarantine %s'\n",
                      n_unshown, name);
    }
    if (json_is_true(json_object_get(counts, "dry_run"))) {
        (void)printf("%s: %s records could be loaded, %s rows would be quarantined (nothing was "
                     "written)\n",
                     name, count_of(a, counts, "records"), count_of(b, counts, "quarantined"));
    } else {
        (void)printf("%s: %s records new, %s changed, %s unchanged; %s rows quarantined\n", name,
                     count_of(a, counts, "new"), count_of(b, counts, "changed"),
                     count_of(c, counts, "unchanged"), count_of(d, counts, "quarantined"));
    }
    json_decref(counts);
    return result;
}

static int check_options(const plm_usage_text *usage, plm_load_command *o)
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

static int load_here(const plm_usage_text *usage, plm_load_command *o, plm_store *store)
{
    o->cancel = plm_catch_signals();
    plm_meter_init(&o->meter, "bytes");
    plm_meter_init(&o->after, "");
    o->load.progress = take_progress;
    o->load.phase = take_phase;
    o->load.sink = (plm_diag_sink){plm_load_take_diag, o};
    o->load.context = o;
    plm_status status = plm_load_run(&o->load, store);
    plm_meter_end(&o->meter);
    plm_meter_end(&o->after);
    if (status == PLM_OK) {
        return plm_load_report(counts_json(&o->load), o->quiet ? 0 : o->n_unshown, o->common.json);
    }
    plm_say_error(usage->command, "%s: %s; nothing was loaded", o->load.files[0],
                  status == PLM_E_STORE ? plm_store_error(store) : plm_status_sentence(status));
    return plm_exit_status(status, 0);
}

/* A dry run needs no node at all. */
static int load(const plm_usage_text *usage, plm_load_command *o)
{
    plm_inquiry inquiry;
    int result;
    if (o->load.is_dry_run) {
        return load_here(usage, o, NULL);
    }
    plm_status status = plm_inquiry_open(&inquiry, &o->common, &o->access, "", usage->command);
    if (status == PLM_OK && !inquiry.is_remote) {
        status = plm_inquiry_may(&inquiry, "POST", "/v1/registers/x/load");
    }
    if (status == PLM_OK) {
        result = inquiry.is_remote ? plm_load_at_node(&inquiry, o)
                                   : load_here(usage, o, inquiry.home.store);
    } else if (status == PLM_E_REJECTED) {
        result = plm_problem_say(&inquiry, NULL);
    } else {
        result = status == PLM_E_ARGUMENT ? PLM_EXIT_USAGE : plm_exit_status(status, 0);
    }
    plm_inquiry_close(&inquiry);
    return result;
}

int plm_command_load(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo load", "--register NAME --format FORMAT FILE...",
        "Loads a register. Bad rows are quarantined and reported as file:line:field; the rest "
        "loads.\nFormats: csv (with --mapping), ftm (FollowTheMoney JSON lines), un (the UN "
        "Security Council's\nconsolidated list, XML), ofac (sdn.csv alt.csv add.csv)."};
    plm_load_command o = {.load = {.now_ms = plm_wall_ms()}, .role = "suspect", .grading = ""};
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
        PLM_ACCESS_OPTIONS(&o.access),
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
