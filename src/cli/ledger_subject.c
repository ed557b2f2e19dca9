/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_subject.c - palermo ledger subject: what is held of one person, in which runs it could
 * take part, and with whom there were hits (Directive (EU) 2016/680, articles 14 and 17).
 *
 * The search itself is an entry: officer, reason and how many records were found, never whom.
 */
#include "cli/ledger.h"

#include "cli/exit.h"
#include "cli/say.h"
#include "node/ledger_subject.h"
#include "wire/field.h"

#include <stdio.h>
#include <string.h>

typedef struct subject_options {
    plm_common common;
    const char *record;        /* source id */
    const char *register_name; /* NULL: any */
    const char *value;         /* raw */
    const char *type_name;
    const char *country;
    const char *officer;
    const char *reason;
} subject_options;

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void print_disclosures(const json_t *run)
{
    const json_t *list = json_object_get(run, "disclosures");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *d = json_array_get(list, i);
        bool is_received = text_of(d, "fields")[0] != '\0';
        (void)printf("    %s %s %s as hit %d%s%s%s%s\n", text_of(d, "state"),
                     is_received ? "from" : "to", text_of(run, "with"),
                     (int)json_integer_value(json_object_get(d, "hit")),
                     is_received ? ": " : ", by ",
                     is_received ? text_of(d, "fields") : text_of(d, "officer"),
                     text_of(d, "outcome")[0] != '\0' ? "; outcome " : "", text_of(d, "outcome"));
    }
}

static void print_record(const json_t *record)
{
    const json_t *runs = json_object_get(record, "runs");
    (void)printf("%s of register %s: %s, %s; %s%s\n", text_of(record, "record"),
                 text_of(record, "register"), text_of(record, "kind"), text_of(record, "role"),
                 text_of(record, "delete_after")[0] != '\0' ? "to be deleted after "
                                                            : "no date of deletion",
                 text_of(record, "delete_after"));
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        const json_t *rules = json_object_get(run, "hit_by");
        (void)printf("  run %.8s  %s  %s %s, purpose %s, %s: ", text_of(run, "run"),
                     text_of(run, "time"), text_of(run, "we"), text_of(run, "with"),
                     text_of(run, "purpose"), text_of(run, "state"));
        (void)printf("%s", json_array_size(rules) > 0 ? "hit by" : "took part, no hit known here");
        for (size_t k = 0; k < json_array_size(rules); k++) {
            (void)printf(" %s", json_string_value(json_array_get(rules, k)));
        }
        (void)printf("\n");
        print_disclosures(run);
    }
}

static int search(const char *command, const plm_home *home, const plm_subject *subject, bool json)
{
    json_t *records = NULL;
    plm_status status = plm_ledger_subject(&records, home->store, subject);
    if (status != PLM_OK) {
        return plm_say_status(command, home->store_path, status);
    }
    bool found = json_array_size(records) > 0;
    if (json) {
        int printed = plm_say_json(records);
        return printed != PLM_EXIT_OK || found ? printed : PLM_EXIT_NOT_FOUND;
    }
    for (size_t i = 0; i < json_array_size(records); i++) {
        print_record(json_array_get(records, i));
    }
    if (!found) {
        (void)printf("nothing is held; of what was deleted only numbers are kept, in the ledger's "
                     "entries of kind expire and drop\n");
    }
    json_decref(records);
    return found ? PLM_EXIT_OK : PLM_EXIT_NOT_FOUND;
}

static bool is_text(const char *s)
{
    return s != NULL && strlen(s) < PLM_TEXT_MAX && plm_field_fits(PLM_FIELD_TEXT, plm_span_str(s));
}

/* The value in its canonical form; says what is wrong with it. */
static int read_value(const plm_usage_text *usage, const subject_options *o, plm_subject *subject,
                      plm_ident *ident)
{
    char country[3] = "";
    if (o->value == NULL) {
        return PLM_EXIT_OK;
    }
    if (o->type_name == NULL || plm_ident_type_find(&subject->type, o->type_name) != PLM_OK) {
        return plm_usage_error(usage, "--type takes a type of identifier, as 'palermo ident' does");
    }
    if (o->country != NULL && plm_country_find(country, plm_span_str(o->country)) != PLM_OK) {
        return plm_usage_error(usage, "--country: there is no such country");
    }
    plm_status status =
        plm_ident_canonicalise(subject->type, country, plm_span_str(o->value), ident);
    subject->canonical = ident->canonical;
    if (status == PLM_E_REJECTED) {
        plm_say_error(usage->command, "the value is no %s: %s", o->type_name,
                      plm_ident_reason_text(ident->reason));
        return PLM_EXIT_INPUT;
    }
    return plm_exit_status(status, 0);
}

int plm_ledger_subject_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger subject", "(--record ID | --value V --type T) --officer NAME --reason TEXT",
        "Finds what is held of one person, in which runs it could take part and with whom it was "
        "a\n"
        "hit. The search is entered in the ledger, without the person."};
    subject_options o = {.record = NULL};
    const plm_option options[] = {
        {"record", PLM_OPTION_TEXT, &o.record, "ID", "the record's own id in its register", 0, 0},
        {"register", PLM_OPTION_TEXT, &o.register_name, "NAME", "of this register alone", 0, 0},
        {"value", PLM_OPTION_TEXT, &o.value, "V", "an identifier", 0, 0},
        {"type", PLM_OPTION_TEXT, &o.type_name, "T", "its type: name, phone, document, ...", 0, 0},
        {"country", PLM_OPTION_TEXT, &o.country, "CC", "issuer, region or country of it", 0, 0},
        {"officer", PLM_OPTION_TEXT, &o.officer, "NAME", "pseudonym of who searches", 0, 0},
        {"reason", PLM_OPTION_TEXT, &o.reason, "TEXT", "why; no name belongs here", 0, 0},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if ((o.record == NULL) == (o.value == NULL) || !is_text(o.officer) || !is_text(o.reason)) {
        return plm_usage_error(&usage, "--record or --value, --officer and --reason are needed");
    }
    plm_ident ident;
    plm_subject subject = {.record = o.record,
                           .register_name = o.register_name,
                           .officer = o.officer,
                           .reason = o.reason};
    int result = read_value(&usage, &o, &subject, &ident);
    if (result != PLM_EXIT_OK) {
        return result;
    }
    plm_status status = plm_home_open(&home, &o.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    result = search(usage.command, &home, &subject, o.common.json);
    plm_home_close(&home);
    return result;
}
