/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_rule.h - what a case must have before anybody may be asked because of it (spec/accord.md
 * section 6; UNTOC arts. 2 and 3; Regulation (EU) 2024/982 art. 26).
 */
#ifndef PLM_ACCORD_CASE_RULE_H
#define PLM_ACCORD_CASE_RULE_H

#include "accord/accord.h"

enum {
    PLM_CASE_PENALTY_MAX = 100,   /* years; stands for imprisonment for life and more */
    PLM_CASE_SERIOUS_YEARS = 4,   /* UNTOC art. 2(b) */
    PLM_CASE_REFERENCE_MAX = 101, /* bytes of a reference, terminator included */
};

/* Strings are borrowed. */
typedef struct plm_case_facts {
    const char *reference;
    const char *const *offences;
    size_t n_offences;
    int64_t penalty_years;
    const char *element; /* of UNTOC art. 3(2): "a", "b", "c" or "d" */
    bool is_group;       /* an organised criminal group is involved (art. 2(a)) */
    const char *officer;
    const char *supervisor;
    const char *purpose;
} plm_case_facts;

/*
 * What is missing or wrong, as a sentence; NULL if nothing is. Offences that a convention obliges
 * to punish need no more than a transnational element and a penalty of deprivation of liberty;
 * UNTOC.2b, which is any serious crime, needs four years and an organised criminal group besides.
 * Officer and supervisor are two persons: names that differ in blanks or in case only are one.
 */
const char *plm_case_objection(const plm_case_facts *facts);
/* The element in words: "committed in more than one state"; NULL if there is no such letter. */
const char *plm_case_element_words(const char *element);

#endif
