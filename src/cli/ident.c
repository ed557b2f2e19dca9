/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident.c - palermo ident: what is made of a value, and why.
 */
#include "ident/ident.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

static int print_result(const char *type, const char *value, const plm_ident *ident, bool accepted,
                        bool json)
{
    int exit_status = accepted ? PLM_EXIT_OK : PLM_EXIT_INPUT;
    bool check_failed = (ident->flags & PLM_IDENT_CHECK_FAILED) != 0;
    bool unchecked = (ident->flags & PLM_IDENT_UNCHECKED) != 0;
    if (json) {
        int printed = plm_say_json(json_pack(
            "{s:s, s:s, s:b, s:s, s:b, s:b, s:s, s:s}", "type", type, "value", value, "accepted",
            (int)accepted, "canonical", ident->canonical, "check_failed", (int)check_failed,
            "unchecked", (int)unchecked, "reason",
            accepted ? "" : plm_ident_reason_text(ident->reason), "detail", ident->detail));
        return printed == PLM_EXIT_OK ? exit_status : printed;
    }
    if (!accepted) {
        (void)printf("rejected: %s%s%s\n", plm_ident_reason_text(ident->reason),
                     ident->detail[0] != '\0' ? ": " : "", ident->detail);
        return exit_status;
    }
    (void)printf("%s\n", ident->canonical);
    if (check_failed) {
        (void)printf(
            "  its check digit does not fit: kept, but rules on it alone don't match it\n");
    }
    if (unchecked) {
        (void)printf("  its check digit is not there to be checked\n");
    }
    if (ident->detail[0] != '\0') {
        (void)printf("  %s\n", ident->detail);
    }
    return exit_status;
}

int plm_command_ident(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ident", "TYPE VALUE [--country CC]",
        "Shows the canonical form of a value, or why it is rejected. TYPE: name, birthDate,\n"
        "nationality, document, phone, email, iban, imei, vin, plate, imo, btc, eth."};
    plm_common common = {0};
    const char *country = "";
    const plm_option options[] = {
        {"country", PLM_OPTION_TEXT, &country, "CC",
         "issuer of a document, region of a phone number, country of a plate", 0, 0},
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
    plm_ident ident;
    plm_status status = plm_ident_canonicalise(type, code, plm_span_str(words[1]), &ident);
    if (status != PLM_OK && status != PLM_E_REJECTED) {
        return plm_say_status(usage.command, words[0], status);
    }
    return print_result(words[0], words[1], &ident, status == PLM_OK, common.json);
}
