/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admit.c - which records take part in a run (spec/accord.md section 5.4).
 *
 * What protects victims, witnesses, missing persons and minors stands here in code and trusts
 * nothing it is given: not the parser, not the accord's lists of roles, not the words for an aim.
 */
#include "accord/policy.h"

#include <string.h>

enum {
    ADULT_AGE = 18 /* Convention on the Rights of the Child, art. 1 */
};

/* Protocol on Trafficking in Persons, art. 6: protected, never matched against. */
static const uint32_t protected_roles =
    1U << PLM_ROLE_VICTIM | 1U << PLM_ROLE_WITNESS | 1U << PLM_ROLE_MISSING;

/* Roles under which somebody is accused or watched. */
static const uint32_t accused_roles = 1U << PLM_ROLE_SUSPECT | 1U << PLM_ROLE_WANTED |
                                      1U << PLM_ROLE_CONVICTED | 1U << PLM_ROLE_LISTED |
                                      1U << PLM_ROLE_ASSOCIATE;

static const char *const sentences[] = {
    [PLM_ADMITTED] = "takes part",
    [PLM_EXCLUDED_ROLE] = "the purpose does not admit the role on this side",
    [PLM_EXCLUDED_PROTECTED] = "victim, witness or missing person in a purpose against suspects",
    [PLM_EXCLUDED_MINOR] = "may be a minor, in a purpose against suspects",
    [PLM_EXCLUDED_OFFENCE] = "no offence of the purpose's catalogue",
    [PLM_EXCLUDED_RETENTION] = "the retention date has passed",
};

_Static_assert(sizeof sentences / sizeof *sentences == PLM_EXCLUSION_COUNT, "every reason");

const char *plm_exclusion_sentence(plm_exclusion why)
{
    return (unsigned)why < PLM_EXCLUSION_COUNT ? sentences[why] : "unknown";
}

/*
 * True if the record is, or speaks of, somebody who may be a minor. Unlike plm_record_may_be_minor
 * whatever its kind: a child's stolen passport leads to the child. A birth date that can't be read
 * counts as one.
 */
static bool may_be_minor(const plm_record *record, plm_date today)
{
    if (record->is_minor || plm_record_may_be_minor(record, today)) {
        return true;
    }
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *value = &record->values[i];
        plm_date birth;
        if (value->type == PLM_IDENT_BIRTH_DATE &&
            (value->canonical == NULL ||
             plm_date_parse(&birth, plm_span_str(value->canonical)) != PLM_OK ||
             plm_date_may_be_under(birth, today, ADULT_AGE))) {
            return true;
        }
    }
    return false;
}

static bool has_offence_of(const plm_record *record, const plm_purpose *purpose)
{
    for (size_t i = 0; i < record->n_offences; i++) {
        /* A code that is in no catalogue opens nothing, even if both sides wrote it down. */
        if (plm_offence_find(record->offences[i]) == NULL) {
            continue;
        }
        for (size_t j = 0; j < purpose->n_offences; j++) {
            if (strcmp(record->offences[i], purpose->offences[j]) == 0) {
                return true;
            }
        }
    }
    return false;
}

plm_exclusion plm_policy_admit(const plm_purpose *purpose, bool is_asker, const plm_record *record,
                               plm_date today)
{
    if ((unsigned)record->role >= PLM_ROLE_COUNT) {
        return PLM_EXCLUDED_ROLE;
    }
    uint32_t role = 1U << record->role;
    bool is_minor = may_be_minor(record, today);
    /* Every aim but protection is against suspects, unknown ones included. */
    if (purpose->aim != PLM_AIM_PROTECTION) {
        if ((role & protected_roles) != 0) {
            return PLM_EXCLUDED_PROTECTED;
        }
        if (is_minor) {
            return PLM_EXCLUDED_MINOR;
        }
    } else if ((role & accused_roles) != 0 && !is_minor) {
        /* Calling a purpose protection must not turn it into one against suspects. */
        return PLM_EXCLUDED_ROLE;
    }
    return plm_policy_admit_listed(purpose, is_asker ? purpose->asker_roles : purpose->holder_roles,
                                   record, today);
}

plm_exclusion plm_policy_admit_listed(const plm_purpose *purpose, uint32_t roles,
                                      const plm_record *record, plm_date today)
{
    if ((roles >> (unsigned)record->role & 1) == 0) {
        return PLM_EXCLUDED_ROLE;
    }
    if (!has_offence_of(record, purpose)) {
        return PLM_EXCLUDED_OFFENCE;
    }
    if (record->retention.year != 0 && plm_date_days(record->retention) < plm_date_days(today)) {
        return PLM_EXCLUDED_RETENTION;
    }
    return PLM_ADMITTED;
}
