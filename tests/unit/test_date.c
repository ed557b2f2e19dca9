/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, against a day counter that knows nothing but the lengths of months. */
#include "base/date.h"
#include "tap.h"

static bool naive_leap(unsigned y)
{
    if (y % 400 == 0) {
        return true;
    }
    if (y % 100 == 0) {
        return false;
    }
    return y % 4 == 0;
}

static unsigned naive_month(unsigned y, unsigned m)
{
    switch (m) {
    case 2:
        return naive_leap(y) ? 29 : 28;
    case 4:
    case 6:
    case 9:
    case 11:
        return 30;
    default:
        return 31;
    }
}

static bool same(plm_date a, plm_date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static bool there_and_back(plm_date d)
{
    char text[PLM_DATE_TEXT];
    char naive[32];
    plm_date back = {0, 0, 0};
    plm_date_format(text, d);
    (void)snprintf(naive, sizeof naive, "%04u-%02u-%02u", (unsigned)d.year, (unsigned)d.month,
                   (unsigned)d.day);
    return strcmp(text, naive) == 0 && plm_date_parse(&back, plm_span_str(text)) == PLM_OK &&
           same(back, d);
}

/* Every day from 1600 to 2400. 1600-01-01 is 370 years before 1970, with 90 leap days. */
static void test_every_day(void)
{
    int64_t n = -(370 * 365 + 90);
    plm_date before = {1599, 12, 31};
    for (unsigned y = 1600; y <= 2400; y++) {
        for (unsigned m = 1; m <= 12; m++) {
            for (unsigned d = 1; d <= 31; d++) {
                const plm_date date = {(uint16_t)y, (uint8_t)m, (uint8_t)d};
                bool exists = d <= naive_month(y, m);
                if (!CHECK(plm_date_is_valid(date) == exists) || !exists) {
                    continue;
                }
                int64_t ms = n * 86400000;
                if (!CHECK(plm_date_days(date) == n && same(plm_date_from_days(n), date) &&
                           there_and_back(date) && plm_date_compare(before, date) < 0 &&
                           plm_date_compare(date, before) > 0 &&
                           same(plm_date_latest(date), date) && same(plm_date_of_ms(ms), date) &&
                           same(plm_date_of_ms(ms + 86399999), date) &&
                           same(plm_date_of_ms(ms - 1), before))) {
                    printf("# %u-%u-%u\n", y, m, d);
                    return;
                }
                before = date;
                n++;
            }
        }
    }
    CHECK_EQ_INT(n, plm_date_days((plm_date){2401, 1, 1}));
}

static void test_known_days(void)
{
    CHECK_EQ_INT(plm_date_days((plm_date){1970, 1, 1}), 0);
    CHECK_EQ_INT(plm_date_days((plm_date){2000, 1, 1}), 10957); /* 946684800 s */
    CHECK_EQ_INT(plm_date_days((plm_date){1, 1, 1}), -719162);
    CHECK_EQ_INT(plm_date_days((plm_date){9999, 12, 31}), 2932896); /* 253402214400 s */
    CHECK(same(plm_date_from_days(-719162), (plm_date){1, 1, 1}));
    CHECK(same(plm_date_from_days(2932896), (plm_date){9999, 12, 31}));
    CHECK_EQ_INT(plm_date_days((plm_date){1974, 0, 0}), plm_date_days((plm_date){1974, 1, 1}));
    CHECK_EQ_INT(plm_date_days((plm_date){1974, 5, 0}), plm_date_days((plm_date){1974, 5, 1}));
}

static void test_validity(void)
{
    CHECK(!plm_date_is_valid((plm_date){0, 0, 0}));
    CHECK(!plm_date_is_valid((plm_date){0, 1, 1}));
    CHECK(!plm_date_is_valid((plm_date){10000, 1, 1}));
    CHECK(plm_date_is_valid((plm_date){9999, 0, 0}));
    CHECK(plm_date_is_valid((plm_date){1974, 0, 31}));
    CHECK(!plm_date_is_valid((plm_date){1974, 0, 32}));
    CHECK(!plm_date_is_valid((plm_date){1974, 13, 1}));
    CHECK(!plm_date_is_valid((plm_date){1974, 13, 0}));
    CHECK(plm_date_is_valid((plm_date){1974, 2, 0}));
    CHECK(!plm_date_is_valid((plm_date){1900, 2, 29}));
    CHECK(!plm_date_is_valid((plm_date){1974, 4, 255}));
}

static void test_texts(void)
{
    static const struct {
        const char *text;
        plm_status status;
        plm_date date;
        const char *formatted;
    } cases[] = {
        {"1974", PLM_OK, {1974, 0, 0}, "1974-XX-XX"},
        {"1974-05", PLM_OK, {1974, 5, 0}, "1974-05-XX"},
        {"1974-05-XX", PLM_OK, {1974, 5, 0}, "1974-05-XX"},
        {"1974-XX", PLM_OK, {1974, 0, 0}, "1974-XX-XX"},
        {"1974-XX-XX", PLM_OK, {1974, 0, 0}, "1974-XX-XX"},
        {"1974-XX-12", PLM_OK, {1974, 0, 12}, "1974-XX-12"},
        {"0001-01-01", PLM_OK, {1, 1, 1}, "0001-01-01"},
        {"", PLM_E_SYNTAX, {0}, ""},
        {"197", PLM_E_SYNTAX, {0}, ""},
        {"19745", PLM_E_SYNTAX, {0}, ""},
        {"XXXX-01-01", PLM_E_SYNTAX, {0}, ""},
        {"1974/05/06", PLM_E_SYNTAX, {0}, ""},
        {"1974-05/06", PLM_E_SYNTAX, {0}, ""},
        {"1974-5-006", PLM_E_SYNTAX, {0}, ""},
        {"1974-05-6X", PLM_E_SYNTAX, {0}, ""},
        {"1974-xx-xx", PLM_E_SYNTAX, {0}, ""},
        {"1974-00-06", PLM_E_SYNTAX, {0}, ""},
        {"1974-05-00", PLM_E_SYNTAX, {0}, ""},
        {"-974-05-06", PLM_E_SYNTAX, {0}, ""},
        {"+974-05-06", PLM_E_SYNTAX, {0}, ""},
        {"1974-05-06 ", PLM_E_SYNTAX, {0}, ""},
        {"1974-05-06T", PLM_E_SYNTAX, {0}, ""},
        {"0000-01-01", PLM_E_INVALID, {0}, ""},
        {"0000", PLM_E_INVALID, {0}, ""},
        {"1974-13-01", PLM_E_INVALID, {0}, ""},
        {"1974-02-29", PLM_E_INVALID, {0}, ""},
        {"1974-XX-32", PLM_E_INVALID, {0}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const plm_date untouched = {7, 7, 7};
        plm_date date = untouched;
        char text[PLM_DATE_TEXT];
        bool good =
            CHECK_STATUS(plm_date_parse(&date, plm_span_str(cases[i].text)), cases[i].status);
        if (cases[i].status == PLM_OK) {
            plm_date_format(text, date);
            good &= CHECK(same(date, cases[i].date));
            good &= CHECK_EQ_STR(text, cases[i].formatted);
        } else {
            good &= CHECK(same(date, untouched));
        }
        if (!good) {
            printf("# %s\n", cases[i].text);
        }
    }
    char text[PLM_DATE_TEXT];
    plm_date_format(text, (plm_date){0, 0, 0});
    CHECK_EQ_STR(text, "XXXX-XX-XX");
}

static void test_latest(void)
{
    CHECK(same(plm_date_latest((plm_date){1974, 0, 0}), (plm_date){1974, 12, 31}));
    CHECK(same(plm_date_latest((plm_date){1974, 2, 0}), (plm_date){1974, 2, 28}));
    CHECK(same(plm_date_latest((plm_date){1976, 2, 0}), (plm_date){1976, 2, 29}));
    CHECK(same(plm_date_latest((plm_date){1974, 0, 30}), (plm_date){1974, 12, 30}));
    CHECK(same(plm_date_latest((plm_date){0, 0, 0}), (plm_date){0, 0, 0}));
}

/* Years of age, counted birthday by birthday. */
static unsigned naive_age(plm_date birth, plm_date today)
{
    unsigned age = 0;
    for (unsigned y = birth.year + 1u; y <= today.year; y++) {
        /* A birthday that this year does not have is on the day after. */
        unsigned m = birth.day > naive_month(y, birth.month) ? birth.month + 1u : birth.month;
        unsigned d = birth.day > naive_month(y, birth.month) ? 1 : birth.day;
        bool reached = y < today.year || m < today.month || (m == today.month && d <= today.day);
        age += reached;
    }
    return age;
}

static void test_ages(void)
{
    const plm_date births[] = {
        {2008, 2, 29}, {2008, 2, 28}, {2008, 3, 1}, {2007, 12, 31}, {2008, 1, 1}};
    for (size_t i = 0; i < sizeof births / sizeof *births; i++) {
        for (int64_t day = plm_date_days((plm_date){2009, 1, 1});
             day < plm_date_days((plm_date){2030, 1, 1}); day++) {
            const plm_date today = plm_date_from_days(day);
            for (unsigned years = 17; years <= 19; years++) {
                if (!CHECK(plm_date_may_be_under(births[i], today, years) ==
                           (naive_age(births[i], today) < years))) {
                    return;
                }
            }
        }
    }
}

/* Doubt protects: a partial date may be under age as long as one day it may mean is. */
static void test_partial_ages(void)
{
    for (unsigned m = 0; m <= 12; m++) {
        for (unsigned d = 0; d <= 31; d++) {
            const plm_date birth = {2008, (uint8_t)m, (uint8_t)d};
            if (!plm_date_is_valid(birth)) {
                continue;
            }
            for (int64_t day = plm_date_days((plm_date){2025, 12, 25});
                 day < plm_date_days((plm_date){2027, 1, 5}); day++) {
                const plm_date today = plm_date_from_days(day);
                bool may = false;
                for (unsigned mm = 1; mm <= 12; mm++) {
                    for (unsigned dd = 1; dd <= naive_month(2008, mm); dd++) {
                        const plm_date full = {2008, (uint8_t)mm, (uint8_t)dd};
                        may |= (m == 0 || m == mm) && (d == 0 || d == dd) &&
                               naive_age(full, today) < 18;
                    }
                }
                if (!CHECK(plm_date_may_be_under(birth, today, 18) == may)) {
                    printf("# born 2008-%u-%u\n", m, d);
                    return;
                }
            }
        }
    }
    CHECK(!plm_date_may_be_under((plm_date){0, 0, 0}, (plm_date){2026, 1, 1}, 18));
}

int main(void)
{
    TAP_RUN(test_every_day);
    TAP_RUN(test_known_days);
    TAP_RUN(test_validity);
    TAP_RUN(test_texts);
    TAP_RUN(test_latest);
    TAP_RUN(test_ages);
    TAP_RUN(test_partial_ages);
    return tap_done();
}
