/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_national_birth.c - dates of birth in national numbers. The numbers are the examples of
 * python-stdnum's documentation, of GB 11643 (China) and of the codice fiscale's usual example.
 */
#include "ident/national_birth.h"

#include "record_fixture.h"
#include "tap.h"

#include <stdio.h>

static const struct {
    const char *number;
    const char *told; /* century, date, sex; NULL: nothing */
} cases[] = {
    {"BG:EGN:7523169263", "1875-03-16 M"},
    {"CN:RIC:11010519491231002X", "1949-12-31 F"},
    {"CS:RC:7103192745", "71-03-19 M"},
    {"CS:RC:7153192745", "71-03-19 F"},
    {"DK:CPR:2110625629", "62-10-21 M"},
    {"EE:IK:36805280109", "1968-05-28 M"},
    {"FI:HETU:131052-308T", "1952-10-13 F"},
    {"FI:HETU:131052A308T", "2052-10-13 F"},
    {"FR:NIR:295109912611193", "95-10-00 F"},
    {"GR:AMKA:01013099997", "30-01-01 M"},
    {"IT:CF:RSSMRA85T10A562S", "85-12-10 M"},
    {"IT:CF:RSSMRA85T50A562S", "85-12-10 F"},
    {"IT:CF:RSSMRAUVT10A562S", "89-12-10 M"}, /* two digits as letters */
    {"KR:RRN:9710139019902", "1897-10-13 M"},
    {"LT:AK:33309240064", "1933-09-24 M"},
    {"MX:CURP:BOXW310820HNERXN09", "1931-08-20 M"},
    {"NO:FNR:15108695088", "86-10-15 F"},
    {"NO:FNR:55108695088", "86-10-15 F"}, /* of somebody who is no resident */
    {"PL:PESEL:44051401359", "1944-05-14 M"},
    {"PL:PESEL:44251401359", "2044-05-14 M"},
    {"RO:CNP:1630615123457", "1963-06-15 M"},
    {"SE:PNR:8803200016", "88-03-20 M"},
    {"UA:RNTRC:1759013776", "1948-02-28 M"},
    {"YU:JMBG:0101006500006", "2006-01-01 "},
    {"ZA:ID:7503305044089", "75-03-30 M"},
    {"RO:CNP:1631315123457", NULL},
    {"CN:RIC:11010519490230002X", NULL},
    {"LV:PK:32000012345", NULL},
    {"RU:INN:500100732259", NULL},
    {"RO:CNP:1", NULL},
    {"", NULL},
};

static void test_dates(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plm_national_birth b;
        char text[32];
        const bool is_told = plm_national_birth_of(&b, cases[i].number);
        CHECK_EQ_INT(is_told, cases[i].told != NULL);
        if (is_told) {
            (void)snprintf(text, sizeof text, "%u-%02u-%02u %.1s", b.date.year, b.date.month,
                           b.date.day, &b.sex);
            CHECK_EQ_STR(text, cases[i].told);
            CHECK_EQ_INT(b.has_century, b.date.year > 99);
        }
    }
}

static bool contradicts(const char *birth, const char *number, unsigned flags)
{
    record_fixture f;
    fixture_begin(&f, PLM_KIND_PERSON);
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, birth);
    const plm_value value = {.type = PLM_IDENT_NATIONAL_ID, .flags = flags, .canonical = number};
    return plm_record_contradicts(&f.record, &value);
}

static void test_contradictions(void)
{
    static const char *const number = "RO:CNP:1630615123457";
    CHECK(!contradicts("1963-06-15", number, 0));
    CHECK(!contradicts("1963-06-XX", number, 0));
    CHECK(!contradicts("1963-XX-XX", number, 0));
    CHECK(contradicts("1963-06-16", number, 0));
    CHECK(contradicts("1863-06-15", number, 0));
    CHECK(contradicts("1964-XX-XX", number, 0));
    CHECK(!contradicts("1964-XX-XX", number, PLM_IDENT_CHECK_FAILED));
    CHECK(!contradicts("1985-12-10", "IT:CF:RSSMRA85T10A562S", 0));
    CHECK(!contradicts("1885-12-10", "IT:CF:RSSMRA85T10A562S", 0));
    CHECK(contradicts("1985-10-12", "IT:CF:RSSMRA85T10A562S", 0));
    CHECK(!contradicts("1995-10-31", "FR:NIR:295109912611193", 0));
    CHECK(contradicts("1995-11-01", "FR:NIR:295109912611193", 0));
    CHECK(!contradicts("1995-11-01", "RU:INN:500100732259", 0));
}

int main(void)
{
    TAP_RUN(test_dates);
    TAP_RUN(test_contradictions);
    return tap_done();
}
