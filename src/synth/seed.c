/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/seed.h"

#include "crypto/sign.h"
#include "synth/row.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    PREFIX_DIGITS = 8,
    YEARS_AWAY = 100
};

void plm_seed_prefix(char out[static PLM_SEED_ID_MAX], const uint8_t accord_hash[static 32],
                     const char *purpose)
{
    char hex[PREFIX_DIGITS + 1];
    plm_hex_encode(hex, accord_hash, PREFIX_DIGITS / 2);
    (void)snprintf(out, PLM_SEED_ID_MAX, "seed:%s:%.32s:", hex, purpose);
}

/* What everything is drawn from: BLAKE2b-256("seed" || accord || purpose), the first 8 bytes. */
static plm_status key_of(const plm_seed_plan *plan, uint64_t *key)
{
    uint8_t hash[32];
    plm_buf text;
    plm_buf_init(&text, 128);
    plm_status status = plm_buf_append(&text, "seed", 4);
    if (status == PLM_OK) {
        status = plm_buf_append(&text, plan->accord_hash, 32);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&text, plan->purpose, strlen(plan->purpose));
    }
    if (status == PLM_OK) {
        plm_hash256(hash, plm_buf_span(&text));
        *key = plm_load_u64(hash);
    }
    plm_buf_wipe(&text);
    return status;
}

static plm_status append_person(const plm_seed_plan *plan, uint64_t key, unsigned number,
                                plm_buf *out)
{
    const uint32_t left_out = PLM_SYNTH_PASSPORT | PLM_SYNTH_PLATE | PLM_SYNTH_RETENTION |
                              PLM_SYNTH_GRADING | PLM_SYNTH_MINOR_FLAG;
    char id[PLM_SEED_ID_MAX + 16];
    plm_synth_person person;
    plm_synth_view view;
    plm_synth_person_draw(&person, key, PLM_SEED_MAX, number);
    person.is_minor = false;
    person.role = plan->role;
    person.offence = plan->offence;
    person.has &= ~left_out;
    plm_synth_view_draw(&view, &person, plm_synth_mix(key + plan->place), number, plan->place > 0);
    view.role = plan->role;
    view.more_offence = NULL;
    if (view.birth.year != 0) {
        view.birth.year = (uint16_t)(view.birth.year - YEARS_AWAY);
    }
    if (view.birth.month == 2 && view.birth.day == 29) {
        view.birth.day = 28; /* 1900 was no leap year */
    }
    plm_seed_prefix(id, plan->accord_hash, plan->purpose);
    (void)snprintf(id + strlen(id), 16, "%05u", number + 1);
    return plm_synth_row_append(out, &person, &view, key, id);
}

plm_status plm_seed_write(const plm_seed_plan *plan, plm_buf *out)
{
    uint64_t key = 0;
    const plm_span header = plm_synth_row_header();
    if (plan->n == 0 || plan->n > PLM_SEED_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = key_of(plan, &key);
    if (status == PLM_OK) {
        status = plm_buf_append(out, header.p, header.n);
    }
    for (unsigned i = 0; status == PLM_OK && i < plan->n; i++) {
        status = append_person(plan, key, i, out);
    }
    return status;
}

void plm_seed_interval(uint64_t k, uint64_t n, double *low, double *high)
{
    const double z = 1.959964;
    if (n == 0) {
        *low = 0;
        *high = 1;
        return;
    }
    const double size = (double)n;
    const double p = (double)k / size;
    const double middle = (p + z * z / (2 * size)) / (1 + z * z / size);
    const double half =
        z * sqrt(p * (1 - p) / size + z * z / (4 * size * size)) / (1 + z * z / size);
    *low = k == 0 ? 0 : middle - half;
    *high = k == n ? 1 : middle + half;
}
