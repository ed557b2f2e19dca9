/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block.h - 128 bits: a block of AES, and an element of GF(2^128).
 *
 * As a field element: bit i of the block, counted from the lowest bit of the first byte, is the
 * coefficient of x^i, modulo x^128 + x^7 + x^2 + x + 1. So the bytes are the little-endian form of
 * the polynomial, and addition is `^`.
 */
#ifndef PLM_CRYPTO_BLOCK_H
#define PLM_CRYPTO_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "blocks are little-endian in memory");

/* Two 64-bit halves, low one first; aligned to 16 bytes. `^`, `&` and [i] work on it. */
typedef uint64_t plm_block __attribute__((vector_size(16)));

enum {
    PLM_BLOCK_BYTES = 16
};

static inline plm_block plm_block_of(uint64_t low, uint64_t high)
{
    return (plm_block){low, high};
}

static inline plm_block plm_block_zero(void)
{
    return (plm_block){0, 0};
}

/* From and to 16 bytes of any alignment. */
static inline plm_block plm_block_load(const void *bytes)
{
    plm_block out;
    memcpy(&out, bytes, sizeof out);
    return out;
}

static inline void plm_block_store(void *bytes, plm_block block)
{
    memcpy(bytes, &block, sizeof block);
}

/* Bit i of a block, 0 to 127. b: SECRET. */
static inline uint64_t plm_block_bit(plm_block b, size_t i)
{
    return (b[i / 64] >> (i % 64)) & 1;
}

/* All bits set if bit is 1, none if it is 0. bit: SECRET. */
static inline plm_block plm_block_mask(uint64_t bit)
{
    return (plm_block){0 - bit, 0 - bit};
}

/* 1 if all bits are equal, in constant time. */
static inline uint64_t plm_block_equal(plm_block a, plm_block b)
{
    plm_block d = a ^ b;
    uint64_t any = d[0] | d[1];
    return 1 ^ ((any | (0 - any)) >> 63);
}

/* floor(random * n / 2^64): uniform below n but for 2^-32 where n < 2^32. Both may be SECRET. */
static inline uint64_t plm_scale64(uint64_t random, uint64_t n)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)(((wide)random * n) >> 64);
}

/* a * x in the field; a: SECRET. */
static inline plm_block plm_block_times_x(plm_block a)
{
    uint64_t carry = 0 - (a[1] >> 63);
    return (plm_block){(a[0] << 1) ^ (carry & 0x87), (a[1] << 1) | (a[0] >> 63)};
}

#endif
