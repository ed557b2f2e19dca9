/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident.c - palermo ident: what is made of a value, and why; ident_mrz.c does the same for a
 * machine-readable zone.
 */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/ident_mrz.h"
#include "cli/options.h"
#include "cli/say.h"
#include "node/ident_view.h"

#include <stdio.h>
#include <string.h>

enum {
    USAGE_MAX = 4096
};

static void print_text(const plm_ident_answer *a)
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
    static plm_ident_answer a;
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
    plm_status status = plm_ident_answer_make(&a, type, code, words[1]);
    if (status != PLM_OK) {
        return plm_say_status(usage.command, words[0], status);
    }
    int exit_status = a.is_accepted ? PLM_EXIT_OK : PLM_EXIT_INPUT;
    if (common.json) {
        int printed = plm_say_json(plm_ident_view(&a));
        return printed == PLM_EXIT_OK ? exit_status : printed;
    }
    print_text(&a);
    return exit_status;
}
