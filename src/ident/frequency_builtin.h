/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frequency_builtin.h - the tables src/ident/tables/freq-*.tsv as tools/make_frequencies.py makes
 * them into C.
 */
#ifndef PLM_IDENT_FREQUENCY_BUILTIN_H
#define PLM_IDENT_FREQUENCY_BUILTIN_H

#include <stddef.h>
#include <stdint.h>

typedef struct plm_frequency_file {
    const char *name;
    const unsigned char *text;
    size_t n_bytes;
    uint8_t hash[32]; /* plm_frequency_hash of the text */
} plm_frequency_file;

extern const plm_frequency_file plm_frequency_files[];
extern const size_t plm_frequency_n_files;

#endif
