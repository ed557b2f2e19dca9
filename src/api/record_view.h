/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_view.h - a record as JSON, for lists of records and for the hit it is part of.
 */
#ifndef PLM_API_RECORD_VIEW_H
#define PLM_API_RECORD_VIEW_H

#include "store/store.h"

#include <jansson.h>

/* New references; NULL without memory. */
json_t *plm_api_record(int64_t number, const char *register_name, const plm_record *record);
/* The first name, or the first value there is; null if there is none. */
json_t *plm_api_record_name(const plm_record *record);

#endif
