/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls_error.c - what OpenSSL's reason codes mean to a caller.
 */
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/sslerr.h>

/* An alert that the peer sent (RFC 8446 section 6.2). */
static plm_status alert_status(int alert)
{
    switch (alert) {
    case SSL_AD_BAD_RECORD_MAC:
    case SSL_AD_DECRYPT_ERROR:
        return PLM_E_TAMPERED;
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_CERTIFICATE_REQUIRED:
        return PLM_E_AUTH;
    default:
        return PLM_E_PROTOCOL;
    }
}

/* Something in a record's frame that an authenticated peer's TLS does not produce. */
static bool is_broken_record(int reason)
{
    switch (reason) {
    case SSL_R_BAD_RECORD_TYPE:
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_BAD_LENGTH:
    case SSL_R_LENGTH_TOO_SHORT:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_ENCRYPTED_LENGTH_TOO_LONG:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_RECORD_TOO_SMALL:
    case SSL_R_UNEXPECTED_RECORD:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
        return true;
    default:
        return false;
    }
}

plm_status plm_tls_error_status(bool is_ready)
{
    const unsigned long error = ERR_peek_error();
    const int reason = ERR_GET_REASON(error);
    if (reason == ERR_R_MALLOC_FAILURE) {
        return PLM_E_NOMEM;
    }
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) {
        return PLM_E_PROTOCOL;
    }
    if (reason >= SSL_AD_REASON_OFFSET) {
        return alert_status(reason - SSL_AD_REASON_OFFSET);
    }
    switch (reason) {
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
        return PLM_E_TRUNCATED;
    case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC:
    case SSL_R_DECRYPTION_FAILED:
    case SSL_R_DIGEST_CHECK_FAILED:
        return PLM_E_TAMPERED;
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    case SSL_R_BAD_SIGNATURE:
        return PLM_E_AUTH;
    default:
        return is_ready && is_broken_record(reason) ? PLM_E_TAMPERED : PLM_E_PROTOCOL;
    }
}
