/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ct.h"
#include "crypto/replay.h"
#include "crypto/sign.h"
#include "tap.h"
#include "wire/carried.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

typedef struct sides {
    uint8_t seeds[2][32]; /* [1]: the asker's */
    plm_carried_keys keys[2];
} sides;

/* Two sides that know each other's identities, and so far nothing of each other's run keys. */
static void start(sides *s)
{
    for (int i = 0; i < 2; i++) {
        plm_random(s->seeds[i], sizeof s->seeds[i]);
        s->keys[i] = (plm_carried_keys){.seed = s->seeds[i], .is_asker = i == 1};
        plm_random(s->keys[i].secret, sizeof s->keys[i].secret);
    }
    plm_identity_public(s->keys[0].identity, s->seeds[1]);
    plm_identity_public(s->keys[1].identity, s->seeds[0]);
}

static plm_carried head_of(const sides *s, bool from_asker, uint32_t number)
{
    plm_carried head = {.kind = PLM_CARRIED_SESSION,
                        .from_asker = from_asker,
                        .number = number,
                        .from = "AA-ONE",
                        .to = "BB-TWO",
                        .time_ms = 1700000000000};
    memset(head.id, 7, sizeof head.id);
    CHECK_STATUS(plm_carried_ephemeral(head.ephemeral, s->keys[from_asker].secret), PLM_OK);
    return head;
}

static void seal(plm_buf *file, const sides *s, bool from_asker, uint32_t number, const char *text)
{
    const plm_carried head = head_of(s, from_asker, number);
    plm_buf_clear(file);
    CHECK_STATUS(plm_carried_seal(file, &head, &s->keys[from_asker], plm_span_str(text)), PLM_OK);
}

static void learn(sides *s, bool from_asker)
{
    const plm_carried head = head_of(s, from_asker, 1);
    memcpy(s->keys[!from_asker].peer_ephemeral, head.ephemeral, sizeof head.ephemeral);
}

static void check_opens(const plm_buf *file, const sides *s, bool from_asker, const char *text)
{
    plm_carried head;
    plm_buf content;
    plm_buf_init(&content, 4096);
    CHECK_STATUS(plm_carried_read(&head, plm_buf_span(file)), PLM_OK);
    CHECK(head.from_asker == from_asker);
    CHECK_EQ_STR(head.to, "BB-TWO");
    CHECK_STATUS(plm_carried_verify(plm_buf_span(file), s->keys[!from_asker].identity), PLM_OK);
    CHECK_STATUS(plm_carried_open(&content, plm_buf_span(file), &s->keys[!from_asker]), PLM_OK);
    CHECK(plm_span_equal(plm_buf_span(&content), plm_span_str(text)));
    plm_buf_wipe(&content);
}

static void test_there_and_back(void)
{
    sides s;
    plm_buf file;
    uint8_t channels[2][32];
    start(&s);
    plm_buf_init(&file, 4096);
    seal(&file, &s, true, 1, "first");
    learn(&s, true);
    check_opens(&file, &s, true, "first");
    seal(&file, &s, false, 1, "an answer");
    learn(&s, false);
    check_opens(&file, &s, false, "an answer");
    seal(&file, &s, true, 2, "");
    check_opens(&file, &s, true, "");
    for (int i = 0; i < 2; i++) {
        uint8_t id[PLM_CARRIED_ID_BYTES] = {7};
        CHECK_STATUS(plm_carried_channel(channels[i], &s.keys[i], id), PLM_OK);
    }
    CHECK(memcmp(channels[0], channels[1], 32) == 0);
    plm_buf_wipe(&file);
}

/* Of a file in which any one bit is another, nothing is taken. */
static void test_each_bit_counts(void)
{
    sides s;
    plm_buf file;
    plm_carried head;
    plm_buf content;
    start(&s);
    plm_buf_init(&file, 4096);
    plm_buf_init(&content, 4096);
    seal(&file, &s, true, 1, "first");
    learn(&s, true);
    size_t n_verified = 0;
    size_t n_opened = 0;
    for (size_t bit = 0; bit < file.n * 8; bit++) {
        file.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        n_verified += plm_carried_verify(plm_buf_span(&file), s.keys[0].identity) == PLM_OK;
        /* Even without the signature: what is sealed is bound to all that stands before it. */
        bool is_signature = bit / 8 >= file.n - PLM_SIGNATURE_BYTES;
        plm_buf_clear(&content);
        n_opened += !is_signature && plm_carried_read(&head, plm_buf_span(&file)) == PLM_OK &&
                    plm_carried_open(&content, plm_buf_span(&file), &s.keys[0]) == PLM_OK;
        file.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    CHECK_EQ_INT(n_verified, 0);
    CHECK_EQ_INT(n_opened, 0);
    for (size_t n = 0; n < file.n; n++) {
        CHECK(plm_carried_read(&head, plm_span_of(file.data, n)) == PLM_E_SYNTAX);
    }
    CHECK_STATUS(plm_buf_append_u8(&file, 0), PLM_OK);
    CHECK(plm_carried_read(&head, plm_buf_span(&file)) == PLM_E_SYNTAX);
    plm_buf_wipe(&file);
    plm_buf_wipe(&content);
}

/* Neither the identity keys nor another run's keys open what was sealed under both ephemerals. */
static void test_only_this_run_opens(void)
{
    sides s;
    plm_buf file;
    plm_buf content;
    start(&s);
    plm_buf_init(&file, 4096);
    plm_buf_init(&content, 4096);
    learn(&s, true);
    learn(&s, false);
    seal(&file, &s, true, 2, "secret");
    sides later = s;
    plm_random(later.keys[0].secret, 32);
    CHECK(plm_carried_open(&content, plm_buf_span(&file), &later.keys[0]) == PLM_E_AUTH);
    CHECK_EQ_INT(content.n, 0);
    memset(later.keys[0].peer_ephemeral, 0, 32); /* a point of small order */
    CHECK(plm_carried_open(&content, plm_buf_span(&file), &later.keys[0]) == PLM_E_CRYPTO);
    plm_buf_wipe(&file);
    plm_buf_wipe(&content);
}

static void test_heads_that_are_none(void)
{
    sides s;
    plm_buf file;
    start(&s);
    plm_buf_init(&file, 4096);
    plm_carried head = head_of(&s, true, 0);
    CHECK(plm_carried_seal(&file, &head, &s.keys[1], plm_span_str("")) == PLM_E_ARGUMENT);
    head = head_of(&s, true, 1);
    head.to[0] = 'b';
    CHECK(plm_carried_seal(&file, &head, &s.keys[1], plm_span_str("")) == PLM_E_ARGUMENT);
    CHECK_EQ_INT(file.n, 0);
    plm_buf_wipe(&file);
}

/* Last: from then on this process draws the same each time. ChaCha20, nonce 0: RFC 7539's key. */
static void test_replayed_randomness(void)
{
    uint8_t seed[32] = {1, 2, 3};
    uint8_t first[100];
    uint8_t second[100];
    uint8_t scalars[2][32];
    uint8_t want[100];
    static const uint8_t nonce[8];
    plm_random_replay(seed);
    plm_random(first, sizeof first);
    crypto_core_ristretto255_scalar_random(scalars[0]);
    plm_random_replay(seed);
    plm_random(second, sizeof second);
    crypto_core_ristretto255_scalar_random(scalars[1]);
    (void)crypto_stream_chacha20(want, sizeof want, nonce, seed);
    CHECK(memcmp(first, second, sizeof first) == 0);
    CHECK(memcmp(first, want, sizeof first) == 0);
    CHECK(memcmp(scalars[0], scalars[1], 32) == 0);
    plm_random(second, sizeof second);
    CHECK(memcmp(first, second, sizeof first) != 0);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_there_and_back);
    TAP_RUN(test_each_bit_counts);
    TAP_RUN(test_only_this_run_opens);
    TAP_RUN(test_heads_that_are_none);
    TAP_RUN(test_replayed_randomness);
    return tap_done();
}
