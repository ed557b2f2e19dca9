/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_link.h"

#include <string.h>
#include <time.h>

static const char *const words[PLM_WORD_COUNT] = {
    [PLM_WORD_NO_ANSWER] = "no-answer",
    [PLM_WORD_NO_HIT] = "no-hit",
    [PLM_WORD_HIT] = "hit",
    [PLM_WORD_WITH_HOLDER] = "with-holder",
    [PLM_WORD_REFUSED] = "refused",
    [PLM_WORD_INDEX_OLD] = "index-old",
};

const char *plm_lookup_word_name(plm_lookup_word word)
{
    return (unsigned)word < PLM_WORD_COUNT ? words[word] : "unknown";
}

bool plm_lookups_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t end_ms)
{
    const struct timespec end = {.tv_sec = (time_t)(end_ms / 1000),
                                 .tv_nsec = (long)(end_ms % 1000) * 1000000};
    return pthread_cond_timedwait(condition, mutex, &end) == 0;
}

int plm_lookups_init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int result = pthread_condattr_init(&attributes);
    if (result == 0) {
        result = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    }
    if (result == 0) {
        result = pthread_cond_init(condition, &attributes);
    }
    (void)pthread_condattr_destroy(&attributes);
    return result;
}

/* Into the queues of all links; where there is nothing to ask that is the answer. */
static void hand_out(plm_lookups *lookups, plm_job *job)
{
    const plm_lookup_answer_of nothing = {.word = PLM_WORD_NO_ANSWER, .status = PLM_E_INVALID};
    for (size_t i = 0; i < job->n_parts; i++) {
        plm_lookup_link *link = lookups->links[i];
        plm_job_part *part = &job->parts[i];
        if (part->asked->n == 0) {
            plm_job_answer(part, &nothing);
            continue;
        }
        (void)pthread_mutex_lock(&lookups->mutex);
        if (link->last == NULL) {
            link->first = part;
        } else {
            link->last->next = part;
        }
        link->last = part;
        (void)pthread_cond_signal(&link->wake);
        (void)pthread_mutex_unlock(&lookups->mutex);
    }
}

plm_status plm_lookups_ask(plm_lookups *lookups, const plm_record *subject, int deadline_ms,
                           plm_lookup_answer_of *answers)
{
    plm_job *job;
    plm_status status = plm_job_create(&job, lookups, subject, deadline_ms);
    if (status != PLM_OK) {
        return status;
    }
    hand_out(lookups, job);
    plm_job_wait(job, answers);
    for (size_t i = 0; i < lookups->n_links; i++) {
        if (answers[i].word == PLM_WORD_NO_ANSWER && answers[i].took_us == 0) {
            answers[i].took_us = (int64_t)deadline_ms * 1000;
        }
    }
    return PLM_OK;
}

size_t plm_lookups_n_parties(const plm_lookups *lookups)
{
    return lookups->n_links;
}

bool plm_lookups_wait_ready(plm_lookups *lookups, int most_ms)
{
    const int64_t end = plm_clock_ms() + most_ms;
    bool in_time = true;
    size_t n_ready = 0;
    (void)pthread_mutex_lock(&lookups->mutex);
    for (;;) {
        size_t n_tried = 0;
        n_ready = 0;
        for (size_t i = 0; i < lookups->n_links; i++) {
            n_ready += lookups->links[i]->is_ready;
            n_tried += lookups->links[i]->is_tried;
        }
        if (n_tried == lookups->n_links || !in_time) {
            break;
        }
        in_time = plm_lookups_wait_until(&lookups->ready, &lookups->mutex, end);
    }
    (void)pthread_mutex_unlock(&lookups->mutex);
    return n_ready == lookups->n_links;
}

void plm_lookups_get_state(plm_lookups *lookups, size_t number, plm_lookups_state *out)
{
    const plm_lookup_link *link = lookups->links[number];
    (void)pthread_mutex_lock(&lookups->mutex);
    *out = (plm_lookups_state){.is_ready = link->is_ready,
                               .failure = link->told_failure,
                               .refusal = link->told_refusal,
                               .epoch = link->told_epoch,
                               .sequence = link->told_sequence,
                               .offered_bytes = link->told_bytes};
    memcpy(out->party, link->pin.party, sizeof out->party);
    (void)pthread_mutex_unlock(&lookups->mutex);
}
