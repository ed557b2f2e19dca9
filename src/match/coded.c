/* SPDX-License-Identifier: Apache-2.0 */
#include "match/coded.h"

static unsigned ceil_log2(size_t n)
{
    unsigned bits = 0;
    while (((uint64_t)1 << bits) < n) {
        bits++;
    }
    return bits;
}

plm_coding plm_coding_of(size_t n, unsigned value_bytes)
{
    unsigned bits = 8 * value_bytes;
    unsigned spread = ceil_log2(n);
    unsigned low = bits > spread ? bits - spread : 0;
    /* The upper part must fit 56 bits, so that sums of differences can't overflow 64. */
    if (bits > 56 && low < bits - 56) {
        low = bits - 56;
    }
    plm_coding c = {.value_bytes = value_bytes, .low_bytes = low / 8, .rice = low % 8};
    return c;
}

static uint64_t upper(const plm_coding *c, plm_block v)
{
    unsigned shift = 128 - 8 * (c->value_bytes - c->low_bytes); /* below the upper part */
    return shift >= 128  ? 0
           : shift >= 64 ? v[1] >> (shift - 64)
                         : v[1] << (64 - shift) | v[0] >> shift;
}

size_t plm_coding_bytes_max(const plm_coding *c, const plm_block *values, size_t k,
                            plm_block previous)
{
    /* Unary parts of all differences together are at most the whole difference, over 2^rice. */
    uint64_t whole = k == 0 ? 0 : upper(c, values[k - 1]) - upper(c, previous);
    return k * c->low_bytes + (k * (c->rice + 1) + (size_t)(whole >> c->rice)) / 8 + 16;
}

typedef struct writer {
    uint8_t *out;
    uint64_t bits;
    unsigned n;
} writer;

static void put(writer *w, uint64_t v, unsigned n)
{
    w->bits |= v << w->n;
    w->n += n;
    while (w->n >= 8) {
        *w->out++ = (uint8_t)w->bits;
        w->bits >>= 8;
        w->n -= 8;
    }
}

size_t plm_coding_write(const plm_coding *c, const plm_block *values, size_t k, plm_block *previous,
                        uint8_t *out)
{
    uint8_t *low = out;
    size_t skip = 16 - c->value_bytes;
    uint64_t before = upper(c, *previous);
    for (size_t i = 0; i < k; i++) {
        uint8_t bytes[16];
        plm_block_store(bytes, values[i]);
        memcpy(low, bytes + skip, c->low_bytes);
        low += c->low_bytes;
    }
    writer w = {.out = low};
    for (size_t i = 0; i < k; i++) {
        uint64_t now = upper(c, values[i]);
        uint64_t d = now - before;
        before = now;
        uint64_t ones = d >> c->rice;
        for (; ones >= 32; ones -= 32) {
            put(&w, 0xFFFFFFFFU, 32);
        }
        put(&w, ((uint64_t)1 << ones) - 1, (unsigned)ones + 1);
        put(&w, d & (((uint64_t)1 << c->rice) - 1), c->rice);
    }
    if (w.n > 0) {
        *w.out++ = (uint8_t)w.bits;
    }
    if (k > 0) {
        *previous = values[k - 1];
    }
    return (size_t)(w.out - out);
}

typedef struct bits {
    const uint8_t *p;
    const uint8_t *end;
    uint64_t word;
    unsigned n;
} bits;

/* At least 56 bits in the word, as long as there are any. */
static void refill(bits *b)
{
    if (b->end - b->p >= 8 && b->n < 56) {
        uint64_t more;
        unsigned bytes = (63 - b->n) / 8;
        memcpy(&more, b->p, sizeof more);
        b->word |= (more & (((uint64_t)1 << (8 * bytes)) - 1)) << b->n;
        b->p += bytes;
        b->n += 8 * bytes;
        return;
    }
    while (b->n <= 56 && b->p < b->end) {
        b->word |= (uint64_t)*b->p++ << b->n;
        b->n += 8;
    }
}

/* A difference; -1 if the bytes run out or it is beyond any upper part. */
static int get(bits *b, unsigned rice, uint64_t *d)
{
    uint64_t ones = 0;
    refill(b);
    while (~b->word == 0 || (unsigned)__builtin_ctzll(~b->word) >= b->n) {
        ones += b->n;
        b->word = 0;
        b->n = 0;
        refill(b);
        if (b->n == 0 || ones > (uint64_t)1 << 56) {
            return -1;
        }
    }
    unsigned run = (unsigned)__builtin_ctzll(~b->word);
    b->word = run + 1 == 64 ? 0 : b->word >> (run + 1);
    b->n -= run + 1;
    refill(b);
    if (b->n < rice) {
        return -1;
    }
    *d = (ones + run) << rice | (b->word & (((uint64_t)1 << rice) - 1));
    b->word >>= rice;
    b->n -= rice;
    return 0;
}

static plm_block assemble(const plm_coding *c, uint64_t top, const uint8_t *low)
{
    uint8_t bytes[16] = {0};
    size_t skip = 16 - c->value_bytes;
    memcpy(bytes + skip, low, c->low_bytes);
    for (size_t i = skip + c->low_bytes; i < 16; i++, top >>= 8) {
        bytes[i] = (uint8_t)top;
    }
    return plm_block_load(bytes);
}

plm_status plm_coding_read(const plm_coding *c, plm_reader *r, size_t k, plm_block *previous,
                           bool is_first, plm_block *values)
{
    plm_span low;
    size_t low_bytes;
    unsigned upper_bits = 8 * (c->value_bytes - c->low_bytes);
    if (plm_size_mul(k, c->low_bytes, &low_bytes) < 0 || plm_rd_take(r, low_bytes, &low) < 0) {
        return PLM_E_PROTOCOL;
    }
    bits b = {.p = r->p, .end = r->p + r->n};
    uint64_t top = upper(c, *previous);
    plm_block last = *previous;
    for (size_t i = 0; i < k; i++) {
        uint64_t d;
        if (get(&b, c->rice, &d) < 0 || d > ((uint64_t)1 << 57) ||
            (upper_bits < 64 && (top + d) >> upper_bits != 0)) {
            return PLM_E_PROTOCOL;
        }
        top += d;
        values[i] = assemble(c, top, low.p + i * c->low_bytes);
        if (!(is_first && i == 0) && !plm_value_less(last, values[i])) {
            return PLM_E_PROTOCOL;
        }
        last = values[i];
    }
    /* What was read ahead goes back; of the byte that was begun, nothing may be set. */
    const uint8_t *end = b.p - b.n / 8;
    if ((b.word & ((1U << (b.n % 8)) - 1)) != 0) {
        return PLM_E_PROTOCOL;
    }
    r->n -= (size_t)(end - r->p);
    r->p = end;
    *previous = last;
    return PLM_OK;
}
