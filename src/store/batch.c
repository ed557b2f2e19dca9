/* SPDX-License-Identifier: Apache-2.0 */
#include "store/batch.h"

#include <string.h>

void plm_batch_init(plm_batch *batch)
{
    plm_arena_init(&batch->arena, PLM_BATCH_BYTES);
    batch->n = 0;
    batch->n_refusals = 0;
    batch->n_bytes = 0;
    memset(batch->slots, 0, sizeof batch->slots);
}

void plm_batch_clear(plm_batch *batch)
{
    plm_arena_reset(&batch->arena);
    batch->n = 0;
    batch->n_refusals = 0;
    batch->n_bytes = 0;
    memset(batch->slots, 0, sizeof batch->slots);
}

void plm_batch_wipe(plm_batch *batch)
{
    plm_arena_wipe(&batch->arena);
}

/* FNV-1a, 64 bits (draft-eastlake-fnv-17): ids are the authority's own, nobody chooses them ill. */
static size_t slot_of(plm_span id)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < id.n; i++) {
        h = (h ^ id.p[i]) * UINT64_C(1099511628211);
    }
    return (size_t)(h ^ h >> 32) & (PLM_BATCH_SLOTS - 1);
}

/* Where the record is, or would be. */
static size_t probe(const plm_batch *batch, plm_span id)
{
    size_t slot = slot_of(id);
    while (batch->slots[slot] != 0 &&
           !plm_span_equal(plm_span_str(batch->records[batch->slots[slot] - 1].record.id), id)) {
        slot = (slot + 1) & (PLM_BATCH_SLOTS - 1);
    }
    return slot;
}

plm_batch_record *plm_batch_find(plm_batch *batch, plm_span source_id)
{
    uint16_t place = batch->slots[probe(batch, source_id)];
    return place != 0 ? &batch->records[place - 1] : NULL;
}

static const char *keep(plm_batch *batch, const char *text)
{
    const plm_span bytes = plm_span_str(text);
    batch->n_bytes += bytes.n;
    return plm_arena_string(&batch->arena, bytes);
}

static plm_status copy_record(plm_batch *batch, plm_record *out, const plm_record *r)
{
    plm_value *values = (plm_value *)plm_arena_array(&batch->arena, r->n_values, sizeof *values);
    const char **offences =
        (const char **)plm_arena_array(&batch->arena, r->n_offences, sizeof *offences);
    *out = *r;
    out->id = keep(batch, r->id);
    bool good = values != NULL && offences != NULL && out->id != NULL;
    for (size_t i = 0; good && i < r->n_offences; i++) {
        offences[i] = keep(batch, r->offences[i]);
        good = offences[i] != NULL;
    }
    for (size_t i = 0; good && i < r->n_values; i++) {
        values[i] = r->values[i];
        values[i].raw = keep(batch, r->values[i].raw);
        values[i].canonical = keep(batch, r->values[i].canonical);
        good = values[i].raw != NULL && values[i].canonical != NULL;
    }
    out->offences = offences;
    out->values = values;
    return good ? PLM_OK : PLM_E_NOMEM;
}

plm_status plm_batch_add(plm_batch *batch, const plm_record *record)
{
    const size_t slot = probe(batch, plm_span_str(record->id));
    if (batch->slots[slot] != 0) {
        return PLM_E_EXISTS;
    }
    if (batch->n == PLM_BATCH_MAX || batch->n_bytes >= PLM_BATCH_FULL_BYTES) {
        return PLM_E_LIMIT;
    }
    plm_batch_record *b = &batch->records[batch->n];
    *b = (plm_batch_record){.number = 0};
    plm_status status = copy_record(batch, &b->record, record);
    if (status == PLM_OK) {
        plm_record_digest(b->digest, record);
        batch->slots[slot] = (uint16_t)++batch->n;
    }
    return status;
}

plm_status plm_batch_refuse(plm_batch *batch, const plm_batch_refusal *refusal)
{
    if (batch->n_refusals == PLM_BATCH_MAX || batch->n_bytes >= PLM_BATCH_FULL_BYTES) {
        return PLM_E_LIMIT;
    }
    plm_batch_refusal copy = {.file = keep(batch, refusal->file),
                              .line = refusal->line,
                              .field = refusal->field != NULL ? keep(batch, refusal->field) : NULL,
                              .reason = keep(batch, refusal->reason)};
    if (copy.file == NULL || copy.reason == NULL ||
        (refusal->field != NULL && copy.field == NULL)) {
        return PLM_E_NOMEM;
    }
    batch->refusals[batch->n_refusals++] = copy;
    return PLM_OK;
}

bool plm_batch_is_empty(const plm_batch *batch)
{
    return batch->n == 0 && batch->n_refusals == 0;
}
