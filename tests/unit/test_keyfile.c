/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keyfile_internal.h"

#include "crypto/sign.h"
#include "tap.h"

enum {
    CHEAP_OPS = 1,
    CHEAP_KIB = 8
};

static const uint8_t seed[32] = {7, 1, 2, 3};

static void seal(plm_buf *file, const char *secret)
{
    plm_buf_init(file, 4096);
    CHECK_STATUS(plm_keyfile_seal_with(file, PLM_UNLOCK_KEY_FILE, plm_span_str(secret), seed,
                                       CHEAP_OPS, CHEAP_KIB),
                 PLM_OK);
}

static void test_round_trip(void)
{
    plm_buf file;
    uint8_t opened[32] = {0};
    uint8_t public_key[32];
    uint8_t peeked[32];
    plm_unlock_kind kind;
    seal(&file, "a secret");
    CHECK_STATUS(plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("a secret")), PLM_OK);
    CHECK_EQ_MEM(opened, seed, 32);
    plm_identity_public(public_key, seed);
    CHECK_STATUS(plm_keyfile_peek(&kind, peeked, plm_buf_span(&file)), PLM_OK);
    CHECK_EQ_INT(kind, PLM_UNLOCK_KEY_FILE);
    CHECK_EQ_MEM(peeked, public_key, 32);
    plm_buf_wipe(&file);
}

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Only what was drawn at random is not stretched. */
static void test_costs(void)
{
    for (int is_uniform = 0; is_uniform <= 1; is_uniform++) {
        plm_buf file;
        uint8_t opened[32];
        plm_buf_init(&file, 4096);
        CHECK_STATUS(plm_keyfile_seal(&file, PLM_UNLOCK_KEY_FILE, plm_span_str("0123456789abcdef"),
                                      is_uniform != 0, seed),
                     PLM_OK);
        CHECK_EQ_INT(be32(file.data + 8), is_uniform ? 1 : 3);
        CHECK_EQ_INT(be32(file.data + 12), is_uniform ? 8 : 64 * 1024);
        CHECK_STATUS(
            plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("0123456789abcdef")),
            PLM_OK);
        plm_buf_wipe(&file);
    }
}

static void test_the_seed_is_not_in_the_file_and_two_files_differ(void)
{
    plm_buf a;
    plm_buf b;
    seal(&a, "a secret");
    seal(&b, "a secret");
    CHECK(memmem(a.data, a.n, seed, 4) == NULL);
    CHECK(a.n == b.n && memcmp(a.data, b.data, a.n) != 0);
    plm_buf_wipe(&a);
    plm_buf_wipe(&b);
}

static void test_a_wrong_secret_opens_nothing(void)
{
    plm_buf file;
    uint8_t opened[32];
    memset(opened, 0xee, sizeof opened);
    seal(&file, "a secret");
    CHECK_STATUS(plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("a secreT")),
                 PLM_E_LOCKED);
    CHECK_STATUS(plm_keyfile_open(opened, plm_buf_span(&file), plm_span_of(NULL, 0)),
                 PLM_E_ARGUMENT);
    CHECK(opened[0] == 0xee && opened[31] == 0xee);
    plm_buf_wipe(&file);
}

static void test_every_byte_is_sealed(void)
{
    plm_buf file;
    uint8_t opened[32];
    seal(&file, "a secret");
    for (size_t i = 0; i < file.n; i++) {
        /* The high bytes of the costs would make it slow before it is refused: flip low bits. */
        file.data[i] ^= 1;
        plm_status status = plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("a secret"));
        if (!CHECK(status == PLM_E_LOCKED || status == PLM_E_SYNTAX)) {
            printf("# byte %zu: %s\n", i, plm_status_name(status));
        }
        file.data[i] ^= 1;
    }
    CHECK_STATUS(plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("a secret")), PLM_OK);
    plm_buf_wipe(&file);
}

static void test_other_lengths_are_no_key_file(void)
{
    plm_buf file;
    uint8_t opened[32];
    seal(&file, "a secret");
    for (size_t n = 0; n < file.n; n++) {
        CHECK_STATUS(plm_keyfile_open(opened, plm_span_of(file.data, n), plm_span_str("a secret")),
                     PLM_E_SYNTAX);
    }
    CHECK_STATUS(plm_buf_append_u8(&file, 0), PLM_OK);
    CHECK_STATUS(plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("a secret")),
                 PLM_E_SYNTAX);
    plm_buf_wipe(&file);
}

/* A hostile file must not make the program eat the machine. */
static void test_absurd_costs_are_refused(void)
{
    plm_buf file;
    uint8_t opened[32];
    seal(&file, "a secret");
    plm_store_u32(file.data + 12, 0x7fffffff);
    CHECK_STATUS(plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("a secret")),
                 PLM_E_SYNTAX);
    plm_store_u32(file.data + 12, CHEAP_KIB);
    plm_store_u32(file.data + 8, 1000000);
    CHECK_STATUS(plm_keyfile_open(opened, plm_buf_span(&file), plm_span_str("a secret")),
                 PLM_E_SYNTAX);
    plm_buf_wipe(&file);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_round_trip);
    TAP_RUN(test_costs);
    TAP_RUN(test_the_seed_is_not_in_the_file_and_two_files_differ);
    TAP_RUN(test_a_wrong_secret_opens_nothing);
    TAP_RUN(test_every_byte_is_sealed);
    TAP_RUN(test_other_lengths_are_no_key_file);
    TAP_RUN(test_absurd_costs_are_refused);
    return tap_done();
}
