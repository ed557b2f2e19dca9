/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_naive.c - the insecure exchange that everything is measured against: each side hashes its
 * tokens with fixed-key AES (Matyas-Meyer-Oseas), one sends 80-bit digests, the other joins. Anyone
 * who sees the digests can test guesses for ever; that is what Palermo replaces.
 */
#include "cli/bench.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    DIGEST_BYTES = 10
};

/* digests[i] = first 80 bits of AES_0(x_i) xor x_i, as two parts for the join. */
static plm_status hash_tokens(const plm_token *tokens, size_t n, uint8_t *digests)
{
    enum {
        STEP = 4096
    };
    static const uint8_t key[16] = {0};
    uint8_t out[STEP * PLM_TOKEN_BYTES + 16];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    plm_status status = PLM_OK;
    if (context == NULL || EVP_EncryptInit_ex2(context, EVP_aes_128_ecb(), key, NULL, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(context, 0) != 1) {
        status = PLM_E_CRYPTO;
    }
    for (size_t at = 0; status == PLM_OK && at < n; at += STEP) {
        size_t count = n - at < STEP ? n - at : STEP;
        int length = 0;
        if (EVP_EncryptUpdate(context, out, &length, tokens[at].b,
                              (int)(count * PLM_TOKEN_BYTES)) != 1) {
            status = PLM_E_CRYPTO;
            break;
        }
        for (size_t i = 0; i < count; i++) {
            for (size_t b = 0; b < DIGEST_BYTES; b++) {
                digests[(at + i) * DIGEST_BYTES + b] =
                    out[i * PLM_TOKEN_BYTES + b] ^ tokens[at + i].b[b];
            }
        }
    }
    EVP_CIPHER_CTX_free(context);
    return status;
}

static plm_status move_all(int fd, uint8_t *bytes, size_t n, bool send_them)
{
    while (n > 0) {
        ssize_t moved =
            send_them ? send(fd, bytes, n, MSG_NOSIGNAL) : recv(fd, bytes, n, MSG_WAITALL);
        if (moved <= 0) {
            return PLM_E_IO;
        }
        bytes += moved;
        n -= (size_t)moved;
    }
    return PLM_OK;
}

/* Open addressing on the digests themselves, which are uniform. */
static plm_status join(const uint8_t *ours, size_t n_ours, const uint8_t *theirs, size_t n_theirs,
                       uint64_t *n_hits)
{
    size_t slots = 1;
    while (slots < 2 * n_theirs) {
        slots *= 2;
    }
    uint32_t *table = (uint32_t *)calloc(slots, sizeof *table);
    if (table == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n_theirs; i++) {
        uint64_t slot;
        memcpy(&slot, theirs + i * DIGEST_BYTES, sizeof slot);
        for (slot &= slots - 1; table[slot] != 0; slot = (slot + 1) & (slots - 1)) {
        }
        table[slot] = (uint32_t)i + 1;
    }
    *n_hits = 0;
    for (size_t i = 0; i < n_ours; i++) {
        uint64_t slot;
        memcpy(&slot, ours + i * DIGEST_BYTES, sizeof slot);
        for (slot &= slots - 1; table[slot] != 0; slot = (slot + 1) & (slots - 1)) {
            const uint8_t *candidate = theirs + (size_t)(table[slot] - 1) * DIGEST_BYTES;
            if (memcmp(candidate, ours + i * DIGEST_BYTES, DIGEST_BYTES) == 0) {
                ++*n_hits;
                break;
            }
        }
    }
    free(table);
    return PLM_OK;
}

plm_status plm_bench_side_naive(const plm_bench_config *config, plm_match_role role,
                                const plm_token *tokens, int fd, plm_bench_side *result)
{
    bool is_receiver = role == PLM_MATCH_RECEIVER;
    size_t n_ours = config->n[role];
    size_t n_theirs = config->n[1 - (int)role];
    double cpu = plm_bench_cpu_seconds();
    uint8_t *ours = (uint8_t *)malloc(n_ours * DIGEST_BYTES + 1);
    uint8_t *theirs = is_receiver ? (uint8_t *)malloc(n_theirs * DIGEST_BYTES + 1) : NULL;
    plm_status status = ours == NULL || (is_receiver && theirs == NULL) ? PLM_E_NOMEM : PLM_OK;
    if (status == PLM_OK) {
        status = hash_tokens(tokens, n_ours, ours);
    }
    if (status == PLM_OK && is_receiver) {
        status = move_all(fd, theirs, n_theirs * DIGEST_BYTES, false);
    } else if (status == PLM_OK) {
        status = move_all(fd, ours, n_ours * DIGEST_BYTES, true);
        result->bytes_sent = n_ours * DIGEST_BYTES;
    }
    if (status == PLM_OK && is_receiver) {
        status = join(ours, n_ours, theirs, n_theirs, &result->n_hits);
    }
    result->cpu_seconds = plm_bench_cpu_seconds() - cpu;
    free(ours);
    free(theirs);
    (void)close(fd);
    return status;
}
