/* SPDX-License-Identifier: Apache-2.0 */
#include "node/standing_marks.h"

#include "base/ct.h"
#include "crypto/hasher.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(crypto_shorthash_BYTES == PLM_STANDING_MARK_BYTES, "SipHash-2-4");

/* One token of one record. */
typedef struct slot {
    uint64_t mark;
    uint32_t token;
} slot;

typedef struct making {
    plm_standing_marks *out;
    const plm_selected *selected;
    slot *slots;   /* by record, then mark */
    size_t *first; /* slots of record r: first[r] .. first[r + 1] */
    size_t at;     /* the next record of ours */
} making;

static int compare_slots(const void *a, const void *b)
{
    const slot *x = (const slot *)a;
    const slot *y = (const slot *)b;
    return (x->mark > y->mark) - (x->mark < y->mark);
}

static uint64_t mark_of(const plm_token *token, const uint8_t key[static crypto_shorthash_KEYBYTES])
{
    uint8_t hash[PLM_STANDING_MARK_BYTES];
    (void)crypto_shorthash(hash, token->b, sizeof token->b, key);
    return plm_load_u64(hash);
}

/* Each record's slots together and in order. */
static plm_status list_slots(making *m, const uint8_t key[static crypto_shorthash_KEYBYTES])
{
    const plm_token_set *set = &m->selected->set;
    const size_t n_records = m->selected->n_numbers;
    m->slots = (slot *)malloc((set->n_entries + 1) * sizeof *m->slots);
    m->first = (size_t *)calloc(n_records + 2, sizeof *m->first);
    if (m->slots == NULL || m->first == NULL) {
        return PLM_E_NOMEM;
    }
    /* first[r + 1] is where the next slot of r goes, and in the end where those of r + 1 begin. */
    for (size_t e = 0; e < set->n_entries; e++) {
        m->first[set->entries[e].record + 2]++;
    }
    for (size_t r = 1; r < n_records + 2; r++) {
        m->first[r] += m->first[r - 1];
    }
    for (size_t i = 0; i < set->n_tokens; i++) {
        const uint64_t mark = mark_of(&set->tokens[i], key);
        for (uint32_t e = set->first[i]; e < set->first[i + 1]; e++) {
            m->slots[m->first[set->entries[e].record + 1]++] = (slot){mark, (uint32_t)i};
        }
    }
    for (size_t r = 0; r < n_records; r++) {
        qsort(m->slots + m->first[r], m->first[r + 1] - m->first[r], sizeof *m->slots,
              compare_slots);
    }
    return PLM_OK;
}

static plm_status add_changed(plm_standing_marks *out, int64_t record, plm_span marks)
{
    if (out->n_changed == out->capacity) {
        const size_t capacity = out->capacity == 0 ? 64 : 2 * out->capacity;
        plm_standing_mark *changed =
            (plm_standing_mark *)realloc(out->changed, capacity * sizeof *changed);
        if (changed == NULL) {
            return PLM_E_NOMEM;
        }
        out->changed = changed;
        out->capacity = capacity;
    }
    out->changed[out->n_changed++] = (plm_standing_mark){record, marks};
    return PLM_OK;
}

/* The marks of one of our records as they are to be kept, each once. */
static plm_span write_marks(making *m, size_t r)
{
    uint8_t *begin = m->out->bytes + m->out->n_bytes;
    size_t n = 0;
    for (size_t i = m->first[r]; i < m->first[r + 1]; i++) {
        if (i == m->first[r] || m->slots[i].mark != m->slots[i - 1].mark) {
            plm_store_u64(begin + n, m->slots[i].mark);
            n += PLM_STANDING_MARK_BYTES;
        }
    }
    return plm_span_of(begin, n);
}

/* Compares one record with what was kept of it, which ascends too; `before` may be empty. */
static plm_status compare_record(making *m, size_t r, plm_span before)
{
    const plm_span now = write_marks(m, r);
    if (plm_span_equal(now, before)) {
        return PLM_OK;
    }
    size_t at = 0;
    for (size_t i = m->first[r]; i < m->first[r + 1]; i++) {
        const uint64_t mark = m->slots[i].mark;
        while (at + PLM_STANDING_MARK_BYTES <= before.n && plm_load_u64(before.p + at) < mark) {
            at += PLM_STANDING_MARK_BYTES;
        }
        if (at + PLM_STANDING_MARK_BYTES > before.n || plm_load_u64(before.p + at) != mark) {
            m->out->n_new += !m->out->is_new[m->slots[i].token];
            m->out->is_new[m->slots[i].token] = true;
        }
    }
    m->out->n_bytes += now.n;
    return add_changed(m->out, m->selected->numbers[r], now);
}

/* Both lists ascend by number. */
static plm_status take_kept(void *context, int64_t record, plm_span marks)
{
    making *m = (making *)context;
    const plm_selected *selected = m->selected;
    plm_status status = PLM_OK;
    m->out->has_none = false;
    while (status == PLM_OK && m->at < selected->n_numbers && selected->numbers[m->at] < record) {
        status = compare_record(m, m->at++, plm_span_of(NULL, 0));
    }
    if (status == PLM_OK && m->at < selected->n_numbers && selected->numbers[m->at] == record) {
        return compare_record(m, m->at++, marks);
    }
    return status == PLM_OK ? add_changed(m->out, record, plm_span_of(NULL, 0)) : status;
}

plm_status plm_standing_marks_make(plm_standing_marks *out, const plm_selected *selected,
                                   plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                                   const uint8_t key[static 32])
{
    making m = {.out = out, .selected = selected};
    uint8_t mark_key[32];
    plm_hasher h;
    *out = (plm_standing_marks){.has_none = true};
    plm_hasher_init(&h, "palermo standing marks");
    plm_hasher_fixed(&h, key, 32);
    plm_hasher_final(&h, mark_key);
    out->bytes = (uint8_t *)malloc((selected->set.n_entries + 1) * PLM_STANDING_MARK_BYTES);
    out->is_new = (bool *)calloc(selected->set.n_tokens + 1, sizeof *out->is_new);
    plm_status status =
        out->bytes == NULL || out->is_new == NULL ? PLM_E_NOMEM : list_slots(&m, mark_key);
    if (status == PLM_OK) {
        status = plm_store_each_standing_mark(store, id, take_kept, &m);
    }
    while (status == PLM_OK && m.at < selected->n_numbers) {
        status = compare_record(&m, m.at++, plm_span_of(NULL, 0));
    }
    plm_wipe(mark_key, sizeof mark_key);
    free(m.slots);
    free(m.first);
    return status;
}

void plm_standing_marks_narrow(const plm_standing_marks *m, plm_token_set *set, uint64_t least)
{
    uint64_t missing = least > m->n_new ? least - m->n_new : 0;
    for (size_t i = 0; i < set->n_tokens && missing > 0; i++) {
        if (!m->is_new[i]) {
            m->is_new[i] = true;
            missing--;
        }
    }
    plm_token_set_keep(set, m->is_new);
}

void plm_standing_marks_wipe(plm_standing_marks *m)
{
    free(m->changed);
    free(m->bytes);
    free(m->is_new);
    *m = (plm_standing_marks){0};
}
