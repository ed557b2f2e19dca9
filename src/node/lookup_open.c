/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_open.c - lookups and their links: with whom, under which agreement and case.
 */
#include "node/lookup_link.h"

#include "base/ct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void close_link(plm_lookup_link *link)
{
    if (link->is_started) {
        (void)pthread_join(link->thread, NULL);
    }
    plm_store_close(link->node.store);
    plm_agreement_destroy(link->agreement);
    plm_frequency_destroy(link->table);
    (void)pthread_cond_destroy(&link->wake);
    plm_wipe(link, sizeof *link);
    free(link);
}

void plm_lookups_close(plm_lookups *lookups)
{
    if (lookups == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&lookups->mutex);
    lookups->is_closing = true;
    for (size_t i = 0; i < lookups->n_links; i++) {
        (void)pthread_cond_signal(&lookups->links[i]->wake);
    }
    (void)pthread_mutex_unlock(&lookups->mutex);
    for (size_t i = 0; i < lookups->n_links; i++) {
        close_link(lookups->links[i]);
    }
    (void)pthread_mutex_destroy(&lookups->mutex);
    (void)pthread_mutex_destroy(&lookups->blinds_mutex);
    (void)pthread_cond_destroy(&lookups->ready);
    free(lookups->links);
    plm_wipe(lookups, sizeof *lookups);
    free(lookups);
}

/* The agreement with the party, the purpose as it counts, and the case to ask under. */
static plm_status prepare_link(plm_lookup_link *link, const char *with, plm_refusal *refusal,
                               const char **detail)
{
    const plm_lookups_config *config = &link->lookups->config;
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    plm_outcome outcome = {0};
    const plm_ask ask = {.with = with,
                         .purpose = config->purpose,
                         .case_ref = config->case_ref,
                         .offence = config->offence};
    plm_status status =
        config->accord_hash != NULL
            ? plm_agreement_load(&link->agreement, link->node.store, config->accord_hash)
            : plm_agreement_find(&link->agreement, link->node.store, link->node.code, with,
                                 config->purpose, today);
    if (status != PLM_OK) {
        return status;
    }
    const plm_party *party = plm_accord_party(link->agreement->accord, with);
    if (party == NULL) {
        return PLM_E_NOT_FOUND;
    }
    const plm_in_force state = plm_agreement_state(link->agreement, today);
    (void)snprintf(link->pin.party, sizeof link->pin.party, "%s", party->code);
    (void)snprintf(link->address, sizeof link->address, "%s", party->address);
    memcpy(link->pin.identity, party->identity, sizeof link->pin.identity);
    status = plm_policy_effective(&link->effective, link->agreement->accord, &state,
                                  link->node.code, with, config->purpose, refusal);
    if (status == PLM_OK) {
        status = plm_ask_take_case(&link->asked, link->node.store, &ask, &link->effective.purpose,
                                   &outcome);
        if (status == PLM_E_REFUSED) {
            *refusal = outcome.refusal;
            *detail = outcome.detail;
        }
    }
    return status == PLM_OK ? plm_select_gate(&link->table, &link->threshold, link->node.store,
                                              &link->effective.purpose)
                            : status;
}

static plm_status add_link(plm_lookups *lookups, const char *with, const char *address,
                           plm_refusal *refusal, const char **detail)
{
    char error[PLM_STORE_ERROR_MAX];
    plm_lookup_link **links = (plm_lookup_link **)realloc(
        lookups->links, (lookups->n_links + 1) * sizeof(plm_lookup_link *));
    plm_lookup_link *link = (plm_lookup_link *)calloc(1, sizeof *link);
    lookups->links = links != NULL ? links : lookups->links;
    if (links == NULL || link == NULL || plm_lookups_init_condition(&link->wake) != 0) {
        free(link);
        return PLM_E_NOMEM;
    }
    link->lookups = lookups;
    link->number = lookups->n_links;
    link->node = lookups->config.node;
    link->node.store = NULL;
    plm_status status = plm_store_open(&link->node.store, lookups->config.store, false, error);
    if (status == PLM_OK) {
        status = prepare_link(link, with, refusal, detail);
    }
    if (status == PLM_OK && address != NULL) {
        (void)snprintf(link->address, sizeof link->address, "%s", address);
    }
    if (status != PLM_OK) {
        close_link(link);
        return status;
    }
    lookups->links[lookups->n_links++] = link;
    return PLM_OK;
}

/* Every party with whom the purpose is in force; those without it are passed over. */
static plm_status add_all(plm_lookups *lookups, plm_refusal *refusal, const char **detail)
{
    plm_tls_pin *pins = NULL;
    size_t n = 0;
    char error[PLM_STORE_ERROR_MAX];
    plm_store *store;
    plm_status status = plm_store_open(&store, lookups->config.store, false, error);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_agreement_pins(&pins, &n, store, lookups->config.node.code, NULL);
    plm_store_close(store);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        plm_refusal why = {0};
        bool is_new = true;
        for (size_t k = 0; k < lookups->n_links; k++) {
            is_new = is_new && strcmp(lookups->links[k]->pin.party, pins[i].party) != 0;
        }
        status = is_new ? add_link(lookups, pins[i].party, NULL, &why, detail) : PLM_OK;
        if (status == PLM_E_REFUSED && why.code == PLM_REFUSAL_CASE) {
            *refusal = why;
        } else if (status == PLM_E_REFUSED || status == PLM_E_NOT_FOUND) {
            status = PLM_OK;
        }
    }
    free(pins);
    return status == PLM_OK && lookups->n_links == 0 ? PLM_E_NOT_FOUND : status;
}

static plm_status start_links(plm_lookups *lookups)
{
    for (size_t i = 0; i < lookups->n_links; i++) {
        plm_lookup_link *link = lookups->links[i];
        if (pthread_create(&link->thread, NULL, plm_link_main, link) != 0) {
            return PLM_E_NOMEM;
        }
        link->is_started = true;
    }
    return PLM_OK;
}

plm_status plm_lookups_open(plm_lookups **out, const plm_lookups_config *config,
                            plm_refusal *refusal, const char **detail)
{
    plm_lookups *lookups = (plm_lookups *)calloc(1, sizeof *lookups);
    *refusal = (plm_refusal){0};
    *detail = NULL;
    if (lookups == NULL) {
        return PLM_E_NOMEM;
    }
    lookups->config = *config;
    if (pthread_mutex_init(&lookups->mutex, NULL) != 0 ||
        pthread_mutex_init(&lookups->blinds_mutex, NULL) != 0 ||
        plm_lookups_init_condition(&lookups->ready) != 0) {
        free(lookups);
        return PLM_E_NOMEM;
    }
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && config->parties != NULL && config->parties[i] != NULL;
         i++) {
        status = add_link(lookups, config->parties[i],
                          config->addresses == NULL ? NULL : config->addresses[i], refusal, detail);
    }
    if (status == PLM_OK && config->parties == NULL) {
        status = add_all(lookups, refusal, detail);
    }
    if (status == PLM_OK) {
        status = start_links(lookups);
    }
    if (status != PLM_OK) {
        plm_lookups_close(lookups);
        return status;
    }
    *out = lookups;
    return PLM_OK;
}
