/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/names0.h"

#include "base/utf8.h"
#include "ident/name_tables.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    WIDE_MAX = 1024,
    WORDS_MAX = 24,
    WORD_MAX = 64
};

typedef struct words {
    char text[WORDS_MAX][WORD_MAX];
    size_t n;
} words;

static int by_code(const void *a, const void *b)
{
    uint32_t x = ((const plm_letter *)a)->code_point, y = ((const plm_letter *)b)->code_point;
    return (x > y) - (x < y);
}
static const char *latin_of(const plm_letter *table, size_t n, uint32_t c)
{
    const plm_letter key = {c, NULL};
    const plm_letter *found = (const plm_letter *)bsearch(&key, table, n, sizeof key, by_code);
    return found != NULL ? found->latin : NULL;
}
static int by_word(const void *a, const void *b)
{
    return strcmp(((const plm_word *)a)->word, ((const plm_word *)b)->word);
}
static int by_text(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

static int32_t fold(plm_span name, UChar *out)
{
    UChar a[WIDE_MAX];
    UChar b[WIDE_MAX];
    int32_t n = 0;
    UErrorCode e = U_ZERO_ERROR;
    (void)u_strFromUTF8(a, WIDE_MAX, &n, (const char *)name.p, (int32_t)name.n, &e);
    n = unorm2_normalize(unorm2_getNFKCCasefoldInstance(&e), a, n, b, WIDE_MAX, &e);
    n = unorm2_normalize(unorm2_getNFDInstance(&e), b, n, out, WIDE_MAX, &e);
    return U_FAILURE(e) ? 0 : n;
}

static void add_letter(char *word, uint32_t c)
{
    size_t n = strlen(word);
    const char *latin = latin_of(plm_letters, plm_n_letters, c);
    uint8_t utf8[4];
    size_t length = latin != NULL ? strlen(latin) : plm_utf8_encode(utf8, c);
    if (n + length < WORD_MAX) {
        memcpy(word + n, latin != NULL ? latin : (const char *)utf8, length);
        word[n + length] = '\0';
    }
}

static void split(plm_span name, words *out)
{
    UChar wide[WIDE_MAX];
    int32_t n = fold(name, wide);
    out->n = 0;
    char word[WORD_MAX] = "";
    for (int32_t i = 0; i <= n;) {
        UChar32 c = ' ';
        if (i < n) {
            c = wide[i++];
            if (c >= 0xD800 && c < 0xDC00 && i < n) {
                c = 0x10000 + ((c - 0xD800) * 0x400) + (wide[i++] - 0xDC00);
            }
        } else {
            i++;
        }
        int8_t type = u_charType(c);
        if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) {
            continue;
        }
        if (u_isalpha(c) || type == U_COMBINING_SPACING_MARK ||
            latin_of(plm_letters, plm_n_letters, (uint32_t)c) != NULL) {
            add_letter(word, (uint32_t)c);
        } else if (word[0] != '\0') {
            if (out->n < WORDS_MAX) {
                memcpy(out->text[out->n++], word, WORD_MAX);
            }
            word[0] = '\0';
        }
    }
}

static void drop(words *w)
{
    size_t n = 0;
    const char *prefix = "";
    for (size_t i = 0; i < w->n; i++) {
        char text[WORD_MAX];
        memcpy(text, w->text[i], WORD_MAX);
        const plm_word key = {text, PLM_WORD_TITLE, NULL};
        const plm_word *found =
            (const plm_word *)bsearch(&key, plm_words, plm_n_words, sizeof key, by_word);
        if (found != NULL && found->kind == PLM_WORD_PREFIX) {
            prefix = found->joined;
        } else if (found == NULL && (strlen(text) > 1)) {
            if (strlen(prefix) + strlen(text) < WORD_MAX) {
                (void)memcpy(w->text[n], prefix, strlen(prefix));
                memcpy(w->text[n] + strlen(prefix), text, strlen(text) + 1);
                n++;
            }
            prefix = "";
        }
    }
    w->n = n;
}

static size_t join(words *w, char out[PLM_NAME_KEY_MAX])
{
    size_t n = 0;
    size_t count = 0;
    qsort(w->text, w->n, WORD_MAX, by_text);
    out[0] = '\0';
    for (size_t i = 0; i < w->n; i++) {
        if ((i > 0 && strcmp(w->text[i], w->text[i - 1]) == 0)) {
            continue;
        }
        size_t length = strlen(w->text[i]);
        if (n + length + 2 > PLM_NAME_KEY_MAX) {
            break;
        }
        if (n > 0) {
            out[n++] = ' ';
        }
        memcpy(out + n, w->text[i], length + 1);
        n += length;
        count++;
    }
    return count;
}

static void skeleton(char *word)
{
    char out[2 * WORD_MAX] = "";
    size_t n = strlen(word);
    size_t m = 0;
    for (const char *p = word; *p != '\0'; p++) {
        if (*p < 'a' || *p > 'z') {
            return;
        }
    }
    if (n > 4 && (strcmp(word + n - 3, "off") == 0 || strcmp(word + n - 3, "eff") == 0)) {
        word[n - 2] = '\0';
    }
    char last_source = 0;
    for (const char *p = word; *p != '\0';) {
        const plm_sound *s = plm_sounds;
        while (strncmp(p, s->spelling, strlen(s->spelling)) != 0) {
            s++;
        }
        if (s->sound_class[0] != '\0' && s->sound_class[0] != last_source) {
            size_t k = strlen(s->sound_class);
            memcpy(out + m, s->sound_class, k);
            m += k;
        }
        last_source = s->sound_class[0] != '\0' ? s->sound_class[strlen(s->sound_class) - 1] : 0;
        p += strlen(s->spelling);
    }
    if (m > 1 && out[m - 1] == 'h') {
        m--;
    }
    out[m] = '\0';
    if (m > 0) {
        memcpy(word, out, m + 1 < WORD_MAX ? m + 1 : WORD_MAX);
        word[WORD_MAX - 1] = '\0';
    }
}

void plm_name_keys(plm_span name, char folded[PLM_NAME_KEY_MAX], char sound[PLM_NAME_KEY_MAX])
{
    words w;
    split(name, &w);
    drop(&w);
    if (join(&w, folded) < 2) {
        folded[0] = '\0';
    }
    for (size_t i = 0; i < w.n; i++) {
        skeleton(w.text[i]);
    }
    size_t n = join(&w, sound);
    if (n < 2 || strlen(sound) - (n - 1) < 4) {
        sound[0] = '\0';
    }
}
