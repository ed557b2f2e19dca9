/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c - web addresses in the normal form of RFC 3986 section 6.2.2 and 6.2.3, for schemes with an
 * authority: scheme and host in lower case, the host in A-labels, percent-encodings of unreserved
 * characters decoded and others with capitals, dot segments removed, a default port and an empty
 * one left out, an empty path made "/". Characters that may not stand in an address are encoded
 * (RFC 3987 section 3.1). User, query and fragment stay.
 */
#include "ident/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum {
    SCHEME_MAX = 16
};

/* Text that grows up to a canonical form's length. */
typedef struct writer {
    char *p;
    size_t n;
    bool is_full;
} writer;

static void put(writer *w, int c)
{
    if (w->n + 1 >= PLM_IDENT_CANONICAL_MAX) {
        w->is_full = true;
    } else {
        w->p[w->n++] = (char)c;
    }
}

static void put_text(writer *w, const char *text)
{
    for (; *text != '\0'; text++) {
        put(w, *text);
    }
}

static int hex_value(int c)
{
    int lower = plm_to_lower(c);
    return plm_is_digit(c) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_unreserved(int c)
{
    return plm_is_letter(c) || plm_is_digit(c) || (c != '\0' && strchr("-._~", c) != NULL);
}

static void put_encoded(writer *w, unsigned c)
{
    static const char digits[] = "0123456789ABCDEF";
    put(w, '%');
    put(w, digits[c >> 4]);
    put(w, digits[c & 15]);
}

/* A component whose reserved characters stay; all others are brought to one form. */
static void put_component(writer *w, plm_span text)
{
    for (size_t i = 0; i < text.n; i++) {
        int c = text.p[i];
        int high = c == '%' && i + 2 < text.n ? hex_value(text.p[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text.p[i + 2]) : -1;
        if (low >= 0) {
            unsigned decoded = (unsigned)(high * 16 + low);
            if (is_unreserved((int)decoded)) {
                put(w, (int)decoded);
            } else {
                put_encoded(w, decoded);
            }
            i += 2;
        } else if (is_unreserved(c) || (c < 0x80 && strchr("!$&'()*+,;=:@/?#[]", c) != NULL)) {
            put(w, c);
        } else {
            put_encoded(w, (unsigned)c);
        }
    }
}

/* RFC 3986 section 5.2.4, in place; path begins with '/'. Returns the new length. */
static size_t remove_dots(char *path, size_t n)
{
    size_t n_out = 0;
    for (size_t at = 0; at < n;) {
        size_t end = at + 1;
        while (end < n && path[end] != '/') {
            end++;
        }
        size_t k = end - at - 1; /* of the segment, without its '/' */
        bool is_dot = k == 1 && path[at + 1] == '.';
        bool is_dots = k == 2 && path[at + 1] == '.' && path[at + 2] == '.';
        if (is_dots) {
            while (n_out > 0 && path[n_out - 1] != '/') {
                n_out--;
            }
            n_out -= n_out > 0;
        } else if (!is_dot) {
            memmove(path + n_out, path + at, end - at);
            n_out += end - at;
        }
        if ((is_dot || is_dots) && end == n) {
            path[n_out++] = '/';
        }
        at = end;
    }
    return n_out;
}

/* Reads "scheme://" into lower case; "hxxp" and "[.]" are how addresses are made harmless. */
static bool take_scheme(char scheme[SCHEME_MAX], plm_span *value)
{
    size_t n = 0;
    while (n < value->n && n + 1 < SCHEME_MAX &&
           (plm_is_letter(value->p[n]) ||
            (n > 0 && (plm_is_digit(value->p[n]) || strchr("+-.", value->p[n]) != NULL)))) {
        scheme[n] = (char)plm_to_lower(value->p[n]);
        n++;
    }
    scheme[n] = '\0';
    if (n == 0 || value->n < n + 3 || memcmp(value->p + n, "://", 3) != 0) {
        return false;
    }
    if (strncmp(scheme, "hxxp", 4) == 0) {
        memcpy(scheme, "http", 4);
    }
    *value = plm_span_of(value->p + n + 3, value->n - n - 3);
    return true;
}

static unsigned default_port(const char *scheme)
{
    static const struct {
        const char *scheme;
        unsigned port;
    } ports[] = {{"http", 80}, {"https", 443}, {"ftp", 21}, {"ws", 80}, {"wss", 443}};
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        if (strcmp(ports[i].scheme, scheme) == 0) {
            return ports[i].port;
        }
    }
    return 0;
}

/* "[::1]" in the form of RFC 5952. */
static bool put_ip6(writer *w, plm_span host)
{
    uint8_t bytes[16];
    char text[INET6_ADDRSTRLEN] = "";
    if (host.n < 4 || host.n - 2 >= sizeof text || host.p[host.n - 1] != ']') {
        return false;
    }
    memcpy(text, host.p + 1, host.n - 2);
    if (inet_pton(AF_INET6, text, bytes) != 1 ||
        inet_ntop(AF_INET6, bytes, text, sizeof text) == NULL) {
        return false;
    }
    put(w, '[');
    put_text(w, text);
    put(w, ']');
    return true;
}

static plm_status put_host(writer *w, plm_span host, plm_ident *out)
{
    uint8_t plain[PLM_IDENT_CANONICAL_MAX];
    uint8_t ip[4];
    char domain[PLM_DOMAIN_MAX + 1];
    size_t n = 0;
    if (host.n > 0 && host.p[0] == '[' && put_ip6(w, host)) {
        return PLM_OK;
    }
    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] != '[' && host.p[i] != ']') { /* evil[.]com */
            plain[n++] = host.p[i];
        }
    }
    if (n > 0 && n < sizeof domain) {
        memcpy(domain, plain, n);
        domain[n] = '\0';
        if (inet_pton(AF_INET, domain, ip) == 1) {
            put_text(w, domain);
            return PLM_OK;
        }
    }
    plm_status status = plm_ident_take_domain(domain, plm_span_of(plain, n), out);
    if (status == PLM_OK) {
        put_text(w, domain);
    }
    return status;
}

/* [ user@ ] host [ :port ] */
static plm_status put_authority(writer *w, const char *scheme, plm_span authority, plm_ident *out)
{
    const uint8_t *at = (const uint8_t *)memrchr(authority.p, '@', authority.n);
    if (at != NULL) {
        size_t n_user = (size_t)(at - authority.p);
        put_component(w, plm_span_of(authority.p, n_user));
        if (n_user > 0) {
            put(w, '@');
        }
        authority = plm_span_of(at + 1, authority.n - n_user - 1);
    }
    size_t end = authority.n;
    while (end > 0 && plm_is_digit(authority.p[end - 1])) {
        end--;
    }
    bool has_port = end > 0 && authority.p[end - 1] == ':';
    plm_status status =
        put_host(w, plm_span_of(authority.p, has_port ? end - 1 : authority.n), out);
    if (status != PLM_OK || !has_port) {
        return status;
    }
    unsigned port = 0;
    for (size_t i = end; i < authority.n && port <= 65535; i++) {
        port = port * 10 + (unsigned)(authority.p[i] - '0');
    }
    if (port > 65535 || (port == 0 && end < authority.n)) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "a port is 1 to 65535");
    }
    if (port != 0 && port != default_port(scheme)) {
        char text[8];
        (void)snprintf(text, sizeof text, ":%u", port);
        put_text(w, text);
    }
    return PLM_OK;
}

static size_t find_any(plm_span text, const char *any)
{
    size_t n = 0;
    while (n < text.n && (text.p[n] == '\0' || strchr(any, text.p[n]) == NULL)) {
        n++;
    }
    return n;
}

plm_status plm_ident_url(const char *country, plm_span value, plm_ident *out)
{
    char scheme[SCHEME_MAX];
    writer w = {out->canonical, 0, false};
    (void)country;
    if (value.n > 2 && value.p[0] == '<' && value.p[value.n - 1] == '>') {
        value = plm_span_of(value.p + 1, value.n - 2);
    }
    if (!take_scheme(scheme, &value)) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "write its scheme, as in https://");
    }
    size_t n = find_any(value, "/?#");
    put_text(&w, scheme);
    put_text(&w, "://");
    plm_status status = put_authority(&w, scheme, plm_span_of(value.p, n), out);
    if (status != PLM_OK) {
        return status;
    }
    value = plm_span_of(value.p + n, value.n - n);
    n = find_any(value, "?#");
    size_t path = w.n;
    if (n == 0) {
        put(&w, '/');
    }
    put_component(&w, plm_span_of(value.p, n));
    w.n = w.is_full ? w.n : path + remove_dots(w.p + path, w.n - path);
    put_component(&w, plm_span_of(value.p + n, value.n - n));
    if (w.is_full) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "more than %d bytes when encoded",
                                PLM_IDENT_CANONICAL_MAX - 1);
    }
    out->canonical[w.n] = '\0';
    return PLM_OK;
}

/* Parameters that say how a reader came, not what the page is. */
static bool is_tracking(plm_span parameter)
{
    static const char *const prefixes[] = {"utm_", "mtm_", "pk_", "hsa_", "__hs"};
    static const char *const names[] = {
        "gclid", "gclsrc", "dclid",     "wbraid",  "gbraid", "fbclid",  "msclkid",
        "yclid", "twclid", "ttclid",    "igshid",  "igsh",   "mc_cid",  "mc_eid",
        "_ga",   "_gl",    "_openstat", "vero_id", "s_cid",  "ref_src", "ref_url",
    };
    size_t n = find_any(parameter, "=");
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t k = strlen(prefixes[i]);
        if (n >= k && memcmp(parameter.p, prefixes[i], k) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (plm_span_equal(plm_span_of(parameter.p, n), plm_span_str(names[i]))) {
            return true;
        }
    }
    return false;
}

bool plm_url_without_tracking(char out[PLM_IDENT_CANONICAL_MAX], const char *url)
{
    writer w = {out, 0, false};
    plm_span rest = plm_span_str(url);
    size_t n = find_any(rest, "?#");
    bool has_query = n < rest.n && rest.p[n] == '?';
    bool is_first = true;
    bool is_changed = false;
    memcpy(out, url, n);
    w.n = n;
    rest = plm_span_of(rest.p + n, rest.n - n);
    n = has_query ? find_any(rest, "#") : 0;
    plm_span query = has_query ? plm_span_of(rest.p + 1, n - 1) : plm_span_of(NULL, 0);
    rest = plm_span_of(rest.p + n, rest.n - n);
    while (query.n > 0) {
        size_t k = find_any(query, "&");
        plm_span parameter = plm_span_of(query.p, k);
        query = plm_span_of(query.p + k + (k < query.n), query.n - k - (k < query.n));
        if (is_tracking(parameter)) {
            is_changed = true;
            continue;
        }
        put(&w, is_first ? '?' : '&');
        is_first = false;
        for (size_t i = 0; i < parameter.n; i++) {
            put(&w, parameter.p[i]);
        }
    }
    for (size_t i = 0; i < rest.n; i++) {
        put(&w, rest.p[i]);
    }
    out[w.n] = '\0';
    return is_changed;
}

bool plm_url_host(char out[PLM_DOMAIN_MAX + 1], const char *url)
{
    const char *begin = strstr(url, "://");
    if (begin == NULL) {
        return false;
    }
    plm_span authority = plm_span_str(begin + 3);
    authority.n = find_any(authority, "/?#");
    const uint8_t *at = (const uint8_t *)memrchr(authority.p, '@', authority.n);
    if (at != NULL) {
        authority = plm_span_of(at + 1, authority.n - (size_t)(at + 1 - authority.p));
    }
    size_t n = find_any(authority, ":[");
    if (n == 0 || n > PLM_DOMAIN_MAX) {
        return false;
    }
    memcpy(out, authority.p, n);
    out[n] = '\0';
    return true;
}
