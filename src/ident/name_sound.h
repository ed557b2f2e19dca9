/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_sound.h - how a word sounds, as the consonants that survive transliteration
 * (spec/tokens.md section 3.5).
 *
 *     Щербаков, Shcherbakov, Chtcherbakov, Scherbakow    X R B K [V]
 *
 *     A vowel, y   B b   D d, dh   F f, ph   G kh, gh, g   H h   J j, dj, dzh   K k, q, c   L l
 *     M m   N n   P p   R r   S s, z   T t, th, ts   V v, w   X sh, zh, ch, shch
 */
#ifndef PLM_IDENT_NAME_SOUND_H
#define PLM_IDENT_NAME_SOUND_H

#include "ident/name_words.h"

enum {
    PLM_SOUND_READINGS_MAX = 4,         /* of a word: two groups, two ways each */
    PLM_SOUNDS_MAX = 2 * PLM_NAME_POOL, /* of a word: a letter makes two at most */
    /* Bytes: thin and thick, four of a letter at most, for each reading. */
    PLM_SOUND_POOL = PLM_SOUND_READINGS_MAX * 2 * 4 * PLM_NAME_POOL
};

/* One reading of a word. Borrowed from the pool; not terminated. */
typedef struct plm_skeleton {
    plm_span thin;  /* consonants but v and w */
    plm_span thick; /* all consonants, and A in front where the word begins with a vowel */
} plm_skeleton;

/*
 * The word's different readings in the order of the specification, 1 to PLM_SOUND_READINGS_MAX;
 * their bytes are appended to the pool, of which *used are taken. Returns the number of readings.
 */
size_t plm_skeletons_of(plm_skeleton out[static PLM_SOUND_READINGS_MAX], uint8_t *pool,
                        size_t *used, const plm_name_word *word);

#endif
