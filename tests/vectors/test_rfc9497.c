/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test vectors of RFC 9497 appendix A.1.1 (OPRF) and A.1.2 (VOPRF), ristretto255-SHA512.
 */
#include "crypto/ristretto.h"
#include "crypto/sign.h"
#include "tap.h"

#include <palermo/oprf.h>

#define SEED     "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3"
#define KEY_INFO "test key"
#define INPUT_1  "00"
#define INPUT_2  "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
#define BLIND_1  "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"
#define BLIND_2  "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"
#define R_SINGLE BLIND_2
#define R_BATCH  "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c"
#define OPRF_SK  "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e"
#define VOPRF_SK "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"
#define VOPRF_PK "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"
#define VOPRF_OUT_1                                                    \
    "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d" \
    "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c"
#define VOPRF_OUT_2                                                    \
    "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60" \
    "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6"

typedef struct element_vector {
    plm_oprf_mode mode;
    const char *sk;
    const char *input;
    const char *blind;
    const char *blinded;
    const char *evaluated;
    const char *output;
} element_vector;

static const element_vector vectors[] = {
    {PLM_MODE_OPRF, OPRF_SK, INPUT_1, BLIND_1,
     "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
     "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
     "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3"
     "ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6"},
    {PLM_MODE_OPRF, OPRF_SK, INPUT_2, BLIND_1,
     "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
     "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
     "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4"
     "f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73"},
    {PLM_MODE_VOPRF, VOPRF_SK, INPUT_1, BLIND_1,
     "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
     "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e", VOPRF_OUT_1},
    {PLM_MODE_VOPRF, VOPRF_SK, INPUT_2, BLIND_1,
     "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
     "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468", VOPRF_OUT_2},
    {PLM_MODE_VOPRF, VOPRF_SK, INPUT_2, BLIND_2, /* the second of the batch */
     "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
     "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a", VOPRF_OUT_2},
};

static size_t unhex(uint8_t *out, const char *hex)
{
    size_t n = strlen(hex) / 2;
    CHECK(plm_hex_decode(out, n, hex) == 0);
    return n;
}

static void check_hex(const uint8_t *got, size_t n, const char *want)
{
    char text[512];
    plm_hex_encode(text, got, n);
    CHECK_EQ_STR(text, want);
}

static void test_derive_key_pair(void)
{
    uint8_t seed[32];
    uint8_t sk[32];
    uint8_t pk[32];
    (void)unhex(seed, SEED);
    CHECK_STATUS(
        plm_oprf_derive_key_pair(sk, pk, PLM_MODE_OPRF, seed, (const uint8_t *)KEY_INFO, 8),
        PLM_OK);
    check_hex(sk, 32, OPRF_SK);
    CHECK_STATUS(
        plm_oprf_derive_key_pair(sk, pk, PLM_MODE_VOPRF, seed, (const uint8_t *)KEY_INFO, 8),
        PLM_OK);
    check_hex(sk, 32, VOPRF_SK);
    check_hex(pk, 32, VOPRF_PK);
}

static void test_elements(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const element_vector *v = &vectors[i];
        uint8_t sk[32];
        uint8_t blinds[1][32];
        uint8_t inverses[1][32];
        uint8_t input[64];
        uint8_t element[32];
        uint8_t output[64];
        (void)unhex(sk, v->sk);
        (void)unhex(blinds[0], v->blind);
        size_t n = unhex(input, v->input);
        CHECK_STATUS(plm_oprf_blind(element, v->mode, blinds[0], input, n), PLM_OK);
        check_hex(element, 32, v->blinded);
        CHECK_STATUS(plm_oprf_blind_evaluate(element, sk, element), PLM_OK);
        check_hex(element, 32, v->evaluated);
        CHECK_STATUS(plm_scalar_invert_all(inverses, blinds, 1), PLM_OK);
        CHECK_STATUS(plm_oprf_finalize(output, inverses[0], element, input, n), PLM_OK);
        check_hex(output, 64, v->output);
        CHECK_STATUS(plm_oprf_evaluate(output, v->mode, sk, input, n), PLM_OK);
        check_hex(output, 64, v->output);
    }
}

/* elements: numbers of the vectors that make the batch. */
static void check_proof(const size_t *elements, size_t n, const char *r_hex, const char *proof_hex)
{
    uint8_t sk[32];
    uint8_t pk[32];
    uint8_t r[32];
    uint8_t blinded[64];
    uint8_t evaluated[64];
    uint8_t proof[64];
    (void)unhex(sk, VOPRF_SK);
    (void)unhex(pk, VOPRF_PK);
    (void)unhex(r, r_hex);
    for (size_t i = 0; i < n; i++) {
        (void)unhex(blinded + 32 * i, vectors[elements[i]].blinded);
        (void)unhex(evaluated + 32 * i, vectors[elements[i]].evaluated);
    }
    CHECK_STATUS(plm_oprf_prove(proof, sk, pk, blinded, evaluated, n, r), PLM_OK);
    check_hex(proof, 64, proof_hex);
    CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, n), PLM_OK);
    for (size_t byte = 0; byte < 64; byte++) {
        proof[byte] ^= 1;
        CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, n), PLM_E_PROOF);
        proof[byte] ^= 1;
    }
    /* Another key for the last element alone. */
    uint8_t other[32] = {7};
    CHECK_STATUS(plm_oprf_blind_evaluate(evaluated + 32 * (n - 1), other, blinded + 32 * (n - 1)),
                 PLM_OK);
    CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, n), PLM_E_PROOF);
}

static void test_proofs(void)
{
    static const size_t first[] = {2};
    static const size_t second[] = {3};
    static const size_t both[] = {2, 4};
    check_proof(first, 1, R_SINGLE,
                "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
                "6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d");
    check_proof(second, 1, R_SINGLE,
                "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a"
                "67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02");
    check_proof(both, 2, R_BATCH,
                "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a"
                "5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08");
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_derive_key_pair);
    TAP_RUN(test_elements);
    TAP_RUN(test_proofs);
    return tap_done();
}
