/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onion.c - Tor services of version 3 (rend-spec-v3, section 6):
 *
 *   base32([ public key, 32 ][ checksum, 2 ][ version 3, 1 ])
 *   checksum = first two bytes of SHA3-256(".onion checksum" | public key | version)
 */
#include "crypto/keccak.h"
#include "ident/family.h"

#include <string.h>

enum {
    ADDRESS_CHARS = 56,
    OLD_CHARS = 16,
    KEY_BYTES = 32,
    CHECK_BYTES = 2,
    ADDRESS_BYTES = KEY_BYTES + CHECK_BYTES + 1,
    VERSION = 3
};

/* RFC 4648 section 6, lower case, 56 characters. False if there is another one, at *bad. */
static bool decode(uint8_t out[ADDRESS_BYTES], const char *text, size_t *bad)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t n = 0;
    for (size_t i = 0; i < ADDRESS_CHARS; i++) {
        if (plm_is_digit(text[i]) && (text[i] < '2' || text[i] > '7')) {
            *bad = i;
            return false;
        }
        uint32_t v = (uint32_t)(plm_is_digit(text[i]) ? text[i] - '2' + 26 : text[i] - 'a');
        bits = (bits << 5 | v) & 0xFFF;
        n_bits += 5;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[n++] = (uint8_t)(bits >> n_bits);
        }
    }
    return n == ADDRESS_BYTES;
}

static void checksum(uint8_t out[CHECK_BYTES], const uint8_t address[ADDRESS_BYTES])
{
    static const char domain[] = ".onion checksum";
    uint8_t message[sizeof domain - 1 + KEY_BYTES + 1];
    uint8_t hash[32];
    memcpy(message, domain, sizeof domain - 1);
    memcpy(message + sizeof domain - 1, address, KEY_BYTES);
    message[sizeof message - 1] = VERSION;
    plm_sha3_256(hash, plm_span_of(message, sizeof message));
    memcpy(out, hash, CHECK_BYTES);
}

/* The label before ".onion", without scheme, subdomains, port and path. */
static plm_span take_label(plm_span value)
{
    (void)(plm_ident_skip(&value, "http://") || plm_ident_skip(&value, "https://"));
    size_t end = 0;
    while (end < value.n && strchr("/:?#", value.p[end]) == NULL) {
        end++;
    }
    value.n = end;
    static const char suffix[] = ".onion";
    if (value.n > sizeof suffix - 1) {
        plm_span tail = plm_span_of(value.p + value.n - (sizeof suffix - 1), sizeof suffix - 1);
        value.n -= plm_ident_skip(&tail, suffix) ? sizeof suffix - 1 : 0;
    }
    size_t begin = value.n;
    while (begin > 0 && value.p[begin - 1] != '.') {
        begin--;
    }
    return plm_span_of(value.p + begin, value.n - begin);
}

plm_status plm_ident_onion(const char *country, plm_span value, plm_ident *out)
{
    uint8_t address[ADDRESS_BYTES];
    uint8_t expected[CHECK_BYTES];
    char expected_hex[2 * CHECK_BYTES + 1];
    char found_hex[2 * CHECK_BYTES + 1];
    (void)country;
    const plm_span label = take_label(value);
    size_t bad = 0;
    if (label.n != ADDRESS_CHARS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, an address has %d%s",
                                label.n, ADDRESS_CHARS,
                                label.n == OLD_CHARS ? "; version 2 is no longer in use" : "");
    }
    for (size_t i = 0; i < ADDRESS_CHARS; i++) {
        if (!plm_is_letter(label.p[i]) && !plm_is_digit(label.p[i])) {
            return plm_ident_reject_character(out, label, i);
        }
        out->canonical[i] = (char)plm_to_lower(label.p[i]);
    }
    if (!decode(address, out->canonical, &bad)) {
        return plm_ident_reject_character(out, label, bad);
    }
    if (address[ADDRESS_BYTES - 1] != VERSION) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "version %u, only 3 is known",
                                address[ADDRESS_BYTES - 1]);
    }
    checksum(expected, address);
    plm_hex_encode(expected_hex, expected, CHECK_BYTES);
    plm_hex_encode(found_hex, address + KEY_BYTES, CHECK_BYTES);
    plm_ident_step(out, "check by two bytes of SHA3-256: expected %s, found %s", expected_hex,
                   found_hex);
    if (memcmp(expected, address + KEY_BYTES, CHECK_BYTES) != 0) {
        return plm_ident_reject(out, PLM_REASON_CHECK,
                                "two bytes of SHA3-256: expected %s, found %s", expected_hex,
                                found_hex);
    }
    return PLM_OK;
}
