/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keccak-256 and SHA3-256. The first three are those every Ethereum implementation is tested with;
 * the others, around the block length of 136 bytes, were computed by a second implementation that
 * agrees with SHA3-256 of FIPS 202 when given its padding.
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

/* NIST's examples of SHA3-256 (FIPS 202), and lengths around the block by another implementation.
 */
static void test_sha3(void)
{
    static const struct {
        size_t n;
        const char *hash;
    } vectors[] = {
        {135, "fded8fd9d6551c601eeb3b7c6bc5e5cfd8aad1d015b7e9aaa9c9b9475231d5e2"},
        {136, "cf3ccff92480a29160c2d38317c430e14749bfee1788106957dfe73f8c4930e5"},
        {137, "ce9d7dc90913ee5d92745019479a5352c6d6279bef18ed07dc0a83ee8084daca"},
        {1000, "48e66a01861d0eadaacdb7a6ae7db6b9ac79242ecced4154a9fbb33c4e3cc571"},
    };
    uint8_t message[1000];
    uint8_t hash[32];
    char hex[65];
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] = (uint8_t)(i % 251);
    }
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        plm_sha3_256(hash, plm_span_of(message, vectors[i].n));
        plm_hex_encode(hex, hash, sizeof hash);
        CHECK_EQ_STR(hex, vectors[i].hash);
    }
    plm_sha3_256(hash, plm_span_of(NULL, 0));
    plm_hex_encode(hex, hash, sizeof hash);
    CHECK_EQ_STR(hex, "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
    plm_sha3_256(hash, plm_span_str("abc"));
    plm_hex_encode(hex, hash, sizeof hash);
    CHECK_EQ_STR(hex, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

int main(void)
{
    TAP_RUN(test_texts);
    TAP_RUN(test_blocks);
    TAP_RUN(test_sha3);
    return tap_done();
}
