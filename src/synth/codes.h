/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codes.h - identifiers made from a serial number, with right check digits (synth.h says from which
 * ranges). Different serials give different identifiers as long as they are below the space named.
 * Each writes a terminated string of at most PLM_SYNTH_CODE_MAX bytes.
 */
#ifndef PLM_SYNTH_CODES_H
#define PLM_SYNTH_CODES_H

#include <stddef.h>
#include <stdint.h>

enum {
    PLM_SYNTH_CODE_MAX = 64
};

#define PLM_SYNTH_SPACE ((uint64_t)1000000000) /* serials every function below can tell apart */

/* Canonical E.164, "+447700900123". */
void plm_synth_phone(char out[PLM_SYNTH_CODE_MAX], uint64_t serial);
/* ISO 13616-1; the country follows from the serial. */
void plm_synth_iban(char out[PLM_SYNTH_CODE_MAX], uint64_t serial);
/* 15 digits, 3GPP TS 23.003 annex B. */
void plm_synth_imei(char out[PLM_SYNTH_CODE_MAX], uint64_t serial);
/* ISO 3779, check digit of 49 CFR 565.15(c). */
void plm_synth_vin(char out[PLM_SYNTH_CODE_MAX], uint64_t serial);
/* Two letters and seven digits. */
void plm_synth_passport(char out[PLM_SYNTH_CODE_MAX], uint64_t serial);
/* Letters and digits as countries' plates have them, without separators. */
void plm_synth_plate(char out[PLM_SYNTH_CODE_MAX], uint64_t serial);
/* P2PKH, Base58Check with version 0, of the 20 bytes. */
void plm_synth_btc(char out[PLM_SYNTH_CODE_MAX], const uint8_t hash[static 20]);
/* "0x" and 40 lower-case digits. */
void plm_synth_eth(char out[PLM_SYNTH_CODE_MAX], const uint8_t hash[static 20]);

#endif
