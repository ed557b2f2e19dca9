/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_files.h - where indexes lie in a node's directory, and the keys of our own.
 *
 *     index/ACCORD-PURPOSE-EPOCH.index, .changes, .own, .carriers     ours (ACCORD: 16 hexadecimal
 * digits) peers/PARTY-ACCORD-PURPOSE-EPOCH.index, .changes     fetched
 */
#ifndef PLM_NODE_INDEX_FILES_H
#define PLM_NODE_INDEX_FILES_H

#include "index/evaluate.h"
#include "node/node.h"
#include "store/lookups.h"

#include <limits.h>

typedef enum plm_index_file {
    PLM_INDEX_FILE_INDEX,
    PLM_INDEX_FILE_CHANGES,
    PLM_INDEX_FILE_OWN,
    PLM_INDEX_FILE_CARRIERS
} plm_index_file;

/*
 * The path of a file of our own index (peer NULL) or of a peer's; the directory is made if it is
 * not there. PLM_E_LIMIT (too long), PLM_E_IO, PLM_E_ARGUMENT (the node has no directory).
 */
plm_status plm_index_path(char out[static PATH_MAX], const plm_node *node, const char *peer,
                          const uint8_t accord_hash[static 32], const char *purpose, uint32_t epoch,
                          plm_index_file file) PLM_MUST_CHECK;

/* Takes away what there is of an epoch's files. */
void plm_index_files_remove(const plm_node *node, const char *peer,
                            const uint8_t accord_hash[static 32], const char *purpose,
                            uint32_t epoch);

typedef enum plm_index_lock_kind {
    PLM_INDEX_LOCK_BUILD,
    PLM_INDEX_LOCK_CHANGE /* of epochs that are there: short, and waited for */
} plm_index_lock_kind;

/*
 * One process of the node at a time; held until plm_index_unlock, which takes -1 too. PLM_E_EXISTS:
 * another holds it. PLM_E_IO, PLM_E_ARGUMENT, PLM_E_LIMIT as plm_index_path.
 */
plm_status plm_index_lock(const plm_node *node, plm_index_lock_kind kind, int *fd) PLM_MUST_CHECK;
void plm_index_unlock(int fd);

/*
 * Seals an epoch's secret key under a key made from the node's identity seed; bound to accord,
 * purpose and epoch. Appends to out.
 */
plm_status plm_epoch_key_seal(plm_buf *out, const plm_node *node, const plm_stored_epoch *epoch,
                              const uint8_t secret[static 32]) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: it is gone. PLM_E_STORE: what is stored is not what was sealed. */
plm_status plm_epoch_key_open(plm_epoch_key *out, const plm_node *node,
                              const plm_stored_epoch *epoch) PLM_MUST_CHECK;

/* SECRET; makes the references in labels of an accord and purpose (ident/link.h). */
void plm_index_link_key(uint8_t out[static 32], const plm_node *node,
                        const uint8_t accord_hash[static 32], const char *purpose);

#endif
