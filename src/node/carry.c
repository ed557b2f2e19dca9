/* SPDX-License-Identifier: Apache-2.0 */
#include "node/carry.h"

#include "crypto/sign.h"
#include "net/net.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

plm_status plm_carry_note(plm_carry *carry, const char *name, plm_span bytes)
{
    return carry == NULL ? PLM_OK : plm_store_carry_note(carry->store, carry->id, name, bytes);
}

plm_status plm_carry_recall(const plm_carry *carry, const char *name, plm_buf *out)
{
    return carry == NULL ? PLM_E_NOT_FOUND
                         : plm_store_carry_recall(carry->store, carry->id, name, out);
}

plm_status plm_carry_recall_exact(const plm_carry *carry, const char *name, void *out, size_t n)
{
    plm_buf bytes;
    plm_buf_init(&bytes, n + 1);
    plm_status status = plm_carry_recall(carry, name, &bytes);
    if (status == PLM_E_LIMIT || (status == PLM_OK && bytes.n != n)) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        memcpy(out, bytes.data, n);
    }
    plm_buf_wipe(&bytes);
    return status;
}

bool plm_carry_has(const plm_carry *carry, const char *name)
{
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_CARRY_STREAM_MAX);
    plm_status status = plm_carry_recall(carry, name, &bytes);
    plm_buf_wipe(&bytes);
    return status == PLM_OK;
}

plm_status plm_carry_draw(plm_carry *carry, const char *name, void *out, size_t n)
{
    plm_status status = plm_carry_recall_exact(carry, name, out, n);
    if (status != PLM_E_NOT_FOUND) {
        return status;
    }
    plm_random(out, n);
    return plm_carry_note(carry, name, plm_span_of(out, n));
}

plm_status plm_carry_time(plm_carry *carry, const char *name, int64_t *out)
{
    uint8_t bytes[8];
    plm_status status = plm_carry_recall_exact(carry, name, bytes, sizeof bytes);
    if (status == PLM_OK) {
        *out = (int64_t)plm_load_u64(bytes);
        return PLM_OK;
    }
    if (status != PLM_E_NOT_FOUND) {
        return status;
    }
    *out = plm_wall_ms();
    plm_store_u64(bytes, (uint64_t)*out);
    return plm_carry_note(carry, name, plm_span_of(bytes, sizeof bytes));
}

bool plm_carry_is_dry(const plm_carry *carry)
{
    return carry != NULL && carry->is_dry;
}

plm_status plm_carry_descriptor(int *fd)
{
    *fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    return *fd >= 0 ? PLM_OK : PLM_E_IO;
}

plm_status plm_carry_say(plm_carry *carry, plm_buf *message)
{
    char name[32];
    plm_buf noted;
    (void)snprintf(name, sizeof name, "said.%u", (unsigned)carry->n_said++);
    plm_buf_init(&noted, message->max);
    plm_status status = plm_carry_recall(carry, name, &noted);
    if (status == PLM_E_NOT_FOUND) {
        status = plm_carry_note(carry, name, plm_buf_span(message));
    } else if (status == PLM_OK) {
        plm_buf_clear(message);
        status = plm_buf_append(message, noted.data, noted.n);
    }
    plm_buf_wipe(&noted);
    return status;
}
