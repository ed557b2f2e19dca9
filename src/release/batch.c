/* SPDX-License-Identifier: Apache-2.0 */
#include "release/batch.h"

#include "base/ct.h"
#include "wire/field.h"

#include <string.h>

enum {
    SLOT_HEAD = 1 + PLM_LINK_BYTES + 4 + 1 + 1 + 1, /* with both counts */
    FIELD_TEXT_MAX = PLM_TEXT_MAX - 1,
    GRADE_MAX = 3,
    RULE_MAX = 63
};

size_t plm_batch_bytes(uint16_t n_slots)
{
    return PLM_BATCH_HEAD_BYTES + (size_t)n_slots * PLM_SLOT_BYTES;
}

static bool rule_fits(plm_span rule)
{
    return rule.n >= 1 && rule.n <= RULE_MAX && plm_field_fits(PLM_FIELD_NAME, rule);
}

static bool text_fits(plm_span text)
{
    return text.n >= 1 && text.n <= FIELD_TEXT_MAX && plm_field_fits(PLM_FIELD_TEXT, text);
}

static bool slot_is_good(const plm_batch_slot *slot)
{
    bool good = slot->n_rules <= PLM_SLOT_RULES_MAX && slot->n_fields <= PLM_SLOT_FIELDS_MAX &&
                slot->grade <= GRADE_MAX;
    for (size_t i = 0; good && i < slot->n_rules; i++) {
        good = rule_fits(slot->rules[i]);
    }
    for (size_t i = 0; good && i < slot->n_fields; i++) {
        good = text_fits(slot->fields[i].text);
    }
    return good;
}

static uint8_t *put_text(uint8_t *at, plm_span text)
{
    plm_store_u16(at, (uint16_t)text.n);
    memcpy(at + 2, text.p, text.n);
    return at + 2 + text.n;
}

/* slot: PLM_SLOT_BYTES zero bytes. Returns how many rules and fields were left out. */
static uint64_t write_slot(uint8_t *slot, const plm_batch_slot *s)
{
    size_t left = PLM_SLOT_BYTES - SLOT_HEAD;
    uint8_t n_rules = 0;
    uint8_t n_fields = 0;
    slot[0] = 1;
    memcpy(slot + 1, s->link, PLM_LINK_BYTES);
    plm_store_u32(slot + 1 + PLM_LINK_BYTES, s->number);
    slot[1 + PLM_LINK_BYTES + 4] = s->grade;
    uint8_t *count = slot + 1 + PLM_LINK_BYTES + 5;
    uint8_t *at = count + 1;
    for (; n_rules < s->n_rules && 2 + s->rules[n_rules].n <= left; n_rules++) {
        left -= 2 + s->rules[n_rules].n;
        at = put_text(at, s->rules[n_rules]);
    }
    *count = n_rules;
    count = at++;
    for (; n_fields < s->n_fields && 3 + s->fields[n_fields].text.n <= left; n_fields++) {
        left -= 3 + s->fields[n_fields].text.n;
        *at++ = s->fields[n_fields].label;
        at = put_text(at, s->fields[n_fields].text);
    }
    *count = n_fields;
    return (uint64_t)(s->n_rules - n_rules) + (uint64_t)(s->n_fields - n_fields);
}

plm_status plm_batch_encode(plm_buf *out, const plm_batch_head *head, const plm_batch_slot *slots,
                            size_t n_slots, uint64_t *n_cut)
{
    bool good = head->n_slots >= 1 && head->n_slots <= PLM_SLOTS_MAX && n_slots <= head->n_slots &&
                head->number < PLM_BATCHES_MAX && head->time_ms >= 0 &&
                head->time_ms <= PLM_FIELD_TIME_MAX;
    for (size_t i = 0; good && i < n_slots; i++) {
        good = slot_is_good(&slots[i]);
    }
    if (!good) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = plm_buf_reserve(out, plm_batch_bytes(head->n_slots));
    if (status != PLM_OK) {
        return status;
    }
    uint8_t *at = out->data + out->n;
    memset(at, 0, plm_batch_bytes(head->n_slots));
    memcpy(at, head->run_id, PLM_RUN_ID_BYTES);
    plm_store_u16(at + PLM_RUN_ID_BYTES, head->number);
    plm_store_u16(at + PLM_RUN_ID_BYTES + 2, head->n_slots);
    plm_store_u64(at + PLM_RUN_ID_BYTES + 4, (uint64_t)head->time_ms);
    *n_cut = 0;
    for (size_t i = 0; i < n_slots; i++) {
        *n_cut += write_slot(at + PLM_BATCH_HEAD_BYTES + i * PLM_SLOT_BYTES, &slots[i]);
    }
    out->n += plm_batch_bytes(head->n_slots);
    return PLM_OK;
}

plm_status plm_batch_decode(plm_batch_head *out, plm_span *slots, plm_span body)
{
    plm_reader r = body;
    plm_batch_head head = {0};
    if (plm_rd_copy(&r, head.run_id, sizeof head.run_id) < 0 || plm_rd_u16(&r, &head.number) < 0 ||
        plm_rd_u16(&r, &head.n_slots) < 0 || plm_rd_time(&r, &head.time_ms) < 0 ||
        head.number >= PLM_BATCHES_MAX || head.n_slots < 1 || head.n_slots > PLM_SLOTS_MAX ||
        r.n != (size_t)head.n_slots * PLM_SLOT_BYTES) {
        return PLM_E_PROTOCOL;
    }
    *out = head;
    *slots = r;
    return PLM_OK;
}

static bool is_zero(plm_span s)
{
    uint8_t all = 0;
    for (size_t i = 0; i < s.n; i++) {
        all |= s.p[i];
    }
    return all == 0;
}

static int read_rules(plm_reader *r, plm_batch_slot *s)
{
    if (plm_rd_u8(r, &s->n_rules) < 0 || s->n_rules > PLM_SLOT_RULES_MAX) {
        return -1;
    }
    for (size_t i = 0; i < s->n_rules; i++) {
        if (plm_rd_block16(r, RULE_MAX, &s->rules[i]) < 0 || !rule_fits(s->rules[i])) {
            return -1;
        }
    }
    return 0;
}

static int read_fields(plm_reader *r, plm_batch_slot *s)
{
    if (plm_rd_u8(r, &s->n_fields) < 0 || s->n_fields > PLM_SLOT_FIELDS_MAX) {
        return -1;
    }
    for (size_t i = 0; i < s->n_fields; i++) {
        plm_slot_field *field = &s->fields[i];
        if (plm_rd_u8(r, &field->label) < 0 ||
            plm_rd_block16(r, FIELD_TEXT_MAX, &field->text) < 0 || !text_fits(field->text)) {
            return -1;
        }
    }
    return 0;
}

plm_status plm_slot_decode(plm_batch_slot *out, bool *is_empty, plm_span slots, size_t at)
{
    plm_reader r = plm_span_of(slots.p + at * PLM_SLOT_BYTES, PLM_SLOT_BYTES);
    plm_batch_slot s = {0};
    uint8_t kind;
    *is_empty = is_zero(r);
    if (*is_empty) {
        *out = s;
        return PLM_OK;
    }
    if (plm_rd_u8(&r, &kind) < 0 || kind != 1 || plm_rd_copy(&r, s.link, sizeof s.link) < 0 ||
        plm_rd_u32(&r, &s.number) < 0 || plm_rd_u8(&r, &s.grade) < 0 || s.grade > GRADE_MAX ||
        read_rules(&r, &s) < 0 || read_fields(&r, &s) < 0 || !is_zero(r)) {
        return PLM_E_PROTOCOL;
    }
    *out = s;
    return PLM_OK;
}

int64_t plm_batch_due_ms(int64_t run_ended_ms, int64_t every_ms, uint16_t number)
{
    return run_ended_ms + every_ms * ((int64_t)number + 1);
}
