/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/codes.h"

#include "base/bytes.h"
#include "synth/random.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* --- phones ---------------------------------------------------------------------------------- */

/* Numbers kept for drama: prefix, then `digits` free digits. */
static const struct {
    const char *prefix;
    unsigned digits;
} drama[] = {
    /* Ofcom, "Telephone numbers for drama use". */
    {"+44207946", 4},
    {"+447700900", 3},
    {"+441134960", 3},
    {"+441144960", 3},
    {"+441154960", 3},
    {"+441164960", 3},
    {"+441174960", 3},
    {"+441184960", 3},
    {"+441214960", 3},
    {"+441314960", 3},
    {"+441414960", 3},
    {"+441514960", 3},
    {"+441614960", 3},
    {"+441914980", 3},
    {"+441632960", 3},
    {"+442890180", 3},
    {"+442920180", 3},
    /* ACMA, "Phone numbers for use in TV shows, films and creative works". */
    {"+6125550", 4},
    {"+6127010", 4},
    {"+6135550", 4},
    {"+6137010", 4},
    {"+6175550", 4},
    {"+6177010", 4},
    {"+6185550", 4},
    {"+6187010", 4},
    /* North American Numbering Plan, 555-0100 to 555-0199 in every area code. */
    {"+120255501", 2},
    {"+121255501", 2},
    {"+131255501", 2},
    {"+141555501", 2},
    {"+161755501", 2},
    {"+141655501", 2},
    {"+151455501", 2},
    {"+160455501", 2},
};

enum {
    N_DRAMA = sizeof drama / sizeof *drama,
    N_EXPANSION_CODES = 80,     /* N9X: N 2 to 9, X 0 to 9 */
    NUMBERS_PER_CODE = 8000000, /* NXX-XXXX with N 2 to 9 */
    DRAMA_LONDON_FREE = 1000    /* of 020 7946 only 0000 to 0999 */
};

static unsigned drama_capacity(size_t i)
{
    if (drama[i].digits == 4 && i == 0) {
        return DRAMA_LONDON_FREE;
    }
    return drama[i].digits == 4 ? 10000 : drama[i].digits == 3 ? 1000 : 100;
}

void plm_synth_phone(char out[PLM_SYNTH_CODE_MAX], uint64_t serial)
{
    for (size_t i = 0; i < N_DRAMA; i++) {
        unsigned capacity = drama_capacity(i);
        if (serial < capacity) {
            (void)snprintf(out, PLM_SYNTH_CODE_MAX, "%s%0*u", drama[i].prefix, (int)drama[i].digits,
                           (unsigned)serial);
            return;
        }
        serial -= capacity;
    }
    uint64_t space = (uint64_t)N_EXPANSION_CODES * NUMBERS_PER_CODE;
    uint64_t x = plm_synth_permute(1, space, serial % space);
    unsigned code = (unsigned)(x / NUMBERS_PER_CODE);
    unsigned number = (unsigned)(x % NUMBERS_PER_CODE) + 2000000;
    (void)snprintf(out, PLM_SYNTH_CODE_MAX, "+1%u9%u%07u", 2 + code / 10, code % 10, number);
}

/* --- accounts -------------------------------------------------------------------------------- */

static const struct {
    const char *country;
    const char *bank;
    unsigned digits;
} accounts[10] = {
    {"DE", "99999999", 10},  {"GB", "ZZZZ999999", 8}, {"NL", "ZZZZ", 10}, {"RO", "ZZZZ", 16},
    {"BG", "ZZZZ999910", 8}, {"TR", "999990", 16},    {"AE", "999", 16},  {"AT", "99999", 11},
    {"CY", "99999999", 16},  {"LV", "ZZZZ", 13},
};

/* Remainder by 97 of the text with letters as 10 to 35 (ISO 7064 mod 97-10). */
static unsigned mod97(const char *text)
{
    unsigned remainder = 0;
    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9') {
            remainder = (remainder * 10 + (unsigned)(*text - '0')) % 97;
        } else {
            remainder = (remainder * 100 + (unsigned)(*text - 'A') + 10) % 97;
        }
    }
    return remainder;
}

void plm_synth_iban(char out[PLM_SYNTH_CODE_MAX], uint64_t serial)
{
    char bban[PLM_SYNTH_CODE_MAX];
    char turned[PLM_SYNTH_CODE_MAX + 8];
    size_t i = serial % 10;
    uint64_t account = plm_synth_permute(2, 100000000, serial / 10 % 100000000);
    (void)snprintf(bban, sizeof bban, "%s%0*llu", accounts[i].bank, (int)accounts[i].digits,
                   (unsigned long long)account);
    (void)snprintf(turned, sizeof turned, "%s%s00", bban, accounts[i].country);
    (void)snprintf(out, PLM_SYNTH_CODE_MAX, "%s%02u%.50s", accounts[i].country, 98 - mod97(turned),
                   bban);
}

/* --- devices and vehicles -------------------------------------------------------------------- */

void plm_synth_imei(char out[PLM_SYNTH_CODE_MAX], uint64_t serial)
{
    const uint64_t space = 100000000000U;
    (void)snprintf(out, PLM_SYNTH_CODE_MAX, "001%011llu",
                   (unsigned long long)plm_synth_permute(3, space, serial % space));
    unsigned sum = 0;
    for (size_t i = 0; i < 14; i++) {
        unsigned digit = (unsigned)(out[i] - '0');
        if (i % 2 == 1) {
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        }
        sum += digit;
    }
    out[14] = (char)('0' + (10 - sum % 10) % 10);
    out[15] = '\0';
}

/* 49 CFR 565.15, table III: the value of each letter; I, O and Q are not used. */
static unsigned vin_value(char c)
{
    static const char values[] = "12345678012345070923456789"; /* A to Z */
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)(values[c - 'A'] - '0');
}

void plm_synth_vin(char out[PLM_SYNTH_CODE_MAX], uint64_t serial)
{
    static const char alphabet[] = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
    static const uint8_t weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    const uint64_t models = UINT64_C(33) * 33;
    uint64_t x = plm_synth_permute(4, models * 1000000, serial % (models * 1000000));
    uint64_t model = x / 1000000;
    (void)snprintf(out, PLM_SYNTH_CODE_MAX, "0ZZPA%c%c10%cA%06u", alphabet[model / 33],
                   alphabet[model % 33], alphabet[model % 23], (unsigned)(x % 1000000));
    unsigned sum = 0;
    for (size_t i = 0; i < 17; i++) {
        sum += vin_value(out[i]) * weights[i];
    }
    out[8] = sum % 11 == 10 ? 'X' : (char)('0' + sum % 11);
}

void plm_synth_passport(char out[PLM_SYNTH_CODE_MAX], uint64_t serial)
{
    const uint64_t space = UINT64_C(26) * 26 * 10000000;
    uint64_t x = plm_synth_permute(5, space, serial % space);
    unsigned letters = (unsigned)(x / 10000000);
    (void)snprintf(out, PLM_SYNTH_CODE_MAX, "%c%c%07u", 'A' + (char)(letters / 26),
                   'A' + (char)(letters % 26), (unsigned)(x % 10000000));
}

void plm_synth_plate(char out[PLM_SYNTH_CODE_MAX], uint64_t serial)
{
    const uint64_t space = UINT64_C(26) * 26 * 26 * 26 * 10000;
    uint64_t x = plm_synth_permute(6, space, serial % space);
    unsigned letters = (unsigned)(x / 10000);
    (void)snprintf(out, PLM_SYNTH_CODE_MAX, "%c%c%04u%c%c", 'A' + (char)(letters / 17576),
                   'A' + (char)(letters / 676 % 26), (unsigned)(x % 10000),
                   'A' + (char)(letters / 26 % 26), 'A' + (char)(letters % 26));
}

/* --- wallets --------------------------------------------------------------------------------- */

void plm_synth_btc(char out[PLM_SYNTH_CODE_MAX], const uint8_t hash[static 20])
{
    static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    uint8_t bytes[25] = {0};
    uint8_t digest[crypto_hash_sha256_BYTES];
    memcpy(bytes + 1, hash, 20);
    (void)crypto_hash_sha256(digest, bytes, 21);
    (void)crypto_hash_sha256(digest, digest, sizeof digest);
    memcpy(bytes + 21, digest, 4);
    size_t zeroes = 0;
    while (zeroes < sizeof bytes && bytes[zeroes] == 0) {
        zeroes++;
    }
    /* Long division by 58, least digit first. */
    char digits[PLM_SYNTH_CODE_MAX];
    size_t n = 0;
    for (size_t start = zeroes; start < sizeof bytes;) {
        unsigned remainder = 0;
        for (size_t i = start; i < sizeof bytes; i++) {
            unsigned value = remainder * 256 + bytes[i];
            bytes[i] = (uint8_t)(value / 58);
            remainder = value % 58;
        }
        digits[n++] = alphabet[remainder];
        while (start < sizeof bytes && bytes[start] == 0) {
            start++;
        }
    }
    size_t at = 0;
    for (size_t i = 0; i < zeroes; i++) {
        out[at++] = '1';
    }
    while (n > 0) {
        out[at++] = digits[--n];
    }
    out[at] = '\0';
}

void plm_synth_eth(char out[PLM_SYNTH_CODE_MAX], const uint8_t hash[static 20])
{
    out[0] = '0';
    out[1] = 'x';
    plm_hex_encode(out + 2, hash, 20);
}
