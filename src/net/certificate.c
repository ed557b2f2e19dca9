/* SPDX-License-Identifier: Apache-2.0 */
#include "net/certificate.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Exactly one CN, and its bytes are the party code; no case folding, no other encoding. */
static bool is_name_of(const X509_NAME *name, const char *party)
{
    if (X509_NAME_entry_count(name) != 1) {
        return false;
    }
    const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, 0);
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
    const int type = ASN1_STRING_type(value);
    const size_t n = strlen(party);
    return OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == NID_commonName &&
           (type == V_ASN1_UTF8STRING || type == V_ASN1_PRINTABLESTRING) && n > 0 &&
           ASN1_STRING_length(value) == (int)n &&
           memcmp(ASN1_STRING_get0_data(value), party, n) == 0;
}

/* No critical extension but the two whose meaning is checked here; and not an authority's. */
static bool has_good_extensions(X509 *certificate)
{
    for (int i = 0; i < X509_get_ext_count(certificate); i++) {
        X509_EXTENSION *extension = X509_get_ext(certificate, i);
        const int kind = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
        if (X509_EXTENSION_get_critical(extension) && kind != NID_key_usage &&
            kind != NID_basic_constraints) {
            return false;
        }
    }
    /* An absent key usage reads as every bit set. */
    return (X509_get_extension_flags(certificate) & (EXFLAG_INVALID | EXFLAG_CA)) == 0 &&
           (X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0;
}

static bool is_valid_now(const X509 *certificate)
{
    /* X509_cmp_time gives 0 for a time it can't read. */
    return X509_cmp_time(X509_get0_notBefore(certificate), NULL) < 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate), NULL) > 0;
}

static bool is_signed_by(X509 *certificate, const uint8_t identity[static 32])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, identity, 32);
    const bool is_good = key != NULL && X509_verify(certificate, key) == 1;
    EVP_PKEY_free(key);
    return is_good;
}

size_t plm_certificate_find_pin(X509 *certificate, const plm_tls_pin *pins, size_t n_pins)
{
    const EVP_PKEY *subject_key = X509_get0_pubkey(certificate);
    if (subject_key == NULL || EVP_PKEY_get_base_id(subject_key) != EVP_PKEY_ED25519 ||
        X509_get_version(certificate) != X509_VERSION_3 || !has_good_extensions(certificate) ||
        !is_valid_now(certificate)) {
        return n_pins;
    }
    /* A party may be pinned with several keys, one accord before and one after a rotation. */
    for (size_t i = 0; i < n_pins; i++) {
        if (is_name_of(X509_get_subject_name(certificate), pins[i].party) &&
            is_name_of(X509_get_issuer_name(certificate), pins[i].party) &&
            is_signed_by(certificate, pins[i].identity)) {
            return i;
        }
    }
    return n_pins;
}
