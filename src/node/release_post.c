/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_post.c - batches that are due, made and posted (spec/release.md section 5).
 *
 * A batch is made when its time has come, whether or not there is anything to put into it; what it
 * looks like from outside does not depend on that.
 */
#include "node/release.h"

#include "base/arena.h"
#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "node/release_view.h"
#include "release/batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_MAX = 4 << 20
};

/* What is put into one batch. */
typedef struct collecting {
    plm_arena arena;
    plm_batch_slot *slots;
    uint32_t numbers[PLM_SLOTS_MAX];
    size_t n;
    size_t most;
    plm_release_view view;
} collecting;

static plm_status add_field(collecting *c, plm_batch_slot *slot, size_t label, const char *text)
{
    char *copy = plm_arena_string(&c->arena, plm_span_str(text));
    if (copy == NULL) {
        return PLM_E_NOMEM;
    }
    plm_span span = plm_span_str(copy);
    /* Longer than a field may be: what fits, up to a whole character. */
    while (span.n > PLM_TEXT_MAX - 1 ||
           (span.n > 0 && span.n < strlen(copy) && ((uint8_t)copy[span.n] & 0xC0U) == 0x80U)) {
        span.n--;
    }
    if (span.n > 0 && slot->n_fields < PLM_SLOT_FIELDS_MAX) {
        slot->fields[slot->n_fields++] = (plm_slot_field){(uint8_t)label, span};
    }
    return PLM_OK;
}

/* What is said of a record itself, by the label's name; "" for an identifier's label. */
static void handling_text(const plm_record *record, const char *label, char *out, size_t size)
{
    out[0] = '\0';
    if (strcmp(label, "kind") == 0) {
        (void)snprintf(out, size, "%s", plm_kind_name(record->kind));
    } else if (strcmp(label, "role") == 0) {
        (void)snprintf(out, size, "%s", plm_role_name(record->role));
    } else if (strcmp(label, "grading") == 0) {
        (void)snprintf(out, size, "%s", record->grading);
    } else if (strcmp(label, "assessment") == 0) {
        (void)snprintf(out, size, "%s", record->is_assessment ? "assessment" : "fact");
    } else if (strcmp(label, "retention") == 0 && record->retention.year != 0) {
        (void)snprintf(out, size, "%04u-%02u-%02u", record->retention.year, record->retention.month,
                       record->retention.day);
    } else if (strcmp(label, "offences") == 0) {
        size_t used = 0;
        for (size_t i = 0; i < record->n_offences && used + 40 < size; i++) {
            used += (size_t)snprintf(out + used, size - used, "%s%.36s", i > 0 ? " " : "",
                                     record->offences[i]);
        }
    }
}

static plm_status add_fields(collecting *c, plm_batch_slot *slot, const plm_record *record)
{
    char text[PLM_TEXT_MAX];
    plm_status status = PLM_OK;
    for (size_t label = 0; status == PLM_OK && label < plm_label_count(); label++) {
        if ((c->view.purpose->labels >> label & 1U) == 0) {
            continue;
        }
        handling_text(record, plm_label_name(label), text, sizeof text);
        if (text[0] != '\0') {
            status = add_field(c, slot, label, text);
        }
        for (size_t i = 0; status == PLM_OK && i < record->n_values; i++) {
            const plm_value *v = &record->values[i];
            if (strcmp(plm_ident_type_name(v->type), plm_label_name(label)) == 0) {
                status = add_field(c, slot, label, v->canonical);
            }
        }
    }
    return status;
}

static plm_status add_rules(collecting *c, plm_batch_slot *slot, const char *rules)
{
    while (*rules != '\0') {
        size_t n = strcspn(rules, " ");
        char *copy = plm_arena_string(&c->arena, plm_span_of(rules, n));
        if (copy == NULL) {
            return PLM_E_NOMEM;
        }
        if (n > 0 && slot->n_rules < PLM_SLOT_RULES_MAX) {
            slot->rules[slot->n_rules++] = plm_span_of(copy, n);
        }
        rules += n + (rules[n] == ' ');
    }
    return PLM_OK;
}

static plm_status take_hit(void *context, const plm_hit *hit, const plm_stored_record *record)
{
    collecting *c = (collecting *)context;
    if (c->n == c->most) {
        return PLM_OK; /* the next batch has room again */
    }
    plm_batch_slot *slot = &c->slots[c->n];
    *slot = (plm_batch_slot){.number = hit->number, .grade = hit->grade};
    memcpy(slot->link, hit->link, sizeof slot->link);
    plm_status status = add_rules(c, slot, hit->rules);
    if (status == PLM_OK) {
        status = add_fields(c, slot, &record->record);
    }
    if (status == PLM_OK) {
        c->numbers[c->n++] = hit->number;
    }
    return status;
}

static plm_status mark_released(plm_store *store, const uint8_t run_id[static 16],
                                const collecting *c)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < c->n; i++) {
        status = plm_store_set_hit_state(store, run_id, c->numbers[i],
                                         plm_hit_state_name(PLM_HIT_RELEASED));
    }
    return status;
}

/* 'release': run id, batch, hits in it, the parcel's id. */
static plm_status write_ledger(plm_store *store, const plm_run_release *r, size_t n_hits,
                               const plm_posted *posted, int64_t now_ms)
{
    uint8_t body[16 + 2 + 4 + PLM_HASH_BYTES];
    memcpy(body, r->run_id, 16);
    plm_store_u16(body + 16, r->next);
    plm_store_u32(body + 18, (uint32_t)n_hits);
    memcpy(body + 22, posted->id, PLM_HASH_BYTES);
    return plm_ledger_append(store, "release", plm_span_of(body, sizeof body), now_ms);
}

/* After the last batch nothing can go any more. */
static plm_status lapse_the_rest(plm_store *store, const plm_run_release *r, int64_t now_ms)
{
    static const plm_hit_state open[] = {PLM_HIT_PENDING, PLM_HIT_APPROVED, PLM_HIT_RELEASING};
    uint8_t body[16 + 4];
    uint64_t n_all = 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < sizeof open / sizeof *open; i++) {
        uint64_t n = 0;
        status = plm_store_move_hits(store, r->run_id, plm_hit_state_name(open[i]),
                                     plm_hit_state_name(PLM_HIT_LAPSED), &n);
        n_all += n;
    }
    memcpy(body, r->run_id, 16);
    plm_store_u32(body + 16, (uint32_t)n_all);
    return status == PLM_OK
               ? plm_ledger_append(store, "release-end", plm_span_of(body, sizeof body), now_ms)
               : status;
}

/* Content of the parcel: salt, then the batch. meta: run id and number. */
static plm_status post(plm_node *node, const plm_run_release *r, const collecting *c,
                       int64_t now_ms, plm_posted *posted)
{
    uint8_t salt[PLM_PARCEL_SALT_BYTES];
    uint8_t meta[16 + 2];
    plm_batch_head head = {.number = r->next, .n_slots = r->slots};
    uint64_t n_cut;
    plm_buf content;
    head.time_ms = plm_batch_due_ms(r->since_ms, r->every_ms, r->next);
    memcpy(head.run_id, r->run_id, sizeof head.run_id);
    memcpy(meta, r->run_id, 16);
    plm_store_u16(meta + 16, r->next);
    plm_random(salt, sizeof salt);
    plm_buf_init(&content, PLM_PARCEL_CONTENT_MAX);
    plm_status status = plm_buf_append(&content, salt, sizeof salt);
    if (status == PLM_OK) {
        status = plm_batch_encode(&content, &head, c->slots, c->n, &n_cut);
    }
    if (status == PLM_OK) {
        status = plm_delivery_post(node, c->view.peer, c->view.accord_hash, PLM_PARCEL_BATCH,
                                   plm_span_of(meta, sizeof meta), plm_buf_span(&content), now_ms,
                                   posted);
    }
    plm_buf_wipe(&content);
    return status;
}

/* One batch, within the caller's transaction. */
static plm_status make_batch(plm_node *node, const plm_run_release *r, collecting *c,
                             int64_t now_ms)
{
    const plm_hit_filter filter = {.run_id = r->run_id,
                                   .state = plm_hit_state_name(PLM_HIT_RELEASING)};
    plm_posted posted;
    plm_status status = PLM_OK;
    /* Nothing is disclosed under an accord that is not in force; the batch goes all the same. */
    if (c->view.is_in_force) {
        status = plm_store_each_hit(node->store, &filter, take_hit, c);
    }
    if (status == PLM_OK) {
        status = post(node, r, c, now_ms, &posted);
    }
    if (status == PLM_OK) {
        status = mark_released(node->store, r->run_id, c);
    }
    if (status == PLM_OK) {
        status = plm_store_step_release(node->store, r->run_id, r->next);
    }
    if (status == PLM_OK) {
        status = write_ledger(node->store, r, c->n, &posted, now_ms);
    }
    if (status == PLM_OK && r->next + 1 == r->n_batches) {
        status = lapse_the_rest(node->store, r, now_ms);
    }
    return status;
}

static plm_status post_one(plm_node *node, const plm_run_release *r, int64_t now_ms)
{
    collecting *c = (collecting *)calloc(1, sizeof *c);
    plm_batch_slot *slots = (plm_batch_slot *)calloc(r->slots + 1U, sizeof *slots);
    if (c == NULL || slots == NULL) {
        free(c);
        free(slots);
        return PLM_E_NOMEM;
    }
    plm_arena_init(&c->arena, ARENA_MAX);
    c->slots = slots;
    c->most = r->slots;
    plm_status status = plm_release_view_open(&c->view, node->store, r->run_id, now_ms);
    status = status == PLM_E_NOT_FOUND ? PLM_E_STORE : status;
    if (status == PLM_OK) {
        status = make_batch(node, r, c, now_ms);
    }
    plm_release_view_close(&c->view);
    plm_arena_wipe(&c->arena);
    free(slots);
    free(c);
    return status;
}

plm_status plm_release_post_due(plm_node *node, int64_t now_ms, uint64_t *n)
{
    plm_status status = PLM_OK;
    for (*n = 0; status == PLM_OK; *n += status == PLM_OK) {
        plm_run_release r;
        bool mine;
        status = plm_store_enter(node->store, &mine);
        if (status != PLM_OK) {
            break;
        }
        status = plm_store_due_release(node->store, now_ms, &r);
        if (status == PLM_OK) {
            status = post_one(node, &r, now_ms);
        }
        status = plm_store_leave(node->store, mine, status);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}
