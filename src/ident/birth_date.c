/* SPDX-License-Identifier: Apache-2.0 */
/*
 * birth_date.c - dates of birth (ISO 8601-1; partial: ISO 8601-2), and the ways lists write them.
 */
#include "ident/birth_date.h"

#include "ident/family.h"

#include <string.h>

enum {
    YEAR_MIN = 1800,
    YEAR_MAX = 2200, /* there is no clock here: importers know today */
    NUMBERS_MAX = 3
};

bool plm_birth_date_is_default(plm_date date)
{
    return date.month == 1 && date.day == 1;
}

/* Zero of calendars of software, and what forms demand where nothing is known. */
static bool is_placeholder(unsigned year, unsigned month, unsigned day)
{
    static const plm_date dates[] = {{1, 1, 1},      {1753, 1, 1}, {1899, 12, 30},
                                     {1899, 12, 31}, {1900, 1, 1}, {9999, 12, 31}};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        if (dates[i].year == year && dates[i].month == month && dates[i].day == day) {
            return true;
        }
    }
    return false;
}

/* month or day 0: unknown. */
static plm_status finish(plm_ident *out, unsigned year, unsigned month, unsigned day)
{
    if (is_placeholder(year, month, day)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%04u-%02u-%02u", year, month, day);
    }
    if (year < YEAR_MIN || year > YEAR_MAX) {
        return plm_ident_reject(out, PLM_REASON_RANGE,
                                "the year %u: a mistake, or of another calendar", year);
    }
    const plm_date date = {(uint16_t)year, (uint8_t)month, (uint8_t)day};
    if (month > 12 || day > 31 || !plm_date_is_valid(date)) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "there is no day %u of month %u in %u", day,
                                month, year);
    }
    plm_date_format(out->canonical, date);
    plm_ident_step(out, "read as year %u, month %s%.0u, day %s%.0u", year,
                   month == 0 ? "unknown" : "", month, day == 0 ? "unknown" : "", day);
    return PLM_OK;
}

/* What a text of a date is made of; spans borrow from the text. */
typedef struct pieces {
    plm_span numbers[NUMBERS_MAX]; /* of digits, and of X for unknown ones */
    size_t n_numbers;
    char separators[NUMBERS_MAX]; /* before each number: one of "-./ ", 0 before the first */
    unsigned month;               /* by name; 0: none */
    bool is_approximate;
} pieces;

static const char *const month_names[12] = {"january",   "february", "march",    "april",
                                            "may",       "june",     "july",     "august",
                                            "september", "october",  "november", "december"};

static bool word_is(plm_span word, const char *text)
{
    return word.n == strlen(text) && plm_ident_skip(&word, text);
}

static bool word_is_one_of(plm_span word, const char *const *texts)
{
    while (*texts != NULL && !word_is(word, *texts)) {
        texts++;
    }
    return *texts != NULL;
}

/* "Jun", "sept", "September": three letters or more of a month; 0 for no month. */
static unsigned month_of(plm_span word)
{
    if (word_is(word, "sept")) {
        return 9;
    }
    for (unsigned i = 0; i < 12 && word.n >= 3; i++) {
        plm_span rest = plm_span_str(month_names[i]);
        char text[10] = "";
        if (word.n <= rest.n) {
            memcpy(text, rest.p, word.n);
            if (word_is(word, text)) {
                return i + 1;
            }
        }
    }
    return 0;
}

/* False for a word that has no place in a date. */
static bool take_word(pieces *p, plm_span word)
{
    static const char *const vague[] = {"circa",  "ca",        "c",   "approximately",
                                        "approx", "about",     "abt", "around",
                                        "est",    "estimated", "in",  NULL};
    static const char *const ordinals[] = {"st", "nd", "rd", "th", "of", NULL};
    if (word_is_one_of(word, vague)) {
        p->is_approximate = true;
        return true;
    }
    if (word_is_one_of(word, ordinals)) {
        return p->n_numbers > 0;
    }
    unsigned month = month_of(word);
    if (month == 0 || p->month != 0) {
        return false;
    }
    p->month = month;
    return true;
}

/* The run of letters, or of digits and X, that begins the text. */
static plm_span next_run(plm_span text, bool *is_number)
{
    size_t n = 0;
    bool has_digit = false;
    while (n < text.n && (plm_is_digit(text.p[n]) || (text.p[n] | 0x20) == 'x')) {
        has_digit = has_digit || plm_is_digit(text.p[n]);
        n++;
    }
    *is_number = n > 0 && (has_digit || n == text.n || !plm_is_letter(text.p[n]));
    if (!*is_number) {
        n = 0;
        while (n < text.n && plm_is_letter(text.p[n])) {
            n++;
        }
    }
    return plm_span_of(text.p, n);
}

static plm_status reject_word(plm_ident *out, plm_span word)
{
    return plm_ident_reject(out, PLM_REASON_FORMAT, "\"%.*s\" has no place in a date",
                            (int)(word.n < 40 ? word.n : 40), (const char *)word.p);
}

/* Cuts the text into pieces. */
static plm_status cut(pieces *p, plm_span text, plm_ident *out)
{
    char separator = 0;
    memset(p, 0, sizeof *p);
    while (text.n > 0) {
        int c = text.p[0];
        bool is_number;
        plm_span run = next_run(text, &is_number);
        size_t used = run.n > 0 ? run.n : 1;
        if (is_number) {
            if (p->n_numbers == NUMBERS_MAX) {
                return plm_ident_reject(out, PLM_REASON_FORMAT, "more than three numbers");
            }
            p->separators[p->n_numbers] = p->n_numbers == 0 ? 0 : separator;
            p->numbers[p->n_numbers++] = run;
            separator = ' ';
        } else if (run.n > 0) {
            if (!take_word(p, run)) {
                return reject_word(out, run);
            }
            separator = ' ';
        } else if (c == '-' || c == '.' || c == '/' || c == ',') {
            separator = (char)c;
        } else if (c == '~' || c == '?' || c == '%') { /* ISO 8601-2 section 8 */
            p->is_approximate = true;
        } else if (c != ' ') {
            return plm_ident_reject_character(out, text, 0);
        }
        text = plm_span_of(text.p + used, text.n - used);
    }
    return PLM_OK;
}

/* The number, 0 for one that is not wholly known, UINT32_MAX for too many digits. */
static unsigned value_of(plm_span number)
{
    unsigned v = 0;
    for (size_t i = 0; i < number.n; i++) {
        if (!plm_is_digit(number.p[i])) {
            return 0;
        }
        if (i == 4) {
            return UINT32_MAX;
        }
        v = v * 10 + (unsigned)(number.p[i] - '0');
    }
    return v;
}

static bool is_year(plm_span number)
{
    return number.n == 4;
}

static plm_status with_year(const pieces *p, plm_span year, unsigned month, unsigned day,
                            plm_ident *out)
{
    for (size_t i = 0; i < year.n; i++) {
        if (!plm_is_digit(year.p[i])) {
            return plm_ident_reject(out, PLM_REASON_FORMAT, "the year is not wholly known");
        }
    }
    /* Of an approximate date only the year is worth comparing. */
    if (p->is_approximate) {
        plm_ident_step(out, "it is approximate: only the year is kept");
    }
    return finish(out, value_of(year), p->is_approximate ? 0 : month, p->is_approximate ? 0 : day);
}

/* "12 Jun 1965", "June 12, 1965", "Jun 1965". */
static plm_status with_month_name(const pieces *p, plm_ident *out)
{
    const plm_span *a = p->numbers;
    if (p->n_numbers == 1 && is_year(a[0])) {
        return with_year(p, a[0], p->month, 0, out);
    }
    if (p->n_numbers == 2 && is_year(a[1]) && a[0].n <= 2) {
        return with_year(p, a[1], p->month, value_of(a[0]), out);
    }
    if (p->n_numbers == 2 && is_year(a[0]) && a[1].n <= 2) {
        return with_year(p, a[0], p->month, value_of(a[1]), out);
    }
    return plm_ident_reject(out, PLM_REASON_FORMAT, "a month by name, but not one year and day");
}

static plm_status one_number(const pieces *p, plm_ident *out)
{
    plm_span number = p->numbers[0];
    if (is_year(number)) {
        return with_year(p, number, 0, 0, out);
    }
    if (number.n == 8) {
        return with_year(p, plm_span_of(number.p, 4), value_of(plm_span_of(number.p + 4, 2)),
                         value_of(plm_span_of(number.p + 6, 2)), out);
    }
    return plm_ident_reject(out, PLM_REASON_FORMAT, "%zu digits: the year needs four", number.n);
}

static plm_status two_numbers(const pieces *p, plm_ident *out)
{
    plm_span a = p->numbers[0];
    plm_span b = p->numbers[1];
    if (is_year(a) && is_year(b)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "a range of years is no date");
    }
    if (is_year(a) && b.n <= 2) {
        return with_year(p, a, value_of(b), 0, out);
    }
    if (is_year(b) && a.n <= 2) {
        return with_year(p, b, value_of(a), 0, out);
    }
    return plm_ident_reject(out, PLM_REASON_FORMAT, "no year of four digits");
}

static plm_status three_numbers(const pieces *p, plm_ident *out)
{
    const plm_span *a = p->numbers;
    char separator = p->separators[1];
    if (separator != p->separators[2] || separator == ',') {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "the parts are not parted alike");
    }
    if (is_year(a[0]) && a[1].n <= 2 && a[2].n <= 2) {
        return with_year(p, a[0], value_of(a[1]), value_of(a[2]), out);
    }
    if (!is_year(a[2]) || a[0].n > 2 || a[1].n > 2) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "no year of four digits");
    }
    unsigned first = value_of(a[0]);
    unsigned second = value_of(a[1]);
    bool first_is_month = second > 12 && first <= 12;
    bool is_open = first <= 12 && second <= 12 && first != second;
    if (separator == '.' || !is_open) {
        return first_is_month && separator != '.' ? with_year(p, a[2], first, second, out)
                                                  : with_year(p, a[2], second, first, out);
    }
    if (first == 0 || second == 0) { /* a month is known without its day, not a day without */
        return with_year(p, a[2], first + second, 0, out);
    }
    return plm_ident_reject(out, PLM_REASON_FORMAT, "day and month could be either way round");
}

/* A time behind the date, "1965-06-12T00:00:00Z" as databases print it, says nothing. */
static plm_span without_time(plm_span value)
{
    if (value.n < 13 || value.p[4] != '-' || value.p[7] != '-' ||
        (value.p[10] != 'T' && value.p[10] != ' ')) {
        return value;
    }
    /* Hour and minute at least, or it may be the end of a range. */
    if (!plm_is_digit(value.p[11]) || !plm_is_digit(value.p[12]) || value.n < 16 ||
        value.p[13] != ':') {
        return value;
    }
    size_t n_signs = 0; /* one, of a zone */
    for (size_t i = 14; i < value.n; i++) {
        n_signs += value.p[i] == '+' || value.p[i] == '-';
        if ((!plm_is_digit(value.p[i]) && strchr(":.+-Z ", value.p[i]) == NULL) || n_signs > 1) {
            return value;
        }
    }
    return plm_span_of(value.p, 10);
}

plm_status plm_ident_birth_date(const char *country, plm_span value, plm_ident *out)
{
    plm_date date;
    pieces p;
    (void)country;
    const size_t n_written = value.n;
    value = without_time(value);
    if (value.n < n_written) {
        plm_ident_step(out, "the time behind the date says nothing");
    }
    if (plm_date_parse(&date, value) == PLM_OK) {
        return finish(out, date.year, date.month, date.day);
    }
    plm_status status = cut(&p, value, out);
    if (status != PLM_OK) {
        return status;
    }
    if (p.month != 0) {
        return with_month_name(&p, out);
    }
    switch (p.n_numbers) {
    case 1:
        return one_number(&p, out);
    case 2:
        return two_numbers(&p, out);
    case 3:
        return three_numbers(&p, out);
    default:
        return plm_ident_reject(out, PLM_REASON_FORMAT, "there is no number in it");
    }
}
