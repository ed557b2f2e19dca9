/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.h - parts of web addresses in canonical form, for their second forms.
 */
#ifndef PLM_IDENT_URL_H
#define PLM_IDENT_URL_H

#include "ident/family.h"

/* Without the parameters that only track a reader; false if there were none. */
bool plm_url_without_tracking(char out[PLM_IDENT_CANONICAL_MAX], const char *url);
/* The host; false if it is an IPv6 address. */
bool plm_url_host(char out[PLM_DOMAIN_MAX + 1], const char *url);

#endif
