/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse.h - shared by the readers of an accord's parts.
 *
 * Reading goes on after a mistake, so that a person sees all of them at once; a reader that failed
 * gives its accord to nobody.
 */
#ifndef PLM_ACCORD_PARSE_H
#define PLM_ACCORD_PARSE_H

#include "accord/accord.h"
#include "base/json.h"

/* Largest numbers a purpose may name; spec/accord.md section 3. */
enum {
    PLM_RUNS_PER_DAY_MAX = 1000000,
    PLM_RETENTION_DAYS_MAX = 36500,
    PLM_LOOKUPS_PER_HOUR_MAX = 1000000,
    PLM_URGENT_HOURS_MAX = 720,
    PLM_ORDINARY_DAYS_MAX = 365,
    PLM_NOTICE_DAYS_MAX = 3650,
    PLM_PERSON_RULES_C_MAX = 32,
    PLM_RELEASE_SLOTS_MAX = 512,
    PLM_RELEASE_MINUTES_MAX = 43200,
    PLM_RELEASE_BATCHES_MAX = 1000
};
#define PLM_TOKENS_PER_DAY_MAX INT64_C(1000000000000)

typedef struct plm_accord_reader {
    plm_accord *accord;
    plm_status status; /* the first failure */
} plm_accord_reader;

/* Notes a failure. True if there was none. */
bool plm_accord_took(plm_accord_reader *r, plm_status status);
/* A text of min to max bytes, copied into the accord; "" on a failure. */
void plm_accord_read_text(plm_accord_reader *r, const plm_json_at *object, const char *key,
                          size_t min, size_t max, const char **out);
/* An integer; 0 on a failure. */
uint64_t plm_accord_read_number(plm_accord_reader *r, const plm_json_at *object, const char *key,
                                int64_t min, int64_t max);
/* "host:port" with a name, an IPv4 address or an IPv6 address in brackets. */
bool plm_accord_is_address(const char *text);

/*
 * An array of min to max different codes of the catalogue, as a list in the accord's arena; a
 * member that is not there gives none if min is 0.
 */
void plm_accord_read_offences(plm_accord_reader *r, const plm_json_at *object, const char *key,
                              size_t min, const char ***out, size_t *n);

void plm_accord_read_parties(plm_accord_reader *r, const plm_json_at *root);
void plm_accord_read_purposes(plm_accord_reader *r, const plm_json_at *root);
/* What a purpose says of releasing hits and of following them up (terms.c). */
void plm_accord_read_terms(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out);
/* "standing", after "aim" and "person_rules" were read (standing_terms.c). */
void plm_accord_read_standing(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out);
/* "tally", after "aim" was read (tally_terms.c). */
void plm_accord_read_tally(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out);

#endif
