/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - how the lists of k parties overlap, counted without linking a person: a state machine
 * without I/O for each party (spec/tally.md).
 *
 * Each record carries a few tokens; records that have a token in common, within a list or across
 * lists, directly or through others, are one person (connected components). Each token is hashed to
 * ristretto255 and multiplied by the secret scalar of every party in turn: list j goes from its
 * owner j round the ring j + 1, j + 2, ..., and each party multiplies its points and shuffles its
 * records, and the points within a record, before it passes it on. Once all have, a token has the
 * same pseudonym in every list, and the counting party joins the lists and counts: for each
 * stratum, how many persons stand in exactly the lists of a set, 2^k - 1 cells. (Meadows, A more
 * efficient cryptographic matchmaking protocol, S&P 1986; for k parties De Cristofaro, Gasti and
 * Tsudik, Fast and private computation of cardinality of set intersection and union, CANS 2012.)
 *
 * Adversary: semi-honest. Every party follows the protocol and keeps all it sees; channels are
 * authentic and confidential. Assumption: decisional Diffie-Hellman in ristretto255, hashing to it
 * a random oracle, and at least one party that no coalition includes. The counting party must not
 * collude with all others: all together know every scalar and can test guessed tokens.
 *
 * View of a party on the ring: of each other list, the agreed number of records, each with the
 * agreed number of points, distinct and indistinguishable from random ones, and its records'
 * strata, in an order that the parties before it shuffled. The counting party sees besides which
 * pseudonyms stand in which lists and records, the exact table, and how many records of each list
 * are dummies. A coalition learns of a list what its own lists, pooled, and these patterns give: a
 * pattern that one known person alone has tells where that person stands (spec/tally.md section 5).
 *
 * Caught: any size or order of messages but the agreed one; bytes that are no point, the identity
 * element; a point twice in a list, or in two lists at stages where no honest lists can share one
 * (a list sent twice, sent back, or handed on by all after the counting party as it came); more
 * dummies than could be. Not caught: invented or left-out records, a party that does not shuffle,
 * or multiplies one list by another scalar than the rest (its overlaps are lost).
 *
 * Moving messages, one machine per party, is the caller's part, as with palermo/match.h; each has
 * an addressee. The bits of plm_tally_wants are those of plm_match_wants.
 */
#ifndef PLM_MATCH_TALLY_H
#define PLM_MATCH_TALLY_H

#include "base/bytes.h"

#include <palermo/match.h>

typedef struct plm_tally plm_tally;

enum {
    PLM_TALLY_PARTIES_MIN = 2,
    PLM_TALLY_PARTIES_MAX = 8,
    PLM_TALLY_TOKENS_MAX = 64,      /* of one record */
    PLM_TALLY_STRATA_MAX = 256,     /* strata are numbered from 0 */
    PLM_TALLY_POINTS_MAX = 1 << 28, /* of all lists together, dummies included */
    PLM_TALLY_CHUNK_POINTS = 1024   /* of one message */
};

typedef struct plm_tally_record {
    const plm_token *tokens; /* SECRET */
    size_t n_tokens;         /* 0: a person that nobody can link, but who counts */
    uint8_t stratum;         /* every party sees it: never anything finer than the accord allows */
} plm_tally_record;

typedef struct plm_tally_config {
    unsigned n_parties;
    unsigned me;                     /* 0 to n_parties - 1 */
    unsigned counter;                /* the counting party; it may have an empty list */
    const plm_tally_record *records; /* borrowed during create */
    size_t n;
    const uint32_t *n_padded; /* for each party the agreed number of records, dummies included */
    unsigned tokens_each;     /* agreed: points of every record; records with fewer are filled up */
    unsigned n_strata;        /* agreed, at least 1 */
    const uint8_t *context;   /* what all bind this run to; the same for all; copied */
    size_t context_bytes;     /* 0 to PLM_MATCH_CONTEXT_MAX */
    unsigned n_threads;       /* 0 means 1 */
} plm_tally_config;

/*
 * Makes a party's machine. Records of its own list that have a token in common become one, of the
 * lowest stratum among them. *out is owned by the caller (plm_tally_destroy).
 * PLM_E_ARGUMENT: the configuration is outside its bounds. PLM_E_LIMIT: more persons than n_padded
 * of this party, or one with more than tokens_each different tokens. PLM_E_NOMEM, PLM_E_CRYPTO.
 */
plm_status plm_tally_create(plm_tally **out, const plm_tally_config *config) PLM_MUST_CHECK;
/* Wipes and frees; t may be NULL. */
void plm_tally_destroy(plm_tally *t);

/*
 * A machine that waits for lists for days is kept in between: freeze appends what it must not
 * forget (SECRET: its scalar, and fingerprints of the points it has seen) to out, and thaw makes
 * it anew. The same configuration again, without records. PLM_E_ARGUMENT from freeze unless the
 * own list and the number of dummies are sent, every other list is passed on or not begun, and
 * nothing of final lists or others' dummies was given to it. PLM_E_PROTOCOL from thaw: these are
 * not the bytes of such a machine. PLM_E_NOMEM, PLM_E_LIMIT, PLM_E_CRYPTO.
 */
plm_status plm_tally_freeze(const plm_tally *t, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_tally_thaw(plm_tally **out, const plm_tally_config *config,
                          plm_span frozen) PLM_MUST_CHECK;

/*
 * How many persons these records are, and the most tokens that one of them has. PLM_E_NOMEM,
 * PLM_E_ARGUMENT.
 */
plm_status plm_tally_measure(const plm_tally_record *records, size_t n, uint32_t *n_persons,
                             uint32_t *most_tokens) PLM_MUST_CHECK;

/* Bits of PLM_MATCH_OUTPUT, _INPUT, _WORK, or PLM_MATCH_DONE alone; 0 once it failed. */
unsigned plm_tally_wants(const plm_tally *t);

/*
 * Takes the next message: for party *to; *message is borrowed until the next call on t.
 * PLM_E_ARGUMENT if PLM_MATCH_OUTPUT is not set. PLM_E_PROTOCOL: a list that the machine was given
 * has points of another. PLM_E_NOMEM.
 */
plm_status plm_tally_output(plm_tally *t, unsigned *to, plm_span *message) PLM_MUST_CHECK;

/*
 * Takes one message (not kept) of party `from`, of whom the caller is sure. PLM_E_PROTOCOL for any
 * but the one that must come; points are looked at by plm_tally_work. After any failure the machine
 * is dead, and every later call but destroy gives PLM_E_ARGUMENT.
 */
plm_status plm_tally_input(plm_tally *t, unsigned from, plm_span message) PLM_MUST_CHECK;

/* One bounded piece of the waiting computation. PLM_E_PROTOCOL as above, PLM_E_NOMEM. */
plm_status plm_tally_work(plm_tally *t) PLM_MUST_CHECK;

void plm_tally_get_progress(const plm_tally *t, plm_match_progress *out);

/*
 * The counting party's table, once done: cells[s << n_parties | h] persons of stratum s stand in
 * exactly the lists j whose bit 1 << j is set in h; h = 0 is always 0. A person's stratum is the
 * lowest among its records in the lowest-numbered list that has it. n_strata << n_parties cells,
 * exact: nothing is to leave without plm_tally_noise or plm_tally_suppress. Borrowed until destroy.
 * PLM_E_ARGUMENT for another party, or before the end.
 */
plm_status plm_tally_cells(const plm_tally *t, const uint64_t **cells, size_t *n) PLM_MUST_CHECK;

#endif
