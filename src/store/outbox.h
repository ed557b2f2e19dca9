/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox.h - parcels on their way, and those that came (spec/store.md section 5).
 *
 * A parcel is put in by the transaction that makes it, waits until the peer's word on it is there,
 * and goes in the order in which it was put. The inbox remembers what was taken and what was
 * answered, so that a parcel that comes again is answered again and nothing else.
 */
#ifndef PLM_STORE_OUTBOX_H
#define PLM_STORE_OUTBOX_H

#include "store/store.h"

typedef struct plm_outgoing {
    int64_t number;
    uint8_t id[32];
    const char *peer;
    uint8_t kind;
    int64_t created_ms;
    int64_t ended_ms; /* 0 while it waits */
    uint8_t verdict;  /* of the peer, once it ended */
    uint64_t n_bytes;
} plm_outgoing;

/* PLM_E_EXISTS: it is there already. */
plm_status plm_store_outbox_put(plm_store *store, const uint8_t id[static 32], const char *peer,
                                uint8_t kind, plm_span bytes, int64_t now_ms) PLM_MUST_CHECK;
/*
 * The first parcel that waits for this peer; its bytes are appended to out, its id in `id`.
 * PLM_E_NOT_FOUND: none waits.
 */
plm_status plm_store_outbox_next(plm_store *store, const char *peer, uint8_t id[static 32],
                                 plm_buf *out) PLM_MUST_CHECK;
/* The first that waits behind that of *number (0: all), which becomes its own. As above. */
plm_status plm_store_outbox_after(plm_store *store, const char *peer, int64_t *number,
                                  uint8_t id[static 32], plm_buf *out) PLM_MUST_CHECK;
/* Appends the bytes of this parcel; none where they were forgotten. PLM_E_NOT_FOUND. */
plm_status plm_store_outbox_bytes(plm_store *store, const char *peer, const uint8_t id[static 32],
                                  plm_buf *out) PLM_MUST_CHECK;
/*
 * The peer's word on a parcel: it waits no longer, and its bytes are forgotten. *was_waiting: false
 * if another session was told first. PLM_E_NOT_FOUND: there is no such parcel for this peer.
 */
plm_status plm_store_outbox_end(plm_store *store, const char *peer, const uint8_t id[static 32],
                                uint8_t verdict, plm_span acknowledgement, int64_t now_ms,
                                bool *was_waiting) PLM_MUST_CHECK;
/* Whether a parcel still waits, and else the peer's verdict. PLM_E_NOT_FOUND. */
plm_status plm_store_outbox_get(plm_store *store, const uint8_t id[static 32], bool *waits,
                                uint8_t *verdict) PLM_MUST_CHECK;
typedef plm_status plm_outgoing_fn(void *context, const plm_outgoing *parcel);
/* In the order they were put. */
plm_status plm_store_each_outgoing(plm_store *store, plm_outgoing_fn *fn,
                                   void *context) PLM_MUST_CHECK;

/* Appends the acknowledgement that this parcel was given. PLM_E_NOT_FOUND: it is new. */
plm_status plm_store_inbox_get(plm_store *store, const uint8_t id[static 32],
                               plm_buf *acknowledgement) PLM_MUST_CHECK;
plm_status plm_store_inbox_put(plm_store *store, const uint8_t id[static 32], const char *peer,
                               plm_span acknowledgement, int64_t now_ms) PLM_MUST_CHECK;

/* Called for each peer for which something waits, and since when to try. */
typedef plm_status plm_waiting_fn(void *context, const char *peer, uint64_t n_waiting,
                                  int64_t next_ms);
plm_status plm_store_each_waiting(plm_store *store, plm_waiting_fn *fn,
                                  void *context) PLM_MUST_CHECK;
/*
 * How a delivery to the peer went. After a failure the next attempt waits: first_ms doubled for
 * each failure before it, most_ms at most.
 */
plm_status plm_store_delivery(plm_store *store, const char *peer, bool went_well, int64_t now_ms,
                              int64_t first_ms, int64_t most_ms) PLM_MUST_CHECK;

#endif
