/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mrz.c - reads a machine-readable zone: its lines, its format, its fields.
 */
#include "ident/mrz.h"

#include "base/utf8.h"
#include "ident/family.h"
#include "ident/mrz_layout.h"

#include <stdarg.h>
#include <string.h>

enum {
    EXPIRY_YEARS = 50 /* at most, from today, to either side */
};

/* The second of two lines begins alike everywhere (Doc 9303 parts 4, 6 and 7): document number,
 * nationality, date of birth, sex, date of expiry, each with its check digit but nationality and
 * sex.
 */
#define SECOND_OF_TWO                              \
    {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, \
    {                                              \
        1, 21, 6                                   \
    }
#define NOWHERE \
    {           \
        0, 0, 0 \
    }
#define NO_COMPOSITE                       \
    NOWHERE, NOWHERE,                      \
    {                                      \
        NOWHERE, NOWHERE, NOWHERE, NOWHERE \
    }

/* clang-format off: a format a paragraph, in the order of plm_mrz_layout */
const plm_mrz_layout plm_mrz_layouts[PLM_MRZ_FORMAT_COUNT] = {
    [PLM_MRZ_TD1] = {"TD1",
                     3,
                     30,
                     {2, 0, 30},
                     {0, 5, 9},
                     {1, 15, 3},
                     {1, 0, 6},
                     {1, 7, 1},
                     {1, 8, 6},
                     {{0, 15, 15}, {1, 18, 11}},
                     NOWHERE,
                     {1, 29, 1},
                     {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}}},
    [PLM_MRZ_TD2] = {"TD2",
                     2,
                     36,
                     {0, 5, 31},
                     SECOND_OF_TWO,
                     {{1, 28, 7}, NOWHERE},
                     NOWHERE,
                     {1, 35, 1},
                     {{1, 0, 10}, {1, 13, 7}, {1, 21, 14}, NOWHERE}},
    [PLM_MRZ_TD3] = {"TD3",
                     2,
                     44,
                     {0, 5, 39},
                     SECOND_OF_TWO,
                     {{1, 28, 14}, NOWHERE},
                     {1, 42, 1},
                     {1, 43, 1},
                     {{1, 0, 10}, {1, 13, 7}, {1, 21, 22}, NOWHERE}},
    [PLM_MRZ_MRV_A] =
        {"MRV-A", 2, 44, {0, 5, 39}, SECOND_OF_TWO, {{1, 28, 16}, NOWHERE}, NO_COMPOSITE},
    [PLM_MRZ_MRV_B] =
        {"MRV-B", 2, 36, {0, 5, 31}, SECOND_OF_TWO, {{1, 28, 8}, NOWHERE}, NO_COMPOSITE},
};
/* clang-format on */

const char *plm_mrz_format_name(plm_mrz_format format)
{
    return (unsigned)format < PLM_MRZ_FORMAT_COUNT ? plm_mrz_layouts[format].name : "unknown";
}

const char *plm_mrz_check_name(plm_mrz_check_kind kind)
{
    static const char *const names[] = {"document number", "date of birth", "date of expiry",
                                        "optional data", "composite"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "unknown";
}

void plm_mrz_note(plm_mrz *mrz, const char *format, ...)
{
    va_list args;
    mrz->is_valid = false;
    if (mrz->n_notes == PLM_MRZ_NOTES_MAX) {
        return;
    }
    va_start(args, format);
    plm_utf8_vprint(mrz->notes[mrz->n_notes++], PLM_MRZ_NOTE_MAX, format, args);
    va_end(args);
}

static plm_status reject(plm_mrz *out, plm_ident_reason reason, const char *format, ...)
    PLM_PRINTF(3, 4);

static plm_status reject(plm_mrz *out, plm_ident_reason reason, const char *format, ...)
{
    va_list args;
    *out = (plm_mrz){.reason = reason};
    va_start(args, format);
    plm_utf8_vprint(out->detail, sizeof out->detail, format, args);
    va_end(args);
    return PLM_E_REJECTED;
}

/* The zone's characters in a row, and how many stand in each line that has any. */
typedef struct zone {
    char text[PLM_MRZ_LINES_MAX * PLM_MRZ_WIDTH_MAX + 1];
    size_t n;
    size_t widths[PLM_MRZ_LINES_MAX];
    size_t n_lines;
} zone;

static plm_status take_character(zone *z, int c, size_t in_line, plm_mrz *out)
{
    if (!plm_is_upper(c) && !plm_is_digit(c) && c != '<') {
        return reject(out, PLM_REASON_CHARACTER, "line %zu, column %zu: U+%04X", z->n_lines + 1,
                      in_line + 1, (unsigned)c);
    }
    if (z->n + 1 >= sizeof z->text || z->n_lines == PLM_MRZ_LINES_MAX) {
        return reject(out, PLM_REASON_LENGTH, "more than %zu characters or %d lines",
                      sizeof z->text - 1, PLM_MRZ_LINES_MAX);
    }
    z->text[z->n++] = (char)c;
    return PLM_OK;
}

/* Blanks go, small letters become capitals, « becomes <<. */
static plm_status read_zone(zone *z, plm_span text, plm_mrz *out)
{
    size_t in_line = 0;
    if (text.n > PLM_MRZ_TEXT_MAX) {
        return reject(out, PLM_REASON_LENGTH, "%zu bytes, at most %d are read", text.n,
                      PLM_MRZ_TEXT_MAX);
    }
    for (size_t i = 0; i < text.n; i++) {
        int c = plm_to_upper(text.p[i]);
        bool is_guillemet = c == 0xC2 && i + 1 < text.n && text.p[i + 1] == 0xAB;
        if (c == '\n' || c == '\r') {
            z->n_lines += in_line > 0;
            in_line = 0;
            continue;
        }
        if (c == ' ' || c == '\t') {
            continue;
        }
        for (unsigned k = 0; k < (is_guillemet ? 2U : 1U); k++) {
            plm_status status = take_character(z, is_guillemet ? '<' : c, in_line, out);
            if (status != PLM_OK) {
                return status;
            }
            z->widths[z->n_lines] = ++in_line;
        }
        i += is_guillemet;
    }
    z->n_lines += in_line > 0;
    return PLM_OK;
}

/* The format that has these lines, or that many characters in a row. */
static plm_status find_format(plm_mrz *out, const zone *z)
{
    bool is_visa = z->n > 0 && z->text[0] == 'V';
    for (unsigned f = 0; f < PLM_MRZ_FORMAT_COUNT; f++) {
        const plm_mrz_layout *layout = &plm_mrz_layouts[f];
        bool fits = z->n == (size_t)layout->n_lines * layout->width &&
                    is_visa == (f == PLM_MRZ_MRV_A || f == PLM_MRZ_MRV_B) &&
                    (z->n_lines == 1 || z->n_lines == layout->n_lines);
        for (size_t i = 0; fits && z->n_lines > 1 && i < z->n_lines; i++) {
            fits = z->widths[i] == layout->width;
        }
        if (fits) {
            out->format = (plm_mrz_format)f;
            for (size_t i = 0; i < layout->n_lines; i++) {
                memcpy(out->lines[i], z->text + i * layout->width, layout->width);
            }
            return PLM_OK;
        }
    }
    if (z->n == 0) {
        return reject(out, PLM_REASON_EMPTY, "there is nothing in it");
    }
    return reject(out, PLM_REASON_LENGTH,
                  "%zu characters in %zu lines; zones are 3 x 30, 2 x 36 or 2 x 44", z->n,
                  z->n_lines);
}

/* Copies a field without filler at its end. */
static void copy_bare(char *out, plm_span field)
{
    while (field.n > 0 && field.p[field.n - 1] == '<') {
        field.n--;
    }
    memcpy(out, field.p, field.n);
    out[field.n] = '\0';
}

/* Fillers become blanks, runs of them one, none at the ends. */
static void copy_words(char *out, plm_span field)
{
    size_t n = 0;
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] != '<') {
            out[n++] = (char)field.p[i];
        } else if (n > 0 && out[n - 1] != ' ') {
            out[n++] = ' ';
        }
    }
    n -= n > 0 && out[n - 1] == ' ';
    out[n] = '\0';
}

/* Doc 9303 part 3 section 4.6: primary identifier, two fillers, secondary identifier. */
static void read_name(plm_mrz *out, plm_span field)
{
    size_t at = 0;
    while (at + 1 < field.n && (field.p[at] != '<' || field.p[at + 1] != '<')) {
        at++;
    }
    bool is_parted = at + 1 < field.n;
    copy_words(out->primary, plm_span_of(field.p, is_parted ? at : field.n));
    if (is_parted) {
        copy_words(out->secondary, plm_span_of(field.p + at, field.n - at));
    }
    out->name_may_be_cut = field.p[field.n - 1] != '<';
    if (out->primary[0] == '\0') {
        plm_mrz_note(out, "the name is empty");
    } else if (strpbrk(out->primary, "0123456789") != NULL ||
               strpbrk(out->secondary, "0123456789") != NULL) {
        plm_mrz_note(out, "there is a digit in the name");
    }
}

/* Two digits, or "<<" for 0. */
static bool read_pair(plm_span field, unsigned *v)
{
    *v = 0;
    if (field.p[0] == '<' && field.p[1] == '<') {
        return true;
    }
    if (!plm_is_digit(field.p[0]) || !plm_is_digit(field.p[1])) {
        return false;
    }
    *v = (unsigned)(field.p[0] - '0') * 10 + (unsigned)(field.p[1] - '0');
    return true;
}

/* YYMMDD with fillers for what is unknown; the century is put to it. */
static void read_date(plm_mrz *out, plm_date *date, plm_span field, plm_date today, bool is_birth)
{
    unsigned year;
    unsigned month;
    unsigned day;
    const char *what = is_birth ? "birth" : "expiry";
    if (!read_pair(field, &year) || !read_pair(plm_span_of(field.p + 2, 2), &month) ||
        !read_pair(plm_span_of(field.p + 4, 2), &day) || (field.p[0] == '<' && month + day > 0)) {
        plm_mrz_note(out, "the date of %s is no date: %.6s", what, (const char *)field.p);
        return;
    }
    if (field.p[0] == '<') {
        return;
    }
    plm_date found = {(uint16_t)(today.year / 100 * 100 + year), (uint8_t)month,
                      (uint8_t)(month == 0 ? 0 : day)};
    if (is_birth) {
        found.year = (uint16_t)(found.year - (plm_date_compare(found, today) > 0 ? 100 : 0));
    } else if (found.year > today.year + EXPIRY_YEARS) {
        found.year = (uint16_t)(found.year - 100);
    } else if (found.year + EXPIRY_YEARS <= today.year) {
        found.year = (uint16_t)(found.year + 100);
    }
    if (!plm_date_is_valid(found)) {
        plm_mrz_note(out, "the date of %s does not exist: %.6s", what, (const char *)field.p);
        return;
    }
    *date = found;
}

static void check_state(plm_mrz *out, const char *what, const char *code)
{
    char found[3];
    const char *words = plm_mrz_state_words(code);
    /* Alpha-3 codes and D; two letters would be taken for ISO's alpha-2, which has no place here.
     */
    bool is_known = strlen(code) == 3 && plm_country_find(found, plm_span_str(code)) == PLM_OK;
    if (words == NULL && !is_known) {
        plm_mrz_note(out, "the %s \"%s\" is no code of Doc 9303", what, code);
    }
}

static void read_fields(plm_mrz *out, plm_date today)
{
    const plm_mrz_layout *layout = &plm_mrz_layouts[out->format];
    copy_bare(out->document_code, plm_span_of(out->lines[0], 2));
    copy_bare(out->issuer, plm_span_of(out->lines[0] + 2, 3));
    copy_bare(out->nationality, plm_mrz_at(out, layout->nationality));
    if (layout->optional[1].n > 0) {
        copy_bare(out->optional[1], plm_mrz_at(out, layout->optional[1]));
    }
    read_name(out, plm_mrz_at(out, layout->holder));
    read_date(out, &out->birth, plm_mrz_at(out, layout->birth), today, true);
    read_date(out, &out->expiry, plm_mrz_at(out, layout->expiry), today, false);
    char sex = (char)*plm_mrz_at(out, layout->sex).p;
    out->sex = sex == 'F' || sex == 'M' ? sex : 'X';
    if (strchr("FM<X", sex) == NULL) {
        plm_mrz_note(out, "the sex is F, M or a filler, not %c", sex);
    }
    if (strchr("PIACV", out->document_code[0]) == NULL || out->document_code[0] == '\0') {
        plm_mrz_note(out, "no document begins with \"%s\"", out->document_code);
    }
    check_state(out, "issuer", out->issuer);
    check_state(out, "nationality", out->nationality);
}

plm_status plm_mrz_parse(plm_mrz *out, plm_span text, plm_date today)
{
    zone z = {.n = 0};
    *out = (plm_mrz){.is_valid = true};
    if (!plm_date_is_valid(today) || today.day == 0 || today.month == 0) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = read_zone(&z, text, out);
    if (status == PLM_OK) {
        status = find_format(out, &z);
    }
    if (status == PLM_OK) {
        plm_mrz_check_all(out);
        read_fields(out, today);
    }
    return status;
}
