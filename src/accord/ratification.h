/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ratification.h - what a party signs under an accord: its ratification, with its reservations and
 * the catalogue of offences punishable at home, and its denunciation (spec/accord.md section 4).
 *
 * Both are JSON documents signed as their canonical form without the signature:
 *
 *     Ed25519 over "palermo/1 " || name || 0x00 || JCS(document without "signature")
 *
 * JCS is RFC 8785: members sorted, no blanks. These documents hold integers and text without
 * control characters only, for which it is what plm_json_dump writes.
 */
#ifndef PLM_ACCORD_RATIFICATION_H
#define PLM_ACCORD_RATIFICATION_H

#include "accord/signed.h"

enum {
    PLM_RATIFICATION_BYTES_MAX = 256 << 10,
    PLM_RESERVATIONS_MAX = 64
};

/* The numbers of a purpose that a reservation can tighten, and the words for them in JSON. */
typedef enum plm_term {
    PLM_TERM_TOKENS_PER_RUN,   /* lower */
    PLM_TERM_TOKENS_PER_DAY,   /* lower */
    PLM_TERM_RUNS_PER_DAY,     /* lower */
    PLM_TERM_LOOKUPS_PER_HOUR, /* lower */
    PLM_TERM_SMALLEST_SET,     /* higher */
    PLM_TERM_RETENTION_DAYS,   /* lower */
    PLM_TERM_APPROVAL,         /* stricter */
    PLM_TERM_URGENT_HOURS,     /* longer */
    PLM_TERM_ORDINARY_DAYS,    /* longer */
    PLM_TERM_COUNT
} plm_term;

/* "budgets/tokens_per_run", ...: where the number stands in a purpose and in a reservation. */
const char *plm_term_pointer(plm_term term);
/* True if a reservation may only raise it. */
bool plm_term_rises(plm_term term);
uint64_t plm_term_get(const plm_purpose *purpose, plm_term term);
void plm_term_set(plm_purpose *purpose, plm_term term, uint64_t value);

/* What a party does not accept: for some purposes (or all), with some parties (or all). */
typedef struct plm_reservation {
    const char **purposes; /* it applies to; none: to all */
    size_t n_purposes;
    const char **counterparties; /* with whom; none: with all */
    size_t n_counterparties;
    const char *reason;
    bool refuses;          /* the purposes as a whole, or the counterparties */
    const char **offences; /* taken out: catalogue codes */
    size_t n_offences;
    uint32_t categories; /* taken out, on both sides: bit set of 1 << plm_role */
    uint64_t rules;      /* taken out: bit set of 1 << rule */
    uint32_t engines;    /* taken out: bit set of 1 << plm_match_engine */
    uint64_t labels;     /* taken out: bit set of 1 << label */
    bool holder_first;   /* the holder learns hits first, whatever the purpose says */
    bool no_standing;    /* no runs on a schedule */
    uint32_t has_term;   /* bit set of 1 << plm_term: which of these are given */
    uint64_t terms[PLM_TERM_COUNT];
} plm_reservation;

typedef struct plm_ratification {
    plm_signed_head head;
    const char **catalogue; /* offences punishable under the party's law */
    size_t n_catalogue;
    plm_reservation *reservations;
    size_t n_reservations;
    plm_arena arena; /* owns everything above */
} plm_ratification;

/*
 * Appends the document of `party`'s ratification, signed. `wish` is the party's own statement, an
 * object of "catalogue" and "reservations" (spec/accord.md section 4.2); NULL: all the accord's
 * offences are punishable at home, and nothing is reserved. PLM_E_AUTH: not one of the accord's
 * parties, or not its key; PLM_E_SYNTAX, PLM_E_INVALID (said to sink), PLM_E_NOMEM.
 */
plm_status plm_ratification_make(plm_buf *document, const plm_accord *accord, const char *party,
                                 const uint8_t seed[static 32], int64_t time_ms,
                                 const plm_span *wish, const plm_diag_sink *sink,
                                 const char *file) PLM_MUST_CHECK;
/* *out is to be wiped if this gave PLM_OK. PLM_E_SYNTAX, PLM_E_INVALID, PLM_E_LIMIT, PLM_E_NOMEM.
 */
plm_status plm_ratification_parse(plm_ratification *out, plm_span bytes, const plm_diag_sink *sink,
                                  const char *file) PLM_MUST_CHECK;
void plm_ratification_wipe(plm_ratification *r);
/*
 * PLM_E_AUTH: not of that party's key over that accord; PLM_E_NOT_FOUND: no such party;
 * PLM_E_INVALID: a reservation names a purpose or a party that the accord has not (a misspelt
 * reservation would reserve nothing). The last two say so to sink.
 */
plm_status plm_ratification_verify(const plm_ratification *r, const plm_accord *accord,
                                   const plm_diag_sink *sink, const char *file) PLM_MUST_CHECK;

/* A party leaves: bound until last_day, which lies at least the accord's notice after `time`. */
typedef struct plm_denunciation {
    plm_signed_head head;
    plm_date last_day;
    const char *reason;
    plm_arena arena;
} plm_denunciation;

/* last_day of year 0: as soon as the notice allows. PLM_E_INVALID: sooner than that. */
plm_status plm_denunciation_make(plm_buf *document, const plm_accord *accord, const char *party,
                                 const uint8_t seed[static 32], int64_t time_ms, plm_date last_day,
                                 const char *reason, const plm_diag_sink *sink) PLM_MUST_CHECK;
plm_status plm_denunciation_parse(plm_denunciation *out, plm_span bytes, const plm_diag_sink *sink,
                                  const char *file) PLM_MUST_CHECK;
void plm_denunciation_wipe(plm_denunciation *d);
/* PLM_E_AUTH, PLM_E_NOT_FOUND as above; PLM_E_INVALID: the notice is shorter than the accord's. */
plm_status plm_denunciation_verify(const plm_denunciation *d, const plm_accord *accord,
                                   const plm_diag_sink *sink, const char *file) PLM_MUST_CHECK;

#endif
