/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conditions.h - under what what was disclosed may be used (UNTOC art. 18(19), (20)), and whether
 * an export keeps to it.
 */
#ifndef PLM_REQUEST_CONDITIONS_H
#define PLM_REQUEST_CONDITIONS_H

#include "base/date.h"
#include "base/json.h"
#include "wire/message.h"

enum {
    PLM_ASSURANCES_COUNT = 4
};

/* "no-death-penalty", "no-torture", "fair-trial", "speciality", NULL. */
extern const char *const plm_assurances[];

typedef struct plm_conditions {
    char purpose[PLM_CODE_MAX]; /* of the accord; "": none named */
    bool is_confidential;       /* fact and substance (18(20)) */
    bool third_parties;         /* may be passed on */
    plm_date retention;         /* last day; year 0: none */
    unsigned assurances;        /* bit set of 1 << index */
} plm_conditions;

/*
 * Reads {"purpose", "confidential", "third_parties", "retention", "assurances"}; a value that is
 * not there is no condition, but third_parties then is false. at->value NULL: no conditions, and
 * third_parties is false. PLM_E_INVALID, reported.
 */
plm_status plm_conditions_read(plm_conditions *out, const plm_json_at *at) PLM_MUST_CHECK;

/* What somebody wants to do with it. */
typedef struct plm_use {
    const char *purpose; /* of the accord */
    const char *to;      /* an authority other than ours; NULL: for ourselves */
    const char *owner;   /* who disclosed it: may have it back */
    plm_date today;
} plm_use;

typedef enum plm_condition_kind {
    PLM_CONDITION_NONE, /* the use is allowed */
    PLM_CONDITION_PURPOSE,
    PLM_CONDITION_CONFIDENTIAL,
    PLM_CONDITION_THIRD_PARTY,
    PLM_CONDITION_RETENTION
} plm_condition_kind;

/* The first condition that the use would break. */
plm_condition_kind plm_conditions_check(const plm_conditions *conditions, const plm_use *use);
/* A sentence with the article. Never NULL. */
const char *plm_condition_sentence(plm_condition_kind kind);

#endif
