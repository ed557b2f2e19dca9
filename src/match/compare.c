/* SPDX-License-Identifier: Apache-2.0 */
#include "match/compare.h"

#include "base/ct.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEP = 1 << 18 /* elements sorted or compared in one piece */
};

plm_status plm_compare_init(plm_compare *c, size_t n_own, size_t n_peer)
{
    memset(c, 0, sizeof *c);
    c->n_own = n_own;
    c->n_peer = n_peer;
    /* One more than needed: an empty list is memory too. */
    c->own = (plm_own_value *)calloc(n_own + 1, sizeof *c->own);
    c->is_hit = (uint8_t *)calloc(n_own + 1, sizeof *c->is_hit);
    c->theirs = (plm_value *)calloc(n_peer + 1, sizeof *c->theirs);
    if (c->own == NULL || c->is_hit == NULL || c->theirs == NULL) {
        plm_compare_wipe(c);
        return PLM_E_NOMEM;
    }
    return PLM_OK;
}

void plm_compare_wipe(plm_compare *c)
{
    if (c->own != NULL) {
        plm_wipe(c->own, c->n_own * sizeof *c->own);
    }
    if (c->is_hit != NULL) {
        plm_wipe(c->is_hit, c->n_own * sizeof *c->is_hit);
    }
    if (c->hits != NULL) {
        plm_wipe(c->hits, c->n_hits * sizeof *c->hits);
    }
    free(c->own);
    free(c->theirs);
    free(c->is_hit);
    free(c->hits);
    memset(c, 0, sizeof *c);
}

void plm_compare_set(plm_compare *c, size_t token, const uint8_t value[static PLM_VALUE_BYTES])
{
    memcpy(c->own[token].value.b, value, PLM_VALUE_BYTES);
    c->own[token].token = (uint32_t)token;
}

plm_status plm_compare_take(plm_compare *c, plm_span values)
{
    size_t n = values.n / PLM_VALUE_BYTES;
    if (values.n % PLM_VALUE_BYTES != 0 || n > c->n_peer - c->n_theirs) {
        return PLM_E_PROTOCOL;
    }
    for (size_t i = 0; i < n; i++) {
        plm_value *v = &c->theirs[c->n_theirs];
        memcpy(v->b, values.p + i * PLM_VALUE_BYTES, sizeof v->b);
        if (c->n_theirs > 0 && memcmp((v - 1)->b, v->b, sizeof v->b) >= 0) {
            return PLM_E_PROTOCOL;
        }
        c->n_theirs++;
    }
    return PLM_OK;
}

/* Both lists ascend: what stands in both is found in one pass. */
static void merge(plm_compare *c)
{
    for (size_t i = 0; i < STEP && c->at_own < c->n_own && c->at_theirs < c->n_theirs; i++) {
        const plm_own_value *own = &c->own[c->at_own];
        int order = memcmp(own->value.b, c->theirs[c->at_theirs].b, PLM_VALUE_BYTES);
        if (order == 0) {
            c->is_hit[own->token] = 1;
            c->n_hits++;
        }
        c->at_own += order <= 0;
        c->at_theirs += order > 0;
    }
}

static plm_status collect(plm_compare *c)
{
    size_t n = 0;
    c->hits = (uint32_t *)calloc(c->n_hits + 1, sizeof *c->hits);
    if (c->hits == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t token = 0; token < c->n_own; token++) {
        if (c->is_hit[token]) {
            c->hits[n++] = (uint32_t)token;
        }
    }
    c->is_done = true;
    return PLM_OK;
}

plm_status plm_compare_step(plm_compare *c)
{
    if (!c->is_begun) {
        plm_sorter_init(&c->sorter, c->own, c->n_own, sizeof *c->own);
        c->is_begun = true;
    }
    if (plm_sorter_step(&c->sorter, STEP)) {
        merge(c);
        if (c->at_own == c->n_own || c->at_theirs == c->n_theirs) {
            return collect(c);
        }
    }
    return PLM_OK;
}
