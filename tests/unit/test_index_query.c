/* SPDX-License-Identifier: Apache-2.0 */
/* Asker and holder of a lookup, without a network between them. */
#include "index_fixture.h"
#include "tap.h"

static void ask(plm_questions *q, const index_fixture *f, size_t first, size_t n)
{
    q->n = n;
    memcpy(q->tokens, f->tokens + first, n * sizeof *q->tokens);
    CHECK_STATUS(plm_questions_blind(q), PLM_OK);
}

/* What comes out of a batch is what the holder computes alone. */
static void test_same_keys(void)
{
    static plm_questions q;
    static uint8_t evaluated[PLM_QUESTIONS_MAX * PLM_OPRF_ELEMENT_BYTES];
    static plm_index_key keys[PLM_QUESTIONS_MAX];
    uint8_t proof[PLM_OPRF_PROOF_BYTES];
    static const size_t sizes[] = {1, 2, 33, 100};
    index_fixture f;
    CHECK_STATUS(index_fixture_init(&f, 100, 0), PLM_OK);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t n = sizes[s];
        ask(&q, &f, 0, n);
        CHECK_STATUS(plm_questions_answer(evaluated, proof, &f.key, q.blinded[0], n), PLM_OK);
        CHECK_STATUS(plm_questions_finish(keys, &q, f.key.public_key, evaluated, proof), PLM_OK);
        CHECK_EQ_MEM(keys, f.keys, n * sizeof *keys);
    }
    index_fixture_wipe(&f);
}

/* A holder that takes another key - for all of a batch, or for one question - is found out. */
static void test_another_key(void)
{
    static plm_questions q;
    uint8_t evaluated[5 * PLM_OPRF_ELEMENT_BYTES];
    uint8_t other[PLM_OPRF_ELEMENT_BYTES];
    uint8_t proof[PLM_OPRF_PROOF_BYTES];
    plm_index_key keys[5];
    plm_epoch_key another;
    index_fixture f;
    CHECK_STATUS(index_fixture_init(&f, 5, 0), PLM_OK);
    CHECK_STATUS(plm_oprf_random_key_pair(another.secret, another.public_key), PLM_OK);
    ask(&q, &f, 0, 5);
    CHECK_STATUS(plm_questions_answer(evaluated, proof, &another, q.blinded[0], 5), PLM_OK);
    CHECK_STATUS(plm_questions_finish(keys, &q, f.key.public_key, evaluated, proof), PLM_E_PROOF);
    memcpy(another.public_key, f.key.public_key, sizeof another.public_key);
    CHECK_STATUS(plm_questions_answer(evaluated, proof, &another, q.blinded[0], 5), PLM_OK);
    CHECK_STATUS(plm_questions_finish(keys, &q, f.key.public_key, evaluated, proof), PLM_E_PROOF);
    CHECK_STATUS(plm_questions_answer(evaluated, proof, &f.key, q.blinded[0], 5), PLM_OK);
    CHECK_STATUS(plm_oprf_blind_evaluate(other, another.secret, q.blinded[3]), PLM_OK);
    memcpy(evaluated + (size_t)3 * PLM_OPRF_ELEMENT_BYTES, other, sizeof other);
    CHECK_STATUS(plm_questions_finish(keys, &q, f.key.public_key, evaluated, proof), PLM_E_PROOF);
    index_fixture_wipe(&f);
}

static void test_hostile_elements(void)
{
    static plm_questions q;
    uint8_t evaluated[2 * PLM_OPRF_ELEMENT_BYTES];
    uint8_t proof[PLM_OPRF_PROOF_BYTES];
    uint8_t blinded[2 * PLM_OPRF_ELEMENT_BYTES];
    index_fixture f;
    CHECK_STATUS(index_fixture_init(&f, 2, 0), PLM_OK);
    ask(&q, &f, 0, 2);
    memcpy(blinded, q.blinded, sizeof blinded);
    memset(blinded + PLM_OPRF_ELEMENT_BYTES, 0xff, PLM_OPRF_ELEMENT_BYTES);
    CHECK_STATUS(plm_questions_answer(evaluated, proof, &f.key, blinded, 2), PLM_E_PROTOCOL);
    memset(blinded + PLM_OPRF_ELEMENT_BYTES, 0, PLM_OPRF_ELEMENT_BYTES); /* the identity */
    CHECK_STATUS(plm_questions_answer(evaluated, proof, &f.key, blinded, 2), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_questions_answer(evaluated, proof, &f.key, blinded, 0), PLM_E_ARGUMENT);
    index_fixture_wipe(&f);
}

/* Two batches of the same tokens look unlike: what the holder sees is independent of them. */
static void test_blinded_anew(void)
{
    static plm_questions a;
    static plm_questions b;
    index_fixture f;
    CHECK_STATUS(index_fixture_init(&f, 3, 0), PLM_OK);
    ask(&a, &f, 0, 3);
    ask(&b, &f, 0, 3);
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            CHECK(memcmp(a.blinded[i], b.blinded[k], sizeof a.blinded[i]) != 0);
        }
    }
    index_fixture_wipe(&f);
}

static void test_label(void)
{
    plm_index_key key = {{{1, 2, 3}}, {4, 5, 6}};
    uint8_t sealed[PLM_LABEL_PLAIN_MAX + PLM_LABEL_SEAL_BYTES];
    plm_index_label label = {.is_urgent = true, .contact = "+39 06 1234", .handling = "d\xc3\xa9"};
    plm_index_label again;
    const size_t n = plm_index_label_bytes(&label);
    CHECK_EQ_INT(n % PLM_LABEL_STEP, 0);
    CHECK_STATUS(plm_index_label_seal(sealed, n, &key, &label), PLM_OK);
    const plm_span all = plm_span_of(sealed, n + PLM_LABEL_SEAL_BYTES);
    CHECK_STATUS(plm_index_label_open(&again, &key, all), PLM_OK);
    CHECK(again.is_urgent);
    CHECK_EQ_STR(again.contact, label.contact);
    CHECK_EQ_STR(again.handling, label.handling);
    key.label_key[31] ^= 1;
    CHECK_STATUS(plm_index_label_open(&again, &key, all), PLM_E_TAMPERED);
    key.label_key[31] ^= 1;
    key.fingerprint.b[9] ^= 1;
    CHECK_STATUS(plm_index_label_open(&again, &key, all), PLM_E_TAMPERED);
    CHECK_STATUS(plm_index_label_seal(sealed, n - PLM_LABEL_STEP, &key, &label), PLM_E_ARGUMENT);
    (void)snprintf(label.handling, sizeof label.handling, "\xff");
    CHECK_STATUS(plm_index_label_seal(sealed, n, &key, &label), PLM_E_ARGUMENT);
}

static void test_header(void)
{
    uint8_t block[PLM_INDEX_HEADER_BYTES];
    plm_index_header again;
    index_fixture f;
    CHECK_STATUS(index_fixture_init(&f, 1, 0), PLM_OK);
    CHECK_STATUS(plm_index_header_encode(block, &f.header, f.seed), PLM_OK);
    CHECK_STATUS(plm_index_header_decode(&again, plm_span_of(block, sizeof block), f.identity),
                 PLM_OK);
    CHECK_EQ_MEM(&again, &f.header, sizeof again);
    f.header.epoch = 0;
    CHECK_STATUS(plm_index_header_encode(block, &f.header, f.seed), PLM_E_ARGUMENT);
    f.header.epoch = 1;
    f.header.label_bytes = PLM_LABEL_STEP + 1;
    CHECK_STATUS(plm_index_header_encode(block, &f.header, f.seed), PLM_E_ARGUMENT);
    f.header.label_bytes = 0;
    f.header.is_changes = true; /* of no index */
    f.header.sequence = 1;
    CHECK_STATUS(plm_index_header_encode(block, &f.header, f.seed), PLM_E_ARGUMENT);
    index_fixture_wipe(&f);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_same_keys);
    TAP_RUN(test_another_key);
    TAP_RUN(test_hostile_elements);
    TAP_RUN(test_blinded_anew);
    TAP_RUN(test_label);
    TAP_RUN(test_header);
    return tap_done();
}
