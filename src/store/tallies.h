/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tallies.h - tallies: how far each has come, what the parties said, pieces of lists on their way
 * (spec/store.md section 6).
 *
 * The numbers of states, reasons and kinds of words are those of src/node and src/tally; the store
 * only keeps them.
 */
#ifndef PLM_STORE_TALLIES_H
#define PLM_STORE_TALLIES_H

#include "store/store.h"

typedef struct plm_tally_row {
    uint8_t id[16];
    bool is_counter; /* we proposed it, and count */
    uint8_t accord_hash[32];
    const char *purpose;
    int64_t state;
    int64_t revision;      /* of this row; raised with every change */
    plm_span proposal;     /* as it came */
    plm_span start;        /* everybody's consent; empty before */
    plm_span result;       /* the table; empty before */
    const char *officer;   /* who proposed, or consented, here; "" if the node did */
    int64_t epsilon_milli; /* of its table */
    int64_t rho_milli;
    int64_t charged_ms; /* when it began to count against the budget; 0: it does not */
    int64_t created_ms;
    int64_t deadline_ms;
    int64_t ended_ms; /* 0 while it goes on */
    int64_t reason;   /* why it ended before its end; 0: it did not */
    const char *blamed;
    const char *clause;
} plm_tally_row;

/* PLM_E_EXISTS: there is one of that id. */
plm_status plm_store_add_tally(plm_store *store, const plm_tally_row *row) PLM_MUST_CHECK;
/* Texts and spans live in the arena. PLM_E_NOT_FOUND. */
plm_status plm_store_get_tally(plm_store *store, const uint8_t id[static 16], plm_arena *arena,
                               plm_tally_row *out) PLM_MUST_CHECK;
/*
 * Replaces everything but id, is_counter, accord, purpose, proposal, created and the secret.
 * PLM_E_EXISTS: somebody else changed it since it was read; then nothing is changed.
 */
plm_status plm_store_update_tally(plm_store *store, plm_tally_row *row) PLM_MUST_CHECK;
typedef plm_status plm_tally_fn(void *context, const plm_tally_row *row);
/* In order of creation; of those that go on only, or of all. Borrowed until fn returns. */
plm_status plm_store_each_tally(plm_store *store, bool going_on, plm_tally_fn *fn,
                                void *context) PLM_MUST_CHECK;
/* The tally whose id begins so; PLM_E_NOT_FOUND, PLM_E_EXISTS if there is more than one. */
plm_status plm_store_find_tally(plm_store *store, const char *prefix,
                                uint8_t id[static 16]) PLM_MUST_CHECK;
/* What was charged, whatever the accord: sums of thousandths, and how many tallies. */
typedef struct plm_tally_usage {
    uint64_t epsilon_milli;
    uint64_t rho_milli;
    uint64_t n;
} plm_tally_usage;

/* Since since_ms. *out is zeroed on failure. */
plm_status plm_store_tally_usage(plm_store *store, int64_t since_ms,
                                 plm_tally_usage *out) PLM_MUST_CHECK;

/* The machine between two lists. SECRET; empty: there is none. */
plm_status plm_store_put_tally_secret(plm_store *store, const uint8_t id[static 16],
                                      plm_span secret) PLM_MUST_CHECK;
plm_status plm_store_get_tally_secret(plm_store *store, const uint8_t id[static 16],
                                      plm_buf *out) PLM_MUST_CHECK;

/* What the party at a place said, once of each kind. PLM_E_EXISTS: it has. */
plm_status plm_store_add_tally_word(plm_store *store, const uint8_t id[static 16], unsigned place,
                                    int64_t kind, plm_span bytes) PLM_MUST_CHECK;
/* Appended to out. PLM_E_NOT_FOUND. */
plm_status plm_store_get_tally_word(plm_store *store, const uint8_t id[static 16], unsigned place,
                                    int64_t kind, plm_buf *out) PLM_MUST_CHECK;

/* How far a list has come; 0 if nothing is known of it. */
plm_status plm_store_set_tally_hop(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                   unsigned hop) PLM_MUST_CHECK;
plm_status plm_store_get_tally_hop(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                   unsigned *hop) PLM_MUST_CHECK;

/* A piece of a list that came in. PLM_E_EXISTS: it is there. */
plm_status plm_store_add_tally_piece(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                     unsigned hop, unsigned number, unsigned n_pieces,
                                     plm_span bytes) PLM_MUST_CHECK;
/* All pieces are there, and agree on how many there are. */
plm_status plm_store_has_tally_list(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                    unsigned hop, bool *is_whole) PLM_MUST_CHECK;
typedef plm_status plm_tally_piece_fn(void *context, plm_span bytes);
/* In order of their numbers. */
plm_status plm_store_each_tally_piece(plm_store *store, const uint8_t id[static 16], unsigned owner,
                                      unsigned hop, plm_tally_piece_fn *fn,
                                      void *context) PLM_MUST_CHECK;
/* Forgets the pieces of one list at one hop, or with a negative owner all there are. */
plm_status plm_store_drop_tally_pieces(plm_store *store, const uint8_t id[static 16], int owner,
                                       unsigned hop) PLM_MUST_CHECK;

#endif
