/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_own.c - a party's own list made ready: records that have a token in common joined, so that
 * no token stands in it twice, then filled up with dummies.
 */
#include "match/tally_join.h"
#include "match/tally_list.h"

#include "base/ct.h"
#include "crypto/sign.h"

#include <stdlib.h>

typedef struct joining {
    const plm_tally_config *config;
    plm_map map;
    uint32_t *parent;  /* of each record */
    uint32_t *person;  /* of each record that is the lowest of its component */
    uint8_t *n_tokens; /* of each person */
} joining;

static plm_status joining_init(joining *j, const plm_tally_config *config)
{
    size_t n_tokens = 0;
    *j = (joining){.config = config};
    for (size_t i = 0; i < config->n; i++) {
        if (plm_size_add(n_tokens, config->records[i].n_tokens, &n_tokens) < 0) {
            return PLM_E_NOMEM;
        }
    }
    j->parent = (uint32_t *)calloc(config->n + 1, sizeof *j->parent);
    j->person = (uint32_t *)calloc(config->n + 1, sizeof *j->person);
    j->n_tokens = (uint8_t *)calloc(config->n + 1, 1);
    if (j->parent == NULL || j->person == NULL || j->n_tokens == NULL) {
        return PLM_E_NOMEM;
    }
    plm_join_init(j->parent, config->n);
    return plm_map_init(&j->map, n_tokens);
}

static void joining_wipe(joining *j)
{
    plm_map_wipe(&j->map);
    free(j->parent);
    free(j->person);
    free(j->n_tokens);
}

static plm_status join_records(joining *j)
{
    for (size_t i = 0; i < j->config->n; i++) {
        const plm_tally_record *record = &j->config->records[i];
        for (size_t k = 0; k < record->n_tokens; k++) {
            uint32_t before;
            plm_status status =
                plm_map_put(&j->map, record->tokens[k].b, PLM_TOKEN_BYTES, (uint32_t)i, &before);
            if (status != PLM_OK) {
                return status;
            }
            if (before != PLM_MAP_NONE) {
                plm_join_unite(j->parent, before, (uint32_t)i);
            }
        }
    }
    return PLM_OK;
}

/* Adds a record to its person; the map says which tokens this record had first. */
static plm_status add_record(joining *j, plm_tally_own *own, plm_map *taken, size_t i)
{
    const plm_tally_config *config = j->config;
    const plm_tally_record *record = &config->records[i];
    const uint32_t root = plm_join_root(j->parent, (uint32_t)i);
    if (root == i) {
        if (own->n_persons == config->n_padded[config->me]) {
            return PLM_E_LIMIT;
        }
        j->person[i] = own->n_persons++;
        own->strata[j->person[i]] = record->stratum;
    }
    const uint32_t person = j->person[root];
    if (record->stratum < own->strata[person]) {
        own->strata[person] = record->stratum;
    }
    for (size_t k = 0; k < record->n_tokens; k++) {
        uint32_t before;
        plm_status status =
            plm_map_put(taken, record->tokens[k].b, PLM_TOKEN_BYTES, (uint32_t)i, &before);
        if (status == PLM_OK && before == PLM_MAP_NONE) {
            if (j->n_tokens[person] == config->tokens_each) {
                return PLM_E_LIMIT;
            }
            own->tokens[(size_t)person * config->tokens_each + j->n_tokens[person]++] =
                record->tokens[k];
        }
        if (status != PLM_OK) {
            return status;
        }
    }
    return PLM_OK;
}

plm_status plm_tally_measure(const plm_tally_record *records, size_t n, uint32_t *n_persons,
                             uint32_t *most_tokens)
{
    const plm_tally_config config = {.records = records, .n = n};
    joining j = {0};
    plm_map taken = {0};
    uint32_t *counts = (uint32_t *)calloc(n + 1, sizeof *counts);
    plm_status status = n > PLM_TALLY_POINTS_MAX ? PLM_E_ARGUMENT
                        : counts == NULL         ? PLM_E_NOMEM
                                                 : joining_init(&j, &config);
    status = status == PLM_OK ? join_records(&j) : status;
    status = status == PLM_OK ? plm_map_init(&taken, j.map.n) : status;
    *n_persons = 0;
    *most_tokens = 0;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const uint32_t root = plm_join_root(j.parent, (uint32_t)i);
        *n_persons += root == i;
        for (size_t k = 0; status == PLM_OK && k < records[i].n_tokens; k++) {
            uint32_t before;
            status =
                plm_map_put(&taken, records[i].tokens[k].b, PLM_TOKEN_BYTES, (uint32_t)i, &before);
            counts[root] += before == PLM_MAP_NONE;
        }
        *most_tokens = counts[root] > *most_tokens ? counts[root] : *most_tokens;
    }
    plm_map_wipe(&taken);
    joining_wipe(&j);
    free(counts);
    return status;
}

plm_status plm_tally_own_init(plm_tally_own *own, const plm_tally_config *config)
{
    const size_t n = config->n_padded[config->me];
    const size_t n_tokens = n * config->tokens_each;
    joining j;
    plm_map taken = {0};
    *own = (plm_tally_own){.tokens = (plm_token *)calloc(n_tokens + 1, sizeof *own->tokens),
                           .strata = (uint8_t *)calloc(n + 1, 1)};
    plm_status status = joining_init(&j, config);
    if (own->tokens == NULL || own->strata == NULL) {
        status = PLM_E_NOMEM;
    }
    if (status == PLM_OK) {
        /* Dummies are random tokens, and take the same way as the real ones. */
        plm_random(own->tokens, n_tokens * sizeof *own->tokens);
        status = join_records(&j);
    }
    if (status == PLM_OK) {
        status = plm_map_init(&taken, j.map.n);
    }
    for (size_t i = 0; status == PLM_OK && i < config->n; i++) {
        status = add_record(&j, own, &taken, i);
    }
    if (status == PLM_OK) {
        for (size_t i = own->n_persons; i < n; i++) {
            own->strata[i] = (uint8_t)((i - own->n_persons) % config->n_strata);
        }
    } else {
        plm_tally_own_wipe(own, n_tokens);
    }
    plm_map_wipe(&taken);
    joining_wipe(&j);
    return status;
}

void plm_tally_own_wipe(plm_tally_own *own, size_t n_tokens)
{
    if (own->tokens != NULL) {
        plm_wipe(own->tokens, n_tokens * sizeof *own->tokens);
    }
    free(own->tokens);
    free(own->strata);
    *own = (plm_tally_own){0};
}
