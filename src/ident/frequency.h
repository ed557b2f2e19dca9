/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frequency.h - how common a value is in a population, from a public table that an accord pins
 * (spec/tokens.md section 5).
 *
 *     palermo-frequencies/1
 *     name: us
 *     population: residents of the United States
 *     date: 1990
 *     persons: 1000000
 *     made: ...
 *
 *     name<TAB>smith<TAB>10060
 *     name<TAB>john<TAB>16350
 *
 * A row says that `count` of `persons` persons have the value: a word among their names, folded; or
 * a value of another type. The rarer levels of a word (skeleton, equivalents, deletion
 * neighbourhood) are counted when the table is read, by the recipe that makes the tokens: the
 * persons of every word that has the level's value.
 */
#ifndef PLM_IDENT_FREQUENCY_H
#define PLM_IDENT_FREQUENCY_H

#include "base/diag.h"
#include "ident/feature.h"
#include "ident/name_classes.h"

enum {
    PLM_FREQUENCY_ROWS_MAX = 200000,
    PLM_FREQUENCY_BYTES_MAX = 8 << 20,
    PLM_FREQUENCY_NAME_MAX = 64,  /* bytes, terminator included */
    PLM_FREQUENCY_TEXT_MAX = 512, /* of another line of the header */
    PLM_FREQUENCY_HASH_BYTES = 32
};

typedef struct plm_frequency plm_frequency;

/*
 * Reads a table. Errors go to sink under `file` with the line. PLM_E_SYNTAX, PLM_E_LIMIT (too many
 * rows or bytes), PLM_E_NOMEM. *out is the caller's, to be destroyed; NULL on an error.
 */
plm_status plm_frequency_parse(plm_frequency **out, plm_span text, const plm_diag_sink *sink,
                               const char *file) PLM_MUST_CHECK;
/*
 * The same for an accord that has a table of equivalent given names of its own: its classes are
 * counted as well, and records whose features are made with this table have them. equivalents:
 * consumed even on an error; NULL: none.
 */
plm_status plm_frequency_parse_with(plm_frequency **out, plm_span text,
                                    plm_name_classes *equivalents, const plm_diag_sink *sink,
                                    const char *file) PLM_MUST_CHECK;
void plm_frequency_destroy(plm_frequency *table);
/* The accord's own equivalent names that it was read with; NULL: none. Borrowed. */
const plm_name_classes *plm_frequency_equivalents(const plm_frequency *table);

/* Tables that ship with Palermo: 0 <= i < count. Static storage. */
size_t plm_frequency_builtin_count(void);
const char *plm_frequency_builtin_name(size_t i);
plm_span plm_frequency_builtin_text(size_t i);
/* Reads the shipped table of that name. PLM_E_NOT_FOUND, PLM_E_NOMEM. */
plm_status plm_frequency_builtin(plm_frequency **out, const char *name) PLM_MUST_CHECK;

/* BLAKE2b-256 of a table's text: what an accord pins. */
void plm_frequency_hash(uint8_t out[PLM_FREQUENCY_HASH_BYTES], plm_span text);
/* The hash of the text the table was read from. Borrowed. */
const uint8_t *plm_frequency_own_hash(const plm_frequency *table);
/* Lines of the header; "" for one it lacks. Borrowed. "name", "population", "date", "made", ... */
const char *plm_frequency_header(const plm_frequency *table, const char *key);
uint64_t plm_frequency_persons(const plm_frequency *table);

/*
 * Information of a value at a level: log2(persons / count), at least 0. A value that is not in the
 * table counts as if half a person had it. Not capped: rules and scores have caps of their own.
 */
plm_bits plm_frequency_bits(const plm_frequency *table, plm_feature_kind kind, plm_ident_type type,
                            plm_span value);

#endif
