/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mrz_check.c - check digits of a machine-readable zone, and what cameras confuse.
 *
 * Corrected are letters that look like a digit, where only digits can stand: in dates and check
 * digits, and only if the check digit then fits. In a document number letters and digits can both
 * stand, and one check digit in ten fits a wrong reading; the composite digit tells nothing more,
 * as it weighs those characters alike. So the number stays as it was read, and the readings that
 * would fit with one character of the pairs 0/O 1/I 2/Z 5/S 8/B exchanged are listed.
 */
#include "ident/mrz_layout.h"

#include <string.h>

enum {
    DATE_CORRECTIONS_MAX = 2 /* characters of a date with its check digit; more is no slip */
};

static unsigned value_of(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A') + 10 : 0;
}

/* Goes on with a sum of which `n_before` characters were added. */
static unsigned add(unsigned sum, size_t n_before, plm_span field)
{
    static const uint8_t weights[3] = {7, 3, 1};
    for (size_t i = 0; i < field.n; i++) {
        sum += value_of((char)field.p[i]) * weights[(n_before + i) % 3];
    }
    return sum;
}

char plm_mrz_check_digit(plm_span field)
{
    return (char)('0' + add(0, 0, field) % 10);
}

static char composite_digit(const plm_mrz *mrz, const plm_mrz_layout *layout)
{
    unsigned sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < PLM_MRZ_PARTS_MAX; i++) {
        sum = add(sum, n, plm_mrz_at(mrz, layout->parts[i]));
        n += layout->parts[i].n;
    }
    return (char)('0' + sum % 10);
}

static char *behind(plm_mrz *mrz, plm_mrz_place place)
{
    return &mrz->lines[place.line][place.from + place.n];
}

/* The digit a letter looks like; itself if it is none of them. */
static char digit_like(char c)
{
    static const char pairs[] = "O0Q0D0I1L1Z2S5G6T7B8";
    for (size_t i = 0; pairs[i] != '\0'; i += 2) {
        if (pairs[i] == c) {
            return pairs[i + 1];
        }
    }
    return c;
}

/* The other of a pair that a document number may hold either of; 0 if it is in none. */
static char twin_of(char c)
{
    static const char pairs[] = "0O1I2Z5S8B";
    for (size_t i = 0; pairs[i] != '\0'; i++) {
        if (pairs[i] == c) {
            return pairs[i ^ 1];
        }
    }
    return '\0';
}

static void correct(plm_mrz *mrz, plm_mrz_place place, size_t at, char to)
{
    char *c = &mrz->lines[place.line][place.from + at];
    if (mrz->n_corrections < PLM_MRZ_CORRECTIONS_MAX && *c != to) {
        mrz->corrections[mrz->n_corrections++] =
            (plm_mrz_correction){place.line + 1U, (unsigned)(place.from + at + 1), *c, to};
        *c = to;
    }
}

/* A date and its check digit: digits, if few are none and that makes the check fit. */
static void correct_date(plm_mrz *mrz, plm_mrz_place place)
{
    char text[PLM_MRZ_FIELD_MAX];
    const char *line = mrz->lines[place.line] + place.from;
    size_t n = place.n + 1U;
    size_t n_changed = 0;
    for (size_t i = 0; i < n; i++) {
        text[i] = digit_like(line[i]);
        n_changed += text[i] != line[i];
    }
    if (n_changed == 0 || n_changed > DATE_CORRECTIONS_MAX ||
        plm_mrz_check_digit(plm_span_of(text, place.n)) != text[place.n]) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        correct(mrz, place, i, text[i]);
    }
}

/* A check digit alone: a letter that looks like the digit that is expected. */
static void correct_digit(plm_mrz *mrz, plm_mrz_place place, char expected)
{
    char found = mrz->lines[place.line][place.from];
    if (found != expected && digit_like(found) == expected) {
        correct(mrz, place, 0, expected);
    }
}

/* What the number may be, if its check digit does not fit, with one character of a pair exchanged.
 */
static void list_alternatives(plm_mrz *mrz, size_t n, char found)
{
    char text[PLM_MRZ_FIELD_MAX];
    memcpy(text, mrz->number, n + 1);
    for (size_t i = 0; i < n && mrz->n_alternatives < PLM_MRZ_ALTERNATIVES_MAX; i++) {
        const char c = text[i];
        if (twin_of(c) == '\0') {
            continue;
        }
        text[i] = twin_of(c);
        if (plm_mrz_check_digit(plm_span_of(text, n)) == found) {
            memcpy(mrz->alternatives[mrz->n_alternatives++], text, n + 1);
        }
        text[i] = c;
    }
}

static void add_check(plm_mrz *mrz, plm_mrz_check_kind kind, char expected, char found, bool fits)
{
    mrz->checks[mrz->n_checks++] = (plm_mrz_check){kind, expected, found, fits};
    mrz->is_valid = mrz->is_valid && fits;
}

/* Without filler at its end. */
static plm_span bare(plm_span field)
{
    while (field.n > 0 && field.p[field.n - 1] == '<') {
        field.n--;
    }
    return field;
}

/*
 * The document number. If a filler stands for its check digit and optional data begins with more of
 * it, the number goes on there up to the next filler, its last character the check digit (Doc 9303
 * part 5 section 4.2.2.1 note j, part 6 section 4.2.2.2 note j).
 */
static void read_number(plm_mrz *mrz, const plm_mrz_layout *layout)
{
    plm_span field = plm_mrz_at(mrz, layout->number);
    plm_span more = plm_mrz_at(mrz, layout->optional[0]);
    char found = *behind(mrz, layout->number);
    size_t n = 0;
    while (n < more.n && more.p[n] != '<') {
        n++;
    }
    bool overflows = found == '<' && n >= 2 && field.p[field.n - 1] != '<' &&
                     (mrz->format == PLM_MRZ_TD1 || mrz->format == PLM_MRZ_TD2);
    memcpy(mrz->number, field.p, field.n);
    size_t n_number = bare(field).n;
    if (overflows) {
        found = (char)more.p[n - 1];
        memcpy(mrz->number + field.n, more.p, n - 1);
        n_number = field.n + n - 1;
        more = plm_span_of(more.p + n, more.n - n);
    }
    mrz->number[n_number] = '\0';
    char expected = plm_mrz_check_digit(overflows ? plm_span_of(mrz->number, n_number) : field);
    bool fits = found == expected || (found == '<' && n_number == 0);
    add_check(mrz, PLM_MRZ_NUMBER, expected, found, fits);
    if (!fits) {
        list_alternatives(mrz, n_number, found);
    }
    while (more.n > 0 && more.p[0] == '<') {
        more = plm_span_of(more.p + 1, more.n - 1);
    }
    more = bare(more);
    memcpy(mrz->optional[0], more.p, more.n);
    mrz->optional[0][more.n] = '\0';
    if (n_number == 0) {
        plm_mrz_note(mrz, "the document number is empty");
    }
}

static void check_field(plm_mrz *mrz, plm_mrz_check_kind kind, plm_mrz_place place)
{
    plm_span field = plm_mrz_at(mrz, place);
    char expected = plm_mrz_check_digit(field);
    char found = *behind(mrz, place);
    /* A field that is empty may have a filler for its digit; so may TD3's optional data. */
    add_check(mrz, kind, expected, found,
              found == expected || (found == '<' && bare(field).n == 0));
}

void plm_mrz_check_all(plm_mrz *mrz)
{
    const plm_mrz_layout *layout = &plm_mrz_layouts[mrz->format];
    const plm_mrz_place number_digit = {layout->number.line,
                                        (uint8_t)(layout->number.from + layout->number.n), 1};
    correct_date(mrz, layout->birth);
    correct_date(mrz, layout->expiry);
    correct_digit(mrz, number_digit, plm_mrz_check_digit(plm_mrz_at(mrz, layout->number)));
    if (layout->optional_check.n > 0) {
        correct_digit(mrz, layout->optional_check,
                      plm_mrz_check_digit(plm_mrz_at(mrz, layout->optional[0])));
    }
    if (layout->composite.n > 0) {
        correct_digit(mrz, layout->composite, composite_digit(mrz, layout));
    }
    read_number(mrz, layout);
    check_field(mrz, PLM_MRZ_BIRTH, layout->birth);
    check_field(mrz, PLM_MRZ_EXPIRY, layout->expiry);
    if (layout->optional_check.n > 0) {
        check_field(mrz, PLM_MRZ_OPTIONAL, layout->optional[0]);
    }
    if (layout->composite.n > 0) {
        char expected = composite_digit(mrz, layout);
        char found = (char)*plm_mrz_at(mrz, layout->composite).p;
        add_check(mrz, PLM_MRZ_COMPOSITE, expected, found, found == expected);
    }
}
