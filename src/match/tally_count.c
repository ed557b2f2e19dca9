/* SPDX-License-Identifier: Apache-2.0 */
#include "match/tally_count.h"

#include "base/ct.h"

#include <stdlib.h>

enum {
    JOIN_PIECE = 1 << 16 /* points */
};

plm_status plm_tally_count_init(plm_tally_count *count)
{
    size_t n_points = 0;
    for (unsigned j = 0; j < count->n_parties; j++) {
        count->starts[j + 1] = count->starts[j] + count->lists[j]->n;
        n_points += (size_t)count->lists[j]->n * count->lists[j]->each;
    }
    const size_t n = count->starts[count->n_parties];
    count->parent = (uint32_t *)calloc(n + 1, sizeof *count->parent);
    if (count->parent == NULL) {
        return PLM_E_NOMEM;
    }
    plm_join_init(count->parent, n);
    return plm_map_init(&count->map, n_points);
}

void plm_tally_count_wipe(plm_tally_count *count)
{
    plm_map_wipe(&count->map);
    free(count->parent);
    free(count->cells);
    plm_wipe(count, sizeof *count);
}

static plm_status join_record(plm_tally_count *count, const plm_map *seen)
{
    const plm_tally_list *list = count->lists[count->list];
    const uint32_t record = count->starts[count->list] + count->record;
    const uint8_t *point = list->points + (size_t)count->record * list->each * PLM_ELEMENT_BYTES;
    for (uint32_t k = 0; k < list->each; k++, point += PLM_ELEMENT_BYTES) {
        uint32_t before;
        plm_status status = plm_map_put(&count->map, point, PLM_ELEMENT_BYTES, record, &before);
        if (status != PLM_OK) {
            return status;
        }
        if (plm_map_get(seen, point, PLM_ELEMENT_BYTES) != PLM_MAP_NONE) {
            return PLM_E_PROTOCOL;
        }
        if (before != PLM_MAP_NONE) {
            /* The last list that had it; at or after this one's start means in this list. */
            if (before >= count->starts[count->list]) {
                return PLM_E_PROTOCOL;
            }
            plm_join_unite(count->parent, before, record);
        }
    }
    return PLM_OK;
}

/* What the persons' lowest records say, and in which lists they stand. */
static void fill_table(plm_tally_count *count, uint8_t *strata, uint8_t *histories)
{
    for (unsigned j = 0; j < count->n_parties; j++) {
        for (uint32_t i = 0; i < count->lists[j]->n; i++) {
            const uint32_t record = count->starts[j] + i;
            const uint32_t root = plm_join_root(count->parent, record);
            const uint8_t stratum = count->lists[j]->strata[i];
            if (root == record || (root >= count->starts[j] && stratum < strata[root])) {
                strata[root] = stratum;
            }
            histories[root] |= (uint8_t)(1U << j);
        }
    }
    for (uint32_t r = 0; r < count->starts[count->n_parties]; r++) {
        if (count->parent[r] == r) {
            count->cells[((size_t)strata[r] << count->n_parties) | histories[r]]++;
        }
    }
}

/* Each dummy is a person of its list alone; they are of all strata in turn. */
static plm_status take_dummies_out(plm_tally_count *count)
{
    for (unsigned j = 0; j < count->n_parties; j++) {
        for (unsigned s = 0; s < count->n_strata; s++) {
            const uint64_t n =
                ((uint64_t)count->n_dummies[j] + count->n_strata - 1 - s) / count->n_strata;
            uint64_t *cell = &count->cells[((size_t)s << count->n_parties) | 1U << j];
            if (*cell < n) {
                return PLM_E_PROTOCOL;
            }
            *cell -= n;
        }
    }
    return PLM_OK;
}

static plm_status make_table(plm_tally_count *count)
{
    const size_t n = count->starts[count->n_parties];
    uint8_t *strata = (uint8_t *)calloc(n + 1, 1);
    uint8_t *histories = (uint8_t *)calloc(n + 1, 1);
    plm_status status = PLM_E_NOMEM;
    count->cells =
        (uint64_t *)calloc((size_t)count->n_strata << count->n_parties, sizeof *count->cells);
    if (strata != NULL && histories != NULL && count->cells != NULL) {
        fill_table(count, strata, histories);
        status = take_dummies_out(count);
    }
    free(strata);
    free(histories);
    return status;
}

plm_status plm_tally_count_step(plm_tally_count *count, const plm_map *seen)
{
    for (uint32_t n = 0; n < JOIN_PIECE && count->list < count->n_parties;) {
        const plm_tally_list *list = count->lists[count->list];
        if (count->record == list->n) {
            count->list++;
            count->record = 0;
            continue;
        }
        plm_status status = join_record(count, seen);
        if (status != PLM_OK) {
            return status;
        }
        count->record++;
        count->n_joined++;
        n += list->each;
    }
    return count->list == count->n_parties ? make_table(count) : PLM_OK;
}
