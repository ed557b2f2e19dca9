/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vectors of data/ident*.tsv: each value's canonical form or the reason of its rejection, and
 * that a canonical form without a country gives itself.
 */
#include "ident_vectors.h"

enum {
    PER_TYPE_MIN = 15
};

static unsigned n_accepted[PLM_IDENT_TYPE_COUNT];
static unsigned n_rejected[PLM_IDENT_TYPE_COUNT];

static void check_accepted(const ident_vector *v, const plm_ident *got)
{
    static plm_ident again;
    CHECK_EQ_STR(got->canonical, v->expected);
    CHECK_EQ_INT(got->flags, v->flags);
    CHECK_EQ_INT(got->reason, PLM_REASON_NONE);
    CHECK_STATUS(plm_ident_canonicalise(v->type, "", plm_span_str(got->canonical), &again), PLM_OK);
    CHECK_EQ_STR(again.canonical, got->canonical);
    n_accepted[v->type]++;
}

static void check_rejected(const ident_vector *v, const plm_ident *got)
{
    CHECK_EQ_STR(ident_reason_names[got->reason], ident_reason_names[v->reason]);
    CHECK_EQ_STR(got->canonical, "");
    CHECK_EQ_INT(got->flags, 0);
    CHECK(got->detail[0] != '\0' || got->reason == PLM_REASON_EMPTY ||
          got->reason == PLM_REASON_ENCODING || v->type == PLM_IDENT_NAME);
    n_rejected[v->type]++;
}

static void check_vector(const ident_vector *v)
{
    static plm_ident got;
    unsigned before = tap_n_bad_checks;
    bool is_rejection = v->reason != PLM_REASON_NONE;
    plm_status status =
        plm_ident_canonicalise(v->type, v->country, plm_span_of(v->raw, v->n_raw), &got);
    if (CHECK_STATUS(status, is_rejection ? PLM_E_REJECTED : PLM_OK)) {
        if (is_rejection) {
            check_rejected(v, &got);
        } else {
            check_accepted(v, &got);
        }
    }
    if (tap_n_bad_checks != before) {
        printf("# %s:%u: \"%.*s\" gives \"%s\" %s %s\n", v->file, v->line, (int)v->n_raw,
               (const char *)v->raw, got.canonical, ident_reason_names[got.reason], got.detail);
    }
}

static void test_vectors(void)
{
    CHECK(ident_vectors_each(__FILE__, check_vector) > PER_TYPE_MIN * PLM_IDENT_TYPE_COUNT);
    for (unsigned i = 0; i < PLM_IDENT_TYPE_COUNT; i++) {
        CHECK(n_accepted[i] + n_rejected[i] >= PER_TYPE_MIN);
        CHECK(n_accepted[i] > 0 && n_rejected[i] > 0);
    }
}

int main(void)
{
    TAP_RUN(test_vectors);
    return tap_done();
}
