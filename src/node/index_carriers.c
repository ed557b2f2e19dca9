/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_carriers.c - which records carry which tokens of an index, written beside it.
 */
#include "node/index_work.h"

#include "base/ct.h"
#include "index/carriers.h"

#include <stdlib.h>
#include <string.h>

/* The arrays that a source points to. */
typedef struct keeping {
    uint64_t *numbers;
    uint32_t *first;
    uint32_t *records;
    plm_token *common; /* SECRET */
    size_t n_common;
} keeping;

/* Tokens of the set and, behind them, the common ones; entries alike. */
static void list_entries(keeping *k, const plm_token_set *set)
{
    uint32_t at = 0;
    for (size_t i = 0; i < set->n_entries; i++) {
        k->records[at++] = set->entries[i].record;
    }
    memcpy(k->first, set->first, (set->n_tokens + 1) * sizeof *k->first);
    for (size_t i = 0; i < set->n_common; i++) {
        if (i == 0 ||
            memcmp(set->common[i].token.b, set->common[i - 1].token.b, PLM_TOKEN_BYTES) != 0) {
            k->first[set->n_tokens + k->n_common] = at;
            k->common[k->n_common++] = set->common[i].token;
        }
        k->records[at++] = set->common[i].record;
    }
    k->first[set->n_tokens + k->n_common] = at;
}

static void list_numbers(keeping *k, const plm_index_work *w)
{
    for (size_t i = 0; i < w->selected.n_numbers; i++) {
        const int64_t number = w->selected.numbers[i];
        k->numbers[i] = (uint64_t)number;
        if (w->epoch->has_labels && plm_index_work_is_urgent(w, number)) {
            k->numbers[i] |= PLM_CARRIER_URGENT;
        }
    }
}

static plm_status keep_lists(const plm_index_work *w, const plm_stored_epoch *epoch, keeping *k)
{
    char path[PATH_MAX];
    list_entries(k, &w->selected.set);
    list_numbers(k, w);
    plm_carriers_source source = {
        .last_number = w->last_number,
        .until_day = (uint32_t)(plm_date_days(plm_date_of_ms(epoch->made_ms)) + PLM_SELECT_DAYS),
        .numbers = k->numbers,
        .n_records = w->selected.n_numbers,
        .n_tokens = w->selected.set.n_tokens,
        .common = k->common,
        .n_common = k->n_common,
        .first = k->first,
        .records = k->records,
        .days = w->selected.days,
        .n_days = w->selected.n_days};
    memcpy(source.root, epoch->root, sizeof source.root);
    plm_index_scope_hash(source.scope, w->scope);
    plm_status status = plm_index_path(path, w->node, NULL, epoch->accord_hash, epoch->purpose,
                                       epoch->epoch, PLM_INDEX_FILE_CARRIERS);
    return status == PLM_OK ? plm_carriers_write(path, &source) : status;
}

plm_status plm_index_carriers_keep(const plm_index_work *w, const plm_stored_epoch *epoch)
{
    const plm_token_set *set = &w->selected.set;
    const size_t n_entries = set->n_entries + set->n_common;
    plm_status status = PLM_E_LIMIT;
    if (n_entries >= UINT32_MAX) {
        return status;
    }
    keeping k = {.numbers = (uint64_t *)calloc(w->selected.n_numbers + 1, sizeof *k.numbers),
                 .first = (uint32_t *)calloc(set->n_tokens + set->n_common + 1, sizeof *k.first),
                 .records = (uint32_t *)calloc(n_entries + 1, sizeof *k.records),
                 .common = (plm_token *)calloc(set->n_common + 1, sizeof *k.common)};
    status = k.numbers == NULL || k.first == NULL || k.records == NULL || k.common == NULL
                 ? PLM_E_NOMEM
                 : keep_lists(w, epoch, &k);
    if (k.common != NULL) {
        plm_wipe(k.common, (set->n_common + 1) * sizeof *k.common);
    }
    free(k.numbers);
    free(k.first);
    free(k.records);
    free(k.common);
    return status;
}
