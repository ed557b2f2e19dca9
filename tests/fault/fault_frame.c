/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a network or a peer may do to a stream of frames, done to every byte and every frame of one.
 */
#include "tap.h"
#include "wire/frame.h"

#include <stdlib.h>

enum {
    N_FRAMES = 6
};

typedef struct stream {
    plm_buf bytes;
    size_t at[N_FRAMES + 1]; /* where each frame starts */
} stream;

static const plm_span nothing = {NULL, 0};

static void start(plm_chain *chain, uint8_t of, bool from_asker)
{
    uint8_t channel[32];
    memset(channel, of, sizeof channel);
    plm_chain_init(chain, channel, from_asker);
}

static void write_stream(stream *s)
{
    static const struct {
        plm_frame_type type;
        const char *payload;
    } frames[N_FRAMES] = {
        {PLM_FRAME_HELLO, "hello"}, {PLM_FRAME_ENGINE, "first message"},
        {PLM_FRAME_PING, ""},       {PLM_FRAME_ENGINE, "second message"},
        {PLM_FRAME_RECEIPT, "ok"},  {PLM_FRAME_END, ""},
    };
    plm_chain chain;
    start(&chain, 1, true);
    plm_buf_init(&s->bytes, 4096);
    for (size_t i = 0; i < N_FRAMES; i++) {
        s->at[i] = s->bytes.n;
        CHECK_STATUS(
            plm_frame_write(&chain, frames[i].type, plm_span_str(frames[i].payload), &s->bytes),
            PLM_OK);
    }
    s->at[N_FRAMES] = s->bytes.n;
}

/* Reads all; how many frames came out, and in *why what ended it. */
static size_t read_all(plm_span input, plm_status *why)
{
    plm_chain chain;
    size_t n = 0;
    start(&chain, 1, true);
    for (;;) {
        plm_frame frame;
        size_t used;
        *why = plm_frame_read(&chain, input, &frame, &used);
        if (*why == PLM_E_NOT_FOUND) {
            *why = plm_frame_finish(&chain, input.n);
            break;
        }
        if (*why != PLM_OK) {
            /* Dead is dead: not even the right bytes are taken any more. */
            plm_frame again;
            CHECK(chain.dead);
            CHECK_STATUS(plm_frame_read(&chain, input, &again, &used), PLM_E_PROTOCOL);
            CHECK_STATUS(plm_frame_finish(&chain, 0), PLM_E_TRUNCATED);
            break;
        }
        n++;
        input = plm_span_of(input.p + used, input.n - used);
    }
    return n;
}

static size_t frame_of(const stream *s, size_t at)
{
    size_t i = 0;
    while (at >= s->at[i + 1]) {
        i++;
    }
    return i;
}

static void test_flips(void)
{
    stream s;
    plm_status why;
    write_stream(&s);
    CHECK_EQ_INT(read_all(plm_buf_span(&s.bytes), &why), N_FRAMES);
    CHECK_STATUS(why, PLM_OK);
    for (size_t at = 0; at < s.bytes.n; at++) {
        for (unsigned mask = 1; mask < 256; mask = mask < 128 ? mask * 2 : mask + 127) {
            const size_t victim = frame_of(&s, at);
            const size_t within = at - s.at[victim];
            s.bytes.data[at] ^= (uint8_t)mask;
            const size_t n = read_all(plm_buf_span(&s.bytes), &why);
            s.bytes.data[at] ^= (uint8_t)mask;
            CHECK_EQ_INT(n, victim); /* all before it, and no more */
            /* A longer length waits for bytes that don't come; an older number looks replayed. */
            const bool good = why == PLM_E_TAMPERED || why == PLM_E_PROTOCOL ||
                              (why == PLM_E_TRUNCATED && within < 4) ||
                              (why == PLM_E_REPLAYED && within >= 8 && within < 16);
            if (!CHECK(good)) {
                printf("# byte %zu of frame %zu: %s\n", within, victim, plm_status_name(why));
            }
            if (within >= PLM_FRAME_HEADER_BYTES) {
                CHECK_STATUS(why, PLM_E_TAMPERED);
            }
        }
    }
    plm_buf_wipe(&s.bytes);
}

static void test_cuts(void)
{
    stream s;
    plm_status why;
    write_stream(&s);
    for (size_t n = 0; n < s.bytes.n; n++) {
        const size_t whole = frame_of(&s, n);
        CHECK_EQ_INT(read_all(plm_span_of(s.bytes.data, n), &why), whole);
        CHECK_STATUS(why, PLM_E_TRUNCATED);
    }
    plm_buf_wipe(&s.bytes);
}

/* Appends frame i of s. */
static void put(plm_buf *out, const stream *s, size_t i)
{
    CHECK_STATUS(plm_buf_append(out, s->bytes.data + s->at[i], s->at[i + 1] - s->at[i]), PLM_OK);
}

static void test_order(void)
{
    stream s;
    plm_buf mixed;
    plm_status why;
    write_stream(&s);
    plm_buf_init(&mixed, 8192);
    for (size_t victim = 0; victim < N_FRAMES; victim++) {
        /* Dropped. */
        for (size_t i = 0; i < N_FRAMES; i++) {
            if (i != victim) {
                put(&mixed, &s, i);
            }
        }
        CHECK_EQ_INT(read_all(plm_buf_span(&mixed), &why), victim);
        CHECK_STATUS(why, victim == N_FRAMES - 1 ? PLM_E_TRUNCATED : PLM_E_TAMPERED);
        plm_buf_clear(&mixed);
        /* Repeated, at every later place. */
        for (size_t place = victim; place < N_FRAMES; place++) {
            for (size_t i = 0; i < N_FRAMES; i++) {
                put(&mixed, &s, i);
                if (i == place) {
                    put(&mixed, &s, victim);
                }
            }
            CHECK_EQ_INT(read_all(plm_buf_span(&mixed), &why), place + 1);
            /* After END it does not matter what it is. */
            CHECK_STATUS(why, place == N_FRAMES - 1 ? PLM_E_PROTOCOL : PLM_E_REPLAYED);
            plm_buf_clear(&mixed);
        }
        /* Swapped with every later one. */
        for (size_t other = victim + 1; other < N_FRAMES; other++) {
            for (size_t i = 0; i < N_FRAMES; i++) {
                put(&mixed, &s, i == victim ? other : i == other ? victim : i);
            }
            CHECK_EQ_INT(read_all(plm_buf_span(&mixed), &why), victim);
            CHECK_STATUS(why, PLM_E_TAMPERED);
            plm_buf_clear(&mixed);
        }
    }
    plm_buf_wipe(&mixed);
    plm_buf_wipe(&s.bytes);
}

/* A frame with another's sequence number, from another connection, or from the other direction. */
static void test_forgery(void)
{
    stream s;
    plm_status why;
    write_stream(&s);
    plm_buf forged;
    plm_buf_init(&forged, 8192);
    put(&forged, &s, 0);
    put(&forged, &s, 3);
    plm_store_u64(forged.data + s.at[1] + 8, 1);
    CHECK_EQ_INT(read_all(plm_buf_span(&forged), &why), 1);
    CHECK_STATUS(why, PLM_E_TAMPERED);
    plm_buf_wipe(&forged);
    for (unsigned i = 0; i < 2; i++) {
        plm_chain chain;
        start(&chain, i == 0 ? 2 : 1, i == 0);
        CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_HELLO, plm_span_str("hello"), &forged),
                     PLM_OK);
        CHECK_EQ_INT(read_all(plm_buf_span(&forged), &why), 0);
        CHECK_STATUS(why, PLM_E_TAMPERED);
        plm_buf_wipe(&forged);
    }
    plm_buf_wipe(&s.bytes);
}

static void test_after_end(void)
{
    stream s;
    write_stream(&s);
    for (unsigned how = 0; how < 3; how++) {
        plm_chain reading;
        plm_frame frame;
        size_t used = 0;
        start(&reading, 1, true);
        for (size_t i = 0; i < N_FRAMES; i++) {
            CHECK_STATUS(plm_frame_read(&reading,
                                        plm_span_of(s.bytes.data + s.at[i], s.at[i + 1] - s.at[i]),
                                        &frame, &used),
                         PLM_OK);
        }
        CHECK_STATUS(plm_frame_read(&reading, nothing, &frame, &used), PLM_E_NOT_FOUND);
        CHECK_STATUS(plm_frame_finish(&reading, 0), PLM_OK);
        CHECK_STATUS(plm_frame_finish(&reading, 1), PLM_E_TRUNCATED);
        if (how == 0) {
            CHECK_STATUS(plm_frame_read(&reading, plm_span_of("", 1), &frame, &used),
                         PLM_E_PROTOCOL);
        } else {
            /* Even a frame that continues the chain rightly, or a second END. */
            plm_chain writing = reading;
            plm_buf more;
            plm_buf_init(&more, 4096);
            writing.ended = false;
            CHECK_STATUS(plm_frame_write(&writing, how == 1 ? PLM_FRAME_PING : PLM_FRAME_END,
                                         nothing, &more),
                         PLM_OK);
            CHECK_STATUS(plm_frame_read(&reading, plm_buf_span(&more), &frame, &used),
                         PLM_E_PROTOCOL);
            plm_buf_wipe(&more);
        }
        CHECK_STATUS(plm_frame_finish(&reading, 0), PLM_E_TRUNCATED);
    }
    plm_buf_wipe(&s.bytes);
}

int main(void)
{
    TAP_RUN(test_flips);
    TAP_RUN(test_cuts);
    TAP_RUN(test_order);
    TAP_RUN(test_forgery);
    TAP_RUN(test_after_end);
    return tap_done();
}
