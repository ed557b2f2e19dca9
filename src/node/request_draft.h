/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_draft.h - drafts of requests and offers: begun from what is known, kept, and sent.
 */
#ifndef PLM_NODE_REQUEST_DRAFT_H
#define PLM_NODE_REQUEST_DRAFT_H

#include "node/request.h"

/* Puts in who we are, unless the document says so already. PLM_E_STORE, PLM_E_NOMEM. */
plm_status plm_request_add_authority(plm_store *store, json_t *document) PLM_MUST_CHECK;

/*
 * Puts in what a hit's record and run say: person, offences, rules, case, purpose. hit: "RUN/HIT",
 * or "RUN/RECORD" with the source's id; RUN may be the beginning of an id. peer: the run's.
 * PLM_E_SYNTAX: it is neither; PLM_E_NOT_FOUND: there is none; PLM_E_REFUSED: it has not been
 * released.
 */
plm_status plm_request_fill_from_hit(plm_store *store, json_t *document, const char *hit,
                                     char peer[static PLM_CODE_MAX]) PLM_MUST_CHECK;

/*
 * Keeps the document as the row's draft; its kind, direction and urgency go into the row. Faults of
 * the document go to sink under `file`, what it lacks to missing. PLM_E_INVALID.
 */
plm_status plm_request_put_draft(plm_store *store, plm_request_row *row, json_t *document,
                                 bool is_new, int64_t now_ms, const plm_diag_sink *sink,
                                 const char *file, plm_missing_fn *missing,
                                 void *context) PLM_MUST_CHECK;
/* Whether some accord here has that party. PLM_E_NOT_FOUND. */
plm_status plm_request_check_peer(plm_store *store, const char *self,
                                  const char *peer) PLM_MUST_CHECK;
/* The draft's document; new reference. PLM_E_REFUSED: it is no draft any more. */
plm_status plm_request_draft_document(const plm_request_book *book, json_t **out) PLM_MUST_CHECK;

/*
 * Signs a complete draft and posts it. PLM_E_INVALID: it lacks what was told to `missing`;
 * PLM_E_REFUSED: *fit says why it does not go under any accord. Else as plm_request_act.
 */
plm_status plm_request_send_draft(plm_node *node, plm_request_book *book, json_t *document,
                                  const plm_diag_sink *sink, plm_missing_fn *missing, void *context,
                                  plm_request_fit *fit) PLM_MUST_CHECK;
/* In words; never NULL. */
const char *plm_request_fit_sentence(plm_request_fit fit);

/*
 * Enters into the ledger that something of a request left: for what, to whom ("" for ourselves),
 * and the hash of it. What could not be entered does not leave.
 */
plm_status plm_request_note_export(plm_store *store, const uint8_t id[static PLM_REQUEST_ID_BYTES],
                                   const char *purpose, const char *to, plm_span what,
                                   int64_t now_ms) PLM_MUST_CHECK;

#endif
