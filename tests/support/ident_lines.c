/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads lines of type, country and value, parted by tabs; prints for each the canonical form, or
 * "!" and the reason in words, and its flags as a number.
 */
#include "ident/ident.h"

#include <stdio.h>
#include <string.h>

int main(void)
{
    static plm_ident out;
    char line[2048];
    while (fgets(line, sizeof line, stdin) != NULL) {
        plm_ident_type type;
        line[strcspn(line, "\n")] = '\0';
        char *country = strchr(line, '\t');
        char *value = country != NULL ? strchr(country + 1, '\t') : NULL;
        if (value == NULL) {
            return 2;
        }
        *country++ = '\0';
        *value++ = '\0';
        if (plm_ident_type_find(&type, line) != PLM_OK) {
            return 2;
        }
        plm_status status = plm_ident_canonicalise(type, country, plm_span_str(value), &out);
        printf("%s%s\t%u\n", status == PLM_OK ? "" : "!",
               status == PLM_OK ? out.canonical : plm_ident_reason_text(out.reason), out.flags);
    }
    return 0;
}
