/* SPDX-License-Identifier: Apache-2.0 */
/*
 * segwit.c - native segwit addresses (BIP-173, BIP-350):
 *
 *   [ hrp ] 1 [ version ][ program in groups of 5 bits, padded with zeros ][ checksum, 6 groups ]
 */
#include "ident/btc.h"

#include <string.h>

enum {
    ADDRESS_MAX = 90,
    CHECKSUM_GROUPS = 6,
    VERSION_MAX = 16
};

/* What the checksum leaves over: BIP-173, BIP-350. */
#define BECH32_CONSTANT  UINT32_C(1)
#define BECH32M_CONSTANT UINT32_C(0x2bc830a3)

static uint32_t polymod(uint32_t check, uint32_t value)
{
    static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                          0x2a1462b3};
    uint32_t top = check >> 25;
    check = (check & 0x1ffffff) << 5 ^ value;
    for (unsigned i = 0; i < 5; i++) {
        check ^= (top >> i & 1) != 0 ? generator[i] : 0;
    }
    return check;
}

/* Copies in lower case; BIP-173 allows either case but not both. */
static plm_status to_lower(char out[ADDRESS_MAX + 1], plm_span address, plm_ident *ident)
{
    bool has_upper = false;
    bool has_lower = false;
    if (address.n > ADDRESS_MAX) {
        return plm_ident_reject(ident, PLM_REASON_LENGTH,
                                "%zu characters, an address has at most %d", address.n,
                                ADDRESS_MAX);
    }
    for (size_t i = 0; i < address.n; i++) {
        has_upper = has_upper || plm_is_upper(address.p[i]);
        has_lower = has_lower || plm_is_lower(address.p[i]);
        out[i] = (char)plm_to_lower(address.p[i]);
    }
    out[address.n] = '\0';
    if (has_upper && has_lower) {
        return plm_ident_reject(ident, PLM_REASON_CHARACTER, "capitals and small letters in one");
    }
    return PLM_OK;
}

static bool is_known_hrp(const char *hrp, size_t n)
{
    return (n == 2 && (memcmp(hrp, "bc", 2) == 0 || memcmp(hrp, "tb", 2) == 0)) ||
           (n == 4 && memcmp(hrp, "bcrt", 4) == 0);
}

/* The groups after the separator, and the checksum over all of it. address: as it was written. */
static plm_status read_groups(uint8_t groups[ADDRESS_MAX], size_t *n, uint32_t *check,
                              const char *hrp, size_t n_hrp, plm_span address, plm_ident *out)
{
    static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const char *data = hrp + n_hrp + 1;
    *check = 1;
    for (size_t i = 0; i < n_hrp; i++) {
        *check = polymod(*check, (uint32_t)hrp[i] >> 5);
    }
    *check = polymod(*check, 0);
    for (size_t i = 0; i < n_hrp; i++) {
        *check = polymod(*check, (uint32_t)hrp[i] & 31);
    }
    for (*n = 0; data[*n] != '\0'; (*n)++) {
        const char *found = strchr(alphabet, data[*n]);
        if (found == NULL) {
            return plm_ident_reject_character(out, address, n_hrp + 1 + *n);
        }
        groups[*n] = (uint8_t)(found - alphabet);
        *check = polymod(*check, groups[*n]);
    }
    return PLM_OK;
}

/* Groups of 5 bits to bytes. The padding is shorter than a group and zero. */
static plm_status regroup(uint8_t program[PLM_BTC_PROGRAM_MAX], size_t *n_bytes,
                          const uint8_t *groups, size_t n, plm_ident *out)
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    *n_bytes = 0;
    if (n * 5 / 8 < 2 || n * 5 / 8 > PLM_BTC_PROGRAM_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "a witness program of %zu bytes",
                                n * 5 / 8);
    }
    for (size_t i = 0; i < n; i++) {
        bits = (bits << 5 | groups[i]) & 0xFFF;
        n_bits += 5;
        if (n_bits >= 8) {
            n_bits -= 8;
            program[(*n_bytes)++] = (uint8_t)(bits >> n_bits);
        }
    }
    if (n_bits >= 5 || (bits & ((1U << n_bits) - 1)) != 0) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "the padding is not zero or too long");
    }
    return PLM_OK;
}

plm_status plm_segwit_decode(uint8_t program[static PLM_BTC_PROGRAM_MAX], size_t *n,
                             unsigned *version, plm_span address, plm_ident *out)
{
    char text[ADDRESS_MAX + 1] = "";
    uint8_t groups[ADDRESS_MAX] = {0};
    uint32_t check;
    size_t n_groups;
    plm_status status = to_lower(text, address, out);
    if (status != PLM_OK) {
        return status;
    }
    const char *separator = strrchr(text, '1');
    size_t n_hrp = separator != NULL ? (size_t)(separator - text) : 0;
    if (!is_known_hrp(text, n_hrp)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "\"%.*s\" does not begin an address",
                                (int)n_hrp, text);
    }
    status = read_groups(groups, &n_groups, &check, text, n_hrp, address, out);
    if (status != PLM_OK) {
        return status;
    }
    if (n_groups <= CHECKSUM_GROUPS) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "there is nothing before the checksum");
    }
    if (check != (groups[0] == 0 ? BECH32_CONSTANT : BECH32M_CONSTANT)) {
        return plm_ident_reject(out, PLM_REASON_CHECK, "the checksum of %s",
                                groups[0] == 0 ? "bech32" : "bech32m");
    }
    if (groups[0] > VERSION_MAX) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "the witness version %u", groups[0]);
    }
    status = regroup(program, n, groups + 1, n_groups - 1 - CHECKSUM_GROUPS, out);
    if (status != PLM_OK) {
        return status;
    }
    if (groups[0] == 0 && *n != 20 && *n != 32) { /* BIP-141 */
        return plm_ident_reject(out, PLM_REASON_LENGTH, "a program of version 0 of %zu bytes", *n);
    }
    if (text[0] != 'b' || n_hrp != 2) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "an address of the test network");
    }
    *version = groups[0];
    return PLM_OK;
}
