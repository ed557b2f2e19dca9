/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_tables.h - the tables of names (src/ident/tables/name-*.tsv) as tools/make_names.py makes
 * them into C. What each is for stands in spec/tokens.md section 3.
 */
#ifndef PLM_IDENT_NAME_TABLES_H
#define PLM_IDENT_NAME_TABLES_H

#include <stddef.h>
#include <stdint.h>

typedef enum plm_script {
    PLM_SCRIPT_NONE,
    PLM_SCRIPT_LATIN,
    PLM_SCRIPT_CYRILLIC,
    PLM_SCRIPT_ARABIC
} plm_script;

/* folded "" stands for a letter that is dropped; sounds[1] "" for a letter with one reading. */
typedef struct plm_name_letter {
    uint32_t code_point;
    char folded[5];
    uint8_t folded_bytes;
    char sounds[2][3]; /* sound classes of the first and the second reading */
    plm_script script;
} plm_name_letter;

enum {
    PLM_LETTERS_DIGIT_0 = 0, /* the table begins with 0 to 9 */
    PLM_LETTERS_A = 10       /* and a to z, whose sounds depend on their neighbours */
};

/* Sorted by code point. */
extern const plm_name_letter plm_name_letters[];
extern const size_t plm_name_n_letters;

typedef struct plm_name_lookalike {
    uint32_t latin;
    uint32_t cyrillic;
} plm_name_lookalike;

extern const plm_name_lookalike plm_name_lookalikes[];
extern const size_t plm_name_n_lookalikes;

/* Code points that are dropped inside words, sorted. */
extern const uint32_t plm_name_marks[];
extern const size_t plm_name_n_marks;

enum {
    PLM_WORD_DROP = 1,       /* titles and particles */
    PLM_WORD_NEXT = 2,       /* joined to the next word */
    PLM_WORD_PREVIOUS = 4,   /* joined to the previous word */
    PLM_WORD_NO_ARTICLE = 8, /* in Arabic letters: its alef lam is no article */
    PLM_LISTED_WORD_MAX = 15 /* bytes of a listed word */
};

typedef struct plm_name_listed {
    char word[PLM_LISTED_WORD_MAX + 1]; /* folded */
    unsigned kinds;
    char form[8]; /* what stands for it when joined */
} plm_name_listed;

/* Sorted by bytes. */
extern const plm_name_listed plm_name_listed_words[];
extern const size_t plm_name_n_listed_words;

typedef struct plm_name_sound {
    char spelling[8];
    char after[8]; /* "*" anything, "$" the end of the word, else one of these letters */
    char sounds[2][3];
} plm_name_sound;

/* By first letter, each letter's in the order in which they are tried; the last takes it alone. */
extern const plm_name_sound plm_name_sounds[];
/* Where the rows of the letter 'a' + i begin; [26] is the end. */
extern const uint8_t plm_name_sounds_first[27];

/* BLAKE2b-256 of the tables' bytes (spec/tokens.md section 6). */
extern const uint8_t plm_name_tables_digest[32];

#endif
