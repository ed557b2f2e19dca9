/* SPDX-License-Identifier: Apache-2.0 */
/*
 * country.h - the tables behind plm_country_find, made from tables/countries.tsv at build time.
 */
#ifndef PLM_IDENT_COUNTRY_H
#define PLM_IDENT_COUNTRY_H

#include <stddef.h>
#include <stdint.h>

typedef struct plm_country_key {
    const char *key;  /* alpha-3 code, or folded name; ascending */
    const char *code; /* alpha-2 */
} plm_country_key;

/* Bit j of element i: the alpha-2 code of letters i and j (A is 0) exists. */
extern const uint32_t plm_country_letters[26];
extern const plm_country_key plm_country_alpha3[];
extern const size_t plm_country_n_alpha3;
extern const plm_country_key plm_country_names[];
extern const size_t plm_country_n_names;

#endif
