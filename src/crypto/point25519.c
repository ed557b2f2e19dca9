/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/point25519.h"

#include <string.h>

/* RFC 9496 section 4.1: D, INVSQRT_A_MINUS_D, SQRT_M1. */
static const plm_fe d = {
    {0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
static const plm_fe invsqrt_a_minus_d = {
    {0xfdaa805d40ea, 0x2eb482e57d339, 0x7610274bc58, 0x6510b613dc8ff, 0x786c8905cfaff}};
static const plm_fe sqrt_m1 = {
    {0x61b274a0ea0b0, 0xd5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

bool plm_point_decode(plm_point *out, const uint8_t in[static PLM_ELEMENT_BYTES])
{
    static const uint8_t zeroes[PLM_ELEMENT_BYTES] = {0};
    uint8_t again[PLM_ELEMENT_BYTES];
    const plm_fe one = plm_fe_small(1);
    const plm_fe s = plm_fe_load(in);
    plm_fe_store(again, &s);
    if (memcmp(again, in, sizeof again) != 0 || (in[0] & 1) != 0 ||
        memcmp(in, zeroes, sizeof zeroes) == 0) {
        return false;
    }
    const plm_fe ss = plm_fe_square(&s);
    const plm_fe u1 = plm_fe_sub(&one, &ss);
    const plm_fe u2 = plm_fe_add(&one, &ss);
    const plm_fe u2_sqr = plm_fe_square(&u2);
    plm_fe t = plm_fe_square(&u1);
    t = plm_fe_mul(&t, &d);
    t = plm_fe_add(&t, &u2_sqr);
    const plm_fe v = plm_fe_negate(&t);
    t = plm_fe_mul(&v, &u2_sqr);
    plm_fe root;
    const bool is_square = plm_fe_sqrt_ratio(&root, &one, &t);
    const plm_fe den_x = plm_fe_mul(&root, &u2);
    t = plm_fe_mul(&root, &den_x);
    const plm_fe den_y = plm_fe_mul(&t, &v);
    const plm_fe s2 = plm_fe_add(&s, &s);
    t = plm_fe_mul(&s2, &den_x);
    plm_point p = {.x = plm_fe_absolute(&t), .y = plm_fe_mul(&u1, &den_y), .z = one};
    p.t = plm_fe_mul(&p.x, &p.y);
    const plm_fe zero = plm_fe_small(0);
    if (!is_square || plm_fe_is_negative(&p.t) || plm_fe_equal(&p.y, &zero)) {
        return false;
    }
    *out = p;
    return true;
}

void plm_point_encode(uint8_t out[static PLM_ELEMENT_BYTES], const plm_point *p)
{
    const plm_fe one = plm_fe_small(1);
    const plm_fe plus = plm_fe_add(&p->z, &p->y);
    const plm_fe minus = plm_fe_sub(&p->z, &p->y);
    const plm_fe u1 = plm_fe_mul(&plus, &minus);
    const plm_fe u2 = plm_fe_mul(&p->x, &p->y);
    plm_fe t = plm_fe_square(&u2);
    t = plm_fe_mul(&t, &u1);
    plm_fe root;
    (void)plm_fe_sqrt_ratio(&root, &one, &t);
    const plm_fe den1 = plm_fe_mul(&root, &u1);
    const plm_fe den2 = plm_fe_mul(&root, &u2);
    t = plm_fe_mul(&den1, &den2);
    const plm_fe z_inv = plm_fe_mul(&t, &p->t);
    t = plm_fe_mul(&p->t, &z_inv);
    const bool rotates = plm_fe_is_negative(&t);
    const plm_fe ix = plm_fe_mul(&p->x, &sqrt_m1);
    const plm_fe iy = plm_fe_mul(&p->y, &sqrt_m1);
    const plm_fe enchanted = plm_fe_mul(&den1, &invsqrt_a_minus_d);
    const plm_fe x = rotates ? iy : p->x;
    plm_fe y = rotates ? ix : p->y;
    const plm_fe den_inv = rotates ? enchanted : den2;
    t = plm_fe_mul(&x, &z_inv);
    if (plm_fe_is_negative(&t)) {
        y = plm_fe_negate(&y);
    }
    t = plm_fe_sub(&p->z, &y);
    t = plm_fe_mul(&den_inv, &t);
    t = plm_fe_absolute(&t);
    plm_fe_store(out, &t);
}
