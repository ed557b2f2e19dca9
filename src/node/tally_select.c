/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_select.c - which of our records take part in a tally, with their tokens and strata.
 *
 * This is the one place where a record of a victim goes into anything with other parties but a
 * match for its protection: through plm_policy_admit_tally, under a purpose that plm_policy_tally
 * let pass, into a list of which nothing but a table leaves.
 */
#include "node/tally.h"

#include "base/ct.h"
#include "match/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
    LOOK_EVERY = 512 /* records between two looks at the wish to stop */
};

typedef struct selecting {
    const plm_node *node;
    const plm_purpose *purpose;
    const plm_tally_proposal *proposal;
    plm_tally_list_of_ours *out;
    plm_token_set set;
    uint8_t *strata;
    size_t n;
    size_t capacity;
    uint64_t n_seen;
} selecting;

static plm_status take_record(void *context, const plm_stored_record *stored)
{
    selecting *s = (selecting *)context;
    if (++s->n_seen % LOOK_EVERY == 0 && s->node->cancel != NULL && *s->node->cancel != 0) {
        return PLM_E_CANCELLED;
    }
    if (stored->is_seed) {
        return PLM_OK; /* invented: nobody to be counted */
    }
    const plm_exclusion why = plm_policy_admit_tally(s->purpose, &stored->record, s->proposal->day);
    s->out->n_excluded[why]++;
    if (why != PLM_ADMITTED) {
        return PLM_OK;
    }
    if (s->n == s->capacity) {
        const size_t capacity = s->capacity == 0 ? 1024 : 2 * s->capacity;
        uint8_t *strata =
            capacity > PLM_TALLY_LIST_MAX ? NULL : (uint8_t *)realloc(s->strata, capacity);
        if (strata == NULL) {
            return capacity > PLM_TALLY_LIST_MAX ? PLM_E_LIMIT : PLM_E_NOMEM;
        }
        s->strata = strata;
        s->capacity = capacity;
    }
    s->strata[s->n] = plm_strata_of(&s->proposal->strata, &stored->record, s->proposal->day);
    return plm_token_set_add(&s->set, &stored->record, (uint32_t)s->n++);
}

/* From entries sorted by token to the tokens of each record. */
static plm_status sort_by_record(selecting *s)
{
    plm_tally_list_of_ours *out = s->out;
    size_t *filled = (size_t *)calloc(s->n + 1, sizeof *filled);
    out->records = (struct plm_tally_record *)calloc(s->n + 1, sizeof *out->records);
    out->tokens = (plm_token *)calloc(s->set.n_entries + 1, sizeof *out->tokens);
    if (filled == NULL || out->records == NULL || out->tokens == NULL) {
        free(filled);
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < s->set.n_entries; i++) {
        out->records[s->set.entries[i].record].n_tokens++;
    }
    size_t at = 0;
    for (size_t i = 0; i < s->n; i++) {
        out->records[i].tokens = out->tokens + at;
        out->records[i].stratum = s->strata[i];
        filled[i] = at;
        at += out->records[i].n_tokens;
    }
    for (size_t i = 0; i < s->set.n_entries; i++) {
        out->tokens[filled[s->set.entries[i].record]++] = s->set.entries[i].token;
    }
    out->n_records = s->n;
    free(filled);
    return plm_tally_measure(out->records, out->n_records, &out->n_persons, &out->most_tokens);
}

plm_status plm_tally_select(plm_tally_list_of_ours *out, const plm_node *node,
                            const plm_accord *accord, const plm_purpose *purpose,
                            const plm_tally_proposal *proposal)
{
    *out = (plm_tally_list_of_ours){0};
    selecting s = {.node = node, .purpose = purpose, .proposal = proposal, .out = out};
    plm_status status = plm_token_set_init(&s.set, accord->hash, purpose->rules, purpose->n_rules);
    if (status == PLM_OK) {
        status = plm_store_each_record(node->store, NULL, take_record, &s);
    }
    if (status == PLM_OK) {
        status = plm_token_set_finish(&s.set);
    }
    if (status == PLM_OK) {
        status = sort_by_record(&s);
    }
    plm_token_set_wipe(&s.set);
    free(s.strata);
    return status;
}

void plm_tally_select_wipe(plm_tally_list_of_ours *list)
{
    size_t n_tokens = 0;
    for (size_t i = 0; i < list->n_records; i++) {
        n_tokens += list->records[i].n_tokens;
    }
    if (list->tokens != NULL) {
        plm_wipe(list->tokens, n_tokens * sizeof *list->tokens);
    }
    free(list->tokens);
    free(list->records);
    *list = (plm_tally_list_of_ours){0};
}
