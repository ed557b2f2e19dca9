/* SPDX-License-Identifier: Apache-2.0 */
/*
 * home.h - a node's directory: palermo.db (the store) and identity.key (the sealed identity key).
 */
#ifndef PLM_CLI_HOME_H
#define PLM_CLI_HOME_H

#include "cli/options.h"
#include "node/node.h"
#include "store/keyfile.h"

#include <limits.h>

typedef struct plm_home {
    char directory[PATH_MAX];
    char store_path[PATH_MAX];
    char key_path[PATH_MAX];
    plm_store *store;
    char code[PLM_CODE_MAX];
    uint8_t identity[32];
} plm_home;

/* Each of these says on standard error what is wrong (after `command`) if it fails. */

/* The paths alone; nothing is opened. */
plm_status plm_home_paths(plm_home *home, const plm_common *common,
                          const char *command) PLM_MUST_CHECK;
/* Opens the store of an initialised node and reads who we are. */
plm_status plm_home_open(plm_home *home, const plm_common *common,
                         const char *command) PLM_MUST_CHECK;
void plm_home_close(plm_home *home);

/* A setting of the node, in `out` of `size` bytes; "" if there is none. */
plm_status plm_home_setting(const plm_home *home, const char *key, char *out,
                            size_t size) PLM_MUST_CHECK;

/* The secret that opens the identity key: from the key file, the passphrase file, or asked for. */
plm_status plm_home_secret(const plm_common *common, plm_unlock_kind kind, bool is_new,
                           plm_buf *out, const char *command) PLM_MUST_CHECK;
/* Opens the identity key; seed: SECRET. */
plm_status plm_home_unlock(const plm_home *home, const plm_common *common, uint8_t seed[static 32],
                           const char *command) PLM_MUST_CHECK;

#endif
