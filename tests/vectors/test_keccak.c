/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keccak-256. The first three are those every Ethereum implementation is tested with; the others,
 * around the block length of 136 bytes, were computed by a second implementation that agrees with
 * SHA3-256 of FIPS 202 when given its padding.
 */
#include "crypto/keccak.h"
#include "tap.h"

static void expect(plm_span message, const char *want)
{
    uint8_t hash[32];
    char hex[65];
    plm_keccak256(hash, message);
    plm_hex_encode(hex, hash, sizeof hash);
    CHECK_EQ_STR(hex, want);
}

static void test_texts(void)
{
    expect(plm_span_of(NULL, 0),
           "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    expect(plm_span_str("abc"), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    expect(plm_span_str("The quick brown fox jumps over the lazy dog"),
           "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
}

/* Byte i of the message is i modulo 251. */
static void test_blocks(void)
{
    static const struct {
        size_t n;
        const char *hash;
    } vectors[] = {
        {135, "cbdfd9dee5faad3818d6b06f95a219fd290b0e1706f6a82e5a595b9ce9faca62"},
        {136, "7ce759f1ab7f9ce437719970c26b0a66ff11fe3e38e17df89cf5d29c7d7f807e"},
        {137, "ac73d4fae68b8453f764007c1a20ce95994187861f0c3227a3a8e99a73a3b1db"},
        {271, "27eceb59ebc3dc8a04a5b135be641591a7278540e4556a2ba9f408194e666ec3"},
        {272, "8e2476e65823b24d96ebe239f2c1534cdf763e689e2410c3b1cb0c74e6177bfc"},
        {1000, "af692982e84a5a9688359025660a7857cd28ee7c8d867cfa1677baf2e6d1f63b"},
    };
    uint8_t message[1000];
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] = (uint8_t)(i % 251);
    }
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        expect(plm_span_of(message, vectors[i].n), vectors[i].hash);
    }
}

int main(void)
{
    TAP_RUN(test_texts);
    TAP_RUN(test_blocks);
    return tap_done();
}
