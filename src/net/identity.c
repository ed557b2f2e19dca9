/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.c - the certificate of one connection (spec/wire.md section 2.2).
 */
#include "net/certificate.h"
#include "net/tls.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "wire/field.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

enum {
    DER_MAX = 4096,
    SERIAL_BYTES = 16
};

static bool set_serial(X509 *certificate)
{
    uint8_t bytes[SERIAL_BYTES];
    plm_random(bytes, sizeof bytes);
    bytes[0] = (uint8_t)((bytes[0] & 0x7F) | 0x40); /* positive, and not shortened (RFC 5280) */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    const bool is_good =
        number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return is_good;
}

static bool set_name(X509_NAME *name, const char *party)
{
    return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                      (const unsigned char *)party, -1, -1, 0) == 1;
}

/* A day of slack on either side: clocks differ, and a queued run may wait for an officer. */
static bool set_validity(X509 *certificate, int64_t now_ms)
{
    time_t now = (time_t)(now_ms / 1000);
    return X509_time_adj_ex(X509_getm_notBefore(certificate), -1, 0, &now) != NULL &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), 1, 0, &now) != NULL;
}

/* Critical: not an authority; for signatures only (RFC 8410 section 5). */
static bool set_extensions(X509 *certificate)
{
    BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
    ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
    const bool is_good =
        constraints != NULL && usage != NULL && ASN1_BIT_STRING_set_bit(usage, 0, 1) == 1 &&
        X509_add1_ext_i2d(certificate, NID_basic_constraints, constraints, 1, 0) == 1 &&
        X509_add1_ext_i2d(certificate, NID_key_usage, usage, 1, 0) == 1;
    BASIC_CONSTRAINTS_free(constraints);
    ASN1_BIT_STRING_free(usage);
    return is_good;
}

static X509 *make_certificate(const char *party, EVP_PKEY *key, EVP_PKEY *signer, int64_t now_ms)
{
    X509 *certificate = X509_new();
    if (certificate == NULL || X509_set_version(certificate, X509_VERSION_3) != 1 ||
        !set_serial(certificate) || !set_name(X509_get_subject_name(certificate), party) ||
        !set_name(X509_get_issuer_name(certificate), party) || !set_validity(certificate, now_ms) ||
        X509_set_pubkey(certificate, key) != 1 || !set_extensions(certificate) ||
        X509_sign(certificate, signer, NULL) <= 0) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

/* n and der as OpenSSL's i2d functions give them; der is consumed. */
static plm_status take_der(plm_buf *out, unsigned char *der, int n)
{
    plm_buf_init(out, DER_MAX);
    plm_status status = n <= 0 ? PLM_E_CRYPTO : plm_buf_append(out, der, (size_t)n);
    OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
    return status;
}

static plm_status encode(plm_tls_identity *out, X509 *certificate, const EVP_PKEY *key)
{
    unsigned char *der = NULL;
    int n = i2d_X509(certificate, &der);
    plm_status status = take_der(&out->certificate, der, n);
    der = NULL;
    n = status == PLM_OK ? i2d_PrivateKey(key, &der) : 0;
    plm_status key_status = take_der(&out->key, der, n);
    return status == PLM_OK ? key_status : status;
}

plm_status plm_tls_identity_make(plm_tls_identity *out, const char *party,
                                 const uint8_t seed[static 32], int64_t now_ms)
{
    plm_tls_identity made = {0};
    const plm_span code = plm_span_str(party);
    if (!plm_field_fits(PLM_FIELD_PARTY, code) || code.n >= sizeof((plm_tls_pin *)0)->party) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = plm_net_init();
    if (status != PLM_OK) {
        return status;
    }
    ERR_clear_error();
    EVP_PKEY *signer = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    X509 *certificate =
        signer != NULL && key != NULL ? make_certificate(party, key, signer, now_ms) : NULL;
    status = certificate != NULL ? encode(&made, certificate, key) : PLM_E_CRYPTO;
    X509_free(certificate);
    EVP_PKEY_free(key);
    EVP_PKEY_free(signer);
    ERR_clear_error();
    if (status != PLM_OK) {
        plm_tls_identity_wipe(&made);
        return status;
    }
    *out = made;
    return PLM_OK;
}

plm_status plm_tls_warm_up(void)
{
    plm_tls_identity identity = {0};
    uint8_t seed[32];
    plm_status status = plm_net_init();
    if (status != PLM_OK) {
        return status;
    }
    plm_random(seed, sizeof seed);
    status = plm_tls_identity_make(&identity, "NOBODY", seed, plm_wall_ms());
    plm_tls_identity_wipe(&identity);
    plm_wipe(seed, sizeof seed);
    return status;
}

void plm_tls_identity_wipe(plm_tls_identity *identity)
{
    plm_buf_wipe(&identity->certificate);
    plm_buf_wipe(&identity->key);
}
