/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email.c - e-mail addresses (RFC 5321, 6531): lower case, domain as A-labels (UTS #46).
 *
 * RFC 5321 section 2.4 lets a local part be case-sensitive; no provider of weight makes use of it,
 * and people write their addresses either way, so it is folded. Dots and +tags are kept.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uidna.h>
#include <unicode/ustring.h>

enum {
    LOCAL_MAX = 64,
    DOMAIN_MAX = 253,
    TOTAL_MAX = 254
};

/* Lower case and NFC by ICU's case map of UTS #46's nearest relative; ASCII without it. */
static plm_status fold_local(char *out, size_t size, plm_span local)
{
    UChar wide[LOCAL_MAX * 2];
    UChar lower[LOCAL_MAX * 4];
    int32_t n = 0;
    UErrorCode error = U_ZERO_ERROR;
    (void)u_strFromUTF8(wide, LOCAL_MAX * 2, &n, (const char *)local.p, (int32_t)local.n, &error);
    n = u_strToLower(lower, LOCAL_MAX * 4, wide, n, "", &error);
    (void)u_strToUTF8(out, (int32_t)size - 1, &n, lower, n, &error);
    if (U_FAILURE(error)) {
        return PLM_E_REJECTED;
    }
    out[n] = '\0';
    return PLM_OK;
}

/* RFC 5321 atext and dots; anything beyond ASCII (RFC 6531). Not quoted strings. */
static bool is_local(plm_span local)
{
    if (local.n == 0 || local.n > LOCAL_MAX || local.p[0] == '.' || local.p[local.n - 1] == '.') {
        return false;
    }
    for (size_t i = 0; i < local.n; i++) {
        int c = local.p[i];
        bool is_atext = c >= 0x80 || plm_is_digit(c) || plm_is_upper(c) || plm_is_lower(c) ||
                        strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL;
        if (!is_atext || (c == '.' && local.p[i - 1] == '.')) {
            return false;
        }
    }
    return true;
}

static bool to_a_labels(char *out, size_t size, plm_span domain)
{
    UErrorCode error = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UIDNA *idna = uidna_openUTS46(
        UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_USE_STD3_RULES, &error);
    if (U_FAILURE(error)) {
        return false;
    }
    int32_t n = uidna_nameToASCII_UTF8(idna, (const char *)domain.p, (int32_t)domain.n, out,
                                       (int32_t)size - 1, &info, &error);
    uidna_close(idna);
    if (U_FAILURE(error) || info.errors != 0 || n <= 0) {
        return false;
    }
    out[n] = '\0';
    return true;
}

static bool is_plain_domain(plm_span domain)
{
    for (size_t i = 0; i < domain.n; i++) {
        int c = domain.p[i];
        bool is_edge =
            i == 0 || i + 1 == domain.n || domain.p[i - 1] == '.' || domain.p[i + 1] == '.';
        if (!plm_is_digit(c) && !plm_is_lower(c) && !plm_is_upper(c) && !(c == '.' && i > 0) &&
            !(c == '-' && !is_edge)) {
            return false;
        }
        if (c == '.' && (domain.p[i - 1] == '.' || i + 1 == domain.n)) {
            return false;
        }
    }
    /* "xn--" may hide what UTS #46 refuses. */
    return memmem(domain.p, domain.n, "xn--", 4) == NULL;
}

plm_status plm_ident_email(const char *country, plm_span value, plm_ident *out)
{
    char local_text[4 * LOCAL_MAX];
    char domain_text[2 * DOMAIN_MAX];
    (void)country;
    const uint8_t *at = (const uint8_t *)memrchr(value.p, '@', value.n);
    if (at == NULL) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "there is no @");
    }
    const plm_span local = plm_span_of(value.p, (size_t)(at - value.p));
    plm_span domain = plm_span_of(at + 1, value.n - local.n - 1);
    if (domain.n > 0 && domain.p[domain.n - 1] == '.') {
        domain.n--;
    }
    if (!is_local(local) || fold_local(local_text, sizeof local_text, local) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "the part before the @ can't be one");
    }
    if (domain.n == 0 || domain.n > DOMAIN_MAX || memchr(domain.p, '.', domain.n) == NULL) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "the part after the @ is no domain");
    }
    if (is_plain_domain(domain)) {
        for (size_t i = 0; i < domain.n; i++) {
            domain_text[i] = (char)plm_to_lower(domain.p[i]);
        }
        domain_text[domain.n] = '\0';
    } else if (!to_a_labels(domain_text, sizeof domain_text, domain)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "the part after the @ is no domain");
    }
    if (strlen(local_text) + 1 + strlen(domain_text) > TOTAL_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "an address has %d bytes at most",
                                TOTAL_MAX);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s@%s", local_text, domain_text);
    return PLM_OK;
}
