/* SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"
#include "wire/frame.h"
#include "wire/transcript.h"

#include <stdlib.h>

static const plm_span nothing = {NULL, 0};

static void start(plm_chain *chain, bool from_asker)
{
    uint8_t channel[32];
    for (size_t i = 0; i < sizeof channel; i++) {
        channel[i] = (uint8_t)i;
    }
    plm_chain_init(chain, channel, from_asker);
}

/*
 * Expected bytes: spec/wire.md section 3 written down in Python (hashlib.blake2b), channel = the
 * bytes 00 to 1f.
 */
static void test_known_bytes(void)
{
    static const char asker_key[] =
        "eb58c43aa977a31acd4d688f3125665d23008b67977ff8b9431b4c0c8ebdb255";
    static const char holder_key[] =
        "eaa66aad57833177f19d1ecb2fb0e373d69cf1452f65ee2e6611af3b46601d07";
    static const char stream[] =
        "0000000401050000000000000000000000616263c605b041f346d1a584cd5d643485ddee"
        "00000000010a000000000000000000015691e9de65240b644bd9af14533880de";
    static const char last_key[] =
        "7c134e7b5d58881e506059140fd84d71eb9e6f85a037b6288e7a1b2130008587";
    plm_chain chain;
    char hex[2 * 128 + 1];
    plm_buf out;
    plm_buf_init(&out, 128);
    start(&chain, false);
    plm_hex_encode(hex, chain.key, sizeof chain.key);
    CHECK_EQ_STR(hex, holder_key);
    start(&chain, true);
    plm_hex_encode(hex, chain.key, sizeof chain.key);
    CHECK_EQ_STR(hex, asker_key);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_ENGINE, plm_span_of("\0abc", 4), &out), PLM_OK);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_END, nothing, &out), PLM_OK);
    plm_hex_encode(hex, out.data, out.n);
    CHECK_EQ_STR(hex, stream);
    plm_hex_encode(hex, chain.key, sizeof chain.key);
    CHECK_EQ_STR(hex, last_key);
    plm_buf_wipe(&out);
}

static void test_transcript(void)
{
    static const char want[] = "63b7502e53ddbb498d6c65630c07768461cd4259f1921c35128ef999afd9dd6f";
    static const char want_empty[] =
        "8438b0d941bcc7a33e296f07393103e83e31c603897de881e869a3e60c516412";
    uint8_t hash[PLM_TRANSCRIPT_BYTES];
    char hex[2 * PLM_TRANSCRIPT_BYTES + 1];
    plm_transcript t;
    plm_transcript_init(&t);
    plm_transcript_final(&t, hash);
    plm_hex_encode(hex, hash, sizeof hash);
    CHECK_EQ_STR(hex, want_empty);
    /* The same messages, as each side sees them interleaved; at any address. */
    for (size_t offset = 0; offset < 3; offset++) {
        struct {
            uint8_t pad[3];
            uint8_t bytes[sizeof(plm_transcript)];
        } memory;
        plm_transcript *odd = (plm_transcript *)(void *)(memory.pad + offset);
        plm_transcript_init(odd);
        if (offset == 1) {
            plm_transcript_update(odd, false, 0, plm_span_str("two"));
        }
        plm_transcript_update(odd, true, 0, plm_span_str("one"));
        if (offset == 0) {
            plm_transcript_update(odd, false, 0, plm_span_str("two"));
        }
        plm_transcript_update(odd, true, 1, nothing);
        if (offset == 2) {
            plm_transcript_update(odd, false, 0, plm_span_str("two"));
        }
        plm_transcript_final(odd, hash);
        plm_hex_encode(hex, hash, sizeof hash);
        CHECK_EQ_STR(hex, want);
    }
}

static const struct {
    plm_frame_type type;
    size_t n;
} kinds[] = {
    {PLM_FRAME_HELLO, 20},       {PLM_FRAME_PROPOSAL, 500},
    {PLM_FRAME_ACCEPTANCE, 128}, {PLM_FRAME_ENGINE, 1},
    {PLM_FRAME_PING, 0},         {PLM_FRAME_ENGINE, 70000},
    {PLM_FRAME_RECEIPT, 200},    {PLM_FRAME_REFUSAL, 150},
    {PLM_FRAME_FAILURE, 1},      {PLM_FRAME_CANCEL, 0},
    {PLM_FRAME_PARCEL, 3000},    {PLM_FRAME_ACKNOWLEDGEMENT, 105},
    {PLM_FRAME_TURN, 1},         {PLM_FRAME_ENGINE, (1 << 20) + 4096},
    {PLM_FRAME_END, 0},
};

static uint8_t content(size_t frame, size_t at)
{
    return (uint8_t)(frame * 31 + at * 7 + (at >> 8));
}

static void write_all(plm_buf *out)
{
    plm_chain chain;
    start(&chain, true);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uint8_t *payload = (uint8_t *)malloc(kinds[i].n + 1);
        if (!CHECK(payload != NULL)) {
            return;
        }
        for (size_t at = 0; at < kinds[i].n; at++) {
            payload[at] = content(i, at);
        }
        CHECK_STATUS(plm_frame_write(&chain, kinds[i].type, plm_span_of(payload, kinds[i].n), out),
                     PLM_OK);
        free(payload);
    }
}

static bool is_frame(const plm_frame *frame, size_t i)
{
    bool good = frame->type == kinds[i].type && frame->payload.n == kinds[i].n;
    for (size_t at = 0; good && at < kinds[i].n; at++) {
        good = frame->payload.p[at] == content(i, at);
    }
    return good;
}

/* Bytes arrive in pieces of every kind of size; frames come out whole and in order. */
static void read_in_steps(const plm_buf *stream, size_t step)
{
    plm_chain chain;
    size_t n_seen = 0;
    size_t from = 0;
    start(&chain, true);
    for (size_t arrived = 0; arrived < stream->n;) {
        arrived = stream->n - arrived < step ? stream->n : arrived + step;
        for (;;) {
            plm_frame frame;
            size_t used;
            plm_status status = plm_frame_read(
                &chain, plm_span_of(stream->data + from, arrived - from), &frame, &used);
            if (status == PLM_E_NOT_FOUND) {
                break;
            }
            if (!CHECK_STATUS(status, PLM_OK) || !CHECK(is_frame(&frame, n_seen))) {
                return;
            }
            n_seen++;
            from += used;
        }
    }
    CHECK_EQ_INT(n_seen, sizeof kinds / sizeof *kinds);
    CHECK_STATUS(plm_frame_finish(&chain, stream->n - from), PLM_OK);
}

static void test_every_kind(void)
{
    static const size_t steps[] = {1, 7, 16, 33, 4096, 131072, 8 << 20};
    plm_buf stream;
    plm_buf_init(&stream, 8 << 20);
    write_all(&stream);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        read_in_steps(&stream, steps[i]);
    }
    plm_buf_wipe(&stream);
}

static void test_write_limits(void)
{
    static uint8_t big[PLM_FRAME_PAYLOAD_MAX + 1];
    plm_chain chain;
    plm_buf out;
    start(&chain, true);
    const plm_chain before = chain;
    plm_buf_init(&out, 100);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_ENGINE, plm_span_of(big, sizeof big), &out),
                 PLM_E_LIMIT);
    /* One byte more than the buffer may hold: nothing of it is there, and the chain stays. */
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_ENGINE, plm_span_of(big, 69), &out),
                 PLM_E_LIMIT);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_PING, plm_span_of(big, 1), &out),
                 PLM_E_ARGUMENT);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_END, plm_span_of(big, 1), &out), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_ENGINE, nothing, &out), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_frame_write(&chain, (plm_frame_type)23, plm_span_of(big, 1), &out),
                 PLM_E_ARGUMENT);
    CHECK_EQ_INT(out.n, 0);
    CHECK_EQ_MEM(&chain, &before, sizeof chain);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_ENGINE, plm_span_of(big, 68), &out), PLM_OK);
    CHECK_EQ_INT(out.n, 100);
    plm_buf_wipe(&out);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_END, nothing, &out), PLM_OK);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_PING, nothing, &out), PLM_E_ARGUMENT);
    plm_chain_wipe(&chain);
    CHECK_STATUS(plm_frame_write(&chain, PLM_FRAME_PING, nothing, &out), PLM_E_ARGUMENT);
    plm_buf_wipe(&out);
}

/* A header that can't be right is refused at once, before a byte of its payload has come. */
static void test_bad_headers(void)
{
    static const struct {
        const char *header;
        plm_status want;
    } cases[] = {
        {"00000001010500000000000000000000", PLM_E_NOT_FOUND},
        {"00101000010500000000000000000000", PLM_E_NOT_FOUND}, /* the longest */
        {"00101001010500000000000000000000", PLM_E_PROTOCOL},
        {"ffffffff010500000000000000000000", PLM_E_PROTOCOL},
        {"00000000010500000000000000000000", PLM_E_PROTOCOL}, /* empty ENGINE */
        {"00000001000500000000000000000000", PLM_E_PROTOCOL}, /* version */
        {"00000001020500000000000000000000", PLM_E_PROTOCOL},
        {"00000001010000000000000000000000", PLM_E_PROTOCOL}, /* type */
        {"00000001011700000000000000000000", PLM_E_PROTOCOL},
        {"00000000010b00000000000000000000", PLM_E_PROTOCOL}, /* empty PARCEL */
        {"00000002010d00000000000000000000", PLM_E_PROTOCOL}, /* TURN of two bytes */
        {"00000001010d00000000000000000000", PLM_E_NOT_FOUND},
        {"00000001010501000000000000000000", PLM_E_PROTOCOL}, /* reserved */
        {"00000001010500010000000000000000", PLM_E_PROTOCOL},
        {"00000001010700000000000000000000", PLM_E_PROTOCOL}, /* PING with a payload */
        {"00000001010a00000000000000000000", PLM_E_PROTOCOL}, /* END with a payload */
        {"00000002010900000000000000000000", PLM_E_PROTOCOL}, /* FAILURE of two bytes */
        {"00000001010500000000000000000001", PLM_E_TAMPERED}, /* from the future */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t header[PLM_FRAME_HEADER_BYTES];
        plm_chain chain;
        plm_frame frame;
        size_t used;
        start(&chain, true);
        CHECK(plm_hex_decode(header, sizeof header, cases[i].header) == 0);
        CHECK_STATUS(plm_frame_read(&chain, plm_span_of(header, sizeof header - 1), &frame, &used),
                     PLM_E_NOT_FOUND);
        if (!CHECK_STATUS(plm_frame_read(&chain, plm_span_of(header, sizeof header), &frame, &used),
                          cases[i].want)) {
            printf("# header %s\n", cases[i].header);
        }
        CHECK(chain.dead == (cases[i].want != PLM_E_NOT_FOUND));
    }
}

int main(void)
{
    TAP_RUN(test_known_bytes);
    TAP_RUN(test_transcript);
    TAP_RUN(test_every_kind);
    TAP_RUN(test_write_limits);
    TAP_RUN(test_bad_headers);
    return tap_done();
}
