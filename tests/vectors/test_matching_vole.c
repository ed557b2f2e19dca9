/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of spec/matching-vole.md section 12. They were made with this implementation and agree
 * with one written from that page alone. Run with an argument, it prints what it computes.
 */
#include "crypto/hasher.h"
#include "crypto/sign.h"
#include "crypto/transpose.h"
#include "match/vole.h"
#include "tap.h"
#include "vole/internal.h"

/* Permutations are nobody's business but the code's. */
#include "vole/code.c"

enum {
    TEXT_MAX = 1024
};

static bool prints;

/* n bytes as hex against what the specification prints. */
static void check_hex(const char *name, const void *bytes, size_t n, const char *want)
{
    char text[2 * TEXT_MAX + 1];
    plm_hex_encode(text, (const uint8_t *)bytes, n);
    if (prints) {
        printf("# %s = %s\n", name, text);
    }
    CHECK_EQ_STR(text, want);
}

static void check_numbers(const char *name, const uint64_t *list, size_t n, const char *want)
{
    char text[TEXT_MAX];
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, i == 0 ? "%llu" : " %llu",
                               (unsigned long long)list[i]);
    }
    if (prints) {
        printf("# %s = %s\n", name, text);
    }
    CHECK_EQ_STR(text, want);
}

/* Bytes first, first + 1, ... */
static plm_block ramp(uint8_t first)
{
    uint8_t bytes[16];
    for (unsigned i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(first + i);
    }
    return plm_block_load(bytes);
}

static void test_field(void)
{
    plm_block product = plm_gf_mul(ramp(0x00), ramp(0xf0));
    plm_block x = plm_block_times_x(plm_block_of(0, (uint64_t)1 << 63));
    plm_block square = plm_gf_pow(ramp(0x00), 2);
    check_hex("product", &product, sizeof product, "ce005caf58ebc545a1d83f763b32a69c");
    check_hex("x^128", &x, sizeof x, "87000000000000000000000000000000");
    check_hex("square", &square, sizeof square, "c0214621d8235e23a0292629b82b3e2b");
}

static void test_fixed_keys(void)
{
    static const char *const want[] = {
        "4d320904fd024773f9a1b53a1936c363", "18f07cd007c3cbff7fada6f9342d2134",
        "b415888238566ffbd006ff70759f5aa0", "417c295819c65f9a8c5db33c52663e36",
        "b9546f6823bb7702d4f9d105e12c1e4f", "7dd68eac7a3a223e3e6e0bfda8a82ecb",
        "e5bb74b81fd835306b1892f391fcddbc", "b4a8fafa598b83710bc409562e45005f",
        "2dfe9fe6ad2c1399c6cf7499191db45f"};
    for (uint64_t purpose = 1; purpose <= 9; purpose++) {
        plm_aes_key key;
        plm_block out;
        plm_fixed_key(&key, purpose);
        plm_kernels_best()->counter(&key, &out, 0, 1);
        check_hex("E(0)", &out, sizeof out, want[purpose - 1]);
    }
}

static void test_hashes(void)
{
    static const uint8_t context[] = {1, 2, 3};
    plm_engine_config config = {.role = PLM_MATCH_SENDER,
                                .security = PLM_MATCH_MALICIOUS,
                                .n_padded = 2000,
                                .n_peer = 1000,
                                .context_bytes = sizeof context};
    uint8_t opening[PLM_VOLE_OPENING_BYTES];
    uint8_t hash[32];
    plm_vole_common v;
    memcpy(config.context, context, sizeof context);
    for (unsigned i = 0; i < sizeof opening; i++) {
        opening[i] = (uint8_t)i;
    }
    CHECK_STATUS(plm_vole_common_init(&v, &config), PLM_OK);
    check_hex("session", v.session, sizeof v.session,
              "a400964b6ce6ae3faebfe13cf921de321b6b79cf835a2461a76dc1bd6dd48908");
    plm_vole_commit(hash, &v, opening);
    check_hex("commitment", hash, sizeof hash,
              "d49b7eb7149204fbb6ecbff4b352f8701db9b160e41bc993e038d030a5d41059");
    uint8_t id[PLM_VOLE_ID_BYTES];
    plm_vole_setup setup;
    plm_vole_setup_init(&setup, &v, plm_span_str("begin"), plm_span_str("base"), false, id);
    check_hex("bound", setup.session, sizeof setup.session,
              "ade965082d3918457518fea2f47db694bf7b7a422b20584c5efa487ad56850f3");
    plm_vole_base_name(hash, plm_span_of(v.session, sizeof v.session));
    check_hex("base name", hash, PLM_VOLE_ID_BYTES, "55f573d0da63b20f47c6d759ec09e728");
}

/* a = 1 and Y = G, so that the point is the generator. */
static void test_base_key(void)
{
    const uint8_t session[PLM_BASE_SESSION_BYTES] = {0};
    const uint8_t one[PLM_SCALAR_BYTES] = {1};
    uint8_t generator[PLM_ELEMENT_BYTES];
    plm_block key;
    CHECK_STATUS(plm_element_base(generator, one), PLM_OK);
    CHECK_STATUS(plm_base_take(&key, generator, one, 1, session, 5), PLM_OK);
    check_hex("base key", &key, sizeof key, "ed9e87f81f26a93fe37c1468feb3dd8f");
}

static void test_ot_keys(void)
{
    plm_block row = ramp(0x00);
    plm_block key;
    plm_ot_keys(&key, &row, plm_block_zero(), 0, 1);
    check_hex("row 0", &key, sizeof key, "011ada98d56991af4642d1cc812eb7c3");
    plm_ot_keys(&key, &row, plm_block_zero(), 1, 1);
    check_hex("row 1", &key, sizeof key, "340f1e12bca41099f1d791ff75aae1c2");
    plm_ot_keys(&key, &row, ramp(0xf0), 1, 1);
    check_hex("row 1, bit 1", &key, sizeof key, "f932266cdeaa5f7cc1233eb3146b6f26");
}

/* The hash of section 1 with an empty label. */
static void check_hash(const char *name, const void *bytes, size_t n, const char *want)
{
    uint8_t hash[32];
    plm_hasher h;
    plm_hasher_init(&h, "");
    plm_hasher_fixed(&h, bytes, n);
    plm_hasher_final(&h, hash);
    check_hex(name, hash, sizeof hash, want);
}

static void test_transfers(void)
{
    enum {
        N = 2
    };
    static plm_ot_chooser chooser;
    static uint8_t message[PLM_OT_TREES_BYTES];
    plm_block keys[PLM_BASE_OTS][2];
    const plm_block choices[N] = {ramp(0x00), ramp(0xf0)};
    plm_block corrections[PLM_OT_GROUPS * N];
    plm_block columns[128 * N];
    plm_block rows[128 * N];
    uint8_t check[PLM_OT_CHECK_BYTES];
    for (unsigned i = 0; i < PLM_BASE_OTS; i++) {
        keys[i][0] = plm_block_of(2 * i + 1, 0);
        keys[i][1] = plm_block_of(2 * i + 2, 0);
    }
    plm_ot_chooser_init(&chooser, keys, message);
    check_hash("trees of BASE", message, sizeof message,
               "cdb9d2e76b3eeb977f424533d4662763cadb7a6387ca0545a5c6073f6a9cbb6b");
    plm_ot_choose(&chooser, choices, N, corrections, columns);
    check_hash("corrections", corrections, sizeof corrections,
               "8c5b7bf907280d1f793b7a5f9ca3039483a33afcb778a375b2c527b6e04625db");
    plm_transpose(rows, columns, N);
    check_hex("row 0", &rows[0], sizeof *rows, "d7c772b9749fdecf7b36096c9b43706c");
    check_hex("row 129", &rows[129], sizeof *rows, "0491de08770fae39b0d11b302d0aaa8e");
    plm_ot_check_make(check, ramp(0x00), choices, columns, N);
    check_hex("check", check, sizeof check,
              "cec911c2593503e412c7004b2195255d156d3c1cd6bb3fb48daa482e5e026a44"
              "03f174cdab409791731a73f4fb5b8ed0");
    plm_ot_chooser_step(&chooser, ramp(0xf0));
    check_hex("next leaf 0", &chooser.leaves[0][0], sizeof(plm_block),
              "870b5dac1bc9c2b464e85166b615235a");
}

static void test_challenges(void)
{
    plm_vole_setup setup = {.params = NULL};
    uint8_t hash[32];
    uint8_t proof[PLM_VOLE_PROOF_BYTES];
    plm_vole_hash(hash, &setup, 1, plm_span_str("corrections"));
    check_hex("hash_1", hash, sizeof hash,
              "e7356dfa6b6e26d9361fe65d700d98edd59fdf25728cc0204d3249d9aa7526b6");
    plm_vole_hash_trees(hash, plm_span_str("trees"));
    check_hex("hash_2", hash, sizeof hash,
              "15a93db01aae44bd089ee236d68ab00a4df46460d82afa05bdaea660bce079c6");
    plm_vole_proof(proof, hash, ramp(0x00));
    check_hex("proof", proof, sizeof proof,
              "fd690eefeaaafdcc1e0d14171e1abff6644b42bde2fa4e768aa9accb9f35af22");
}

static void test_trees(void)
{
    plm_tree_keys keys;
    plm_block scratch[4];
    plm_block leaves[8];
    plm_block sums[3][2];
    static const char *const eight[] = {
        "7c9d5739ea5aacf3224155a979a16d047a47dca42b86b4fdf2afc0b39e2ec338"
        "bc2d444f6c552add0042cc54861d4434e1bd513a222fc5bdf090ec6ecfe0da11"
        "90552cdbb542f6b5375fff433fbcb4ca575b3e292d482d9868e1a1bcc97fb917",
        "5bfceeb1249f4c7f701f201817070a0a8df8b45366eb2824ddef864f63bd7cb7"
        "b0f0af16d27fca97d32863d8d7129d1f85369d0590d9a2b60b3e06ea38248a1b"
        "d2d69802b0e4f8a715b7dfe72470ba4383fab677dca35b55c9be9f0400328354"
        "a98ff57ef34688fa81df6364dbd9999cdc6fa10807d9fc5f778ebe1d92d4ccef"};
    plm_tree_keys_init(&keys);
    plm_tree_expand(&keys, ramp(0x00), 3, scratch, leaves, sums);
    check_hex("sums", sums, sizeof sums, eight[0]);
    check_hex("leaves", leaves, sizeof leaves, eight[1]);
}

static void test_code(void)
{
    enum {
        C = 352
    };
    static const char *const want[] = {"155 494 539 608 468 677 160 263",
                                       "631 596 277 255 62 677 385 620",
                                       "157 261 561 402 629 15 152 213"};
    plm_code *code;
    uint32_t drawn[2 * C];
    CHECK_STATUS(plm_code_create(&code, C), PLM_OK);
    plm_block *x = (plm_block *)calloc(4 * C, sizeof *x);
    plm_block *out = x + 2 * C;
    for (unsigned r = 0; r < PLM_CODE_ROUNDS; r++) {
        uint64_t head[8];
        draw_permutation(drawn, (size_t)2 * C, r);
        for (unsigned i = 0; i < 8; i++) {
            head[i] = drawn[i];
        }
        check_numbers("permutation", head, 8, want[r]);
    }
    for (unsigned i = 0; i < 2 * C; i++) {
        x[i] = plm_block_of(i + 1, 0);
    }
    plm_code_compress(code, NULL, x, out, out);
    check_hex("out 0", &out[0], sizeof *out, "40020000000000000000000000000000");
    check_hex("out 1", &out[1], sizeof *out, "a7030000000000000000000000000000");
    check_hex("out 351", &out[C - 1], sizeof *out, "78010000000000000000000000000000");
    check_hash("hash of 00 and all", out, C * sizeof *out,
               "e9f95fc484fb21f420b47d6bdad07e3e81baeb85b47ce792e57eb5b1a359dff6");
    plm_code_destroy(code);
    free(x);
}

static void check_row(plm_block h, uint32_t n_sparse, uint32_t n_bins, const char *want)
{
    plm_okvs_row row = plm_okvs_row_of(h, n_sparse);
    const uint64_t list[4] = {plm_okvs_bin(h, n_bins), row.at[0], row.at[1], row.at[2]};
    check_numbers("bin and positions", list, 4, want);
}

static void test_rows(void)
{
    plm_aes_key key;
    plm_block token = ramp(0xf0);
    plm_block h;
    plm_kernels_best()->key(&key, ramp(0x00));
    plm_kernels_best()->hash(&key, &h, &token, 1);
    check_hex("row hash", &h, sizeof h, "9656351bc0a7c7bf6fa824fccfeb5352");
    check_row(h, 327555, 4, "0 245384 322620 105338");
    check_row(plm_block_zero(), 100, 7, "0 0 1 2");
    check_row(plm_block_of(UINT64_MAX, UINT64_MAX), 100, 7, "6 99 98 97");
    check_row(plm_block_of((uint64_t)0x80000000U << 32, 0x80000000U), 100, 7, "0 50 49 0");
}

static void check_params(size_t n, const char *want)
{
    plm_okvs_params p;
    plm_vole_params v;
    CHECK_STATUS(plm_okvs_params_init(&p, n), PLM_OK);
    plm_vole_params_init(&v, plm_okvs_columns(&p));
    const uint64_t list[9] = {p.n_bins,  p.bin_rows,           p.n_sparse,
                              p.n_dense, plm_okvs_columns(&p), v.n_instances,
                              v.c,       v.n_leaves,           v.depth};
    check_numbers("bins, rows, sparse, dense, m, instances, c, leaves, depth", list, 9, want);
}

static void test_params(void)
{
    check_params(0, "1 0 86 6 92 1 11264 128 7");
    check_params(1000, "1 1000 1442 3 1445 1 11264 128 7");
    check_params(100000, "1 100000 124039 2 124041 1 180224 2048 11");
    check_params((size_t)1 << 20, "4 265533 327555 2 1310228 8 180224 2048 11");
    check_params(10000000, "38 267177 329752 2 12530652 70 180224 2048 11");
}

static void test_outputs(void)
{
    static plm_vole_common v;
    plm_engine_config config = {.role = PLM_MATCH_SENDER, .security = PLM_MATCH_MALICIOUS};
    plm_block token = ramp(0xf0);
    plm_block value = ramp(0x00);
    plm_block hashed;
    CHECK_STATUS(plm_vole_common_init(&v, &config), PLM_OK);
    plm_kernels_best()->hash(&v.field, &hashed, &token, 1);
    check_hex("H_F", &hashed, sizeof hashed, "a431e86ab8a09b39187bf83a386ce9db");
    plm_vole_outputs(&v, &token, 1, &value);
    check_hex("H_o", &value, sizeof value, "9656351bc0a7c7bf6fa824fccfeb5352");
    value = ramp(0x00);
    v.coding.value_bytes = 10;
    plm_vole_outputs(&v, &token, 1, &value);
    check_hex("cut to 10 bytes", (uint8_t *)&value + 6, 10, "9656351bc0a7c7bf6fa8");
}

static void check_coded(const plm_block *values, size_t n, unsigned value_bytes, const char *want)
{
    plm_coding coding = plm_coding_of(n, value_bytes);
    plm_block previous = plm_block_zero();
    uint8_t out[TEXT_MAX];
    const uint64_t split[2] = {coding.low_bytes, coding.rice};
    check_numbers("low_bytes, rice", split, 2, value_bytes == 16 ? "15 5" : "6 5");
    size_t bytes = plm_coding_write(&coding, values, n, &previous, out);
    check_hex("coded", out, bytes, want);
}

static void test_coded(void)
{
    const plm_block values[5] = {plm_block_of(1, 0), plm_block_of(0, (uint64_t)0x21 << 56),
                                 plm_block_of(5, (uint64_t)0x21 << 56),
                                 plm_block_of(0x1122334455667788U, (uint64_t)0xa0 << 56),
                                 plm_block_of(UINT64_MAX, UINT64_MAX)};
    plm_block cut[5];
    check_coded(values, 5, 16,
                "0100000000000000000000000000000000000000000000000000000000000500"
                "00000000000000000000000000887766554433221100000000000000ffffffff"
                "ffffffffffffffffffffff4001b8bf0f");
    for (unsigned i = 0; i < 5; i++) {
        cut[i] = plm_coding_value(plm_block_of(0x10203040506070U * (i + 1), 0), 7);
    }
    check_coded(cut, 5, 7,
                "706050403020e0c0a08060405021f1c09060c0814101c18030e29141f1a02008"
                "8220");
}

int main(int argc, char **argv)
{
    (void)argv;
    prints = argc > 1;
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_field);
    TAP_RUN(test_fixed_keys);
    TAP_RUN(test_hashes);
    TAP_RUN(test_base_key);
    TAP_RUN(test_ot_keys);
    TAP_RUN(test_transfers);
    TAP_RUN(test_challenges);
    TAP_RUN(test_trees);
    TAP_RUN(test_code);
    TAP_RUN(test_rows);
    TAP_RUN(test_params);
    TAP_RUN(test_outputs);
    TAP_RUN(test_coded);
    return tap_done();
}
