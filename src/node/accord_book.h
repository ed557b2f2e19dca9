/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_book.h - what a node does with accords: adopting, ratifying, denouncing, adding what other
 * parties signed; each kept with its entry in the ledger, in one transaction.
 */
#ifndef PLM_NODE_ACCORD_BOOK_H
#define PLM_NODE_ACCORD_BOOK_H

#include "node/agreement.h"
#include "node/node.h"

/*
 * Checks a draft and freezes its bytes. self: our own code. *out: the accord, to be destroyed.
 * PLM_E_SYNTAX, PLM_E_INVALID (reported to sink; also if we are no party), the store's.
 */
plm_status plm_accord_adopt(plm_accord **out, plm_store *store, const char *self, plm_span bytes,
                            int64_t now_ms, const plm_diag_sink *sink,
                            const char *file) PLM_MUST_CHECK;

/*
 * Signs for us; the document is appended to out. wish: reservations as JSON, or NULL. PLM_E_EXISTS:
 * we did before. PLM_E_NOT_FOUND: it names tables that are not here, reported. PLM_E_AUTH: the
 * accord names another identity key for us. PLM_E_SYNTAX, PLM_E_INVALID, reported.
 */
plm_status plm_accord_ratify(plm_buf *out, const plm_node *node, const plm_agreement *agreement,
                             const plm_span *wish, int64_t now_ms, const plm_diag_sink *sink,
                             const char *file) PLM_MUST_CHECK;
/* As above. last_day: year 0 for the first that the notice allows. */
plm_status plm_accord_denounce(plm_buf *out, const plm_node *node, const plm_agreement *agreement,
                               plm_date last_day, const char *reason, int64_t now_ms,
                               const plm_diag_sink *sink) PLM_MUST_CHECK;

/* What another party signed. */
typedef struct plm_accord_added {
    uint8_t accord_hash[PLM_HASH_BYTES];
    char party[PLM_CODE_MAX];
    bool is_denunciation;
} plm_accord_added;

/*
 * Adds a ratification or denunciation after checking its signature; one that is here already
 * changes nothing. PLM_E_NOT_FOUND: no such accord was adopted here, or it has no such party.
 * PLM_E_AUTH: the signature is not of that party's key. PLM_E_EXISTS: it gave another ratification
 * before. PLM_E_SYNTAX, PLM_E_INVALID, reported. *out is as far as it could be read.
 */
plm_status plm_accord_add(plm_accord_added *out, plm_store *store, plm_span document,
                          int64_t now_ms, const plm_diag_sink *sink,
                          const char *file) PLM_MUST_CHECK;

/* The accord's own document with "amends" set to its hash; appended to out. */
plm_status plm_accord_amendment(plm_buf *out, plm_store *store,
                                const uint8_t hash[static PLM_HASH_BYTES]) PLM_MUST_CHECK;

#endif
