/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_pairs.c - pairs of a record of ours and a link, from the tokens in common.
 */
#include "node/run_pairs.h"

#include "base/ct.h"
#include "node/run_hits.h"

#include <stdlib.h>
#include <string.h>

static int compare_pairs(const plm_run_agreement *a, const plm_run_agreement *b)
{
    if (a->record != b->record) {
        return a->record < b->record ? -1 : 1;
    }
    return memcmp(a->link.b, b->link.b, sizeof a->link.b);
}

static int compare_agreements(const void *a, const void *b)
{
    const plm_run_agreement *x = (const plm_run_agreement *)a;
    const plm_run_agreement *y = (const plm_run_agreement *)b;
    int order = compare_pairs(x, y);
    return order != 0 ? order : (x->rule > y->rule) - (x->rule < y->rule);
}

/* The links that hit number i was labelled with; one of zeros where the engine gave none. */
static size_t links_of(const plm_session_result *hits, size_t i,
                       plm_link out[static PLM_LINKS_PER_TOKEN])
{
    static const plm_link none = {{0}};
    size_t n = 0;
    out[0] = none;
    for (size_t k = 0; hits->labels != NULL && k < PLM_LINKS_PER_TOKEN; k++) {
        const uint8_t *link = hits->labels + i * PLM_LABEL_BYTES + k * PLM_LINK_BYTES;
        if (memcmp(link, none.b, sizeof none.b) != 0) {
            memcpy(out[n++].b, link, PLM_LINK_BYTES);
        }
    }
    return n == 0 ? 1 : n;
}

/* All agreements, sorted. */
static plm_status list_agreements(const plm_run_side *side, plm_run_pairs *out)
{
    const plm_token_set *set = &side->selected.set;
    const plm_session_result *hits = &side->hits;
    plm_link links[PLM_LINKS_PER_TOKEN];
    size_t count = 0;
    for (size_t i = 0; i < hits->n_hits; i++) {
        const size_t n_carriers = set->first[hits->hits[i] + 1] - set->first[hits->hits[i]];
        count += n_carriers * links_of(hits, i, links);
    }
    plm_run_agreement *list = (plm_run_agreement *)calloc(count + 1, sizeof *list);
    if (list == NULL) {
        return PLM_E_NOMEM;
    }
    size_t at = 0;
    for (size_t i = 0; i < hits->n_hits; i++) {
        const uint32_t token = hits->hits[i];
        const size_t n_links = links_of(hits, i, links);
        for (uint32_t e = set->first[token]; e < set->first[token + 1]; e++) {
            const plm_token_entry *entry = &set->entries[e];
            for (size_t k = 0; k < n_links; k++) {
                list[at++] = (plm_run_agreement){.record = entry->record,
                                                 .rule = entry->rule,
                                                 .pattern = entry->pattern,
                                                 .token = token,
                                                 .link = links[k]};
            }
        }
    }
    qsort(list, count, sizeof *list, compare_agreements);
    out->agreements = list;
    out->n_agreements = count;
    return PLM_OK;
}

static plm_status group(plm_run_pairs *p)
{
    p->pairs = (plm_run_pair *)calloc(p->n_agreements + 1, sizeof *p->pairs);
    if (p->pairs == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < p->n_agreements; i++) {
        const plm_run_agreement *a = &p->agreements[i];
        if (i == 0 || compare_pairs(a, a - 1) != 0) {
            p->pairs[p->n++].first = i;
        }
        plm_run_pair *pair = &p->pairs[p->n - 1];
        pair->last = i + 1;
        pair->is_person = pair->is_person || a->rule == PLM_RULE_PERSON;
        pair->is_strong = pair->is_strong || a->rule != PLM_RULE_PERSON;
    }
    return PLM_OK;
}

plm_status plm_run_pairs_make(plm_run_side *side)
{
    plm_run_pairs *p = (plm_run_pairs *)calloc(1, sizeof *p);
    if (p == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = list_agreements(side, p);
    if (status == PLM_OK) {
        status = group(p);
    }
    if (status != PLM_OK) {
        plm_run_pairs_destroy(p);
        return status;
    }
    side->pairs = p;
    return PLM_OK;
}

void plm_run_pairs_destroy(plm_run_pairs *p)
{
    if (p == NULL) {
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        if (p->pairs[i].words != NULL) {
            plm_wipe(p->pairs[i].words, strlen(p->pairs[i].words));
        }
        free(p->pairs[i].words);
    }
    if (p->look != NULL) {
        plm_wipe(p->look, p->n_look * sizeof *p->look);
    }
    if (p->agreements != NULL) {
        plm_wipe(p->agreements, p->n_agreements * sizeof *p->agreements);
    }
    free(p->agreements);
    free(p->pairs);
    free(p->look);
    free(p->has_agreed);
    free(p);
}
