/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one head says of another: every pair of sizes of an honest ledger is consistent in either
 * order; a ledger that went another way from any entry on is not, whatever it proves. And an audit
 * finds a head or a countersignature that is not what was signed.
 */
#include "node/heads.h"

#include "crypto/sign.h"
#include "ledger/audit.h"
#include "store_fixture.h"

#include <string.h>

enum {
    ENTRIES = 20,
    HEAD_MAX = 512
};

static const uint8_t seed[32] = {7};
static uint8_t identity[32];

static void append(plm_store *store, int value)
{
    uint8_t body = (uint8_t)value;
    CHECK_STATUS(plm_ledger_append(store, "sample", plm_span_of(&body, 1), 1000 + value), PLM_OK);
}

/* Entries that differ from `fork` on; the head signed at each size from 0 on. */
static void grow(plm_store *store, int fork, plm_buf heads[static ENTRIES + 1])
{
    CHECK_STATUS(plm_store_begin(store), PLM_OK);
    for (int i = 0; i <= ENTRIES; i++) {
        plm_buf_init(&heads[i], HEAD_MAX);
        CHECK_STATUS(plm_heads_sign(store, "AA-ONE", seed, &heads[i]), PLM_OK);
        append(store, i >= fork ? 100 + i : i);
    }
    CHECK_STATUS(plm_store_commit(store), PLM_OK);
}

static void wipe(plm_buf heads[static ENTRIES + 1])
{
    for (int i = 0; i <= ENTRIES; i++) {
        plm_buf_wipe(&heads[i]);
    }
}

static plm_head head_of(const plm_buf *bytes)
{
    plm_head head = {0};
    plm_span body;
    CHECK_STATUS(plm_identity_open(&body, plm_buf_span(bytes), identity, PLM_NAME_HEAD), PLM_OK);
    CHECK_STATUS(plm_head_decode(&head, body), PLM_OK);
    return head;
}

/* What a peer that keeps `last` says of `now`, when the owner of `store` proves what it can. */
static plm_verdict judge(plm_store *store, const plm_buf *last, const plm_buf *now)
{
    plm_consistency proof;
    const plm_head old_head = head_of(last);
    const plm_head new_head = head_of(now);
    CHECK_STATUS(plm_heads_prove(store, identity, plm_buf_span(last), new_head.size, &proof),
                 PLM_OK);
    return plm_heads_judge(&old_head, &new_head, &proof);
}

static void test_an_honest_ledger(void)
{
    fixture f;
    plm_buf heads[ENTRIES + 1];
    int bad = 0;
    fixture_open(&f);
    plm_identity_public(identity, seed);
    grow(f.store, ENTRIES + 1, heads);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    for (int i = 0; i <= ENTRIES; i++) {
        for (int k = 0; k <= ENTRIES; k++) {
            bad += judge(f.store, &heads[i], &heads[k]) != PLM_VERDICT_CONSISTENT;
        }
    }
    CHECK_EQ_INT(bad, 0);
    wipe(heads);
    fixture_close(&f);
}

/* The same ledger as was shown, but for the entries from one on: no proof makes it the same. */
static void test_a_fork(void)
{
    for (int fork = 0; fork < ENTRIES; fork += 3) {
        fixture honest;
        fixture forked;
        plm_buf shown[ENTRIES + 1];
        plm_buf other[ENTRIES + 1];
        fixture_open(&honest);
        fixture_open(&forked);
        grow(honest.store, ENTRIES + 1, shown);
        grow(forked.store, fork, other);
        CHECK_STATUS(plm_store_begin(forked.store), PLM_OK);
        for (int i = fork + 1; i <= ENTRIES; i++) { /* kept: with an entry that is not there */
            for (int k = 0; k <= ENTRIES; k++) {
                plm_verdict want = k == i  ? PLM_VERDICT_FORK
                                   : k > i ? PLM_VERDICT_REWRITTEN
                                           : PLM_VERDICT_ROLLBACK;
                plm_verdict got = judge(forked.store, &shown[i], &other[k]);
                CHECK_EQ_INT(got, want);
            }
        }
        wipe(shown);
        wipe(other);
        fixture_close(&honest);
        fixture_close(&forked);
    }
}

/* The proof of one pair of heads is none for another, and none is not one. */
static void test_other_proofs(void)
{
    fixture f;
    plm_buf heads[ENTRIES + 1];
    plm_consistency proof;
    const plm_consistency none = {.has_proof = false};
    fixture_open(&f);
    grow(f.store, ENTRIES + 1, heads);
    const plm_head five = head_of(&heads[5]);
    const plm_head six = head_of(&heads[6]);
    const plm_head twelve = head_of(&heads[12]);
    CHECK_STATUS(plm_heads_prove(f.store, identity, plm_buf_span(&heads[5]), 12, &proof), PLM_OK);
    CHECK(proof.has_proof);
    CHECK_EQ_INT(plm_heads_judge(&five, &twelve, &proof), PLM_VERDICT_CONSISTENT);
    CHECK_EQ_INT(plm_heads_judge(&six, &twelve, &proof), PLM_VERDICT_REWRITTEN);
    CHECK_EQ_INT(plm_heads_judge(&twelve, &six, &proof), PLM_VERDICT_ROLLBACK);
    CHECK_EQ_INT(plm_heads_judge(&five, &twelve, &none), PLM_VERDICT_REWRITTEN);
    /* A head that somebody else signed gets no proof. */
    heads[5].data[heads[5].n - 1] ^= 1;
    CHECK_STATUS(plm_heads_prove(f.store, identity, plm_buf_span(&heads[5]), 12, &proof), PLM_OK);
    CHECK(!proof.has_proof && proof.n == 0);
    wipe(heads);
    fixture_close(&f);
}

/* A ledger that was changed under a head we signed gets no second head of that size. */
static void test_no_head_over_a_changed_past(void)
{
    fixture f;
    plm_buf first;
    plm_buf second;
    fixture_open(&f);
    plm_buf_init(&first, HEAD_MAX);
    plm_buf_init(&second, HEAD_MAX);
    append(f.store, 1);
    CHECK_STATUS(plm_heads_sign(f.store, "AA-ONE", seed, &first), PLM_OK);
    CHECK_STATUS(plm_heads_sign(f.store, "AA-ONE", seed, &second), PLM_OK);
    CHECK(plm_span_equal(plm_buf_span(&first), plm_buf_span(&second)));
    fixture_sql(&f, "DELETE FROM ledger; DELETE FROM ledger_tree");
    append(f.store, 2);
    plm_buf_clear(&second);
    CHECK_STATUS(plm_heads_sign(f.store, "AA-ONE", seed, &second), PLM_E_STORE);
    CHECK_EQ_INT(second.n, 0);
    plm_buf_wipe(&first);
    plm_buf_wipe(&second);
    fixture_close(&f);
}

static plm_audit_fault audit(plm_store *store)
{
    plm_party_key key = {.party = "AA-ONE"};
    plm_audit a;
    memcpy(key.key, identity, sizeof key.key);
    const plm_audit_config config = {"AA-ONE", &key, 1, true};
    plm_audit_init(&a, &config);
    plm_status status = plm_audit_store(&a, store);
    CHECK((status == PLM_OK) == (a.result.fault == PLM_AUDIT_GOOD));
    plm_audit_wipe(&a);
    return a.result.fault;
}

static void test_an_audit_finds_changed_heads(void)
{
    static const struct {
        const char *sql;
        plm_audit_fault want;
    } changes[] = {
        {"DELETE FROM ledger_tree WHERE sequence = 3", PLM_AUDIT_TREE},
        {"UPDATE ledger_tree SET nodes = zeroblob(length(nodes)) WHERE sequence = 8",
         PLM_AUDIT_TREE},
        {"UPDATE ledger_tree SET nodes = CAST(nodes || x'00' AS BLOB) WHERE sequence = 8",
         PLM_AUDIT_TREE},
        {"INSERT INTO ledger_tree VALUES (99, x'00')", PLM_AUDIT_CUT},
        {"UPDATE ledger_head SET signed = (SELECT signed FROM ledger_head WHERE size = 4) "
         "WHERE size = 5",
         PLM_AUDIT_HEAD},
        {"UPDATE ledger_head SET signed = CAST(substr(signed, 1, 60) || x'00' || "
         "substr(signed, 62) AS BLOB) WHERE size = 5",
         PLM_AUDIT_HEAD},
        {"UPDATE ledger_head SET signed = x''", PLM_AUDIT_HEAD},
        {"DELETE FROM ledger WHERE sequence = 21; DELETE FROM ledger_tree WHERE sequence = 21;"
         "DELETE FROM ledger WHERE sequence = 20; DELETE FROM ledger_tree WHERE sequence = 20",
         PLM_AUDIT_CUT},
        {"INSERT INTO ledger_witness VALUES (5, 'BB-TWO', x'', x'00', 1)", PLM_AUDIT_WITNESS},
        {"INSERT INTO ledger_witness VALUES (77, 'BB-TWO', x'', x'00', 1)", PLM_AUDIT_WITNESS},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture f;
        plm_buf heads[ENTRIES + 1];
        fixture_open(&f);
        grow(f.store, ENTRIES + 1, heads);
        CHECK_EQ_INT(audit(f.store), PLM_AUDIT_GOOD);
        fixture_sql(&f, changes[i].sql);
        if (!CHECK_EQ_INT(audit(f.store), changes[i].want)) {
            printf("# %s\n", changes[i].sql);
        }
        wipe(heads);
        fixture_close(&f);
    }
}

int main(void)
{
    TAP_RUN(test_an_honest_ledger);
    TAP_RUN(test_a_fork);
    TAP_RUN(test_other_proofs);
    TAP_RUN(test_no_head_over_a_changed_past);
    TAP_RUN(test_an_audit_finds_changed_heads);
    return tap_done();
}
