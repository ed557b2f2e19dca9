/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_link.h"

#include "base/ct.h"

#include <stdio.h>
#include <stdlib.h>
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

/* Waits on the monotonic clock; false when the time has come. */
static bool wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t end_ms)
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

static void free_job(plm_job *job)
{
    for (size_t i = 0; job->parts != NULL && i < job->n_parts; i++) {
        if (job->parts[i].tokens != NULL) {
            plm_wipe(job->parts[i].tokens, job->parts[i].n * sizeof *job->parts[i].tokens);
        }
        free(job->parts[i].tokens);
        free(job->parts[i].rules);
    }
    (void)pthread_cond_destroy(&job->done);
    free(job->parts);
    free(job->answers);
    free(job);
}

/* One that had the job has it no more. Their mutex is held. */
static void let_go(plm_job *job)
{
    if (--job->n_holders == 0) {
        free_job(job);
    }
}

void plm_job_answer(plm_job_part *part, const plm_lookup_answer_of *answer)
{
    plm_job *job = part->job;
    plm_lookup_answer_of *out = &job->answers[part->number];
    char party[PLM_CODE_MAX];
    if (!job->is_late) {
        memcpy(party, out->party, sizeof party);
        *out = *answer;
        memcpy(out->party, party, sizeof out->party);
        out->took_us = plm_clock_us() - job->asked_us;
        if (--job->n_left == 0) {
            (void)pthread_cond_signal(&job->done);
        }
    }
    let_go(job);
}

/* The subject's tokens by the link's accord and rules. */
static plm_status make_tokens(plm_job_part *part, const plm_lookup_link *link,
                              const plm_record *subject)
{
    plm_token_set set;
    const plm_purpose *purpose = &link->effective.purpose;
    plm_status status =
        plm_token_set_init(&set, link->agreement->accord->hash, purpose->rules, purpose->n_rules);
    if (status == PLM_OK && link->table != NULL) {
        plm_token_set_gate(&set, link->table, link->threshold);
    }
    if (status == PLM_OK) {
        status = plm_token_set_add(&set, subject, 0);
    }
    if (status == PLM_OK) {
        status = plm_token_set_finish(&set);
    }
    const size_t n = status == PLM_OK ? set.n_tokens : 0;
    if (n > 0) {
        part->tokens = (plm_token *)calloc(n, sizeof *part->tokens);
        part->rules = (uint64_t *)calloc(n, sizeof *part->rules);
        status = part->tokens == NULL || part->rules == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        part->tokens[i] = set.tokens[i];
        for (uint32_t e = set.first[i]; e < set.first[i + 1]; e++) {
            part->rules[i] |= UINT64_C(1) << set.entries[e].rule;
        }
        part->n++;
    }
    plm_token_set_wipe(&set);
    return status;
}

static plm_status make_job(plm_job **out, plm_lookups *lookups, const plm_record *subject,
                           int deadline_ms)
{
    plm_job *job = (plm_job *)calloc(1, sizeof *job);
    if (job == NULL || plm_lookups_init_condition(&job->done) != 0) {
        free(job);
        return PLM_E_NOMEM;
    }
    job->asked_us = plm_clock_us();
    job->end_ms = plm_clock_ms() + deadline_ms;
    job->answers = (plm_lookup_answer_of *)calloc(lookups->n_links, sizeof *job->answers);
    job->parts = (plm_job_part *)calloc(lookups->n_links, sizeof *job->parts);
    plm_status status = job->answers == NULL || job->parts == NULL ? PLM_E_NOMEM : PLM_OK;
    bool has_any = false;
    for (size_t i = 0; status == PLM_OK && i < lookups->n_links; i++) {
        const plm_lookup_link *link = lookups->links[i];
        job->n_parts++;
        job->parts[i] = (plm_job_part){.job = job, .number = i};
        job->answers[i] = (plm_lookup_answer_of){.status = PLM_E_TIMEOUT};
        memcpy(job->answers[i].party, link->pin.party, sizeof job->answers[i].party);
        status = make_tokens(&job->parts[i], link, subject);
        has_any = has_any || job->parts[i].n > 0;
    }
    if (status == PLM_OK && !has_any) {
        status = PLM_E_INVALID;
    }
    if (status != PLM_OK) {
        free_job(job);
        return status;
    }
    *out = job;
    return PLM_OK;
}

/* Into the queues of all links; where there is nothing to ask that is the answer. */
static void hand_out(plm_lookups *lookups, plm_job *job)
{
    const plm_lookup_answer_of nothing = {.word = PLM_WORD_NO_ANSWER, .status = PLM_E_INVALID};
    job->n_holders = (unsigned)job->n_parts + 1;
    job->n_left = (unsigned)job->n_parts;
    for (size_t i = 0; i < job->n_parts; i++) {
        plm_lookup_link *link = lookups->links[i];
        plm_job_part *part = &job->parts[i];
        if (part->n == 0) {
            plm_job_answer(part, &nothing);
            continue;
        }
        if (link->last == NULL) {
            link->first = part;
        } else {
            link->last->next = part;
        }
        link->last = part;
        (void)pthread_cond_signal(&link->wake);
    }
}

plm_status plm_lookups_ask(plm_lookups *lookups, const plm_record *subject, int deadline_ms,
                           plm_lookup_answer_of *answers)
{
    plm_job *job;
    plm_status status = make_job(&job, lookups, subject, deadline_ms);
    if (status != PLM_OK) {
        return status;
    }
    (void)pthread_mutex_lock(&lookups->mutex);
    hand_out(lookups, job);
    while (job->n_left > 0 && wait_until(&job->done, &lookups->mutex, job->end_ms)) {
    }
    job->is_late = true;
    memcpy(answers, job->answers, lookups->n_links * sizeof *answers);
    let_go(job);
    (void)pthread_mutex_unlock(&lookups->mutex);
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
        in_time = wait_until(&lookups->ready, &lookups->mutex, end);
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
                               .sequence = link->told_sequence};
    memcpy(out->party, link->pin.party, sizeof out->party);
    (void)pthread_mutex_unlock(&lookups->mutex);
}
