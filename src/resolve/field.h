/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h - the evidence on one field of a pair: a word of a name, a date of birth, or another
 * value of the receiver's record (spec/resolution.md section 3).
 *
 *     word "shcherbakov"   level    folded  skeleton  class  deletion
 *                          known      1        1        0       1
 *                          agrees     0        1        -       0       it sounds alike
 */
#ifndef PLM_RESOLVE_FIELD_H
#define PLM_RESOLVE_FIELD_H

#include "resolve/evidence.h"

typedef enum plm_pair_field_class {
    PLM_PAIR_FIELD_WORD,
    PLM_PAIR_FIELD_DATE,
    PLM_PAIR_FIELD_OTHER,
    PLM_PAIR_FIELD_CLASS_COUNT
} plm_pair_field_class;

/* Levels are bits of a mask. */
enum {
    PLM_WORD_FOLDED = 1,
    PLM_WORD_SKELETON = 2,
    PLM_WORD_CLASS = 4,
    PLM_WORD_DELETION = 8,
    PLM_WORD_NEAR_SOUND = 16,
    PLM_WORD_LEVELS = 5,

    PLM_DATE_FULL = 1,
    PLM_DATE_SWAP = 2,
    PLM_DATE_WILD_YEAR = 4, /* a digit of the year is unknown */
    PLM_DATE_WILD_MONTH = 8,
    PLM_DATE_WILD_DAY = 16,
    PLM_DATE_YEAR_MONTH = 32,
    PLM_DATE_YEAR_DAY = 64,
    PLM_DATE_MONTH_DAY = 128,
    PLM_DATE_YEAR = 256,
    PLM_DATE_DIGITS = 512,
    PLM_DATE_LEVELS = 10,

    PLM_OTHER_VALUE = 1,
    PLM_OTHER_NEAR = 2,
    PLM_OTHER_LEVELS = 2,

    PLM_PAIR_FIELD_SHARES = PLM_WORD_LEVELS
};

typedef struct plm_pair_field {
    uint8_t class_;
    uint8_t type;    /* plm_ident_type */
    uint8_t is_held; /* plm_agreement: whether the peer's record has a value of the type */
    uint16_t value;  /* of the receiver's record */
    uint16_t word;
    bool is_joined; /* that word and the next one, written as one */
    uint16_t known; /* mask of levels */
    uint16_t agrees;
    /*
     * Share of persons who share a value of the level with the field; 0 where it has none. Of
     * deletions (of a word, of its sound, of another value): who share one without sharing the
     * value itself. Of dates the year's alone, as share[0]: there are millions of fields in a run.
     */
    float share[PLM_PAIR_FIELD_SHARES];
} plm_pair_field;

/*
 * The fields of a record with the evidence on them: at most `max` are written; returns their
 * number. Fields come in the order of the record's values, the words of a name together.
 */
size_t plm_pair_fields_of(plm_pair_field *out, size_t max, const plm_features *features,
                          const uint8_t *states);

#endif
