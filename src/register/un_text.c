/* SPDX-License-Identifier: Apache-2.0 */
#include "register/un_text.h"

#include "base/utf8.h"
#include "ident/ident.h"
#include "register/text.h"

#include <string.h>

/* True if a letter of neither Latin script nor punctuation is in it. */
static bool has_other_script(plm_span s)
{
    if (plm_utf8_valid_prefix(s) != s.n) {
        return false;
    }
    for (size_t at = 0; at < s.n;) {
        uint32_t c = plm_utf8_next(s, &at);
        if ((c >= 0x0370 && c < 0x1E00) || (c >= 0x2E80 && c < 0xA720)) {
            return true; /* Greek to Khmer; CJK. Latin Extended Additional begins at U+1E00 */
        }
    }
    return false;
}

static void add_name(plm_un_names *names, plm_span name)
{
    name = plm_text_trim(name);
    if (name.n > 0 && names->n < PLM_UN_NAMES_MAX) {
        names->name[names->n++] = name;
    }
}

/* Each piece between semicolons, turned round and without quotes if it is of a person. */
static plm_status add_pieces(plm_un_names *names, plm_arena *arena, plm_span text)
{
    plm_span piece;
    while (plm_text_next(&text, ';', &piece)) {
        uint8_t *clean = (uint8_t *)plm_arena_alloc(arena, piece.n + 1);
        if (clean == NULL) {
            return PLM_E_NOMEM;
        }
        size_t n = 0;
        for (size_t i = 0; i < piece.n; i++) {
            if (piece.p[i] != '"') {
                clean[n++] = piece.p[i];
            }
        }
        plm_status status = plm_text_uninvert(arena, plm_span_of(clean, n), &piece);
        if (status != PLM_OK) {
            return status;
        }
        add_name(names, piece);
    }
    return PLM_OK;
}

/* Splits into what stands outside and inside of parentheses, both with blanks at the seams. */
static plm_status take_apart(plm_arena *arena, plm_span text, plm_span *outside, plm_span *inside)
{
    uint8_t *out = (uint8_t *)plm_arena_alloc(arena, text.n + 1);
    uint8_t *in = (uint8_t *)plm_arena_alloc(arena, text.n + 1);
    if (out == NULL || in == NULL) {
        return PLM_E_NOMEM;
    }
    size_t depth = 0;
    size_t n_out = 0;
    size_t n_in = 0;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (c == '(') {
            if (depth == 0) {
                out[n_out++] = ' ';
            }
            in[n_in++] = ';';
            depth++;
        } else if (c == ')' && depth > 0) {
            in[n_in++] = ';';
            depth--;
        } else if (depth > 0) {
            in[n_in++] = c;
        } else {
            out[n_out++] = c;
        }
    }
    *outside = plm_text_trim(plm_span_of(out, n_out));
    *inside = plm_text_trim(plm_span_of(in, n_in));
    return PLM_OK;
}

static plm_status find_person_names(plm_un_names *names, plm_arena *arena, plm_span text)
{
    plm_span outside;
    plm_span inside;
    plm_status status = take_apart(arena, text, &outside, &inside);
    if (status != PLM_OK) {
        return status;
    }
    outside = plm_text_slice(outside, 0, plm_text_find(outside, ", born "));
    while (outside.n > 0 && outside.p[outside.n - 1] == ',') {
        outside = plm_text_trim(plm_text_slice(outside, 0, outside.n - 1));
    }
    status = add_pieces(names, arena, outside);
    bool is_other = has_other_script(outside);
    plm_span piece;
    while (status == PLM_OK && plm_text_next(&inside, ';', &piece)) {
        (void)plm_text_skip(&piece, "original script:");
        if (piece.n > 0 && has_other_script(piece) != is_other) {
            status = add_pieces(names, arena, piece);
        }
    }
    return status;
}

plm_status plm_un_names_find(plm_un_names *names, plm_arena *arena, plm_span text, bool is_person)
{
    names->n = 0;
    if (is_person) {
        return find_person_names(names, arena, text);
    }
    size_t depth = 0;
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        depth += text.p[i] == '(';
        depth -= text.p[i] == ')' && depth > 0;
        if (text.p[i] == ';' && depth == 0) {
            add_name(names, plm_text_slice(text, from, i));
            from = i + 1;
        }
    }
    add_name(names, plm_text_slice(text, from, text.n));
    return PLM_OK;
}

static const struct {
    const char *adjective;
    char code[3];
} adjectives[] = {
    {"Afghan", "AF"},   {"British", "GB"}, {"CAR", "CF"},      {"Egyptian", "EG"},
    {"French", "FR"},   {"German", "DE"},  {"Iraqi", "IQ"},    {"Jordanian", "JO"},
    {"Kuwaiti", "KW"},  {"Libyan", "LY"},  {"Moroccan", "MA"}, {"Pakistani", "PK"},
    {"Qatari", "QA"},   {"Russian", "RU"}, {"Saudi", "SA"},    {"Somali", "SO"},
    {"Sudanese", "SD"}, {"Syrian", "SY"},  {"Tunisian", "TN"}, {"Yemeni", "YE"},
};

static bool find_issuer(plm_span text, char issuer[static 3])
{
    for (size_t i = 0; i < sizeof adjectives / sizeof *adjectives; i++) {
        if (plm_text_is(text, adjectives[i].adjective)) {
            memcpy(issuer, adjectives[i].code, 3);
            return true;
        }
    }
    return text.n > 0 && plm_country_find(issuer, text) == PLM_OK;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* One to three capital letters, hyphens and full stops aside: the series before a number. */
static bool is_series(plm_span word)
{
    size_t n = 0;
    for (size_t i = 0; i < word.n; i++) {
        bool is_capital = word.p[i] >= 'A' && word.p[i] <= 'Z';
        if (!is_capital && word.p[i] != '-') {
            return false;
        }
        n += is_capital;
    }
    return n >= 1 && n <= 3;
}

/* Where the number begins: the first word with a digit, or the series before it. */
static size_t number_start(plm_span text)
{
    size_t start = 0;
    size_t before = 0;
    bool has_before = false;
    while (start < text.n) {
        size_t end = start;
        bool found = false;
        while (end < text.n && text.p[end] != ' ') {
            found = found || is_digit(text.p[end]);
            end++;
        }
        if (found) {
            return has_before ? before : start;
        }
        has_before = is_series(plm_text_slice(text, start, end));
        before = start;
        start = end + 1;
    }
    return text.n;
}

bool plm_un_passport_find(plm_span text, plm_span *number, char issuer[static 3])
{
    text = plm_text_trim(text);
    issuer[0] = '\0';
    size_t start = number_start(text);
    plm_span tail = plm_text_slice(text, start, text.n);
    /* Longest run of leading words that is a country: "Central African Republic number". */
    size_t end = start < text.n ? start : 0;
    while (end > 0) {
        if (find_issuer(plm_text_trim(plm_text_slice(text, 0, end)), issuer)) {
            break;
        }
        end--;
        while (end > 0 && text.p[end - 1] != ' ') {
            end--;
        }
    }
    if (plm_text_skip(&tail, "No.") || (tail.n > 2 && is_digit(tail.p[2]))) {
        (void)plm_text_skip(&tail, "No");
    }
    size_t stop = 0;
    while (stop < tail.n && tail.p[stop] != ',' && tail.p[stop] != '(') {
        stop++;
    }
    plm_span rest = plm_text_slice(tail, stop + 1, tail.n);
    size_t close = plm_text_find(rest, ")");
    if (issuer[0] == '\0' && !find_issuer(plm_text_trim(plm_text_slice(rest, 0, close)), issuer)) {
        issuer[0] = '\0';
    }
    tail = plm_text_trim(plm_text_slice(tail, 0, stop));
    for (size_t i = 0; i < tail.n; i++) {
        if (tail.p[i] >= 'a' && tail.p[i] <= 'z') {
            return false;
        }
    }
    if (tail.n == 0) {
        return false;
    }
    *number = tail;
    return true;
}
