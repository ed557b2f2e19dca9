/* SPDX-License-Identifier: Apache-2.0 */
#include <palermo/oprf.h>

#include "base/ct.h"
#include "crypto/ristretto.h"
#include "oprf/suite.h"

#include <sodium.h>
#include <string.h>

_Static_assert((int)PLM_OPRF_ELEMENT_BYTES == (int)PLM_ELEMENT_BYTES, "element");
_Static_assert((int)PLM_OPRF_SCALAR_BYTES == (int)PLM_SCALAR_BYTES, "scalar");

size_t plm_oprf_dst(uint8_t out[PLM_OPRF_DST_MAX], const char *label, plm_oprf_mode mode)
{
    /* contextString = "OPRFV1-" || I2OSP(mode, 1) || "-" || identifier (section 3.1) */
    static const char before[] = "OPRFV1-";
    static const char after[] = "-ristretto255-SHA512";
    size_t n = 0;
    for (; label[n] != '\0'; n++) {
        out[n] = (uint8_t)label[n];
    }
    memcpy(out + n, before, sizeof before - 1);
    n += sizeof before - 1;
    out[n++] = (uint8_t)mode;
    memcpy(out + n, after, sizeof after - 1);
    return n + sizeof after - 1;
}

plm_status plm_oprf_derive_key_pair(uint8_t sk[static 32], uint8_t pk[static 32],
                                    plm_oprf_mode mode, const uint8_t seed[static 32],
                                    const uint8_t *info, size_t info_bytes)
{
    uint8_t dst[PLM_OPRF_DST_MAX];
    uint8_t length[2];
    uint8_t derived[PLM_SCALAR_BYTES];
    uint8_t multiple[PLM_ELEMENT_BYTES];
    if (info_bytes > UINT16_MAX) {
        return PLM_E_ARGUMENT;
    }
    const plm_span dst_span = plm_span_of(dst, plm_oprf_dst(dst, "DeriveKeyPair", mode));
    plm_store_u16(length, (uint16_t)info_bytes);
    plm_status status = PLM_E_CRYPTO;
    for (unsigned counter = 0; counter < 256; counter++) {
        const uint8_t byte = (uint8_t)counter;
        const plm_span parts[] = {plm_span_of(seed, 32), plm_span_of(length, 2),
                                  plm_span_of(info, info_bytes), plm_span_of(&byte, 1)};
        status = plm_hash_to_scalar(derived, parts, 4, dst_span);
        /* The base's multiple fails for 0 alone. */
        if (status != PLM_OK || crypto_scalarmult_ristretto255_base(multiple, derived) == 0) {
            break;
        }
        status = PLM_E_CRYPTO;
    }
    if (status == PLM_OK) {
        memcpy(sk, derived, sizeof derived);
        memcpy(pk, multiple, sizeof multiple);
    }
    plm_wipe(derived, sizeof derived);
    return status;
}

plm_status plm_oprf_random_key_pair(uint8_t sk[static 32], uint8_t pk[static 32])
{
    plm_scalar_random(sk);
    if (crypto_scalarmult_ristretto255_base(pk, sk) == 0) {
        return PLM_OK;
    }
    plm_wipe(sk, PLM_SCALAR_BYTES);
    return PLM_E_CRYPTO;
}

static plm_status hash_to_group(uint8_t out[static 32], plm_oprf_mode mode, const uint8_t *input,
                                size_t input_bytes)
{
    uint8_t dst[PLM_OPRF_DST_MAX];
    if (input_bytes > PLM_OPRF_INPUT_MAX) {
        return PLM_E_ARGUMENT;
    }
    const plm_span part = plm_span_of(input, input_bytes);
    const plm_span dst_span = plm_span_of(dst, plm_oprf_dst(dst, "HashToGroup-", mode));
    return plm_hash_to_element(out, &part, 1, dst_span);
}

plm_status plm_oprf_blind(uint8_t blinded[static 32], plm_oprf_mode mode,
                          const uint8_t blind[static 32], const uint8_t *input, size_t input_bytes)
{
    uint8_t element[PLM_ELEMENT_BYTES];
    plm_status status = hash_to_group(element, mode, input, input_bytes);
    if (status == PLM_OK) {
        /* Fails for the identity alone: no input is known that hashes to it. */
        status = plm_element_multiply(blinded, blind, element) == PLM_OK ? PLM_OK : PLM_E_ARGUMENT;
    }
    plm_wipe(element, sizeof element);
    return status;
}

plm_status plm_oprf_blind_evaluate(uint8_t evaluated[static 32], const uint8_t sk[static 32],
                                   const uint8_t blinded[static 32])
{
    return plm_element_multiply(evaluated, sk, blinded);
}

/* Hash(I2OSP(len, 2) || input || I2OSP(len, 2) || element || "Finalize") */
static void finalize_hash(uint8_t output[static 64], const uint8_t element[static 32],
                          const uint8_t *input, size_t input_bytes)
{
    static const char label[] = "Finalize";
    uint8_t input_length[2];
    const uint8_t element_length[2] = {0, PLM_ELEMENT_BYTES};
    crypto_hash_sha512_state state;
    plm_store_u16(input_length, (uint16_t)input_bytes);
    (void)crypto_hash_sha512_init(&state);
    (void)crypto_hash_sha512_update(&state, input_length, 2);
    (void)crypto_hash_sha512_update(&state, input, input_bytes);
    (void)crypto_hash_sha512_update(&state, element_length, 2);
    (void)crypto_hash_sha512_update(&state, element, PLM_ELEMENT_BYTES);
    (void)crypto_hash_sha512_update(&state, (const uint8_t *)label, sizeof label - 1);
    (void)crypto_hash_sha512_final(&state, output);
    plm_wipe(&state, sizeof state);
}

plm_status plm_oprf_finalize(uint8_t output[static 64], const uint8_t inverse_blind[static 32],
                             const uint8_t evaluated[static 32], const uint8_t *input,
                             size_t input_bytes)
{
    uint8_t element[PLM_ELEMENT_BYTES];
    if (input_bytes > PLM_OPRF_INPUT_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = plm_element_multiply(element, inverse_blind, evaluated);
    if (status == PLM_OK) {
        finalize_hash(output, element, input, input_bytes);
    }
    plm_wipe(element, sizeof element);
    return status;
}

plm_status plm_oprf_evaluate(uint8_t output[static 64], plm_oprf_mode mode,
                             const uint8_t sk[static 32], const uint8_t *input, size_t input_bytes)
{
    uint8_t element[PLM_ELEMENT_BYTES];
    plm_status status = plm_oprf_blind(element, mode, sk, input, input_bytes);
    if (status == PLM_OK) {
        finalize_hash(output, element, input, input_bytes);
    }
    plm_wipe(element, sizeof element);
    return status;
}
