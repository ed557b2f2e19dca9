/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers: names of types and reasons, the order of tables, countries of the published lists.
 */
#include "base/file.h"
#include "ident/birth_date.h"
#include "ident/country.h"
#include "ident/family.h"
#include "ident/ident.h"
#include "ident/phone_table.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_names(void)
{
    static const char *const names[PLM_IDENT_TYPE_COUNT] = {
        "name",      "birthDate",  "nationality", "document",   "phone", "email",  "iban",
        "imei",      "vin",        "plate",       "imo",        "btc",   "eth",    "nationalId",
        "imsi",      "iccid",      "mac",         "pan",        "lei",   "bic",    "account",
        "container", "airWaybill", "firearm",     "cas",        "ip",    "domain", "url",
        "onion",     "fileHash",   "handle",      "imoCompany", "mmsi",
        "address",   "postcode",   "birthPlace"};
    plm_ident_type type = PLM_IDENT_ETH;
    for (unsigned i = 0; i < PLM_IDENT_TYPE_COUNT; i++) {
        CHECK_EQ_STR(plm_ident_type_name((plm_ident_type)i), names[i]);
        CHECK_STATUS(plm_ident_type_find(&type, names[i]), PLM_OK);
        CHECK_EQ_INT(type, i);
    }
    CHECK_STATUS(plm_ident_type_find(&type, "Name"), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_ident_type_find(&type, ""), PLM_E_NOT_FOUND);
    CHECK_EQ_STR(plm_ident_type_name(PLM_IDENT_TYPE_COUNT), "unknown");
    CHECK_EQ_STR(plm_ident_type_words(PLM_IDENT_TYPE_COUNT), "unknown");
    CHECK_EQ_STR(plm_ident_type_words(PLM_IDENT_LEI), "legal entity (ISO 17442)");
    CHECK(plm_ident_type_has_country(PLM_IDENT_NATIONAL_ID) &&
          !plm_ident_type_has_country(PLM_IDENT_LEI) &&
          !plm_ident_type_has_country(PLM_IDENT_TYPE_COUNT));
    for (unsigned i = 0; i < PLM_REASON_COUNT; i++) {
        const char *text = plm_ident_reason_text((plm_ident_reason)i);
        CHECK(text != NULL && strlen(text) > 5 && strcmp(text, "unknown") != 0);
    }
    CHECK_EQ_STR(plm_ident_reason_text(PLM_REASON_COUNT), "unknown");
}

static void test_arguments(void)
{
    plm_ident out;
    CHECK_STATUS(plm_ident_canonicalise(PLM_IDENT_TYPE_COUNT, "", plm_span_str("a"), &out),
                 PLM_E_ARGUMENT);
    CHECK_STATUS(plm_ident_canonicalise(PLM_IDENT_NAME, NULL, plm_span_str("a"), &out),
                 PLM_E_ARGUMENT);
    CHECK_EQ_STR(out.canonical, "");
    CHECK_STATUS(plm_ident_canonicalise(PLM_IDENT_NAME, "", plm_span_of(NULL, 0), &out),
                 PLM_E_REJECTED);
    CHECK_EQ_INT(out.reason, PLM_REASON_EMPTY);
}

static void test_default_dates(void)
{
    CHECK(plm_birth_date_is_default((plm_date){1974, 1, 1}));
    CHECK(!plm_birth_date_is_default((plm_date){1974, 1, 2}));
    CHECK(!plm_birth_date_is_default((plm_date){1974, 2, 1}));
    CHECK(!plm_birth_date_is_default((plm_date){1974, 1, 0}));
    CHECK(!plm_birth_date_is_default((plm_date){1974, 0, 0}));
}

/* Binary searches need it. */
static void test_tables_are_sorted(void)
{
    for (size_t i = 1; i < plm_placeholder_n_words; i++) {
        CHECK(strcmp(plm_placeholder_words[i - 1], plm_placeholder_words[i]) < 0);
    }
    for (size_t i = 0; i < plm_placeholder_n_words; i++) {
        CHECK(plm_ident_is_placeholder(plm_span_str(plm_placeholder_words[i])));
    }
    for (size_t i = 1; i < plm_country_n_alpha3; i++) {
        CHECK(strcmp(plm_country_alpha3[i - 1].key, plm_country_alpha3[i].key) < 0);
    }
    for (size_t i = 1; i < plm_country_n_names; i++) {
        CHECK(strcmp(plm_country_names[i - 1].key, plm_country_names[i].key) < 0);
    }
    for (size_t i = 1; i < plm_phone_n_regions; i++) {
        CHECK(strcmp(plm_phone_regions[i - 1].region, plm_phone_regions[i].region) < 0);
    }
    for (size_t i = 1; i < plm_phone_n_codes; i++) {
        CHECK(plm_phone_codes[i - 1] < plm_phone_codes[i]);
    }
}

/* 249 codes of ISO 3166-1 and Kosovo's; every region that dials is one of them. */
static void test_countries(void)
{
    char code[3];
    unsigned n = 0;
    for (char a = 'A'; a <= 'Z'; a++) {
        for (char b = 'A'; b <= 'Z'; b++) {
            const char text[3] = {a, b, '\0'};
            bool is_code = (plm_country_letters[a - 'A'] >> (b - 'A') & 1) != 0;
            n += is_code;
            if (is_code) {
                CHECK_STATUS(plm_country_find(code, plm_span_str(text)), PLM_OK);
                CHECK_EQ_STR(code, text);
            }
        }
    }
    CHECK_EQ_INT(n, 250);
    CHECK_EQ_INT(plm_country_n_alpha3, 250);
    for (size_t i = 0; i < plm_phone_n_regions; i++) {
        CHECK_STATUS(plm_country_find(code, plm_span_str(plm_phone_regions[i].region)), PLM_OK);
    }
    memcpy(code, "XX", sizeof code);
    CHECK_STATUS(plm_country_find(code, plm_span_str("Atlantis")), PLM_E_NOT_FOUND);
    CHECK_EQ_STR(code, "");
    CHECK_STATUS(plm_country_find(code, plm_span_str("\xC3")), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_country_find(code, plm_span_of(NULL, 0)), PLM_E_NOT_FOUND);
}

/* Countries with IBANs in the registry of ISO 13616 (release 99): a length other than asked for. */
static void test_iban_countries(void)
{
    static plm_ident out;
    unsigned n = 0;
    for (char a = 'A'; a <= 'Z'; a++) {
        for (char b = 'A'; b <= 'Z'; b++) {
            const char text[] = {a, b, '8', '2', '1', '\0'};
            CHECK_STATUS(plm_ident_canonicalise(PLM_IDENT_IBAN, "", plm_span_str(text), &out),
                         PLM_E_REJECTED);
            n += out.reason == PLM_REASON_LENGTH;
        }
    }
    CHECK_EQ_INT(n, 89);
}

/* What no table can resolve: a state that is no more, regions, doubts, and nothing at all. */
static const char *const explained[] = {
    "na",           "former Soviet Union", "Netherlands Antilles", "possibly Palestinian",
    "undetermined", "Region: Crimea",      "Region: Kafia Kingi",  "Region: Northern Mali",
    "-0-",
};

static unsigned n_resolved;

static void check_country(plm_span text)
{
    char code[3];
    while (text.n > 0 && text.p[0] == ' ') {
        text = plm_span_of(text.p + 1, text.n - 1);
    }
    while (text.n > 0 && text.p[text.n - 1] == ' ') {
        text.n--;
    }
    bool is_known = text.n == 0;
    for (size_t i = 0; i < sizeof explained / sizeof *explained; i++) {
        is_known = is_known || plm_span_equal(text, plm_span_str(explained[i]));
    }
    if (!is_known && !CHECK_STATUS(plm_country_find(code, text), PLM_OK)) {
        printf("# \"%.*s\"\n", (int)text.n, (const char *)text.p);
    }
    n_resolved += !is_known;
}

/* Between each start and the next stop. */
static void check_all(const char *text, const char *start, const char *stop)
{
    for (const char *at = strstr(text, start); at != NULL; at = strstr(at, start)) {
        at += strlen(start);
        check_country(plm_span_of(at, strcspn(at, stop)));
    }
}

static bool read_list(plm_buf *text, const char *name)
{
    static const char this_file[] = __FILE__;
    char path[600];
    const char *slash = strrchr(this_file, '/');
    (void)snprintf(path, sizeof path, "%.*s/../../../shared/data/lists/%s",
                   slash == NULL ? 0 : (int)(slash - this_file), this_file, name);
    plm_buf_init(text, 1 << 24);
    if (access(path, R_OK) != 0) {
        printf("# skipped: no %s\n", path);
        return false;
    }
    return CHECK_STATUS(plm_file_read(path, text), PLM_OK) &&
           CHECK_STATUS(plm_buf_append_u8(text, 0), PLM_OK);
}

static void test_countries_of_lists(void)
{
    plm_buf text;
    if (read_list(&text, "un-consolidated-2025-04-19.xml")) {
        n_resolved = 0;
        check_all((const char *)text.data, "<COUNTRY>", "<");
        check_all((const char *)text.data, "<ISSUING_COUNTRY>", "<");
        check_all((const char *)text.data, "<COUNTRY_OF_ISSUE>", "<");
        for (const char *at = (const char *)text.data; (at = strstr(at, "<NATIONALITY>")) != NULL;
             at++) {
            const char *value = strstr(at, "<VALUE>");
            const char *end = strstr(at, "</NATIONALITY>");
            if (value != NULL && end != NULL && value < end) {
                check_country(plm_span_of(value + 7, strcspn(value + 7, "<")));
            }
        }
        CHECK(n_resolved > 1500);
    }
    plm_buf_wipe(&text);
    if (read_list(&text, "ofac-sdn-2022-01.csv")) {
        n_resolved = 0;
        check_all((const char *)text.data, "nationality ", ";.\"");
        check_all((const char *)text.data, "citizen ", ";.\"");
        CHECK(n_resolved > 2500);
    }
    plm_buf_wipe(&text);
    if (read_list(&text, "ofac-add-2022-01.csv")) {
        n_resolved = 0;
        char *next = (char *)text.data;
        for (char *line = next; line != NULL && *line != '\0'; line = next) {
            next = strchr(line, '\n');
            char *end = next != NULL ? next++ : line + strlen(line);
            /* The last column but one; quoted if it has a comma. */
            char *comma = (char *)memrchr(line, ',', (size_t)(end - line));
            if (comma == NULL) {
                continue;
            }
            bool is_quoted = comma[-1] == '"';
            char *start = comma - 1 - is_quoted;
            while (start > line && *start != (is_quoted ? '"' : ',')) {
                start--;
            }
            check_country(plm_span_of(start + 1, (size_t)(comma - is_quoted - start - 1)));
        }
        CHECK(n_resolved > 9000);
    }
    plm_buf_wipe(&text);
}

int main(void)
{
    TAP_RUN(test_names);
    TAP_RUN(test_arguments);
    TAP_RUN(test_default_dates);
    TAP_RUN(test_tables_are_sorted);
    TAP_RUN(test_countries);
    TAP_RUN(test_iban_countries);
    TAP_RUN(test_countries_of_lists);
    return tap_done();
}
