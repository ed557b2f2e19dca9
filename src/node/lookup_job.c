/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_job.c - what one caller asks of all links, and the answers to it. The questions are made
 * and blinded by the caller's thread, once for all links of one accord and rules.
 */
#include "node/lookup_link.h"

#include "base/ct.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)PLM_TOKENS_PER_RECORD_MAX <= (int)PLM_QUESTIONS_MAX, "a job fits into a batch");

enum {
    STEP_US = 100000 /* of the time told with an answer that keeps a hit to itself */
};

static void free_job(plm_job *job)
{
    for (size_t i = 0; job->asked != NULL && i < job->n_asked; i++) {
        plm_job_asked *asked = &job->asked[i];
        if (asked->questions != NULL) {
            plm_wipe(asked->questions, asked->n * sizeof *asked->questions);
        }
        free(asked->questions);
        free(asked->rules);
    }
    (void)pthread_cond_destroy(&job->done);
    (void)pthread_mutex_destroy(&job->mutex);
    free(job->asked);
    free(job->parts);
    free(job->answers);
    free(job);
}

/* One that had the job has it no more. */
static void let_go(plm_job *job)
{
    if (atomic_fetch_sub(&job->n_holders, 1) == 1) {
        free_job(job);
    }
}

/* The subject's tokens by the link's accord and rules. */
static plm_status make_tokens(plm_job_asked *asked, const plm_lookup_link *link,
                              const plm_record *subject)
{
    plm_token_set set;
    const plm_purpose *purpose = &link->effective.purpose;
    plm_status status =
        plm_token_set_init(&set, link->agreement->accord->hash, purpose->rules, purpose->n_rules);
    if (status == PLM_OK && link->table != NULL) {
        plm_token_set_gate(&set, link->table, link->threshold, false);
    }
    if (status == PLM_OK) {
        status = plm_token_set_add(&set, subject, 0);
    }
    if (status == PLM_OK) {
        status = plm_token_set_finish(&set);
    }
    const size_t n = status == PLM_OK ? set.n_tokens : 0;
    if (n > 0) {
        asked->questions = (plm_question *)calloc(n, sizeof *asked->questions);
        asked->rules = (uint64_t *)calloc(n, sizeof *asked->rules);
        status = asked->questions == NULL || asked->rules == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        asked->questions[i].token = set.tokens[i];
        for (uint32_t e = set.first[i]; e < set.first[i + 1]; e++) {
            asked->rules[i] |= UINT64_C(1) << set.entries[e].rule;
        }
        asked->n++;
    }
    plm_token_set_wipe(&set);
    return status;
}

static plm_status blind(plm_job_asked *asked, plm_lookups *lookups)
{
    uint8_t scalar[PLM_OPRF_SCALAR_BYTES];
    uint8_t inverse[PLM_OPRF_SCALAR_BYTES];
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < asked->n; i++) {
        (void)pthread_mutex_lock(&lookups->blinds_mutex);
        status = plm_blinds_take(&lookups->blinds, scalar, inverse);
        (void)pthread_mutex_unlock(&lookups->blinds_mutex);
        if (status == PLM_OK) {
            status = plm_question_blind(&asked->questions[i], scalar, inverse);
        }
    }
    plm_wipe(scalar, sizeof scalar);
    plm_wipe(inverse, sizeof inverse);
    return status;
}

/* Of one accord and purpose, of which reservations left the same rules: the tokens are the same. */
static bool asks_alike(const plm_lookup_link *a, const plm_lookup_link *b)
{
    const plm_purpose *x = &a->effective.purpose;
    const plm_purpose *y = &b->effective.purpose;
    return memcmp(a->agreement->accord->hash, b->agreement->accord->hash, PLM_ACCORD_HASH_BYTES) ==
               0 &&
           x->n_rules == y->n_rules &&
           memcmp(x->rules, y->rules, x->n_rules * sizeof *x->rules) == 0 &&
           (a->table != NULL) == (b->table != NULL) && a->threshold == b->threshold;
}

/* What this link asks: what an earlier one does, or questions of its own. */
static plm_status ask_by(plm_job *job, plm_lookups *lookups, size_t number,
                         const plm_record *subject)
{
    const plm_lookup_link *link = lookups->links[number];
    for (size_t i = 0; i < job->n_asked; i++) {
        if (asks_alike(link, lookups->links[job->asked[i].link])) {
            job->parts[number].asked = &job->asked[i];
            return PLM_OK;
        }
    }
    plm_job_asked *asked = &job->asked[job->n_asked++];
    asked->link = number;
    job->parts[number].asked = asked;
    plm_status status = make_tokens(asked, link, subject);
    return status == PLM_OK ? blind(asked, lookups) : status;
}

static plm_status fill_job(plm_job *job, plm_lookups *lookups, const plm_record *subject)
{
    plm_status status = PLM_OK;
    bool has_any = false;
    for (size_t i = 0; status == PLM_OK && i < lookups->n_links; i++) {
        job->parts[i] = (plm_job_part){.job = job, .number = i};
        job->answers[i] = (plm_lookup_answer_of){.status = PLM_E_TIMEOUT};
        memcpy(job->answers[i].party, lookups->links[i]->pin.party, sizeof job->answers[i].party);
        status = ask_by(job, lookups, i, subject);
        has_any = has_any || (status == PLM_OK && job->parts[i].asked->n > 0);
    }
    return status == PLM_OK && !has_any ? PLM_E_INVALID : status;
}

plm_status plm_job_create(plm_job **out, plm_lookups *lookups, const plm_record *subject,
                          int deadline_ms)
{
    const size_t n = lookups->n_links;
    plm_job *job = (plm_job *)calloc(1, sizeof *job);
    if (job == NULL || pthread_mutex_init(&job->mutex, NULL) != 0) {
        free(job);
        return PLM_E_NOMEM;
    }
    if (plm_lookups_init_condition(&job->done) != 0) {
        (void)pthread_mutex_destroy(&job->mutex);
        free(job);
        return PLM_E_NOMEM;
    }
    job->asked_us = plm_clock_us();
    job->end_ms = plm_clock_ms() + deadline_ms;
    job->n_parts = n;
    job->n_left = (unsigned)n;
    atomic_init(&job->n_holders, (unsigned)n + 1);
    job->answers = (plm_lookup_answer_of *)calloc(n, sizeof *job->answers);
    job->parts = (plm_job_part *)calloc(n, sizeof *job->parts);
    job->asked = (plm_job_asked *)calloc(n, sizeof *job->asked);
    plm_status status = job->answers == NULL || job->parts == NULL || job->asked == NULL
                            ? PLM_E_NOMEM
                            : fill_job(job, lookups, subject);
    if (status != PLM_OK) {
        free_job(job);
        return status;
    }
    *out = job;
    return PLM_OK;
}

/* Where an answer says nothing of a hit, neither does how long it took: in whole steps. */
static int64_t told_us(plm_lookup_word word, int64_t took_us)
{
    return word == PLM_WORD_WITH_HOLDER ? (took_us / STEP_US + 1) * STEP_US : took_us;
}

void plm_job_answer(plm_job_part *part, const plm_lookup_answer_of *answer)
{
    plm_job *job = part->job;
    plm_lookup_answer_of *out = &job->answers[part->number];
    char party[PLM_CODE_MAX];
    bool is_last = false;
    (void)pthread_mutex_lock(&job->mutex);
    if (!job->is_late) {
        memcpy(party, out->party, sizeof party);
        *out = *answer;
        memcpy(out->party, party, sizeof out->party);
        out->took_us = told_us(answer->word, plm_clock_us() - job->asked_us);
        is_last = --job->n_left == 0;
    }
    (void)pthread_mutex_unlock(&job->mutex);
    if (is_last) {
        (void)pthread_cond_signal(&job->done);
    }
    let_go(job);
}

void plm_job_wait(plm_job *job, plm_lookup_answer_of *answers)
{
    (void)pthread_mutex_lock(&job->mutex);
    while (job->n_left > 0 && plm_lookups_wait_until(&job->done, &job->mutex, job->end_ms)) {
    }
    job->is_late = true;
    memcpy(answers, job->answers, job->n_parts * sizeof *answers);
    (void)pthread_mutex_unlock(&job->mutex);
    let_go(job);
}
