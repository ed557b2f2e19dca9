/* SPDX-License-Identifier: Apache-2.0 */
/*
 * domain.c - domains: lower case, A-labels (IDNA2008 by UTS #46, not transitional), no final dot.
 */
#include "ident/family.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uidna.h>

enum {
    LABEL_MAX = 63 /* RFC 1035 section 2.3.4 */
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
static plm_status to_a_labels(char out[PLM_DOMAIN_MAX + 1], plm_span domain)
{
    UErrorCode error = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    if (pthread_once(&idna_once, open_idna) != 0 || idna == NULL) {
        return PLM_E_NOMEM;
    }
    int32_t n = uidna_nameToASCII_UTF8(idna, (const char *)domain.p, (int32_t)domain.n, out,
                                       PLM_DOMAIN_MAX, &info, &error);
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
static bool copy_plain_domain(char out[PLM_DOMAIN_MAX + 1], plm_span domain)
{
    size_t label = 0; /* where it begins */
    if (domain.n == 0 || domain.n > PLM_DOMAIN_MAX) {
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

plm_status plm_ident_take_domain(char out[PLM_DOMAIN_MAX + 1], plm_span domain, plm_ident *reject)
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

/* Top levels of RFC 2606 and RFC 6762, and names for one machine: nobody's. */
static bool is_reserved(const char *domain)
{
    static const char *const names[] = {"example",     "invalid",     "localhost",
                                        "test",        "local",       "example.com",
                                        "example.net", "example.org", "localdomain"};
    size_t n = strlen(domain);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t k = strlen(names[i]);
        if (n >= k && strcmp(domain + n - k, names[i]) == 0 &&
            (n == k || domain[n - k - 1] == '.')) {
            return true;
        }
    }
    return false;
}

plm_status plm_ident_domain(const char *country, plm_span value, plm_ident *out)
{
    char domain[PLM_DOMAIN_MAX + 1];
    (void)country;
    plm_status status = plm_ident_take_domain(domain, value, out);
    if (status != PLM_OK) {
        return status;
    }
    memcpy(out->canonical, domain, strlen(domain) + 1);
    if (is_reserved(domain)) {
        out->flags |= PLM_IDENT_TEST;
        plm_ident_step(out, "reserved for examples and private use (RFC 2606, RFC 6762)");
    }
    return PLM_OK;
}
