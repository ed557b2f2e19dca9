/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone_table.h - how each region dials: the facts phone.c works with.
 */
#ifndef PLM_IDENT_PHONE_TABLE_H
#define PLM_IDENT_PHONE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* What is dialled before the country code of a number abroad; "00" is understood everywhere but
 * with IDD_CARRIER. */
typedef enum plm_phone_idd {
    IDD_00,
    IDD_010,
    IDD_011,
    IDD_119,
    IDD_810,
    IDD_CARRIER /* begins with 00, but more digits follow: 0011, 009, or a choice of carriers */
} plm_phone_idd;

typedef struct plm_phone_region {
    char region[3];    /* ISO 3166-1 alpha-2, ascending */
    uint16_t code;     /* E.164 country code */
    const char *trunk; /* prefixes of national dialling, "8", "01|044|045"; "" none */
    /* Digits of a national number. Where it is not 0, a trunk prefix is one only if this many
     * digits follow it. */
    uint8_t n_national;
    plm_phone_idd idd;
} plm_phone_region;

extern const plm_phone_region plm_phone_regions[];
extern const size_t plm_phone_n_regions;
/* Country codes of E.164 that are assigned, ascending; those without a region too. */
extern const uint16_t plm_phone_codes[];
extern const size_t plm_phone_n_codes;

#endif
