/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email.c - e-mail addresses (RFC 5321, 6531): lower case, the domain in A-labels (UTS #46).
 *
 * RFC 5321 section 2.4 lets a local part tell upper from lower case; people write their addresses
 * either way and no large provider tells them apart, so it is folded. Dots and +tags are kept,
 * since they mean different mailboxes with some providers. Quoted local parts and address literals
 * are refused.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* RFC 5321 section 4.5.3.1; the total by RFC 3696 erratum 1690. */
enum {
    LOCAL_MAX = 64,
    TOTAL_MAX = 254
};

/* RFC 5322 dot-atom; beyond ASCII what RFC 6531 allows, but nothing invisible. */
static bool is_local(plm_span local)
{
    for (size_t at = 0; at < local.n;) {
        size_t start = at;
        uint32_t c = plm_utf8_next(local, &at);
        bool is_edge = start == 0 || at == local.n || local.p[start - 1] == '.';
        if (c >= 0x80 ? !u_isgraph((UChar32)c) ||
                            u_hasBinaryProperty((UChar32)c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
                      : !plm_is_letter((int)c) && !plm_is_digit((int)c) &&
                            (c == '\0' || strchr("!#$%&'*+-/=?^_`{|}~", (int)c) == NULL) &&
                            !(c == '.' && !is_edge)) {
            return false;
        }
    }
    return local.n > 0;
}

/* Lower case in NFC (RFC 6532 section 3.1); false if it gets longer than LOCAL_MAX. */
static bool fold_local(char out[LOCAL_MAX + 1], plm_span local)
{
    UChar a[4 * LOCAL_MAX];
    UChar b[4 * LOCAL_MAX];
    int32_t n = 0;
    UErrorCode error = U_ZERO_ERROR;
    if (plm_ident_is_ascii(local)) {
        for (size_t i = 0; i < local.n; i++) {
            out[i] = (char)plm_to_lower(local.p[i]);
        }
        out[local.n] = '\0';
        return true;
    }
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&error);
    (void)u_strFromUTF8(a, 4 * LOCAL_MAX, &n, (const char *)local.p, (int32_t)local.n, &error);
    n = unorm2_normalize(nfc, a, n, b, 4 * LOCAL_MAX, &error);
    n = u_strToLower(a, 4 * LOCAL_MAX, b, n, "", &error);
    n = unorm2_normalize(nfc, a, n, b, 4 * LOCAL_MAX, &error);
    (void)u_strToUTF8(out, LOCAL_MAX, &n, b, n, &error);
    if (U_FAILURE(error)) {
        return false;
    }
    out[n] = '\0';
    return true;
}

/* "none@none.com", "unknown@unknown.org". */
static bool is_nobody(const char *local, const char *domain)
{
    return plm_ident_is_placeholder(plm_span_str(local)) &&
           plm_ident_is_placeholder(plm_span_of(domain, strcspn(domain, ".")));
}

plm_status plm_ident_email(const char *country, plm_span value, plm_ident *out)
{
    char local[LOCAL_MAX + 1];
    char domain[PLM_DOMAIN_MAX + 1];
    (void)country;
    (void)plm_ident_skip(&value, "mailto:");
    if (value.n > 2 && value.p[0] == '<' && value.p[value.n - 1] == '>') {
        value = plm_span_of(value.p + 1, value.n - 2);
    }
    const uint8_t *at = (const uint8_t *)memchr(value.p, '@', value.n);
    if (at == NULL) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "there is no @");
    }
    const plm_span name = plm_span_of(value.p, (size_t)(at - value.p));
    if (name.n > LOCAL_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu bytes before the @, at most %d",
                                name.n, LOCAL_MAX);
    }
    if (!is_local(name)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "what stands before the @ is no mailbox");
    }
    plm_status status =
        plm_ident_take_domain(domain, plm_span_of(at + 1, value.n - name.n - 1), out);
    if (status != PLM_OK) {
        return status;
    }
    if (!fold_local(local, name) || strlen(local) + 1 + strlen(domain) > TOTAL_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "an address has %d bytes at most",
                                TOTAL_MAX);
    }
    /* NFC makes ASCII of some characters: U+037E is a semicolon. */
    if (!is_local(plm_span_str(local))) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "what stands before the @ is no mailbox");
    }
    if (is_nobody(local, domain)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%.60s", local);
    }
    size_t n = strlen(local);
    memcpy(out->canonical, local, n);
    out->canonical[n] = '@';
    memcpy(out->canonical + n + 1, domain, strlen(domain) + 1);
    return PLM_OK;
}
