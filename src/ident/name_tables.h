/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_tables.h - the tables of src/ident/tables, made into C at build time by
 * tools/make_name_tables.py; spec/tokens.md section 3 says how each is used.
 */
#ifndef PLM_IDENT_NAME_TABLES_H
#define PLM_IDENT_NAME_TABLES_H

#include <stddef.h>
#include <stdint.h>

typedef struct plm_letter {
    uint32_t code_point;
    const char *latin;
} plm_letter;

typedef enum plm_word_kind {
    PLM_WORD_TITLE,
    PLM_WORD_PARTICLE,
    PLM_WORD_PREFIX
} plm_word_kind;

typedef struct plm_word {
    const char *word;
    plm_word_kind kind;
    const char *joined; /* of a prefix: what is put before the next word */
} plm_word;

typedef struct plm_sound {
    const char *spelling;
    const char *sound_class;
} plm_sound;

extern const plm_letter plm_letters[]; /* by code point */
extern const size_t plm_n_letters;
extern const plm_letter plm_twins[]; /* by code point */
extern const size_t plm_n_twins;
extern const plm_word plm_words[]; /* by word */
extern const size_t plm_n_words;
extern const plm_sound plm_sounds[]; /* longest first */
extern const size_t plm_n_sounds;
/* BLAKE2b-256 over the bytes of all tables, part of the recipe's digest. */
extern const uint8_t plm_tables_digest[32];

#endif
