/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of frames from a peer. Without the chain key no input gets past the first tag, so the
 * input is a script instead: it says which frames are written, how their bytes are then damaged,
 * and in which pieces they arrive.
 *
 *   first byte 0: the rest is a raw stream
 *   otherwise: records of [op u8][argument u16]; the stream is made, then damaged, then read
 */
#include "fuzz.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

enum {
    STREAM_MAX = 1 << 18,
    PIECES_MAX = 64
};

typedef struct script {
    plm_chain writing;
    plm_buf honest; /* all that was written, undamaged */
    plm_buf stream; /* what arrives */
    size_t pieces[PIECES_MAX];
    size_t n_pieces;
} script;

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void start(plm_chain *chain)
{
    static const uint8_t channel[32] = {7};
    plm_chain_init(chain, channel, true);
}

static void write_frame(script *s, uint16_t argument)
{
    static const uint8_t payload[4096];
    const plm_frame_type type = (plm_frame_type)(argument >> 12);
    const size_t n = argument & 0x0fff;
    const size_t before = s->honest.n;
    const plm_chain chain = s->writing;
    plm_status status = plm_frame_write(&s->writing, type, plm_span_of(payload, n), &s->honest);
    if (status != PLM_OK) {
        require(s->honest.n == before && memcmp(&chain, &s->writing, sizeof chain) == 0);
        return;
    }
    status = plm_buf_append(&s->stream, s->honest.data + before, s->honest.n - before);
    (void)status; /* full: the frame is lost */
}

/* A piece of the stream again, at its end. */
static void repeat(script *s, uint16_t argument)
{
    const size_t from = s->stream.n > 0 ? argument % s->stream.n : 0;
    const size_t n = s->stream.n - from;
    uint8_t *copy = n > 0 ? (uint8_t *)malloc(n) : NULL;
    if (copy != NULL) {
        memcpy(copy, s->stream.data + from, n);
        plm_status status = plm_buf_append(&s->stream, copy, n);
        (void)status; /* full: nothing repeated */
    }
    free(copy);
}

static void damage(script *s, uint8_t op, uint16_t argument)
{
    const size_t at = s->stream.n > 0 ? argument % s->stream.n : 0;
    switch (op & 3) {
    case 0: /* another byte */
        if (s->stream.n > 0) {
            s->stream.data[at] ^= (uint8_t)(op | 1);
        }
        break;
    case 1: /* cut off */
        s->stream.n = at;
        break;
    case 2:
        repeat(s, argument);
        break;
    default: /* a piece missing at the front */
        plm_buf_consume(&s->stream, at);
        break;
    }
}

static void run_script(script *s, plm_reader r)
{
    uint8_t op;
    uint16_t argument;
    while (plm_rd_u8(&r, &op) == 0 && plm_rd_u16(&r, &argument) == 0) {
        if (op < 0x80) {
            write_frame(s, argument);
        } else if (op < 0xc0) {
            damage(s, op, argument);
        } else if (s->n_pieces < PIECES_MAX) {
            s->pieces[s->n_pieces++] = argument;
        }
    }
}

/* Reads the stream piece by piece, the rest at once. */
static void read_stream(const script *s)
{
    plm_chain reading;
    size_t arrived = 0;
    size_t from = 0;
    plm_status status = PLM_OK;
    start(&reading);
    for (size_t piece = 0; piece <= s->n_pieces && status != PLM_E_PROTOCOL; piece++) {
        size_t n = piece < s->n_pieces ? s->pieces[piece] : s->stream.n;
        arrived = s->stream.n - arrived < n ? s->stream.n : arrived + n;
        for (;;) {
            plm_frame frame;
            size_t used = 0;
            const plm_span input = arrived > from
                                       ? plm_span_of(s->stream.data + from, arrived - from)
                                       : plm_span_of(NULL, 0);
            status = plm_frame_read(&reading, input, &frame, &used);
            if (status != PLM_OK) {
                break;
            }
            from += used;
            require(from <= arrived);
            require(frame.payload.n + PLM_FRAME_HEADER_BYTES + PLM_FRAME_TAG_BYTES == used);
        }
        require(status == PLM_E_NOT_FOUND || reading.dead);
    }
    /* What was taken is what was written, from its beginning; and all of it, if it says so. */
    require(from <= s->honest.n);
    require(from == 0 || memcmp(s->stream.data, s->honest.data, from) == 0);
    const bool is_whole = plm_frame_finish(&reading, s->stream.n - from) == PLM_OK;
    require(!is_whole || (from == s->honest.n && from == s->stream.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plm_reader r = plm_span_of(data, size);
    script s = {.n_pieces = 0};
    uint8_t kind;
    plm_buf_init(&s.honest, STREAM_MAX);
    plm_buf_init(&s.stream, STREAM_MAX);
    start(&s.writing);
    if (plm_rd_u8(&r, &kind) == 0) {
        if (kind == 0) {
            plm_status status = plm_buf_append(&s.stream, r.p, r.n);
            (void)status; /* longer than the buffer: an empty stream */
        } else {
            run_script(&s, r);
        }
        read_stream(&s);
    }
    plm_buf_wipe(&s.honest);
    plm_buf_wipe(&s.stream);
    return 0;
}
