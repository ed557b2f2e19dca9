/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/row.h"

#include "base/utf8.h"
#include "synth/codes.h"

#include <stdio.h>
#include <string.h>

enum {
    STREAM_WALLET = 5
};

plm_span plm_synth_row_header(void)
{
    return plm_span_str(
        "id,role,offences,name,alias,birthDate,nationality,passport,passportCountry,"
        "phones,email,iban,imei,vin,plate,plateCountry,btc,eth,grading,retention,"
        "minor\r\n");
}

/* --- names ----------------------------------------------------------------------------------- */

static void append(char *out, size_t size, plm_span s)
{
    size_t n = strlen(out);
    size_t room = size - 1 - n;
    size_t taken = s.n < room ? s.n : room;
    if (taken > 0) {
        memcpy(out + n, s.p, taken);
    }
    out[n + taken] = '\0';
}

/* The piece of "a|b|c" with that number; an empty or missing one falls back to the one before. */
static plm_span spelling_of(plm_span entry, unsigned spelling)
{
    plm_span best = plm_span_of(entry.p, 0);
    unsigned number = 0;
    size_t start = 0;
    for (size_t i = 0; i <= entry.n && number <= spelling; i++) {
        if (i == entry.n || entry.p[i] == '|') {
            bool keeps_empty = number == 0;
            if (i > start || keeps_empty) {
                best = plm_span_of(entry.p + start, i - start);
            }
            start = i + 1;
            number++;
        }
    }
    return best;
}

/* The masculine or feminine side of "m/f". */
static plm_span gender_of(const char *entry, bool is_female)
{
    const char *slash = strchr(entry, '/');
    if (slash == NULL) {
        return plm_span_str(entry);
    }
    return is_female ? plm_span_str(slash + 1) : plm_span_of(entry, (size_t)(slash - entry));
}

static void append_surname(char *out, const plm_synth_person *p, size_t root, unsigned spelling)
{
    const char *suffix = p->region->suffixes.entries[p->suffix];
    append(out, PLM_SYNTH_NAME_MAX,
           spelling_of(plm_span_str(p->region->roots.entries[root]), spelling));
    append(out, PLM_SYNTH_NAME_MAX, spelling_of(gender_of(suffix, p->is_female), spelling));
}

static void append_surnames(char *out, const plm_synth_person *p, const plm_synth_view *view,
                            unsigned spelling)
{
    append_surname(out, p, p->root, spelling);
    if (p->second_root != PLM_SYNTH_ABSENT && !view->drops_middle) {
        append(out, PLM_SYNTH_NAME_MAX, plm_span_str(" "));
        append_surname(out, p, p->second_root, spelling);
    }
}

static void append_given(char *out, const plm_synth_person *p, const plm_synth_view *view,
                         unsigned spelling)
{
    const plm_synth_region *region = p->region;
    const plm_synth_list *given = p->is_female ? &region->women : &region->men;
    append(out, PLM_SYNTH_NAME_MAX, spelling_of(plm_span_str(given->entries[p->given]), spelling));
    if (p->middle == PLM_SYNTH_ABSENT || view->drops_middle) {
        return;
    }
    const plm_synth_list *middle = region->middle == PLM_SYNTH_MIDDLE_PATRONYMIC
                                       ? &region->patronymics
                                   : region->middle == PLM_SYNTH_MIDDLE_FATHER ? &region->men
                                                                               : given;
    append(out, PLM_SYNTH_NAME_MAX, plm_span_str(" "));
    append(out, PLM_SYNTH_NAME_MAX,
           spelling_of(gender_of(middle->entries[p->middle], p->is_female), spelling));
}

/* Leaves out one letter, never the first of a word. */
static void misspell(char name[PLM_SYNTH_NAME_MAX], uint64_t how)
{
    size_t starts[PLM_SYNTH_NAME_MAX];
    size_t n = 0;
    plm_span text = plm_span_str(name);
    for (size_t at = 0, before = 0; at < text.n;) {
        size_t here = at;
        uint32_t c = plm_utf8_next(text, &at);
        bool is_letter = c > ' ' && c != ',' && c != '-' && c != '\'';
        if (is_letter && before != 0) {
            starts[n++] = here;
        }
        before = is_letter;
    }
    if (n == 0) {
        return;
    }
    size_t at = starts[(how >> 8) % n];
    size_t next = at;
    (void)plm_utf8_next(text, &next);
    memmove(name + at, name + next, text.n - next + 1);
}

void plm_synth_name_write(char out[PLM_SYNTH_NAME_MAX], const plm_synth_person *person,
                          const plm_synth_view *view, unsigned spelling)
{
    out[0] = '\0';
    if (view->order == PLM_SYNTH_GIVEN_FIRST) {
        append_given(out, person, view, spelling);
        append(out, PLM_SYNTH_NAME_MAX, plm_span_str(" "));
        append_surnames(out, person, view, spelling);
    } else {
        append_surnames(out, person, view, spelling);
        append(out, PLM_SYNTH_NAME_MAX,
               plm_span_str(view->order == PLM_SYNTH_SURNAME_COMMA ? ", " : " "));
        append_given(out, person, view, spelling);
    }
    if (view->misspelling != 0) {
        misspell(out, view->misspelling);
    }
}

/* --- cells ----------------------------------------------------------------------------------- */

typedef struct row {
    plm_buf *out;
    plm_status status;
    bool is_first;
} row;

static void cell(row *r, const char *text)
{
    plm_status status = r->is_first ? PLM_OK : plm_buf_append(r->out, ",", 1);
    r->is_first = false;
    if (status == PLM_OK) {
        status = strpbrk(text, ",\"\r\n") == NULL ? plm_buf_append(r->out, text, strlen(text))
                                                  : plm_buf_printf(r->out, "\"%s\"", text);
    }
    if (r->status == PLM_OK) {
        r->status = status;
    }
}

/* Puts `mark` before position `every`, 2 * every, ... as people group digits. */
static void group(char *text, size_t size, size_t first, size_t every, char mark)
{
    char grouped[PLM_SYNTH_CODE_MAX * 2];
    size_t n = 0;
    for (size_t i = 0; text[i] != '\0' && n + 2 < sizeof grouped; i++) {
        if (i >= first && (i - first) % every == 0 && i > 0) {
            grouped[n++] = mark;
        }
        grouped[n++] = text[i];
    }
    grouped[n] = '\0';
    (void)snprintf(text, size, "%s", grouped);
}

static void phone_cell(row *r, const plm_synth_person *p, const plm_synth_view *view)
{
    char text[PLM_SYNTH_CODE_MAX * 4] = "";
    char phone[PLM_SYNTH_CODE_MAX * 2];
    const unsigned numbers[2] = {view->phone, 1};
    const uint32_t bits[2] = {PLM_SYNTH_PHONE, PLM_SYNTH_SECOND_PHONE};
    for (size_t i = 0; i < 2; i++) {
        if ((view->shows & bits[i]) != 0) {
            plm_synth_phone(phone, 3 * p->serial + numbers[i]);
            if ((view->style & 1) != 0) {
                group(phone, sizeof phone, 3, 4, (view->style & 2) != 0 ? ' ' : '-');
            }
            append(text, sizeof text, plm_span_str(text[0] != '\0' ? "|" : ""));
            append(text, sizeof text, plm_span_str(phone));
        }
    }
    cell(r, text);
}

static void email_cell(row *r, const plm_synth_person *p, const plm_synth_view *view)
{
    static const char *const domains[] = {"example.com", "example.org", "example.net"};
    char name[PLM_SYNTH_NAME_MAX];
    char local[40];
    char text[128] = "";
    size_t n = 0;
    const plm_synth_view plain = {.drops_middle = true};
    plm_synth_name_write(name, p, &plain, 1);
    for (size_t i = 0; name[i] != '\0' && n < sizeof local - 1; i++) {
        char lower = (char)(name[i] | 0x20);
        if (lower >= 'a' && lower <= 'z') {
            local[n++] = (view->style & 4) != 0 ? lower : name[i];
        } else if (name[i] == ' ' && n > 0 && local[n - 1] != '.') {
            local[n++] = '.';
        }
    }
    local[n] = '\0';
    if ((view->shows & PLM_SYNTH_EMAIL) != 0) {
        (void)snprintf(text, sizeof text, "%s%llu@%s", local, (unsigned long long)p->serial,
                       domains[p->serial % 3]);
    }
    cell(r, text);
}

/* A code made from the serial, or nothing. */
static void code_cell(row *r, const plm_synth_view *view, uint32_t bit, uint64_t serial,
                      void (*make)(char *, uint64_t), size_t group_size)
{
    char text[PLM_SYNTH_CODE_MAX * 2] = "";
    if ((view->shows & bit) != 0) {
        make(text, serial);
        if (group_size > 0 && (view->style & 8) != 0) {
            group(text, sizeof text, group_size, group_size, ' ');
        }
    }
    cell(r, text);
}

static void wallet_cells(row *r, const plm_synth_person *p, const plm_synth_view *view,
                         uint64_t seed)
{
    uint8_t hash[24];
    char text[PLM_SYNTH_CODE_MAX] = "";
    plm_synth_random random;
    plm_synth_random_init(&random, seed, STREAM_WALLET, p->serial);
    for (size_t i = 0; i < sizeof hash; i += 8) {
        plm_store_u64(hash + i, plm_synth_random_next(&random));
    }
    if ((view->shows & PLM_SYNTH_BTC) != 0) {
        plm_synth_btc(text, hash);
    }
    cell(r, text);
    text[0] = '\0';
    if ((view->shows & PLM_SYNTH_ETH) != 0) {
        plm_synth_eth(text, hash);
    }
    cell(r, text);
}

static void name_cells(row *r, const plm_synth_person *p, const plm_synth_view *view)
{
    char name[PLM_SYNTH_NAME_MAX];
    char alias[PLM_SYNTH_NAME_MAX];
    plm_synth_name_write(name, p, view, view->spelling);
    plm_synth_name_write(alias, p, view, (view->spelling + 1) % 3);
    bool has_alias = (view->shows & PLM_SYNTH_ALIAS) != 0 && strcmp(alias, name) != 0;
    cell(r, name);
    cell(r, has_alias ? alias : "");
}

static void handling_cells(row *r, const plm_synth_person *p, const plm_synth_view *view)
{
    char grading[3] = {(char)('A' + view->style % 4), (char)('1' + view->style / 4 % 4), '\0'};
    char retention[PLM_DATE_TEXT] = "";
    if ((view->shows & PLM_SYNTH_RETENTION) != 0) {
        const plm_date date = {(uint16_t)(2040 + view->style % 8), 12, 31};
        plm_date_format(retention, date);
    }
    cell(r, (view->shows & PLM_SYNTH_GRADING) != 0 ? grading : "");
    cell(r, retention);
    cell(r, (view->shows & PLM_SYNTH_MINOR_FLAG) != 0 ? "yes" : p->is_minor ? "" : "no");
}

plm_status plm_synth_row_append(plm_buf *out, const plm_synth_person *person,
                                const plm_synth_view *view, uint64_t seed, const char *id)
{
    row r = {out, PLM_OK, true};
    size_t before = out->n;
    char offences[64];
    char birth[PLM_DATE_TEXT] = "";
    (void)snprintf(offences, sizeof offences, "%s%s%s", person->offence,
                   view->more_offence != NULL ? "|" : "",
                   view->more_offence != NULL ? view->more_offence : "");
    if (view->birth.year != 0) {
        plm_date_format(birth, view->birth);
    }
    bool has_passport = (view->shows & PLM_SYNTH_PASSPORT) != 0;
    bool has_plate = (view->shows & PLM_SYNTH_PLATE) != 0;
    cell(&r, id);
    cell(&r, plm_role_name(view->role));
    cell(&r, offences);
    name_cells(&r, person, view);
    cell(&r, birth);
    cell(&r, (view->shows & PLM_SYNTH_NATIONALITY) != 0 ? person->country : "");
    code_cell(&r, view, PLM_SYNTH_PASSPORT, person->serial, plm_synth_passport, 0);
    cell(&r, has_passport ? person->country : "");
    phone_cell(&r, person, view);
    email_cell(&r, person, view);
    code_cell(&r, view, PLM_SYNTH_IBAN, person->serial, plm_synth_iban, 4);
    code_cell(&r, view, PLM_SYNTH_IMEI, person->serial, plm_synth_imei, 0);
    code_cell(&r, view, PLM_SYNTH_VIN, person->serial, plm_synth_vin, 0);
    code_cell(&r, view, PLM_SYNTH_PLATE, person->serial, plm_synth_plate, 2);
    cell(&r, has_plate ? person->country : "");
    wallet_cells(&r, person, view, seed);
    handling_cells(&r, person, view);
    plm_status status = r.status == PLM_OK ? plm_buf_append(out, "\r\n", 2) : r.status;
    if (status != PLM_OK) {
        out->n = before;
    }
    return status;
}

/* --- truth ----------------------------------------------------------------------------------- */

static bool phones_agree(const plm_synth_view *a, const plm_synth_view *b)
{
    uint32_t both = a->shows & b->shows;
    return ((both & PLM_SYNTH_PHONE) != 0 && a->phone == b->phone) ||
           (both & PLM_SYNTH_SECOND_PHONE) != 0;
}

void plm_synth_found_by(char out[PLM_SYNTH_FOUND_MAX], const plm_synth_person *person,
                        const plm_synth_view *a, const plm_synth_view *b)
{
    uint32_t both = a->shows & b->shows;
    bool names = plm_synth_names_agree(person, a, b);
    bool years = a->birth.year != 0 && a->birth.year == b->birth.year;
    const struct {
        bool agrees;
        const char *name;
    } ways[] = {
        {(both & PLM_SYNTH_PASSPORT) != 0, "document"},
        {phones_agree(a, b), "phone"},
        {(both & PLM_SYNTH_EMAIL) != 0, "email"},
        {(both & PLM_SYNTH_IBAN) != 0, "iban"},
        {(both & PLM_SYNTH_IMEI) != 0, "imei"},
        {(both & PLM_SYNTH_VIN) != 0, "vin"},
        {(both & PLM_SYNTH_PLATE) != 0, "plate"},
        {(both & PLM_SYNTH_BTC) != 0, "btc"},
        {(both & PLM_SYNTH_ETH) != 0, "eth"},
        {names && years && a->birth.day != 0 && plm_date_compare(a->birth, b->birth) == 0,
         "name+birthDate"},
        {names && years && (both & PLM_SYNTH_NATIONALITY) != 0, "name+birthYear+nationality"},
    };
    out[0] = '\0';
    if (plm_synth_is_protected(person, a) || plm_synth_is_protected(person, b)) {
        append(out, PLM_SYNTH_FOUND_MAX, plm_span_str("excluded"));
        return;
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ways[i].agrees) {
            append(out, PLM_SYNTH_FOUND_MAX, plm_span_str(out[0] != '\0' ? "|" : ""));
            append(out, PLM_SYNTH_FOUND_MAX, plm_span_str(ways[i].name));
        }
    }
    if (out[0] == '\0') {
        append(out, PLM_SYNTH_FOUND_MAX, plm_span_str("hard"));
    }
}
