/* SPDX-License-Identifier: Apache-2.0 */
/*
 * synth.h - two registers of invented persons with a known overlap, for demonstrations, tests and
 * measurements (palermo synth).
 *
 *      persons      0 ............ n_common ............ n_a        ......  n_a + n_b - n_common
 *      register A   [   in both    |     in A only      ]
 *      register B   [   in both    ]                    [      in B only      ]
 *
 * Each register lists its persons in an order of its own. A person who is in both stands in B as
 * another authority would have written it: another script or transliteration, swapped name parts,
 * missing fields, another phone, an incomplete date, a misspelling. Persons who are in one register
 * only share no identifier with anybody; they may be namesakes, as people are.
 *
 * The bytes depend on the configuration alone: same seed, same registers, on every machine. Nothing
 * is kept in memory, so ten million persons a side take no more of it than ten.
 *
 * No value can be a living person's, as far as a standard lets us:
 *   phones     ranges their regulators keep for drama (+1 NPA 555-01XX; Ofcom's 496 0XXX, 07700 900
 *              and sisters; ACMA's 5550 XXXX and 7010 XXXX); when those are used up, numbers in
 *              area codes N9X, which the North American plan keeps free for its own expansion
 *   e-mails    example.com, example.org, example.net (RFC 2606)
 *   accounts   bank codes that no bank has (all nines, or ZZZZ), with right check digits
 *   devices    IMEIs that begin with 001, the test range of 3GPP TS 23.003, right check digit
 *   vehicles   VINs whose maker is 0ZZ, which ISO 3780 gives to nobody, right check digit
 *   wallets    Bitcoin and Ethereum addresses made from hashes: nobody has their keys
 * Passports and plates have no such ranges; their numbers are random.
 */
#ifndef PLM_SYNTH_SYNTH_H
#define PLM_SYNTH_SYNTH_H

#include "base/bytes.h"

#define PLM_SYNTH_PERSONS_MAX ((uint64_t)100000000) /* a side */

typedef struct plm_synth_config {
    uint64_t seed;
    uint64_t n_a; /* persons in A, 1 to PLM_SYNTH_PERSONS_MAX */
    uint64_t n_b;
    uint64_t n_common; /* of them in both, at most the smaller of n_a and n_b */
} plm_synth_config;

/* Takes whole lines; a status other than PLM_OK ends the writing and is returned. */
typedef plm_status plm_synth_sink_fn(void *context, plm_span bytes);

/* Where the files go. fn NULL: that file is not made. */
typedef struct plm_synth_sink {
    plm_synth_sink_fn *fn;
    void *context;
} plm_synth_sink;

typedef struct plm_synth_sinks {
    plm_synth_sink a;     /* a.csv */
    plm_synth_sink b;     /* b.csv */
    plm_synth_sink truth; /* truth.csv: see below */
} plm_synth_sinks;

/* What was written. */
typedef struct plm_synth_report {
    uint64_t n_pairs;    /* rows of truth: n_common */
    uint64_t n_findable; /* an exact rule finds them */
    uint64_t n_hard;     /* none does */
    uint64_t n_excluded; /* protected: must not be found in a suspect match */
} plm_synth_report;

/*
 * Writes the registers and the truth; report may be NULL. Both CSV files have the header and the
 * columns that plm_synth_mapping describes.
 *
 * truth.csv has one row for each person in both registers, in A's order:
 *     id_a,id_b,found_by,offence
 * found_by is
 *     "excluded"  if either record is of a victim, a witness or a minor;
 *     "hard"      if no identifier and no combination below agrees exactly;
 *     otherwise everything that agrees, joined by '|': document, phone, email, iban, imei, vin,
 *     plate, btc, eth; name+birthDate (the same name parts, in whatever script and order, and the
 *     same full date); name+birthYear+nationality.
 * It is made from what the generator did to the values, not by the recipe it serves to measure.
 *
 * PLM_E_ARGUMENT (numbers out of range), PLM_E_NOMEM, what a sink returned.
 */
plm_status plm_synth_write(const plm_synth_config *config, const plm_synth_sinks *sinks,
                           plm_synth_report *report) PLM_MUST_CHECK;

/* The mapping (spec/mapping.md) of a.csv and b.csv. Static storage. */
plm_span plm_synth_mapping(void);

#endif
