/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refuse.h - how the parts of the policy say which clause forbids something.
 */
#ifndef PLM_ACCORD_REFUSE_H
#define PLM_ACCORD_REFUSE_H

#include "accord/policy.h"

/* Two parties of an accord by their ratifications, in the order in which clauses are looked for. */
typedef struct plm_policy_pair {
    const plm_accord *accord;
    const plm_ratification *a;
    const plm_ratification *b;
} plm_policy_pair;

/* Each sets *refusal and returns PLM_E_REFUSED. */
plm_status plm_refuse(plm_refusal *refusal, plm_refusal_code code, const char *clause, ...)
    PLM_PRINTF(3, 4);
/* "/purposes/i/member", or that member of the source's reservation. */
plm_status plm_refuse_source(plm_refusal *refusal, plm_refusal_code code, plm_source source,
                             size_t purpose, const char *member);
/* The offence is not in the effective purpose: who took it out, or else the accord's list. */
plm_status plm_refuse_offence(plm_refusal *refusal, const plm_policy_pair *pair, size_t purpose,
                              const char *code);
/* The rules are not the effective purpose's: the reservation that took the first of the proposed
 * ones out, or else the accord's list. */
plm_status plm_refuse_rules(plm_refusal *refusal, const plm_policy_pair *pair, size_t purpose,
                            const plm_proposal *proposal);

/* What proposals and lookups are both looked at for (policy.c). */
/* The offence is among the purpose's, and in the catalogue. */
bool plm_policy_has_offence(const plm_purpose *purpose, const char *code);
/* The accord's recipe is the asker's, and this program's: either side may be outdated. */
bool plm_policy_has_recipe(const plm_accord *accord,
                           const uint8_t digest[static PLM_RECIPE_DIGEST_BYTES]);
/* Both are of the form that says nothing about what they stand for. */
bool plm_policy_has_case(const char *case_ref, const char *officer);

#endif
