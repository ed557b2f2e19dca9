/* SPDX-License-Identifier: Apache-2.0 */
#include "match/tally_noise.h"

#include "base/ct.h"

#include <stdbool.h>

enum {
    SENSITIVITY_MAX = 1024
};

/* True with probability numerator / denominator. */
static bool bernoulli(plm_draw *draw, uint64_t numerator, uint32_t denominator)
{
    return plm_draw_below(draw, denominator) < numerator;
}

/*
 * True with probability exp(-numerator / denominator) for a fraction of at most 1 (algorithm 1):
 * the first k whose Bernoulli(fraction / k) fails is odd. Bernoulli(fraction / k) is drawn as
 * Bernoulli(fraction) and Bernoulli(1 / k).
 */
static bool bernoulli_exp(plm_draw *draw, uint32_t numerator, uint32_t denominator)
{
    uint32_t k = 1;
    while (bernoulli(draw, numerator, denominator) && bernoulli(draw, 1, k)) {
        k++;
    }
    return k % 2 == 1;
}

int64_t plm_tally_laplace(plm_draw *draw, uint32_t s, uint32_t t)
{
    for (;;) {
        const uint32_t u = plm_draw_below(draw, t);
        if (!bernoulli_exp(draw, u, t)) {
            continue;
        }
        uint64_t v = 0;
        while (bernoulli_exp(draw, 1, 1)) {
            v++;
        }
        const int64_t y = (int64_t)((u + v * t) / s);
        const bool is_negative = plm_draw_below(draw, 2) == 1;
        if (!is_negative || y != 0) { /* zero has one sign */
            return is_negative ? -y : y;
        }
    }
}

/* True with probability exp(-numerator / denominator), of whatever size (algorithm 1). */
static bool bernoulli_exp_any(plm_draw *draw, uint64_t numerator, uint32_t denominator)
{
    for (uint64_t whole = numerator / denominator; whole > 0; whole--) {
        if (!bernoulli_exp(draw, 1, 1)) {
            return false;
        }
    }
    return bernoulli_exp(draw, (uint32_t)(numerator % denominator), denominator);
}

/*
 * Discrete Laplace y of scale t = floor(sigma) + 1, taken with probability
 *
 *   exp(-(|y| - sigma^2 / t)^2 / (2 sigma^2)) = exp(-(|y| t d - n)^2 / (2 n d t^2)).
 *
 * With n, d <= 2^14, t d <= 2^15 and 2 n d t^2 <= 2^31. A y with |y| t d above 2^32 lies more than
 * a thousand t out, where not even y is drawn: it would be turned down all the same.
 */
int64_t plm_tally_gaussian(plm_draw *draw, uint32_t n, uint32_t d)
{
    uint32_t t = 1;
    while (t * t * d <= n) {
        t++;
    }
    const uint32_t scale = t * d;
    const uint32_t denominator = 2 * n * d * t * t;
    for (;;) {
        const int64_t y = plm_tally_laplace(draw, 1, t);
        const uint64_t size = (uint64_t)(y < 0 ? -y : y);
        if (size > UINT32_MAX / scale) {
            continue;
        }
        const uint64_t far = size * scale;
        const uint64_t off = far > n ? far - n : n - far;
        if (bernoulli_exp_any(draw, off * off, denominator)) {
            return y;
        }
    }
}

static bool is_multiple(size_t n, unsigned n_parties)
{
    return (n & (((size_t)1 << n_parties) - 1)) == 0;
}

static bool is_number(uint32_t number)
{
    return number > 0 && number <= PLM_TALLY_NUMBER_MAX;
}

plm_status plm_tally_noise(int64_t *out, const uint64_t *cells, size_t n, unsigned n_parties,
                           const plm_tally_privacy *privacy)
{
    const size_t mask = ((size_t)1 << n_parties) - 1;
    if (!is_number(privacy->numerator) || !is_number(privacy->denominator) ||
        privacy->sensitivity == 0 || privacy->sensitivity > SENSITIVITY_MAX ||
        !is_multiple(n, n_parties)) {
        return PLM_E_ARGUMENT;
    }
    plm_draw draw = {0};
    for (size_t i = 0; i < n; i++) {
        out[i] = (i & mask) == 0 ? 0
                                 : (int64_t)cells[i] + plm_tally_laplace(&draw, privacy->numerator,
                                                                         privacy->denominator *
                                                                             privacy->sensitivity);
    }
    plm_wipe(&draw, sizeof draw);
    return PLM_OK;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

plm_status plm_tally_noise_gaussian(int64_t *out, const uint64_t *cells, size_t n,
                                    unsigned n_parties, const plm_tally_concentrated *privacy)
{
    const size_t mask = ((size_t)1 << n_parties) - 1;
    if (!is_number(privacy->numerator) || !is_number(privacy->denominator) ||
        !is_number(privacy->sensitivity_squared) || !is_multiple(n, n_parties)) {
        return PLM_E_ARGUMENT;
    }
    const uint64_t above = (uint64_t)privacy->denominator * privacy->sensitivity_squared;
    const uint64_t below = 2 * (uint64_t)privacy->numerator;
    const uint64_t divisor = common_divisor(above, below);
    if (above / divisor > PLM_TALLY_VARIANCE_MAX || below / divisor > PLM_TALLY_VARIANCE_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_draw draw = {0};
    for (size_t i = 0; i < n; i++) {
        out[i] = (i & mask) == 0
                     ? 0
                     : (int64_t)cells[i] + plm_tally_gaussian(&draw, (uint32_t)(above / divisor),
                                                              (uint32_t)(below / divisor));
    }
    plm_wipe(&draw, sizeof draw);
    return PLM_OK;
}

void plm_tally_suppress(int64_t *out, const uint64_t *cells, size_t n, unsigned n_parties,
                        uint64_t threshold)
{
    const size_t mask = ((size_t)1 << n_parties) - 1;
    for (size_t i = 0; i < n; i++) {
        const bool is_small = (i & mask) != 0 && cells[i] < threshold;
        out[i] = is_small ? PLM_TALLY_SUPPRESSED : (int64_t)cells[i];
    }
}
