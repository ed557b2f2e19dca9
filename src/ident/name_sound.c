/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/name_sound.h"

#include "base/utf8.h"

#include <string.h>

enum {
    CHOICES_MAX = 2 /* groups with two readings that are varied; later ones keep the first */
};

/* A sound is a class letter or digit, or the code point of a letter that stands for itself. */
typedef struct stream {
    uint32_t sounds[PLM_SOUNDS_MAX];
    size_t n;
    bool is_open;                    /* the next sound may run together with the last */
    unsigned choices;                /* bit i: the reading that groups[i] takes */
    const void *groups[CHOICES_MAX]; /* a row of a table, or the table of letters */
    size_t n_groups;
} stream;

static void add_sound(stream *s, uint32_t sound)
{
    if (s->is_open) {
        uint32_t *last = &s->sounds[s->n - 1];
        if (*last == sound || (*last == 'T' && sound == 'S')) {
            return;
        }
        if (sound == 'X' && (*last == 'D' || *last == 'T' || *last == 'S')) {
            *last = *last == 'D' ? 'J' : 'X';
            return;
        }
    }
    s->sounds[s->n++] = sound;
    s->is_open = true;
}

/* The reading that places of this group take: a word's transliteration is in one manner. */
static unsigned choose(stream *s, const void *group)
{
    for (size_t i = 0; i < s->n_groups; i++) {
        if (s->groups[i] == group) {
            return s->choices >> i & 1;
        }
    }
    if (s->n_groups == CHOICES_MAX) {
        return 0;
    }
    s->groups[s->n_groups] = group;
    return s->choices >> s->n_groups++ & 1;
}

static void add_readings(stream *s, const void *group, const char sounds[2][3])
{
    unsigned reading = sounds[1][0] != '\0' ? choose(s, group) : 0;
    for (const char *p = sounds[reading]; *p != '\0'; p++) {
        add_sound(s, (uint32_t)*p);
    }
}

/* The row of the spelling that begins at codes[at], a letter from a to z. */
static const plm_name_sound *find_sound(const plm_name_word *word, size_t at, char first)
{
    size_t i = plm_name_sounds_first[first - 'a'];
    for (;; i++) {
        const plm_name_sound *row = &plm_name_sounds[i];
        size_t n = 1;
        while (row->spelling[n] != '\0' && at + n < word->n &&
               plm_code_plain(word->codes[at + n]) == row->spelling[n]) {
            n++;
        }
        if (row->spelling[n] != '\0') {
            continue;
        }
        bool is_end = at + n == word->n || word->codes[at + n] == PLM_CODE_JOINT;
        char next = is_end ? '\0' : plm_code_plain(word->codes[at + n]);
        if (row->after[0] == '*' || (row->after[0] == '$' && is_end) ||
            (next != '\0' && strchr(row->after, next) != NULL)) {
            return row;
        }
    }
}

static void read_word(stream *s, const plm_name_word *word, unsigned choices)
{
    s->n = 0;
    s->is_open = false;
    s->choices = choices;
    s->n_groups = 0;
    for (size_t at = 0; at < word->n;) {
        plm_code code = word->codes[at];
        char plain = plm_code_plain(code);
        const plm_name_letter *row = plm_code_row(code);
        if (code == PLM_CODE_JOINT) {
            s->is_open = false;
            at++;
        } else if (plain != '\0') {
            const plm_name_sound *found = find_sound(word, at, plain);
            add_readings(s, found, found->sounds);
            at += strlen(found->spelling);
        } else if (row == NULL) {
            add_sound(s, code & ~PLM_CODE_OTHER);
            at++;
        } else {
            bool is_arabic = row->script == PLM_SCRIPT_ARABIC;
            add_readings(s, is_arabic ? row : plm_name_letters, row->sounds);
            /* Between Arabic letters a vowel may be unwritten; only lam is written twice. */
            s->is_open = s->is_open && (!is_arabic || row->folded[0] == 'l');
            at++;
        }
    }
}

static plm_span put(uint8_t *pool, size_t *used, const stream *s, bool is_thick)
{
    size_t begin = *used;
    for (size_t i = 0; i < s->n; i++) {
        uint32_t sound = s->sounds[i];
        bool is_taken = sound == 'A' ? is_thick && i == 0 : sound != 'V' || is_thick;
        if (is_taken) {
            *used += plm_utf8_encode(pool + *used, sound == 'G' ? 'H' : sound);
        }
    }
    return plm_span_of(pool + begin, *used - begin);
}

size_t plm_skeletons_of(plm_skeleton out[static PLM_SOUND_READINGS_MAX], uint8_t *pool,
                        size_t *used, const plm_name_word *word)
{
    static const unsigned order[PLM_SOUND_READINGS_MAX] = {0, 2, 1,
                                                           3}; /* the last group's moves fastest */
    stream s;
    size_t n = 0;
    size_t n_orders = 1;
    for (size_t i = 0; i < n_orders; i++) {
        read_word(&s, word, n_orders == 2 ? (unsigned)i : order[i]);
        if (i == 0 && s.n_groups > 0) {
            n_orders = s.n_groups == 1 ? 2 : PLM_SOUND_READINGS_MAX;
        }
        if (s.n > 0 && s.sounds[s.n - 1] == 'H') {
            s.n--;
        }
        size_t before = *used;
        plm_skeleton *made = &out[n];
        made->thin = put(pool, used, &s, false);
        made->thick = put(pool, used, &s, true);
        bool is_new = true;
        for (size_t j = 0; j < n; j++) {
            is_new &= !plm_span_equal(made->thin, out[j].thin) ||
                      !plm_span_equal(made->thick, out[j].thick);
        }
        n += is_new;
        *used = is_new ? *used : before;
    }
    return n;
}
