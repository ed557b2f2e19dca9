/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident_mrz.c - palermo ident mrz: the fields of a machine-readable zone, its check digits, what
 * was corrected, and the identifiers in it.
 */
#include "cli/ident_mrz.h"

#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"
#include "ident/mrz.h"
#include "net/net.h"
#include "node/ident_view.h"

#include <stdio.h>
#include <string.h>

static const plm_ident_type types[] = {PLM_IDENT_NAME, PLM_IDENT_BIRTH_DATE, PLM_IDENT_NATIONALITY,
                                       PLM_IDENT_DOCUMENT, PLM_IDENT_NATIONAL_ID};

enum {
    N_TYPES = sizeof types / sizeof *types
};

static void print_identifiers(const plm_mrz *mrz)
{
    (void)printf("identifiers\n");
    for (size_t i = 0; i < N_TYPES; i++) {
        plm_ident ident;
        plm_status status = plm_mrz_ident(mrz, types[i], &ident);
        if (status == PLM_OK) {
            (void)printf("  %-16s %s%s\n", plm_ident_type_name(types[i]), ident.canonical,
                         (ident.flags & PLM_IDENT_CHECK_FAILED) != 0
                             ? "  (its check digit does not fit)"
                             : "");
        } else if (status == PLM_E_REJECTED) {
            (void)printf("  %-16s rejected: %s: %s\n", plm_ident_type_name(types[i]),
                         plm_ident_reason_text(ident.reason), ident.detail);
        }
    }
}

static void print_text(const plm_mrz *mrz)
{
    plm_mrz_field fields[PLM_MRZ_FIELDS_MAX];
    char birth[PLM_DATE_TEXT];
    char expiry[PLM_DATE_TEXT];
    char sex[2];
    size_t n = plm_mrz_fields(fields, mrz, birth, expiry, sex);
    for (size_t i = 0; i < n; i++) {
        (void)printf("%-18s %s\n", fields[i].name, fields[i].value[0] ? fields[i].value : "-");
    }
    const char *words = plm_mrz_state_words(mrz->nationality);
    if (words != NULL) {
        (void)printf("  nationality %s: %s\n", mrz->nationality, words);
    }
    if (mrz->name_may_be_cut) {
        (void)printf("  the name fills its field and may be cut\n");
    }
    (void)printf("check digits\n");
    for (size_t i = 0; i < mrz->n_checks; i++) {
        const plm_mrz_check *c = &mrz->checks[i];
        (void)printf("  %-16s expected %c, found %c: %s\n", plm_mrz_check_name(c->kind),
                     c->expected, c->found, c->fits ? "fits" : "does not fit");
    }
    for (size_t i = 0; i < mrz->n_corrections; i++) {
        const plm_mrz_correction *c = &mrz->corrections[i];
        (void)printf("corrected: line %u, column %u: %c read as %c\n", c->line, c->column, c->from,
                     c->to);
    }
    for (size_t i = 0; i < mrz->n_alternatives; i++) {
        (void)printf("the document number may be %s\n", mrz->alternatives[i]);
    }
    for (size_t i = 0; i < mrz->n_notes; i++) {
        (void)printf("odd: %s\n", mrz->notes[i]);
    }
    print_identifiers(mrz);
}

/* The lines given as arguments, or else standard input. */
static size_t gather(char text[PLM_MRZ_TEXT_MAX + 1], const char *const *words, size_t n_words)
{
    size_t n = 0;
    for (size_t i = 0; i < n_words; i++) {
        int written = snprintf(text + n, PLM_MRZ_TEXT_MAX + 1 - n, "%s\n", words[i]);
        n += written < 0 ? 0 : (size_t)written;
        if (n > PLM_MRZ_TEXT_MAX) {
            return PLM_MRZ_TEXT_MAX + 1;
        }
    }
    return n_words > 0 ? n : fread(text, 1, PLM_MRZ_TEXT_MAX + 1, stdin);
}

int plm_command_ident_mrz(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ident mrz", "[LINE1 LINE2 [LINE3]]",
        "Reads the machine-readable zone of a travel document (ICAO Doc 9303: TD1, TD2, TD3, "
        "visas)\n"
        "from the arguments or from standard input: fields, check digits, corrections, "
        "identifiers.\n"
        "Exits with 5 if it is none, or if something in it does not fit."};
    plm_common common = {0};
    static char text[PLM_MRZ_TEXT_MAX + 1];
    static plm_mrz mrz;
    const char *words[PLM_MRZ_LINES_MAX];
    size_t n_words = 0;
    const plm_option options[] = {
        {"json", PLM_OPTION_FLAG, &common.json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed =
        plm_options_parse(&usage, options, argc, argv, words, 0, PLM_MRZ_LINES_MAX, &n_words);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    size_t n = gather(text, words, n_words);
    plm_status status = plm_mrz_parse(&mrz, plm_span_of(text, n), plm_date_of_ms(plm_wall_ms()));
    if (status != PLM_OK && status != PLM_E_REJECTED) {
        return plm_say_status(usage.command, "", status);
    }
    bool is_read = status == PLM_OK;
    int exit_status = is_read && mrz.is_valid ? PLM_EXIT_OK : PLM_EXIT_INPUT;
    if (common.json) {
        int printed = plm_say_json(plm_mrz_view(&mrz, is_read));
        return printed == PLM_EXIT_OK ? exit_status : printed;
    }
    if (is_read) {
        print_text(&mrz);
    } else {
        (void)printf("rejected: %s: %s\n", plm_ident_reason_text(mrz.reason), mrz.detail);
    }
    return exit_status;
}
