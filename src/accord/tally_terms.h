/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_terms.h - what a purpose says of tallies (spec/accord.md section 3.1): member "tally".
 */
#ifndef PLM_ACCORD_TALLY_TERMS_H
#define PLM_ACCORD_TALLY_TERMS_H

#include <stdint.h>

/* By what persons are told apart in a tally's table. */
typedef enum plm_stratum_kind {
    PLM_STRATUM_AGE,
    PLM_STRATUM_SEX,
    PLM_STRATUM_YEAR,
    PLM_STRATUM_EXPLOITATION,
    PLM_STRATUM_KINDS
} plm_stratum_kind;

/* "age-group", "sex", "year", "exploitation", NULL: the words of an accord, in that order. */
extern const char *const plm_stratum_kinds[];

/* What leaves of the exact table. Values are on the wire. */
typedef enum plm_table_release {
    PLM_RELEASE_LAPLACE = 1,     /* every cell with discrete Laplace noise */
    PLM_RELEASE_SUPPRESSION = 2, /* every cell but those below a threshold */
    PLM_RELEASE_GAUSSIAN = 3     /* every cell with discrete Gaussian noise */
} plm_table_release;

/* "laplace", "suppression", "gaussian", NULL: in the order of plm_table_release, from its first
 * value. */
extern const char *const plm_table_releases[];

enum {
    /* One person in one list more or less alters two cells by 1: this much in L1, and in L2
     * squared. */
    PLM_TALLY_SENSITIVITY = 2,
    PLM_TALLY_SMALLEST_LIST = 10,
    PLM_TALLY_LIST_MAX = 1 << 23, /* persons of a list, and points of all lists, at most */
    PLM_TALLY_EPSILON_MILLI_MAX = 10000,
    PLM_TALLY_RHO_MILLI_MAX = 10000,
    PLM_TALLY_DELTA_MIN = 4, /* of delta = 10^-n */
    PLM_TALLY_DELTA_MAX = 12,
    PLM_TALLY_BUDGET_MILLI_MAX = 100000,
    PLM_TALLY_THRESHOLD_MIN = 2,
    PLM_TALLY_THRESHOLD_MAX = 1000,
    PLM_TALLY_BUDGET_DAYS_MAX = 3660,
    PLM_TALLY_BUDGET_TALLIES_MAX = 1000,
    PLM_TALLY_HOURS_MAX = 720
};

typedef struct plm_tally_terms {
    uint32_t strata;      /* that a tally may have: bit set of 1 << plm_stratum_kind */
    uint32_t tokens_each; /* points of each person's record */
    uint32_t smallest_list;
    uint32_t pad_to; /* sizes of lists are told rounded up to a multiple */
    plm_table_release release;
    uint32_t epsilon_milli; /* of one table, in thousandths; 0 without Laplace noise */
    uint32_t rho_milli;     /* the same of rho; 0 without Gaussian noise */
    uint32_t threshold;     /* of suppression; 0 with noise */
    uint32_t budget_days;   /* within which the rest counts, for all tallies of a party */
    uint32_t budget_epsilon_milli;
    uint32_t budget_delta; /* n of delta = 10^-n, at which rho is taken for epsilon */
    uint32_t budget_tallies;
    uint32_t hours; /* without a step forward after which a tally is over */
} plm_tally_terms;

/*
 * The epsilon, in thousandths and rounded up, of tables that have rho thousandths of zCDP together,
 * at delta = 10^-n: rho + 2 sqrt(rho ln(1 / delta)) (Bun and Steinke, Concentrated differential
 * privacy, TCC 2016, proposition 1.3). n: PLM_TALLY_DELTA_MIN to PLM_TALLY_DELTA_MAX. Whole
 * numbers only, so that all come to the same.
 */
uint64_t plm_tally_epsilon_of_rho(uint64_t rho_milli, uint32_t n);
/* What is spent with pure epsilon besides: the sum, since both guarantees hold at once. */
static inline uint64_t plm_tally_spent(uint64_t epsilon_milli, uint64_t rho_milli, uint32_t n)
{
    return epsilon_milli + plm_tally_epsilon_of_rho(rho_milli, n);
}

#endif
