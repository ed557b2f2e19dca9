/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_words.c - look-alikes, Arabic articles, titles, particles, and words that belong together.
 */
#include "ident/name_words.h"

#include <string.h>

enum {
    FOLDED_MAX = 4 * PLM_NAME_LETTERS_MAX
};

/* A word's folded form, terminated. */
typedef struct folded_word {
    char text[FOLDED_MAX + 4]; /* a form is written in four bytes */
    size_t n;
    size_t n_plain; /* that many letters from the start fold to one byte each */
} folded_word;

static void fold_word(folded_word *out, const plm_code *codes, size_t n)
{
    out->n = 0;
    out->n_plain = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t length = plm_code_fold((uint8_t *)out->text + out->n, codes[i], 0);
        out->n += length;
        out->n_plain += length == 1 && out->n_plain == i ? 1 : 0;
    }
    out->text[out->n] = '\0';
}

static bool starts_with(const folded_word *w, const char *text)
{
    return strncmp(w->text, text, strlen(text)) == 0;
}

static bool ends_with(const folded_word *w, const char *text)
{
    size_t n = strlen(text);
    return w->n >= n && memcmp(w->text + w->n - n, text, n) == 0;
}

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* NULL if the word is not listed. */
static const plm_name_listed *find_listed(const folded_word *w)
{
    const size_t mask = plm_name_n_listed_words - 1;
    if (w->n > PLM_LISTED_WORD_MAX) {
        return NULL;
    }
    size_t at = plm_name_hash((const uint8_t *)w->text, w->n) & mask;
    for (; plm_name_listed_words[at].kinds != 0; at = (at + 1) & mask) {
        if (strcmp(w->text, plm_name_listed_words[at].word) == 0) {
            return &plm_name_listed_words[at];
        }
    }
    return NULL;
}

/* The look-alike in the other script of a Latin letter, or the other way round; else itself. */
static plm_code lookalike(plm_code code, plm_script script, bool to_latin)
{
    const plm_name_letter *row = plm_code_row(code);
    for (size_t i = 0; row != NULL && i < plm_name_n_lookalikes; i++) {
        const plm_name_lookalike *pair = &plm_name_lookalikes[i];
        if (pair->script == script && row->code_point == (to_latin ? pair->other : pair->latin)) {
            return plm_code_find(to_latin ? pair->latin : pair->other);
        }
    }
    return code;
}

/* Bit i: the word has letters of script i. */
static unsigned scripts_of(const plm_code *codes, size_t n)
{
    unsigned scripts = 0;
    for (size_t i = 0; i < n; i++) {
        scripts |= 1U << plm_code_script(codes[i]);
    }
    return scripts;
}

/* Which of the two scripts have letters here that look like none of the other. */
static void find_sure(bool *is_latin, bool *is_other, plm_script other, const plm_code *codes,
                      size_t n)
{
    *is_latin = false;
    *is_other = false;
    for (size_t i = 0; i < n; i++) {
        const plm_script script = plm_code_script(codes[i]);
        *is_latin |= script == PLM_SCRIPT_LATIN && lookalike(codes[i], other, false) == codes[i];
        *is_other |= script == other && lookalike(codes[i], other, true) == codes[i];
    }
}

/* Bit i: letters of the name could only be Latin, as far as script i is concerned, and none its. */
static unsigned decide(const plm_code *name, size_t n)
{
    static const plm_script others[] = {PLM_SCRIPT_CYRILLIC, PLM_SCRIPT_GREEK};
    const unsigned scripts = scripts_of(name, n);
    unsigned decided = 0;
    for (size_t i = 0; i < 2; i++) {
        bool is_latin = false;
        bool is_other = false;
        if ((scripts >> PLM_SCRIPT_LATIN & scripts >> others[i] & 1U) != 0) {
            find_sure(&is_latin, &is_other, others[i], name, n);
        }
        decided |= is_latin && !is_other ? 1U << others[i] : 0U;
    }
    return decided;
}

/*
 * Makes a word of Latin letters and those of one other script one script's, where it can. Where all
 * of its letters could be of either, the other words of the name decide.
 */
static void repair(plm_code *codes, size_t n, unsigned scripts, unsigned decided)
{
    const unsigned latin = 1U << PLM_SCRIPT_LATIN;
    const unsigned cyrillic = 1U << PLM_SCRIPT_CYRILLIC;
    const unsigned greek = 1U << PLM_SCRIPT_GREEK;
    const unsigned mixed = scripts & (latin | cyrillic | greek);
    if (mixed != (latin | cyrillic) && mixed != (latin | greek)) {
        return;
    }
    const plm_script other = (mixed & cyrillic) != 0 ? PLM_SCRIPT_CYRILLIC : PLM_SCRIPT_GREEK;
    bool is_latin;
    bool is_other;
    find_sure(&is_latin, &is_other, other, codes, n);
    if (!is_latin && !is_other) {
        is_latin = (decided >> other & 1U) != 0;
    }
    for (size_t i = 0; i < n && !(is_latin && is_other); i++) {
        codes[i] = lookalike(codes[i], other, is_latin);
    }
}

/* Alef without hamza, and lam. */
static bool begins_with_article(const plm_name_word *piece)
{
    const plm_name_letter *alef = plm_code_row(piece->codes[0]);
    const plm_name_letter *lam = plm_code_row(piece->codes[1]);
    return (alef->code_point == 0x0627 || alef->code_point == 0x0671) && lam->code_point == 0x0644;
}

/* Cuts a word in Arabic letters where it joins others; 1 to 3 pieces without their articles. */
static size_t split_arabic(plm_name_word pieces[3], const plm_code *codes, size_t n)
{
    folded_word f;
    size_t n_pieces = 1;
    pieces[0] = (plm_name_word){codes, n};
    fold_word(&f, codes, n);
    if (f.n >= 7 && (starts_with(&f, "abdal") || starts_with(&f, "abwal"))) {
        pieces[0].n = 3;
        pieces[1] = (plm_name_word){codes + 3, n - 3};
        n_pieces = 2;
    }
    plm_name_word *last = &pieces[n_pieces - 1];
    fold_word(&f, last->codes, last->n);
    if (f.n >= 7 && ends_with(&f, "aldyn")) {
        pieces[n_pieces++] = (plm_name_word){last->codes + last->n - 3, 3};
        last->n -= 5;
    }
    for (size_t i = 0; i < n_pieces; i++) {
        fold_word(&f, pieces[i].codes, pieces[i].n);
        const plm_name_listed *listed = find_listed(&f);
        bool is_root = listed != NULL && (listed->kinds & PLM_WORD_NO_ARTICLE) != 0;
        if (pieces[i].n >= 4 && !is_root && begins_with_article(&pieces[i])) {
            pieces[i].codes += 2;
            pieces[i].n -= 2;
        }
    }
    return n_pieces;
}

static void append(plm_name_words *out, const plm_code *codes, size_t n)
{
    memcpy(out->pool + out->n_pool, codes, n * sizeof *codes);
    out->n_pool += n;
}

static void append_text(plm_name_words *out, const char *text)
{
    for (; *text != '\0'; text++) {
        out->pool[out->n_pool++] = plm_code_ascii(*text);
    }
}

static void append_joint(plm_name_words *out)
{
    out->pool[out->n_pool++] = PLM_CODE_JOINT;
}

/* Appends an ordinary word: "abdulrahman" as abd'rahman, "nureldin" as nuredin. */
static void append_word(plm_name_words *out, const plm_code *codes, size_t n, const folded_word *f)
{
    static const char *const whole[] = {"a", "ah", "la", "lah"};
    static const char *const ends[] = {"din", "dine", "deen"};
    if (f->n_plain >= 5 && starts_with(f, "abd") && is_vowel(f->text[3]) && f->text[4] == 'l') {
        for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
            if (strcmp(f->text + 5, whole[i]) == 0) {
                append(out, codes, 3);
                append_joint(out);
                append_text(out, "allah");
                return;
            }
        }
        if (n >= 8) {
            append(out, codes, 3);
            append_joint(out);
            append(out, codes + 5, n - 5);
            return;
        }
    }
    for (size_t i = 0; n >= 7 && f->n_plain == n && i < sizeof ends / sizeof *ends; i++) {
        size_t tail = strlen(ends[i]);
        if (ends_with(f, ends[i]) && f->text[f->n - tail - 1] == 'l' &&
            is_vowel(f->text[f->n - tail - 2])) {
            append(out, codes, n - tail - 1);
            append(out, codes + n - tail, tail);
            return;
        }
    }
    append(out, codes, n);
}

/* The words so far end at `closed` in the pool; behind it stand open prefixes. */
typedef struct progress {
    plm_name_words *out;
    size_t closed;
    bool is_full;
} progress;

static void close_word(progress *p)
{
    plm_name_words *out = p->out;
    if (out->n == PLM_NAME_WORDS_MAX) {
        p->is_full = true;
    } else {
        out->words[out->n++] = (plm_name_word){out->pool + p->closed, out->n_pool - p->closed};
    }
    p->closed = out->n_pool;
}

static void add_piece(progress *p, const plm_code *codes, size_t n)
{
    plm_name_words *out = p->out;
    folded_word f;
    fold_word(&f, codes, n);
    const plm_name_listed *listed = find_listed(&f);
    unsigned kinds = listed == NULL ? 0 : listed->kinds;
    const bool has_prefix = out->n_pool > p->closed;
    const bool is_initial = n == 1 && plm_code_has_initials(codes[0]);
    if ((kinds & PLM_WORD_DROP) != 0 || (is_initial && has_prefix) ||
        ((kinds & PLM_WORD_INNER) != 0 && (has_prefix || out->n > 0))) {
        return;
    }
    if (listed != NULL && (kinds & PLM_WORD_NEXT) != 0) {
        append_text(out, listed->form);
        append_joint(out);
        return;
    }
    if (listed == NULL || (kinds & PLM_WORD_PREVIOUS) == 0) {
        append_word(out, codes, n, &f);
        close_word(p);
        return;
    }
    if (out->n > 0 && !has_prefix) {
        append_joint(out);
        append_text(out, listed->form);
        out->words[out->n - 1].n += out->n_pool - p->closed;
        p->closed = out->n_pool;
    } else {
        append_text(out, listed->form);
        close_word(p);
    }
}

plm_status plm_name_words_of(plm_name_words *out, plm_code *raw, size_t n)
{
    progress p = {.out = out};
    const unsigned decided = decide(raw, n);
    out->n_pool = 0;
    out->n = 0;
    for (size_t at = 0; at < n;) {
        size_t end = at;
        plm_name_word pieces[3];
        while (end < n && raw[end] != PLM_CODE_SEPARATOR) {
            end++;
        }
        if (end > at) {
            const unsigned scripts = scripts_of(raw + at, end - at);
            repair(raw + at, end - at, scripts, decided);
            pieces[0] = (plm_name_word){raw + at, end - at};
            size_t n_pieces =
                scripts == 1U << PLM_SCRIPT_ARABIC ? split_arabic(pieces, raw + at, end - at) : 1;
            for (size_t i = 0; i < n_pieces; i++) {
                add_piece(&p, pieces[i].codes, pieces[i].n);
            }
        }
        at = end + 1;
    }
    if (out->n_pool > p.closed) {
        close_word(&p);
    }
    if (p.is_full) {
        out->n = 0;
    }
    return p.is_full ? PLM_E_LIMIT : PLM_OK;
}
