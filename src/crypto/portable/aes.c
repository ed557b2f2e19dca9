/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes.c - the portable table: AES-128 (FIPS 197) in plain C, bit-sliced: no table is looked up by a
 * secret.
 *
 * Eight blocks at once in eight planes. Lane l of a plane has four blocks, 64 bytes; bit j of
 * lane l of plane b is bit b of byte j of those:
 *
 *     plane b, lane l:   | block 4l: 16 bits | block 4l+1 | block 4l+2 | block 4l+3 |
 *                          byte 0 = row 0 of column 0, byte 1 = row 1 of column 0, ...
 *
 * SubBytes is x^254 by four products, then the affine map (FIPS 197 section 5.1.1): slower than the
 * best known circuits, and simple enough to be seen right.
 */
#include "crypto/loops.h"
#include "crypto/portable/gf128.h"

enum {
    LANES = 2,
    BATCH = 4 * LANES /* blocks */
};

typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));

typedef struct planes {
    lanes p[8];
} planes;

/* Transposes the 8 x 8 bits of each word (Warren, Hacker's Delight, section 7-3). */
static uint64_t transpose8(uint64_t x)
{
    uint64_t t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAU;
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCU;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0U;
    return x ^ t ^ (t << 28);
}

static void pack(planes *out, const plm_block in[static BATCH])
{
    for (unsigned l = 0; l < LANES; l++) {
        uint64_t plane[8] = {0};
        for (unsigned w = 0; w < 8; w++) {
            uint64_t bits = transpose8(in[4 * l + w / 2][w % 2]);
            for (unsigned b = 0; b < 8; b++) {
                plane[b] |= ((bits >> (8 * b)) & 0xFF) << (8 * w);
            }
        }
        for (unsigned b = 0; b < 8; b++) {
            out->p[b][l] = plane[b];
        }
    }
}

static void unpack(plm_block out[static BATCH], const planes *in)
{
    for (unsigned l = 0; l < LANES; l++) {
        for (unsigned w = 0; w < 8; w++) {
            uint64_t bits = 0;
            for (unsigned b = 0; b < 8; b++) {
                bits |= ((in->p[b][l] >> (8 * w)) & 0xFF) << (8 * b);
            }
            out[4 * l + w / 2][w % 2] = transpose8(bits);
        }
    }
}

/* In GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
static planes multiply(const planes *a, const planes *b)
{
    lanes wide[15] = {{0}};
    planes out;
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned j = 0; j < 8; j++) {
            wide[i + j] ^= a->p[i] & b->p[j];
        }
    }
    for (unsigned k = 14; k >= 8; k--) {
        wide[k - 4] ^= wide[k];
        wide[k - 5] ^= wide[k];
        wide[k - 7] ^= wide[k];
        wide[k - 8] ^= wide[k];
    }
    for (unsigned i = 0; i < 8; i++) {
        out.p[i] = wide[i];
    }
    return out;
}

static planes square(const planes *a)
{
    const lanes *p = a->p;
    /* x^8, x^10, x^12 and x^14 reduced, bit by bit. */
    return (planes){{p[0] ^ p[4] ^ p[6], p[4] ^ p[6] ^ p[7], p[1] ^ p[5], p[4] ^ p[5] ^ p[6] ^ p[7],
                     p[2] ^ p[4] ^ p[7], p[5] ^ p[6], p[3] ^ p[5], p[6] ^ p[7]}};
}

static void sub_bytes(planes *s)
{
    planes x2 = square(s);
    planes x3 = multiply(&x2, s);
    planes x6 = square(&x3);
    planes x12 = square(&x6);
    planes x15 = multiply(&x12, &x3);
    planes x240 = square(&x15);
    for (unsigned i = 0; i < 3; i++) {
        x240 = square(&x240);
    }
    planes x252 = multiply(&x240, &x12);
    planes inverse = multiply(&x252, &x2);
    const lanes *p = inverse.p;
    for (unsigned i = 0; i < 8; i++) {
        s->p[i] = p[i] ^ p[(i + 4) % 8] ^ p[(i + 5) % 8] ^ p[(i + 6) % 8] ^ p[(i + 7) % 8];
    }
    for (unsigned i = 0; i < 8; i++) {
        if ((0x63U >> i) & 1) {
            s->p[i] = ~s->p[i];
        }
    }
}

static lanes splat(uint64_t v)
{
    return (lanes){v, v};
}

/* Row r of each block turns by r columns: by 4 r bits within its 16. */
static void shift_rows(planes *s)
{
    for (unsigned b = 0; b < 8; b++) {
        lanes x = s->p[b];
        lanes out = x & splat(0x1111111111111111U);
        for (unsigned r = 1; r < 4; r++) {
            lanes row = x & splat(0x1111111111111111U << r);
            uint64_t kept = 0x0001000100010001U * (0xFFFFU >> (4 * r));
            out |= ((row >> (4 * r)) & splat(kept)) | ((row << (16 - 4 * r)) & splat(~kept));
        }
        s->p[b] = out;
    }
}

/* The byte of the next row, within each column of four. */
static lanes next_row(lanes x, unsigned by)
{
    static const uint64_t kept[4] = {0, 0x7777777777777777U, 0x3333333333333333U,
                                     0x1111111111111111U};
    return ((x >> by) & splat(kept[by])) | ((x << (4 - by)) & splat(~kept[by]));
}

static void mix_columns(planes *s)
{
    planes sum; /* a_r ^ a_(r+1) */
    lanes rest[8];
    for (unsigned b = 0; b < 8; b++) {
        lanes next = next_row(s->p[b], 1);
        sum.p[b] = s->p[b] ^ next;
        rest[b] = next ^ next_row(s->p[b], 2) ^ next_row(s->p[b], 3);
    }
    for (unsigned b = 0; b < 8; b++) {
        lanes doubled = b == 0 ? sum.p[7] : sum.p[b - 1];
        if (b == 1 || b == 3 || b == 4) {
            doubled ^= sum.p[7];
        }
        s->p[b] = doubled ^ rest[b];
    }
}

typedef struct sliced_key {
    planes round[11];
} sliced_key;

static void slice_key(sliced_key *out, const plm_aes_key *key)
{
    plm_block copies[BATCH];
    for (unsigned r = 0; r < 11; r++) {
        for (unsigned i = 0; i < BATCH; i++) {
            copies[i] = key->round[r];
        }
        pack(&out->round[r], copies);
    }
}

static void add_key(planes *s, const planes *key)
{
    for (unsigned b = 0; b < 8; b++) {
        s->p[b] ^= key->p[b];
    }
}

/* BATCH blocks, each under its own key or all under one. */
static void encrypt_batch(const sliced_key *key, plm_block *out, const plm_block *in)
{
    planes s;
    pack(&s, in);
    add_key(&s, &key->round[0]);
    for (unsigned r = 1; r < 10; r++) {
        sub_bytes(&s);
        shift_rows(&s);
        mix_columns(&s);
        add_key(&s, &key->round[r]);
    }
    sub_bytes(&s);
    shift_rows(&s);
    add_key(&s, &key->round[10]);
    unpack(out, &s);
}

/* out[i] = E(in[i]), and ^ in[i] where feed is all ones. */
static void run(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n,
                plm_block feed)
{
    sliced_key sliced;
    slice_key(&sliced, key);
    for (size_t at = 0; at < n; at += BATCH) {
        size_t count = n - at < BATCH ? n - at : BATCH;
        plm_block buffer[BATCH] = {{0}};
        plm_block done[BATCH];
        memcpy(buffer, in + at, count * sizeof *buffer);
        encrypt_batch(&sliced, done, buffer);
        for (size_t i = 0; i < count; i++) {
            out[at + i] = done[i] ^ (buffer[i] & feed);
        }
    }
}

static void encrypt(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n)
{
    run(key, out, in, n, plm_block_zero());
}

static void hash(const plm_aes_key *key, plm_block *out, const plm_block *in, size_t n)
{
    run(key, out, in, n, plm_block_mask(1));
}

static void counter(const plm_aes_key *key, plm_block *out, uint64_t first, size_t n)
{
    plm_loop_counter(encrypt, key, out, first, n);
}

static void ggm(const plm_aes_key keys[2], plm_block *children, const plm_block *parents, size_t n,
                plm_block sums[2])
{
    plm_loop_ggm(hash, keys, children, parents, n, sums);
}

/* FIPS 197 section 5.2, with the S-box of four bytes from one bit-sliced call. */
static void key_init(plm_aes_key *out, plm_block key)
{
    static const uint8_t rcon[10] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1B, 0x36};
    out->round[0] = key;
    for (unsigned r = 0; r < 10; r++) {
        plm_block previous = out->round[r];
        plm_block batch[BATCH] = {{0}};
        planes s;
        uint32_t last = (uint32_t)(previous[1] >> 32);
        batch[0][0] = (last >> 8) | (last << 24); /* RotWord, little-endian */
        pack(&s, batch);
        sub_bytes(&s);
        unpack(batch, &s);
        uint32_t t = (uint32_t)batch[0][0] ^ rcon[r];
        uint32_t w0 = (uint32_t)previous[0] ^ t;
        uint32_t w1 = (uint32_t)(previous[0] >> 32) ^ w0;
        uint32_t w2 = (uint32_t)previous[1] ^ w1;
        uint32_t w3 = last ^ w2;
        out->round[r + 1] = plm_block_of(w0 | (uint64_t)w1 << 32, w2 | (uint64_t)w3 << 32);
    }
}

static void davies_meyer(plm_block *out, const plm_block *keys, const plm_block *in, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        plm_aes_key key;
        key_init(&key, keys[i]);
        hash(&key, &out[i], &in[i], 1);
    }
}

const plm_kernels plm_kernels_portable = {
    .name = "portable",
    .key = key_init,
    .encrypt = encrypt,
    .hash = hash,
    .counter = counter,
    .ggm = ggm,
    .davies_meyer = davies_meyer,
    .mul = plm_gf_mul_portable,
    .mul_add = plm_gf_mul_add_portable,
    .polynomial = plm_gf_polynomial_portable,
};
