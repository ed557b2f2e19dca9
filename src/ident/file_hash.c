/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_hash.c - hashes of files: ALGORITHM:HEX, for MD5 (RFC 1321), SHA-1 and SHA-2 (FIPS 180-4),
 * SHA-3 (FIPS 202). A hash without a name is the usual one of its length; SHA-3 has the lengths of
 * SHA-2 and must be named.
 */
#include "ident/family.h"

#include <stdio.h>
#include <string.h>

enum {
    HEX_MAX = 128,
    EMPTY_DIGITS = 16
};

typedef struct hash_kind {
    const char *name;
    const char *folded; /* letters and digits of the name */
    size_t digits;
    char empty[EMPTY_DIGITS + 1]; /* how the hash of no bytes begins */
} hash_kind;

/* Those that are taken without a name first. */
static const hash_kind kinds[] = {
    {"md5", "md5", 32, "d41d8cd98f00b204"},
    {"sha1", "sha1", 40, "da39a3ee5e6b4b0d"},
    {"sha224", "sha224", 56, "d14a028c2a3a2bc9"},
    {"sha256", "sha256", 64, "e3b0c44298fc1c14"},
    {"sha384", "sha384", 96, "38b060a751ac9638"},
    {"sha512", "sha512", 128, "cf83e1357eefb8bd"},
    {"sha3-224", "sha3224", 56, "6b4e03423667dbb7"},
    {"sha3-256", "sha3256", 64, "a7ffc6f8bf1ed766"},
    {"sha3-384", "sha3384", 96, "0c63a75b845e4f7d"},
    {"sha3-512", "sha3512", 128, "a69f73cca23a9ac5"},
};

enum {
    N_KINDS = sizeof kinds / sizeof *kinds
};

/* The name's letters and digits in lower case; false if they are too many. */
static bool fold(char out[16], plm_span name)
{
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        int c = plm_to_lower(name.p[i]);
        if (plm_is_digit(c) || plm_is_lower(c)) {
            if (n == 15) {
                return false;
            }
            out[n++] = (char)c;
        }
    }
    out[n] = '\0';
    return true;
}

/* Splits "NAME: hex", "NAME=hex", "NAME hex"; name is empty if there is none. */
static void split(plm_span value, plm_span *name, plm_span *hex)
{
    size_t at = value.n;
    while (at > 0 && strchr(":= ", value.p[at - 1]) == NULL) {
        at--;
    }
    *name = plm_span_of(value.p, at);
    *hex = plm_span_of(value.p + at, value.n - at);
}

/* The algorithm; NULL if it is rejected. */
static const hash_kind *find_kind(plm_span name, size_t n_digits, plm_ident *out)
{
    char folded[16] = "";
    size_t i = 0;
    bool is_named = fold(folded, name) && folded[0] != '\0';
    while (i < N_KINDS &&
           (is_named ? strcmp(kinds[i].folded, folded) != 0 : kinds[i].digits != n_digits)) {
        i++;
    }
    if (i == N_KINDS && (is_named || name.n > 0)) {
        (void)plm_ident_reject(out, PLM_REASON_FORMAT, "\"%.*s\" is no hash that is known",
                               (int)(name.n < 40 ? name.n : 40), (const char *)name.p);
        return NULL;
    }
    if (i == N_KINDS || kinds[i].digits != n_digits) {
        (void)plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, %s", n_digits,
                               is_named ? "not those of its algorithm"
                                        : "a hash has 32, 40, 56, 64, 96 or 128");
        return NULL;
    }
    plm_ident_step(out, "%zu digits, %s %s", n_digits,
                   is_named ? "as its name asks for:" : "taken by their number for", kinds[i].name);
    return &kinds[i];
}

plm_status plm_ident_file_hash(const char *country, plm_span value, plm_ident *out)
{
    char digits[HEX_MAX + 1];
    plm_span name;
    plm_span hex;
    (void)country;
    split(value, &name, &hex);
    if (hex.n > HEX_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, at most %d", hex.n, HEX_MAX);
    }
    for (size_t i = 0; i < hex.n; i++) {
        int c = plm_to_lower(hex.p[i]);
        if (!plm_is_digit(c) && (c < 'a' || c > 'f')) {
            return plm_ident_reject_character(out, hex, i);
        }
        digits[i] = (char)c;
    }
    digits[hex.n] = '\0';
    const hash_kind *kind = find_kind(name, hex.n, out);
    if (kind == NULL) {
        return PLM_E_REJECTED;
    }
    if (plm_ident_is_monotone(digits)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%.20s...", digits);
    }
    if (strncmp(digits, kind->empty, EMPTY_DIGITS) == 0) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "the hash of an empty file");
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s:%s", kind->name, digits);
    return PLM_OK;
}
