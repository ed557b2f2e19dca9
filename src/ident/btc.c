/* SPDX-License-Identifier: Apache-2.0 */
/*
 * btc.c - Bitcoin addresses by what they stand for, whatever way they are written:
 *
 *   Base58Check, version 0 and 5      btc:p2pkh:<20 bytes>, btc:p2sh:<20 bytes>
 *   segwit (BIP-173, BIP-350)         btc:v<version>:<program>
 *
 * A check that fails leaves nothing: an address with a typing error is nobody's.
 */
#include "ident/family.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    BASE58_BYTES = 25,
    SEGWIT_MAX = 90,
    PROGRAM_MAX = 40,
    CHECK_BECH32 = 1,
    CHECK_BECH32M = 0x2bc830a3
};

static bool base58_decode(uint8_t out[BASE58_BYTES], plm_span text)
{
    static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    memset(out, 0, BASE58_BYTES);
    size_t n_ones = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *found = (const char *)memchr(alphabet, text.p[i], 58);
        if (found == NULL) {
            return false;
        }
        n_ones += i == n_ones && text.p[i] == '1';
        unsigned carry = (unsigned)(found - alphabet);
        for (size_t k = BASE58_BYTES; k-- > 0;) {
            carry += 58U * out[k];
            out[k] = (uint8_t)carry;
            carry >>= 8;
        }
        if (carry != 0) {
            return false;
        }
    }
    /* One leading '1' for each leading zero byte: the only encoding. */
    size_t n_zeroes = 0;
    while (n_zeroes < BASE58_BYTES && out[n_zeroes] == 0) {
        n_zeroes++;
    }
    return n_zeroes == n_ones;
}

static plm_status base58(plm_span value, plm_ident *out)
{
    uint8_t decoded[BASE58_BYTES];
    uint8_t hash[crypto_hash_sha256_BYTES];
    char hex[41];
    if (value.n < 25 || value.n > 35 || !base58_decode(decoded, value)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "not an address in Base58 or bech32");
    }
    (void)crypto_hash_sha256(hash, decoded, 21);
    (void)crypto_hash_sha256(hash, hash, sizeof hash);
    if (memcmp(hash, decoded + 21, 4) != 0) {
        return plm_ident_reject(out, PLM_REASON_CHECK, "the check sum of Base58Check");
    }
    if (decoded[0] != 0 && decoded[0] != 5) {
        return plm_ident_reject(out, PLM_REASON_RANGE,
                                "version %u is not of Bitcoin's main network", decoded[0]);
    }
    plm_hex_encode(hex, decoded + 1, 20);
    (void)snprintf(out->canonical, sizeof out->canonical, "btc:%s:%s",
                   decoded[0] == 0 ? "p2pkh" : "p2sh", hex);
    return PLM_OK;
}

/* BIP-173: the BCH code's check over values of 5 bits. */
static uint32_t polymod_step(uint32_t check, uint32_t value)
{
    static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                          0x2a1462b3};
    uint32_t top = check >> 25;
    check = (check & 0x1ffffff) << 5 ^ value;
    for (unsigned i = 0; i < 5; i++) {
        check ^= (top >> i & 1) ? generator[i] : 0;
    }
    return check;
}

/* Values of 5 bits after "bc1", lower case; their number, 0 if a character is none of the set. */
static size_t bech32_values(uint8_t out[SEGWIT_MAX], const char *text, uint32_t *check)
{
    static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    static const uint8_t prefix[] = {3, 3, 0, 'b' & 31, 'c' & 31}; /* "bc" expanded */
    size_t n = strlen(text);
    *check = 1;
    for (size_t i = 0; i < sizeof prefix; i++) {
        *check = polymod_step(*check, prefix[i]);
    }
    for (size_t i = 0; i < n; i++) {
        const char *found = strchr(alphabet, text[i]);
        if (found == NULL) {
            return 0;
        }
        out[i] = (uint8_t)(found - alphabet);
        *check = polymod_step(*check, out[i]);
    }
    return n;
}

/* Groups of 5 bits to bytes; false if the padding is too long or not zero. */
static bool regroup(uint8_t out[PROGRAM_MAX], size_t *n_out, const uint8_t *values, size_t n)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    *n_out = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 5 | values[i];
        n_bits += 5;
        if (n_bits >= 8) {
            n_bits -= 8;
            if (*n_out == PROGRAM_MAX) {
                return false;
            }
            out[(*n_out)++] = (uint8_t)(bits >> n_bits);
        }
    }
    return n_bits < 5 && (bits & ((1U << n_bits) - 1)) == 0;
}

static plm_status segwit(const char *text, plm_ident *out)
{
    uint8_t values[SEGWIT_MAX];
    uint8_t program[PROGRAM_MAX];
    size_t n_program;
    uint32_t check;
    char hex[2 * PROGRAM_MAX + 1];
    size_t n = bech32_values(values, text + 3, &check);
    if (n < 8) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "a character that bech32 does not have");
    }
    unsigned version = values[0];
    /* BIP-350: version 0 is bech32, 1 to 16 are bech32m. */
    if (check != (version == 0 ? CHECK_BECH32 : CHECK_BECH32M)) {
        return plm_ident_reject(out, PLM_REASON_CHECK, "the check sum of bech32");
    }
    if (version > 16 || !regroup(program, &n_program, values + 1, n - 7) || n_program < 2 ||
        (version == 0 && n_program != 20 && n_program != 32)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "no witness program of version %u",
                                version);
    }
    plm_hex_encode(hex, program, n_program);
    (void)snprintf(out->canonical, sizeof out->canonical, "btc:v%u:%s", version, hex);
    return PLM_OK;
}

/* The canonical form itself: btc:KIND:HEX. */
static bool is_canonical(plm_span value)
{
    static const char *const kinds[] = {"btc:p2pkh:", "btc:p2sh:", "btc:v"};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(kinds[i]);
        if (value.n <= n || memcmp(value.p, kinds[i], n) != 0) {
            continue;
        }
        size_t at = n;
        if (i == 2) {
            unsigned version = 0;
            size_t first = at;
            for (; at < value.n && plm_is_digit(value.p[at]) && at - first < 2; at++) {
                version = version * 10 + (unsigned)(value.p[at] - '0');
            }
            if (at == first || version > 16 || (value.p[first] == '0' && at - first > 1) ||
                at >= value.n || value.p[at] != ':') {
                return false;
            }
            at++;
        }
        size_t digits = value.n - at;
        for (; at < value.n; at++) {
            if (!plm_is_digit(value.p[at]) && (value.p[at] < 'a' || value.p[at] > 'f')) {
                return false;
            }
        }
        return i < 2 ? digits == 40 : digits % 2 == 0 && digits >= 4 && digits <= 2 * PROGRAM_MAX;
    }
    return false;
}

plm_status plm_ident_btc(const char *country, plm_span value, plm_ident *out)
{
    char lower[SEGWIT_MAX + 1];
    bool has_upper = false;
    bool has_lower = false;
    (void)country;
    if (is_canonical(value)) {
        memcpy(out->canonical, value.p, value.n);
        out->canonical[value.n] = '\0';
        return PLM_OK;
    }
    if (value.n < 3 || value.n > SEGWIT_MAX || plm_to_lower(value.p[0]) != 'b' ||
        plm_to_lower(value.p[1]) != 'c' || value.p[2] != '1') {
        return base58(value, out);
    }
    for (size_t i = 0; i < value.n; i++) {
        has_upper = has_upper || plm_is_upper(value.p[i]);
        has_lower = has_lower || plm_is_lower(value.p[i]);
        lower[i] = (char)plm_to_lower(value.p[i]);
    }
    lower[value.n] = '\0';
    if (has_upper && has_lower) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "bech32 is in one case");
    }
    return segwit(lower, out);
}
