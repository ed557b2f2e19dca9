/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/random.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

void plm_random_philox(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t x0 = counter[0];
    uint32_t x1 = counter[1];
    uint32_t x2 = counter[2];
    uint32_t x3 = counter[3];
    uint32_t k0 = key[0];
    uint32_t k1 = key[1];
    for (unsigned round = 0; round < 10; round++) {
        uint64_t a = UINT64_C(0xD2511F53) * x0;
        uint64_t b = UINT64_C(0xCD9E8D57) * x2;
        x0 = (uint32_t)(b >> 32) ^ x1 ^ k0;
        x1 = (uint32_t)b;
        x2 = (uint32_t)(a >> 32) ^ x3 ^ k1;
        x3 = (uint32_t)a;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    out[0] = x0;
    out[1] = x1;
    out[2] = x2;
    out[3] = x3;
}

uint32_t plm_random_u32(plm_random *random)
{
    if (random->used == 4) {
        plm_random_philox(random->block, random->counter, random->key);
        random->used = 0;
        if (++random->counter[0] == 0) {
            random->counter[1]++;
        }
    }
    return random->block[random->used++];
}

double plm_random_uniform(plm_random *random)
{
    uint64_t bits = (uint64_t)plm_random_u32(random) << 32 | plm_random_u32(random);
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

/* GSL's view of the generator. */
static void gsl_seed(void *state, unsigned long seed)
{
    (void)state;
    (void)seed;
}

static unsigned long gsl_get(void *state)
{
    return plm_random_u32((plm_random *)state);
}

static double gsl_get_double(void *state)
{
    return plm_random_uniform((plm_random *)state);
}

static const gsl_rng_type gsl_philox = {
    "philox4x32-10", 0xffffffffUL, 0, sizeof(plm_random), gsl_seed, gsl_get, gsl_get_double};

void plm_random_init(plm_random *random, uint64_t seed, plm_random_purpose purpose, uint64_t number)
{
    memset(random, 0, sizeof *random);
    random->key[0] = (uint32_t)seed;
    random->key[1] = (uint32_t)(seed >> 32);
    random->counter[2] = (uint32_t)number;
    random->counter[3] = (uint32_t)purpose << 16 | (uint32_t)(number >> 32 & 0xffff);
    random->used = 4;
    random->gsl.type = &gsl_philox;
    random->gsl.state = random;
}

double plm_random_gamma(plm_random *random, double shape)
{
    return gsl_ran_gamma(&random->gsl, shape, 1);
}

double plm_random_log_gamma(plm_random *random, double shape)
{
    if (shape >= 1) {
        return log(plm_random_gamma(random, shape));
    }
    double more = plm_random_gamma(random, shape + 1);
    return log(more) + log(plm_random_uniform(random)) / shape;
}

double plm_random_beta(plm_random *random, double a, double b)
{
    double x = plm_random_gamma(random, a);
    double y = plm_random_gamma(random, b);
    return x + y > 0 ? x / (x + y) : a / (a + b);
}

uint64_t plm_random_poisson(plm_random *random, double mean)
{
    /* GSL's counts are 32 bits wide; beyond, the normal law is as exact as a double is. */
    if (mean > 1e9) {
        double x = floor(mean + sqrt(mean) * gsl_ran_gaussian_ziggurat(&random->gsl, 1) + 0.5);
        return x < 0 ? 0 : x < 1e18 ? (uint64_t)x : UINT64_C(1000000000000000000);
    }
    return gsl_ran_poisson(&random->gsl, mean);
}

uint64_t plm_random_binomial(plm_random *random, double p, uint64_t n)
{
    if (p <= 0 || n == 0) {
        return 0;
    }
    if (p >= 1) {
        return n;
    }
    uint64_t sum = 0;
    for (; n > INT32_MAX; n -= INT32_MAX) {
        sum += gsl_ran_binomial(&random->gsl, p, INT32_MAX);
    }
    return sum + gsl_ran_binomial(&random->gsl, p, (unsigned)n);
}

int64_t plm_random_laplace(plm_random *random, double epsilon)
{
    /* The difference of two geometric numbers; floor(-E / epsilon) of an exponential E is one. */
    double a = floor(log(plm_random_uniform(random)) / -epsilon);
    double b = floor(log(plm_random_uniform(random)) / -epsilon);
    return (int64_t)(a - b);
}

int64_t plm_random_gaussian(plm_random *random, double sigma)
{
    const double t = floor(sigma) + 1;
    const double variance = sigma * sigma;
    for (;;) {
        const int64_t k = plm_random_laplace(random, 1 / t);
        const double off = fabs((double)k) - variance / t;
        if (plm_random_uniform(random) < exp(-off * off / (2 * variance))) {
            return k;
        }
    }
}

void plm_random_multinomial(plm_random *random, double *out, uint64_t n, const double *weight,
                            unsigned n_cells)
{
    double left = 0;
    for (unsigned i = 0; i < n_cells; i++) {
        left += weight[i];
        out[i] = 0;
    }
    for (unsigned i = 0; i < n_cells && n > 0; i++) {
        if (weight[i] <= 0) {
            continue;
        }
        uint64_t drawn = plm_random_binomial(random, weight[i] / left, n);
        out[i] = (double)drawn;
        n -= drawn;
        left -= weight[i];
    }
    for (unsigned i = n_cells; n > 0 && i-- > 0;) { /* rounding of the last share */
        if (weight[i] > 0) {
            out[i] += (double)n;
            n = 0;
        }
    }
}
