/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_subject.c - palermo ledger subject: what is held of one person, in which runs it could
 * take part, and with whom there were hits (Directive (EU) 2016/680, articles 14 and 17).
 *
 * The search itself is an entry: officer, reason and how many records were found, never whom.
 */
#include "cli/exit.h"
#include "cli/ledger.h"

#include <stdio.h>

static void print_disclosures(const json_t *run)
{
    const json_t *list = json_object_get(run, "disclosures");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *d = json_array_get(list, i);
        bool is_received = plm_text_of(d, "fields")[0] != '\0';
        (void)printf(
            "    %s %s %s as hit %d%s%s%s%s\n", plm_text_of(d, "state"),
            is_received ? "from" : "to", plm_text_of(run, "with"),
            (int)json_integer_value(json_object_get(d, "hit")), is_received ? ": " : ", by ",
            is_received ? plm_text_of(d, "fields") : plm_text_of(d, "officer"),
            plm_text_of(d, "outcome")[0] != '\0' ? "; outcome " : "", plm_text_of(d, "outcome"));
    }
}

static void print_record(const json_t *record)
{
    const json_t *runs = json_object_get(record, "runs");
    (void)printf("%s of register %s: %s, %s; %s%s\n", plm_text_of(record, "record"),
                 plm_text_of(record, "register"), plm_text_of(record, "kind"),
                 plm_text_of(record, "role"),
                 plm_text_of(record, "delete_after")[0] != '\0' ? "to be deleted after "
                                                                : "no date of deletion",
                 plm_text_of(record, "delete_after"));
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        const json_t *rules = json_object_get(run, "hit_by");
        (void)printf("  run %.8s  %s  %s %s, purpose %s, %s: ", plm_text_of(run, "run"),
                     plm_text_of(run, "time"), plm_text_of(run, "we"), plm_text_of(run, "with"),
                     plm_text_of(run, "purpose"), plm_text_of(run, "state"));
        (void)printf("%s", json_array_size(rules) > 0 ? "hit by" : "took part, no hit known here");
        for (size_t k = 0; k < json_array_size(rules); k++) {
            (void)printf(" %s", json_string_value(json_array_get(rules, k)));
        }
        (void)printf("\n");
        print_disclosures(run);
    }
}

static json_t *records_of(const plm_operation_call *call, json_t *answer)
{
    json_t *records = json_incref(json_object_get(answer, "records"));
    (void)call;
    json_decref(answer);
    return records;
}

static void print_records(const plm_operation_call *call, const json_t *records)
{
    (void)call;
    for (size_t i = 0; i < json_array_size(records); i++) {
        print_record(json_array_get(records, i));
    }
    if (json_array_size(records) == 0) {
        (void)printf("nothing is held; of what was deleted only numbers are kept, in the ledger's "
                     "entries of kind expire and drop\n");
    }
}

static int judge(const plm_operation_call *call, const json_t *records)
{
    (void)call;
    return json_array_size(records) > 0 ? PLM_EXIT_OK : PLM_EXIT_NOT_FOUND;
}

static const plm_operation_option options[] = {
    {"record", PLM_OPTION_TEXT, PLM_TO_BODY, "record", "ID", "the record's own id in its register",
     0, 0},
    {"register", PLM_OPTION_TEXT, PLM_TO_BODY, "register", "NAME", "of this register alone", 0, 0},
    {"value", PLM_OPTION_TEXT, PLM_TO_BODY, "value", "V", "an identifier", 0, 0},
    {"type", PLM_OPTION_TEXT, PLM_TO_BODY, "type", "T", "its type: name, phone, document, ...", 0,
     0},
    {"country", PLM_OPTION_TEXT, PLM_TO_BODY, "country", "CC", "issuer, region or country of it", 0,
     0},
    PLM_OFFICER_OPTION("who searches; the ledger has a pseudonym"),
    {"reason", PLM_OPTION_TEXT, PLM_TO_BODY, "reason", "TEXT", "why; no name belongs here", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_ledger_subject = {
    .usage = {"palermo ledger subject",
              "(--record ID | --value V --type T) --officer NAME --reason TEXT",
              "Finds what is held of one person, in which runs it could take part and with whom it "
              "was a\nhit. The search is entered in the ledger, without the person."},
    .method = "POST",
    .path = "/v1/ledger/subject",
    .options = options,
    .shape = records_of,
    .print = print_records,
    .judge = judge,
};
