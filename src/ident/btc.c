/* SPDX-License-Identifier: Apache-2.0 */
/*
 * btc.c - Bitcoin addresses by what they stand for, whatever way they are written:
 *
 *   Base58Check, version 0, 5       btc:p2pkh:<20 bytes>, btc:p2sh:<20 bytes>   in hexadecimal
 *   segwit (BIP-173, BIP-350)       btc:v<version>:<2 to 40 bytes>
 *
 * An address whose check fails is rejected: with a mistake in it, it is nobody's.
 */
#include "ident/btc.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    HASH_BYTES = 20,
    CHECK_BYTES = 4,
    BASE58_BYTES = 1 + HASH_BYTES + CHECK_BYTES,
    BASE58_MIN = 26,
    BASE58_MAX = 35,
    WITNESS_MAX = 16
};

/* "p2pkh", HEX. */
static plm_status finish(const char *kind, const uint8_t *bytes, size_t n, plm_ident *out)
{
    char hex[2 * PLM_BTC_PROGRAM_MAX + 1];
    plm_hex_encode(hex, bytes, n);
    if (strspn(hex, "0") == 2 * n) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "an address that nobody has");
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "btc:%s:%s", kind, hex);
    return PLM_OK;
}

/*
 * False if the number does not fit BASE58_BYTES, or is not written with one 1 for each leading zero
 * byte, as its only encoding is.
 */
static bool base58_decode(uint8_t out[BASE58_BYTES], const uint8_t *digits, size_t n)
{
    size_t n_ones = 0;
    size_t n_zeroes = 0;
    memset(out, 0, BASE58_BYTES);
    for (size_t i = 0; i < n; i++) {
        n_ones += i == n_ones && digits[i] == 0;
        unsigned carry = digits[i];
        for (size_t k = BASE58_BYTES; k-- > 0;) {
            carry += 58U * out[k];
            out[k] = (uint8_t)carry;
            carry >>= 8;
        }
        if (carry != 0) {
            return false;
        }
    }
    while (n_zeroes < BASE58_BYTES && out[n_zeroes] == 0) {
        n_zeroes++;
    }
    return n_zeroes == n_ones;
}

/* The first four bytes of SHA-256 twice over version and hash. */
static plm_status base58_check(const uint8_t decoded[BASE58_BYTES], plm_ident *out)
{
    uint8_t once[crypto_hash_sha256_BYTES];
    uint8_t twice[crypto_hash_sha256_BYTES];
    char expected[2 * CHECK_BYTES + 1];
    char found[2 * CHECK_BYTES + 1];
    (void)crypto_hash_sha256(once, decoded, 1 + HASH_BYTES);
    (void)crypto_hash_sha256(twice, once, sizeof once);
    plm_hex_encode(expected, twice, CHECK_BYTES);
    plm_hex_encode(found, decoded + 1 + HASH_BYTES, CHECK_BYTES);
    plm_ident_step(out, "check by Base58Check: expected %s, found %s", expected, found);
    return strcmp(expected, found) == 0
               ? PLM_OK
               : plm_ident_reject(out, PLM_REASON_CHECK, "Base58Check: expected %s, found %s",
                                  expected, found);
}

static plm_status base58(plm_span value, plm_ident *out)
{
    static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    uint8_t digits[BASE58_MAX];
    uint8_t decoded[BASE58_BYTES];
    if (value.n < BASE58_MIN || value.n > BASE58_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, an address has %d to %d",
                                value.n, BASE58_MIN, BASE58_MAX);
    }
    for (size_t i = 0; i < value.n; i++) {
        const char *found = (const char *)memchr(alphabet, value.p[i], sizeof alphabet - 1);
        if (found == NULL) {
            return plm_ident_reject_character(out, value, i);
        }
        digits[i] = (uint8_t)(found - alphabet);
    }
    if (!base58_decode(decoded, digits, value.n)) {
        return plm_ident_reject(out, PLM_REASON_CHECK,
                                "%zu characters that are not %d bytes of Base58Check", value.n,
                                BASE58_BYTES);
    }
    plm_status status = base58_check(decoded, out);
    if (status != PLM_OK) {
        return status;
    }
    switch (decoded[0]) {
    case 0x00:
        return finish("p2pkh", decoded + 1, HASH_BYTES, out);
    case 0x05:
        return finish("p2sh", decoded + 1, HASH_BYTES, out);
    case 0x6F:
    case 0xC4:
        return plm_ident_reject(out, PLM_REASON_FORMAT, "an address of the test network");
    default:
        return plm_ident_reject(out, PLM_REASON_FORMAT, "version %u is not of Bitcoin", decoded[0]);
    }
}

/* Letters, then 1: a human-readable part, where a Base58 address of Bitcoin has its version. */
static bool is_bech32(plm_span value)
{
    size_t n = 0;
    while (n < value.n && plm_is_letter(value.p[n])) {
        n++;
    }
    return n > 1 && n < value.n && value.p[n] == '1';
}

/* What stands behind "btc:KIND:" must be n_min to n_max bytes in lower-case hexadecimal. */
static plm_status canonical_hex(const char *kind, plm_span hex, size_t n_min, size_t n_max,
                                plm_ident *out)
{
    char text[2 * PLM_BTC_PROGRAM_MAX + 1];
    uint8_t bytes[PLM_BTC_PROGRAM_MAX];
    size_t n = hex.n / 2;
    if (hex.n % 2 != 0 || n < n_min || n > n_max) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits in the hash", hex.n);
    }
    memcpy(text, hex.p, hex.n);
    text[hex.n] = '\0';
    if (plm_hex_decode(bytes, n, text) < 0) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "the hash is in hexadecimal");
    }
    return finish(kind, bytes, n, out);
}

/* The canonical form itself, behind "btc:". */
static plm_status canonical(plm_span value, plm_ident *out)
{
    plm_ident_step(out, "in this form there is no check");
    if (plm_ident_skip(&value, "p2pkh:")) {
        return canonical_hex("p2pkh", value, HASH_BYTES, HASH_BYTES, out);
    }
    if (plm_ident_skip(&value, "p2sh:")) {
        return canonical_hex("p2sh", value, HASH_BYTES, HASH_BYTES, out);
    }
    for (unsigned version = 0; version <= WITNESS_MAX; version++) {
        char kind[8];
        char prefix[12];
        (void)snprintf(kind, sizeof kind, "v%u", version);
        (void)snprintf(prefix, sizeof prefix, "%s:", kind);
        if (plm_ident_skip(&value, prefix)) {
            if (version == 0 && value.n != 40 && value.n != 64) { /* BIP-141 */
                break;
            }
            return canonical_hex(kind, value, 2, PLM_BTC_PROGRAM_MAX, out);
        }
    }
    return plm_ident_reject(out, PLM_REASON_FORMAT, "no canonical form of an address");
}

plm_status plm_ident_btc(const char *country, plm_span value, plm_ident *out)
{
    uint8_t program[PLM_BTC_PROGRAM_MAX];
    char kind[8];
    size_t n;
    unsigned version;
    (void)country;
    if (plm_ident_skip(&value, "btc:")) {
        return canonical(value, out);
    }
    if (plm_ident_skip(&value, "bitcoin:")) { /* BIP-21 */
        const uint8_t *query = value.n > 0 ? (const uint8_t *)memchr(value.p, '?', value.n) : NULL;
        value.n = query != NULL ? (size_t)(query - value.p) : value.n;
    }
    if (!is_bech32(value)) {
        return base58(value, out);
    }
    plm_status status = plm_segwit_decode(program, &n, &version, value, out);
    if (status != PLM_OK) {
        return status;
    }
    (void)snprintf(kind, sizeof kind, "v%u", version);
    plm_ident_step(out, "check by %s: fits", version == 0 ? "bech32" : "bech32m");
    return finish(kind, program, n, out);
}
