/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x509_forge.h - certificates that plm_tls_identity_make would not make.
 */
#ifndef PLM_TESTS_X509_FORGE_H
#define PLM_TESTS_X509_FORGE_H

#include "tap.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <time.h>

typedef struct forge {
    const char *subject;
    const char *issuer;    /* NULL: the subject */
    const char *second;    /* a second CN in the subject; NULL: none */
    const char *unit;      /* OU in the subject; NULL: none */
    const uint8_t *signer; /* Ed25519 seed; NULL: the certificate's own key */
    const char *key_type;  /* NULL: "ED25519"; "P-256" */
    int from_days;         /* of validity, from now */
    int to_days;
    int name_type;         /* MBSTRING_UTF8 if 0 */
    int name_bytes;        /* of subject; -1 or 0: to its NUL */
    bool is_authority;     /* basic constraints say CA */
    int key_usage_bit;     /* 0: digitalSignature; -1: no key usage at all */
    bool unknown_critical; /* an extension nobody knows, critical */
    bool unknown_harmless; /* the same, not critical */
    bool is_v1;            /* version 1, no extensions */
} forge;

static inline EVP_PKEY *forge_key(const forge *f)
{
    return f->key_type == NULL ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                               : EVP_PKEY_Q_keygen(NULL, NULL, "EC", f->key_type);
}

static inline bool forge_name(X509_NAME *name, int nid, const forge *f, const char *value, int n)
{
    return X509_NAME_add_entry_by_NID(name, nid, f->name_type != 0 ? f->name_type : MBSTRING_UTF8,
                                      (const unsigned char *)value, n > 0 ? n : -1, -1, 0) == 1;
}

static inline bool forge_extensions(X509 *certificate, const forge *f)
{
    BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
    ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    ASN1_OBJECT *unknown = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
    bool good = constraints != NULL && usage != NULL && octets != NULL && unknown != NULL &&
                ASN1_OCTET_STRING_set(octets, (const unsigned char *)"\x05\x00", 2) == 1;
    if (good) {
        constraints->ca = f->is_authority ? 0xFF : 0;
        good = X509_add1_ext_i2d(certificate, NID_basic_constraints, constraints, 1, 0) == 1;
    }
    if (good && f->key_usage_bit >= 0) {
        good = ASN1_BIT_STRING_set_bit(usage, f->key_usage_bit, 1) == 1 &&
               X509_add1_ext_i2d(certificate, NID_key_usage, usage, 1, 0) == 1;
    }
    if (good && (f->unknown_critical || f->unknown_harmless)) {
        X509_EXTENSION *extension =
            X509_EXTENSION_create_by_OBJ(NULL, unknown, f->unknown_critical ? 1 : 0, octets);
        good = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
        X509_EXTENSION_free(extension);
    }
    BASIC_CONSTRAINTS_free(constraints);
    ASN1_BIT_STRING_free(usage);
    ASN1_OCTET_STRING_free(octets);
    ASN1_OBJECT_free(unknown);
    return good;
}

/* NULL (and a failed check) if OpenSSL would not. The caller frees it. */
static inline X509 *forge_certificate(const forge *f, EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    EVP_PKEY *signer = f->signer != NULL
                           ? EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, f->signer, 32)
                           : key;
    const char *issuer = f->issuer != NULL ? f->issuer : f->subject;
    const EVP_MD *digest = f->signer == NULL && f->key_type != NULL ? EVP_sha256() : NULL;
    time_t now = time(NULL);
    bool good = certificate != NULL && signer != NULL && key != NULL;
    good = good && X509_set_version(certificate, f->is_v1 ? X509_VERSION_1 : X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7) == 1 &&
           forge_name(X509_get_subject_name(certificate), NID_commonName, f, f->subject,
                      f->name_bytes) &&
           (f->second == NULL ||
            forge_name(X509_get_subject_name(certificate), NID_commonName, f, f->second, 0)) &&
           (f->unit == NULL || forge_name(X509_get_subject_name(certificate),
                                          NID_organizationalUnitName, f, f->unit, 0)) &&
           forge_name(X509_get_issuer_name(certificate), NID_commonName, f, issuer,
                      f->issuer == NULL ? f->name_bytes : 0) &&
           X509_time_adj_ex(X509_getm_notBefore(certificate), f->from_days, 0, &now) != NULL &&
           X509_time_adj_ex(X509_getm_notAfter(certificate), f->to_days, 0, &now) != NULL &&
           X509_set_pubkey(certificate, key) == 1 &&
           (f->is_v1 || forge_extensions(certificate, f)) &&
           X509_sign(certificate, signer, digest) > 0;
    if (f->signer != NULL) {
        EVP_PKEY_free(signer);
    }
    if (!CHECK(good)) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

#endif
