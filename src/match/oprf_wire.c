/* SPDX-License-Identifier: Apache-2.0 */
#include "match/oprf_wire.h"

#include <string.h>

size_t plm_oprf_input(uint8_t out[PLM_OPRF_INPUT_BYTES], const plm_engine_config *config,
                      const plm_token *token)
{
    out[0] = (uint8_t)config->context_bytes;
    memcpy(out + 1, config->context, config->context_bytes);
    memcpy(out + 1 + config->context_bytes, token->b, PLM_TOKEN_BYTES);
    return 1 + config->context_bytes + PLM_TOKEN_BYTES;
}

size_t plm_oprf_batches(size_t n)
{
    return (n + PLM_OPRF_BATCH - 1) / PLM_OPRF_BATCH;
}

size_t plm_oprf_batch_size(size_t n, size_t batch)
{
    size_t first = batch * PLM_OPRF_BATCH;
    return n - first < PLM_OPRF_BATCH ? n - first : PLM_OPRF_BATCH;
}

plm_status plm_oprf_read_batch(plm_span message, uint8_t type, size_t batch, size_t n,
                               size_t tail_bytes, plm_span *elements)
{
    plm_reader r = message;
    uint8_t its_type;
    uint32_t its_batch;
    uint16_t its_n;
    if (plm_rd_u8(&r, &its_type) < 0 || its_type != type || plm_rd_u32(&r, &its_batch) < 0 ||
        its_batch != batch || plm_rd_u16(&r, &its_n) < 0 || its_n != n ||
        r.n != n * PLM_OPRF_ELEMENT_BYTES + tail_bytes) {
        return PLM_E_PROTOCOL;
    }
    *elements = r;
    return PLM_OK;
}

plm_status plm_oprf_write_batch(plm_buf *message, uint8_t type, size_t batch, size_t n,
                                const uint8_t *elements)
{
    plm_buf_clear(message);
    plm_status status = plm_buf_append_u8(message, type);
    if (status == PLM_OK) {
        status = plm_buf_append_u32(message, (uint32_t)batch);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u16(message, (uint16_t)n);
    }
    return status == PLM_OK ? plm_buf_append(message, elements, n * PLM_OPRF_ELEMENT_BYTES)
                            : status;
}
