/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed_report.c - palermo seed report: how many test persons each run found, and what officers said
 * came of real hits.
 */
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "cli/seed.h"
#include "node/release_view.h"
#include "synth/seed.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run that is over, and what of it concerns test persons. */
typedef struct seeded_run {
    uint8_t id[16];
    char with[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
    bool learned; /* by this side */
    uint64_t n_planted;
    uint64_t n_found;
} seeded_run;

typedef struct reporting {
    plm_store *store;
    const char *prefix; /* of a run's id; NULL: all */
    seeded_run *runs;
    size_t n;
    json_t *outcomes; /* "purpose rule" -> counts */
    /* while one run is looked at: */
    const plm_release_view *view;
    char seed_prefix[PLM_SEED_ID_MAX];
    int64_t *found; /* numbers of test persons hit in it */
    size_t n_hit;
} reporting;

static const char *const outcomes[] = {"confirmed", "wrong", "unknown"};

static plm_status take_run(void *context, const plm_run *run)
{
    reporting *r = (reporting *)context;
    char id[2 * sizeof run->id + 1];
    plm_hex_encode(id, run->id, sizeof run->id);
    if (run->state != PLM_RUN_DONE ||
        (r->prefix != NULL && strncmp(id, r->prefix, strlen(r->prefix)) != 0)) {
        return PLM_OK;
    }
    seeded_run *runs = (seeded_run *)realloc(r->runs, (r->n + 1) * sizeof *runs);
    if (runs == NULL) {
        return PLM_E_NOMEM;
    }
    r->runs = runs;
    runs[r->n] = (seeded_run){.learned = false};
    memcpy(runs[r->n].id, run->id, sizeof run->id);
    (void)snprintf(runs[r->n].with, sizeof runs->with, "%s", run->peer);
    (void)snprintf(runs[r->n].purpose, sizeof runs->purpose, "%s", run->purpose);
    r->n++;
    return PLM_OK;
}

static plm_status count_planted(void *context, const plm_stored_record *stored)
{
    reporting *r = (reporting *)context;
    seeded_run *run = &r->runs[r->n];
    if (stored->is_seed &&
        strncmp(stored->record.id, r->seed_prefix, strlen(r->seed_prefix)) == 0 &&
        plm_policy_admit(r->view->purpose, r->view->is_asker, &stored->record,
                         plm_date_of_ms(r->view->proposal.time_ms)) == PLM_ADMITTED) {
        run->n_planted++;
    }
    return PLM_OK;
}

/* Several hits on one test person are one found. */
static plm_status count_found(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    reporting *r = (reporting *)context;
    if (!stored->is_seed ||
        strncmp(stored->record.id, r->seed_prefix, strlen(r->seed_prefix)) != 0) {
        return PLM_OK;
    }
    for (size_t i = 0; i < r->n_hit; i++) {
        if (r->found[i] == hit->record) {
            return PLM_OK;
        }
    }
    if (r->n_hit == PLM_SEED_MAX) {
        return PLM_E_LIMIT;
    }
    r->found[r->n_hit++] = hit->record;
    return PLM_OK;
}

/* The run that r->n stands on. */
static plm_status look_at(reporting *r)
{
    seeded_run *run = &r->runs[r->n];
    const plm_hit_filter filter = {.run_id = run->id};
    plm_release_view view;
    r->view = &view;
    r->n_hit = 0;
    plm_status status = plm_release_view_open(&view, r->store, run->id, plm_wall_ms());
    if (status == PLM_OK) {
        const plm_learns mine = view.is_asker ? PLM_LEARNS_ASKER : PLM_LEARNS_HOLDER;
        /* A run with what is new alone finds no test person, and is not to. */
        run->learned =
            (view.proposal.learns & mine) != 0 && view.proposal.standing != PLM_STANDING_CHANGES;
        plm_seed_prefix(r->seed_prefix, view.accord_hash, run->purpose);
        status = plm_store_each_record(r->store, PLM_STORE_SEED, count_planted, r);
    }
    if (status == PLM_OK) {
        status = plm_store_each_hit(r->store, &filter, count_found, r);
    }
    run->n_found = r->n_hit;
    r->view = NULL;
    plm_release_view_close(&view);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status; /* the accord is gone: nothing to tell */
}

static const char *purpose_of(const reporting *r, const uint8_t run_id[static 16])
{
    for (size_t i = 0; i < r->n; i++) {
        if (memcmp(r->runs[i].id, run_id, 16) == 0) {
            return r->runs[i].purpose;
        }
    }
    return NULL;
}

static void count(json_t *entry, const char *outcome)
{
    const char *key = outcome[0] != '\0' ? outcome : "open";
    json_t *n = json_object_get(entry, key);
    (void)json_integer_set(n, json_integer_value(n) + 1);
}

/* One hit counts under each rule that agreed. */
static plm_status count_outcome(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    reporting *r = (reporting *)context;
    const char *purpose = purpose_of(r, hit->run_id);
    if (stored->is_seed || purpose == NULL) {
        return PLM_OK;
    }
    for (const char *rule = hit->rules; *rule != '\0';) {
        char key[PLM_CODE_MAX + PLM_RULE_NAME_MAX + 1];
        const size_t n = strcspn(rule, " ");
        (void)snprintf(key, sizeof key, "%s %.*s", purpose, (int)n, rule);
        json_t *entry = json_object_get(r->outcomes, key);
        if (entry == NULL) {
            entry = json_pack("{s:s, s:s%, s:i, s:i, s:i, s:i}", "purpose", purpose, "rule", rule,
                              n, outcomes[0], 0, outcomes[1], 0, outcomes[2], 0, "open", 0);
            if (json_object_set_new(r->outcomes, key, entry) != 0) {
                return PLM_E_NOMEM;
            }
        }
        count(entry, hit->outcome);
        rule += n + (rule[n] == ' ');
    }
    return PLM_OK;
}

static json_t *run_json(const seeded_run *run)
{
    char id[2 * sizeof run->id + 1];
    double low;
    double high;
    const uint64_t n_missed = run->n_planted - run->n_found;
    plm_hex_encode(id, run->id, sizeof run->id);
    plm_seed_interval(n_missed, run->n_planted, &low, &high);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:f, s:f, s:f}", "run", id, "with", run->with,
                     "purpose", run->purpose, "planted", (json_int_t)run->n_planted, "found",
                     (json_int_t)run->n_found, "miss_rate",
                     (double)n_missed / (double)run->n_planted, "low", low, "high", high);
}

static void print_runs(const json_t *list)
{
    size_t i;
    json_t *run;
    json_array_foreach(list, i, run)
    {
        const json_int_t n_found = json_integer_value(json_object_get(run, "found"));
        (void)printf("run %.8s with %s, %s: %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
                     " test persons found",
                     json_string_value(json_object_get(run, "run")),
                     json_string_value(json_object_get(run, "with")),
                     json_string_value(json_object_get(run, "purpose")), n_found,
                     json_integer_value(json_object_get(run, "planted")));
        if (n_found == 0) {
            (void)printf("; has the other side loaded its own?\n");
        } else {
            (void)printf(", %.1f %% missed (95 %%: %.1f to %.1f %%)\n",
                         100 * json_real_value(json_object_get(run, "miss_rate")),
                         100 * json_real_value(json_object_get(run, "low")),
                         100 * json_real_value(json_object_get(run, "high")));
        }
    }
    if (i == 0) {
        (void)printf("no run here has found out about test persons\n");
    }
}

static void print_outcomes(const json_t *list)
{
    size_t i;
    json_t *entry;
    if (json_array_size(list) > 0) {
        (void)printf("%-20s %-28s %9s %6s %8s %6s\n", "what came of hits", "rule", outcomes[0],
                     outcomes[1], outcomes[2], "open");
    }
    json_array_foreach(list, i, entry)
    {
        (void)printf("%-20s %-28s", json_string_value(json_object_get(entry, "purpose")),
                     json_string_value(json_object_get(entry, "rule")));
        for (size_t k = 0; k < 3; k++) {
            const int widths[] = {9, 6, 8};
            (void)printf(" %*d", widths[k],
                         (int)json_integer_value(json_object_get(entry, outcomes[k])));
        }
        (void)printf(" %6d\n", (int)json_integer_value(json_object_get(entry, "open")));
    }
}

/* What is known, into the two lists. */
static plm_status collect(reporting *r, json_t *runs, json_t *counts)
{
    plm_status status = plm_store_each_run(r->store, take_run, r);
    const size_t n_runs = r->n;
    for (r->n = 0; status == PLM_OK && r->n < n_runs; r->n++) {
        status = look_at(r);
    }
    r->n = n_runs;
    for (size_t i = 0; status == PLM_OK && i < n_runs; i++) {
        const seeded_run *run = &r->runs[i];
        if (run->learned && run->n_planted > 0 && run->n_found <= run->n_planted) {
            status = json_array_append_new(runs, run_json(run)) == 0 ? PLM_OK : PLM_E_NOMEM;
        }
    }
    if (status == PLM_OK) {
        status = plm_store_each_hit(r->store, NULL, count_outcome, r);
    }
    const char *key;
    json_t *entry;
    json_object_foreach(r->outcomes, key, entry)
    {
        (void)json_array_append(counts, entry);
    }
    return status;
}

static int report(const char *command, const plm_home *home, const char *prefix, bool json)
{
    reporting r = {.store = home->store, .prefix = prefix, .outcomes = json_object()};
    json_t *runs = json_array();
    json_t *counts = json_array();
    r.found = (int64_t *)calloc(PLM_SEED_MAX, sizeof *r.found);
    plm_status status = r.found != NULL ? collect(&r, runs, counts) : PLM_E_NOMEM;
    int result = PLM_EXIT_OK;
    if (status != PLM_OK) {
        result = plm_say_status(command, home->store_path, status);
    } else if (json) {
        result = plm_say_json(json_pack("{s:O, s:O}", "runs", runs, "outcomes", counts));
    } else {
        print_runs(runs);
        print_outcomes(counts);
    }
    json_decref(runs);
    json_decref(counts);
    json_decref(r.outcomes);
    free(r.found);
    free(r.runs);
    return result;
}

int plm_seed_command_report(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo seed report", "[--run ID]",
        "Says of each run that we learned how many of the test persons it found, with a 95 % "
        "interval for\nwhat is missed, and counts what officers said came of real hits."};
    plm_common common = {0};
    const char *prefix = NULL;
    const plm_option options[] = {
        {"run", PLM_OPTION_TEXT, &prefix, "ID", "of one run only (a prefix will do)", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    int result = report(usage.command, &home, prefix, common.json);
    plm_home_close(&home);
    return result;
}
