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
    PLM_SCRIPT_ARABIC,
    PLM_SCRIPT_GREEK,
    PLM_SCRIPT_ARMENIAN,
    PLM_SCRIPT_GEORGIAN,
    PLM_SCRIPT_HEBREW,
    PLM_SCRIPT_COUNT
} plm_script;

/* The languages that a letter of a word tells. */
typedef enum plm_tell {
    PLM_TELL_NONE,
    PLM_TELL_EAST,    /* Ukrainian, Belarusian */
    PLM_TELL_SOUTH,   /* Serbian, Macedonian */
    PLM_TELL_PERSIAN, /* Persian, Dari, Pashto, Urdu */
    PLM_TELL_COUNT
} plm_tell;

enum {
    PLM_LETTER_FORMS_MAX = 5, /* folded forms of a letter, one for each column of its table */
    PLM_READINGS_MAX = 4,     /* of a letter or spelling */
    PLM_READING_SOUNDS = 2,   /* of a reading, at most */
    PLM_SPELLING_MAX = 7      /* letters */
};

/*
 * Sounds are class letters and digits (spec/tokens.md section 3.2), 0 where there are fewer. Group:
 * places of a word that are of one group are read in the same way.
 */
typedef struct plm_name_readings {
    uint8_t n;
    uint8_t group; /* 0 where there is one reading */
    char sounds[PLM_READINGS_MAX][PLM_READING_SOUNDS];
} plm_name_readings;

typedef struct plm_name_letter {
    uint32_t code_point;
    uint32_t contexts;   /* bit i: it stands in the i-th set of plm_name_rule.after */
    uint16_t first_rule; /* its rules: plm_name_rules[first_rule] .. [first_rule + n_rules - 1] */
    uint8_t n_rules;
    uint8_t script; /* plm_script */
    uint8_t tell;   /* plm_tell */
    uint8_t form_bytes[PLM_LETTER_FORMS_MAX];
    char forms[PLM_LETTER_FORMS_MAX][4]; /* not terminated */
    uint8_t is_varied;                   /* its forms are not all the same */
    plm_name_readings readings;          /* where no rule fits */
} plm_name_letter;

enum {
    PLM_LETTERS_DIGIT_0 = 0, /* the table begins with 0 to 9 */
    PLM_LETTERS_A = 10       /* and a to z */
};

/* Sorted by code point. A letter with neither form nor sound is dropped from names. */
extern const plm_name_letter plm_name_letters[];
extern const size_t plm_name_n_letters;

enum {
    PLM_CONTEXT_ANY = 1, /* every letter, and the word's end */
    PLM_CONTEXT_END = 2  /* the word's end and a joint */
};

/* A spelling with sounds of its own; letters are indices into plm_name_letters. */
typedef struct plm_name_rule {
    uint16_t spelling[PLM_SPELLING_MAX];
    uint8_t n;
    uint8_t is_first; /* only at the word's beginning */
    uint32_t after;   /* fits where a bit is shared with the next letter's contexts */
    plm_name_readings readings;
} plm_name_rule;

/* By first letter, each letter's in the order in which they are tried. */
extern const plm_name_rule plm_name_rules[];

typedef struct plm_name_lookalike {
    uint32_t latin;
    uint32_t other;
    plm_script script; /* of the other */
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
    PLM_WORD_INNER = 16,     /* dropped unless it is the first word */
    PLM_LISTED_WORD_MAX = 15 /* bytes of a listed word */
};

typedef struct plm_name_listed {
    char word[PLM_LISTED_WORD_MAX + 1]; /* folded */
    unsigned kinds;
    char form[8]; /* what stands for it when joined */
} plm_name_listed;

/*
 * An open hash table: a word stands at the first free place from plm_name_hash(word) modulo its
 * size on, which is a power of two. Free places have no kinds.
 */
extern const plm_name_listed plm_name_listed_words[];
extern const size_t plm_name_n_listed_words;

/*
 * Given names and the class each belongs to, as another such table. A word that is in several
 * classes stands there several times. Free places have word NULL.
 */
typedef struct plm_name_equivalent {
    const char *word; /* folded */
    const char *name; /* the class, by its first word */
} plm_name_equivalent;

extern const plm_name_equivalent plm_name_equivalents[];
extern const size_t plm_name_n_equivalents;

/* FNV-1a, 32 bits. */
static inline uint32_t plm_name_hash(const uint8_t *p, size_t n)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ p[i]) * 16777619U;
    }
    return h;
}

/* BLAKE2b-256 of the tables' bytes (spec/tokens.md section 6). */
extern const uint8_t plm_name_tables_digest[32];

#endif
