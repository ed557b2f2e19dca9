/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_judge.c - from evaluated questions to answers: what the index says of each subject, and
 * what of it the accord lets the asker see.
 */
#include "node/lookup_link.h"

#include "base/ct.h"
#include "node/lookup_notice.h"

#include <string.h>

/* Tells the holder where the accord wants it; a failure is one of our store. */
static plm_status tell_holder(plm_lookup_link *link, const plm_index_label *label)
{
    plm_lookup_notice notice = {.epoch = link->index.header.epoch, .time_ms = plm_wall_ms()};
    memcpy(notice.purpose, link->index.header.purpose, sizeof notice.purpose);
    memcpy(notice.reference, label->reference, sizeof notice.reference);
    memcpy(notice.case_ref, link->asked.opaque, sizeof link->asked.opaque);
    plm_status status = plm_lookup_notice_post(&link->node, link->pin.party,
                                               link->agreement->accord->hash, &notice);
    link->has_notices = link->has_notices || status == PLM_OK;
    return status;
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

/* What the index says of one subject. PLM_E_TAMPERED: it can't be trusted. */
static plm_status judge(plm_lookup_link *link, const plm_job_part *part, const plm_index_key *keys,
                        plm_lookup_answer_of *answer)
{
    const plm_learns learns = link->effective.purpose.learns;
    bool is_hit;
    plm_status status = look(link, part->asked, keys, answer, &is_hit);
    if (status == PLM_OK && is_hit) {
        link->n_hits++;
        if (learns != PLM_LEARNS_ASKER) {
            status = tell_holder(link, &answer->label);
        }
    }
    answer->word = is_hit ? PLM_WORD_HIT : PLM_WORD_NO_HIT;
    if (learns == PLM_LEARNS_HOLDER && !(is_hit && answer->label.is_urgent)) {
        *answer = (plm_lookup_answer_of){
            .word = PLM_WORD_WITH_HOLDER, .epoch = answer->epoch, .sequence = answer->sequence};
    }
    if (status != PLM_OK) {
        *answer = (plm_lookup_answer_of){.word = PLM_WORD_NO_ANSWER, .status = status};
    }
    return status;
}

plm_status plm_link_judge(plm_lookup_link *link, plm_job_part **batch, bool may_mend)
{
    const plm_index_key *keys = link->keys;
    plm_status status = PLM_OK;
    while (*batch != NULL) {
        plm_job_part *part = *batch;
        plm_lookup_answer_of answer = {.epoch = link->index.header.epoch,
                                       .sequence =
                                           link->has_changes ? link->changes.header.sequence : 0};
        status = judge(link, part, keys, &answer);
        if (status == PLM_E_TAMPERED && may_mend) {
            break;
        }
        status = PLM_OK; /* it is in the answer */
        keys += part->asked->n;
        *batch = part->next;
        plm_job_answer(part, &answer);
    }
    plm_wipe(link->keys, link->questions.n * sizeof *link->keys);
    return status;
}
