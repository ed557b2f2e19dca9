/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/name_parts.h"

#include "base/utf8.h"
#include "ident/name_sound.h"

#include <string.h>

_Static_assert((int)PLM_SKELETONS_MAX == (int)PLM_NAME_SKELETONS_MAX, "one number in two headers");

/* The columns of forms that a word takes, in their order (spec/tokens.md section 3.4). */
typedef struct form_order {
    uint8_t columns[PLM_NAME_FOLDED_MAX];
    uint8_t n;
} form_order;

static form_order order_of(plm_script script, plm_tell tell)
{
    static const form_order told[PLM_TELL_COUNT] = {
        [PLM_TELL_EAST] = {{2, 1, 0}, 3},
        [PLM_TELL_SOUTH] = {{4, 1, 0}, 3},
        [PLM_TELL_PERSIAN] = {{1, 0, 2}, 3},
    };
    static const form_order cyrillic = {{0, 1, 3, 4}, 4};
    static const form_order other = {{0, 1, 2}, 3};
    if (tell != PLM_TELL_NONE) {
        return told[tell];
    }
    return script == PLM_SCRIPT_CYRILLIC ? cyrillic : other;
}

static bool is_among(const plm_span *values, size_t n, plm_span value)
{
    for (size_t i = 0; i < n; i++) {
        if (plm_span_equal(values[i], value)) {
            return true;
        }
    }
    return false;
}

/* Appends one form of the word, if it is new. */
static void add_form(plm_name_parts *out, plm_name_part *part, const plm_name_word *word,
                     unsigned column)
{
    uint8_t *begin = out->pool + out->n_pool;
    size_t n = 0;
    for (size_t i = 0; i < word->n; i++) {
        n += plm_code_fold(begin + n, word->codes[i], column);
    }
    const plm_span form = plm_span_of(begin, n);
    if (n > 0 && !is_among(part->folded, part->n_folded, form)) {
        part->folded[part->n_folded++] = form;
        out->n_pool += n;
    }
}

static void add_forms(plm_name_parts *out, plm_name_part *part, const plm_name_word *word)
{
    plm_script script = PLM_SCRIPT_NONE;
    plm_tell tell = PLM_TELL_NONE;
    bool is_varied = false;
    for (size_t i = 0; i < word->n; i++) {
        const plm_name_letter *letter = plm_code_row(word->codes[i]);
        if (letter != NULL) {
            script = script == PLM_SCRIPT_NONE ? (plm_script)letter->script : script;
            tell = tell == PLM_TELL_NONE ? (plm_tell)letter->tell : tell;
            is_varied |= letter->is_varied;
        }
    }
    const form_order order = order_of(script, tell);
    for (size_t i = 0; i < (is_varied ? order.n : 1); i++) {
        add_form(out, part, word, order.columns[i]);
    }
}

static void add_skeletons(plm_name_parts *out, plm_name_part *part, const plm_name_word *word)
{
    plm_skeleton made[PLM_SKELETONS_MAX];
    const size_t n = plm_skeletons_of(made, word);
    for (size_t i = 0; i < n; i++) {
        uint8_t *to = out->pool + out->n_pool;
        memcpy(to, made[i].text, made[i].n);
        part->skeletons[i] = plm_span_of(to, made[i].n);
        out->n_pool += made[i].n;
    }
    part->n_skeletons = (uint8_t)n;
    if (n == 0) {
        part->skeletons[0] = part->folded[0];
        part->n_skeletons = 1;
    }
}

/* Adds the classes of one folded form. */
static void add_classes(plm_name_part *part, plm_span form)
{
    const size_t mask = plm_name_n_equivalents - 1;
    size_t at = plm_name_hash(form.p, form.n) & mask;
    for (; plm_name_equivalents[at].word != NULL; at = (at + 1) & mask) {
        const plm_name_equivalent *row = &plm_name_equivalents[at];
        if (strncmp(row->word, (const char *)form.p, form.n) != 0 || row->word[form.n] != '\0') {
            continue;
        }
        const plm_span name = plm_span_str(row->name);
        if (part->n_classes < PLM_NAME_CLASSES_MAX &&
            !is_among(part->classes, part->n_classes, name)) {
            part->classes[part->n_classes++] = name;
        }
    }
}

static bool is_patronymic(plm_span form)
{
    const uint8_t last = form.p[form.n - 1];
    if (last != 'h' && last != 'a') {
        return false;
    }
    static const char ends[][8] = {"ovich", "evich", "ovych", "evych", "avich", "ovna",
                                   "evna",  "ivna",  "yivna", "auna",  "ichna", "inichna"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t n = strnlen(ends[i], sizeof ends[i]);
        if (form.n >= n + 2 && memcmp(form.p + form.n - n, ends[i], n) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_joined(const plm_name_word *word)
{
    for (size_t i = 0; i < word->n; i++) {
        if (word->codes[i] == PLM_CODE_JOINT) {
            return true;
        }
    }
    return false;
}

static void add_part(plm_name_parts *out, const plm_name_word *word)
{
    plm_name_part *part = &out->parts[out->n];
    part->n_folded = 0;
    part->n_skeletons = 0;
    part->n_classes = 0;
    part->flags = 0;
    add_forms(out, part, word);
    if (part->n_folded == 0) {
        return;
    }
    out->n++;
    if (word->n == 1 && plm_code_has_initials(word->codes[0])) {
        part->flags = PLM_NAME_INITIAL;
        return;
    }
    add_skeletons(out, part, word);
    for (size_t i = 0; i < part->n_folded; i++) {
        add_classes(part, part->folded[i]);
    }
    part->flags = (uint8_t)((is_patronymic(part->folded[0]) ? PLM_NAME_PATRONYMIC : 0) |
                            (is_joined(word) ? PLM_NAME_JOINED : 0));
}

plm_status plm_name_parts_of(plm_name_parts *out, plm_span name)
{
    plm_code raw[PLM_NAME_RAW_MAX];
    plm_name_words words;
    size_t n;
    out->n = 0;
    out->n_cut = 0;
    out->n_pool = 0;
    if (name.n > PLM_NAME_BYTES_MAX) {
        return PLM_E_LIMIT;
    }
    if (plm_utf8_valid_prefix(name) != name.n) {
        return PLM_E_SYNTAX;
    }
    plm_status status = plm_name_letters_of(name, raw, &n);
    if (status == PLM_OK) {
        status = plm_name_words_of(&words, raw, n);
    }
    if (status != PLM_OK) {
        return status;
    }
    for (size_t i = 0; i < words.n; i++) {
        if (out->n < PLM_NAME_PARTS_MAX) {
            add_part(out, &words.words[i]);
        } else {
            out->n_cut++;
        }
    }
    return PLM_OK;
}
