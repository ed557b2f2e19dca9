/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes.h - what was added to an index and withdrawn from it since it was made (spec/lookup.md
 * section 5). Each file of changes says all of them, and takes the place of the one before; its
 * sequence number tells which is the newer.
 *
 *   +--------------+---------------------+-----------------+-----------------------+
 *   | header, 1024 | withdrawn, m * 10   | added, n * 10   | sealed labels, n * s  |
 *   +--------------+---------------------+-----------------+-----------------------+
 *
 * Whole fingerprints, ascending and different; one that is in both lists is an entry whose label
 * is another now. The header has the hash of all that follows, which is compared at opening.
 */
#ifndef PLM_INDEX_CHANGES_H
#define PLM_INDEX_CHANGES_H

#include "index/index.h"

typedef struct plm_changes {
    plm_index_header header;
    plm_map map; /* of a file; empty if the bytes are the caller's */
    plm_span withdrawn;
    plm_span added;
    plm_span labels;
} plm_changes;

/*
 * Maps and checks all of it. index: what they must be changes of. PLM_E_IO (errno), PLM_E_NOMEM,
 * PLM_E_PROTOCOL (no changes, or of another index), PLM_E_AUTH, PLM_E_TAMPERED (not the bytes that
 * were signed).
 */
plm_status plm_changes_open(plm_changes *out, const char *path, const uint8_t identity[static 32],
                            const plm_index_header *index) PLM_MUST_CHECK;
/* The same on bytes that stay the caller's. identity and index may be NULL: not compared. */
plm_status plm_changes_open_bytes(plm_changes *out, plm_span bytes, const uint8_t *identity,
                                  const plm_index_header *index) PLM_MUST_CHECK;
void plm_changes_close(plm_changes *changes);

typedef enum plm_change {
    PLM_CHANGE_NONE,
    PLM_CHANGE_ADDED,
    PLM_CHANGE_WITHDRAWN
} plm_change;

/* What they say of a fingerprint; *label: the sealed label of an added one, borrowed. O(log n). */
plm_change plm_changes_find(const plm_changes *changes, const plm_fingerprint *fingerprint,
                            plm_span *label);

/*
 * Writes changes to `path`, whole or not at all. header: as in plm_index_write, with sequence and
 * `index` set. withdrawn: ascending, different. added: different; put into order here. make->label
 * is called with each added row's item. PLM_E_IO, PLM_E_NOMEM, PLM_E_ARGUMENT, PLM_E_LIMIT.
 */
plm_status plm_changes_write(const char *path, plm_index_header *header,
                             const plm_fingerprint *withdrawn, size_t n_withdrawn,
                             plm_index_row *added, size_t n_added,
                             const plm_index_make *make) PLM_MUST_CHECK;

/* --- an index with its changes: what an asker looks into ------------------------------------- */

typedef struct plm_index_view {
    const plm_index *index;
    const plm_changes *changes; /* NULL: there are none yet */
} plm_index_view;

/*
 * PLM_OK: a hit; *label is what its label says, zeroed if there are no labels. PLM_E_NOT_FOUND:
 * none. PLM_E_TAMPERED: the bytes are not those that the holder signed, or the label it signed
 * does not open.
 */
plm_status plm_index_look(const plm_index_view *view, const plm_index_key *key,
                          plm_index_label *label) PLM_MUST_CHECK;

#endif
