/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_fixture.h - records for tests, from lists of canonical values.
 */
#ifndef PLM_TESTS_RECORD_FIXTURE_H
#define PLM_TESTS_RECORD_FIXTURE_H

#include "ident/record.h"

#include <string.h>

enum {
    FIXTURE_VALUES_MAX = PLM_RECORD_VALUES_MAX
};

typedef struct record_fixture {
    plm_record record;
    plm_value values[FIXTURE_VALUES_MAX];
} record_fixture;

static inline void fixture_begin(record_fixture *f, plm_kind kind)
{
    memset(f, 0, sizeof *f);
    f->record.id = "fixture";
    f->record.kind = kind;
    f->record.values = f->values;
}

/* text is borrowed by the fixture. */
static inline void fixture_flagged(record_fixture *f, plm_ident_type type, const char *text,
                                   unsigned flags)
{
    f->values[f->record.n_values++] =
        (plm_value){.type = type, .flags = flags, .raw = text, .canonical = text};
}

static inline void fixture_value(record_fixture *f, plm_ident_type type, const char *text)
{
    fixture_flagged(f, type, text, 0);
}

#endif
