/* SPDX-License-Identifier: Apache-2.0 */
/*
 * national.h - schemes of national, tax and company numbers, made from tables/national.tsv at build
 * time, whose head says what each cell means; and the engine that computes their checks.
 */
#ifndef PLM_IDENT_NATIONAL_H
#define PLM_IDENT_NATIONAL_H

#include "ident/family.h"

enum {
    PLM_SCHEME_WEIGHTS_MAX = 17,
    PLM_SCHEME_CHECKS_MAX = 2,
    PLM_SCHEME_NUMBER_MAX = 20 /* characters of a number */
};

typedef enum plm_scheme_kind {
    PLM_SCHEME_WEIGHTED,   /* the character of map at the weighted sum modulo `modulus` */
    PLM_SCHEME_PAIR,       /* two digits: that sum modulo `modulus` modulo 100 */
    PLM_SCHEME_COMPLEMENT, /* two digits: `modulus` less that sum modulo `modulus` */
    PLM_SCHEME_LUHN,       /* ISO/IEC 7812-1 annex B, over all */
    PLM_SCHEME_VERHOEFF,   /* J. Verhoeff, Error Detecting Decimal Codes, 1969: dihedral group D5 */
    PLM_SCHEME_MOD11_10,   /* ISO/IEC 7064 MOD 11,10, over all */
    PLM_SCHEME_FISCALE,    /* decree of the Italian minister of finance of 23 December 1976 */
    PLM_SCHEME_CURP        /* as WEIGHTED, with the letters after N worth one more */
} plm_scheme_kind;

/* What a check has to do with the one before it. */
typedef enum plm_scheme_join {
    PLM_SCHEME_AND, /* both must fit */
    PLM_SCHEME_OR,  /* one must fit */
    PLM_SCHEME_ELSE /* it counts only if the one before gave '>' */
} plm_scheme_join;

/* The check characters stand right behind the characters that have weights. */
typedef struct plm_scheme_check {
    plm_scheme_kind kind;
    plm_scheme_join join;
    uint8_t n_weights;
    uint8_t modulus;
    uint8_t start;   /* of the sum */
    const char *map; /* '!' fits nothing; '>' leaves it to the next check */
    uint8_t weights[PLM_SCHEME_WEIGHTS_MAX];
} plm_scheme_check;

typedef struct plm_scheme {
    const char *head;      /* country in the canonical form */
    const char *countries; /* alpha-2 codes in a row */
    const char *name;
    const char *also;    /* other names, each ended by a zero, the last by two */
    const char *pattern; /* # digit, @ letter, * either, ~ a sign; others themselves */
    uint8_t cut_front;
    uint8_t cut_back;
    const char *refused; /* prefixes, listed like `also` */
    uint8_t n_checks;
    bool may_fail;
    plm_scheme_check checks[PLM_SCHEME_CHECKS_MAX];
    const char *words;
} plm_scheme;

extern const plm_scheme plm_schemes[];
extern const size_t plm_n_schemes;
/* BLAKE2b-256 of the table's bytes; part of the recipe's digest. */
extern const uint8_t plm_schemes_digest[32];

/*
 * Whether the checks of the scheme fit the number, which fits its pattern (less what is cut off it)
 * and is in capitals; true for a scheme without one. In words: what was expected and found.
 */
bool plm_scheme_fits(const plm_scheme *scheme, const char *number, plm_ident *words);
/* Whether the scheme of a canonical form has a check digit. */
bool plm_scheme_has_check(const char *canonical);

#endif
