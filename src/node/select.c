/* SPDX-License-Identifier: Apache-2.0 */
#include "node/select.h"

#include "node/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    TICK_EVERY_RECORDS = 512,
    FEATURES_ARENA_MAX = 64 << 20
};

typedef struct selecting {
    plm_selected *selected;
    const plm_node *node;
    plm_session *session;
    const plm_purpose *purpose;
    bool is_asker;
    plm_date today;
    bool wants_days;
    uint64_t n_total;
    bool has_second_look;
    plm_arena arena;
} selecting;

static plm_status count_features(selecting *s, const plm_record *record)
{
    plm_features features;
    plm_arena_reset(&s->arena);
    plm_status status = plm_features_of(&features, record, s->selected->table, true, &s->arena);
    if (status == PLM_OK) {
        s->selected->n_features += features.n;
    }
    return status;
}

static plm_status keep_going(selecting *s)
{
    if (s->selected->counts.n_records % TICK_EVERY_RECORDS != 0) {
        return PLM_OK;
    }
    if (s->node->cancel != NULL && *s->node->cancel != 0) {
        return PLM_E_CANCELLED;
    }
    if (s->node->progress != NULL) {
        const plm_run_progress progress = {"prepare", s->selected->counts.n_records, s->n_total};
        s->node->progress(s->node->progress_context, &progress);
    }
    return s->session == NULL ? PLM_OK : plm_session_tick(s->session);
}

static plm_status remember(plm_selected *selected, int64_t number)
{
    if (selected->n_numbers == selected->capacity) {
        size_t capacity = selected->capacity == 0 ? 1024 : selected->capacity * 2;
        size_t bytes;
        if (capacity > UINT32_MAX ||
            plm_size_mul(capacity, sizeof *selected->numbers, &bytes) < 0) {
            return PLM_E_LIMIT;
        }
        int64_t *numbers = (int64_t *)realloc(selected->numbers, bytes);
        if (numbers == NULL) {
            return PLM_E_NOMEM;
        }
        selected->numbers = numbers;
        selected->capacity = capacity;
    }
    selected->numbers[selected->n_numbers++] = number;
    return PLM_OK;
}

static plm_exclusion admit_on(const selecting *s, const plm_record *record, int64_t day)
{
    return plm_policy_admit(s->purpose, s->is_asker, record, plm_date_from_days(day));
}

static plm_status add_day(plm_selected *selected, int64_t day, int64_t number)
{
    if (selected->n_days == selected->days_capacity) {
        const size_t capacity = selected->days_capacity == 0 ? 1024 : 2 * selected->days_capacity;
        plm_carrier_day *days = (plm_carrier_day *)realloc(selected->days, capacity * sizeof *days);
        if (days == NULL) {
            return PLM_E_NOMEM;
        }
        selected->days = days;
        selected->days_capacity = capacity;
    }
    selected->days[selected->n_days++] = (plm_carrier_day){(uint32_t)day, number};
    return PLM_OK;
}

/*
 * The first day on which the safeguards say something else of the record. Minors come of age, and
 * retention dates pass, once each: what was said on a day and is said no longer does not come back,
 * so that halving finds the day.
 */
static plm_status note_day(selecting *s, const plm_stored_record *stored, plm_exclusion why)
{
    int64_t same = plm_date_days(s->today);
    int64_t other = same + PLM_SELECT_DAYS;
    if (admit_on(s, &stored->record, other) == why) {
        return PLM_OK;
    }
    while (other - same > 1) {
        const int64_t middle = same + (other - same) / 2;
        if (admit_on(s, &stored->record, middle) == why) {
            same = middle;
        } else {
            other = middle;
        }
    }
    return add_day(s->selected, other, stored->number);
}

static plm_status take_record(void *context, const plm_stored_record *stored)
{
    selecting *s = (selecting *)context;
    plm_selected *selected = s->selected;
    selected->counts.n_records++;
    plm_status status = keep_going(s);
    if (status != PLM_OK) {
        return status;
    }
    plm_exclusion why = plm_policy_admit(s->purpose, s->is_asker, &stored->record, s->today);
    selected->counts.n_excluded[why]++;
    status = s->wants_days ? note_day(s, stored, why) : PLM_OK;
    if (why != PLM_ADMITTED || status != PLM_OK) {
        return status;
    }
    status = remember(selected, stored->number);
    if (status != PLM_OK) {
        return status;
    }
    if (s->has_second_look) {
        status = count_features(s, &stored->record);
    }
    return status == PLM_OK ? plm_token_set_add(&selected->set, &stored->record,
                                                (uint32_t)(selected->n_numbers - 1))
                            : status;
}

plm_status plm_select_gate(plm_frequency **table, plm_bits *threshold, plm_store *store,
                           const plm_purpose *purpose)
{
    const plm_person_rules *rules = &purpose->person_rules;
    *table = NULL;
    *threshold = 0;
    if (!purpose->has_person_rules) {
        return PLM_OK;
    }
    *threshold = plm_person_gate_threshold(rules->records, rules->records, rules->expected_overlap,
                                           (plm_bits)rules->c * PLM_BIT);
    return plm_tables_open(table, store, rules);
}

/* What the rule "person" works with, if the purpose has it. */
static plm_status set_gate(const selecting *s)
{
    plm_selected *out = s->selected;
    plm_status status = plm_select_gate(&out->table, &out->threshold, s->node->store, s->purpose);
    if (status == PLM_OK && out->table != NULL) {
        plm_token_set_gate(&out->set, out->table, out->threshold, s->has_second_look);
    }
    return status;
}

/* All records of the store, through the safeguards. */
static plm_status select_records(selecting *s)
{
    plm_store *store = s->node->store;
    plm_status status = plm_store_count_records(store, &s->n_total);
    if (status == PLM_OK) {
        status = plm_store_each_record(store, NULL, take_record, s);
    }
    if (status == PLM_OK) {
        status = plm_token_set_finish(&s->selected->set);
    }
    s->selected->counts.tokens = s->selected->set.report;
    return status == PLM_OK && s->node->carry != NULL ? plm_select_note(s->node->carry, s->selected)
                                                      : status;
}

static plm_status select_all(selecting *s, const plm_accord *accord)
{
    plm_selected *out = s->selected;
    *out = (plm_selected){0};
    plm_arena_init(&s->arena, FEATURES_ARENA_MAX);
    plm_status status =
        plm_token_set_init(&out->set, accord->hash, s->purpose->rules, s->purpose->n_rules);
    out->set.keeps_common = s->wants_days;
    if (status == PLM_OK) {
        status = set_gate(s);
    }
    if (status == PLM_OK) {
        status = plm_select_recall(s->node->carry, out);
        status = status == PLM_E_NOT_FOUND ? select_records(s) : status;
    }
    plm_arena_wipe(&s->arena);
    return status;
}

plm_status plm_select(plm_selected *out, const plm_node *node, plm_session *session,
                      const plm_accord *accord, const plm_purpose *purpose, bool is_asker,
                      plm_date today)
{
    selecting s = {.selected = out,
                   .node = node,
                   .session = session,
                   .purpose = purpose,
                   .is_asker = is_asker,
                   .today = today,
                   .has_second_look =
                       purpose->has_person_rules && purpose->person_rules.second_look};
    return select_all(&s, accord);
}

static int compare_days(const void *a, const void *b)
{
    const plm_carrier_day *x = (const plm_carrier_day *)a;
    const plm_carrier_day *y = (const plm_carrier_day *)b;
    return x->day != y->day ? (x->day > y->day) - (x->day < y->day)
                            : (x->number > y->number) - (x->number < y->number);
}

plm_status plm_select_for_index(plm_selected *out, const plm_node *node, const plm_accord *accord,
                                const plm_purpose *purpose, plm_date today, bool wants_days)
{
    selecting s = {.selected = out,
                   .node = node,
                   .purpose = purpose,
                   .today = today,
                   .wants_days = wants_days};
    plm_status status = select_all(&s, accord);
    if (status == PLM_OK && out->n_days > 0) {
        qsort(out->days, out->n_days, sizeof *out->days, compare_days);
    }
    return status;
}

void plm_selected_wipe(plm_selected *selected)
{
    plm_token_set_wipe(&selected->set);
    plm_frequency_destroy(selected->table);
    selected->table = NULL;
    free(selected->days);
    selected->days = NULL;
    selected->n_days = 0;
    selected->days_capacity = 0;
    free(selected->numbers);
    selected->numbers = NULL;
    selected->n_numbers = 0;
    selected->capacity = 0;
}
