/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident_view.h - what is made of one value, and of a machine-readable zone, for people and as JSON.
 */
#ifndef PLM_NODE_IDENT_VIEW_H
#define PLM_NODE_IDENT_VIEW_H

#include "ident/ident.h"
#include "ident/mrz.h"

#include <jansson.h>

enum {
    PLM_IDENT_FORMS_MAX = 4,
    PLM_MRZ_FIELDS_MAX = 12
};

/* Everything that is known of one value. */
typedef struct plm_ident_answer {
    const char *type;
    const char *value;
    bool is_accepted;
    plm_ident ident;
    plm_ident_steps steps;
    plm_ident_form forms[PLM_IDENT_FORMS_MAX];
    size_t n_forms;
} plm_ident_answer;

/* country: two letters, or "". value is borrowed. A rejected value is PLM_OK, not accepted. */
plm_status plm_ident_answer_make(plm_ident_answer *out, plm_ident_type type, const char *country,
                                 const char *value) PLM_MUST_CHECK;
/* New reference; NULL without memory. */
json_t *plm_ident_view(const plm_ident_answer *answer);

typedef struct plm_mrz_field {
    const char *name;
    const char *value;
} plm_mrz_field;

/* The fields in the order in which people read them; dates into the buffers given. How many. */
size_t plm_mrz_fields(plm_mrz_field out[PLM_MRZ_FIELDS_MAX], const plm_mrz *mrz,
                      char birth[PLM_DATE_TEXT], char expiry[PLM_DATE_TEXT], char sex[2]);
/* is_read: it was one; else why not. New reference; NULL without memory. */
json_t *plm_mrz_view(const plm_mrz *mrz, bool is_read);

#endif
