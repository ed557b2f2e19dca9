/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed.h - test persons that all parties of an accord make alike, each for itself
 * (spec/seeds.md).
 *
 * Nobody sends them to anybody: they follow from the accord's hash, the purpose and a number.
 * Each party writes them down in its own way, by its place in the accord: the first as register A
 * of synth.h is written, every other as register B, with mistakes of its own. What a run between
 * two of them misses, it would have missed of real persons whose data are as bad.
 *
 * They can't be taken for anybody: born a hundred years before those of synth.h, so that nobody
 * alive has both name and birth in common with one; no passports, no plates; all other numbers out
 * of ranges that nobody is given.
 */
#ifndef PLM_SYNTH_SEED_H
#define PLM_SYNTH_SEED_H

#include "base/bytes.h"
#include "ident/record.h"

#define PLM_SEED_MAX 10000

enum {
    PLM_SEED_ID_MAX = 64
};

typedef struct plm_seed_plan {
    const uint8_t *accord_hash; /* 32 bytes */
    const char *purpose;
    unsigned place; /* of the party in the accord, from 0 */
    plm_role role;  /* of all of them; and their offence: what the purpose admits */
    const char *offence;
    unsigned n; /* 1 to PLM_SEED_MAX */
} plm_seed_plan;

/* What the ids of a purpose's test persons begin with: the same at every party. */
void plm_seed_prefix(char out[static PLM_SEED_ID_MAX], const uint8_t accord_hash[static 32],
                     const char *purpose);

/*
 * Appends a register as plm_synth_mapping describes, its header first. The same plan gives the same
 * bytes on every machine. PLM_E_ARGUMENT (n), PLM_E_LIMIT, PLM_E_NOMEM.
 */
plm_status plm_seed_write(const plm_seed_plan *plan, plm_buf *out) PLM_MUST_CHECK;

/*
 * Bounds of a rate of which k of n were seen, at 95 %: Wilson, J. Am. Stat. Assoc. 22 (1927)
 * 209-212, with z = 1.959964. n = 0: 0 and 1.
 */
void plm_seed_interval(uint64_t k, uint64_t n, double *low, double *high);

#endif
