/* SPDX-License-Identifier: Apache-2.0 */
#include "node/run_standing.h"

#include "base/ct.h"
#include "crypto/hasher.h"
#include "crypto/sign.h"
#include "release/decision.h"
#include "release/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static const uint8_t no_run[PLM_RUN_ID_BYTES];

void plm_standing_id(uint8_t out[static PLM_STANDING_ID_BYTES], const char *asker,
                     const char *holder, const uint8_t accord_hash[static PLM_HASH_BYTES],
                     const char *purpose, const char *case_opaque)
{
    uint8_t hash[32];
    plm_hasher h;
    plm_hasher_init(&h, "palermo standing");
    plm_hasher_bytes(&h, plm_span_str(asker));
    plm_hasher_bytes(&h, plm_span_str(holder));
    plm_hasher_fixed(&h, accord_hash, PLM_HASH_BYTES);
    plm_hasher_bytes(&h, plm_span_str(purpose));
    plm_hasher_bytes(&h, plm_span_str(case_opaque));
    plm_hasher_final(&h, hash);
    memcpy(out, hash, PLM_STANDING_ID_BYTES);
}

void plm_run_standing_destroy(plm_run_standing *s)
{
    if (s != NULL) {
        plm_standing_marks_wipe(&s->marks);
        plm_wipe(&s->row, sizeof s->row);
        free(s);
    }
}

void plm_run_standing_link_key(const plm_run_standing *s, uint8_t key[static PLM_LINK_KEY_BYTES])
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo standing links");
    plm_hasher_fixed(&h, s->row.key, sizeof s->row.key);
    plm_hasher_final(&h, key);
}

/* --- the asker --- */

/* An earlier time that lies ahead was of a clock that was wrong, and counts as long ago. */
static bool is_over(int64_t since_ms, int64_t now_ms, int64_t interval_ms)
{
    const int64_t gone = now_ms - since_ms;
    return gone < 0 || gone >= interval_ms - plm_policy_standing_slack(interval_ms);
}

static bool is_whole_due(const plm_standing_row *row, const plm_standing_terms *terms,
                         int64_t now_ms)
{
    return terms->whole_days == 0 || row->whole_ms == 0 ||
           is_over(row->whole_ms, now_ms, terms->whole_days * DAY_MS);
}

plm_status plm_run_standing_begin(plm_run_side *side, const plm_ask *ask,
                                  const plm_purpose *purpose)
{
    plm_run_standing *s = (plm_run_standing *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    side->standing = s;
    s->row = *ask->standing;
    s->is_stored = true;
    s->n_all = side->selected.set.n_tokens;
    plm_status status = plm_standing_marks_make(&s->marks, &side->selected, side->node->store,
                                                s->row.id, s->row.key);
    const bool is_whole = ask->is_whole || is_whole_due(&s->row, &purpose->standing, plm_wall_ms());
    s->kind = is_whole ? PLM_STANDING_WHOLE : PLM_STANDING_CHANGES;
    if (status == PLM_OK && !is_whole) {
        /* A smallest set of one is none: nothing that is new is padding alone. */
        plm_standing_marks_narrow(&s->marks, &side->selected.set,
                                  purpose->smallest_set > 1 ? purpose->smallest_set : 0);
    }
    return status;
}

uint64_t plm_run_standing_propose(plm_run_side *side, const plm_purpose *purpose)
{
    const plm_run_standing *s = side->standing;
    const uint64_t n = side->selected.set.n_tokens;
    side->proposal.standing = s->kind;
    memcpy(side->proposal.since, s->row.last_run, sizeof side->proposal.since);
    return s->kind == PLM_STANDING_WHOLE ? plm_policy_padded(purpose, n)
                                         : plm_policy_standing_class(purpose, n, s->n_all);
}

static void put_usage(const plm_standing_row *row, bool knows_whole, int64_t now_ms,
                      plm_usage *usage)
{
    usage->has_last = row->last_ms > 0;
    usage->since_last_ms = now_ms - row->last_ms;
    usage->has_whole = knows_whole && row->whole_ms > 0;
    usage->since_whole_ms = now_ms - row->whole_ms;
}

void plm_run_standing_own_usage(const plm_run_standing *s, int64_t now_ms, plm_usage *usage)
{
    put_usage(&s->row, true, now_ms, usage);
}

/* --- the holder --- */

/* A series that we have not seen: it is stored when its first run is done. */
static void begin_row(plm_standing_row *row, const plm_run_side *side, int64_t now_ms)
{
    const plm_proposal *p = &side->proposal;
    memcpy(row->accord_hash, p->accord_hash, sizeof row->accord_hash);
    (void)snprintf(row->peer, sizeof row->peer, "%s", p->asker);
    (void)snprintf(row->purpose, sizeof row->purpose, "%s", p->purpose);
    (void)snprintf(row->case_ref, sizeof row->case_ref, "%s", p->case_ref);
    row->state = PLM_STANDING_ACTIVE;
    row->created_ms = now_ms;
    plm_random(row->key, sizeof row->key);
}

plm_status plm_run_standing_join(plm_run_side *side, int64_t now_ms, plm_usage *usage)
{
    const plm_proposal *p = &side->proposal;
    uint8_t id[PLM_STANDING_ID_BYTES];
    bool is_going_on = false;
    plm_run_standing *s = (plm_run_standing *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    side->standing = s;
    s->kind = p->standing;
    plm_standing_id(id, p->asker, p->holder, p->accord_hash, p->purpose, p->case_ref);
    plm_status status = plm_store_standing_get(side->node->store, id, &s->row);
    s->is_stored = status == PLM_OK;
    if (status == PLM_E_NOT_FOUND) {
        begin_row(&s->row, side, now_ms);
        memcpy(s->row.id, id, sizeof id);
        status = PLM_OK;
    }
    if (status == PLM_OK) {
        status = plm_store_is_asked(side->node->store, p->asker, p->accord_hash, p->purpose,
                                    p->case_ref, &is_going_on);
    }
    /* An asker that did not learn that the last one was done may have to say all again. */
    const bool knows_last = memcmp(p->since, s->row.last_run, sizeof p->since) == 0;
    put_usage(&s->row, knows_last, now_ms, usage);
    if (is_going_on) {
        usage->has_last = true; /* never two of one series at once */
        usage->since_last_ms = 0;
    }
    return status;
}

/*
 * The run before came to its end here, but not with the asker, which will take no batch of it: what
 * it told is told again, and its open hits lapse, so that nobody decides on a pair twice. What an
 * officer let lapse stays told.
 */
static plm_status take_back(plm_run_side *side, const plm_standing_row *row)
{
    static const plm_hit_state open[] = {PLM_HIT_PENDING, PLM_HIT_APPROVED, PLM_HIT_RELEASING};
    plm_store *store = side->node->store;
    plm_status status = plm_store_standing_untell(store, row->id, row->last_run);
    for (size_t i = 0; status == PLM_OK && i < sizeof open / sizeof *open; i++) {
        uint64_t n;
        status = plm_store_move_hits(store, row->last_run, plm_hit_state_name(open[i]),
                                     plm_hit_state_name(PLM_HIT_LAPSED), &n);
    }
    return status;
}

static plm_status settle_last(plm_run_side *side, plm_standing_row *row)
{
    const plm_proposal *p = &side->proposal;
    const bool has_last = memcmp(row->last_run, no_run, sizeof no_run) != 0;
    if (memcmp(p->since, row->last_run, sizeof p->since) == 0) {
        memcpy(row->confirmed_run, p->since, sizeof row->confirmed_run);
        return PLM_OK;
    }
    return has_last && plm_release_applies(p->learns) &&
                   memcmp(p->since, row->confirmed_run, sizeof p->since) == 0
               ? take_back(side, row)
               : PLM_OK;
}

/* --- both --- */

static plm_status put_marks(plm_run_side *side, const plm_standing_row *row)
{
    const plm_standing_marks *m = &side->standing->marks;
    return row->state == PLM_STANDING_STOPPED
               ? PLM_OK
               : plm_store_put_standing_marks(side->node->store, row->id, m->changed, m->n_changed,
                                              m->has_none);
}

plm_status plm_run_standing_complete(plm_run_side *side)
{
    plm_run_standing *s = side->standing;
    plm_store *store = side->node->store;
    plm_standing_row *row = &s->row;
    plm_status status = PLM_OK;
    if (!s->is_stored) {
        status = plm_store_standing_add(store, row);
    } else {
        /* An officer may have paused or stopped it meanwhile. */
        status = plm_store_standing_get(store, row->id, row);
    }
    if (status == PLM_OK) {
        status = side->run.is_asker ? put_marks(side, row) : settle_last(side, row);
    }
    row->last_ms = side->run.started_ms;
    row->whole_ms = s->kind == PLM_STANDING_WHOLE ? side->run.started_ms : row->whole_ms;
    memcpy(row->last_run, side->run.id, sizeof row->last_run);
    row->next_ms = side->run.is_asker ? side->run.started_ms + row->every_ms : 0;
    row->n_done++;
    row->failures = 0;
    row->failed_ms = 0;
    row->failure[0] = row->clause[0] = '\0';
    return status == PLM_OK ? plm_store_standing_update(store, row) : status;
}

/* --- what is news --- */

/* kind 0: a token that agreed; else a grade that the pair was given. */
static void make_digest(const plm_run_standing *s, uint64_t kind, plm_span what,
                        uint8_t out[static PLM_STANDING_EVIDENCE_BYTES])
{
    uint8_t hash[32];
    plm_hasher h;
    plm_hasher_init(&h, "palermo standing told");
    plm_hasher_fixed(&h, s->row.key, sizeof s->row.key);
    plm_hasher_number(&h, kind);
    plm_hasher_bytes(&h, what);
    plm_hasher_final(&h, hash);
    memcpy(out, hash, PLM_STANDING_EVIDENCE_BYTES);
}

typedef plm_status evidence_fn(plm_run_side *side, const plm_standing_evidence *e, void *context);

/*
 * What speaks for the pair: each token of a rule that stands by itself; of a person's rule, which
 * makes many, the grade, and with it every lower one.
 */
static plm_status each_evidence(plm_run_side *side, const plm_run_pair *pair, evidence_fn *fn,
                                void *context)
{
    static const plm_link none = {{0}};
    const plm_run_agreement *list = &side->pairs->agreements[pair->first];
    const bool has_link = memcmp(list->link.b, none.b, sizeof none.b) != 0;
    plm_standing_evidence e = {
        .record = side->selected.numbers[list->record],
        .link = plm_span_of(list->link.b, has_link ? sizeof list->link.b : 0),
    };
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < pair->last - pair->first; i++) {
        const plm_token *token = &side->selected.set.tokens[list[i].token];
        if (list[i].rule != PLM_RULE_PERSON) {
            make_digest(side->standing, 0, plm_span_of(token->b, sizeof token->b), e.digest);
            status = fn(side, &e, context);
        }
    }
    for (uint8_t grade = pair->grade; status == PLM_OK && pair->is_person && grade > 0; grade--) {
        make_digest(side->standing, grade, plm_span_of(NULL, 0), e.digest);
        status = fn(side, &e, context);
    }
    return status;
}

static plm_status look(plm_run_side *side, const plm_standing_evidence *e, void *context)
{
    bool was_told = true;
    plm_status status =
        plm_store_standing_was_told(side->node->store, side->standing->row.id, e, &was_told);
    if (status == PLM_OK && !was_told) {
        *(bool *)context = true;
    }
    return status;
}

plm_status plm_run_standing_is_news(plm_run_side *side, const plm_run_pair *pair, bool *yes)
{
    *yes = false;
    return each_evidence(side, pair, look, yes);
}

static plm_status tell(plm_run_side *side, const plm_standing_evidence *e, void *context)
{
    return plm_store_standing_tell(side->node->store, side->standing->row.id, e, side->run.id,
                                   *(const uint32_t *)context);
}

plm_status plm_run_standing_tell(plm_run_side *side, const plm_run_pair *pair, uint32_t number)
{
    return each_evidence(side, pair, tell, &number);
}
