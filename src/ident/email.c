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

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* RFC 5321 section 4.5.3.1; RFC 1035 section 2.3.4; the total by RFC 3696 erratum 1690. */
enum {
    LOCAL_MAX = 64,
    LABEL_MAX = 63,
    DOMAIN_MAX = 253,
    TOTAL_MAX = 254
};

static pthread_once_t idna_once = PTHREAD_ONCE_INIT;
static UIDNA *idna; /* immutable once open, for all threads; never closed */

static void open_idna(void)
{
    UErrorCode error = U_ZERO_ERROR;
    UIDNA *opened = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI |
                                        UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES,
                                    &error);
    idna = U_SUCCESS(error) ? opened : NULL;
}

/* PLM_E_NOT_FOUND if UTS #46 refuses it. */
static plm_status to_a_labels(char out[DOMAIN_MAX + 1], plm_span domain)
{
    UErrorCode error = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    if (pthread_once(&idna_once, open_idna) != 0 || idna == NULL) {
        return PLM_E_NOMEM;
    }
    int32_t n = uidna_nameToASCII_UTF8(idna, (const char *)domain.p, (int32_t)domain.n, out,
                                       DOMAIN_MAX, &info, &error);
    if (error == U_MEMORY_ALLOCATION_ERROR) {
        return PLM_E_NOMEM;
    }
    if (U_FAILURE(error) || info.errors != 0 || n <= 0) {
        return PLM_E_NOT_FOUND;
    }
    out[n] = '\0';
    return PLM_OK;
}

/*
 * Copies a domain of letters, digits and hyphens in lower case. False if it is not one, or has a
 * label with "--" in its third place, such as A-labels: UTS #46 must see those.
 */
static bool copy_plain_domain(char out[DOMAIN_MAX + 1], plm_span domain)
{
    size_t label = 0; /* where it begins */
    if (domain.n == 0 || domain.n > DOMAIN_MAX) {
        return false;
    }
    for (size_t i = 0; i <= domain.n; i++) {
        int c = i < domain.n ? domain.p[i] : '.';
        if (c == '.') {
            if (i == label || i - label > LABEL_MAX || domain.p[label] == '-' ||
                domain.p[i - 1] == '-' ||
                (i - label >= 4 && memcmp(domain.p + label + 2, "--", 2) == 0)) {
                return false;
            }
            label = i + 1;
        } else if (!plm_is_letter(c) && !plm_is_digit(c) && c != '-') {
            return false;
        }
        out[i] = (char)plm_to_lower(c);
    }
    out[domain.n] = '\0';
    return true;
}

/* A dot within, and a top level that is no number (as in 192.0.2.1). */
static bool has_top_level(const char *domain)
{
    const char *dot = strrchr(domain, '.');
    return dot != NULL && dot[1 + strspn(dot + 1, "0123456789")] != '\0';
}

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

static plm_status take_domain(char out[DOMAIN_MAX + 1], plm_span domain, plm_ident *reject)
{
    if (domain.n > 0 && domain.p[domain.n - 1] == '.') {
        domain.n--;
    }
    plm_status status = copy_plain_domain(out, domain) ? PLM_OK : to_a_labels(out, domain);
    if (status == PLM_E_NOMEM) {
        return status;
    }
    /* UTS #46 reads other full stops too, so that one may be left at the end only now. */
    if (status != PLM_OK || !has_top_level(out)) {
        return plm_ident_reject(reject, PLM_REASON_FORMAT, "\"%.*s\" is no domain",
                                (int)(domain.n < 60 ? domain.n : 60), (const char *)domain.p);
    }
    return PLM_OK;
}

plm_status plm_ident_email(const char *country, plm_span value, plm_ident *out)
{
    char local[LOCAL_MAX + 1];
    char domain[DOMAIN_MAX + 1];
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
    plm_status status = take_domain(domain, plm_span_of(at + 1, value.n - name.n - 1), out);
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
