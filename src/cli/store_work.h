/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_work.h - what palermo store, backup and restore share: copying with a progress line that
 * Ctrl-C ends, and what is printed of a store's content.
 */
#ifndef PLM_CLI_STORE_WORK_H
#define PLM_CLI_STORE_WORK_H

#include "cli/home.h"
#include "cli/say.h"
#include "store/copy.h"

/* plm_store_open; what went wrong is said after `command`. */
plm_status plm_store_work_open(plm_store **out, const char *where, bool create,
                               const char *command) PLM_MUST_CHECK;
/* plm_store_copy, plm_store_content, as above. */
plm_status plm_store_work_copy(plm_store *to, const char *where_to, plm_store *from,
                               const char *where_from, bool exclusive, const char *command,
                               plm_content *out) PLM_MUST_CHECK;
plm_status plm_store_work_content(plm_store *store, const char *where, const char *command,
                                  plm_content *out) PLM_MUST_CHECK;
enum {
    PLM_STORE_WORK_LOCKS = 2
};

/*
 * Sees to it that no process of the node is at work on a store that it is about to leave, and that
 * none begins. fds are for plm_store_work_unlock in any case. PLM_E_EXISTS, PLM_E_IO: said.
 */
plm_status plm_store_work_lock(const plm_home *home, int fds[static PLM_STORE_WORK_LOCKS],
                               const char *command) PLM_MUST_CHECK;
void plm_store_work_unlock(const int fds[static PLM_STORE_WORK_LOCKS]);

/* {"rows": N, "digest": "..."}; the caller adds to it. */
json_t *plm_store_work_json(const plm_content *content);

#endif
