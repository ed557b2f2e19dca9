/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_make.c - palermo rules table: a table of frequencies from a register of this node or from a
 * file, without rare values, for parties to agree on.
 */
#include "base/file.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/records.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "ident/frequency_make.h"

#include <stdio.h>
#include <string.h>

static const plm_usage_text usage = {
    "palermo rules table",
    "(FILE [--mapping FILE] | --register NAME) --out TABLE --name NAME\n"
    "       --population TEXT --date DATE [OPTIONS]",
    "Makes a table of frequencies from the persons of a register that is loaded, or of a file, "
    "without\nrare values, for parties to agree on; prints the hash that an accord pins.\n"
    "FILE is CSV with --mapping, else FollowTheMoney."};

typedef struct table_options {
    plm_common common;
    const char *file;
    const char *mapping;
    const char *register_name;
    const char *out;
    plm_frequency_title title;
    int64_t least;
} table_options;

typedef struct made_table {
    uint64_t n_persons;
    uint64_t n_left_out;
    uint64_t least; /* what was asked for, or more where the table would be too long */
    char hash[2 * PLM_FREQUENCY_HASH_BYTES + 1];
} made_table;

static plm_status count_file(plm_frequency_maker *maker, const table_options *o)
{
    plm_records records;
    plm_status status = plm_records_read(&records, usage.command, o->mapping, o->file);
    for (size_t i = 0; status == PLM_OK && i < records.n; i++) {
        status = plm_frequency_maker_add(maker, &records.items[i]);
    }
    plm_records_wipe(&records);
    return status;
}

/* Invented test persons say nothing of a population. */
static plm_status take_stored(void *context, const plm_stored_record *stored)
{
    return stored->is_seed
               ? PLM_OK
               : plm_frequency_maker_add((plm_frequency_maker *)context, &stored->record);
}

static plm_status count_register(plm_frequency_maker *maker, const table_options *o)
{
    plm_home home;
    plm_status status = plm_home_open(&home, &o->common, usage.command);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_each_record(home.store, o->register_name, take_stored, maker);
    plm_home_close(&home);
    if (status != PLM_OK) {
        (void)plm_say_status(usage.command, o->register_name, status);
    }
    return status;
}

static plm_status write_table(plm_frequency_maker *maker, const table_options *o, made_table *made)
{
    uint8_t hash[PLM_FREQUENCY_HASH_BYTES];
    plm_buf text;
    plm_buf_init(&text, PLM_FREQUENCY_BYTES_MAX);
    made->least = plm_frequency_maker_least(maker, (uint64_t)o->least, PLM_FREQUENCY_ROWS_MAX);
    plm_status status =
        plm_frequency_maker_write(maker, &o->title, made->least, &text, &made->n_left_out);
    if (status == PLM_OK) {
        status = plm_file_write(o->out, plm_buf_span(&text), 0644, false);
    }
    if (status != PLM_OK) {
        (void)plm_say_status(usage.command, o->out, status);
    }
    made->n_persons = maker->n_records;
    plm_frequency_hash(hash, plm_buf_span(&text));
    plm_hex_encode(made->hash, hash, sizeof hash);
    plm_buf_wipe(&text);
    return status;
}

static plm_status make_table(const table_options *o, made_table *made)
{
    plm_frequency_maker maker;
    plm_frequency_maker_init(&maker);
    plm_status status =
        o->register_name != NULL ? count_register(&maker, o) : count_file(&maker, o);
    if (status == PLM_OK && maker.n_records == 0) {
        plm_say_error(usage.command, "%s: there is no person in it",
                      o->register_name != NULL ? o->register_name : o->file);
        status = PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        status = write_table(&maker, o, made);
    }
    plm_frequency_maker_wipe(&maker);
    return status;
}

static int say_table(const table_options *o, const made_table *made)
{
    char n[PLM_NUMBER_TEXT];
    char left_out[PLM_NUMBER_TEXT];
    if (o->common.json) {
        return plm_say_json(json_pack("{s:s, s:s, s:I, s:I, s:I, s:s}", "table", o->title.name,
                                      "file", o->out, "persons", (json_int_t)made->n_persons,
                                      "left_out", (json_int_t)made->n_left_out, "least",
                                      (json_int_t)made->least, "hash", made->hash));
    }
    (void)printf("%s: from %s persons; %s values of fewer than %lld were left out\n%s\n", o->out,
                 plm_say_number(n, made->n_persons), plm_say_number(left_out, made->n_left_out),
                 (long long)made->least, made->hash);
    if (made->least > (uint64_t)o->least) {
        (void)printf("(not %lld: a table has %d rows at most)\n", (long long)o->least,
                     PLM_FREQUENCY_ROWS_MAX);
    }
    return PLM_EXIT_OK;
}

int plm_rules_command_table(int argc, char **argv)
{
    table_options o = {.least = 10};
    made_table made = {0};
    size_t n_files;
    const plm_option options[] = {
        {"register", PLM_OPTION_TEXT, &o.register_name, "NAME", "count a register of this node", 0,
         0},
        {"mapping", PLM_OPTION_TEXT, &o.mapping, "FILE", "what the columns of FILE mean", 0, 0},
        {"out", PLM_OPTION_TEXT, &o.out, "FILE", "where to write", 0, 0},
        {"name", PLM_OPTION_TEXT, &o.title.name, "NAME", "the table's name", 0, 0},
        {"population", PLM_OPTION_TEXT, &o.title.population, "TEXT", "of whom it is", 0, 0},
        {"date", PLM_OPTION_TEXT, &o.title.date, "DATE", "of when it is", 0, 0},
        {"least", PLM_OPTION_NUMBER, &o.least, "N", "persons a value must have (10)",
         PLM_FREQUENCY_LEAST, INT32_MAX},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed =
        plm_options_parse(&usage, options, argc, argv, &o.file, 0, 1, &n_files);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if ((n_files == 1) == (o.register_name != NULL) ||
        (o.register_name != NULL && o.mapping != NULL)) {
        return plm_usage_error(&usage, "one of FILE and --register NAME is needed");
    }
    if (o.out == NULL || o.title.name == NULL || o.title.population == NULL ||
        o.title.date == NULL) {
        return plm_usage_error(&usage, "--out, --name, --population and --date are needed");
    }
    plm_status status = make_table(&o, &made);
    return status == PLM_OK ? say_table(&o, &made) : plm_exit_status(status, 0);
}
