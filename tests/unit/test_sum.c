/* SPDX-License-Identifier: Apache-2.0 */
/* Weighted sums against libsodium's multiplication and addition, one by one. */
#include "crypto/sign.h"
#include "crypto/sum.h"
#include "tap.h"

#include <sodium.h>
#include <stdlib.h>

enum {
    MOST = PLM_SUM_BLOCK + 65
};

static uint8_t weights[MOST][PLM_SCALAR_BYTES];
static uint8_t elements[MOST * PLM_ELEMENT_BYTES];

static void draw(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        plm_scalar_random(weights[i]);
        plm_element_random(elements + i * PLM_ELEMENT_BYTES);
    }
}

/* As libsodium says. */
static plm_status one_by_one(uint8_t out[32], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t product[PLM_ELEMENT_BYTES];
        plm_status status =
            plm_element_multiply(product, weights[i], elements + i * PLM_ELEMENT_BYTES);
        if (status == PLM_OK && i > 0) {
            status = plm_element_add(product, product, out);
        }
        if (status != PLM_OK) {
            return status;
        }
        memcpy(out, product, sizeof product);
    }
    return PLM_OK;
}

static bool is_same(size_t n)
{
    uint8_t wanted[PLM_ELEMENT_BYTES];
    uint8_t got[PLM_ELEMENT_BYTES];
    return CHECK_STATUS(one_by_one(wanted, n), PLM_OK) &&
           CHECK_STATUS(plm_element_sum(got, weights, elements, n), PLM_OK) &&
           CHECK_EQ_MEM(got, wanted, sizeof got);
}

static void test_sizes(void)
{
    static const size_t sizes[] = {1,   2,   3,   5,   17,  63,  64,   65,
                                   129, 255, 256, 257, 383, 384, 1024, MOST};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        draw(sizes[i]);
        if (!is_same(sizes[i])) {
            break;
        }
    }
}

/* Weights at the edges of their digits: 1, small ones, powers of two, the order less one. */
static void test_edge_weights(void)
{
    static const uint8_t order_less_one[32] = {0xec, 0xd3, 0xf5, 0x5c, 0x1a,       0x63,
                                               0x12, 0x58, 0xd6, 0x9c, 0xf7,       0xa2,
                                               0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    draw(270);
    for (unsigned i = 0; i < 253; i++) {
        memset(weights[i], 0, sizeof weights[i]);
        weights[i][i / 8] = (uint8_t)(1U << (i % 8));
    }
    for (unsigned i = 253; i < 269; i++) {
        memset(weights[i], i % 2 ? 0xff : 0x80, 31);
        weights[i][31] = 0;
    }
    memcpy(weights[269], order_less_one, sizeof order_less_one);
    CHECK(is_same(270));
    for (unsigned i = 0; i < 270; i++) {
        memcpy(weights[0], weights[i], sizeof weights[0]);
        if (!is_same(1)) {
            break;
        }
    }
}

/* The same element many times: additions of equals and of opposites. */
static void test_equal_elements(void)
{
    draw(64);
    for (size_t i = 1; i < 64; i++) {
        memcpy(elements + i * PLM_ELEMENT_BYTES, elements, PLM_ELEMENT_BYTES);
        memcpy(weights[i], weights[0], sizeof weights[i]);
    }
    CHECK(is_same(64));
    uint8_t out[PLM_ELEMENT_BYTES];
    crypto_core_ristretto255_scalar_negate(weights[1], weights[0]);
    CHECK_STATUS(plm_element_sum(out, weights, elements, 2), PLM_E_PROTOCOL); /* the identity */
}

static void test_hostile_encodings(void)
{
    uint8_t out[PLM_ELEMENT_BYTES];
    draw(3);
    CHECK_STATUS(plm_element_sum(out, weights, elements, 0), PLM_E_ARGUMENT);
    unsigned n_valid = 0;
    for (int i = 0; i < 400; i++) {
        uint8_t *e = elements + PLM_ELEMENT_BYTES;
        plm_random(e, PLM_ELEMENT_BYTES);
        e[31] &= i % 2 ? 0x7f : 0xff;
        e[0] &= i % 4 < 2 ? 0xfe : 0xff;
        /* libsodium 1.0.18 overlooks the top bit, which RFC 9496 does not allow. */
        const bool is_valid =
            crypto_core_ristretto255_is_valid_point(e) == 1 && (e[31] & 0x80) == 0;
        n_valid += is_valid;
        CHECK_STATUS(plm_element_sum(out, weights, elements, 3),
                     is_valid ? PLM_OK : PLM_E_PROTOCOL);
    }
    CHECK(n_valid > 0 && n_valid < 400);
    memset(elements, 0, PLM_ELEMENT_BYTES); /* the identity */
    CHECK_STATUS(plm_element_sum(out, weights, elements, 1), PLM_E_PROTOCOL);
    memset(elements, 0xff, PLM_ELEMENT_BYTES); /* not reduced */
    elements[31] = 0x7f;
    elements[0] = 0xee;
    CHECK_STATUS(plm_element_sum(out, weights, elements, 1), PLM_E_PROTOCOL);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_sizes);
    TAP_RUN(test_edge_weights);
    TAP_RUN(test_equal_elements);
    TAP_RUN(test_hostile_encodings);
    return tap_done();
}
