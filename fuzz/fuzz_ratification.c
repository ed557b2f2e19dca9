/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_ratification.c - any bytes as a ratification or a denunciation: what is taken in keeps the
 * promises of accord/ratification.h.
 */
#include "accord/ratification.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_ratification(const plm_ratification *r)
{
    require(r->n_catalogue >= 1 && r->n_reservations <= PLM_RESERVATIONS_MAX);
    require(strlen(r->head.party) >= 2 && strlen(r->head.party) < PLM_CODE_MAX);
    require(r->head.time_ms >= 0 && r->head.body.n > 0 && r->head.body.p[0] == '{');
    for (size_t i = 0; i < r->n_catalogue; i++) {
        require(plm_offence_find(r->catalogue[i]) != NULL);
    }
    for (size_t i = 0; i < r->n_reservations; i++) {
        const plm_reservation *v = &r->reservations[i];
        require(v->reason != NULL && v->reason[0] != '\0');
        require(v->categories >> PLM_ROLE_COUNT == 0);
        require((v->engines & ~(1U << PLM_ENGINE_OPRF | 1U << PLM_ENGINE_VOLE)) == 0);
        require(v->labels >> plm_label_count() == 0);
        require(v->has_term >> PLM_TERM_COUNT == 0);
        for (size_t j = 0; j < v->n_offences; j++) {
            require(plm_offence_find(v->offences[j]) != NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_ratification r;
    plm_denunciation d;
    if (plm_ratification_parse(&r, plm_span_of(data, size), &quiet, "fuzz") == PLM_OK) {
        check_ratification(&r);
        plm_ratification_wipe(&r);
    }
    if (plm_denunciation_parse(&d, plm_span_of(data, size), &quiet, "fuzz") == PLM_OK) {
        require(plm_date_is_valid(d.last_day) && d.last_day.day > 0 && d.reason[0] != '\0');
        plm_denunciation_wipe(&d);
    }
    return 0;
}
