/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_step.c - goes through a carried run as far as its files reach, and writes the next one.
 */
#include "node/carry_step.h"
#include "node/carry_keys.h"
#include "node/delivery.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "node/agreement.h"

#include <stdio.h>
#include <string.h>

enum {
    TEXT_MAX = 512,
    MARK_BYTES = 8 + PLM_HASH_BYTES
};

/* One of the words of what is asked; text NULL: none. */
static plm_status note_text(plm_carry *c, const char *name, const char *text)
{
    return text == NULL ? PLM_OK : plm_carry_note(c, name, plm_span_str(text));
}

static plm_status note_ask(plm_carry *c, const plm_ask *ask)
{
    plm_status status = note_text(c, "with", ask->with);
    if (status == PLM_OK) {
        status = note_text(c, "purpose", ask->purpose);
    }
    if (status == PLM_OK) {
        status = note_text(c, "case", ask->case_ref);
    }
    if (status == PLM_OK) {
        status = note_text(c, "offence", ask->offence);
    }
    return status == PLM_OK && ask->accord_hash != NULL
               ? plm_carry_note(c, "accord", plm_span_of(ask->accord_hash, PLM_HASH_BYTES))
               : status;
}

/* The key of the peer, by the accord under which is asked. */
static plm_status find_identity(const plm_node *node, const plm_ask *ask, uint8_t out[static 32])
{
    plm_agreement *agreement = NULL;
    plm_status status = ask->accord_hash != NULL
                            ? plm_agreement_load(&agreement, node->store, ask->accord_hash)
                            : plm_agreement_find(&agreement, node->store, node->code, ask->with,
                                                 ask->purpose, plm_date_of_ms(plm_wall_ms()));
    if (status != PLM_OK) {
        return status;
    }
    const plm_party *peer = plm_accord_party(agreement->accord, ask->with);
    if (peer != NULL) {
        memcpy(out, peer->identity, sizeof peer->identity);
    }
    plm_agreement_destroy(agreement);
    return peer != NULL ? PLM_OK : PLM_E_NOT_FOUND;
}

/* What is not noted as a purpose is a delivery. */
plm_status plm_carry_begin(plm_node *node, const plm_ask *ask,
                           uint8_t id[static PLM_CARRIED_ID_BYTES])
{
    uint8_t identity[32];
    plm_carry c = {.store = node->store};
    bool mine;
    plm_status status = find_identity(node, ask, identity);
    if (status != PLM_OK) {
        return status;
    }
    plm_random(c.id, sizeof c.id);
    plm_carry_row row = {.is_asker = true, .peer = ask->with, .created_ms = plm_wall_ms()};
    memcpy(row.id, c.id, sizeof row.id);
    status = plm_store_enter(node->store, &mine);
    if (status == PLM_OK) {
        status = plm_store_carry_add(node->store, &row);
        if (status == PLM_OK) {
            status = plm_carry_draw_keys(&c, identity);
        }
        if (status == PLM_OK) {
            status = note_ask(&c, ask);
        }
        status = plm_store_leave(node->store, mine, status);
    }
    memcpy(id, c.id, sizeof c.id);
    plm_wipe(&c, sizeof c);
    return status;
}

/* What was asked, as it was noted. */
typedef struct noted_ask {
    char with[TEXT_MAX];
    char purpose[TEXT_MAX];
    char case_ref[TEXT_MAX];
    char offence[TEXT_MAX];
    uint8_t accord[PLM_HASH_BYTES];
    plm_ask ask;
} noted_ask;

static plm_status recall_text(const plm_carry *c, const char *name, char out[static TEXT_MAX],
                              const char **set)
{
    plm_buf text;
    plm_buf_init(&text, TEXT_MAX - 1);
    plm_status status = plm_carry_recall(c, name, &text);
    if (status == PLM_OK) {
        memcpy(out, text.data, text.n);
        out[text.n] = '\0';
        *set = out;
    }
    plm_buf_wipe(&text);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static plm_status recall_ask(const plm_carry *c, noted_ask *out)
{
    *out = (noted_ask){0};
    plm_status status = recall_text(c, "with", out->with, &out->ask.with);
    if (status == PLM_OK) {
        status = recall_text(c, "purpose", out->purpose, &out->ask.purpose);
    }
    if (status == PLM_OK) {
        status = recall_text(c, "case", out->case_ref, &out->ask.case_ref);
    }
    if (status == PLM_OK) {
        status = recall_text(c, "offence", out->offence, &out->ask.offence);
    }
    if (status == PLM_OK && out->ask.with == NULL) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK &&
        plm_carry_recall_exact(c, "accord", out->accord, sizeof out->accord) == PLM_OK) {
        out->ask.accord_hash = out->accord;
    }
    return status;
}

/* Seed, channel, and all that the peer has said so far. */
static plm_status prepare(plm_carry *c, const plm_node *node, const plm_carry_row *row,
                          plm_carried_keys *keys)
{
    char name[PLM_CARRY_NAME_BYTES];
    plm_status status = plm_carry_recall_exact(c, "seed", c->seed, sizeof c->seed);
    if (status == PLM_OK) {
        status = plm_carry_get_keys(c, node, row->is_asker, keys);
    }
    if (status == PLM_OK) {
        memcpy(c->identity, keys->identity, sizeof c->identity);
        (void)snprintf(c->peer, sizeof c->peer, "%s", row->peer);
        status = plm_carried_channel(c->channel, keys, c->id);
    }
    for (uint32_t i = 1; status == PLM_OK && i <= row->n_taken; i++) {
        status = plm_carry_recall(c, plm_carry_name(name, "in", i), &c->in);
    }
    return status;
}

/* The run, from its beginning to where it needs the next file or is over. */
static plm_status replay(plm_node *node, plm_carry *c, bool is_asker, plm_outcome *outcome)
{
    int fd = -1;
    noted_ask asked;
    plm_status status = PLM_OK;
    node->carry = c;
    if (is_asker) {
        status = recall_ask(c, &asked);
        if (status == PLM_OK && asked.ask.purpose == NULL) {
            outcome->is_delivery = true;
            status = plm_node_deliver(node, asked.ask.with, NULL, &outcome->delivery);
        } else if (status == PLM_OK) {
            status = plm_node_ask(node, &asked.ask, outcome);
        }
    } else {
        status = plm_carry_descriptor(&fd);
        if (status == PLM_OK) {
            status = plm_node_answer(node, fd, outcome);
        }
    }
    node->carry = NULL;
    return status;
}

/*
 * Where our stream stood at our last file: nothing was said up to there but what was carried.
 * PLM_E_STORE if it came out otherwise this time: two different words under the same randomness
 * must never leave.
 */
static plm_status check_said(const plm_carry *c, uint32_t n_written, size_t *said)
{
    char name[PLM_CARRY_NAME_BYTES];
    uint8_t mark[MARK_BYTES];
    uint8_t hash[PLM_HASH_BYTES];
    *said = 0;
    if (n_written == 0) {
        return PLM_OK;
    }
    plm_status status =
        plm_carry_recall_exact(c, plm_carry_name(name, "out", n_written), mark, sizeof mark);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_E_STORE : status;
    }
    const uint64_t n = plm_load_u64(mark);
    if (n > c->out.n) {
        return PLM_E_STORE;
    }
    plm_hash256(hash, plm_span_of(c->out.data, (size_t)n));
    *said = (size_t)n;
    return memcmp(hash, mark + 8, sizeof hash) == 0 ? PLM_OK : PLM_E_STORE;
}

/* In a transaction: the next file, and where our stream stands with it. */
static plm_status write_file(plm_carry *c, plm_carry_step *step, const plm_node *node,
                             const plm_carried_keys *keys, plm_span content)
{
    char name[PLM_CARRY_NAME_BYTES];
    uint8_t mark[MARK_BYTES];
    uint8_t hash[PLM_HASH_BYTES];
    plm_carry_row *row = &step->row;
    plm_carried head = {.kind = PLM_CARRIED_SESSION,
                        .from_asker = row->is_asker,
                        .number = row->n_written + 1,
                        .time_ms = plm_wall_ms()};
    memcpy(head.id, c->id, sizeof head.id);
    memcpy(head.from, node->code, sizeof head.from);
    memcpy(head.to, step->peer, sizeof head.to);
    plm_status status = plm_carried_ephemeral(head.ephemeral, keys->secret);
    if (status == PLM_OK && row->n_taken > 0) {
        status = plm_carry_recall_exact(c, plm_carry_name(name, "kept.taken", row->n_taken),
                                        head.answers, sizeof head.answers);
    }
    if (status == PLM_OK) {
        status = plm_carried_seal(&step->file, &head, keys, content);
    }
    if (status == PLM_OK) {
        plm_hash256(hash, plm_buf_span(&step->file));
        status = plm_carry_note(c, plm_carry_name(name, "kept.sent", head.number),
                                plm_span_of(hash, sizeof hash));
    }
    if (status == PLM_OK) {
        plm_store_u64(mark, c->out.n);
        plm_hash256(mark + 8, plm_buf_span(&c->out));
        status = plm_carry_note(c, plm_carry_name(name, "out", head.number),
                                plm_span_of(mark, sizeof mark));
    }
    if (status == PLM_OK) {
        status =
            plm_carry_note(c, plm_carry_name(name, "file", head.number), plm_buf_span(&step->file));
    }
    row->n_written = head.number;
    return status;
}

/* In a transaction: a run that is over is no longer gone on with, and its secrets are forgotten. */
static plm_status end(plm_carry *c, plm_carry_step *step)
{
    plm_status status = PLM_OK;
    step->row.ended_ms = plm_wall_ms();
    if (step->file.n > 0) {
        status = plm_carry_note(c, "kept.file", plm_buf_span(&step->file));
    }
    return status == PLM_OK ? plm_store_carry_forget(c->store, c->id) : status;
}

/* A run that broke before its side knew that it stands in the store. */
static void break_run(plm_node *node, const plm_carry_row *row, plm_status why)
{
    plm_status status =
        plm_store_break_run(node->store, row->id, plm_status_name(why), false, plm_wall_ms());
    (void)status; /* there may be none */
}

static plm_status conclude(plm_node *node, plm_carry *c, const plm_carried_keys *keys,
                           plm_carry_step *step)
{
    size_t said = 0;
    bool mine;
    plm_status status = check_said(c, step->row.n_written, &said);
    const bool is_diverged = status == PLM_E_STORE;
    if (is_diverged) {
        step->is_over = true;
        step->status = PLM_E_STORE;
    } else if (status != PLM_OK) {
        return status;
    }
    status = plm_store_enter(node->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    /* Where only END is left to say, nobody needs to carry it. */
    const bool is_goodbye = step->is_over && step->status == PLM_OK &&
                            c->out.n == said + PLM_FRAME_HEADER_BYTES + PLM_FRAME_TAG_BYTES;
    if (!is_diverged && !is_goodbye && c->out.n > said) {
        status = write_file(c, step, node, keys, plm_span_of(c->out.data + said, c->out.n - said));
    }
    if (status == PLM_OK && step->is_over) {
        status = end(c, step);
    }
    if (status == PLM_OK) {
        status = plm_store_carry_update(node->store, &step->row);
    }
    return plm_store_leave(node->store, mine, status);
}

/* Nothing new came: the last file once more, for a stick that was lost. */
static plm_status repeat(const plm_carry *c, plm_carry_step *step)
{
    char name[PLM_CARRY_NAME_BYTES];
    const char *note =
        step->row.ended_ms != 0 ? "kept.file" : plm_carry_name(name, "file", step->row.n_written);
    step->is_repeated = true;
    step->is_over = step->row.ended_ms != 0;
    plm_status status = plm_carry_recall(c, note, &step->file);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

plm_status plm_carry_go(plm_node *node, const uint8_t id[static PLM_CARRIED_ID_BYTES],
                        plm_carry_step *step)
{
    plm_carry c = {.store = node->store};
    plm_carried_keys keys = {0};
    *step = (plm_carry_step){0};
    plm_buf_init(&step->file, PLM_CARRIED_SEALED_MAX);
    plm_buf_init(&c.in, PLM_CARRY_STREAM_MAX);
    plm_buf_init(&c.out, PLM_CARRY_STREAM_MAX);
    memcpy(c.id, id, sizeof c.id);
    plm_status status = plm_store_carry_get(node->store, id, &step->row, step->peer);
    if (status != PLM_OK) {
        return status;
    }
    const plm_carry_row *row = &step->row;
    const bool is_our_turn = row->n_written == (row->is_asker ? row->n_taken : row->n_taken - 1);
    if (row->ended_ms != 0 || !is_our_turn) {
        return repeat(&c, step);
    }
    status = prepare(&c, node, row, &keys);
    if (status == PLM_OK) {
        step->status = replay(node, &c, row->is_asker, &step->outcome);
        step->is_over = !c.is_dry;
        if (step->is_over && step->status != PLM_OK && step->status != PLM_E_REFUSED) {
            break_run(node, row, step->status);
        }
        status = conclude(node, &c, &keys, step);
    }
    plm_wipe(&keys, sizeof keys);
    plm_wipe(c.seed, sizeof c.seed);
    plm_wipe(c.channel, sizeof c.channel);
    plm_buf_wipe(&c.in);
    plm_buf_wipe(&c.out);
    return status;
}

void plm_carry_step_wipe(plm_carry_step *step)
{
    plm_buf_wipe(&step->file);
}

/* Those that began before; each row is the walk's. */
typedef struct stale_carries {
    plm_node *node;
    int64_t before_ms;
    uint64_t n;
} stale_carries;

static plm_status expire_one(void *context, const plm_carry_row *row)
{
    stale_carries *stale = (stale_carries *)context;
    if (row->ended_ms != 0 || row->created_ms >= stale->before_ms) {
        return PLM_OK;
    }
    plm_carry_row ended = *row;
    ended.ended_ms = plm_wall_ms();
    break_run(stale->node, row, PLM_E_TIMEOUT);
    plm_status status = plm_store_carry_forget(stale->node->store, row->id);
    stale->n++;
    return status == PLM_OK ? plm_store_carry_update(stale->node->store, &ended) : status;
}

plm_status plm_carry_expire(plm_node *node, int64_t now_ms, uint64_t *n)
{
    stale_carries stale = {node, now_ms - PLM_CARRY_DAYS * INT64_C(86400000), 0};
    plm_status status = plm_store_each_carry(node->store, expire_one, &stale);
    *n = stale.n;
    return status;
}
