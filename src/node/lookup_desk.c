/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_desk.h"

#include "base/ct.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const words[PLM_WORD_COUNT] = {
    [PLM_WORD_NO_ANSWER] = "no-answer",     [PLM_WORD_NO_HIT] = "no-hit",
    [PLM_WORD_HIT] = "hit",                 [PLM_WORD_WITH_HOLDER] = "with-holder",
    [PLM_WORD_REFUSED] = "refused",         [PLM_WORD_INDEX_OLD] = "index-old",
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

static int init_condition(pthread_cond_t *condition)
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

/* --- jobs ------------------------------------------------------------------------------------ */

static void free_job(plm_job *job)
{
    for (size_t i = 0; i < job->n_parts; i++) {
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

/* One that had the job has it no more. The desk's mutex is held. */
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
static plm_status make_tokens(plm_job_part *part, const plm_desk_link *link,
                              const plm_record *subject)
{
    plm_token_set set;
    const plm_purpose *purpose = &link->effective.purpose;
    plm_status status = plm_token_set_init(&set, link->agreement->accord->hash, purpose->rules,
                                           purpose->n_rules);
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

static plm_status make_job(plm_job **out, plm_desk *desk, const plm_record *subject, int deadline_ms)
{
    plm_job *job = (plm_job *)calloc(1, sizeof *job);
    if (job == NULL || init_condition(&job->done) != 0) {
        free(job);
        return PLM_E_NOMEM;
    }
    job->asked_us = plm_clock_us();
    job->end_ms = plm_clock_ms() + deadline_ms;
    job->answers = (plm_lookup_answer_of *)calloc(desk->n_links, sizeof *job->answers);
    job->parts = (plm_job_part *)calloc(desk->n_links, sizeof *job->parts);
    plm_status status = job->answers == NULL || job->parts == NULL ? PLM_E_NOMEM : PLM_OK;
    bool has_any = false;
    for (size_t i = 0; status == PLM_OK && i < desk->n_links; i++) {
        const plm_desk_link *link = desk->links[i];
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
static void hand_out(plm_desk *desk, plm_job *job)
{
    const plm_lookup_answer_of nothing = {.word = PLM_WORD_NO_ANSWER, .status = PLM_E_INVALID};
    job->n_holders = (unsigned)job->n_parts + 1;
    job->n_left = (unsigned)job->n_parts;
    for (size_t i = 0; i < job->n_parts; i++) {
        plm_desk_link *link = desk->links[i];
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

plm_status plm_desk_ask(plm_desk *desk, const plm_record *subject, int deadline_ms,
                        plm_lookup_answer_of *answers)
{
    plm_job *job;
    plm_status status = make_job(&job, desk, subject, deadline_ms);
    if (status != PLM_OK) {
        return status;
    }
    (void)pthread_mutex_lock(&desk->mutex);
    hand_out(desk, job);
    while (job->n_left > 0 && wait_until(&job->done, &desk->mutex, job->end_ms)) {
    }
    job->is_late = true;
    memcpy(answers, job->answers, desk->n_links * sizeof *answers);
    let_go(job);
    (void)pthread_mutex_unlock(&desk->mutex);
    for (size_t i = 0; i < desk->n_links; i++) {
        if (answers[i].word == PLM_WORD_NO_ANSWER && answers[i].took_us == 0) {
            answers[i].took_us = (int64_t)deadline_ms * 1000;
        }
    }
    return PLM_OK;
}

size_t plm_desk_n_parties(const plm_desk *desk)
{
    return desk->n_links;
}

bool plm_desk_wait_ready(plm_desk *desk, int most_ms)
{
    const int64_t end = plm_clock_ms() + most_ms;
    bool in_time = true;
    size_t n_ready = 0;
    (void)pthread_mutex_lock(&desk->mutex);
    for (;;) {
        size_t n_tried = 0;
        n_ready = 0;
        for (size_t i = 0; i < desk->n_links; i++) {
            n_ready += desk->links[i]->is_ready;
            n_tried += desk->links[i]->is_tried;
        }
        if (n_tried == desk->n_links || !in_time) {
            break;
        }
        in_time = wait_until(&desk->ready, &desk->mutex, end);
    }
    (void)pthread_mutex_unlock(&desk->mutex);
    return n_ready == desk->n_links;
}

void plm_desk_get_state(plm_desk *desk, size_t number, plm_desk_state *out)
{
    const plm_desk_link *link = desk->links[number];
    (void)pthread_mutex_lock(&desk->mutex);
    *out = (plm_desk_state){.is_ready = link->is_ready,
                            .failure = link->told_failure,
                            .refusal = link->told_refusal,
                            .epoch = link->told_epoch,
                            .sequence = link->told_sequence};
    memcpy(out->party, link->pin.party, sizeof out->party);
    (void)pthread_mutex_unlock(&desk->mutex);
}

/* --- opening and closing --------------------------------------------------------------------- */

static void close_link(plm_desk_link *link)
{
    if (link->is_started) {
        (void)pthread_join(link->thread, NULL);
    }
    plm_store_close(link->node.store);
    plm_agreement_destroy(link->agreement);
    plm_frequency_destroy(link->table);
    (void)pthread_cond_destroy(&link->wake);
    plm_wipe(link, sizeof *link);
    free(link);
}

void plm_desk_close(plm_desk *desk)
{
    if (desk == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&desk->mutex);
    desk->is_closing = true;
    for (size_t i = 0; i < desk->n_links; i++) {
        (void)pthread_cond_signal(&desk->links[i]->wake);
    }
    (void)pthread_mutex_unlock(&desk->mutex);
    for (size_t i = 0; i < desk->n_links; i++) {
        close_link(desk->links[i]);
    }
    (void)pthread_mutex_destroy(&desk->mutex);
    (void)pthread_cond_destroy(&desk->ready);
    free(desk->links);
    plm_wipe(desk, sizeof *desk);
    free(desk);
}

/* The agreement with the party, the purpose as it counts, and the case to ask under. */
static plm_status prepare_link(plm_desk_link *link, const char *with, plm_refusal *refusal,
                               const char **detail)
{
    const plm_desk_config *config = &link->desk->config;
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    plm_outcome outcome = {0};
    const plm_ask ask = {.with = with,
                         .purpose = config->purpose,
                         .case_ref = config->case_ref,
                         .offence = config->offence};
    plm_status status =
        config->accord_hash != NULL
            ? plm_agreement_load(&link->agreement, link->node.store, config->accord_hash)
            : plm_agreement_find(&link->agreement, link->node.store, link->node.code, with,
                                 config->purpose, today);
    if (status != PLM_OK) {
        return status;
    }
    const plm_party *party = plm_accord_party(link->agreement->accord, with);
    if (party == NULL) {
        return PLM_E_NOT_FOUND;
    }
    const plm_in_force state = plm_agreement_state(link->agreement, today);
    (void)snprintf(link->pin.party, sizeof link->pin.party, "%s", party->code);
    (void)snprintf(link->address, sizeof link->address, "%s", party->address);
    memcpy(link->pin.identity, party->identity, sizeof link->pin.identity);
    status = plm_policy_effective(&link->effective, link->agreement->accord, &state,
                                  link->node.code, with, config->purpose, refusal);
    if (status == PLM_OK) {
        status = plm_ask_take_case(&link->asked, link->node.store, &ask, &link->effective.purpose,
                                   &outcome);
        if (status == PLM_E_REFUSED) {
            *refusal = outcome.refusal;
            *detail = outcome.detail;
        }
    }
    return status == PLM_OK
               ? plm_select_gate(&link->table, &link->threshold, &link->effective.purpose)
               : status;
}

static plm_status add_link(plm_desk *desk, const char *with, const char *address,
                           plm_refusal *refusal, const char **detail)
{
    char error[PLM_STORE_ERROR_MAX];
    plm_desk_link **links =
        (plm_desk_link **)realloc(desk->links, (desk->n_links + 1) * sizeof(plm_desk_link *));
    plm_desk_link *link = (plm_desk_link *)calloc(1, sizeof *link);
    desk->links = links != NULL ? links : desk->links;
    if (links == NULL || link == NULL || init_condition(&link->wake) != 0) {
        free(link);
        return PLM_E_NOMEM;
    }
    link->desk = desk;
    link->number = desk->n_links;
    link->node = desk->config.node;
    link->node.store = NULL;
    plm_status status = plm_store_open(&link->node.store, desk->config.store, false, error);
    if (status == PLM_OK) {
        status = prepare_link(link, with, refusal, detail);
    }
    if (status == PLM_OK && address != NULL) {
        (void)snprintf(link->address, sizeof link->address, "%s", address);
    }
    if (status != PLM_OK) {
        close_link(link);
        return status;
    }
    desk->links[desk->n_links++] = link;
    return PLM_OK;
}

/* Every party with whom the purpose is in force; those without it are passed over. */
static plm_status add_all(plm_desk *desk, plm_refusal *refusal, const char **detail)
{
    plm_tls_pin *pins = NULL;
    size_t n = 0;
    char error[PLM_STORE_ERROR_MAX];
    plm_store *store;
    plm_status status = plm_store_open(&store, desk->config.store, false, error);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_agreement_pins(&pins, &n, store, desk->config.node.code, NULL);
    plm_store_close(store);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        plm_refusal why = {0};
        bool is_new = true;
        for (size_t k = 0; k < desk->n_links; k++) {
            is_new = is_new && strcmp(desk->links[k]->pin.party, pins[i].party) != 0;
        }
        status = is_new ? add_link(desk, pins[i].party, NULL, &why, detail) : PLM_OK;
        if (status == PLM_E_REFUSED && why.code == PLM_REFUSAL_CASE) {
            *refusal = why;
        } else if (status == PLM_E_REFUSED || status == PLM_E_NOT_FOUND) {
            status = PLM_OK;
        }
    }
    free(pins);
    return status == PLM_OK && desk->n_links == 0 ? PLM_E_NOT_FOUND : status;
}

static plm_status start_links(plm_desk *desk)
{
    for (size_t i = 0; i < desk->n_links; i++) {
        plm_desk_link *link = desk->links[i];
        if (pthread_create(&link->thread, NULL, plm_link_main, link) != 0) {
            return PLM_E_NOMEM;
        }
        link->is_started = true;
    }
    return PLM_OK;
}

plm_status plm_desk_open(plm_desk **out, const plm_desk_config *config, plm_refusal *refusal,
                         const char **detail)
{
    plm_desk *desk = (plm_desk *)calloc(1, sizeof *desk);
    *refusal = (plm_refusal){0};
    *detail = NULL;
    if (desk == NULL) {
        return PLM_E_NOMEM;
    }
    desk->config = *config;
    if (pthread_mutex_init(&desk->mutex, NULL) != 0 || init_condition(&desk->ready) != 0) {
        free(desk);
        return PLM_E_NOMEM;
    }
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && config->parties != NULL && config->parties[i] != NULL;
         i++) {
        status = add_link(desk, config->parties[i],
                          config->addresses == NULL ? NULL : config->addresses[i], refusal, detail);
    }
    if (status == PLM_OK && config->parties == NULL) {
        status = add_all(desk, refusal, detail);
    }
    if (status == PLM_OK) {
        status = start_links(desk);
    }
    if (status != PLM_OK) {
        plm_desk_close(desk);
        return status;
    }
    *out = desk;
    return PLM_OK;
}
