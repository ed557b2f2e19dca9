/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed.c - palermo seed load: the register of test persons that all parties of an accord make
 * alike (synth/seed.h).
 */
#include "synth/seed.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "cli/seed.h"
#include "ledger/ledger.h"
#include "node/agreement.h"
#include "register/import.h"
#include "store/loading.h"
#include "synth/synth.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    CSV_MAX = 64 << 20,
    DEFAULT_N = 50
};

typedef struct seeding {
    const plm_home *home;
    const plm_accord *accord;
    unsigned place;
    unsigned n;
    int64_t register_id;
    int64_t now_ms;
    uint64_t n_put[3]; /* by plm_put_result */
    uint64_t n_quarantined;
} seeding;

static plm_status take_record(void *context, const plm_record *record, const char *file,
                              uint64_t line)
{
    seeding *s = (seeding *)context;
    plm_put_result result;
    (void)file;
    (void)line;
    plm_status status =
        plm_store_put_record(s->home->store, s->register_id, record, s->now_ms, &result);
    if (status == PLM_OK) {
        s->n_put[result]++;
    }
    return status;
}

static bool is_known_offence(const char *code)
{
    return plm_offence_find(code) != NULL;
}

/* A role that the purpose admits on both sides. PLM_E_NOT_FOUND: there is none. */
static plm_status find_role(const plm_purpose *purpose, plm_date today, plm_role *out)
{
    for (plm_role role = PLM_ROLE_SUSPECT; role < PLM_ROLE_COUNT; role++) {
        const plm_record record = {.id = "",
                                   .kind = PLM_KIND_PERSON,
                                   .role = role,
                                   .offences = purpose->offences,
                                   .n_offences = 1};
        if (plm_policy_admit(purpose, true, &record, today) == PLM_ADMITTED &&
            plm_policy_admit(purpose, false, &record, today) == PLM_ADMITTED) {
            *out = role;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

static plm_status import(seeding *s, plm_span csv)
{
    plm_import i = {.defaults = {.role = PLM_ROLE_SUSPECT, .retention = s->accord->expires},
                    .today = plm_date_of_ms(s->now_ms),
                    .record = take_record,
                    .context = s,
                    .sink = {plm_diag_print, stderr},
                    .is_offence = is_known_offence};
    plm_status status = plm_import_csv_bytes(&i, plm_synth_mapping(), "mapping", csv, "seed");
    s->n_quarantined += i.n_quarantined;
    return status;
}

static plm_status seed_purpose(seeding *s, const plm_purpose *purpose)
{
    plm_seed_plan plan = {.accord_hash = s->accord->hash,
                          .purpose = purpose->code,
                          .place = s->place,
                          .offence = purpose->offences[0],
                          .n = s->n};
    plm_buf csv;
    if (find_role(purpose, plm_date_of_ms(s->now_ms), &plan.role) != PLM_OK) {
        plm_say_error("palermo seed load", "%s: no role takes part on both sides: no test persons",
                      purpose->code);
        return PLM_OK;
    }
    plm_buf_init(&csv, CSV_MAX);
    plm_status status = plm_seed_write(&plan, &csv);
    if (status == PLM_OK) {
        status = import(s, plm_buf_span(&csv));
    }
    plm_buf_wipe(&csv);
    return status;
}

/* As any load's: register, new, changed, quarantined. */
static plm_status write_ledger(const seeding *s)
{
    plm_buf body;
    plm_buf_init(&body, 256);
    plm_status status = plm_buf_append_block16(&body, plm_span_str(PLM_STORE_SEED));
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, s->n_put[PLM_PUT_INSERTED]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, s->n_put[PLM_PUT_UPDATED]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&body, s->n_quarantined);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(s->home->store, "load", plm_buf_span(&body), s->now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

static plm_status seed_in_transaction(seeding *s)
{
    bool mine;
    plm_status status = plm_loading_mend(s->home->store);
    if (status == PLM_OK) {
        status = plm_store_enter(s->home->store, &mine);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_register(s->home->store, PLM_STORE_SEED, PLM_STORE_SEED, s->now_ms,
                                &s->register_id);
    for (size_t i = 0; status == PLM_OK && i < s->accord->n_purposes; i++) {
        status = seed_purpose(s, &s->accord->purposes[i]);
    }
    if (status == PLM_OK && s->n_put[PLM_PUT_INSERTED] + s->n_put[PLM_PUT_UPDATED] > 0) {
        status = write_ledger(s);
    }
    return plm_store_leave(s->home->store, mine, status);
}

/* A register of that name with real records in it is not to become one of test persons. */
static plm_status look_at_register(void *context, const plm_register_info *info)
{
    const bool is_real =
        strcmp(info->name, PLM_STORE_SEED) == 0 && strcmp(info->format, PLM_STORE_SEED) != 0;
    *(bool *)context |= is_real;
    return PLM_OK;
}

static int load(const plm_usage_text *usage, const plm_home *home, const char *hash, int64_t n,
                bool json)
{
    plm_agreement *agreement = NULL;
    bool is_real = false;
    seeding s = {.home = home, .n = (unsigned)n, .now_ms = plm_wall_ms()};
    uint8_t accord_hash[PLM_HASH_BYTES];
    plm_status status = plm_agreement_hash(accord_hash, home->store, hash);
    if (status == PLM_OK) {
        status = plm_agreement_load(&agreement, home->store, accord_hash);
    }
    if (status == PLM_E_NOT_FOUND) {
        plm_say_error(usage->command, "%.16s: no such accord was adopted here", hash);
        return PLM_EXIT_NOT_FOUND;
    }
    if (status == PLM_E_EXISTS) {
        plm_say_error(usage->command, "%.64s: several accords begin so", hash);
        return PLM_EXIT_NOT_FOUND;
    }
    if (status != PLM_OK) {
        return plm_say_status(usage->command, home->store_path, status);
    }
    s.accord = agreement->accord;
    while (s.place < s.accord->n_parties &&
           strcmp(s.accord->parties[s.place].code, home->code) != 0) {
        s.place++;
    }
    status = plm_store_each_register(home->store, look_at_register, &is_real);
    if (status == PLM_OK && is_real) {
        plm_agreement_destroy(agreement);
        plm_say_error(usage->command, "there is a register \"%s\" of real records", PLM_STORE_SEED);
        return PLM_EXIT_FAILED;
    }
    status = status == PLM_OK ? seed_in_transaction(&s) : status;
    plm_agreement_destroy(agreement);
    if (status != PLM_OK) {
        return plm_say_status(usage->command, home->store_path, status);
    }
    if (json) {
        return plm_say_json(json_pack("{s:I, s:I, s:I}", "new",
                                      (json_int_t)s.n_put[PLM_PUT_INSERTED], "changed",
                                      (json_int_t)s.n_put[PLM_PUT_UPDATED], "unchanged",
                                      (json_int_t)s.n_put[PLM_PUT_UNCHANGED]));
    }
    (void)printf("%" PRIu64 " test persons new, %" PRIu64 " changed, %" PRIu64
                 " unchanged; the other parties load theirs by the same command\n",
                 s.n_put[PLM_PUT_INSERTED], s.n_put[PLM_PUT_UPDATED], s.n_put[PLM_PUT_UNCHANGED]);
    return PLM_EXIT_OK;
}

static int command_load(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo seed load", "--accord HASH [--n N]",
        "Makes test persons that no other party need send us: all parties of the accord derive the "
        "same\nones from its hash, each in its own spelling. They take part in runs, and in "
        "nothing else."};
    plm_common common = {0};
    const char *hash = NULL;
    int64_t n = DEFAULT_N;
    const plm_option options[] = {
        {"accord", PLM_OPTION_TEXT, &hash, "HASH", "an adopted accord", 0, 0},
        {"n", PLM_OPTION_NUMBER, &n, "N", "persons for each purpose (50)", 1, PLM_SEED_MAX},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (hash == NULL) {
        return plm_usage_error(&usage, "--accord HASH is needed");
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    int result = load(&usage, &home, hash, n, common.json);
    plm_home_close(&home);
    return result;
}

int plm_command_seed(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo seed", "load|report [OPTIONS]",
        "Test persons, and what runs find of them.\n"
        "  load      makes them from an accord\n"
        "  report    what runs missed, and what officers said of hits"};
    if (argc > 1 && strcmp(argv[1], "load") == 0) {
        return command_load(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "report") == 0) {
        return plm_seed_command_report(argc - 1, argv + 1);
    }
    const plm_option options[] = {PLM_OPTIONS_END};
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        return plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL) == PLM_PARSE_HELP
                   ? PLM_EXIT_OK
                   : PLM_EXIT_USAGE;
    }
    return plm_usage_error(&usage, "load or report");
}
