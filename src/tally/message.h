/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - what the parties of a tally say to each other besides their lists (spec/tally.md
 * section 10). Each step is the content of a parcel of kind PLM_PARCEL_TALLY, behind its salt.
 *
 * encode and decode as those of wire/message.h.
 */
#ifndef PLM_TALLY_MESSAGE_H
#define PLM_TALLY_MESSAGE_H

#include "tally/strata.h"
#include "wire/message.h"
#include "wire/tally_reason.h"

enum {
    PLM_TALLY_MEMBERS_MAX = 8,
    PLM_TALLY_RULES_MAX = 64,
    PLM_TALLY_TABLE_BYTES_MAX = 600 << 10,
    PLM_TALLY_STEP_META = PLM_RUN_ID_BYTES + 1,
    PLM_TALLY_PIECE_META = PLM_RUN_ID_BYTES + 2 + 4,
    PLM_TALLY_PIECES_MAX = 512 /* of one list */
};

/* The first five go from the counting party to all or back, in this order. Values are on the wire.
 */
typedef enum plm_tally_step {
    PLM_TALLY_PROPOSE = 1, /* counting party: the proposal */
    PLM_TALLY_CONSENT = 2, /* a party: it takes part; signed by itself */
    PLM_TALLY_START = 3,   /* counting party: everybody's consent */
    PLM_TALLY_PASSED = 4,  /* a party: a list has gone on */
    PLM_TALLY_RESULT = 5,  /* counting party: the table, signed */
    PLM_TALLY_SIGNED = 6,  /* a party: its signature under the table */
    PLM_TALLY_CLOSE = 7,   /* counting party: all signatures */
    PLM_TALLY_END = 8,     /* anybody: it is over, and why */
    PLM_TALLY_STEP_LAST = PLM_TALLY_END
} plm_tally_step;

typedef struct plm_tally_proposal {
    uint8_t id[PLM_RUN_ID_BYTES]; /* random */
    uint8_t accord_hash[PLM_HASH_BYTES];
    uint8_t recipe_digest[PLM_HASH_BYTES];
    char purpose[PLM_CODE_MAX];
    unsigned n_parties;
    unsigned counter;
    char parties[PLM_TALLY_MEMBERS_MAX][PLM_CODE_MAX]; /* in the order of the ring */
    unsigned n_rules;
    char rules[PLM_TALLY_RULES_MAX][64]; /* names, in the order of the recipe */
    plm_strata strata;
    uint32_t tokens_each;
    plm_table_release release;
    uint32_t epsilon_milli;     /* with Laplace noise */
    uint32_t rho_milli;         /* with Gaussian noise */
    uint32_t threshold;         /* with suppression */
    plm_date day;               /* ages and retention are those of this day */
    char officer[PLM_TEXT_MAX]; /* pseudonym */
    int64_t time_ms;
} plm_tally_proposal;

plm_status plm_tally_proposal_encode(const plm_tally_proposal *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_tally_proposal_decode(plm_tally_proposal *out, plm_span body) PLM_MUST_CHECK;
/* The place of a party in the ring, or n_parties. */
unsigned plm_tally_place(const plm_tally_proposal *proposal, const char *code);

/* A party's word that it takes part, with so many records; PLM_NAME_TALLY_CONSENT. */
typedef struct plm_tally_consent {
    uint8_t id[PLM_RUN_ID_BYTES];
    uint8_t proposal_hash[PLM_HASH_BYTES];
    uint8_t place;
    uint32_t n; /* records, dummies included; 0 for a counting party without a list */
    int64_t time_ms;
} plm_tally_consent;

plm_status plm_tally_consent_encode(const plm_tally_consent *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_tally_consent_decode(plm_tally_consent *out, plm_span body) PLM_MUST_CHECK;

/*
 * What leaves the tally: PLM_NAME_TALLY_TABLE. Of the lists only those that have records; history h
 * counts them from the lowest.
 */
typedef struct plm_tally_table {
    uint8_t id[PLM_RUN_ID_BYTES];
    uint8_t accord_hash[PLM_HASH_BYTES];
    uint8_t start_hash[PLM_HASH_BYTES]; /* of everybody's consent: what the run was bound to */
    plm_table_release release;
    uint32_t epsilon_milli;
    uint32_t rho_milli;
    uint32_t sensitivity; /* in L1, or in L2 squared */
    uint32_t threshold;
    uint8_t lists; /* bit set of the places whose lists have records: two or more */
    uint16_t n_strata;
    int64_t time_ms;
    plm_span cells; /* n_strata * (2^lists - 1) numbers of 64 bits; borrowed */
} plm_tally_table;

/*
 * Does the mechanism stand with its own number, within its bounds, and with no other's? Of a
 * proposal and of a table.
 */
bool plm_tally_release_is_sound(plm_table_release release, uint32_t epsilon_milli,
                                uint32_t rho_milli, uint32_t threshold);

/* In the place of a number that was suppressed. */
#define PLM_TALLY_CELL_SUPPRESSED INT64_MIN

plm_status plm_tally_table_encode(const plm_tally_table *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_tally_table_decode(plm_tally_table *out, plm_span body) PLM_MUST_CHECK;
unsigned plm_tally_table_lists(const plm_tally_table *table);
/* history: 1 to 2^lists - 1. */
int64_t plm_tally_table_cell(const plm_tally_table *table, unsigned stratum, unsigned history);

typedef struct plm_tally_end {
    plm_tally_reason reason;
    char blamed[PLM_CODE_MAX]; /* the party that the reason is about */
    char clause[PLM_TEXT_MAX]; /* JSON pointer into the accord, or "" */
} plm_tally_end;

plm_status plm_tally_end_encode(const plm_tally_end *m, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_tally_end_decode(plm_tally_end *out, plm_span body) PLM_MUST_CHECK;

/* A parcel of a list: which one, at which hop (0: the number of dummies), and which piece of it. */
typedef struct plm_tally_piece {
    uint8_t id[PLM_RUN_ID_BYTES];
    uint8_t owner;
    uint8_t hop;
    uint16_t number;
    uint16_t n_pieces;
} plm_tally_piece;

void plm_tally_piece_encode(const plm_tally_piece *m, uint8_t out[static PLM_TALLY_PIECE_META]);
plm_status plm_tally_piece_decode(plm_tally_piece *out, plm_span meta) PLM_MUST_CHECK;

/*
 * Is the content of such a step, its salt taken off, well formed? Signatures are not looked at.
 * PLM_E_PROTOCOL.
 */
plm_status plm_tally_step_check(plm_tally_step step, plm_span body) PLM_MUST_CHECK;
/* The next of the messages that a piece is made of; false at its end. PLM_E_PROTOCOL. */
plm_status plm_tally_piece_next(plm_reader *r, plm_span *message, bool *is_there) PLM_MUST_CHECK;

#define PLM_NAME_TALLY_CONSENT "tally-consent"
#define PLM_NAME_TALLY_TABLE   "tally-table"

#endif
