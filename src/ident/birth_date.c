/* SPDX-License-Identifier: Apache-2.0 */
/*
 * birth_date.c - dates of birth (ISO 8601-1; partial: ISO 8601-2), and the ways lists write them.
 */
#include "ident/birth_date.h"

#include "ident/family.h"

#include <string.h>

enum {
    YEAR_MIN = 1800,
    YEAR_MAX = 2200,
    PARTS_MAX = 4
};

bool plm_birth_date_is_default(plm_date date)
{
    return date.month == 1 && date.day == 1;
}

/* A run of digits or of letters. */
typedef struct part {
    bool is_number;
    unsigned number;
    size_t digits;
    char word[16]; /* lower case, cut */
} part;

static const char *const months[12] = {"january",   "february", "march",    "april",
                                       "may",       "june",     "july",     "august",
                                       "september", "october",  "november", "december"};

/* "jan", "sept", "september"; 0 if it is no month. */
static unsigned month_of(const char *word)
{
    size_t n = strlen(word);
    for (unsigned i = 0; n >= 3 && i < 12; i++) {
        if (strncmp(months[i], word, n) == 0 || (i == 8 && strcmp(word, "sept") == 0)) {
            return i + 1;
        }
    }
    return 0;
}

static bool is_approximate(const char *word)
{
    static const char *const words[] = {"circa", "approximately", "approx", "about", "c", "ca"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strncmp(words[i], word, 15) == 0) {
            return true;
        }
    }
    return false;
}

/* Cuts the text into parts; *separator is the last one between two numbers. False if too many. */
static bool split(plm_span value, part *parts, size_t *n_parts, char *separator)
{
    size_t n = 0;
    *separator = ' ';
    for (size_t i = 0; i < value.n;) {
        int c = plm_to_lower(value.p[i]);
        bool is_number = plm_is_digit(c);
        if (!is_number && !plm_is_lower(c)) {
            if (c != ' ' && c != ',' && c != '-' && c != '/' && c != '.') {
                return false;
            }
            if (n > 0 && c != ' ' && c != ',') {
                *separator = (char)c;
            }
            i++;
            continue;
        }
        if (n == PARTS_MAX) {
            return false;
        }
        part *p = &parts[n++];
        *p = (part){.is_number = is_number};
        size_t length = 0;
        for (; i < value.n; i++, length++) {
            c = plm_to_lower(value.p[i]);
            if (is_number ? !plm_is_digit(c) : !plm_is_lower(c)) {
                break;
            }
            if (is_number) {
                p->number = p->number * 10 + (unsigned)(c - '0');
                if (length >= 8) {
                    return false;
                }
            } else if (length < sizeof p->word - 1) {
                p->word[length] = (char)c;
            }
        }
        p->digits = length;
    }
    *n_parts = n;
    return n > 0;
}

static plm_status finish(plm_ident *out, unsigned year, unsigned month, unsigned day)
{
    if (year < YEAR_MIN || year > YEAR_MAX) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "the year %u", year);
    }
    const plm_date date = {(uint16_t)year, (uint8_t)month, (uint8_t)day};
    if (month > 12 || day > 31 || !plm_date_is_valid(date)) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "there is no day %u of month %u in %u", day,
                                month, year);
    }
    if (year == 1900 && month == 1 && day == 1) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER,
                                "1900-01-01 stands for an unknown date");
    }
    plm_date_format(out->canonical, date);
    return PLM_OK;
}

/* Three numbers: year first, or day first unless that is open to doubt. */
static plm_status three_numbers(const part *p, char separator, plm_ident *out)
{
    if (p[0].digits == 4) {
        return finish(out, p[0].number, p[1].number, p[2].number);
    }
    if (p[2].digits != 4) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "no year of four digits");
    }
    unsigned a = p[0].number;
    unsigned b = p[1].number;
    if (separator == '.' || a == b || a > 12) {
        return finish(out, p[2].number, b, a);
    }
    if (b > 12) {
        return finish(out, p[2].number, a, b);
    }
    return plm_ident_reject(out, PLM_REASON_FORMAT, "day and month could be either way round");
}

static plm_status one_number(const part *p, plm_ident *out)
{
    if (p->digits == 8) {
        return finish(out, p->number / 10000, p->number / 100 % 100, p->number % 100);
    }
    if (p->digits == 6) {
        return finish(out, p->number / 100, p->number % 100, 0);
    }
    return p->digits == 4 ? finish(out, p->number, 0, 0)
                          : plm_ident_reject(out, PLM_REASON_FORMAT, "no year of four digits");
}

/* "12 Jun 1965", "June 12, 1965", "Jun 1965". */
static plm_status with_month(const part *p, size_t n, plm_ident *out)
{
    unsigned month = 0;
    unsigned day = 0;
    unsigned year = 0;
    for (size_t i = 0; i < n; i++) {
        if (!p[i].is_number) {
            unsigned m = month_of(p[i].word);
            if (m == 0 || month != 0) {
                return plm_ident_reject(out, PLM_REASON_FORMAT, "\"%s\" is no month", p[i].word);
            }
            month = m;
        } else if (p[i].digits == 4 && year == 0) {
            year = p[i].number;
        } else if (p[i].digits <= 2 && day == 0) {
            day = p[i].number;
        } else {
            return plm_ident_reject(out, PLM_REASON_FORMAT, "one number too many");
        }
    }
    return finish(out, year, month, day);
}

plm_status plm_ident_birth_date(const char *country, plm_span value, plm_ident *out)
{
    part parts[PARTS_MAX];
    part *p = parts;
    size_t n;
    char separator;
    plm_date date;
    (void)country;
    if (plm_date_parse(&date, value) == PLM_OK) {
        return finish(out, date.year, date.month, date.day);
    }
    if (!split(value, parts, &n, &separator)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "%s", "");
    }
    bool is_circa = !p[0].is_number && month_of(p[0].word) == 0 && is_approximate(p[0].word);
    if (is_circa) {
        /* Only the year of an approximate date is worth keeping. */
        p = &parts[n - 1];
        return p->is_number && p->digits == 4
                   ? finish(out, p->number, 0, 0)
                   : plm_ident_reject(out, PLM_REASON_FORMAT, "no year of four digits");
    }
    bool all_numbers = true;
    for (size_t i = 0; i < n; i++) {
        all_numbers = all_numbers && p[i].is_number;
    }
    if (!all_numbers) {
        return with_month(p, n, out);
    }
    switch (n) {
    case 1:
        return one_number(p, out);
    case 2:
        return p[0].digits == 4 ? finish(out, p[0].number, p[1].number, 0)
                                : finish(out, p[1].digits == 4 ? p[1].number : 0, p[0].number, 0);
    case 3:
        return three_numbers(p, separator, out);
    default:
        return plm_ident_reject(out, PLM_REASON_FORMAT, "one number too many");
    }
}
