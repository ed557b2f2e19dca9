/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h - whether a request comes from where the console is served (spec/api.md section 4).
 *
 * Adversary: a page of somebody else in the same browser. It can make the browser send requests
 * here (with the cookie, were it not SameSite=Strict), and, by a name of its own that resolves to
 * 127.0.0.1, be of one origin with us as the browser sees it.
 */
#ifndef PLM_API_ORIGIN_H
#define PLM_API_ORIGIN_H

#include <stdbool.h>

/*
 * True if `host`, the Host header, names this machine's loopback ("localhost", "127.0.0.1",
 * "[::1]", with any port) or the host of `origin` ("https://console.example"; "" for none).
 */
bool plm_origin_is_our_host(const char *host, const char *origin);

/*
 * True unless the browser says that another site asks: `site` is Sec-Fetch-Site, `from` the Origin
 * header; "" where one did not come, as from programs that are no browser.
 */
bool plm_origin_is_same(const char *host, const char *from, const char *site);

#endif
