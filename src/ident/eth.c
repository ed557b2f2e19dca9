/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eth.c - Ethereum addresses: 20 bytes in hexadecimal. Mixed case is a check (EIP-55).
 */
#include "crypto/keccak.h"
#include "ident/family.h"

#include <string.h>

enum {
    HEX_DIGITS = 40
};

/* EIP-55: a letter is upper case where the hash of the lower-case address has a nibble >= 8. */
static bool case_fits(const char *written, const char *lower)
{
    uint8_t hash[32];
    plm_keccak256(hash, plm_span_of(lower, HEX_DIGITS));
    for (size_t i = 0; i < HEX_DIGITS; i++) {
        unsigned nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
        bool wants_upper = plm_is_lower(lower[i]) && nibble >= 8;
        if (wants_upper != plm_is_upper(written[i])) {
            return false;
        }
    }
    return true;
}

plm_status plm_ident_eth(const char *country, plm_span value, plm_ident *out)
{
    char written[HEX_DIGITS + 1];
    bool has_upper = false;
    bool has_lower = false;
    (void)country;
    if (value.n == HEX_DIGITS + 2 && value.p[0] == '0' && plm_to_lower(value.p[1]) == 'x') {
        value = plm_span_of(value.p + 2, HEX_DIGITS);
    }
    if (value.n != HEX_DIGITS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "an address has 0x and 40 digits");
    }
    for (size_t i = 0; i < HEX_DIGITS; i++) {
        int c = value.p[i];
        int lower = plm_to_lower(c);
        if (!plm_is_digit(c) && (lower < 'a' || lower > 'f')) {
            return plm_ident_reject(out, PLM_REASON_CHARACTER, "an address has hexadecimal digits");
        }
        has_upper = has_upper || plm_is_upper(c);
        has_lower = has_lower || plm_is_lower(c);
        written[i] = (char)c;
        out->canonical[i] = (char)lower;
    }
    written[HEX_DIGITS] = '\0';
    out->canonical[HEX_DIGITS] = '\0';
    if (plm_ident_is_monotone(out->canonical)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", written);
    }
    if (has_upper && has_lower) {
        out->flags |= case_fits(written, out->canonical) ? 0 : PLM_IDENT_CHECK_FAILED;
    } else {
        out->flags |= PLM_IDENT_UNCHECKED;
    }
    return PLM_OK;
}
