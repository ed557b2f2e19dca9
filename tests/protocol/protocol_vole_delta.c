/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sender that uses another Delta in one part of a run than in the others. In the vector OLE the
 * receiver's check of the trees finds it. Behind that it can't be found, and needn't: what the
 * sender says with it are outputs that no token has, as if it had sent numbers at random, so that
 * hits go missing and none is added (spec/matching-vole.md, section 8).
 */
#include "match/vole_sender.h"
#include "match_pair.h"

/* White box: what a machine holds inside. */
#include "../../src/match/match.c"

enum {
    N = 300,
    N_COMMON = 100
};

typedef bool moment(const plm_vole_sending *s);

static bool before_proof(const plm_vole_sending *s)
{
    return s->n_trees_sent == 1 && s->n_checks_in == 0;
}

static bool before_columns(const plm_vole_sending *s)
{
    return s->n_checks_in == 1 && s->n_columns_in == 0;
}

static bool before_outputs(const plm_vole_sending *s)
{
    return s->n_columns_in == s->v.n_columns && s->n_bins_done == 0;
}

static bool never(const plm_vole_sending *s)
{
    (void)s;
    return false;
}

/* A run whose sender changes its Delta at a moment; gives the hits, SIZE_MAX if it came to none. */
static size_t run(moment *when, plm_status *status)
{
    plm_token tokens[2][N];
    pair p;
    size_t n_hits = SIZE_MAX;
    bool is_changed = false;
    plm_match_config config[2];
    for (size_t i = 0; i < N; i++) {
        for (size_t side = 0; side < 2; side++) {
            tokens[side][i] = pair_token(i < N_COMMON ? i : i + 1000 * (side + 1));
        }
    }
    for (int role = 0; role < 2; role++) {
        config[role] = (plm_match_config){.engine = PLM_ENGINE_VOLE,
                                          .security = PLM_MATCH_MALICIOUS,
                                          .role = (plm_match_role)role,
                                          .tokens = tokens[role],
                                          .n = N,
                                          .n_peer = N};
    }
    if (!pair_open(&p, &config[PLM_MATCH_RECEIVER], &config[PLM_MATCH_SENDER])) {
        return SIZE_MAX;
    }
    plm_vole_sending *s = (plm_vole_sending *)p.side[PLM_MATCH_SENDER]->state;
    for (bool moved = true; moved && p.status == PLM_OK;) {
        moved = false;
        for (int role = 0; role < 2 && p.status == PLM_OK; role++) {
            moved = pair_step(&p, (plm_match_role)role) || moved;
            if (!is_changed && when(s)) {
                s->ot.delta ^= plm_block_of(1, 0);
                is_changed = true;
            }
        }
    }
    CHECK(is_changed == (when != never));
    *status = p.status;
    if (p.status == PLM_OK) {
        const uint32_t *hits = NULL;
        CHECK_STATUS(plm_match_hits(p.side[PLM_MATCH_RECEIVER], &hits, &n_hits), PLM_OK);
        for (size_t i = 0; i < n_hits; i++) {
            CHECK(hits[i] < N_COMMON);
        }
    } else {
        CHECK_EQ_INT(p.failed, PLM_MATCH_RECEIVER);
    }
    pair_close(&p);
    return n_hits;
}

static void test_found(void)
{
    plm_status status;
    CHECK_EQ_INT(run(before_proof, &status), SIZE_MAX);
    CHECK_STATUS(status, PLM_E_PROOF);
}

static void test_harmless(void)
{
    plm_status status;
    CHECK_EQ_INT(run(never, &status), N_COMMON); /* the control */
    CHECK_EQ_INT(run(before_columns, &status), 0);
    CHECK_STATUS(status, PLM_OK);
    CHECK_EQ_INT(run(before_outputs, &status), 0);
    CHECK_STATUS(status, PLM_OK);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_found);
    TAP_RUN(test_harmless);
    return tap_done();
}
