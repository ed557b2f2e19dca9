/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random accords, proposals and records, judged by policy.h and by a naive reader of
 * spec/accord.md section 5 that shares no code with it. Names stand for themselves here, sums are
 * made in 128 bits, ages are counted in days.
 */
#include "accord/policy.h"
#include "accord_fixture.h"
#include "tap.h"

enum {
    ROUNDS = 200000
};

static uint64_t state = 0x9e3779b97f4a7c15u;

/* splitmix64 (Steele, Lea, Flood 2014): any sequence will do, but it must be the same each time. */
static uint64_t next(void)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static size_t below(size_t n)
{
    return (size_t)(next() % n);
}

static bool one_in(size_t n)
{
    return below(n) == 0;
}

static const char *const names[] = {"AA-ONE", "BB-TWO", "CC-3", "ZZ-NONE"};
static const char *const purposes[] = {"crime", "protect-1", "other"};
static const char *const codes[] = {"TIP.5", "UNTOC.5", "SOM.6", "EXTREMISM"};

typedef struct situation {
    const char *ratified[5];
    size_t n_ratified;
    plm_date today;
    plm_usage usage;
    plm_proposal p;
} situation;

static plm_match_engine naive_engine(const plm_purpose *p, uint64_t n)
{
    bool is_large = n / PLM_ENGINE_BY_SIZE > 0;
    return p->engine == PLM_ENGINE_CHOICE_VOLE ||
                   (p->engine == PLM_ENGINE_CHOICE_BY_SIZE && is_large)
               ? PLM_ENGINE_VOLE
               : PLM_ENGINE_OPRF;
}

/* A number near one of the limits, or anywhere. */
static uint64_t some_number(const plm_purpose *p)
{
    const uint64_t marks[] = {0,
                              p->smallest_set,
                              p->budget.tokens_per_run,
                              p->budget.tokens_per_day,
                              p->budget.runs_per_day,
                              PLM_ENGINE_BY_SIZE,
                              UINT64_MAX};
    uint64_t n = marks[below(7)] + below(5) - 2;
    return one_in(2) ? n - n % p->pad_to : n;
}

static void vary(situation *s, plm_accord *a)
{
    plm_purpose *p = &a->purposes[below(2)];
    a->purposes[0].engine = (plm_engine_choice)below(3);
    a->purposes[1].engine = (plm_engine_choice)below(3);
    memset(s, 0, sizeof *s);
    s->n_ratified = one_in(6) ? below(6) : 3;
    for (size_t i = 0; i < s->n_ratified; i++) {
        s->ratified[i] = names[one_in(6) ? below(4) : i % 3];
    }
    s->today =
        (plm_date){one_in(20) ? 2031 : 2030, (uint8_t)(1 + below(7)), (uint8_t)(1 + below(28))};
    s->usage.tokens_today = one_in(2) ? 0 : some_number(p);
    s->usage.runs_today = one_in(2) ? 0 : one_in(8) ? UINT64_MAX : below(5);
    (void)snprintf(s->p.asker, sizeof s->p.asker, "%s", names[one_in(20) ? below(4) : 0]);
    (void)snprintf(s->p.holder, sizeof s->p.holder, "%s", names[one_in(20) ? below(4) : 1]);
    memcpy(s->p.accord_hash, a->hash, 32);
    memcpy(s->p.recipe_digest, a->recipe_digest, 32);
    s->p.accord_hash[below(32)] ^= one_in(30);
    s->p.recipe_digest[below(32)] ^= one_in(30);
    (void)snprintf(s->p.purpose, sizeof s->p.purpose, "%s", one_in(30) ? purposes[2] : p->code);
    (void)snprintf(s->p.offence, sizeof s->p.offence, "%s",
                   codes[one_in(10) ? below(4) : below(2)]);
    s->p.n_rules = (uint16_t)(one_in(15) ? below(4) : p->n_rules);
    for (size_t i = 0; i < s->p.n_rules; i++) {
        size_t rule = one_in(20) || i >= p->n_rules ? below(plm_rule_count()) : p->rules[i];
        (void)snprintf(s->p.rules[i], sizeof s->p.rules[i], "%s", plm_rule_name(rule));
    }
    s->p.learns = one_in(10) ? (plm_learns)(1 + below(3)) : p->learns;
    s->p.n_tokens = one_in(3) ? some_number(p) : p->smallest_set + 10 * below(90);
    s->p.engine = one_in(30) ? (plm_match_engine)below(256) : naive_engine(p, s->p.n_tokens);
}

static bool is_ratified(const situation *s, const char *code)
{
    bool yes = false;
    for (size_t i = 0; i < s->n_ratified; i++) {
        yes |= strcmp(s->ratified[i], code) == 0;
    }
    return yes;
}

static bool names_rule(const plm_proposal *p, const char *rule)
{
    bool yes = false;
    for (size_t i = 0; i < p->n_rules; i++) {
        yes |= strcmp(p->rules[i], rule) == 0;
    }
    return yes;
}

/* The first line of section 5.2's table that fails. */
static plm_refusal_code naive(const situation *s, const plm_accord *a)
{
    uint8_t recipe[32];
    plm_recipe_digest(recipe);
    const plm_purpose *p = strcmp(s->p.purpose, "crime") == 0       ? &a->purposes[0]
                           : strcmp(s->p.purpose, "protect-1") == 0 ? &a->purposes[1]
                                                                    : NULL;
    bool asker_is_party = strcmp(s->p.asker, "ZZ-NONE") != 0;
    bool holder_is_party = strcmp(s->p.holder, "ZZ-NONE") != 0;
    int n_ratified = is_ratified(s, "AA-ONE") + is_ratified(s, "BB-TWO") + is_ratified(s, "CC-3");
    bool is_expired = s->today.year > 2030 || s->today.month > 6; /* 30 June is the last day */
    bool has_rules = p != NULL;
    for (size_t i = 0; p != NULL && i < plm_rule_count(); i++) {
        bool wanted = plm_rule_name(i) == plm_rule_name(p->rules[0]) ||
                      plm_rule_name(i) == plm_rule_name(p->rules[1]);
        has_rules &= wanted == names_rule(&s->p, plm_rule_name(i));
    }
    has_rules = has_rules && s->p.n_rules == 2;
    bool has_offence = strcmp(s->p.offence, "TIP.5") == 0 || strcmp(s->p.offence, "UNTOC.5") == 0;
    __extension__ typedef unsigned __int128 wide;
    const struct {
        bool fails;
        plm_refusal_code code;
    } table[] = {
        {memcmp(s->p.accord_hash, a->hash, 32) != 0, PLM_REFUSAL_NOT_IN_FORCE},
        {is_expired || n_ratified < 2, PLM_REFUSAL_NOT_IN_FORCE},
        {!asker_is_party, PLM_REFUSAL_PARTY},
        {!is_ratified(s, s->p.asker), PLM_REFUSAL_NOT_IN_FORCE},
        {!holder_is_party, PLM_REFUSAL_PARTY},
        {!is_ratified(s, s->p.holder), PLM_REFUSAL_NOT_IN_FORCE},
        {strcmp(s->p.asker, s->p.holder) == 0, PLM_REFUSAL_PARTY},
        {p == NULL, PLM_REFUSAL_PURPOSE},
        {!has_offence, PLM_REFUSAL_OFFENCE},
        {!has_rules, PLM_REFUSAL_RULES},
        {p != NULL && s->p.engine != naive_engine(p, s->p.n_tokens), PLM_REFUSAL_ENGINE},
        {p != NULL && s->p.learns != p->learns, PLM_REFUSAL_LEARNS},
        {memcmp(s->p.recipe_digest, recipe, 32) != 0, PLM_REFUSAL_RECIPE},
        {s->p.n_tokens % 10 != 0, PLM_REFUSAL_PADDING},
        {s->p.n_tokens < 20, PLM_REFUSAL_SMALLEST_SET},
        {s->p.n_tokens > 1000, PLM_REFUSAL_BUDGET_RUN},
        {(wide)s->p.n_tokens + s->usage.tokens_today > 2500, PLM_REFUSAL_BUDGET_DAY},
        {(wide)s->usage.runs_today + 1 > 3, PLM_REFUSAL_BUDGET_RUNS},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].fails) {
            return table[i].code;
        }
    }
    return PLM_REFUSAL_NONE;
}

/* A clause is a pointer to something that is there. */
static bool clause_exists(const json_t *document, const char *clause)
{
    const json_t *at = document;
    while (*clause == '/' && at != NULL) {
        char key[64];
        size_t n = strcspn(++clause, "/");
        (void)snprintf(key, sizeof key, "%.*s", (int)n, clause);
        at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(key, NULL, 10))
                               : json_object_get(at, key);
        clause += n;
    }
    return at != NULL && *clause == '\0';
}

static void test_proposals(void)
{
    plm_accord *accord = fixture_accord();
    json_t *document = fixture_document();
    unsigned n_seen[PLM_REFUSAL_COUNT] = {0};
    for (int i = 0; i < ROUNDS; i++) {
        situation s;
        plm_refusal refusal;
        vary(&s, accord);
        const plm_in_force force = {s.ratified, s.n_ratified, s.today};
        plm_refusal_code want = naive(&s, accord);
        plm_status status = plm_policy_check_proposal(accord, &force, &s.usage, &s.p, &refusal);
        n_seen[want]++;
        if (!CHECK_EQ_INT(refusal.code, want) ||
            !CHECK_STATUS(status, want == PLM_REFUSAL_NONE ? PLM_OK : PLM_E_REFUSED) ||
            !CHECK(clause_exists(document, refusal.clause))) {
            printf("# round %d, clause %s\n", i, refusal.clause);
            break;
        }
    }
    /* What a policy can refuse was refused often enough to mean something. */
    for (unsigned code = 0; code <= PLM_REFUSAL_SMALLEST_SET; code++) {
        if (!CHECK(n_seen[code] > ROUNDS / 1000)) {
            printf("# %s only %u times\n", plm_refusal_name(code), n_seen[code]);
        }
    }
    CHECK(n_seen[PLM_REFUSAL_PADDING] > ROUNDS / 1000);
    json_decref(document);
    plm_accord_destroy(accord);
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
    TAP_RUN(test_admission);
    TAP_RUN(test_padding);
    return tap_done();
}
