/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select.h - which records take part in a run, and their tokens.
 */
#ifndef PLM_NODE_SELECT_H
#define PLM_NODE_SELECT_H

#include "index/carriers.h"
#include "node/node.h"

typedef struct plm_selected {
    plm_token_set set; /* the entries' record numbers are indices into `numbers` */
    int64_t *numbers;  /* numbers in the store */
    size_t n_numbers;
    size_t capacity;
    plm_selection counts;
    plm_frequency *table; /* of the rule "person"; NULL without it */
    plm_bits threshold;
    uint64_t n_features;   /* in a second look; 0 where the purpose has none */
    plm_carrier_day *days; /* of plm_select_for_index, ascending by day */
    size_t n_days;
    size_t days_capacity;
} plm_selected;

enum {
    PLM_SELECT_DAYS = 400 /* so many days ahead plm_select_for_index looks */
};

/*
 * Takes the store's records through the purpose's safeguards (plm_policy_admit) and makes the
 * tokens. session: ticked meanwhile; NULL if none is open yet. PLM_E_CANCELLED, PLM_E_STORE,
 * PLM_E_NOMEM, PLM_E_LIMIT, PLM_E_NOT_FOUND (the accord names a table that this node lacks), or a
 * tick's status. To be wiped in any case.
 */
/* In a carried run: what was selected the first time. */
plm_status plm_select(plm_selected *out, const plm_node *node, plm_session *session,
                      const plm_accord *accord, const plm_purpose *purpose, bool is_asker,
                      plm_date today) PLM_MUST_CHECK;

/*
 * The same for an index, whose lookups have no second look. wants_days: it is brought up to date
 * later, so with the common tokens (set.common), and the days on which, up to PLM_SELECT_DAYS from
 * today, a record is let in or left out that is not today.
 */
plm_status plm_select_for_index(plm_selected *out, const plm_node *node, const plm_accord *accord,
                                const plm_purpose *purpose, plm_date today,
                                bool wants_days) PLM_MUST_CHECK;

/* carry_select.c: notes what was selected, and recalls it (PLM_E_NOT_FOUND). */
plm_status plm_select_note(plm_carry *carry, const plm_selected *selected) PLM_MUST_CHECK;
plm_status plm_select_recall(const plm_carry *carry, plm_selected *out) PLM_MUST_CHECK;

void plm_selected_wipe(plm_selected *selected);

/*
 * What the rule "person" works with: the table that the accord pins (owned by the caller; NULL if
 * the purpose has no such rule) and the threshold. PLM_E_NOT_FOUND: this node does not have it.
 */
plm_status plm_select_gate(plm_frequency **table, plm_bits *threshold, plm_store *store,
                           const plm_purpose *purpose) PLM_MUST_CHECK;

#endif
