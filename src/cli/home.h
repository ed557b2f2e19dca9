/* SPDX-License-Identifier: Apache-2.0 */
/*
 * home.h - a node's directory: identity.key (the sealed identity key), palermo.conf (settings, see
 * config.h) and palermo.db (the store, where no other is set).
 */
#ifndef PLM_CLI_HOME_H
#define PLM_CLI_HOME_H

#include "cli/options.h"
#include "node/node.h"
#include "store/keyfile.h"

#include <limits.h>

typedef struct plm_home {
    char directory[PATH_MAX];
    char store_path[PATH_MAX]; /* a file, or the URI of a database */
    char config_path[PATH_MAX];
    char key_path[PATH_MAX];
    plm_store *store;
    char code[PLM_CODE_MAX];
    uint8_t identity[32];
} plm_home;

/* Each of these says on standard error what is wrong (after `command`) if it fails. */

/* The paths alone, with what the configuration says of them; no store is opened. */
plm_status plm_home_paths(plm_home *home, const plm_common *common,
                          const char *command) PLM_MUST_CHECK;
/* Where the store is: a URI as it stands, a file's path from the node's directory on. */
void plm_home_place_store(plm_home *home, const char *where);
/* Says why the store at `where` can't be opened, and no password that stands there. */
void plm_home_say_store(const char *command, const char *where, const char *why);
/* Opens the store of an initialised node and reads who we are. */
plm_status plm_home_open(plm_home *home, const plm_common *common,
                         const char *command) PLM_MUST_CHECK;
void plm_home_close(plm_home *home);
/*
 * Holds the file `name` ("serve.lock", "match.lock") of the directory until *fd is closed.
 * PLM_E_EXISTS: another process holds it. PLM_E_IO (errno).
 */
plm_status plm_home_lock(const plm_home *home, const char *name, int *fd) PLM_MUST_CHECK;

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
