/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feature.h - what of a record can agree with another's: every value at every level
 * (spec/tokens.md section 4).
 *
 *     Иван Щербаков, 1974-03-12
 *       word 0      folded "ivan"          skeleton "N"       deletions "ivan" "van" "ian" ...
 *       word 1      folded "shcherbakov"   skeleton "XRBK"    deletions ...
 *       date        1974-03-12   either order   a digit unknown (8)   1974-03 1974-12 03-12 1974
 *
 * The rules combine features into tokens; the second look compares them one by one.
 */
#ifndef PLM_IDENT_FEATURE_H
#define PLM_IDENT_FEATURE_H

#include "base/arena.h"
#include "ident/information.h"
#include "ident/record.h"

typedef enum plm_feature_kind {
    /* of a word of a name */
    PLM_FEATURE_FOLDED,     /* in Latin letters */
    PLM_FEATURE_SKELETON,   /* as it sounds */
    PLM_FEATURE_CLASS,      /* the name it is a form of */
    PLM_FEATURE_DELETION,   /* folded, one letter left out or none */
    PLM_FEATURE_NEAR_SOUND, /* skeleton, one class left out or none; second look only */
    /* of a date of birth */
    PLM_FEATURE_DATE,       /* year, month, day */
    PLM_FEATURE_SWAP,       /* the same, day and month in either order */
    PLM_FEATURE_WILD,       /* one digit unknown */
    PLM_FEATURE_YEAR_MONTH, /* and so on */
    PLM_FEATURE_YEAR_DAY,
    PLM_FEATURE_MONTH_DAY,
    PLM_FEATURE_YEAR,
    PLM_FEATURE_DIGITS, /* digits of the year sorted, those of month and day; second look only */
    /* of any other identifier */
    PLM_FEATURE_VALUE,          /* as it is */
    PLM_FEATURE_VALUE_DELETION, /* one character left out */
    /* of the record, compared in the second look only */
    PLM_FEATURE_HAS, /* that there is a value of the type at all; of names: how many words */
    PLM_FEATURE_KIND_COUNT
} plm_feature_kind;

enum {
    PLM_WORDS_PER_NAME_MAX = 8,  /* words of a name that are compared */
    PLM_FEATURE_TEXT_MAX = 2048, /* bytes; a longer text is left out, and counted */
    PLM_FEATURES_MAX = 1 << 16   /* of a record; further ones are left out, and counted */
};

typedef struct plm_feature {
    uint8_t kind;   /* plm_feature_kind */
    uint8_t type;   /* plm_ident_type */
    uint16_t value; /* the record's value it comes from */
    uint16_t word;  /* of a name: the word's number in it */
    bool is_joined; /* of that word and the next one written as one; of names of three
                       words or more; the second look takes those of two as well */
    plm_bits bits;  /* of information, not capped; 0 without a table */
    plm_span text;
} plm_feature;

/* A record's features: by value, of a name by word, then by kind in the order above. */
typedef struct plm_features {
    plm_feature *items;
    size_t n;
    size_t n_cut; /* left out because of these limits */
} plm_features;

struct plm_frequency;

/* "folded", "skeleton", ... as in the specification; never NULL. */
const char *plm_feature_kind_name(plm_feature_kind kind);
/* In words: "sounds alike", "year and month are equal". */
const char *plm_feature_kind_words(plm_feature_kind kind);

/*
 * The features of a record. table: for their information, and for the accord's own equivalent names
 * if it was read with any; or NULL. Texts live in the arena or in
 * the record. Values whose check digit failed have none. PLM_E_NOMEM.
 */
plm_status plm_features_of(plm_features *out, const plm_record *record,
                           const struct plm_frequency *table, bool with_second_look,
                           plm_arena *arena) PLM_MUST_CHECK;

#endif
