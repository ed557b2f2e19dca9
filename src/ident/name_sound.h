/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_sound.h - how a word sounds, as the consonants that survive transliteration
 * (spec/tokens.md section 3.5).
 *
 *     Щербаков, Shcherbakov, Chtcherbakov, Scherbakow    XRBK
 *     Анна, Anna, آنا                                    ANA
 *
 *     B b   D d, dh   F f, ph   H h, kh, g, gh   J j, dj, dzh   K k, q, c   L l   M m   N n   P p
 *     R r   S s, z, soft c   T t, th, ts   X sh, zh, ch, shch   A a vowel, where a word has little
 *     else
 */
#ifndef PLM_IDENT_NAME_SOUND_H
#define PLM_IDENT_NAME_SOUND_H

#include "ident/name_words.h"

enum {
    PLM_SKELETONS_MAX = 4,    /* of a word */
    PLM_SKELETON_SOUNDS = 12, /* of a skeleton; further ones are left out */
    PLM_SKELETON_BYTES_MAX = PLM_SKELETON_SOUNDS + 2
};

typedef struct plm_skeleton {
    char text[PLM_SKELETON_BYTES_MAX]; /* not terminated */
    uint8_t n;
} plm_skeleton;

/*
 * The word's different skeletons, the likeliest first; returns their number, at most
 * PLM_SKELETONS_MAX. 0 if the word has no sound or a letter that the tables do not know.
 */
size_t plm_skeletons_of(plm_skeleton out[static PLM_SKELETONS_MAX], const plm_name_word *word);

#endif
