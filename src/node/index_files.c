/* SPDX-License-Identifier: Apache-2.0 */
#include "node/index_files.h"

#include "base/ct.h"
#include "base/file.h"
#include "crypto/hasher.h"
#include "crypto/sign.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    ACCORD_BYTES = 8, /* of its hash, in a file's name */
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SEALED_BYTES = NONCE_BYTES + PLM_OPRF_SCALAR_BYTES + TAG_BYTES,
    LOCK_MS = 30000, /* a change is waited for so long */
    LOCK_PAUSE_MS = 20
};

static const char *const endings[] = {
    [PLM_INDEX_FILE_INDEX] = "index",
    [PLM_INDEX_FILE_CHANGES] = "changes",
    [PLM_INDEX_FILE_OWN] = "own",
    [PLM_INDEX_FILE_CARRIERS] = "carriers",
};

/* Looked for first: a serving process may make no directories (node/sandbox.h). */
static plm_status make_directory(const char *path)
{
    return access(path, F_OK) == 0 || mkdir(path, 0700) == 0 || errno == EEXIST ? PLM_OK : PLM_E_IO;
}

/* Where our files, or those of peers, lie. */
static plm_status directory_of(char out[static PATH_MAX], const plm_node *node, const char *peer)
{
    if (node->directory == NULL) {
        return PLM_E_ARGUMENT;
    }
    const int n =
        snprintf(out, PATH_MAX, "%s/%s", node->directory, peer == NULL ? "index" : "peers");
    return n < 0 || n >= PATH_MAX ? PLM_E_LIMIT : make_directory(out);
}

plm_status plm_index_path(char out[static PATH_MAX], const plm_node *node, const char *peer,
                          const uint8_t accord_hash[static 32], const char *purpose, uint32_t epoch,
                          plm_index_file file)
{
    char accord[2 * ACCORD_BYTES + 1];
    plm_status status = directory_of(out, node, peer);
    if (status != PLM_OK) {
        return status;
    }
    const int n = (int)strlen(out);
    plm_hex_encode(accord, accord_hash, ACCORD_BYTES);
    int more =
        snprintf(out + n, (size_t)(PATH_MAX - n), "/%s%s%s-%s-%u.%s", peer == NULL ? "" : peer,
                 peer == NULL ? "" : "-", accord, purpose, epoch, endings[file]);
    return more < 0 || more >= PATH_MAX - n ? PLM_E_LIMIT : PLM_OK;
}

void plm_index_files_remove(const plm_node *node, const char *peer,
                            const uint8_t accord_hash[static 32], const char *purpose,
                            uint32_t epoch)
{
    for (unsigned file = PLM_INDEX_FILE_INDEX; file <= PLM_INDEX_FILE_CARRIERS; file++) {
        char path[PATH_MAX];
        if (plm_index_path(path, node, peer, accord_hash, purpose, epoch, (plm_index_file)file) ==
            PLM_OK) {
            (void)unlink(path);
        }
    }
}

plm_status plm_index_lock(const plm_node *node, plm_index_lock_kind kind, int *fd)
{
    char path[PATH_MAX];
    const bool is_waited_for = kind == PLM_INDEX_LOCK_CHANGE;
    const int64_t end = plm_clock_ms() + (is_waited_for ? LOCK_MS : 0);
    const struct timespec pause = {0, LOCK_PAUSE_MS * 1000000L};
    plm_status status = directory_of(path, node, NULL);
    if (status != PLM_OK) {
        return status;
    }
    const size_t n = strlen(path);
    const char *name = is_waited_for ? "change" : "build";
    const int more = snprintf(path + n, PATH_MAX - n, "/%s.lock", name);
    if (more < 0 || (size_t)more >= PATH_MAX - n) {
        return PLM_E_LIMIT;
    }
    status = plm_file_lock(path, fd);
    while (status == PLM_E_EXISTS && plm_clock_ms() < end) {
        (void)nanosleep(&pause, NULL);
        status = plm_file_lock(path, fd);
    }
    return status;
}

void plm_index_unlock(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}

/* Everything of ours for lookups is made from the identity seed, each under a label of its own. */
static void derive(uint8_t out[static 32], const char *label, const plm_node *node,
                   const uint8_t accord_hash[static 32], const char *purpose, uint32_t epoch)
{
    plm_hasher h;
    plm_hasher_init(&h, label);
    plm_hasher_fixed(&h, node->seed, sizeof node->seed);
    plm_hasher_fixed(&h, accord_hash, 32);
    plm_hasher_bytes(&h, plm_span_str(purpose));
    plm_hasher_number(&h, epoch);
    plm_hasher_final(&h, out);
}

void plm_index_link_key(uint8_t out[static 32], const plm_node *node,
                        const uint8_t accord_hash[static 32], const char *purpose)
{
    derive(out, "palermo/1 index-reference", node, accord_hash, purpose, 0);
}

/* The key is of this epoch alone, so nothing else needs to be bound to what is sealed under it. */
static void sealing_key(uint8_t out[static 32], const plm_node *node, const plm_stored_epoch *epoch)
{
    derive(out, "palermo/1 epoch-key", node, epoch->accord_hash, epoch->purpose, epoch->epoch);
}

plm_status plm_epoch_key_seal(plm_buf *out, const plm_node *node, const plm_stored_epoch *epoch,
                              const uint8_t secret[static 32])
{
    uint8_t key[32];
    uint8_t sealed[SEALED_BYTES];
    sealing_key(key, node, epoch);
    plm_random(sealed, NONCE_BYTES);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_BYTES, NULL, secret,
                                                     PLM_OPRF_SCALAR_BYTES, epoch->public_key,
                                                     sizeof epoch->public_key, NULL, sealed, key);
    plm_wipe(key, sizeof key);
    return plm_buf_append(out, sealed, sizeof sealed);
}

plm_status plm_epoch_key_open(plm_epoch_key *out, const plm_node *node,
                              const plm_stored_epoch *epoch)
{
    uint8_t key[32];
    const plm_span sealed = epoch->sealed_key;
    if (sealed.n == 0) {
        return PLM_E_NOT_FOUND;
    }
    if (sealed.n != SEALED_BYTES) {
        return PLM_E_STORE;
    }
    sealing_key(key, node, epoch);
    int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
        out->secret, NULL, NULL, sealed.p + NONCE_BYTES, sealed.n - NONCE_BYTES, epoch->public_key,
        sizeof epoch->public_key, sealed.p, key);
    plm_wipe(key, sizeof key);
    if (result != 0) {
        plm_wipe(out, sizeof *out);
        return PLM_E_STORE;
    }
    memcpy(out->public_key, epoch->public_key, sizeof out->public_key);
    return PLM_OK;
}
