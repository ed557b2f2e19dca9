/* SPDX-License-Identifier: Apache-2.0 */
#include "ot/base.h"

#include "base/ct.h"
#include "crypto/hasher.h"

/* H_b(r) of transfer i, into the group. b: SECRET. */
static plm_status hash_to_group(uint8_t out[static PLM_ELEMENT_BYTES], const uint8_t *session,
                                unsigned i, uint64_t b, const uint8_t r[static PLM_ELEMENT_BYTES])
{
    uint8_t tag[2] = {(uint8_t)i, (uint8_t)b};
    const plm_span parts[3] = {plm_span_of(session, PLM_BASE_SESSION_BYTES),
                               plm_span_of(tag, sizeof tag), plm_span_of(r, PLM_ELEMENT_BYTES)};
    return plm_hash_to_element(out, parts, 3, plm_span_str("palermo vole/1 base OT"));
}

static plm_block derive(const uint8_t *session, unsigned i, uint64_t b,
                        const uint8_t shared[static PLM_ELEMENT_BYTES])
{
    uint8_t tag[2] = {(uint8_t)i, (uint8_t)b};
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 base key");
    plm_hasher_fixed(&h, session, PLM_BASE_SESSION_BYTES);
    plm_hasher_fixed(&h, tag, sizeof tag);
    plm_hasher_fixed(&h, shared, PLM_ELEMENT_BYTES);
    return plm_hasher_final_block(&h);
}

plm_status plm_base_ask(uint8_t question[static PLM_BASE_QUESTION_BYTES],
                        uint8_t a[static PLM_SCALAR_BYTES], uint64_t choice,
                        const uint8_t session[static PLM_BASE_SESSION_BYTES], unsigned i)
{
    uint8_t other[PLM_ELEMENT_BYTES];
    uint8_t hashed[PLM_ELEMENT_BYTES];
    uint8_t chosen[PLM_ELEMENT_BYTES] = {0};
    plm_element_random(other);
    plm_scalar_random(a);
    plm_status status = hash_to_group(hashed, session, i, choice, other);
    if (status == PLM_OK) {
        status = plm_element_base(chosen, a);
    }
    if (status == PLM_OK) {
        status = plm_element_subtract(chosen, chosen, hashed);
    }
    uint8_t swap = (uint8_t)(0 - choice);
    for (size_t k = 0; k < PLM_ELEMENT_BYTES; k++) {
        uint8_t d = (uint8_t)((chosen[k] ^ other[k]) & swap);
        question[k] = chosen[k] ^ d;
        question[PLM_ELEMENT_BYTES + k] = other[k] ^ d;
    }
    plm_wipe(other, sizeof other);
    plm_wipe(hashed, sizeof hashed);
    plm_wipe(chosen, sizeof chosen);
    return status;
}

plm_status plm_base_give(uint8_t answer[static PLM_BASE_ANSWER_BYTES], plm_block keys[static 2],
                         const uint8_t question[static PLM_BASE_QUESTION_BYTES],
                         const uint8_t session[static PLM_BASE_SESSION_BYTES], unsigned i)
{
    uint8_t y[PLM_SCALAR_BYTES];
    uint8_t element[PLM_ELEMENT_BYTES];
    plm_scalar_random(y);
    plm_status status = plm_element_base(answer, y);
    for (uint64_t b = 0; b < 2 && status == PLM_OK; b++) {
        const uint8_t *mine = question + b * PLM_ELEMENT_BYTES;
        const uint8_t *other = question + (1 - b) * PLM_ELEMENT_BYTES;
        status = hash_to_group(element, session, i, b, other);
        if (status == PLM_OK) {
            status = plm_element_add(element, element, mine);
        }
        if (status == PLM_OK) {
            status = plm_element_multiply(element, y, element);
        }
        if (status == PLM_OK) {
            keys[b] = derive(session, i, b, element);
        }
    }
    plm_wipe(y, sizeof y);
    plm_wipe(element, sizeof element);
    return status;
}

plm_status plm_base_take(plm_block *key, const uint8_t answer[static PLM_BASE_ANSWER_BYTES],
                         const uint8_t a[static PLM_SCALAR_BYTES], uint64_t choice,
                         const uint8_t session[static PLM_BASE_SESSION_BYTES], unsigned i)
{
    uint8_t shared[PLM_ELEMENT_BYTES];
    plm_status status = plm_element_multiply(shared, a, answer);
    if (status == PLM_OK) {
        *key = derive(session, i, choice, shared);
    }
    plm_wipe(shared, sizeof shared);
    return status;
}
