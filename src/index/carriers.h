/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carriers.h - what the holder keeps at home of an index beside own.h, so that an update reads the
 * records that have changed and no others (spec/lookup.md section 6): which records carry each
 * token, and on which days the passing of time alone lets a record in or takes it out.
 *
 *   +----------+---------+----------+-------------+-----------+--------------------------+
 *   | magic, 8 | root 32 | scope 32 | last number | until day | records, tokens, common, |
 *   |          |         |          | u64         | u32       | entries, days: u64 each  |
 *   +----------+---------+----------+-------------+-----------+--------------------------+
 *   | numbers, u64 each   | where each record's entries begin, u32 | their tokens, u32    |
 *   +---------------------+----------------------------------------+----------------------+
 *   | where each token's entries begin, u32 | their records, u32                          |
 *   +---------------------------------------+---------------------------------------------+
 *   | common tokens, 16 each | days: u32 the day, u64 the record's number                 |
 *   +------------------------+------------------------------------------------------------+
 *
 * Records are counted in the order of their numbers in the store; a number's top bit says that its
 * labels are urgent. Tokens are counted as in own.h; behind them come the common ones, which too
 * many records carry for the index to have them. Private like the store.
 */
#ifndef PLM_INDEX_CARRIERS_H
#define PLM_INDEX_CARRIERS_H

#include "index/map.h"
#include "wire/message.h"

#include <palermo/token.h>

enum {
    PLM_CARRIERS_DAY_BYTES = 12
};

#define PLM_CARRIER_URGENT (UINT64_C(1) << 63)

/* On that day (since 1970) a record is let in that was not, or the other way round. */
typedef struct plm_carrier_day {
    uint32_t day;
    int64_t number;
} plm_carrier_day;

/* What is written. Borrowed. */
typedef struct plm_carriers_source {
    uint8_t root[PLM_HASH_BYTES];  /* of the index that this is about */
    uint8_t scope[PLM_HASH_BYTES]; /* of all that decides who takes part and how */
    int64_t last_number;           /* no record that was there had a higher one */
    uint32_t until_day;            /* the days are told up to this one */
    const uint64_t *numbers;       /* ascending but for the top bit */
    size_t n_records;
    size_t n_tokens;         /* of own.h */
    const plm_token *common; /* ascending; SECRET */
    size_t n_common;
    const uint32_t *first;   /* of each token's entries; n_tokens + n_common + 1 */
    const uint32_t *records; /* of each entry */
    const plm_carrier_day *days;
    size_t n_days;
} plm_carriers_source;

/* Whole or not at all. PLM_E_IO, PLM_E_NOMEM, PLM_E_LIMIT. */
plm_status plm_carriers_write(const char *path, const plm_carriers_source *source) PLM_MUST_CHECK;

typedef struct plm_carriers {
    plm_map map;
    uint8_t root[PLM_HASH_BYTES];
    uint8_t scope[PLM_HASH_BYTES];
    int64_t last_number;
    uint32_t until_day;
    size_t n_records;
    size_t n_tokens;
    size_t n_common;
    size_t n_entries;
    size_t n_days;
    const uint8_t *numbers; /* these: into the file */
    const uint8_t *first_of_record;
    const uint8_t *tokens;
    const uint8_t *first_of_token;
    const uint8_t *records;
    const uint8_t *common;
    const uint8_t *days;
} plm_carriers;

/* PLM_E_IO (errno), PLM_E_NOMEM, PLM_E_PROTOCOL: no such file. */
plm_status plm_carriers_open(plm_carriers *out, const char *path) PLM_MUST_CHECK;
void plm_carriers_close(plm_carriers *carriers);

/* A record's number; its top bit says that it is urgent. */
uint64_t plm_carriers_number(const plm_carriers *c, size_t record);
/* Which record has that number; SIZE_MAX: none. */
size_t plm_carriers_find(const plm_carriers *c, int64_t number);
/* Which token it is, of the common ones; SIZE_MAX: none. */
size_t plm_carriers_find_common(const plm_carriers *c, const plm_token *token);
/* A common token, which is numbered behind own.h's. */
plm_token plm_carriers_common(const plm_carriers *c, size_t token);
plm_carrier_day plm_carriers_day(const plm_carriers *c, size_t i);

/* The tokens of a record, or the records of a token: u32 each. PLM_E_STORE: the file is damaged. */
plm_status plm_carriers_tokens_of(const plm_carriers *c, size_t record,
                                  plm_span *out) PLM_MUST_CHECK;
plm_status plm_carriers_records_of(const plm_carriers *c, size_t token,
                                   plm_span *out) PLM_MUST_CHECK;

#endif
