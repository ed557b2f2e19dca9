/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record_bytes.h"

#include "store/dates.h"

static plm_status write_text(plm_buf *out, const char *text)
{
    return plm_buf_append_block16(out, plm_span_str(text));
}

static plm_status write_head(const plm_record *r, plm_buf *out)
{
    const uint8_t head[] = {(uint8_t)r->kind,         (uint8_t)r->role,
                            r->is_minor,              r->is_assessment,
                            (uint8_t)r->facts.sex,    (uint8_t)r->facts.exploitation,
                            (uint8_t)(r->facts.year >> 8), (uint8_t)r->facts.year};
    plm_status status = plm_buf_append(out, head, sizeof head);
    if (status == PLM_OK) {
        status = plm_buf_append_u32(out, (uint32_t)plm_store_date_number(r->retention));
    }
    if (status == PLM_OK) {
        status = write_text(out, r->grading);
    }
    return status == PLM_OK ? write_text(out, r->id) : status;
}

static plm_status write_value(const plm_value *v, plm_buf *out)
{
    plm_status status = write_text(out, plm_ident_type_name(v->type));
    if (status == PLM_OK) {
        status = plm_buf_append_u32(out, v->flags);
    }
    if (status == PLM_OK) {
        status = write_text(out, v->raw);
    }
    return status == PLM_OK ? write_text(out, v->canonical) : status;
}

plm_status plm_record_write(const plm_record *r, plm_buf *out)
{
    plm_status status = write_head(r, out);
    if (status == PLM_OK) {
        status = plm_buf_append_u16(out, (uint16_t)r->n_offences);
    }
    for (size_t i = 0; status == PLM_OK && i < r->n_offences; i++) {
        status = write_text(out, r->offences[i]);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u16(out, (uint16_t)r->n_values);
    }
    for (size_t i = 0; status == PLM_OK && i < r->n_values; i++) {
        status = write_value(&r->values[i], out);
    }
    return status;
}

/* A text in the arena; NULL on any failure. */
static const char *read_text(plm_reader *r, plm_arena *arena)
{
    plm_span text;
    return plm_rd_block16(r, UINT16_MAX, &text) == 0 ? plm_arena_string(arena, text) : NULL;
}

static plm_status read_head(plm_reader *r, plm_arena *arena, plm_record *out)
{
    uint8_t head[8];
    uint32_t retention;
    if (plm_rd_copy(r, head, sizeof head) < 0 || plm_rd_u32(r, &retention) < 0 ||
        plm_rd_string16(r, out->grading, sizeof out->grading) < 0 ||
        (out->id = read_text(r, arena)) == NULL) {
        return PLM_E_STORE;
    }
    out->kind = (plm_kind)head[0];
    out->role = (plm_role)head[1];
    out->is_minor = head[2] != 0;
    out->is_assessment = head[3] != 0;
    out->facts = (plm_facts){(plm_sex)head[4], (plm_exploitation)head[5],
                             (uint16_t)(head[6] << 8 | head[7])};
    out->retention = plm_store_date_of(retention);
    return head[0] < PLM_KIND_COUNT && head[1] < PLM_ROLE_COUNT && head[4] < PLM_SEX_COUNT &&
                   head[5] < PLM_EXPLOITATION_COUNT
               ? PLM_OK
               : PLM_E_STORE;
}

static plm_status read_offences(plm_reader *r, plm_arena *arena, plm_record *out)
{
    uint16_t n;
    if (plm_rd_u16(r, &n) < 0 || n > PLM_RECORD_OFFENCES_MAX) {
        return PLM_E_STORE;
    }
    const char **offences = (const char **)plm_arena_array(arena, n, sizeof *offences);
    if (offences == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        offences[i] = read_text(r, arena);
        if (offences[i] == NULL) {
            return PLM_E_STORE;
        }
    }
    out->offences = offences;
    out->n_offences = n;
    return PLM_OK;
}

static plm_status read_values(plm_reader *r, plm_arena *arena, plm_record *out)
{
    uint16_t n;
    if (plm_rd_u16(r, &n) < 0 || n > PLM_RECORD_VALUES_MAX) {
        return PLM_E_STORE;
    }
    plm_value *values = (plm_value *)plm_arena_array(arena, n, sizeof *values);
    if (values == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const char *type = read_text(r, arena);
        uint32_t flags;
        if (type == NULL || plm_ident_type_find(&values[i].type, type) != PLM_OK ||
            plm_rd_u32(r, &flags) < 0 || (values[i].raw = read_text(r, arena)) == NULL ||
            (values[i].canonical = read_text(r, arena)) == NULL) {
            return PLM_E_STORE;
        }
        values[i].flags = flags;
    }
    out->values = values;
    out->n_values = n;
    return PLM_OK;
}

plm_status plm_record_read(plm_span bytes, plm_arena *arena, plm_record *out)
{
    plm_reader r = bytes;
    plm_record record = {.id = NULL};
    plm_status status = read_head(&r, arena, &record);
    if (status == PLM_OK) {
        status = read_offences(&r, arena, &record);
    }
    if (status == PLM_OK) {
        status = read_values(&r, arena, &record);
    }
    if (status == PLM_OK && plm_rd_end(&r) < 0) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        *out = record;
    }
    return status;
}
