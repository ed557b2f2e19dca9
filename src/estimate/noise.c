/* SPDX-License-Identifier: Apache-2.0 */
/*
 * noise.c - a true count drawn, given the one with noise.
 */
#include "estimate/errors.h"

#include "estimate/number.h"

enum {
    WINDOW_MAX = 4096
};

/* What the noise of one count is like. */
typedef struct noise_law {
    bool is_laplace;
    double epsilon;
    double deviation;
    double reach; /* farther from the noised count the true one is not looked for */
} noise_law;

/* The sum of several Laplace terms is taken as normal, with their variance. */
static noise_law law_of(const plm_error_rates *rates)
{
    noise_law law = {.epsilon = rates->scale, .deviation = rates->scale};
    const double n_terms = rates->n_terms > 1 ? rates->n_terms : 1;
    if (rates->noise == PLM_NOISE_LAPLACE) {
        const double q = exp(-rates->scale);
        law.is_laplace = n_terms < 2;
        law.deviation = sqrt(2 * q) / (1 - q);
    }
    law.deviation *= sqrt(n_terms);
    law.reach = law.is_laplace ? 25 / rates->scale : 7 * law.deviation;
    law.reach = ceil(law.reach < WINDOW_MAX / 2.0 - 1 ? law.reach : WINDOW_MAX / 2.0 - 1);
    return law;
}

double plm_noise_draw_true(plm_random *random, const plm_error_rates *rates, double noised,
                           double mean)
{
    const noise_law law = law_of(rates);
    const double last = noised + law.reach;
    const double first = noised > law.reach ? noised - law.reach : 0;
    double weight[WINDOW_MAX];
    double most = -PLM_INFINITY;
    double sum = 0;
    unsigned n = 0;
    for (; n < WINDOW_MAX && first + n <= last; n++) {
        const double k = first + n;
        const double distance = fabs(k - noised);
        const double log_noise = law.is_laplace
                                     ? -law.epsilon * distance
                                     : -0.5 * distance * distance / (law.deviation * law.deviation);
        weight[n] = log_noise + k * log(mean) - lgamma(k + 1);
        most = weight[n] > most ? weight[n] : most;
    }
    for (unsigned i = 0; i < n; i++) {
        weight[i] = exp(weight[i] - most);
        sum += weight[i];
    }
    double u = plm_random_uniform(random) * sum;
    unsigned i = 0;
    for (; i + 1 < n && u >= weight[i]; i++) {
        u -= weight[i];
    }
    return first + i;
}
