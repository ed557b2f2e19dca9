/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firearm.c - firearms: MAKE:MODEL:CALIBRE:SERIAL, and :COUNTRY of manufacture if it is given.
 *
 * What marks a firearm is the tuple of article 8 of the Firearms Protocol (A/RES/55/255) and of the
 * International Tracing Instrument (A/60/88): a serial number alone is not unique, so none of the
 * four parts may be missing.
 */
#include "ident/family.h"

#include <stdio.h>
#include <string.h>

enum {
    PART_MAX = 64, /* bytes, terminator included */
    SERIAL_MIN = 3,
    N_PARTS = 4
};

/* Names of one cartridge (C.I.P. tables of dimensions), by letters and digits: the first stands for
 * all. A name ends with a zero, a cartridge with two. */
static const char *const calibres[] = {
    "9X19\0"
    "9MM\0"
    "9MMLUGER\0"
    "9LUGER\0"
    "9X19MM\0"
    "9MMX19\0"
    "9PARA\0"
    "9MMPARA\0"
    "9PARABELLUM\0"
    "9MMPARABELLUM\0"
    "9X19PARA\0"
    "9X19PARABELLUM\0"
    "9X19MMPARABELLUM\0"
    "9MMX19PARABELLUM\0"
    "9MMNATO\0",
    "9X18\0"
    "9X18MM\0"
    "9X18PM\0"
    "9MAKAROV\0"
    "9MMMAKAROV\0"
    "9X18MAKAROV\0"
    "9MMX18\0",
    "9X17\0"
    "9X17MM\0"
    "380ACP\0"
    "380AUTO\0"
    "9MMKURZ\0"
    "9KURZ\0"
    "9MMSHORT\0"
    "9MMBROWNING\0"
    "9MMBROWNINGCOURT\0",
    "765X17\0"
    "765X17MM\0"
    "32ACP\0"
    "32AUTO\0"
    "765BROWNING\0"
    "765MM\0"
    "765MMBROWNING\0",
    "762X25\0"
    "762X25MM\0"
    "762TOKAREV\0"
    "762X25TOKAREV\0"
    "762MMTOKAREV\0"
    "762X25TT\0",
    "45ACP\0"
    "45AUTO\0"
    "1143X23\0",
    "762X39\0"
    "762X39MM\0"
    "762MMX39\0",
    "545X39\0"
    "545X39MM\0"
    "545MMX39\0",
    "556X45\0"
    "556X45MM\0"
    "556NATO\0"
    "556MMX45\0"
    "556X45NATO\0",
    "762X51\0"
    "762X51MM\0"
    "762NATO\0"
    "762MMX51\0"
    "762X51NATO\0",
    "762X54R\0"
    "762X54\0"
    "762X54MMR\0"
    "762X54RMM\0",
    "22LR\0"
    "22LONGRIFLE\0"
    "22L\0"
    "56X15R\0",
    "12\0"
    "12GA\0"
    "12GAUGE\0"
    "12BORE\0"
    "12KAL\0",
};

static const char *calibre_of(const char *squeezed)
{
    while (strncmp(squeezed, "CAL", 3) == 0 && squeezed[3] != '\0') {
        squeezed += 3;
    }
    for (size_t i = 0; i < sizeof calibres / sizeof *calibres; i++) {
        for (const char *p = calibres[i]; *p != '\0'; p += strlen(p) + 1) {
            if (strcmp(p, squeezed) == 0) {
                return calibres[i];
            }
        }
    }
    return squeezed;
}

/* What is written where a number was filed off or never struck. */
static bool is_no_serial(const char *serial)
{
    static const char *const words[] = {"OBLITERATED", "REMOVED",        "ERASED",
                                        "DEFACED",     "ILLEGIBLE",      "NONUMBER",
                                        "NOSERIAL",    "NOSERIALNUMBER", "FILEDOFF"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(serial, words[i]) == 0) {
            return true;
        }
    }
    return plm_ident_is_placeholder(plm_span_str(serial)) || plm_ident_is_monotone(serial) ||
           plm_ident_is_counting(serial, SERIAL_MIN);
}

static plm_status read_part(char part[PART_MAX], plm_span *value, const char *what, plm_ident *out)
{
    plm_span field;
    size_t n =
        plm_ident_take_field(value, ":;|", &field) ? plm_ident_squeeze(part, PART_MAX, field) : 0;
    if (n == 0) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "the %s is missing; write make:model:calibre:serial", what);
    }
    if (n == SIZE_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "the %s has more than %d bytes", what,
                                PART_MAX - 5);
    }
    return PLM_OK;
}

plm_status plm_ident_firearm(const char *country, plm_span value, plm_ident *out)
{
    static const char *const names[N_PARTS] = {"make", "model", "calibre", "serial number"};
    char part[N_PARTS][PART_MAX];
    char code[3] = "";
    (void)country;
    for (size_t i = 0; i < N_PARTS; i++) {
        plm_status status = read_part(part[i], &value, names[i], out);
        if (status != PLM_OK) {
            return status;
        }
    }
    value = plm_ident_trim(value);
    if (value.n > 0 && plm_country_find(code, value) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "\"%.*s\" is no country",
                                (int)(value.n < 40 ? value.n : 40), (const char *)value.p);
    }
    if (is_no_serial(part[3])) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "\"%.60s\" is no serial number",
                                part[3]);
    }
    if (strlen(part[3]) < SERIAL_MIN) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "a serial number of %zu characters",
                                strlen(part[3]));
    }
    const char *calibre = calibre_of(part[2]);
    if (strcmp(calibre, part[2]) != 0) {
        plm_ident_step(out, "calibre %s read as %s", part[2], calibre);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s:%s:%s:%s%s%s", part[0], part[1],
                   calibre, part[3], code[0] != '\0' ? ":" : "", code);
    return PLM_OK;
}
