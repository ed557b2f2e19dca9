/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - a tally among nodes (spec/tally.md sections 9 to 11): parcels in, parcels out.
 *
 *   counting party                                 each other party
 *   propose ──────────── proposal ───────────────►  policy, budget, list large enough?
 *   PROPOSED  ◄───────── consent, n ──────────────  CONSENTED
 *   all in?  ──────────── start: all consents ────►  RUNNING
 *   RUNNING      lists go round the ring, hop by hop, and to the counting party
 *   counts, noise ────── table, signed ───────────►  SIGNED
 *   COUNTED   ◄───────── signature under it ──────
 *   DONE     ──────────── all signatures ─────────►  DONE
 *
 * Anybody's end goes to the counting party, which tells all: ENDED, with who and why. Every step is
 * one transaction: what it changes, what it posts, its entry in the ledger. A step that a crash cut
 * off is made anew, from what the transaction before it left.
 */
#ifndef PLM_NODE_TALLY_H
#define PLM_NODE_TALLY_H

#include "node/agreement.h"
#include "node/delivery.h"
#include "store/tallies.h"
#include "tally/message.h"

/* In the store: the numbers must not change. */
typedef enum plm_tally_state {
    PLM_TALLY_PROPOSED = 1,  /* waits for consents; at a party, for its own */
    PLM_TALLY_CONSENTED = 2, /* a party: waits for the start */
    PLM_TALLY_RUNNING = 3,   /* lists are on their way */
    PLM_TALLY_COUNTED = 4,   /* the table is there; signatures are not, or not all */
    PLM_TALLY_DONE = 5,
    PLM_TALLY_ENDED = 6,
    PLM_TALLY_STATE_COUNT
} plm_tally_state;

/* "proposed", ...; never NULL. */
const char *plm_tally_state_name(int64_t state);

/* Kinds of words in the store. */
enum {
    PLM_TALLY_WORD_CONSENT = 1, /* with its signature */
    PLM_TALLY_WORD_SIGNATURE = 2
};

/* A tally as the store has it, read out. */
typedef struct plm_tally_book {
    plm_tally_row row; /* texts and spans in the arena */
    plm_tally_proposal proposal;
    unsigned me;                              /* our place */
    uint32_t n_padded[PLM_TALLY_MEMBERS_MAX]; /* after the start */
    uint8_t start_hash[PLM_HASH_BYTES];       /* likewise */
    plm_arena arena;
} plm_tally_book;

/* PLM_E_NOT_FOUND, PLM_E_STORE, PLM_E_NOMEM; to be shut in any case. */
plm_status plm_tally_open(plm_tally_book *out, plm_store *store, const char *self,
                          const uint8_t id[static PLM_RUN_ID_BYTES]) PLM_MUST_CHECK;
void plm_tally_shut(plm_tally_book *book);

/*
 * Writes the book's row back after a step forward: the time to wait begins anew. PLM_E_EXISTS: some
 * other process was faster, and this transaction is to be given up.
 */
plm_status plm_tally_save(plm_node *node, plm_tally_book *book, int64_t now_ms) PLM_MUST_CHECK;
/* Posts a step to the party at a place. Part of the caller's transaction. */
plm_status plm_tally_post(plm_node *node, const plm_tally_book *book, unsigned place,
                          plm_tally_step step, plm_span body, int64_t now_ms) PLM_MUST_CHECK;
/* To everybody but us. */
plm_status plm_tally_post_all(plm_node *node, const plm_tally_book *book, plm_tally_step step,
                              plm_span body, int64_t now_ms) PLM_MUST_CHECK;
/*
 * Ends it here and, unless the counting party told us, says so: to the counting party, or from it
 * to all. Secrets and pieces go; what was charged is given back if no table can have come of it.
 */
plm_status plm_tally_stop(plm_node *node, plm_tally_book *book, const plm_tally_end *end,
                          bool is_told, int64_t now_ms) PLM_MUST_CHECK;
/* Part of the caller's transaction: an entry with the tally's id and what follows it. */
plm_status plm_tally_note(plm_store *store, const char *kind, const plm_tally_book *book,
                          plm_span more, int64_t now_ms) PLM_MUST_CHECK;
/* Has every list gone through our hands? Before that, nobody can have counted. */
plm_status plm_tally_passed_all(plm_store *store, const plm_tally_book *book,
                                bool *all) PLM_MUST_CHECK;
/* The party that is waited for; our own if it is our officer. */
plm_status plm_tally_waits_for(plm_store *store, const plm_tally_book *book,
                               unsigned *place) PLM_MUST_CHECK;

/* Our records as the machine takes them. */
typedef struct plm_tally_list_of_ours {
    struct plm_tally_record *records; /* n_records; SECRET tokens in `tokens` */
    size_t n_records;
    plm_token *tokens;
    uint32_t n_persons;
    uint32_t most_tokens; /* of one person */
    uint64_t n_excluded[PLM_EXCLUSION_COUNT];
} plm_tally_list_of_ours;

/* PLM_E_CANCELLED, PLM_E_STORE, PLM_E_NOMEM, PLM_E_LIMIT. To be wiped in any case. */
plm_status plm_tally_select(plm_tally_list_of_ours *out, const plm_node *node,
                            const plm_accord *accord, const plm_purpose *purpose,
                            const plm_tally_proposal *proposal) PLM_MUST_CHECK;
void plm_tally_select_wipe(plm_tally_list_of_ours *list);

/*
 * Whether we may take part: policy, budget, list. PLM_E_REFUSED with *end saying why; else *n is
 * the number of records we say.
 */
plm_status plm_tally_judge(plm_node *node, const plm_tally_proposal *proposal, unsigned me,
                           int64_t now_ms, uint32_t *n, plm_tally_end *end) PLM_MUST_CHECK;

typedef struct plm_tally_wish {
    const char *purpose;
    const char *const *with; /* codes of the other parties, in the order of the ring after us */
    size_t n_with;
    const uint8_t *accord_hash; /* NULL: the accord in force with the first of them */
    plm_strata strata;
    const char *officer;
} plm_tally_wish;

/*
 * Proposes a tally in which we count. PLM_E_REFUSED with *end; PLM_E_NOT_FOUND: no accord;
 * PLM_E_ARGUMENT: parties or strata that no tally can have.
 */
plm_status plm_tally_propose(plm_node *node, const plm_tally_wish *wish,
                             uint8_t id[static PLM_RUN_ID_BYTES],
                             plm_tally_end *end) PLM_MUST_CHECK;
/*
 * Our officer's yes to a proposal, or no to any tally that goes on. officer "": the node, where the
 * accord leaves it to it. PLM_E_REFUSED with *end: it was judged and is over. PLM_E_ARGUMENT: it is
 * not in a state for that.
 */
plm_status plm_tally_agree(plm_node *node, const uint8_t id[static PLM_RUN_ID_BYTES],
                           const char *officer, plm_tally_end *end) PLM_MUST_CHECK;
plm_status plm_tally_cancel(plm_node *node, const uint8_t id[static PLM_RUN_ID_BYTES],
                            const char *officer) PLM_MUST_CHECK;

/*
 * Takes every tally as far as it goes with what has come in: consents where the accord leaves that
 * to the node, lists that are whole, signatures, and deadlines. *n: steps made.
 */
plm_status plm_tally_go_on(plm_node *node, int64_t now_ms, uint64_t *n) PLM_MUST_CHECK;

/* What go_on calls, each within its own transaction; *did: whether it was the time for it. */
plm_status plm_tally_begin(plm_node *node, plm_tally_book *book, int64_t now_ms,
                           bool *did) PLM_MUST_CHECK;
plm_status plm_tally_pass_lists(plm_node *node, plm_tally_book *book, int64_t now_ms,
                                bool *did) PLM_MUST_CHECK;
plm_status plm_tally_count_lists(plm_node *node, plm_tally_book *book, int64_t now_ms,
                                 bool *did) PLM_MUST_CHECK;
plm_status plm_tally_close(plm_node *node, plm_tally_book *book, int64_t now_ms,
                           bool *did) PLM_MUST_CHECK;
/* Places of the lists that have records. */
uint8_t plm_tally_lists(const plm_tally_book *book);
/* Signs the table and keeps it: at the counting party, and where it comes in. */
plm_status plm_tally_sign_table(plm_node *node, plm_tally_book *book, plm_span table,
                                int64_t now_ms) PLM_MUST_CHECK;
/* The identity key of the party at a place. PLM_E_STORE: the accord is gone. */
plm_status plm_tally_identity(plm_store *store, const plm_tally_book *book, unsigned place,
                              uint8_t out[static 32]) PLM_MUST_CHECK;

/* Handlers of parcels (node/delivery.h). */
plm_status plm_tally_take_step(plm_node *node, const plm_parcel_in *in,
                               plm_parcel_verdict *verdict) PLM_MUST_CHECK;
plm_status plm_tally_take_piece(plm_node *node, const plm_parcel_in *in,
                                plm_parcel_verdict *verdict) PLM_MUST_CHECK;
/* START, RESULT and CLOSE, which only the counting party sends. */
plm_status plm_tally_take_start(plm_node *node, plm_tally_book *book, plm_span body, int64_t now_ms,
                                plm_parcel_verdict *verdict) PLM_MUST_CHECK;
plm_status plm_tally_take_result(plm_node *node, plm_tally_book *book, plm_span body,
                                 int64_t now_ms, plm_parcel_verdict *verdict) PLM_MUST_CHECK;
plm_status plm_tally_take_close(plm_node *node, plm_tally_book *book, plm_span body, int64_t now_ms,
                                plm_parcel_verdict *verdict) PLM_MUST_CHECK;

#endif
