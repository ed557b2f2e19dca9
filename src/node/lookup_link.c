/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_link.c - a link's thread: what has come in becomes a batch, the batch an answer for each.
 */
#include "node/lookup_link.h"

#include "node/delivery.h"
#include "node/lookup_summary.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PAUSE_MS = 250,    /* between two looks at an idle connection */
    REFETCH_MS = 5000, /* between two attempts to fetch a newer index */
    GATHER_US = 3000,  /* from one batch to the next, at least: a busy link asks for many at once */
    HOUR_MS = 3600000  /* a summary is of one hour at most */
};

/*
 * What comes soon after a batch waits a little for more: a batch's proof, frames and changes of
 * process cost about as much as ten evaluations. Who comes to a link at rest does not wait.
 */
static void gather_more(const plm_lookup_link *link)
{
    const int64_t left = link->batch_us + GATHER_US - plm_clock_us();
    if (left > 0) {
        const struct timespec pause = {0, (long)left * 1000};
        (void)nanosleep(&pause, NULL);
    }
}

/* The front of the queue, as much as one batch holds. Their mutex is held. */
static plm_job_part *cut_queue(plm_lookup_link *link)
{
    plm_job_part *batch = link->first;
    plm_job_part *last = NULL;
    size_t n = 0;
    for (plm_job_part *p = batch; p != NULL && n + p->asked->n <= PLM_QUESTIONS_MAX; p = p->next) {
        n += p->asked->n;
        last = p;
    }
    if (last != NULL) {
        link->first = last->next;
        link->last = link->first == NULL ? NULL : link->last;
        last->next = NULL;
    }
    return batch;
}

/* The next batch; NULL if nothing came within the pause. */
static plm_job_part *take_batch(plm_lookup_link *link, bool *is_closing)
{
    plm_lookups *lookups = link->lookups;
    struct timespec end;
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += PAUSE_MS * 1000000L;
    end.tv_sec += end.tv_nsec / 1000000000L;
    end.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&lookups->mutex);
    while (link->first == NULL && !lookups->is_closing &&
           pthread_cond_timedwait(&link->wake, &lookups->mutex, &end) == 0) {
    }
    if (link->first != NULL) {
        (void)pthread_mutex_unlock(&lookups->mutex);
        gather_more(link);
        (void)pthread_mutex_lock(&lookups->mutex);
    }
    plm_job_part *batch = cut_queue(link);
    *is_closing = lookups->is_closing;
    (void)pthread_mutex_unlock(&lookups->mutex);
    link->batch_us = batch != NULL ? plm_clock_us() : link->batch_us;
    return batch;
}

static void answer_all(plm_job_part *batch, const plm_lookup_answer_of *answer)
{
    while (batch != NULL) {
        plm_job_part *next = batch->next;
        plm_job_answer(batch, answer);
        batch = next;
    }
}

/* Those whose caller still waits; the others are let go. */
static plm_job_part *drop_late(plm_job_part *batch)
{
    const int64_t now = plm_clock_ms();
    plm_job_part *kept = NULL;
    plm_job_part **end = &kept;
    plm_job_part *late = NULL;
    while (batch != NULL) {
        plm_job_part *next = batch->next;
        plm_job_part **to = batch->job->end_ms > now ? end : &late;
        batch->next = to == &late ? late : NULL;
        *to = batch;
        end = to == end ? &batch->next : end;
        batch = next;
    }
    const plm_lookup_answer_of answer = {.status = PLM_E_TIMEOUT};
    answer_all(late, &answer);
    return kept;
}

static plm_status query(plm_lookup_link *link, plm_lookup_answer *answer, plm_buf *in)
{
    const plm_lookup_query q = {
        .number = ++link->next_number,
        .epoch = link->index.header.epoch,
        .n = (uint16_t)link->questions.n,
        .elements =
            plm_span_of(link->questions.blinded, link->questions.n * PLM_LOOKUP_ELEMENT_BYTES)};
    plm_buf out;
    plm_buf_init(&out, PLM_FRAME_PAYLOAD_MAX);
    plm_buf_clear(in);
    plm_status status = plm_lookup_query_encode(&q, &out);
    if (status == PLM_OK) {
        status = plm_link_exchange(link, PLM_FRAME_LOOKUP_QUERY, plm_buf_span(&out),
                                   PLM_FRAME_LOOKUP_ANSWER, in);
    }
    plm_buf_wipe(&out);
    if (status == PLM_OK) {
        status = plm_lookup_answer_decode(answer, plm_buf_span(in));
    }
    return status == PLM_OK && (answer->number != q.number ||
                                (answer->outcome == PLM_LOOKUP_DONE && answer->n != q.n))
               ? PLM_E_PROTOCOL
               : status;
}

static plm_status gather(plm_questions *questions, const plm_job_part *batch)
{
    plm_status status = PLM_OK;
    questions->n = 0;
    for (const plm_job_part *p = batch; p != NULL; p = p->next) {
        for (size_t i = 0; status == PLM_OK && i < p->asked->n; i++) {
            status = plm_questions_add(questions, &p->asked->questions[i]);
        }
    }
    return status;
}

/* An answer that holds for the whole batch: everything but the evaluations. */
static plm_lookup_answer_of common_answer(const plm_lookup_link *link, plm_lookup_outcome outcome)
{
    plm_lookup_answer_of answer = {.word = PLM_WORD_REFUSED};
    if (outcome == PLM_LOOKUP_EPOCH) {
        answer.word = PLM_WORD_INDEX_OLD;
        answer.epoch = link->index.header.epoch;
    } else if (outcome == PLM_LOOKUP_BUDGET) {
        answer.refusal.code = PLM_REFUSAL_BUDGET_LOOKUPS;
    } else {
        answer.refusal.code = PLM_REFUSAL_NOT_IN_FORCE;
    }
    return answer;
}

/* The index must be of the state that the holder tells: a withdrawn entry is a hit nowhere. */
static plm_status catch_up(plm_lookup_link *link, const plm_lookup_answer *answer)
{
    const uint64_t ours = link->has_changes ? link->changes.header.sequence : 0;
    link->wants_fetch = link->wants_fetch || answer->newest > link->index.header.epoch;
    if (ours >= answer->sequence) {
        return PLM_OK;
    }
    return link->lookups->config.fetches ? plm_link_fetch_changes(link, answer->sequence)
                                         : PLM_E_NOT_FOUND;
}

/* One round with the holder. PLM_OK: all are answered; otherwise those left in *batch are not. */
static plm_status ask_batch(plm_lookup_link *link, plm_job_part **batch, bool may_mend, plm_buf *in)
{
    plm_lookup_answer answer;
    plm_status status = gather(&link->questions, *batch);
    if (status == PLM_OK) {
        status = query(link, &answer, in);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (answer.outcome != PLM_LOOKUP_DONE) {
        const plm_lookup_answer_of common = common_answer(link, answer.outcome);
        link->n_refused += answer.outcome == PLM_LOOKUP_BUDGET ? link->questions.n : 0;
        link->wants_fetch = link->wants_fetch || answer.outcome == PLM_LOOKUP_EPOCH;
        answer_all(*batch, &common);
        return answer.outcome == PLM_LOOKUP_REFUSED ? PLM_E_REFUSED : PLM_OK;
    }
    status = plm_questions_finish(link->keys, &link->questions, link->index.header.public_key,
                                  answer.elements.p, answer.proof.p);
    if (status != PLM_OK) {
        return status;
    }
    link->n_evaluated += link->questions.n;
    link->n_batches++;
    status = catch_up(link, &answer);
    if (status == PLM_E_NOT_FOUND) {
        const plm_lookup_answer_of old = {.word = PLM_WORD_INDEX_OLD,
                                          .epoch = link->index.header.epoch};
        answer_all(*batch, &old);
        return PLM_OK;
    }
    return status == PLM_OK ? plm_link_judge(link, batch, may_mend) : status;
}

/* What a failure to connect means to who waits. */
static plm_lookup_answer_of failed_answer(const plm_lookup_link *link, plm_status status)
{
    plm_lookup_answer_of answer = {.word = PLM_WORD_NO_ANSWER, .status = status};
    if (status == PLM_E_REFUSED) {
        answer.word = PLM_WORD_REFUSED;
        answer.refusal = link->refusal;
    } else if (status == PLM_E_NOT_FOUND) {
        answer.word = PLM_WORD_INDEX_OLD;
    }
    return answer;
}

plm_status plm_link_serve_meanwhile(plm_lookup_link *link)
{
    plm_buf in;
    (void)pthread_mutex_lock(&link->lookups->mutex);
    plm_job_part *batch = cut_queue(link);
    (void)pthread_mutex_unlock(&link->lookups->mutex);
    batch = drop_late(batch);
    if (batch == NULL) {
        return PLM_OK;
    }
    plm_buf_init(&in, PLM_FRAME_PAYLOAD_MAX);
    plm_status status = ask_batch(link, &batch, false, &in);
    if (status != PLM_OK) {
        const plm_lookup_answer_of answer = failed_answer(link, status);
        answer_all(batch, &answer);
    }
    plm_buf_wipe(&in);
    return status;
}

/*
 * A connection that broke is made anew, once: the peer may have been restarted. An index that was
 * damaged on our disk is fetched anew, once. A proof that does not hold is no accident, and is told
 * as what it is.
 */
static void serve_batch(plm_lookup_link *link, plm_job_part *batch, plm_buf *in)
{
    plm_status status = PLM_OK;
    for (int attempt = 0; attempt < 2; attempt++) {
        const bool was_open = link->is_open;
        batch = drop_late(batch);
        if (batch == NULL) {
            return;
        }
        status = plm_link_connect(link);
        if (status == PLM_OK) {
            status = ask_batch(link, &batch, attempt == 0 && link->lookups->config.fetches, in);
            if (status == PLM_OK) {
                return;
            }
            if (status == PLM_E_TAMPERED && plm_link_fetch_index(link) == PLM_OK) {
                continue;
            }
            plm_link_disconnect(link, status);
            if (status == PLM_E_REFUSED) {
                return; /* all were told */
            }
        }
        if (!was_open || status == PLM_E_PROOF) {
            break;
        }
    }
    const plm_lookup_answer_of answer = failed_answer(link, status);
    answer_all(batch, &answer);
}

static void summarise(plm_lookup_link *link)
{
    const plm_lookup_summary summary = {.peer = link->pin.party,
                                        .accord_hash = link->agreement->accord->hash,
                                        .purpose = link->effective.purpose.code,
                                        .is_asker = true,
                                        .first_ms = link->first_ms,
                                        .last_ms = plm_wall_ms(),
                                        .n_evaluated = link->n_evaluated,
                                        .n_refused = link->n_refused,
                                        .n_batches = link->n_batches,
                                        .n_hits = link->n_hits};
    if (plm_lookup_summary_enter(link->node.store, &summary) == PLM_OK) {
        link->n_evaluated = 0;
        link->n_refused = 0;
        link->n_batches = 0;
        link->n_hits = 0;
        link->first_ms = summary.last_ms;
    }
}

/* An hour that is over stands in the ledger, however long the link stays. */
static void summarise_hour(plm_lookup_link *link)
{
    if (plm_wall_ms() / HOUR_MS != link->first_ms / HOUR_MS) {
        summarise(link);
    }
}

static void tell_state(plm_lookup_link *link)
{
    const bool is_ready = link->is_open && link->has_index;
    (void)pthread_mutex_lock(&link->lookups->mutex);
    const bool is_new = link->is_ready != is_ready || !link->is_tried;
    link->is_ready = is_ready;
    link->is_tried = true;
    link->told_failure = link->failure;
    link->told_refusal = link->refusal;
    link->told_epoch = link->has_index ? link->index.header.epoch : 0;
    link->told_bytes = link->offered_bytes;
    link->told_sequence = link->has_changes ? link->changes.header.sequence : 0;
    if (is_new) {
        (void)pthread_cond_broadcast(&link->lookups->ready);
    }
    (void)pthread_mutex_unlock(&link->lookups->mutex);
}

/*
 * The newer epoch that answers told of, also where there is never a pause; those that ask meanwhile
 * are answered from the one that is open.
 */
static plm_status fetch_newer(plm_lookup_link *link)
{
    const int64_t now = plm_clock_ms();
    if (!link->wants_fetch || !link->lookups->config.fetches || now < link->fetch_ms) {
        return PLM_OK;
    }
    link->fetch_ms = now + REFETCH_MS;
    plm_link_disconnect(link, PLM_OK); /* the terms are to be those of now */
    plm_status status = plm_link_connect(link);
    if (status == PLM_OK && link->terms.epochs[0].epoch != link->index.header.epoch) {
        status = plm_link_fetch_index(link);
    }
    link->wants_fetch = status != PLM_OK;
    if (status != PLM_OK && link->is_open) {
        plm_link_disconnect(link, status);
    }
    return status;
}

/* Between batches: the connection is kept or made, a newer index fetched, notices delivered. */
static void use_pause(plm_lookup_link *link)
{
    plm_status status = plm_link_stay(link);
    if (status == PLM_OK) {
        status = plm_session_tick(&link->session);
    }
    if (status == PLM_OK) {
        status = fetch_newer(link);
    }
    if (status != PLM_OK && link->is_open) {
        plm_link_disconnect(link, status);
    }
    tell_state(link);
    if (link->has_notices && plm_clock_ms() >= link->deliver_ms) {
        plm_delivery_report report;
        link->has_notices =
            plm_node_deliver(&link->node, link->pin.party, link->address, &report) != PLM_OK;
    }
    summarise_hour(link);
}

void *plm_link_main(void *context)
{
    plm_lookup_link *link = (plm_lookup_link *)context;
    plm_buf in;
    bool is_closing = false;
    plm_buf_init(&in, PLM_FRAME_PAYLOAD_MAX);
    link->first_ms = plm_wall_ms();
    use_pause(link);
    for (;;) {
        plm_job_part *batch = take_batch(link, &is_closing);
        if (batch != NULL) {
            summarise_hour(link);
            serve_batch(link, batch, &in);
            plm_status fetched = fetch_newer(link);
            (void)fetched; /* what it could not fetch is told with the next answers */
        } else if (is_closing) {
            break;
        } else {
            use_pause(link);
        }
    }
    plm_link_disconnect(link, PLM_OK);
    if (link->has_notices) {
        plm_delivery_report report;
        plm_status told = plm_node_deliver(&link->node, link->pin.party, link->address, &report);
        (void)told; /* what was not delivered now waits for 'palermo deliver' or the postman */
    }
    summarise(link);
    plm_link_close_index(link);
    plm_buf_wipe(&in);
    return NULL;
}
