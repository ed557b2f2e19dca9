/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - one entity of a register, as importers make it, the store keeps it, tokens see it.
 *
 * There is no field for ethnicity, religion or opinion, and none may be added
 * (docs/decisions, Directive (EU) 2016/680 art. 10).
 */
#ifndef PLM_IDENT_RECORD_H
#define PLM_IDENT_RECORD_H

#include "base/arena.h"
#include "ident/facts.h"
#include "ident/grading.h"
#include "ident/ident.h"

typedef enum plm_kind {
    PLM_KIND_PERSON,
    PLM_KIND_ORGANISATION, /* company, group or other body */
    PLM_KIND_VEHICLE,
    PLM_KIND_VESSEL,
    PLM_KIND_AIRCRAFT,
    PLM_KIND_DOCUMENT,
    PLM_KIND_ACCOUNT, /* bank account, wallet, user account */
    PLM_KIND_DEVICE,
    PLM_KIND_COUNT
} plm_kind;

/* Why the entity is on record (product.md). */
typedef enum plm_role {
    PLM_ROLE_SUSPECT,
    PLM_ROLE_WANTED,
    PLM_ROLE_CONVICTED,
    PLM_ROLE_LISTED, /* on a sanctions list */
    PLM_ROLE_ASSOCIATE,
    PLM_ROLE_MISSING,
    PLM_ROLE_VICTIM,
    PLM_ROLE_WITNESS,
    PLM_ROLE_LOST,   /* a thing */
    PLM_ROLE_STOLEN, /* a thing */
    PLM_ROLE_COUNT
} plm_role;

typedef struct plm_value {
    plm_ident_type type;
    unsigned flags;        /* PLM_IDENT_CHECK_FAILED, ... */
    const char *raw;       /* as the source had it */
    const char *canonical; /* plm_ident_canonicalise of it */
} plm_value;

enum {
    PLM_RECORD_ID_MAX = 200, /* bytes of a source id, terminator included */
    PLM_RECORD_OFFENCES_MAX = 16,
    PLM_RECORD_VALUES_MAX = 512
};

/* All strings live where the record's maker put them (an arena); the struct owns nothing. */
typedef struct plm_record {
    const char *id; /* the source's own id; unique in its register */
    plm_kind kind;
    plm_role role;
    bool is_minor;                 /* the source says so; birth dates are looked at separately */
    bool is_assessment;            /* assessment rather than fact (Directive 2016/680 art. 7) */
    char grading[PLM_GRADING_MAX]; /* "B2/4x4", "B2/6x6", "B2"; "" if none (ident/grading.h) */
    plm_date retention;            /* delete after this day; year 0 if none was given */
    const char *const *offences;   /* catalogue codes */
    size_t n_offences;
    const plm_value *values;
    size_t n_values;
    plm_facts facts; /* for statistics alone */
} plm_record;

/* "person", "organisation", ...; "suspect", ...; never NULL. */
const char *plm_kind_name(plm_kind kind);
const char *plm_role_name(plm_role role);
/* PLM_E_NOT_FOUND. */
plm_status plm_kind_find(plm_kind *out, const char *name) PLM_MUST_CHECK;
plm_status plm_role_find(plm_role *out, const char *name) PLM_MUST_CHECK;

/*
 * True if the record is of a person who may be under 18 on `today`: by the source's word, or by any
 * of its birth dates, partial ones at their latest.
 */
bool plm_record_may_be_minor(const plm_record *record, plm_date today);

/*
 * True if the value is a national number that tells a date of birth, its check does not fail, and
 * the record has dates of birth of which none can be that one.
 */
bool plm_record_contradicts(const plm_record *record, const plm_value *number);

/* BLAKE2b-256 of an unambiguous encoding of everything in the record: equal iff nothing changed. */
void plm_record_digest(uint8_t out[32], const plm_record *record);

#endif
