/* SPDX-License-Identifier: Apache-2.0 */
#include "register/forbidden.h"

#include <string.h>

enum {
    NAME_MAX_BYTES = 200
};

/*
 * Stems, in small letters without blanks and marks, as they stand in names of columns in English,
 * French, Spanish, German and Russian. One with a '=' in front must be the whole name: "race" is a
 * part of "trace".
 */
static const struct {
    const char *stem;
    const char *what;
} stems[] = {
    {"ethnic", "racial or ethnic origin"},
    {"ethnie", "racial or ethnic origin"},
    {"etnia", "racial or ethnic origin"},
    {"racial", "racial or ethnic origin"},
    {"skincolo", "racial or ethnic origin"},
    {"этни", "racial or ethnic origin"},
    {"=race", "racial or ethnic origin"},
    {"=rasse", "racial or ethnic origin"},
    {"=raza", "racial or ethnic origin"},
    {"=раса", "racial or ethnic origin"},
    {"=caste", "racial or ethnic origin"},
    {"=tribe", "racial or ethnic origin"},
    {"religi", "religion or belief"},
    {"религи", "religion or belief"},
    {"вероисповед", "religion or belief"},
    {"philosoph", "religion or belief"},
    {"=faith", "religion or belief"},
    {"=belief", "religion or belief"},
    {"=beliefs", "religion or belief"},
    {"=creed", "religion or belief"},
    {"=confession", "religion or belief"},
    {"politi", "political opinion"},
    {"полити", "political opinion"},
    {"ideolog", "political opinion"},
    {"opinion", "political opinion"},
    {"partymember", "political opinion"},
    {"tradeunion", "trade-union membership"},
    {"unionmember", "trade-union membership"},
    {"gewerkschaft", "trade-union membership"},
    {"sexualorient", "sex life or orientation"},
    {"orientacionsexual", "sex life or orientation"},
    {"orientationsexuelle", "sex life or orientation"},
    {"sexlife", "sex life or orientation"},
    {"geneti", "genetic data"},
};

/* Small letters without blanks and marks; Cyrillic capitals (U+0410 to 042F) too. */
static size_t simplify(char out[static NAME_MAX_BYTES], plm_span name)
{
    size_t n = 0;
    for (size_t i = 0; i < name.n && n + 2 < NAME_MAX_BYTES; i++) {
        unsigned char c = name.p[i];
        unsigned char next = i + 1 < name.n ? name.p[i + 1] : 0;
        if (c >= 'A' && c <= 'Z') {
            out[n++] = (char)(c - 'A' + 'a');
        } else if (c == 0xd0 && next >= 0x90 && next <= 0xaf) {
            out[n++] = (char)(next < 0xa0 ? 0xd0 : 0xd1);
            out[n++] = (char)(next < 0xa0 ? next + 0x20 : next - 0x20);
            i++;
        } else if (c >= 0x80 || (c >= 'a' && c <= 'z')) {
            out[n++] = (char)c;
        }
    }
    out[n] = '\0';
    return n;
}

const char *plm_forbidden_column(plm_span name)
{
    char simple[NAME_MAX_BYTES];
    if (simplify(simple, name) == 0) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        const char *stem = stems[i].stem;
        bool is_hit = stem[0] == '=' ? strcmp(simple, stem + 1) == 0 : strstr(simple, stem) != NULL;
        if (is_hit) {
            return stems[i].what;
        }
    }
    return NULL;
}
