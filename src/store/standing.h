/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.h - series of runs that repeat (spec/standing.md section 7): those that this node asks,
 * and those that are asked of it; what was entered last; which pairs were told.
 */
#ifndef PLM_STORE_STANDING_H
#define PLM_STORE_STANDING_H

#include "store/store.h"

enum {
    PLM_STANDING_ID_BYTES = 16,
    PLM_STANDING_CODE = 33, /* a code and its terminator */
    PLM_STANDING_TEXT = 201,
    PLM_STANDING_EVIDENCE_BYTES = 16
};

typedef enum plm_standing_state {
    PLM_STANDING_ACTIVE,
    PLM_STANDING_PAUSED,
    PLM_STANDING_STOPPED,
    PLM_STANDING_STATE_COUNT
} plm_standing_state;

/* "active", "paused", "stopped"; "unknown" for anything else. */
const char *plm_standing_state_name(unsigned state);

typedef struct plm_standing_row {
    uint8_t id[PLM_STANDING_ID_BYTES];
    bool is_asker; /* this node asks */
    char peer[PLM_STANDING_CODE];
    uint8_t accord_hash[32];
    char purpose[PLM_STANDING_CODE];
    char case_ref[PLM_STANDING_TEXT]; /* the asker's: at home; the holder's: as others see it */
    char offence[PLM_STANDING_CODE];  /* the asker's: of the case, if one was chosen; "" */
    char officer[PLM_STANDING_TEXT];  /* the asker's: who started it */
    plm_standing_state state;
    int64_t every_ms; /* the asker's */
    uint8_t key[32];  /* SECRET */
    int64_t created_ms;
    int64_t next_ms;           /* the asker's: the next one is due */
    int64_t last_ms;           /* the last that came to its end began; 0: there is none */
    int64_t whole_ms;          /* the same of those with everything */
    uint8_t last_run[16];      /* the last that came to its end here; zeroes: none */
    uint8_t confirmed_run[16]; /* the holder's: that the asker has said to know */
    uint64_t n_done;
    uint64_t failures; /* in a row */
    int64_t failed_ms; /* the last failure; 0: none since one was done */
    char failure[64];  /* name of a status or refusal */
    char clause[PLM_STANDING_TEXT];
} plm_standing_row;

/* PLM_E_EXISTS: there is one of this id. */
plm_status plm_store_standing_add(plm_store *store, const plm_standing_row *row) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND. */
plm_status plm_store_standing_get(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                                  plm_standing_row *out) PLM_MUST_CHECK;
/* Everything but id, side, peer, accord, purpose, case. PLM_E_NOT_FOUND. */
plm_status plm_store_standing_update(plm_store *store, const plm_standing_row *row) PLM_MUST_CHECK;
typedef plm_status plm_standing_fn(void *context, const plm_standing_row *row);
/* In order of beginning; fn may use the store. */
plm_status plm_store_each_standing(plm_store *store, plm_standing_fn *fn,
                                   void *context) PLM_MUST_CHECK;
/* Deletes what was entered and what was told of the series; it stays itself. */
plm_status plm_store_standing_forget(plm_store *store,
                                     const uint8_t id[static PLM_STANDING_ID_BYTES]) PLM_MUST_CHECK;

/* --- what was entered: of each record that took part the keyed hashes of its tokens ------------
 */

typedef plm_status plm_standing_mark_fn(void *context, int64_t record, plm_span marks);
/* By number of the record, ascending; marks: borrowed until fn returns. */
plm_status plm_store_each_standing_mark(plm_store *store,
                                        const uint8_t id[static PLM_STANDING_ID_BYTES],
                                        plm_standing_mark_fn *fn, void *context) PLM_MUST_CHECK;
/* One record's; an empty span: it did not take part. */
typedef struct plm_standing_mark {
    int64_t record;
    plm_span marks;
} plm_standing_mark;
/*
 * Replaces those of the n records named, ascending by record. A record that is gone is left out.
 * has_none: the series has no marks yet, and many go in by the database's shortest way.
 */
plm_status plm_store_put_standing_marks(plm_store *store,
                                        const uint8_t id[static PLM_STANDING_ID_BYTES],
                                        const plm_standing_mark *marks, size_t n,
                                        bool has_none) PLM_MUST_CHECK;

/* --- what was told -----------------------------------------------------------------------------
 */

typedef struct plm_standing_evidence {
    int64_t record; /* of ours */
    plm_span link;  /* the peer's pseudonym for its record; empty: the engine gave none */
    uint8_t digest[PLM_STANDING_EVIDENCE_BYTES]; /* keyed hash of what agreed */
} plm_standing_evidence;

/*
 * Whether that much of the pair was told before. What was told without a link was told of the first
 * pair that comes with one, and is this pair's from then on.
 */
plm_status plm_store_standing_was_told(plm_store *store,
                                       const uint8_t id[static PLM_STANDING_ID_BYTES],
                                       const plm_standing_evidence *e, bool *yes) PLM_MUST_CHECK;
/*
 * It is told with that hit. Leaves it out if the record is gone, or is a test person, which each
 * run is to find anew; again: as before.
 */
plm_status plm_store_standing_tell(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                                   const plm_standing_evidence *e, const uint8_t run_id[static 16],
                                   uint32_t number) PLM_MUST_CHECK;
/*
 * What was told with hits of that run is untold, but for those that lapsed: of a run that the other
 * side does not know to be done.
 */
plm_status plm_store_standing_untell(plm_store *store,
                                     const uint8_t id[static PLM_STANDING_ID_BYTES],
                                     const uint8_t run_id[static 16]) PLM_MUST_CHECK;

#endif
