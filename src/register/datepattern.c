/* SPDX-License-Identifier: Apache-2.0 */
#include "register/text.h"

#include <string.h>

static const char *const month_names[12] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};

/* One element of a pattern; literal characters are elements of their own. */
typedef enum element {
    LITERAL,
    YEAR4,
    MONTH_NAME,
    MONTH_SHORT,
    MONTH2,
    MONTH1,
    DAY2,
    DAY1
} element;

/* The longest element first, so that MONTH is not read as MON and TH. */
static const struct {
    const char *text;
    element element;
} elements[] = {{"YYYY", YEAR4}, {"MONTH", MONTH_NAME}, {"MON", MONTH_SHORT}, {"MM", MONTH2},
                {"M", MONTH1},   {"DD", DAY2},          {"D", DAY1}};

static element next_element(const char **pattern)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        size_t n = strlen(elements[i].text);
        if (strncmp(*pattern, elements[i].text, n) == 0) {
            *pattern += n;
            return elements[i].element;
        }
    }
    *pattern += 1;
    return LITERAL;
}

bool plm_date_pattern_is_valid(const char *pattern)
{
    unsigned n_years = 0;
    unsigned n_months = 0;
    unsigned n_days = 0;
    for (const char *p = pattern; *p != '\0';) {
        const char c = *p;
        switch (next_element(&p)) {
        case YEAR4:
            n_years++;
            break;
        case MONTH_NAME:
        case MONTH_SHORT:
        case MONTH2:
        case MONTH1:
            n_months++;
            break;
        case DAY2:
        case DAY1:
            n_days++;
            break;
        case LITERAL:
        default:
            if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
                return false; /* "dd/mm/yyyy", "hh:mm": a misspelt element, not a literal */
            }
            break;
        }
    }
    return n_years == 1 && n_months <= 1 && n_days <= n_months;
}

/* min to max digits at *at into *value; or, where an unknown part may stand, XX for 0. */
static bool read_number(plm_span text, size_t *at, size_t min, size_t max, bool may_be_unknown,
                        unsigned *value)
{
    if (may_be_unknown && text.n - *at >= 2 && text.p[*at] == 'X' && text.p[*at + 1] == 'X') {
        *at += 2;
        *value = 0;
        return true;
    }
    size_t n = 0;
    unsigned v = 0;
    while (n < max && *at + n < text.n && text.p[*at + n] >= '0' && text.p[*at + n] <= '9') {
        v = v * 10 + (unsigned)(text.p[*at + n] - '0');
        n++;
    }
    if (n < min) {
        return false;
    }
    *at += n;
    *value = v;
    return true;
}

static bool read_month_name(plm_span text, size_t *at, bool is_short, unsigned *value)
{
    for (unsigned m = 0; m < 12; m++) {
        size_t n = is_short ? 3 : strlen(month_names[m]);
        char name[10] = {0};
        memcpy(name, month_names[m], n);
        if (text.n - *at >= n && plm_text_is(plm_text_slice(text, *at, *at + n), name)) {
            *at += n;
            *value = m + 1;
            return true;
        }
    }
    return false;
}

plm_status plm_date_parse_pattern(plm_date *out, const char *pattern, plm_span text)
{
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    size_t at = 0;
    for (const char *p = pattern; *p != '\0';) {
        const uint8_t c = (uint8_t)*p;
        bool good = false;
        switch (next_element(&p)) {
        case YEAR4:
            good = read_number(text, &at, 4, 4, false, &year);
            break;
        case MONTH_NAME:
            good = read_month_name(text, &at, false, &month);
            break;
        case MONTH_SHORT:
            good = read_month_name(text, &at, true, &month);
            break;
        case MONTH2:
            good = read_number(text, &at, 2, 2, true, &month);
            break;
        case MONTH1:
            good = read_number(text, &at, 1, 2, true, &month);
            break;
        case DAY2:
            good = read_number(text, &at, 2, 2, true, &day);
            break;
        case DAY1:
            good = read_number(text, &at, 1, 2, true, &day);
            break;
        case LITERAL:
        default:
            good = at < text.n && text.p[at] == c;
            at += good;
            break;
        }
        if (!good) {
            return PLM_E_SYNTAX;
        }
    }
    if (at != text.n) {
        return PLM_E_SYNTAX;
    }
    if (month > 12 || day > 31) {
        return PLM_E_INVALID;
    }
    const plm_date date = {(uint16_t)year, (uint8_t)month, (uint8_t)day};
    if (!plm_date_is_valid(date)) {
        return PLM_E_INVALID;
    }
    *out = date;
    return PLM_OK;
}

bool plm_date_common(plm_date *out, plm_date from, plm_date to)
{
    if (from.year == 0 || from.year != to.year) {
        return false;
    }
    plm_date common = {from.year, 0, 0};
    if (from.month == to.month) {
        common.month = from.month;
        common.day = from.day == to.day ? from.day : 0;
    }
    *out = common;
    return true;
}
