/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proposal.c - what the asker asks for (spec/wire.md section 4.3).
 *
 *   +-----------+---------+----------+-------------+---------------+------------+
 *   | run id 16 | asker S | holder S | accord h. 32| recipe dig. 32| channel 32 |
 *   +-----------+---------+----------+-------------+---------------+------------+
 *   | purpose S | offence S | u16 n | n rule names S, ascending                 |
 *   +-----------+-----------+-------+-------------------------------------------+
 *   | engine u8 | learns u8 | tokens u64 | features u64 | standing u8 | since 16 |
 *   +-----------+-----------+------------+----------+---+-------------+----------+
 *   | case S | officer S | time u64 |
 *   +--------+-----------+----------+
 *   S: u16 length, then that many bytes
 */
#include "wire/field.h"
#include "wire/message.h"

#include <string.h>

static bool is_engine(unsigned v)
{
    return v == PLM_ENGINE_OPRF || v == PLM_ENGINE_VOLE;
}

static bool is_learns(unsigned v)
{
    return v == PLM_LEARNS_HOLDER || v == PLM_LEARNS_ASKER || v == PLM_LEARNS_BOTH;
}

static bool is_standing(unsigned v, const uint8_t since[static PLM_RUN_ID_BYTES])
{
    static const uint8_t none[PLM_RUN_ID_BYTES];
    return v == PLM_STANDING_WHOLE || v == PLM_STANDING_CHANGES ||
           (v == PLM_STANDING_NONE && memcmp(since, none, sizeof none) == 0);
}

static void put_rules(plm_writer *w, const plm_proposal *m)
{
    plm_writer_require(w, m->n_rules > 0 && m->n_rules <= PLM_MESSAGE_RULES_MAX);
    plm_writer_u16(w, m->n_rules);
    for (size_t i = 0; w->status == PLM_OK && i < m->n_rules; i++) {
        plm_writer_string(w, PLM_FIELD_NAME, m->rules[i], sizeof m->rules[i]);
        plm_writer_require(w, i == 0 || w->status != PLM_OK ||
                                  strcmp(m->rules[i - 1], m->rules[i]) < 0);
    }
}

plm_status plm_proposal_encode(const plm_proposal *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_bytes(&w, m->run_id, sizeof m->run_id);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->asker, sizeof m->asker);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->holder, sizeof m->holder);
    plm_writer_bytes(&w, m->accord_hash, sizeof m->accord_hash);
    plm_writer_bytes(&w, m->recipe_digest, sizeof m->recipe_digest);
    plm_writer_bytes(&w, m->channel, sizeof m->channel);
    plm_writer_string(&w, PLM_FIELD_PURPOSE, m->purpose, sizeof m->purpose);
    plm_writer_string(&w, PLM_FIELD_NAME, m->offence, sizeof m->offence);
    put_rules(&w, m);
    plm_writer_require(&w, is_engine((unsigned)m->engine) && is_learns((unsigned)m->learns) &&
                               m->n_tokens <= PLM_MATCH_TOKENS_MAX &&
                               m->n_features <= PLM_MATCH_TOKENS_MAX &&
                               is_standing((unsigned)m->standing, m->since));
    plm_writer_u8(&w, (uint8_t)m->engine);
    plm_writer_u8(&w, (uint8_t)m->learns);
    plm_writer_u64(&w, m->n_tokens);
    plm_writer_u64(&w, m->n_features);
    plm_writer_u8(&w, (uint8_t)m->standing);
    plm_writer_bytes(&w, m->since, sizeof m->since);
    plm_writer_string(&w, PLM_FIELD_TEXT, m->case_ref, sizeof m->case_ref);
    plm_writer_string(&w, PLM_FIELD_TEXT, m->officer, sizeof m->officer);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

static int get_rules(plm_reader *r, plm_proposal *m)
{
    if (plm_rd_u16(r, &m->n_rules) < 0 || m->n_rules == 0 || m->n_rules > PLM_MESSAGE_RULES_MAX) {
        return -1;
    }
    for (size_t i = 0; i < m->n_rules; i++) {
        if (plm_rd_field(r, PLM_FIELD_NAME, m->rules[i], sizeof m->rules[i]) < 0 ||
            (i > 0 && strcmp(m->rules[i - 1], m->rules[i]) >= 0)) {
            return -1;
        }
    }
    return 0;
}

plm_status plm_proposal_decode(plm_proposal *out, plm_span body)
{
    plm_reader r = body;
    plm_proposal m = {0};
    uint8_t engine;
    uint8_t learns;
    uint8_t standing;
    if (plm_rd_copy(&r, m.run_id, sizeof m.run_id) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.asker, sizeof m.asker) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.holder, sizeof m.holder) < 0 ||
        plm_rd_copy(&r, m.accord_hash, sizeof m.accord_hash) < 0 ||
        plm_rd_copy(&r, m.recipe_digest, sizeof m.recipe_digest) < 0 ||
        plm_rd_copy(&r, m.channel, sizeof m.channel) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PURPOSE, m.purpose, sizeof m.purpose) < 0 ||
        plm_rd_field(&r, PLM_FIELD_NAME, m.offence, sizeof m.offence) < 0 ||
        get_rules(&r, &m) < 0 || plm_rd_u8(&r, &engine) < 0 || plm_rd_u8(&r, &learns) < 0 ||
        !is_engine(engine) || !is_learns(learns) ||
        plm_rd_count(&r, PLM_MATCH_TOKENS_MAX, &m.n_tokens) < 0 ||
        plm_rd_count(&r, PLM_MATCH_TOKENS_MAX, &m.n_features) < 0 || plm_rd_u8(&r, &standing) < 0 ||
        plm_rd_copy(&r, m.since, sizeof m.since) < 0 || !is_standing(standing, m.since) ||
        plm_rd_field(&r, PLM_FIELD_TEXT, m.case_ref, sizeof m.case_ref) < 0 ||
        plm_rd_field(&r, PLM_FIELD_TEXT, m.officer, sizeof m.officer) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.engine = (plm_match_engine)engine;
    m.learns = (plm_learns)learns;
    m.standing = (plm_standing_kind)standing;
    *out = m;
    return PLM_OK;
}
