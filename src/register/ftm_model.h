/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ftm_model.h - what of the FollowTheMoney model (https://followthemoney.tech, 2024) becomes part
 * of a record: schemata, properties, topics. The same tables in words: spec/imports.md section 3.
 */
#ifndef PLM_REGISTER_FTM_MODEL_H
#define PLM_REGISTER_FTM_MODEL_H

#include "ident/record.h"

/* Sets of schemata. */
enum {
    PLM_FTM_PERSON = 1 << 0,
    PLM_FTM_BODY = 1 << 1, /* LegalEntity and its kinds but Person */
    PLM_FTM_VEHICLE = 1 << 2,
    PLM_FTM_VESSEL = 1 << 3,
    PLM_FTM_AIRPLANE = 1 << 4,
    PLM_FTM_PASSPORT = 1 << 5,
    PLM_FTM_IDENTIFICATION = 1 << 6,
    PLM_FTM_BANK_ACCOUNT = 1 << 7,
    PLM_FTM_WALLET = 1 << 8,
    PLM_FTM_USER_ACCOUNT = 1 << 9
};

typedef struct plm_ftm_schema {
    const char *name;
    unsigned set; /* the one bit of it */
    plm_kind kind;
} plm_ftm_schema;

/* A property all of whose values are of one type. */
typedef struct plm_ftm_property {
    const char *name;
    unsigned schemata;
    plm_ident_type type;
    bool takes_country;  /* the entity's one `country` is the value's */
    const char *country; /* of all values, where the property says so; else NULL */
} plm_ftm_property;

/* NULL if entities of that schema are no records. */
const plm_ftm_schema *plm_ftm_schema_find(const char *name);
/* Property i of the table, NULL behind its end. */
const plm_ftm_property *plm_ftm_property_at(size_t i);
/* The role that a topic gives. Lower ranks win. False if it gives none. */
bool plm_ftm_topic_role(const char *topic, plm_role *role, unsigned *rank);

#endif
