/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a carried file, and the seal under fixed keys. */
#include "fuzz.h"

#include "crypto/sign.h"
#include "wire/carried.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {1};
    plm_carried head;
    const plm_span file = plm_span_of(data, size);
    if (plm_crypto_init() != PLM_OK || plm_carried_read(&head, file) != PLM_OK) {
        return 0;
    }
    require(head.number >= 1 && head.number <= PLM_CARRIED_NUMBER_MAX);
    require(head.from[0] != '\0' && memchr(head.from, 0, sizeof head.from) != NULL);
    require(head.to[0] != '\0' && memchr(head.to, 0, sizeof head.to) != NULL);
    plm_carried_keys keys = {.secret = {2}, .seed = seed};
    plm_identity_public(keys.identity, seed);
    memcpy(keys.peer_ephemeral, head.ephemeral, sizeof keys.peer_ephemeral);
    plm_buf content;
    plm_buf_init(&content, size + 1);
    plm_status status = plm_carried_open(&content, file, &keys);
    require(status == PLM_OK || content.n == 0);
    plm_buf_wipe(&content);
    return 0;
}
