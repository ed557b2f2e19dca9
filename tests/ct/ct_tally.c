/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_tally.c - the secrets of a tally: tokens on their way to the group, and the scalar that points
 * are multiplied by. The order of a shuffle is none of these: it decides which memory is gone to.
 */
#include "ct.h"

#include "match/tally_list.h"

#include <stdlib.h>

enum {
    RECORDS = 3,
    EACH = 2
};

static void make_list(plm_tally_list *list, plm_pool **pool)
{
    ct_require(plm_tally_list_init(list, 0, 1, RECORDS, EACH) == PLM_OK &&
                   plm_pool_create(pool, 1) == PLM_OK,
               "there is memory");
}

static void end_list(plm_tally_list *list, plm_pool *pool)
{
    plm_tally_list_free(list);
    plm_pool_destroy(pool);
}

static void tally_hash(void)
{
    plm_tally_list list;
    plm_pool *pool = NULL;
    plm_token tokens[RECORDS * EACH];
    uint8_t strata[RECORDS] = {0};
    const plm_tally_own own = {.tokens = tokens, .strata = strata, .n_persons = RECORDS};
    make_list(&list, &pool);
    ct_fill_secret(tokens, sizeof tokens);
    ct_require(plm_tally_list_hash(&list, &own, plm_span_str("context"), pool) == PLM_OK,
               "tokens become points");
    ct_expect_blocks(list.points, (size_t)RECORDS * EACH * PLM_ELEMENT_BYTES / sizeof(plm_block));
    end_list(&list, pool);
}

static void tally_raise(void)
{
    plm_tally_list list;
    plm_pool *pool = NULL;
    uint8_t scalar[PLM_SCALAR_BYTES];
    make_list(&list, &pool);
    for (unsigned i = 0; i < RECORDS * EACH; i++) {
        plm_element_random(list.points + (size_t)i * PLM_ELEMENT_BYTES);
    }
    list.n_in = RECORDS;
    ct_fill_secret(scalar, sizeof scalar);
    plm_status status = plm_tally_list_raise(&list, scalar, pool);
    ct_public(&status, sizeof status);
    ct_require(status == PLM_OK, "points are multiplied");
    ct_expect_blocks(list.points, (size_t)RECORDS * EACH * PLM_ELEMENT_BYTES / sizeof(plm_block));
    end_list(&list, pool);
}

const ct_case ct_tally_cases[] = {
    {"tally_hash", tally_hash}, {"tally_raise", tally_raise}, {NULL, NULL}};
