/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random messages: decode(encode(m)) = m; every proper prefix and every extension is refused; and
 * whatever a mutated encoding decodes to encodes back to the very same bytes.
 */
#include "tap.h"
#include "wire/message.h"

#include <stdlib.h>

enum {
    ROUNDS = 300,
    MUTATIONS = 300
};

static uint64_t random_state = 0x9e3779b97f4a7c15U;

/* xorshift64*: repeatable, and of no cryptographic use. */
static uint64_t next_random(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1dU;
}

static size_t below(size_t n)
{
    return (size_t)(next_random() % n);
}

static void random_bytes(uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)next_random();
    }
}

/* 1 to size - 1 characters out of `alphabet`, the rest zeroed. */
static void random_string(char *out, size_t size, const char *alphabet)
{
    const size_t n = 1 + below(size - 1);
    memset(out, 0, size);
    for (size_t i = 0; i < n; i++) {
        out[i] = alphabet[below(strlen(alphabet))];
    }
}

/* Words of one, two, three and four bytes a character. */
static void random_text(char *out, size_t size)
{
    static const char *const pieces[] = {
        "a", " ", "\"", "\xc3\xa9", "\xd0\x96", "\xe4\xb8\xad", "\xf0\x9f\x94\x8e"};
    size_t n = 0;
    memset(out, 0, size);
    for (size_t tries = 1 + below(size); tries > 0; tries--) {
        const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
        if (n + strlen(piece) < size) {
            memcpy(out + n, piece, strlen(piece));
            n += strlen(piece);
        }
    }
}

static const char party_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
static const char purpose_alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
static const char name_alphabet[] = "!~azAZ09+.-_/";

static uint64_t random_count(void)
{
    return next_random() % ((uint64_t)PLM_MATCH_TOKENS_MAX + 1);
}

static int64_t random_time(void)
{
    return (int64_t)(next_random() % 253402300800000U);
}

static int compare_rules(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

static void make_proposal(void *out)
{
    plm_proposal *m = (plm_proposal *)out;
    random_bytes(m->run_id, sizeof m->run_id);
    random_string(m->asker, sizeof m->asker, party_alphabet);
    random_string(m->holder, sizeof m->holder, party_alphabet);
    random_bytes(m->accord_hash, sizeof m->accord_hash);
    random_bytes(m->recipe_digest, sizeof m->recipe_digest);
    random_bytes(m->channel, sizeof m->channel);
    random_string(m->purpose, sizeof m->purpose, purpose_alphabet);
    random_string(m->offence, sizeof m->offence, name_alphabet);
    const size_t n = 1 + below(PLM_MESSAGE_RULES_MAX);
    for (size_t i = 0; i < n; i++) {
        random_string(m->rules[i], sizeof m->rules[i], name_alphabet);
    }
    qsort(m->rules, n, sizeof m->rules[0], compare_rules);
    m->n_rules = 1;
    for (size_t i = 1; i < n; i++) {
        if (strcmp(m->rules[m->n_rules - 1], m->rules[i]) != 0) {
            memmove(m->rules[m->n_rules++], m->rules[i], sizeof m->rules[0]);
        }
    }
    for (size_t i = m->n_rules; i < n; i++) {
        memset(m->rules[i], 0, sizeof m->rules[i]);
    }
    m->engine = below(2) == 0 ? PLM_ENGINE_OPRF : PLM_ENGINE_VOLE;
    m->learns = (plm_learns)(1 + below(3));
    m->n_tokens = random_count();
    m->n_features = random_count();
    m->standing = (plm_standing_kind)below(3);
    if (m->standing != PLM_STANDING_NONE) {
        random_bytes(m->since, sizeof m->since);
    }
    random_text(m->case_ref, sizeof m->case_ref);
    random_text(m->officer, sizeof m->officer);
    m->time_ms = random_time();
}

static void make_hello(void *out)
{
    plm_hello *m = (plm_hello *)out;
    random_string(m->party, sizeof m->party, party_alphabet);
    random_string(m->software, sizeof m->software, name_alphabet);
    m->errand = below(2) == 0 ? PLM_ERRAND_RUN : PLM_ERRAND_DELIVER;
}

static void make_acceptance(void *out)
{
    plm_acceptance *m = (plm_acceptance *)out;
    random_bytes(m->proposal_hash, sizeof m->proposal_hash);
    random_bytes(m->nonce, sizeof m->nonce);
    m->n_tokens = random_count();
    m->n_features = random_count();
    m->time_ms = random_time();
}

static void make_refusal(void *out)
{
    plm_refusal_message *m = (plm_refusal_message *)out;
    random_bytes(m->proposal_hash, sizeof m->proposal_hash);
    m->code = (uint16_t)(1 + below(PLM_REFUSAL_CODE_LAST));
    memset(m->clause, 0, sizeof m->clause);
    if (below(4) > 0) {
        m->clause[0] = '/';
        random_text(m->clause + 1, sizeof m->clause - 1);
    }
    m->time_ms = random_time();
}

static void make_receipt(void *out)
{
    plm_receipt *m = (plm_receipt *)out;
    random_bytes(m->run_id, sizeof m->run_id);
    random_bytes(m->proposal_hash, sizeof m->proposal_hash);
    random_bytes(m->acceptance_hash, sizeof m->acceptance_hash);
    m->n_asker = random_count();
    m->n_holder = random_count();
    random_bytes(m->transcript, sizeof m->transcript);
    m->time_ms = random_time();
}

/* One type of message behind untyped pointers. */
typedef struct kind {
    const char *name;
    size_t size;
    void (*make)(void *out);
    plm_status (*encode)(const void *m, plm_buf *out);
    plm_status (*decode)(void *out, plm_span bytes);
} kind;

#define KIND_FUNCTIONS(name, type)                               \
    static plm_status encode_##name(const void *m, plm_buf *out) \
    {                                                            \
        return plm_##name##_encode((const type *)m, out);        \
    }                                                            \
    static plm_status decode_##name(void *out, plm_span bytes)   \
    {                                                            \
        return plm_##name##_decode((type *)out, bytes);          \
    }

KIND_FUNCTIONS(hello, plm_hello)
KIND_FUNCTIONS(proposal, plm_proposal)
KIND_FUNCTIONS(acceptance, plm_acceptance)
KIND_FUNCTIONS(refusal, plm_refusal_message)
KIND_FUNCTIONS(receipt, plm_receipt)

static const kind kinds[] = {
    {"hello", sizeof(plm_hello), make_hello, encode_hello, decode_hello},
    {"proposal", sizeof(plm_proposal), make_proposal, encode_proposal, decode_proposal},
    {"acceptance", sizeof(plm_acceptance), make_acceptance, encode_acceptance, decode_acceptance},
    {"refusal", sizeof(plm_refusal_message), make_refusal, encode_refusal, decode_refusal},
    {"receipt", sizeof(plm_receipt), make_receipt, encode_receipt, decode_receipt},
};

typedef union any_message {
    plm_hello hello;
    plm_proposal proposal;
    plm_acceptance acceptance;
    plm_refusal_message refusal;
    plm_receipt receipt;
} any_message;

/* Every shorter and some longer encodings are refused, and leave the output alone. */
static void check_lengths(const kind *k, const plm_buf *good)
{
    static any_message untouched;
    static any_message out;
    memset(&untouched, 0x5a, sizeof untouched);
    memcpy(&out, &untouched, sizeof out);
    for (size_t n = 0; n < good->n; n++) {
        if (!CHECK_STATUS(k->decode(&out, plm_span_of(good->data, n)), PLM_E_PROTOCOL)) {
            printf("# %s cut to %zu of %zu\n", k->name, n, good->n);
        }
    }
    plm_buf longer;
    plm_buf_init(&longer, good->n + 4);
    CHECK_STATUS(plm_buf_append(&longer, good->data, good->n), PLM_OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK_STATUS(plm_buf_append_u8(&longer, (uint8_t)next_random()), PLM_OK);
        CHECK_STATUS(k->decode(&out, plm_buf_span(&longer)), PLM_E_PROTOCOL);
    }
    CHECK_EQ_MEM(&out, &untouched, sizeof out);
    plm_buf_wipe(&longer);
}

/* One encoding only: what decodes must be what encode gives. */
static size_t check_mutations(const kind *k, const plm_buf *good)
{
    static any_message m;
    size_t n_taken = 0;
    plm_buf bad;
    plm_buf again;
    plm_buf_init(&bad, 1 << 16);
    plm_buf_init(&again, 1 << 16);
    for (size_t i = 0; i < MUTATIONS; i++) {
        plm_buf_clear(&bad);
        plm_buf_clear(&again);
        CHECK_STATUS(plm_buf_append(&bad, good->data, good->n), PLM_OK);
        for (size_t flips = 1 + below(3); flips > 0; flips--) {
            bad.data[below(bad.n)] = (uint8_t)(below(4) == 0 ? next_random() : below(4));
        }
        if (k->decode(&m, plm_buf_span(&bad)) == PLM_OK) {
            n_taken++;
            CHECK_STATUS(k->encode(&m, &again), PLM_OK);
            CHECK(plm_span_equal(plm_buf_span(&again), plm_buf_span(&bad)));
        }
    }
    plm_buf_wipe(&bad);
    plm_buf_wipe(&again);
    return n_taken;
}

static void test_round_trips(void)
{
    static any_message made;
    static any_message back;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const kind *k = &kinds[i];
        size_t n_taken = 0;
        for (size_t round = 0; round < ROUNDS; round++) {
            plm_buf out;
            plm_buf_init(&out, 1 << 16);
            memset(&made, 0, sizeof made);
            memset(&back, 0x5a, sizeof back);
            k->make(&made);
            CHECK_STATUS(k->encode(&made, &out), PLM_OK);
            CHECK_STATUS(k->decode(&back, plm_buf_span(&out)), PLM_OK);
            if (!CHECK_EQ_MEM(&back, &made, k->size)) {
                printf("# %s, round %zu\n", k->name, round);
            }
            if (round < 20) {
                check_lengths(k, &out);
                n_taken += check_mutations(k, &out);
            }
            plm_buf_wipe(&out);
        }
        CHECK(n_taken > 0); /* or the mutations tested nothing */
    }
}

int main(void)
{
    TAP_RUN(test_round_trips);
    return tap_done();
}
