/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalogue.h - the table that tools/make_catalogue.py makes of catalogue.tsv.
 */
#ifndef PLM_ACCORD_CATALOGUE_H
#define PLM_ACCORD_CATALOGUE_H

#include "accord/accord.h"

/* plm_catalogue_count entries, ascending by code (strcmp), no code twice. */
extern const plm_offence plm_catalogue[];
extern const size_t plm_catalogue_count;

#endif
