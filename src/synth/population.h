/* SPDX-License-Identifier: Apache-2.0 */
/*
 * population.h - two registers of invented persons with names as common as in a real population,
 * and with mistakes at stated rates: for measuring rules by names and dates of birth alone.
 *
 * Names are drawn from the tables of frequencies us-given and us-surnames (ident/frequency.h),
 * dates of birth evenly from 1930 to 2005. A person who is in both registers stands in B with a
 * typing error in given name or surname (a letter added, left out, exchanged for another, or two
 *   neighbours exchanged), another surname, or an error in the date of birth (a digit, day and
 * month exchanged, or another day), each with its own probability, in per cent.
 *
 * The bytes depend on the configuration alone.
 */
#ifndef PLM_SYNTH_POPULATION_H
#define PLM_SYNTH_POPULATION_H

#include "synth/synth.h"

typedef struct plm_population_config {
    plm_synth_config sizes;
    unsigned typo_percent;
    unsigned surname_percent;
    unsigned date_percent;
} plm_population_config;

/*
 * Writes a.csv and b.csv (id,given,surname,birth) and truth.csv (id_a,id_b).
 * PLM_E_ARGUMENT (numbers out of range), PLM_E_NOMEM, what a sink returned.
 */
plm_status plm_population_write(const plm_population_config *config,
                                const plm_synth_sinks *sinks) PLM_MUST_CHECK;

/* The mapping (spec/mapping.md) of a.csv and b.csv. Static storage. */
plm_span plm_population_mapping(void);

#endif
