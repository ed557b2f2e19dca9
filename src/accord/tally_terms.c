/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_terms.c - "tally" of a purpose (spec/accord.md section 3.1).
 */
#include "accord/parse.h"

const char *const plm_stratum_kinds[] = {
    [PLM_STRATUM_AGE] = "age-group",
    [PLM_STRATUM_SEX] = "sex",
    [PLM_STRATUM_YEAR] = "year",
    [PLM_STRATUM_EXPLOITATION] = "exploitation",
    NULL,
};

const char *const plm_table_releases[] = {"laplace", "suppression", "gaussian", NULL};

enum {
    LN_10_MICRO = 2302586, /* millionths of ln 10, rounded up */
    RHO_MILLI_MAX = 1000000000
};

/* The least number whose square is at least x. */
static uint64_t root_above(uint64_t x)
{
    uint64_t low = 0;
    uint64_t high = UINT32_MAX;
    while (low < high) {
        const uint64_t middle = (low + high) / 2;
        if (middle * middle >= x) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* (1000 * 2 sqrt(rho n ln 10))^2 = 4 * 1000 rho * n * 1000 ln 10 */
uint64_t plm_tally_epsilon_of_rho(uint64_t rho_milli, uint32_t n)
{
    const uint64_t rho = rho_milli < RHO_MILLI_MAX ? rho_milli : RHO_MILLI_MAX;
    return rho_milli + root_above((4 * rho * n * LN_10_MICRO + 999) / 1000);
}

static void read_strata(plm_accord_reader *r, const plm_json_at *at, plm_tally_terms *out)
{
    const plm_json_at list = plm_json_member(at, "strata");
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 0, PLM_STRATUM_KINDS, &n))) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at element = plm_json_element(&list, i);
        size_t kind = 0;
        if (!plm_accord_took(r, plm_json_choice(&element, plm_stratum_kinds, &kind))) {
            continue;
        }
        if ((out->strata >> kind & 1) != 0) {
            (void)plm_accord_took(r, plm_json_error(&element, "stands there twice"));
        }
        out->strata |= 1U << kind;
    }
}

static uint32_t read(plm_accord_reader *r, const plm_json_at *at, const char *key, int64_t min,
                     int64_t max)
{
    return (uint32_t)plm_accord_read_number(r, at, key, min, max);
}

/* Each mechanism needs its number, and none another's. */
static void read_release(plm_accord_reader *r, const plm_json_at *tally, plm_tally_terms *out)
{
    static const char *const of_laplace[] = {"mechanism", "epsilon_milli", NULL};
    static const char *const of_gaussian[] = {"mechanism", "rho_milli", NULL};
    static const char *const of_suppression[] = {"mechanism", "threshold", NULL};
    const plm_json_at at = plm_json_member(tally, "release");
    if (!json_is_object(at.value)) {
        (void)plm_accord_took(r, plm_json_object(&at, of_laplace));
        return;
    }
    const plm_json_at mechanism = plm_json_member(&at, "mechanism");
    size_t which = 0;
    if (!plm_accord_took(r, plm_json_choice(&mechanism, plm_table_releases, &which))) {
        return;
    }
    out->release = (plm_table_release)(which + PLM_RELEASE_LAPLACE);
    if (out->release == PLM_RELEASE_LAPLACE) {
        (void)plm_accord_took(r, plm_json_object(&at, of_laplace));
        out->epsilon_milli = read(r, &at, "epsilon_milli", 1, PLM_TALLY_EPSILON_MILLI_MAX);
    } else if (out->release == PLM_RELEASE_GAUSSIAN) {
        (void)plm_accord_took(r, plm_json_object(&at, of_gaussian));
        out->rho_milli = read(r, &at, "rho_milli", 1, PLM_TALLY_RHO_MILLI_MAX);
    } else {
        (void)plm_accord_took(r, plm_json_object(&at, of_suppression));
        out->threshold =
            read(r, &at, "threshold", PLM_TALLY_THRESHOLD_MIN, PLM_TALLY_THRESHOLD_MAX);
    }
}

static void read_budget(plm_accord_reader *r, const plm_json_at *tally, plm_tally_terms *out)
{
    static const char *const members[] = {"days", "epsilon_milli", "delta_exponent", "tallies",
                                          NULL};
    const plm_json_at at = plm_json_member(tally, "budget");
    if (!plm_accord_took(r, plm_json_object(&at, members))) {
        return;
    }
    out->budget_days = read(r, &at, "days", 1, PLM_TALLY_BUDGET_DAYS_MAX);
    out->budget_epsilon_milli = read(r, &at, "epsilon_milli", 0, PLM_TALLY_BUDGET_MILLI_MAX);
    out->budget_tallies = read(r, &at, "tallies", 1, PLM_TALLY_BUDGET_TALLIES_MAX);
    out->budget_delta = PLM_TALLY_DELTA_MAX;
    if (out->release == PLM_RELEASE_GAUSSIAN || plm_json_member(&at, "delta_exponent").value) {
        out->budget_delta =
            read(r, &at, "delta_exponent", PLM_TALLY_DELTA_MIN, PLM_TALLY_DELTA_MAX);
    }
    if (r->status == PLM_OK && plm_tally_spent(out->epsilon_milli, out->rho_milli,
                                               out->budget_delta) > out->budget_epsilon_milli) {
        const plm_json_at epsilon = plm_json_member(&at, "epsilon_milli");
        (void)plm_accord_took(r, plm_json_error(&epsilon, "is not enough for one tally"));
    }
}

void plm_accord_read_tally(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const members[] = {"strata",  "tokens_each", "smallest_list", "pad_to",
                                          "release", "budget",      "hours",         NULL};
    const plm_json_at at = plm_json_member(purpose, "tally");
    if (at.value == NULL) {
        if (out->aim == PLM_AIM_STATISTICS) {
            (void)plm_accord_took(r, plm_json_error(&at, "is missing"));
        }
        return;
    }
    if (out->aim == PLM_AIM_SUSPECT) {
        (void)plm_accord_took(
            r, plm_json_error(&at, "can't stand in a purpose against suspects: victims take part"));
    }
    if (!plm_accord_took(r, plm_json_object(&at, members))) {
        return;
    }
    plm_tally_terms *terms = &out->tally;
    read_strata(r, &at, terms);
    terms->tokens_each = read(r, &at, "tokens_each", 1, PLM_TALLY_TOKENS_EACH_MAX);
    terms->smallest_list =
        read(r, &at, "smallest_list", PLM_TALLY_SMALLEST_LIST, PLM_TALLY_LIST_MAX);
    terms->pad_to = read(r, &at, "pad_to", 1, PLM_TALLY_LIST_MAX);
    read_release(r, &at, terms);
    read_budget(r, &at, terms);
    terms->hours = read(r, &at, "hours", 1, PLM_TALLY_HOURS_MAX);
    out->has_tally = true;
}
