/* SPDX-License-Identifier: Apache-2.0 */
#include "api/origin.h"

#include <string.h>
#include <strings.h>

/* What stands behind "http://" or "https://", up to the end; NULL: neither. */
static const char *host_of(const char *origin)
{
    if (strncasecmp(origin, "https://", 8) == 0) {
        return origin + 8;
    }
    return strncasecmp(origin, "http://", 7) == 0 ? origin + 7 : NULL;
}

/* "name" or "name:digits". */
static bool is_name(const char *host, const char *name)
{
    const size_t n = strlen(name);
    if (strncasecmp(host, name, n) != 0) {
        return false;
    }
    return host[n] == '\0' || (host[n] == ':' && host[n + 1] != '\0' &&
                               strspn(host + n + 1, "0123456789") == strlen(host + n + 1));
}

bool plm_origin_is_our_host(const char *host, const char *origin)
{
    const char *given = host_of(origin);
    return is_name(host, "localhost") || is_name(host, "127.0.0.1") || is_name(host, "[::1]") ||
           (given != NULL && strcasecmp(given, host) == 0);
}

bool plm_origin_is_same(const char *host, const char *from, const char *site)
{
    if (site[0] != '\0' && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return false;
    }
    const char *given = host_of(from);
    return from[0] == '\0' || (given != NULL && strcasecmp(given, host) == 0);
}
