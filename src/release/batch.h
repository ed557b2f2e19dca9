/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.h - how released hits travel: in batches that are all alike (spec/release.md section 5).
 *
 *   +-----------+--------------+-----------+-------------+---------- slots of 1,024 bytes -------+
 *   | run id 16 | batch no u16 | slots u16 | time u64    | slot 0 | slot 1 | ...                 |
 *   +-----------+--------------+-----------+-------------+---------------------------------------+
 *   a slot:
 *   +---------+-------------+------------+-----------+------------------+----------+-------------+
 *   | kind u8 | link 16     | hit no u32 | grade u8  | rules: n u8, each| fields:  | zero bytes  |
 *   | 0, 1    |             |            |           | u16 + bytes      | n u8 ... | to the end  |
 *   +---------+-------------+------------+-----------+------------------+----------+-------------+
 *   a field: number of the label (u8), u16 length, text
 *
 * A run that the holder learns first is followed by the same number of batches, at the same times,
 * of the same size - whether all its hits are released, some, or none, or there were none. An empty
 * slot is all zero. So what the asker sees of a hit that lapsed is what it sees of no hit.
 *
 * Adversary: decode takes hostile bytes.
 */
#ifndef PLM_RELEASE_BATCH_H
#define PLM_RELEASE_BATCH_H

#include "ident/link.h"
#include "wire/message.h"

enum {
    PLM_SLOT_BYTES = 1024,
    PLM_SLOTS_MAX = 512, /* of one batch: half a mebibyte */
    PLM_BATCHES_MAX = 1000,
    PLM_SLOT_RULES_MAX = 16,
    PLM_SLOT_FIELDS_MAX = 32,
    PLM_BATCH_HEAD_BYTES = PLM_RUN_ID_BYTES + 2 + 2 + 8
};

typedef struct plm_slot_field {
    uint8_t label; /* plm_label_name */
    plm_span text; /* 1 to 200 bytes of UTF-8 */
} plm_slot_field;

/* A released hit. Spans are borrowed: from the caller, or from the bytes that were decoded. */
typedef struct plm_batch_slot {
    plm_span rules[PLM_SLOT_RULES_MAX]; /* names */
    plm_slot_field fields[PLM_SLOT_FIELDS_MAX];
    uint32_t number;              /* the holder's number for this hit in the run */
    uint8_t link[PLM_LINK_BYTES]; /* the asker's own pseudonym for its record */
    uint8_t grade;                /* 0: none given; 1 possible, 2 probable, 3 strong */
    uint8_t n_rules;
    uint8_t n_fields;
} plm_batch_slot;

typedef struct plm_batch_head {
    uint8_t run_id[PLM_RUN_ID_BYTES];
    uint16_t number; /* 0 to PLM_BATCHES_MAX - 1 */
    uint16_t n_slots;
    int64_t time_ms;
} plm_batch_head;

/* Bytes of a batch of so many slots, whatever is in them. */
size_t plm_batch_bytes(uint16_t n_slots);

/*
 * Appends a batch: `slots` first, empty ones behind. *n_cut: how many fields and rules did not fit
 * into their slots and were left out, the last first. PLM_E_ARGUMENT (more slots than the batch
 * has, texts that decode would refuse), PLM_E_LIMIT, PLM_E_NOMEM; then `out` is as it was.
 */
plm_status plm_batch_encode(plm_buf *out, const plm_batch_head *head, const plm_batch_slot *slots,
                            size_t n_slots, uint64_t *n_cut) PLM_MUST_CHECK;

/* PLM_E_PROTOCOL: not a batch. The slots' bytes, for plm_slot_decode, in *slots. */
plm_status plm_batch_decode(plm_batch_head *out, plm_span *slots, plm_span body) PLM_MUST_CHECK;
/* Slot `at` of the slots that plm_batch_decode gave. *is_empty: nothing is in it. PLM_E_PROTOCOL.
 */
plm_status plm_slot_decode(plm_batch_slot *out, bool *is_empty, plm_span slots,
                           size_t at) PLM_MUST_CHECK;

/*
 * When batch `number` goes out: `every_ms` after the one before, the first as long after the run's
 * end. Depends on nothing else.
 */
int64_t plm_batch_due_ms(int64_t run_ended_ms, int64_t every_ms, uint16_t number);

#endif
