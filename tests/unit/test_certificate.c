/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"
#include "net/certificate.h"
#include "x509_forge.h"

#include <openssl/err.h>

static const uint8_t seed_a[32] = {1};
static const uint8_t seed_b[32] = {2};
static const uint8_t seed_x[32] = {9};

enum {
    N_PINS = 3
};

/* "AA" and "BB", and "AA" again with its next key. */
static void make_pins(plm_tls_pin pins[static N_PINS])
{
    static const uint8_t seed_next[32] = {3};
    const uint8_t *const seeds[N_PINS] = {seed_a, seed_b, seed_next};
    static const char names[N_PINS][3] = {"AA", "BB", "AA"};
    for (size_t i = 0; i < N_PINS; i++) {
        pins[i] = (plm_tls_pin){0};
        memcpy(pins[i].party, names[i], sizeof names[i]);
        plm_identity_public(pins[i].identity, seeds[i]);
    }
}

static size_t find(const forge *f)
{
    plm_tls_pin pins[N_PINS];
    make_pins(pins);
    EVP_PKEY *key = forge_key(f);
    X509 *certificate = forge_certificate(f, key);
    size_t found = SIZE_MAX;
    if (certificate != NULL) {
        found = plm_certificate_find_pin(certificate, pins, N_PINS);
        CHECK_EQ_INT(plm_certificate_find_pin(certificate, pins, 0), 0);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return found;
}

static void test_policy(void)
{
    static const uint8_t seed_next[32] = {3};
    static const struct {
        const char *what;
        forge f;
        size_t want;
    } cases[] = {
#define BASE(name, key) .subject = (name), .signer = (key), .from_days = -1, .to_days = 1
        {"good", {BASE("AA", seed_a)}, 0},
        {"good", {BASE("BB", seed_b)}, 1},
        {"the next key", {BASE("AA", seed_next)}, 2},
        {"printable string", {BASE("AA", seed_a), .name_type = V_ASN1_PRINTABLESTRING}, 0},
        {"harmless extension", {BASE("AA", seed_a), .unknown_harmless = true}, 0},
        {"no key usage", {BASE("AA", seed_a), .key_usage_bit = -1}, 0},
        {"stranger's key", {BASE("AA", seed_x)}, N_PINS},
        {"another party's key", {BASE("AA", seed_b)}, N_PINS},
        {"self-signed", {BASE("AA", NULL)}, N_PINS},
        {"unknown name", {BASE("CC", seed_a)}, N_PINS},
        {"shorter name", {BASE("A", seed_a)}, N_PINS},
        {"longer name", {BASE("AAA", seed_a)}, N_PINS},
        {"other case", {BASE("aa", seed_a)}, N_PINS},
        {"name with a NUL", {BASE("AA\0x", seed_a), .name_bytes = 4}, N_PINS},
        {"name in another encoding", {BASE("AA", seed_a), .name_type = V_ASN1_T61STRING}, N_PINS},
        {"other issuer", {BASE("AA", seed_a), .issuer = "BB"}, N_PINS},
        {"issued by the other", {BASE("BB", seed_a), .issuer = "AA"}, N_PINS},
        {"two names", {BASE("AA", seed_a), .second = "BB"}, N_PINS},
        {"more than a name", {BASE("AA", seed_a), .unit = "BB"}, N_PINS},
        {"expired", {"AA", .signer = seed_a, .from_days = -3, .to_days = -1}, N_PINS},
        {"not yet", {"AA", .signer = seed_a, .from_days = 1, .to_days = 2}, N_PINS},
        {"backwards", {"AA", .signer = seed_a, .from_days = 1, .to_days = -1}, N_PINS},
        {"unknown critical", {BASE("AA", seed_a), .unknown_critical = true}, N_PINS},
        {"authority", {BASE("AA", seed_a), .is_authority = true}, N_PINS},
        {"key for encryption", {BASE("AA", seed_a), .key_usage_bit = 2}, N_PINS},
        {"version 1", {BASE("AA", seed_a), .is_v1 = true}, N_PINS},
        {"another kind of key", {BASE("AA", seed_a), .key_type = "P-256"}, N_PINS},
        {"self-signed, other kind", {BASE("AA", NULL), .key_type = "P-256"}, N_PINS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!CHECK_EQ_INT(find(&cases[i].f), cases[i].want)) {
            printf("# %s\n", cases[i].what);
        }
    }
}

/* No bit of a certificate can change: it is all signed, or it is the signature. */
static void test_every_bit(void)
{
    plm_tls_pin pins[N_PINS];
    plm_tls_identity identity;
    make_pins(pins);
    CHECK_STATUS(plm_tls_identity_make(&identity, "AA", seed_a, plm_wall_ms()), PLM_OK);
    for (size_t bit = 0; bit <= 8 * identity.certificate.n; bit++) {
        if (bit > 0) {
            identity.certificate.data[(bit - 1) / 8] ^= (uint8_t)(1U << (bit - 1) % 8);
        }
        const unsigned char *der = identity.certificate.data;
        X509 *certificate = d2i_X509(NULL, &der, (long)identity.certificate.n);
        const size_t found = certificate != NULL
                                 ? plm_certificate_find_pin(certificate, pins, N_PINS)
                                 : (size_t)N_PINS;
        if (!CHECK_EQ_INT(found, bit == 0 ? 0 : N_PINS)) {
            printf("# bit %zu\n", bit);
        }
        X509_free(certificate);
        ERR_clear_error();
        if (bit > 0) {
            identity.certificate.data[(bit - 1) / 8] ^= (uint8_t)(1U << (bit - 1) % 8);
        }
    }
    plm_tls_identity_wipe(&identity);
}

static void test_make(void)
{
    plm_tls_identity first = {0};
    plm_tls_identity second = {0};
    CHECK_STATUS(plm_tls_identity_make(&first, "", seed_a, 0), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tls_identity_make(&first, "aa", seed_a, 0), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tls_identity_make(&first, "A234567890123456789012345678901234", seed_a, 0),
                 PLM_E_ARGUMENT);
    CHECK_EQ_INT(first.certificate.n + first.key.n, 0);
    CHECK_STATUS(plm_tls_identity_make(&first, "A2345678901234567890123456789012", seed_a, 0),
                 PLM_OK);
    plm_tls_identity_wipe(&first);
    plm_tls_identity_wipe(&first);
    CHECK_STATUS(plm_tls_identity_make(&first, "AA", seed_a, plm_wall_ms()), PLM_OK);
    CHECK_STATUS(plm_tls_identity_make(&second, "AA", seed_a, plm_wall_ms()), PLM_OK);
    /* A key of its own each time, and never the identity's. */
    CHECK(!plm_span_equal(plm_buf_span(&first.key), plm_buf_span(&second.key)));
    CHECK(memmem(first.key.data, first.key.n, seed_a, sizeof seed_a) == NULL);
    CHECK(memmem(first.certificate.data, first.certificate.n, seed_a, sizeof seed_a) == NULL);
    plm_tls_identity_wipe(&first);
    plm_tls_identity_wipe(&second);
}

int main(void)
{
    CHECK_STATUS(plm_net_init(), PLM_OK);
    TAP_RUN(test_policy);
    TAP_RUN(test_every_bit);
    TAP_RUN(test_make);
    return tap_done();
}
