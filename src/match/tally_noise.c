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

plm_status plm_tally_noise(int64_t *out, const uint64_t *cells, size_t n, unsigned n_parties,
                           const plm_tally_privacy *privacy)
{
    const size_t mask = ((size_t)1 << n_parties) - 1;
    if (privacy->numerator == 0 || privacy->numerator > PLM_TALLY_NUMBER_MAX ||
        privacy->denominator == 0 || privacy->denominator > PLM_TALLY_NUMBER_MAX ||
        privacy->sensitivity == 0 || privacy->sensitivity > SENSITIVITY_MAX || (n & mask) != 0) {
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

void plm_tally_suppress(int64_t *out, const uint64_t *cells, size_t n, unsigned n_parties,
                        uint64_t threshold)
{
    const size_t mask = ((size_t)1 << n_parties) - 1;
    for (size_t i = 0; i < n; i++) {
        const bool is_small = (i & mask) != 0 && cells[i] < threshold;
        out[i] = is_small ? PLM_TALLY_SUPPRESSED : (int64_t)cells[i];
    }
}
