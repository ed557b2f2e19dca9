/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers: checks detect the errors that their schemes promise to detect.
 */
#include "ident_vectors.h"

/* True if the value does not pass as what it was: refused, or marked. */
static bool is_detected(plm_ident_type type, const char *raw)
{
    static plm_ident out;
    plm_status status = plm_ident_canonicalise(type, "", plm_span_str(raw), &out);
    return status == PLM_E_REJECTED || (out.flags & PLM_IDENT_CHECK_FAILED) != 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * Every digit of the text from `first` changed to every other, every two neighbouring digits (and,
 * with letters, letters) swapped. may_miss tells the swaps a scheme does not promise to detect.
 */
static void check_detection(plm_ident_type type, const char *text, size_t first, bool letters,
                            bool (*may_miss)(const char *text, size_t at))
{
    char changed[128];
    size_t n = strlen(text);
    unsigned before = tap_n_bad_checks;
    CHECK(!is_detected(type, text));
    (void)snprintf(changed, sizeof changed, "%s", text);
    for (size_t i = first; i < n; i++) {
        for (char c = '0'; c <= '9' && is_digit(text[i]); c++) {
            changed[i] = c;
            CHECK(c == text[i] || is_detected(type, changed));
        }
        changed[i] = text[i];
        bool alike = i + 1 < n && is_digit(text[i]) == is_digit(text[i + 1]) &&
                     (letters || is_digit(text[i])) && text[i] != text[i + 1];
        if (alike && (may_miss == NULL || !may_miss(text, i))) {
            changed[i] = text[i + 1];
            changed[i + 1] = text[i];
            CHECK(is_detected(type, changed));
            changed[i + 1] = text[i + 1];
        }
        changed[i] = text[i];
    }
    if (tap_n_bad_checks != before) {
        printf("# %s %s\n", plm_ident_type_name(type), text);
    }
}

static void check_iban(const ident_vector *v)
{
    if (v->type == PLM_IDENT_IBAN && v->reason == PLM_REASON_NONE && v->flags == 0) {
        check_detection(v->type, v->expected, 2, true, NULL);
    }
}

static void test_iban_errors(void)
{
    (void)ident_vectors_each(__FILE__, check_iban);
}

/* ISO/IEC 7812-1: 09 and 90 are one to Luhn's formula. */
static bool luhn_misses(const char *text, size_t at)
{
    return (text[at] == '0' && text[at + 1] == '9') || (text[at] == '9' && text[at + 1] == '0');
}

static void test_imei_errors(void)
{
    for (unsigned round = 0; round < 200; round++) {
        char text[16];
        random_digits(text, 14);
        text[0] = '3';
        for (char c = '0'; c <= '9'; c++) {
            text[14] = c;
            text[15] = '\0';
            if (!is_detected(PLM_IDENT_IMEI, text)) {
                break;
            }
        }
        check_detection(PLM_IDENT_IMEI, text, 0, false, luhn_misses);
    }
}

/* Weights 6, 5, 4 and 2 share a factor with 10, so single errors are compared with an oracle. */
static void test_imo_errors(void)
{
    for (unsigned round = 0; round < 2000; round++) {
        char text[8];
        unsigned sum = 0;
        random_digits(text, 7);
        text[0] = (char)('1' + below(9));
        for (unsigned i = 0; i < 6; i++) {
            sum += (unsigned)(text[i] - '0') * (7 - i);
        }
        bool fits = sum % 10 == (unsigned)(text[6] - '0');
        CHECK(is_detected(PLM_IDENT_IMO, text) == !fits || strcmp(text, "1234567") == 0);
        text[6] = (char)('0' + sum % 10);
        for (size_t i = 0; i < 6; i++) {
            char swapped[8];
            memcpy(swapped, text, sizeof swapped);
            swapped[i] = text[i + 1];
            swapped[i + 1] = text[i];
            CHECK(text[i] == text[i + 1] || is_detected(PLM_IDENT_IMO, swapped));
        }
    }
}

static bool vin_misses(const char *text, size_t at)
{
    (void)text;
    return at == 7 || at == 8; /* the check digit's own place */
}

static void check_vin(const ident_vector *v)
{
    if (v->type == PLM_IDENT_VIN && v->reason == PLM_REASON_NONE && v->flags == 0 &&
        v->expected[0] >= '1' && v->expected[0] <= '5') {
        check_detection(v->type, v->expected, 1, false, vin_misses);
    }
}

static void test_vin_errors(void)
{
    (void)ident_vectors_each(__FILE__, check_vin);
}

/* BIP-173: any change of up to four characters; Base58Check: all but one in 2^32. */
static void check_wallet(const ident_vector *v)
{
    static const char bech32[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    static const char base58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    bool is_segwit = v->n_raw > 4 && memcmp(v->raw, "bc1", 3) == 0;
    bool is_base58 = v->n_raw > 25 && (v->raw[0] == '1' || v->raw[0] == '3');
    if (v->type != PLM_IDENT_BTC || v->reason != PLM_REASON_NONE || (!is_segwit && !is_base58)) {
        return;
    }
    for (unsigned round = 0; round < 2000; round++) {
        char text[128] = "";
        memcpy(text, v->raw, v->n_raw);
        for (uint32_t k = 1 + below(4); k-- > 0;) {
            size_t at = is_segwit ? 3 + below((uint32_t)v->n_raw - 3) : below((uint32_t)v->n_raw);
            text[at] = is_segwit ? bech32[below(32)] : base58[below(58)];
        }
        CHECK(memcmp(text, v->raw, v->n_raw) == 0 || is_detected(PLM_IDENT_BTC, text));
    }
}

static void test_wallet_errors(void)
{
    (void)ident_vectors_each(__FILE__, check_wallet);
}

/* EIP-55: any letter in the other case. */
static void check_case(const ident_vector *v)
{
    if (v->type != PLM_IDENT_ETH || v->reason != PLM_REASON_NONE || v->flags != 0) {
        return;
    }
    char text[128] = "";
    memcpy(text, v->raw, v->n_raw);
    for (size_t i = v->n_raw - 40; i < v->n_raw; i++) {
        static plm_ident out;
        if (text[i] > '9') {
            text[i] ^= 0x20;
            CHECK_STATUS(plm_ident_canonicalise(v->type, "", plm_span_str(text), &out), PLM_OK);
            CHECK(out.flags != 0);
            CHECK_EQ_STR(out.canonical, v->expected);
            text[i] ^= 0x20;
        }
    }
}

static void test_eth_case(void)
{
    (void)ident_vectors_each(__FILE__, check_case);
}

/*
 * Types and national schemes whose check promises to detect any wrong digit, and the first place of
 * the text that it covers. Left out are those that do not: weights that share a factor with their
 * modulus (IMO of ships, codes modulo 10 with 7 3 1 and even weights), remainders written as the
 * same digit (10 as 0), newer numbers without a check.
 */
static size_t covered_from(const ident_vector *v)
{
    static const struct {
        const char *prefix;
        size_t from;
    } schemes[] = {
        {"BE:NN:", 6},    {"CH:AHV13:", 12},   {"CN:RIC:", 7},  {"DE:IDNR:", 9},
        {"ES:DNI:", 7},   {"FR:NIR:", 7},      {"GR:AMKA:", 8}, {"HR:OIB:", 7},
        {"IL:TZ:", 6},    {"IN:AADHAAR:", 12}, {"NL:BSN:", 7},  {"NO:FNR:", 7},
        {"PL:PESEL:", 9}, {"SE:PNR:", 7},      {"ZA:ID:", 6},   {"TR:TCKN:", 9},
    };
    for (size_t i = 0; v->type == PLM_IDENT_NATIONAL_ID && i < sizeof schemes / sizeof *schemes;
         i++) {
        if (strncmp(v->expected, schemes[i].prefix, strlen(schemes[i].prefix)) == 0) {
            return schemes[i].from;
        }
    }
    bool is_covered = v->type == PLM_IDENT_PAN || v->type == PLM_IDENT_LEI ||
                      (v->type == PLM_IDENT_ICCID && v->n_raw == 19);
    return is_covered ? 0 : SIZE_MAX;
}

static unsigned n_covered;

static void check_single_digits(const ident_vector *v)
{
    char changed[64];
    size_t from = covered_from(v);
    size_t n = strlen(v->expected);
    if (v->reason != PLM_REASON_NONE || v->flags != 0 || from == SIZE_MAX || n >= sizeof changed) {
        return;
    }
    memcpy(changed, v->expected, n + 1);
    n_covered++;
    for (size_t i = from; i < n; i++) {
        for (char c = '0'; c <= '9' && is_digit(v->expected[i]); c++) {
            changed[i] = c;
            CHECK(c == v->expected[i] || is_detected(v->type, changed));
            if (tap_n_bad_checks > 0) {
                printf("# %s\n", changed);
                return;
            }
        }
        changed[i] = v->expected[i];
    }
}

static void test_single_digits(void)
{
    (void)ident_vectors_each(__FILE__, check_single_digits);
    CHECK(n_covered >= 20);
}

int main(void)
{
    TAP_RUN(test_iban_errors);
    TAP_RUN(test_imei_errors);
    TAP_RUN(test_imo_errors);
    TAP_RUN(test_vin_errors);
    TAP_RUN(test_wallet_errors);
    TAP_RUN(test_eth_case);
    TAP_RUN(test_single_digits);
    return tap_done();
}
