/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/name_sound.h"

#include <string.h>

enum {
    GROUPS_MAX = PLM_SKELETONS_MAX - 1, /* each that is varied makes one more stream at least */
    FEW_SOUNDS = 2                      /* a skeleton of no more says if it begins with a vowel */
};

/* The sounds of one way to read the word, as far as it was read. */
typedef struct stream {
    char sounds[PLM_SKELETON_SOUNDS];
    uint8_t n;
    uint8_t choice[GROUPS_MAX]; /* the reading of each group */
    char last;                  /* the sound that the next one may run together with; else 0 */
    bool is_begun;
    bool begins_with_vowel;
    bool ends_with_vowel;
    bool is_long; /* two sounds or more, vowels and v counted */
} stream;

typedef struct reader {
    stream streams[PLM_SKELETONS_MAX];
    size_t n;
    uint8_t groups[GROUPS_MAX];
    size_t n_groups;
} reader;

/* What two sounds become that follow each other with nothing between; 0 if they stay two. */
static char merge(char last, char sound)
{
    if (last == sound) {
        return sound;
    }
    if (sound == 'X') {
        return (char)(last == 'D' ? 'J' : last == 'T' || last == 'S' ? 'X' : '\0');
    }
    return (char)(last == 'T' && sound == 'S' ? 'T' : '\0');
}

static void add_sound(stream *s, char sound)
{
    const bool is_vowel = sound == 'A';
    s->is_long = s->is_begun;
    s->begins_with_vowel = s->is_begun ? s->begins_with_vowel : is_vowel;
    s->is_begun = true;
    s->ends_with_vowel = is_vowel;
    if (is_vowel || sound == 'V') {
        s->last = '\0';
        return;
    }
    const char merged = s->last == '\0' ? '\0' : merge(s->last, sound);
    if (merged != '\0') {
        s->sounds[s->n - 1] = merged;
        s->last = merged;
    } else if (s->n < PLM_SKELETON_SOUNDS) {
        s->sounds[s->n++] = sound;
        s->last = sound;
    }
}

/* The place of a group among those that are varied; makes the streams for a new one. */
static size_t find_group(reader *r, const plm_name_readings *readings)
{
    for (size_t i = 0; i < r->n_groups; i++) {
        if (r->groups[i] == readings->group) {
            return i;
        }
    }
    const size_t n = r->n;
    if (n == PLM_SKELETONS_MAX || readings->n < 2) {
        return GROUPS_MAX;
    }
    r->groups[r->n_groups] = readings->group;
    for (size_t i = 0; i < n; i++) {
        r->streams[i].choice[r->n_groups] = 0;
    }
    for (uint8_t reading = 1; reading < readings->n; reading++) {
        for (size_t i = 0; i < n && r->n < PLM_SKELETONS_MAX; i++) {
            r->streams[r->n] = r->streams[i];
            r->streams[r->n++].choice[r->n_groups] = reading;
        }
    }
    return r->n_groups++;
}

static void add_readings(reader *r, const plm_name_readings *readings)
{
    const size_t group = readings->n > 1 ? find_group(r, readings) : GROUPS_MAX;
    for (size_t i = 0; i < r->n; i++) {
        stream *s = &r->streams[i];
        const char *sounds = readings->sounds[group == GROUPS_MAX ? 0 : s->choice[group]];
        for (size_t j = 0; j < PLM_READING_SOUNDS && sounds[j] != '\0'; j++) {
            add_sound(s, sounds[j]);
        }
    }
}

/* The first rule that fits at codes[at]; NULL if none does. */
static const plm_name_rule *find_rule(const plm_name_word *word, size_t at,
                                      const plm_name_letter *letter, bool is_first)
{
    const plm_name_rule *rule = &plm_name_rules[letter->first_rule];
    for (const plm_name_rule *end = rule + letter->n_rules; rule < end; rule++) {
        size_t n = 1;
        while (n < rule->n && at + n < word->n &&
               word->codes[at + n] == plm_code_at(rule->spelling[n])) {
            n++;
        }
        if (n < rule->n || (rule->is_first && !is_first)) {
            continue;
        }
        const plm_name_letter *next = at + n < word->n ? plm_code_row(word->codes[at + n]) : NULL;
        const uint32_t contexts = next == NULL ? PLM_CONTEXT_ANY | PLM_CONTEXT_END : next->contexts;
        if ((rule->after & contexts) != 0) {
            return rule;
        }
    }
    return NULL;
}

/* False if it has a letter that the tables do not know. */
static bool read_word(reader *r, const plm_name_word *word)
{
    bool is_first = true;
    for (size_t at = 0; at < word->n;) {
        const plm_name_letter *letter = plm_code_row(word->codes[at]);
        if (letter == NULL) {
            if (word->codes[at] != PLM_CODE_JOINT) {
                return false;
            }
            for (size_t i = 0; i < r->n; i++) {
                r->streams[i].last = '\0';
            }
            is_first = true;
            at++;
            continue;
        }
        const plm_name_rule *rule =
            letter->n_rules == 0 ? NULL : find_rule(word, at, letter, is_first);
        add_readings(r, rule == NULL ? &letter->readings : &rule->readings);
        at += rule == NULL ? 1 : rule->n;
        is_first = false;
    }
    return true;
}

static void write_skeleton(plm_skeleton *out, const stream *s)
{
    out->n = 0;
    if (s->begins_with_vowel && s->n <= FEW_SOUNDS) {
        out->text[out->n++] = 'A';
    }
    memcpy(out->text + out->n, s->sounds, s->n);
    out->n = (uint8_t)(out->n + s->n);
    if (s->ends_with_vowel && s->is_long && s->n < FEW_SOUNDS) {
        out->text[out->n++] = 'A';
    }
}

size_t plm_skeletons_of(plm_skeleton out[static PLM_SKELETONS_MAX], const plm_name_word *word)
{
    reader r;
    size_t n = 0;
    memset(&r.streams[0], 0, sizeof r.streams[0]);
    r.n = 1;
    r.n_groups = 0;
    if (!read_word(&r, word)) {
        return 0;
    }
    for (size_t i = 0; i < r.n; i++) {
        write_skeleton(&out[n], &r.streams[i]);
        bool is_new = out[n].n > 0;
        for (size_t j = 0; j < n; j++) {
            is_new &= out[j].n != out[n].n || memcmp(out[j].text, out[n].text, out[n].n) != 0;
        }
        n += is_new;
    }
    return n;
}
