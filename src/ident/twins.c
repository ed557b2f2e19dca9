/* SPDX-License-Identifier: Apache-2.0 */
/*
 * twins.c - capitals of other scripts that look like Latin ones.
 *
 * The twelve letters that Russian plates use since they stand in both alphabets (GOST R 50577,
 * after the Vienna Convention on Road Traffic of 1968, annex 2), with Ukrainian I, Serbian J and
 * Macedonian S; and the fourteen letters of Greek plates.
 */
#include "ident/family.h"

#include <unicode/uchar.h>

static const struct {
    uint16_t letter;
    char latin;
} twins[] = {
    {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'}, {0x041A, 'K'}, {0x041C, 'M'}, {0x041D, 'H'},
    {0x041E, 'O'}, {0x0420, 'P'}, {0x0421, 'C'}, {0x0422, 'T'}, {0x0423, 'Y'}, {0x0425, 'X'},
    {0x0406, 'I'}, {0x0408, 'J'}, {0x0405, 'S'}, {0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'},
    {0x0396, 'Z'}, {0x0397, 'H'}, {0x0399, 'I'}, {0x039A, 'K'}, {0x039C, 'M'}, {0x039D, 'N'},
    {0x039F, 'O'}, {0x03A1, 'P'}, {0x03A4, 'T'}, {0x03A5, 'Y'}, {0x03A7, 'X'},
};

char plm_ident_latin_twin(uint32_t c)
{
    if (c < 0x370 || c > 0x45F) {
        return 0;
    }
    uint32_t upper = (uint32_t)u_toupper((UChar32)c);
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        if (twins[i].letter == upper) {
            return twins[i].latin;
        }
    }
    return 0;
}

uint32_t plm_ident_cyrillic_twin(uint32_t latin)
{
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        if ((uint32_t)twins[i].latin == latin && twins[i].letter >= 0x400) {
            return twins[i].letter;
        }
    }
    return 0;
}
