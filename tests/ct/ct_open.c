/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_open.c - what may be known of a secret (linked with --wrap): verdicts of comparisons, on which
 * a run goes on or ends, and that what was made as a group element is one.
 */
#include "ct.h"

#include "base/ct.h"
#include "crypto/ristretto.h"

/* Names that the linker gives. */
bool __real_plm_ct_equal(const void *a, const void *b, size_t n);
bool __wrap_plm_ct_equal(const void *a, const void *b, size_t n);
plm_status __real_plm_element_subtract(uint8_t *out, const uint8_t *a, const uint8_t *b);
plm_status __wrap_plm_element_subtract(uint8_t *out, const uint8_t *a, const uint8_t *b);

plm_status __real_plm_element_multiply(uint8_t *out, const uint8_t *scalar, const uint8_t *element);
plm_status __wrap_plm_element_multiply(uint8_t *out, const uint8_t *scalar, const uint8_t *element);

bool __wrap_plm_ct_equal(const void *a, const void *b, size_t n)
{
    bool equal = __real_plm_ct_equal(a, b, n);
    ct_public(&equal, sizeof equal);
    return equal;
}

/*
 * libsodium decodes both elements first and branches on whether that went well, which it does for
 * every element; so they are shown to it, and the result is secret again.
 */
plm_status __wrap_plm_element_subtract(uint8_t *out, const uint8_t *a, const uint8_t *b)
{
    uint8_t shown[2][PLM_ELEMENT_BYTES];
    memcpy(shown[0], a, PLM_ELEMENT_BYTES);
    memcpy(shown[1], b, PLM_ELEMENT_BYTES);
    ct_public(shown, sizeof shown);
    plm_status status = __real_plm_element_subtract(out, shown[0], shown[1]);
    ct_secret(out, PLM_ELEMENT_BYTES);
    return status;
}

/* Whether a product, which is sent, is an element and not the identity. */
plm_status __wrap_plm_element_multiply(uint8_t *out, const uint8_t *scalar, const uint8_t *element)
{
    plm_status status = __real_plm_element_multiply(out, scalar, element);
    ct_public(&status, sizeof status);
    return status;
}
