/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_judge.c - from evaluated questions to answers: what the index says of each subject, and
 * what of it the accord lets the asker see.
 */
#include "node/lookup_link.h"

#include "base/ct.h"
#include "node/lookup_notice.h"

#include <stdlib.h>
#include <string.h>

enum {
    DELIVERY_MS = 30000 /* as serve's postman */
};

static void notice_of(const plm_lookup_link *link, const plm_index_label *label,
                      plm_lookup_notice *out)
{
    *out = (plm_lookup_notice){.epoch = link->index.header.epoch, .time_ms = plm_wall_ms()};
    memcpy(out->purpose, link->index.header.purpose, sizeof out->purpose);
    memcpy(out->reference, label->reference, sizeof out->reference);
    memcpy(out->case_ref, link->asked.opaque, sizeof link->asked.opaque);
}

/* Tells the holder where the accord wants it; a failure is one of our store. */
static plm_status tell_holder(plm_lookup_link *link, const plm_index_label *label)
{
    plm_lookup_notice notice;
    notice_of(link, label, &notice);
    return plm_lookup_notice_post(&link->node, link->pin.party, link->agreement->accord->hash,
                                  &notice);
}

/* The same work where there is nothing to tell. */
static plm_status cover(plm_lookup_link *link)
{
    const plm_index_label nobody = {.is_urgent = false};
    plm_lookup_notice notice;
    notice_of(link, &nobody, &notice);
    return plm_lookup_notice_cover(&link->node, link->pin.party, link->agreement->accord->hash,
                                   &notice);
}

/* Looks for the subject's tokens; the first that is there counts. PLM_E_TAMPERED. */
static plm_status look(const plm_lookup_link *link, const plm_job_asked *asked,
                       const plm_index_key *keys, plm_lookup_answer_of *answer, bool *is_hit)
{
    const plm_index_view view = {&link->index, link->has_changes ? &link->changes : NULL};
    plm_status status = PLM_OK;
    *is_hit = false;
    for (size_t i = 0; status == PLM_OK && i < asked->n; i++) {
        plm_index_label label;
        status = plm_index_look(&view, &keys[i], &label);
        if (status == PLM_OK) {
            answer->rules |= asked->rules[i];
            answer->label = *is_hit ? answer->label : label;
            *is_hit = true;
        }
        status = status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    answer->has_label = *is_hit && link->index.header.label_bytes > 0;
    return status;
}

static void set_word(plm_lookup_answer_of *answer, bool is_hit, plm_status status)
{
    if (status != PLM_OK) {
        *answer = (plm_lookup_answer_of){.word = PLM_WORD_NO_ANSWER, .status = status};
    } else {
        answer->word = is_hit ? PLM_WORD_HIT : PLM_WORD_NO_HIT;
    }
}

/* What the index says of one subject. PLM_E_TAMPERED: it can't be trusted. */
static plm_status judge(plm_lookup_link *link, const plm_job_asked *asked,
                        const plm_index_key *keys, plm_lookup_answer_of *answer)
{
    bool is_hit;
    plm_status status = look(link, asked, keys, answer, &is_hit);
    if (status == PLM_OK && is_hit) {
        link->n_hits++;
        if (link->effective.purpose.learns == PLM_LEARNS_BOTH) {
            status = tell_holder(link, &answer->label);
            link->has_notices = link->has_notices || status == PLM_OK;
        }
    }
    set_word(answer, is_hit, status);
    return status;
}

/*
 * The same where the holder learns first. The transaction is the caller's; what is written into it
 * and what is answered are alike for a hit and none, but for an urgent one.
 */
static plm_status judge_for_holder(plm_lookup_link *link, const plm_job_asked *asked,
                                   const plm_index_key *keys, plm_lookup_answer_of *answer,
                                   uint64_t *n_hits)
{
    bool is_hit;
    plm_status status = look(link, asked, keys, answer, &is_hit);
    if (status != PLM_OK) {
        set_word(answer, false, status);
        return status;
    }
    *n_hits += is_hit;
    status = is_hit ? tell_holder(link, &answer->label) : cover(link);
    set_word(answer, is_hit, status);
    if (!(is_hit && answer->label.is_urgent)) {
        *answer = (plm_lookup_answer_of){
            .word = PLM_WORD_WITH_HOLDER, .epoch = answer->epoch, .sequence = answer->sequence};
    }
    return status;
}

static plm_lookup_answer_of blank_answer(const plm_lookup_link *link)
{
    return (plm_lookup_answer_of){.epoch = link->index.header.epoch,
                                  .sequence =
                                      link->has_changes ? link->changes.header.sequence : 0};
}

/*
 * All of the batch in one transaction, and no answer before it is over: an asker that sees how long
 * an answer takes sees one write to the disk, hit or none.
 */
static plm_status judge_batch_for_holder(plm_lookup_link *link, plm_lookup_answer_of *answers,
                                         const plm_job_part *batch, bool may_mend)
{
    const plm_index_key *keys = link->keys;
    uint64_t n_hits = 0;
    bool mine;
    plm_status status = plm_store_enter(link->node.store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    for (size_t i = 0; status == PLM_OK && batch != NULL; batch = batch->next, i++) {
        answers[i] = blank_answer(link);
        status = judge_for_holder(link, batch->asked, keys, &answers[i], &n_hits);
        status = status == PLM_E_TAMPERED && !may_mend ? PLM_OK : status; /* it is in the answer */
        keys += batch->asked->n;
    }
    status = plm_store_leave(link->node.store, mine, status);
    link->n_hits += status == PLM_OK ? n_hits : 0;
    /* By the clock, and whether there are any or not: the next answer waits for a delivery. */
    if (status == PLM_OK && !link->has_notices) {
        link->has_notices = true;
        link->deliver_ms = plm_clock_ms() + DELIVERY_MS;
    }
    return status;
}

static plm_status answer_for_holder(plm_lookup_link *link, plm_job_part **batch, bool may_mend)
{
    size_t n = 0;
    for (const plm_job_part *part = *batch; part != NULL; part = part->next) {
        n++;
    }
    plm_lookup_answer_of *answers = (plm_lookup_answer_of *)calloc(n + 1, sizeof *answers);
    plm_status status =
        answers == NULL ? PLM_E_NOMEM : judge_batch_for_holder(link, answers, *batch, may_mend);
    if (answers == NULL || (status == PLM_E_TAMPERED && may_mend)) {
        free(answers);
        return status;
    }
    for (size_t i = 0; *batch != NULL; i++) {
        plm_job_part *part = *batch;
        if (status != PLM_OK) {
            set_word(&answers[i], false, status);
        }
        *batch = part->next;
        plm_job_answer(part, &answers[i]);
    }
    free(answers);
    return PLM_OK;
}

static plm_status answer_asker(plm_lookup_link *link, plm_job_part **batch, bool may_mend)
{
    const plm_index_key *keys = link->keys;
    while (*batch != NULL) {
        plm_job_part *part = *batch;
        plm_lookup_answer_of answer = blank_answer(link);
        plm_status status = judge(link, part->asked, keys, &answer);
        if (status == PLM_E_TAMPERED && may_mend) {
            return status;
        }
        keys += part->asked->n;
        *batch = part->next;
        plm_job_answer(part, &answer);
    }
    return PLM_OK;
}

plm_status plm_link_judge(plm_lookup_link *link, plm_job_part **batch, bool may_mend)
{
    plm_status status = link->effective.purpose.learns == PLM_LEARNS_HOLDER
                            ? answer_for_holder(link, batch, may_mend)
                            : answer_asker(link, batch, may_mend);
    plm_wipe(link->keys, link->questions.n * sizeof *link->keys);
    return status;
}
