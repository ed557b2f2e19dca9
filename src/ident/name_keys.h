/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_keys.h - keys of whole names, of their parts (spec/tokens.md section 3.8).
 *
 *     Щербаков Иван        folded "ivan shcherbakov"   sound "AN XRBK"
 *     SCHERBAKOW, Iwan     folded "iwan scherbakow"    sound "AN XRBK"
 *
 * Adversary: names are hostile text of any script; work and memory are bounded by the limits below.
 */
#ifndef PLM_IDENT_NAME_KEYS_H
#define PLM_IDENT_NAME_KEYS_H

#include "ident/name_parts.h"

enum {
    PLM_NAME_SOUNDS_MAX = 8, /* sound keys of a name */
    PLM_NAME_KEY_MIN = 4,    /* bytes the skeletons of a key must have, in two words or more */
    /* Bytes of a key: four of a letter of the name at most, a blank or '+' for each word. */
    PLM_NAME_KEY_MAX = 4 * PLM_NAME_LETTERS_MAX + PLM_NAME_WORDS_MAX
};

typedef struct plm_name_keys {
    uint8_t folded[PLM_NAME_KEY_MAX];
    size_t folded_bytes; /* 0: the name carries too little, and has no key at all */
    uint8_t sound[PLM_NAME_SOUNDS_MAX][PLM_NAME_KEY_MAX];
    size_t sound_bytes[PLM_NAME_SOUNDS_MAX];
    size_t n_sounds;
} plm_name_keys;

/*
 * name: canonical form of a name (NFC text, valid UTF-8). Any thread; allocates nothing.
 * PLM_E_NOMEM if the Unicode data can't be loaded; then there are no keys.
 */
plm_status plm_name_keys_of(plm_name_keys *out, plm_span name) PLM_MUST_CHECK;

#endif
