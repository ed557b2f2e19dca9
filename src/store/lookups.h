/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookups.h - what a holder keeps of its indexes and of who asks them (spec/store.md section 7).
 */
#ifndef PLM_STORE_LOOKUPS_H
#define PLM_STORE_LOOKUPS_H

#include "store/store.h"

enum {
    PLM_EPOCH_KEY_SEALED_MAX = 128
};

typedef enum plm_epoch_state {
    PLM_EPOCH_BUILT,     /* made, answered for to nobody yet */
    PLM_EPOCH_PUBLISHED, /* the one that is fetched */
    PLM_EPOCH_RETIRING,  /* answered for until until_ms, beside the published one */
    PLM_EPOCH_GONE,      /* its key is deleted */
    PLM_EPOCH_STATE_COUNT
} plm_epoch_state;

const char *plm_epoch_state_name(plm_epoch_state state);

typedef struct plm_stored_epoch {
    uint8_t accord_hash[32];
    const char *purpose;
    uint32_t epoch;
    plm_epoch_state state;
    uint8_t public_key[32];
    plm_span sealed_key; /* empty once it is gone */
    uint8_t root[32];
    uint64_t sequence;   /* of the last changes; 0: none */
    uint8_t content[32]; /* hash of what the last changes say; zeroes: none */
    uint64_t n_entries;
    uint64_t n_added; /* by the last changes */
    uint64_t n_withdrawn;
    bool has_labels;
    uint32_t urgent_roles; /* bit set of 1 << plm_role: their labels say so */
    const char *handling;
    int64_t made_ms;
    int64_t changed_ms;
    int64_t until_ms;     /* of a retiring one */
    int64_t changes_from; /* changes of records behind this mark came after it was built; 0: none */
} plm_stored_epoch;

/*
 * Inserts, or replaces all of the epoch of that accord, purpose and number. A mark that is there no
 * longer is not kept: changes_from is 0 then.
 */
plm_status plm_store_put_epoch(plm_store *store, const plm_stored_epoch *epoch) PLM_MUST_CHECK;
typedef plm_status plm_epoch_fn(void *context, const plm_stored_epoch *epoch);
/*
 * By accord and purpose, the newest first; borrowed until fn returns. accord_hash and purpose may
 * be NULL: all.
 */
plm_status plm_store_each_epoch(plm_store *store, const uint8_t *accord_hash, const char *purpose,
                                plm_epoch_fn *fn, void *context) PLM_MUST_CHECK;

/*
 * Marks where an epoch begins to be built: from now on it is noted which records are changed or
 * deleted. *mark: for its changes_from.
 */
plm_status plm_store_mark_changes(plm_store *store, int64_t *mark) PLM_MUST_CHECK;
/* Notes all records of a register that is going to be deleted without triggers. */
plm_status plm_store_note_dropped(plm_store *store, int64_t register_id) PLM_MUST_CHECK;
/* Forgets what no epoch that is not gone needs any more. */
plm_status plm_store_trim_changes(plm_store *store) PLM_MUST_CHECK;
/*
 * Numbers of the records that were changed or deleted behind the mark, or are new, since their
 * numbers are above last_number; ascending.
 */
plm_status plm_store_each_changed(plm_store *store, int64_t mark, int64_t last_number,
                                  plm_number_fn *fn, void *context) PLM_MUST_CHECK;
/* The highest number a record has; 0 if there is none. */
plm_status plm_store_last_number(plm_store *store, int64_t *number) PLM_MUST_CHECK;

/* What a peer used in one hour (number of hours since 1970). */
typedef struct plm_lookup_usage {
    const char *peer;
    uint8_t accord_hash[32];
    const char *purpose;
    int64_t hour;
    uint64_t charged; /* evaluations */
    uint64_t refused; /* asked for beyond the budget */
    uint64_t batches;
    uint64_t hits; /* that came back as notices */
} plm_lookup_usage;

/* What a peer has been charged in that hour. */
plm_status plm_store_lookup_charged(plm_store *store, const char *peer,
                                    const uint8_t accord_hash[static 32], const char *purpose,
                                    int64_t hour, uint64_t *charged) PLM_MUST_CHECK;
/*
 * Charges n more unless that would pass `limit`, in one transaction: two connections at once can't
 * both have the last one. PLM_E_LIMIT: not charged.
 */
plm_status plm_store_lookup_charge(plm_store *store, const plm_lookup_usage *key, uint64_t n,
                                   uint64_t limit) PLM_MUST_CHECK;
/* Gives back `unused` of what was charged, and adds the key's refused, batches and hits. */
plm_status plm_store_lookup_note(plm_store *store, const plm_lookup_usage *key,
                                 uint64_t unused) PLM_MUST_CHECK;
typedef plm_status plm_lookup_usage_fn(void *context, const plm_lookup_usage *usage);
/* From that hour on; by peer, purpose and hour. */
plm_status plm_store_each_lookup_usage(plm_store *store, int64_t since_hour,
                                       plm_lookup_usage_fn *fn, void *context) PLM_MUST_CHECK;

/* A peer says that it hit an entry of our index. */
typedef struct plm_stored_notice {
    uint8_t id[32];
    const char *peer;
    uint8_t accord_hash[32];
    const char *purpose;
    uint32_t epoch;
    uint8_t reference[16];
    int64_t record; /* 0: no record of ours has the reference */
    const char *case_ref;
    int64_t asked_ms;
    int64_t received_ms;
} plm_stored_notice;

plm_status plm_store_put_notice(plm_store *store, const plm_stored_notice *notice) PLM_MUST_CHECK;
typedef plm_status plm_notice_fn(void *context, const plm_stored_notice *notice);
/* The newest first. */
plm_status plm_store_each_notice(plm_store *store, plm_notice_fn *fn, void *context) PLM_MUST_CHECK;

#endif
