/* SPDX-License-Identifier: Apache-2.0 */
/*
 * second_form.c - other forms of canonical values (ident.h). What they are made by is opened once
 * and never closed: the Public Suffix List (libpsl) and the table of confusables (UTS #39, ICU).
 */
#include "ident/url.h"

#include <arpa/inet.h>
#include <libpsl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unicode/uspoof.h>

static pthread_once_t lists_once = PTHREAD_ONCE_INIT;
static psl_ctx_t *suffixes;        /* immutable once open, for all threads; NULL if there is none */
static USpoofChecker *confusables; /* likewise */

static void open_lists(void)
{
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker *opened = uspoof_open(&error);
    confusables = U_SUCCESS(error) ? opened : NULL;
    suffixes = psl_latest(NULL);
}

static plm_status fill(plm_ident_form *out, const char *name, const char *text)
{
    out->name = name;
    (void)snprintf(out->text, sizeof out->text, "%s", text);
    return PLM_OK;
}

/* The domain one can register: one label more than a public suffix. */
static plm_status registrable(plm_ident_form *out, const char *domain)
{
    const char *found = pthread_once(&lists_once, open_lists) == 0 && suffixes != NULL
                            ? psl_registrable_domain(suffixes, domain)
                            : NULL;
    return found != NULL ? fill(out, "registrable domain", found) : PLM_E_NOT_FOUND;
}

static plm_status of_email(plm_ident_form *out, const char *canonical, size_t number)
{
    const char *at = strrchr(canonical, '@');
    const char *tag = strchr(canonical, '+');
    bool has_tag = tag != NULL && at != NULL && tag < at && tag > canonical;
    if (at == NULL) {
        return PLM_E_NOT_FOUND;
    }
    if (has_tag && number == 0) {
        out->name = "without its tag";
        (void)snprintf(out->text, sizeof out->text, "%.*s%s", (int)(tag - canonical), canonical,
                       at);
        return PLM_OK;
    }
    return number == (has_tag ? 1U : 0U) ? registrable(out, at + 1) : PLM_E_NOT_FOUND;
}

static plm_status of_url(plm_ident_form *out, const char *canonical, size_t number)
{
    char host[PLM_DOMAIN_MAX + 1];
    out->name = "without tracking parameters";
    bool is_tracked = plm_url_without_tracking(out->text, canonical);
    if (is_tracked && number == 0) {
        return PLM_OK;
    }
    number -= is_tracked ? 1U : 0U;
    if (!plm_url_host(host, canonical) || number > 1) {
        return PLM_E_NOT_FOUND;
    }
    return number == 0 ? fill(out, "host", host) : registrable(out, host);
}

/* The text people know: dotted, or as in RFC 5952. */
static plm_status of_ip(plm_ident_form *out, const char *canonical)
{
    char hex[33] = "";
    char text[INET6_ADDRSTRLEN];
    uint8_t ip[16];
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    (void)snprintf(hex, sizeof hex, "%.32s", canonical);
    if (plm_hex_decode(ip, sizeof ip, hex) < 0) {
        return PLM_E_NOT_FOUND;
    }
    bool is_v4 = memcmp(ip, mapped, sizeof mapped) == 0;
    return inet_ntop(is_v4 ? AF_INET : AF_INET6, is_v4 ? ip + 12 : ip, text, sizeof text) != NULL
               ? fill(out, "as written", text)
               : PLM_E_NOT_FOUND;
}

/* UTS #39 section 4: alike for handles that look alike. */
static plm_status of_handle(plm_ident_form *out, const char *canonical)
{
    UErrorCode error = U_ZERO_ERROR;
    const char *name = strstr(canonical, ":name:");
    if (name == NULL || pthread_once(&lists_once, open_lists) != 0 || confusables == NULL) {
        return PLM_E_NOT_FOUND;
    }
    int n = (int)(name + 6 - canonical);
    out->name = "skeleton";
    (void)snprintf(out->text, sizeof out->text, "%.*s", n, canonical);
    (void)uspoof_getSkeletonUTF8(confusables, 0, name + 6, -1, out->text + n,
                                 (int32_t)sizeof out->text - n, &error);
    return U_SUCCESS(error) && error != U_STRING_NOT_TERMINATED_WARNING ? PLM_OK : PLM_E_NOT_FOUND;
}

static plm_status of_onion(plm_ident_form *out, const char *canonical)
{
    out->name = "host";
    (void)snprintf(out->text, sizeof out->text, "%.56s.onion", canonical);
    return PLM_OK;
}

plm_status plm_ident_second_form(plm_ident_type type, const char *canonical, size_t number,
                                 plm_ident_form *out)
{
    *out = (plm_ident_form){.name = ""};
    if (type == PLM_IDENT_EMAIL) {
        return of_email(out, canonical, number);
    }
    if (type == PLM_IDENT_URL) {
        return of_url(out, canonical, number);
    }
    if (number > 0) {
        return PLM_E_NOT_FOUND;
    }
    if (type == PLM_IDENT_DOMAIN) {
        return registrable(out, canonical);
    }
    if (type == PLM_IDENT_IP) {
        return of_ip(out, canonical);
    }
    if (type == PLM_IDENT_HANDLE) {
        return of_handle(out, canonical);
    }
    return type == PLM_IDENT_ONION ? of_onion(out, canonical) : PLM_E_NOT_FOUND;
}
