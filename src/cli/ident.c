/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident.c - palermo ident: what is made of a value, and why; ident_mrz.c does the same for a
 * machine-readable zone.
 */
#include "ident/ident.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/ident_mrz.h"
#include "cli/options.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

enum {
    FORMS_MAX = 4,
    USAGE_MAX = 4096
};

/* Everything that is known of one value. */
typedef struct ident_answer {
    const char *type;
    const char *value;
    bool is_accepted;
    plm_ident ident;
    plm_ident_steps steps;
    plm_ident_form forms[FORMS_MAX];
    size_t n_forms;
} ident_answer;

static json_t *json_of(const ident_answer *a)
{
    const plm_ident *ident = &a->ident;
    json_t *steps = json_array();
    json_t *forms = json_array();
    for (size_t i = 0; i < a->steps.n; i++) {
        (void)json_array_append_new(steps, json_string(a->steps.text[i]));
    }
    for (size_t i = 0; i < a->n_forms; i++) {
        (void)json_array_append_new(
            forms, json_pack("{s:s, s:s}", "name", a->forms[i].name, "value", a->forms[i].text));
    }
    return json_pack("{s:s, s:s, s:b, s:s, s:b, s:b, s:b, s:s, s:s, s:o, s:o}", "type", a->type,
                     "value", a->value, "accepted", (int)a->is_accepted, "canonical",
                     ident->canonical, "check_failed",
                     (int)((ident->flags & PLM_IDENT_CHECK_FAILED) != 0), "unchecked",
                     (int)((ident->flags & PLM_IDENT_UNCHECKED) != 0), "test",
                     (int)((ident->flags & PLM_IDENT_TEST) != 0), "reason",
                     a->is_accepted ? "" : plm_ident_reason_text(ident->reason), "detail",
                     ident->detail, "steps", steps, "second_forms", forms);
}

static void print_text(const ident_answer *a)
{
    const plm_ident *ident = &a->ident;
    if (a->is_accepted) {
        (void)printf("%s\n", ident->canonical);
    } else {
        (void)printf("rejected: %s%s%s\n", plm_ident_reason_text(ident->reason),
                     ident->detail[0] != '\0' ? ": " : "", ident->detail);
    }
    for (size_t i = 0; i < a->steps.n; i++) {
        (void)printf("  %s\n", a->steps.text[i]);
    }
    if (!a->is_accepted) {
        return;
    }
    if ((ident->flags & PLM_IDENT_CHECK_FAILED) != 0) {
        (void)printf("  its check does not fit: kept and marked, and matched by no rule\n");
    }
    if ((ident->flags & PLM_IDENT_UNCHECKED) != 0) {
        (void)printf("  its check is not there, or need not fit: matched as it is\n");
    }
    if ((ident->flags & PLM_IDENT_TEST) != 0) {
        (void)printf("  made for tests and examples, so nobody's: matched by no rule\n");
    }
    if (ident->detail[0] != '\0') {
        (void)printf("  %s\n", ident->detail);
    }
    for (size_t i = 0; i < a->n_forms; i++) {
        (void)printf("  second form, not matched: %s %s\n", a->forms[i].name, a->forms[i].text);
    }
}

static plm_status answer(ident_answer *a, plm_ident_type type, const char *country)
{
    plm_status status =
        plm_ident_explain(type, country, plm_span_str(a->value), &a->ident, &a->steps);
    a->is_accepted = status == PLM_OK;
    while (a->is_accepted && a->n_forms < FORMS_MAX &&
           plm_ident_second_form(type, a->ident.canonical, a->n_forms, &a->forms[a->n_forms]) ==
               PLM_OK) {
        a->n_forms++;
    }
    return status == PLM_E_REJECTED ? PLM_OK : status;
}

/* The table of types, as --help shows it. */
static const char *list_types(char out[USAGE_MAX])
{
    size_t n = (size_t)snprintf(out, USAGE_MAX,
                                "Shows what is made of a value, step by step, or why it is "
                                "rejected; 'palermo ident mrz'\nreads a machine-readable zone. "
                                "Types (* takes --country):\n");
    for (unsigned i = 0; i < PLM_IDENT_TYPE_COUNT && n < USAGE_MAX; i++) {
        plm_ident_type type = (plm_ident_type)i;
        n += (size_t)snprintf(out + n, USAGE_MAX - n, "  %-12s%c %s%s", plm_ident_type_name(type),
                              plm_ident_type_has_country(type) ? '*' : ' ',
                              plm_ident_type_words(type), i + 1 < PLM_IDENT_TYPE_COUNT ? "\n" : "");
    }
    return out;
}

int plm_command_ident(int argc, char **argv)
{
    static ident_answer a;
    char summary[USAGE_MAX];
    if (argc > 1 && strcmp(argv[1], "mrz") == 0) {
        return plm_command_ident_mrz(argc - 1, argv + 1);
    }
    const plm_usage_text usage = {"palermo ident", "TYPE VALUE [--country CC]",
                                  list_types(summary)};
    plm_common common = {0};
    const char *country = "";
    const plm_option options[] = {
        {"country", PLM_OPTION_TEXT, &country, "CC",
         "issuer of a document or number, region of a telephone, country of a plate or bank", 0, 0},
        {"json", PLM_OPTION_FLAG, &common.json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    const char *words[2];
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, words, 2, 2, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_ident_type type;
    char code[3] = "";
    if (plm_ident_type_find(&type, words[0]) != PLM_OK) {
        return plm_usage_error(&usage, "there is no identifier type \"%s\"", words[0]);
    }
    if (country[0] != '\0' && plm_country_find(code, plm_span_str(country)) != PLM_OK) {
        return plm_usage_error(&usage, "\"%s\" is no country", country);
    }
    a = (ident_answer){.type = words[0], .value = words[1]};
    plm_status status = answer(&a, type, code);
    if (status != PLM_OK) {
        return plm_say_status(usage.command, words[0], status);
    }
    int exit_status = a.is_accepted ? PLM_EXIT_OK : PLM_EXIT_INPUT;
    if (common.json) {
        int printed = plm_say_json(json_of(&a));
        return printed == PLM_EXIT_OK ? exit_status : printed;
    }
    print_text(&a);
    return exit_status;
}
