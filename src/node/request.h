/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - requests and offers of a node: its own steps, the peer's, and what time does.
 *
 * Every step is stored, put into the outbox (if it is ours) and entered into the ledger in one
 * transaction.
 */
#ifndef PLM_NODE_REQUEST_H
#define PLM_NODE_REQUEST_H

#include "node/agreement.h"
#include "node/delivery.h"
#include "request/due.h"
#include "request/note.h"
#include "request/transition.h"
#include "store/requests.h"

/* A request with all its steps, read from the store. */
typedef struct plm_request_book {
    plm_request_row row; /* strings in the arena */
    plm_request_log log;
    plm_arena arena;
} plm_request_book;

/* PLM_E_NOT_FOUND, PLM_E_STORE, PLM_E_NOMEM; shut it in any case. */
plm_status plm_request_open(plm_request_book *out, plm_store *store,
                            const uint8_t id[static PLM_REQUEST_ID_BYTES]) PLM_MUST_CHECK;
void plm_request_shut(plm_request_book *book);

/* Which side of it this node is. */
plm_request_side plm_request_own_side(const plm_request_book *book);

/*
 * Adds a step to the book, in memory and in the store, and brings states and void marks up to date;
 * what the peer said in a void step is erased. Part of the caller's transaction, in which the
 * request's row is there already.
 */
plm_status plm_request_add_step(plm_node *node, plm_request_book *book, const plm_transition *t,
                                plm_step_row *row, const plm_note *note,
                                int64_t now_ms) PLM_MUST_CHECK;

/*
 * Takes a step of our own: links, signs, stores, posts. what: action, code, until and target; the
 * rest is filled in, the step's id in *id. json: the content. PLM_E_REFUSED: not in this state;
 * PLM_E_PROTOCOL: the content lacks something; PLM_E_NOT_FOUND: nothing to recall.
 */
plm_status plm_request_act(plm_node *node, plm_request_book *book, const plm_transition *what,
                           const json_t *json, uint8_t id[static PLM_HASH_BYTES]) PLM_MUST_CHECK;

/* Why a document does not go under an accord; PLM_REQUEST_FITS if it does. */
typedef enum plm_request_fit {
    PLM_REQUEST_FITS,
    PLM_REQUEST_NOT_IN_FORCE,
    PLM_REQUEST_NO_PURPOSE,  /* conditions.purpose is none of the accord's */
    PLM_REQUEST_NOT_OFFENCE, /* an offence is outside that purpose */
} plm_request_fit;

plm_request_fit plm_request_fits(const plm_agreement *agreement, const char *self, const char *with,
                                 const plm_document *document, const json_t *root, plm_date today);

/*
 * When an answer is due: by the deadlines of the purpose that the content's conditions name, as it
 * counts between us and the peer; by the defaults (request/due.h) where they name none.
 * PLM_E_NOMEM, PLM_E_STORE.
 */
plm_status plm_request_due_ms(const plm_node *node,
                              const uint8_t accord_hash[static PLM_HASH_BYTES], const char *peer,
                              plm_span content, bool is_urgent, int64_t sent_ms,
                              int64_t *due_ms) PLM_MUST_CHECK;

/* Handlers of parcels (node/delivery.h). */
plm_status plm_request_take_transition(plm_node *node, const plm_parcel_in *in,
                                       plm_parcel_verdict *verdict) PLM_MUST_CHECK;
plm_status plm_request_take_chunk(plm_node *node, const plm_parcel_in *in,
                                  plm_parcel_verdict *verdict) PLM_MUST_CHECK;

/*
 * Seals a file to the peer and announces it: one step and its chunks. conditions may be NULL.
 * PLM_E_LIMIT: too large; PLM_E_REFUSED as above.
 */
plm_status plm_request_attach(plm_node *node, plm_request_book *book, const char *name,
                              const char *media_type, plm_span file, const char *text,
                              const json_t *conditions) PLM_MUST_CHECK;
/*
 * Opens an attachment that came whole; the file is appended to out. PLM_E_NOT_FOUND: not all of it
 * is here, or it was erased. PLM_E_AUTH: it is not what was announced.
 */
plm_status plm_request_open_attachment(plm_node *node, const plm_step_row *step,
                                       plm_attachment *announced, plm_buf *out) PLM_MUST_CHECK;

/* What passing time did. */
typedef struct plm_keep_report {
    uint64_t n_expired;   /* contents erased */
    uint64_t n_overdue;   /* requests that became overdue */
    uint64_t n_escalated; /* or have to be escalated */
    bool is_clock_ahead;  /* and so nothing was erased (ledger/clock.h) */
} plm_keep_report;

/* Erases what has expired and raises alarms, each once, with its ledger entry. */
plm_status plm_request_keep(plm_store *store, int64_t now_ms,
                            plm_keep_report *report) PLM_MUST_CHECK;

/* Ledger entry with an id (16 or 32 bytes) and a byte. Part of the caller's transaction. */
plm_status plm_request_note_ledger(plm_store *store, const char *kind, const uint8_t *id, size_t n,
                                   uint8_t value, int64_t now_ms) PLM_MUST_CHECK;

#endif
