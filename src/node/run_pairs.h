/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_pairs.h - what a receiver learned of a run: pairs of a record of ours and a link, and what
 * speaks for each (spec/release.md section 2, spec/resolution.md).
 *
 *     plm_run_pairs_make       from tokens in common to pairs            after the first leg
 *     plm_run_look_tokens      features, for the second look             before the second leg
 *     plm_run_look_take        which of them agreed                      after it
 *     plm_run_pairs_resolve    who is whose partner, and how sure        at the end
 */
#ifndef PLM_NODE_RUN_PAIRS_H
#define PLM_NODE_RUN_PAIRS_H

#include "ident/link.h"
#include "node/run.h"

/* One rule of one of our records that agreed with the record behind one link. */
typedef struct plm_run_agreement {
    uint32_t record; /* index into side->selected.numbers */
    uint16_t rule;
    uint16_t pattern;
    uint32_t token; /* that agreed */
    plm_link link;  /* zero where the engine gave none */
} plm_run_agreement;

typedef struct plm_run_pair {
    size_t first; /* its agreements, which stand together */
    size_t last;
    bool is_person;     /* the rule "person" is among them */
    bool is_strong;     /* and another one is */
    uint8_t grade;      /* plm_grade of the resolution; of a strong pair at least probable */
    int32_t score;      /* hundredths of a bit */
    bool was_looked_at; /* its features' tokens are in the second look */
    char *words;        /* the explanation; NULL: none */
} plm_run_pair;

typedef struct plm_run_pairs {
    plm_run_agreement *agreements; /* sorted by record, then link */
    size_t n_agreements;
    plm_run_pair *pairs;
    size_t n;
    plm_token *look; /* SECRET; tokens of the second look, ascending, each once */
    size_t n_look;
    bool *has_agreed;  /* of each of them */
    size_t n_unlooked; /* pairs that did not fit into the agreed number of features */
} plm_run_pairs;

/* PLM_E_NOMEM. side->pairs is wiped with the side. */
plm_status plm_run_pairs_make(plm_run_side *side) PLM_MUST_CHECK;
void plm_run_pairs_destroy(plm_run_pairs *pairs);

/*
 * Our tokens in the second look: as the sender of all our records under their links, as the
 * receiver of our records under the links of their candidates, at most side->n_features of them.
 * *out: SECRET, the caller's to wipe and free. The session is ticked meanwhile.
 */
plm_status plm_run_look_tokens(plm_run_side *side, bool is_receiver, plm_token **out,
                               size_t *n) PLM_MUST_CHECK;
/* What the second leg gave. */
plm_status plm_run_look_take(plm_run_side *side, const plm_session_result *result) PLM_MUST_CHECK;

/*
 * Scores the pairs that the rule "person" found, chooses partners, grades and explains. A pair that
 * is below the cut and that no other rule found gets grade 0. PLM_E_NOMEM, PLM_E_STORE.
 */
plm_status plm_run_pairs_resolve(plm_run_side *side, const plm_purpose *purpose) PLM_MUST_CHECK;

#endif
