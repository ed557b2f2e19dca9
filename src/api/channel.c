/* SPDX-License-Identifier: Apache-2.0 */
#include "api/channel.h"

#include <string.h>

/* Where the strings of a message stand; both ways go through the same table. */
typedef struct text_field {
    size_t at;
    size_t size;
} text_field;

#define FIELD(type, name)                                        \
    {                                                            \
        offsetof(type, name), sizeof(((const type *)NULL)->name) \
    }

static const text_field ask_fields[] = {
    FIELD(plm_channel_ask, method),
    FIELD(plm_channel_ask, target),
    FIELD(plm_channel_ask, authorization),
    FIELD(plm_channel_ask, cookie),
    FIELD(plm_channel_ask, csrf),
    FIELD(plm_channel_ask, officer),
    FIELD(plm_channel_ask, idempotency_key),
    FIELD(plm_channel_ask, content_type),
    FIELD(plm_channel_ask, counts),
};

static const text_field answer_fields[] = {
    FIELD(plm_channel_answer, type),
    FIELD(plm_channel_answer, cookie),
    FIELD(plm_channel_answer, file_name),
    FIELD(plm_channel_answer, location),
};

static plm_status write_texts(plm_buf *out, const void *from, const text_field *fields, size_t n)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const char *text = (const char *)from + fields[i].at;
        status = plm_buf_append_block16(out, plm_span_of(text, strnlen(text, fields[i].size)));
    }
    return status;
}

static int read_texts(plm_reader *r, void *to, const text_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        plm_span text;
        if (plm_rd_block16(r, fields[i].size - 1, &text) < 0 ||
            (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)) {
            return -1;
        }
        char *target = (char *)to + fields[i].at;
        if (text.n > 0) {
            memcpy(target, text.p, text.n);
        }
        target[text.n] = '\0';
    }
    return 0;
}

plm_status plm_channel_write_ask(plm_buf *out, const plm_channel_ask *ask)
{
    plm_status status = write_texts(out, ask, ask_fields, sizeof ask_fields / sizeof *ask_fields);
    if (status == PLM_OK) {
        status = plm_buf_append_u64(out, ask->body_bytes);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(
            out, (uint8_t)((ask->is_operator ? 1 : 0) | (ask->is_secure ? 2 : 0)));
    }
    return status;
}

plm_status plm_channel_read_ask(plm_channel_ask *out, plm_span payload)
{
    plm_reader r = payload;
    uint8_t flags = 0;
    memset(out, 0, sizeof *out);
    if (read_texts(&r, out, ask_fields, sizeof ask_fields / sizeof *ask_fields) < 0 ||
        plm_rd_u64(&r, &out->body_bytes) < 0 || plm_rd_u8(&r, &flags) < 0 || flags > 3 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    out->is_operator = (flags & 1) != 0;
    out->is_secure = (flags & 2) != 0;
    return PLM_OK;
}

plm_status plm_channel_write_answer(plm_buf *out, const plm_channel_answer *answer)
{
    plm_status status =
        write_texts(out, answer, answer_fields, sizeof answer_fields / sizeof *answer_fields);
    if (status == PLM_OK) {
        status = plm_buf_append_u16(out, (uint16_t)answer->status);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u32(out, answer->retry_after_s);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(out, answer->bytes);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(
            out, (uint8_t)((answer->is_page ? 1 : 0) | (answer->is_replayed ? 2 : 0)));
    }
    return status;
}

plm_status plm_channel_read_answer(plm_channel_answer *out, plm_span payload)
{
    plm_reader r = payload;
    uint16_t status = 0;
    uint32_t retry = 0;
    uint8_t flags = 0;
    memset(out, 0, sizeof *out);
    if (read_texts(&r, out, answer_fields, sizeof answer_fields / sizeof *answer_fields) < 0 ||
        plm_rd_u16(&r, &status) < 0 || status < 200 || status > 599 || plm_rd_u32(&r, &retry) < 0 ||
        plm_rd_u64(&r, &out->bytes) < 0 || plm_rd_u8(&r, &flags) < 0 || flags > 3 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    out->status = status;
    out->retry_after_s = retry;
    out->is_page = (flags & 1) != 0;
    out->is_replayed = (flags & 2) != 0;
    return PLM_OK;
}
