/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of spec/matching.md section 9: context and token to input, input to value. They were
 * made with this implementation and agree with one written from that page and RFC 9496 alone.
 */
#include "crypto/sign.h"
#include "match/compare.h"
#include "match/oprf_wire.h"
#include "tap.h"

typedef struct vector {
    size_t n_context; /* bytes 1, 2, 3, ... */
    uint8_t first;    /* of the token: bytes first, first + 1, ... */
    const char *value;
} vector;

static const vector vectors[] = {
    {0, 0, "725d01af80a2b3db64dbe5cd7c9171e1"},
    {3, 0, "0c4ae41206e8cf6d0d243eab82920dc4"},
    {33, 0xf0, "28d3f494254aecdf827bc74938e58d0e"},
};

static void test_values(void)
{
    uint8_t sk[32];
    CHECK(plm_hex_decode(sk, 32,
                         "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909") == 0);
    for (size_t v = 0; v < sizeof vectors / sizeof *vectors; v++) {
        plm_engine_config config = {.context_bytes = vectors[v].n_context};
        plm_token token;
        uint8_t input[PLM_OPRF_INPUT_BYTES];
        uint8_t output[PLM_OPRF_OUTPUT_BYTES];
        char text[2 * PLM_VALUE_BYTES + 1];
        for (size_t i = 0; i < config.context_bytes; i++) {
            config.context[i] = (uint8_t)(i + 1);
        }
        for (size_t i = 0; i < sizeof token.b; i++) {
            token.b[i] = (uint8_t)(vectors[v].first + i);
        }
        size_t n = plm_oprf_input(input, &config, &token);
        CHECK_EQ_INT(n, 1 + vectors[v].n_context + PLM_TOKEN_BYTES);
        CHECK_STATUS(plm_oprf_evaluate(output, PLM_MODE_VOPRF, sk, input, n), PLM_OK);
        plm_hex_encode(text, output, PLM_VALUE_BYTES);
        CHECK_EQ_STR(text, vectors[v].value);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_values);
    return tap_done();
}
