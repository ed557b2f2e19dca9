/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eth.c - Ethereum addresses: 20 bytes in hexadecimal, the same on all chains of its kind. The case
 * of the letters is a check (EIP-55), where they have both.
 */
#include "crypto/keccak.h"
#include "ident/family.h"

#include <string.h>

enum {
    HEX_DIGITS = 40,
    HASH_BYTES = 32
};

/* EIP-55: a letter is a capital where the hash of the lower-case digits has a nibble of 8 or more.
 * The first digit that is not so; HEX_DIGITS if all are. */
static size_t case_fits_up_to(const uint8_t *written, const char *lower)
{
    uint8_t hash[HASH_BYTES];
    plm_keccak256(hash, plm_span_of(lower, HEX_DIGITS));
    for (size_t i = 0; i < HEX_DIGITS; i++) {
        unsigned nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
        if (plm_is_letter(lower[i]) && (nibble >= 8) != plm_is_upper(written[i])) {
            return i;
        }
    }
    return HEX_DIGITS;
}

/* Addresses that nobody has a key of: all digits alike (the zero address, 0xeee... for ether), and
 * 0x0...dead, where tokens are burnt. */
static bool is_nobody(const char *digits)
{
    return plm_ident_is_monotone(digits) ||
           (strspn(digits, "0") == HEX_DIGITS - 4 && strcmp(digits + HEX_DIGITS - 4, "dead") == 0);
}

plm_status plm_ident_eth(const char *country, plm_span value, plm_ident *out)
{
    bool has_upper = false;
    bool has_lower = false;
    (void)country;
    (void)plm_ident_skip(&value, "ethereum:"); /* EIP-681 */
    (void)plm_ident_skip(&value, "0x");
    for (size_t i = 0; i < value.n; i++) {
        int c = value.p[i];
        int lower = plm_to_lower(c);
        if (!plm_is_digit(c) && (lower < 'a' || lower > 'f')) {
            return plm_ident_reject_character(out, value, i);
        }
        has_upper = has_upper || plm_is_upper(c);
        has_lower = has_lower || plm_is_lower(c);
        out->canonical[i] = (char)lower;
    }
    if (value.n != HEX_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu hexadecimal digits, an address has %d",
                                value.n, HEX_DIGITS);
    }
    if (is_nobody(out->canonical)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "an address that nobody has");
    }
    const size_t at = case_fits_up_to(value.p, out->canonical);
    if (at == HEX_DIGITS) {
        plm_ident_step(out, "check by the case of its letters (EIP-55): fits");
    } else if (has_upper && has_lower) {
        const char found = (char)value.p[at];
        const char expected =
            (char)(plm_is_upper(found) ? plm_to_lower(found) : plm_to_upper(found));
        plm_ident_step(out,
                       "check by the case of its letters (EIP-55): digit %zu expected %c, found %c",
                       at + 1, expected, found);
        out->flags |= PLM_IDENT_CHECK_FAILED;
    } else {
        plm_ident_step(out,
                       "check by the case of its letters (EIP-55): not there, the case is one");
        out->flags |= PLM_IDENT_UNCHECKED;
    }
    return PLM_OK;
}
