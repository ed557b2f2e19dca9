/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random accords, reservations, proposals and records, judged by policy.h and by a naive reader of
 * spec/accord.md section 5 that shares no code with it (policy_naive.h). Ages are counted in days.
 */
#include "numbers.h"
#include "policy_world.h"
#include "tap.h"

enum {
    ROUNDS = TAP_CASES(200000),
    WORLDS = 40000
};

/* The last of these is in no catalogue. */
static const char *const codes[] = {"TIP.5", "UNTOC.5", "SOM.6", "EXTREMISM"};

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint64_t next(void)
{
    return test_number(&state);
}

static size_t below(size_t n)
{
    return (size_t)(next() % n);
}

static bool one_in(size_t n)
{
    return below(n) == 0;
}

static uint64_t chance_next(void *context)
{
    (void)context;
    return next() >> 16;
}

/* A clause is a pointer to something that is there: in the accord, or in what is attached to it. */
static bool clause_exists(const world *w, const char *clause)
{
    json_t *attached = json_object();
    static const char *const kinds[] = {"ratifications", "denunciations"};
    const json_t *const lists[] = {w->naive.ratifications, w->naive.denunciations};
    for (size_t k = 0; k < 2; k++) {
        json_t *by_party = json_object();
        for (size_t i = 0; i < json_array_size(lists[k]); i++) {
            json_t *d = json_array_get(lists[k], i);
            (void)json_object_set(by_party, naive_text(d, "party"), d);
        }
        (void)json_object_set_new(attached, kinds[k], by_party);
    }
    json_t *later = json_object();
    for (size_t i = 0; i < json_array_size(w->naive.successors); i++) {
        json_t *d = json_array_get(w->naive.successors, i);
        (void)json_object_set(later, naive_text(d, "hash"), d);
    }
    (void)json_object_set_new(attached, "amendments", later);
    (void)json_object_update(attached, w->naive.accord);
    const json_t *at = attached;
    while (*clause == '/' && at != NULL) {
        char key[80];
        size_t n = strcspn(++clause, "/");
        (void)snprintf(key, sizeof key, "%.*s", (int)n, clause);
        at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(key, NULL, 10))
                               : json_object_get(at, key);
        clause += n;
    }
    bool is_there = at != NULL && *clause == '\0';
    json_decref(attached);
    return is_there;
}

static void test_proposals(void)
{
    const world_chance chance = {chance_next, NULL};
    unsigned n_seen[PLM_REFUSAL_COUNT] = {0};
    unsigned n_reserved[PLM_REFUSAL_COUNT] = {0};
    for (int i = 0; i < WORLDS; i++) {
        world w;
        naive_verdict naive;
        plm_refusal refusal;
        world_make(&w, &chance);
        bool good = CHECK(w.is_good) && CHECK(world_agrees(&w, &naive, &refusal)) &&
                    CHECK(clause_exists(&w, refusal.clause));
        if (!good && w.is_good) {
            printf("# world %d: %s %s, naively %s %s\n", i, plm_refusal_name(refusal.code),
                   refusal.clause, plm_refusal_name(naive.code), naive.clause);
        }
        if (good) {
            n_seen[naive.code]++;
            n_reserved[naive.code] += strncmp(naive.clause, "/ratifications", 14) == 0;
        }
        world_wipe(&w);
        if (!good) {
            return;
        }
    }
    /* What a policy can refuse was refused often enough to mean something. */
    for (unsigned code = 0; code < PLM_REFUSAL_COUNT; code++) {
        bool is_policy = code <= PLM_REFUSAL_SMALLEST_SET || code == PLM_REFUSAL_PADDING ||
                         code == PLM_REFUSAL_CASE || code == PLM_REFUSAL_STANDING;
        if (is_policy && !CHECK(n_seen[code] > WORLDS / 500)) {
            printf("# %s only %u times\n", plm_refusal_name(code), n_seen[code]);
        }
    }
    /* And what a reservation can, by one. */
    static const plm_refusal_code by_reservation[] = {
        PLM_REFUSAL_NOT_IN_FORCE, PLM_REFUSAL_PURPOSE,    PLM_REFUSAL_OFFENCE,
        PLM_REFUSAL_RULES,        PLM_REFUSAL_ENGINE,     PLM_REFUSAL_LEARNS,
        PLM_REFUSAL_BUDGET_RUN,   PLM_REFUSAL_BUDGET_DAY, PLM_REFUSAL_BUDGET_RUNS,
        PLM_REFUSAL_SMALLEST_SET, PLM_REFUSAL_STANDING};
    for (size_t i = 0; i < sizeof by_reservation / sizeof *by_reservation; i++) {
        if (!CHECK(n_reserved[by_reservation[i]] > 3)) {
            printf("# %s by a reservation only %u times\n", plm_refusal_name(by_reservation[i]),
                   n_reserved[by_reservation[i]]);
        }
    }
}

/* Reservations only ever take away: what counts between two is part of what the accord says. */
static void test_reservations_only_narrow(void)
{
    const world_chance chance = {chance_next, NULL};
    unsigned n_effective = 0;
    for (int i = 0; i < WORLDS / 4; i++) {
        world w;
        plm_effective one;
        plm_effective other;
        plm_refusal refusal;
        world_make(&w, &chance);
        const plm_proposal *p = &w.proposal;
        plm_status status = plm_policy_effective(&one, w.accord, &w.state, p->asker, p->holder,
                                                 p->purpose, &refusal);
        plm_status back = plm_policy_effective(&other, w.accord, &w.state, p->holder, p->asker,
                                               p->purpose, &refusal);
        bool good = CHECK_STATUS(back, status);
        if (good && status == PLM_OK) {
            const plm_purpose *a = &w.accord->purposes[one.index];
            const plm_purpose *e = &one.purpose;
            n_effective++;
            for (unsigned t = 0; t < PLM_TERM_COUNT; t++) {
                uint64_t was = plm_term_get(a, (plm_term)t);
                uint64_t is = plm_term_get(e, (plm_term)t);
                good &= CHECK(plm_term_rises((plm_term)t) ? is >= was : is <= was);
                good &= CHECK(is == plm_term_get(&other.purpose, (plm_term)t));
            }
            good &= CHECK((e->asker_roles & ~a->asker_roles) == 0 && e->asker_roles != 0);
            good &= CHECK((e->holder_roles & ~a->holder_roles) == 0 && e->holder_roles != 0);
            good &= CHECK((e->labels & ~a->labels) == 0 && e->labels == other.purpose.labels);
            good &= CHECK(e->n_offences > 0 && e->n_offences == other.purpose.n_offences);
            good &= CHECK(e->n_rules > 0 && e->n_rules == other.purpose.n_rules);
            good &= CHECK(e->learns == a->learns || e->learns == PLM_LEARNS_HOLDER);
            good &= CHECK(e->engine == other.purpose.engine);
        }
        world_wipe(&w);
        if (!good) {
            printf("# world %d\n", i);
            return;
        }
    }
    CHECK(n_effective > WORLDS / 16);
}

/* Day number of the latest day a birth date may mean, counted naively. */
static int64_t latest_day(plm_date birth)
{
    int64_t last = INT64_MIN;
    for (unsigned month = 1; month <= 12; month++) {
        for (unsigned day = 1; day <= 31; day++) {
            const plm_date d = {birth.year, (uint8_t)month, (uint8_t)day};
            bool fits = (birth.month == 0 || birth.month == month) &&
                        (birth.day == 0 || birth.day == day) && plm_date_is_valid(d);
            last = fits && plm_date_days(d) > last ? plm_date_days(d) : last;
        }
    }
    return last;
}

/* Eighteen years on, a birthday on 29 February is kept on 1 March. */
static bool naive_minor(plm_date birth, plm_date today)
{
    plm_date d = plm_date_from_days(latest_day(birth));
    d.year = (uint16_t)(d.year + 18);
    if (!plm_date_is_valid(d)) {
        d.month = 3;
        d.day = 1;
    }
    return plm_date_days(today) < plm_date_days(d);
}

static bool in(const char *const *list, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i], code) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_one_of(plm_role role, const char *words)
{
    char word[32];
    (void)snprintf(word, sizeof word, " %s ", plm_role_name(role));
    return strstr(words, word) != NULL;
}

static plm_exclusion naive_admit(const plm_purpose *p, bool is_asker, const plm_record *r,
                                 bool is_minor, plm_date today)
{
    bool common = false;
    for (size_t i = 0; i < r->n_offences; i++) {
        common |= strcmp(r->offences[i], "EXTREMISM") != 0 &&
                  in((const char *const *)p->offences, p->n_offences, r->offences[i]);
    }
    bool named = ((is_asker ? p->asker_roles : p->holder_roles) >> r->role & 1) != 0;
    bool is_victim = is_one_of(r->role, " victim witness missing ");
    bool is_accused = is_one_of(r->role, " suspect wanted convicted listed associate ");
    bool protects = p->aim == PLM_AIM_PROTECTION;
    if (!protects && is_victim) {
        return PLM_EXCLUDED_PROTECTED;
    }
    if (!protects && is_minor) {
        return PLM_EXCLUDED_MINOR;
    }
    if ((protects && is_accused && !is_minor) || !named) {
        return PLM_EXCLUDED_ROLE;
    }
    if (!common) {
        return PLM_EXCLUDED_OFFENCE;
    }
    if (r->retention.year != 0 && plm_date_days(today) > plm_date_days(r->retention)) {
        return PLM_EXCLUDED_RETENTION;
    }
    return PLM_ADMITTED;
}

static plm_date some_birth(void)
{
    plm_date d;
    do {
        d = (plm_date){(uint16_t)(2004 + below(9)), (uint8_t)below(13), (uint8_t)below(32)};
    } while (!plm_date_is_valid(d));
    return d;
}

static void test_admission(void)
{
    unsigned n_seen[PLM_EXCLUSION_COUNT] = {0};
    for (int i = 0; i < ROUNDS; i++) {
        const plm_date today = plm_date_from_days(20000 + (int64_t)below(4000));
        const plm_date birth = some_birth();
        char text[PLM_DATE_TEXT];
        plm_date_format(text, birth);
        const plm_value value = {PLM_IDENT_BIRTH_DATE, 0, text, text};
        const char *purpose_offences[2] = {codes[below(4)], codes[below(4)]};
        const char *record_offences[2] = {codes[below(4)], codes[below(4)]};
        const plm_purpose p = {.aim = (plm_aim)(one_in(8) ? next() & 0xff : below(2)),
                               .offences = purpose_offences,
                               .n_offences = 1 + below(2),
                               .asker_roles = (uint32_t)next() | (uint32_t)next(),
                               .holder_roles = (uint32_t)next() | (uint32_t)next()};
        plm_record r = {.kind = (plm_kind)below(PLM_KIND_COUNT),
                        .role = (plm_role)below(PLM_ROLE_COUNT),
                        .is_minor = one_in(8),
                        .offences = record_offences,
                        .n_offences = below(3),
                        .values = &value,
                        .n_values = below(2)};
        if (one_in(2)) {
            r.retention = plm_date_from_days(20000 + (int64_t)below(4000));
        }
        bool is_minor = r.is_minor || (r.n_values > 0 && naive_minor(birth, today));
        bool is_asker = one_in(2);
        plm_exclusion want = naive_admit(&p, is_asker, &r, is_minor, today);
        n_seen[want]++;
        if (!CHECK_EQ_INT(plm_policy_admit(&p, is_asker, &r, today), want)) {
            printf("# round %d: role %s, born %s\n", i, plm_role_name(r.role), text);
            break;
        }
    }
    for (int why = 0; why < PLM_EXCLUSION_COUNT; why++) {
        CHECK(n_seen[why] > ROUNDS / 100);
    }
}

/* The smallest multiple that is no smaller, and never none. */
static void test_padding(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        const plm_purpose p = {.pad_to = 1 + below(5000)};
        uint64_t n = below(100000);
        uint64_t padded = plm_policy_padded(&p, n);
        if (!CHECK(padded >= n && padded > 0 && padded % p.pad_to == 0 &&
                   (padded - p.pad_to < n || padded == p.pad_to))) {
            break;
        }
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_proposals);
    TAP_RUN(test_reservations_only_narrow);
    TAP_RUN(test_admission);
    TAP_RUN(test_padding);
    return tap_done();
}
