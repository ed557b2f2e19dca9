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

/* v as an integer of 128 bits, shifted by n below 128. */
static inline plm_block shift_down(plm_block v, unsigned n)
{
    return n == 0   ? v
           : n < 64 ? plm_block_of(v[0] >> n | v[1] << (64 - n), v[1] >> n)
                    : plm_block_of(v[1] >> (n - 64), 0);
}

static inline uint64_t upper(const plm_coding *c, plm_block v)
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
    return k * c->low_bytes + (k * (c->rice + 1) + (size_t)(whole >> c->rice)) / 8 + 32;
}

/* Bits that wait for the rest of their byte, fewer than 8 between two puts. */
typedef struct writer {
    uint8_t *out;
    uint64_t bits;
    unsigned n;
} writer;

/* n up to 56 bits of v; 8 bytes behind `out` are written, whatever comes of them. */
static inline void put(writer *w, uint64_t v, unsigned n)
{
    w->bits |= v << w->n;
    w->n += n;
    memcpy(w->out, &w->bits, sizeof w->bits);
    w->out += w->n / 8;
    w->bits >>= w->n / 8 * 8;
    w->n %= 8;
}

/* A difference, cut behind rice bits: ones, a zero, rice bits. */
static inline void put_difference(writer *w, uint64_t d, unsigned rice)
{
    enum {
        ONES_MAX = 32
    };
    uint64_t ones = d >> rice;
    uint64_t rest = d & (((uint64_t)1 << rice) - 1);
    for (; ones > ONES_MAX; ones -= ONES_MAX) {
        put(w, ((uint64_t)1 << ONES_MAX) - 1, ONES_MAX);
    }
    put(w, (((uint64_t)1 << ones) - 1) | rest << (ones + 1), (unsigned)ones + 1 + rice);
}

size_t plm_coding_write(const plm_coding *c, const plm_block *values, size_t k, plm_block *previous,
                        uint8_t *out)
{
    uint8_t *low = out;
    unsigned skip = 8 * (16 - c->value_bytes);
    for (size_t i = 0; i < k; i++) {
        /* Whole blocks, of which the next one and then the bits cover what is too much. */
        plm_block_store(low, shift_down(values[i], skip));
        low += c->low_bytes;
    }
    writer w = {.out = low};
    uint64_t before = upper(c, *previous);
    for (size_t i = 0; i < k; i++) {
        uint64_t now = upper(c, values[i]);
        put_difference(&w, now - before, c->rice);
        before = now;
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

/* As get, where a difference is longer than what is at hand, or there is none. */
static int get_long(bits *b, unsigned rice, uint64_t *d)
{
    uint64_t ones = 0;
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

/* A difference; -1 if the bytes run out or it is beyond any upper part. */
static inline int get(bits *b, unsigned rice, uint64_t *d)
{
    refill(b);
    unsigned run = (unsigned)__builtin_ctzll(~b->word | (uint64_t)1 << 63);
    unsigned length = run + 1 + rice;
    if (length > b->n || length >= 64) {
        return get_long(b, rice, d);
    }
    *d = (uint64_t)run << rice | (b->word >> (run + 1) & (((uint64_t)1 << rice) - 1));
    b->word >>= length;
    b->n -= length;
    return 0;
}

/* The value of an upper part and 16 bytes, of which the first low_bytes are its own. */
static inline plm_block assemble(const plm_coding *c, uint64_t top, plm_block low)
{
    __extension__ typedef unsigned __int128 wide;
    unsigned skip = 8 * (16 - c->value_bytes);
    unsigned own = 8 * c->low_bytes;
    wide value = (wide)low[1] << 64 | low[0];
    value = own == 128 ? value : (value & (((wide)1 << own) - 1)) | (wide)top << own;
    value <<= skip;
    return plm_block_of((uint64_t)value, (uint64_t)(value >> 64));
}

/* n bytes, 16 at most, and zeros. */
static plm_block load_some(const uint8_t *p, size_t n)
{
    uint8_t bytes[16] = {0};
    memcpy(bytes, p, n);
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
        const uint8_t *at = low.p + i * c->low_bytes;
        /* Whole blocks, as long as there are any in the message. */
        values[i] =
            assemble(c, top, b.end - at >= 16 ? plm_block_load(at) : load_some(at, c->low_bytes));
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
