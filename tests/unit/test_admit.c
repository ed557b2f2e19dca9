/* SPDX-License-Identifier: Apache-2.0 */
/* Who takes part, and every way we could think of to get a protected person into a suspect match.
 */
#include "accord/policy.h"
#include "tap.h"

static const plm_date today = {2026, 3, 15};
static const char *offences[] = {"UNTOC.5", "TIP.5"};
static const char *const own_offences[] = {"UNTOC.6", "TIP.5"};

/* A purpose with every bit of every role on both sides, made without any parser. */
static plm_purpose open_to_all(plm_aim aim)
{
    const plm_purpose p = {.code = "x",
                           .title = "x",
                           .aim = aim,
                           .offences = offences,
                           .n_offences = 2,
                           .asker_roles = UINT32_MAX,
                           .holder_roles = UINT32_MAX};
    return p;
}

static plm_record person(plm_role role)
{
    const plm_record r = {.id = "r",
                          .kind = PLM_KIND_PERSON,
                          .role = role,
                          .offences = own_offences,
                          .n_offences = 2};
    return r;
}

static plm_exclusion admit(plm_aim aim, const plm_record *record)
{
    const plm_purpose p = open_to_all(aim);
    plm_exclusion asker = plm_policy_admit(&p, true, record, today);
    plm_exclusion holder = plm_policy_admit(&p, false, record, today);
    CHECK_EQ_INT(asker, holder);
    return asker;
}

static void test_roles(void)
{
    for (unsigned role = 0; role < PLM_ROLE_COUNT; role++) {
        const plm_record r = person((plm_role)role);
        bool is_protected =
            role == PLM_ROLE_VICTIM || role == PLM_ROLE_WITNESS || role == PLM_ROLE_MISSING;
        CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r),
                     is_protected ? PLM_EXCLUDED_PROTECTED : PLM_ADMITTED);
    }
}

/* Whatever number stands for the aim: all but protection is against suspects. */
static void test_garbage_aims(void)
{
    static const unsigned aims[] = {2, 3, 0x100, 0x10001, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < sizeof aims / sizeof *aims; i++) {
        plm_record r = person(PLM_ROLE_VICTIM);
        CHECK_EQ_INT(admit((plm_aim)aims[i], &r), PLM_EXCLUDED_PROTECTED);
        r = person(PLM_ROLE_SUSPECT);
        r.is_minor = true;
        CHECK_EQ_INT(admit((plm_aim)aims[i], &r), PLM_EXCLUDED_MINOR);
    }
}

static void test_garbage_roles(void)
{
    static const unsigned roles[] = {PLM_ROLE_COUNT, 31, 32, 32 + PLM_ROLE_SUSPECT, 0xffffffff};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        const plm_record r = person((plm_role)roles[i]);
        CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_EXCLUDED_ROLE);
        CHECK_EQ_INT(admit(PLM_AIM_PROTECTION, &r), PLM_EXCLUDED_ROLE);
    }
}

static plm_exclusion admit_born(const char *birth, plm_kind kind)
{
    const plm_value values[] = {{PLM_IDENT_PHONE, 0, "+39 06", "+3906"},
                                {PLM_IDENT_BIRTH_DATE, 0, birth, birth}};
    plm_record r = person(PLM_ROLE_SUSPECT);
    r.kind = kind;
    r.values = values;
    r.n_values = 2;
    return admit(PLM_AIM_SUSPECT, &r);
}

static void test_minors_by_birth_date(void)
{
    static const struct {
        const char *birth;
        bool takes_part;
    } cases[] = {
        {"1970-01-01", true},  {"2008-03-15", true},  /* eighteen today */
        {"2008-03-14", true},  {"2008-03-16", false}, /* eighteen tomorrow */
        {"2015-01-01", false}, {"2026-03-15", false},
        {"2027-01-01", false},                        /* not born yet: doubt protects */
        {"2008-03-XX", false},                        /* may be the 31st */
        {"2008-02-XX", true},  {"2008-XX-XX", false}, /* may be December */
        {"2007-XX-XX", true},  {"2008-XX-14", false}, /* may be 14 December */
        {"2008", false},       {"2007", true},
        {"", false}, /* not to be read: doubt protects */
        {"unknown", false},    {"2007-13-01", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plm_exclusion want = cases[i].takes_part ? PLM_ADMITTED : PLM_EXCLUDED_MINOR;
        if (!CHECK_EQ_INT(admit_born(cases[i].birth, PLM_KIND_PERSON), want)) {
            printf("# born %s\n", cases[i].birth);
        }
    }
}

/* Born on 29 February: eighteen on 1 March, not a day earlier. */
static void test_leap_day(void)
{
    const plm_value born = {PLM_IDENT_BIRTH_DATE, 0, "2008-02-29", "2008-02-29"};
    plm_record r = person(PLM_ROLE_SUSPECT);
    r.values = &born;
    r.n_values = 1;
    const plm_purpose p = open_to_all(PLM_AIM_SUSPECT);
    CHECK_EQ_INT(plm_policy_admit(&p, true, &r, (plm_date){2026, 2, 28}), PLM_EXCLUDED_MINOR);
    CHECK_EQ_INT(plm_policy_admit(&p, true, &r, (plm_date){2026, 3, 1}), PLM_ADMITTED);
}

/* A child's document, an account in a child's name, two birth dates of which one is a child's. */
static void test_minors_in_disguise(void)
{
    for (unsigned kind = 0; kind < PLM_KIND_COUNT; kind++) {
        CHECK_EQ_INT(admit_born("2015-05-05", (plm_kind)kind), PLM_EXCLUDED_MINOR);
        plm_record r = person(PLM_ROLE_STOLEN);
        r.kind = (plm_kind)kind;
        r.is_minor = true;
        CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_EXCLUDED_MINOR);
    }
    const plm_value two[] = {{PLM_IDENT_BIRTH_DATE, 0, "1990-01-01", "1990-01-01"},
                             {PLM_IDENT_BIRTH_DATE, 0, "2012-01-01", "2012-01-01"}};
    plm_record r = person(PLM_ROLE_WANTED);
    r.values = two;
    r.n_values = 2;
    CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_EXCLUDED_MINOR);
    const plm_value flagged = {PLM_IDENT_BIRTH_DATE, 0, "1950-01-01", "1950-01-01"};
    r.values = &flagged;
    r.n_values = 1;
    CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_ADMITTED);
    r.is_minor = true; /* the source's word weighs more than its date */
    CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_EXCLUDED_MINOR);
    const plm_value no_text = {PLM_IDENT_BIRTH_DATE, 0, "", ""};
    r.is_minor = false;
    r.values = &no_text;
    CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_EXCLUDED_MINOR);
}

/* Calling it protection does not open it: adults who are accused stay out, children may be found.
 */
static void test_protection(void)
{
    for (unsigned role = 0; role < PLM_ROLE_COUNT; role++) {
        plm_record r = person((plm_role)role);
        bool is_accused = role == PLM_ROLE_SUSPECT || role == PLM_ROLE_WANTED ||
                          role == PLM_ROLE_CONVICTED || role == PLM_ROLE_LISTED ||
                          role == PLM_ROLE_ASSOCIATE;
        CHECK_EQ_INT(admit(PLM_AIM_PROTECTION, &r), is_accused ? PLM_EXCLUDED_ROLE : PLM_ADMITTED);
        r.is_minor = true;
        CHECK_EQ_INT(admit(PLM_AIM_PROTECTION, &r), PLM_ADMITTED);
    }
}

static void test_sides(void)
{
    plm_purpose p = open_to_all(PLM_AIM_SUSPECT);
    p.asker_roles = 1U << PLM_ROLE_WANTED;
    p.holder_roles = 1U << PLM_ROLE_CONVICTED;
    plm_record r = person(PLM_ROLE_WANTED);
    CHECK_EQ_INT(plm_policy_admit(&p, true, &r, today), PLM_ADMITTED);
    CHECK_EQ_INT(plm_policy_admit(&p, false, &r, today), PLM_EXCLUDED_ROLE);
    r.role = PLM_ROLE_CONVICTED;
    CHECK_EQ_INT(plm_policy_admit(&p, true, &r, today), PLM_EXCLUDED_ROLE);
    CHECK_EQ_INT(plm_policy_admit(&p, false, &r, today), PLM_ADMITTED);
    /* Protection comes first, so that the count of it is true whatever the roles. */
    r.role = PLM_ROLE_VICTIM;
    CHECK_EQ_INT(plm_policy_admit(&p, true, &r, today), PLM_EXCLUDED_PROTECTED);
}

static void test_offences(void)
{
    static const char *const outside[] = {"UNTOC.6", "TIP.50", "tip.5"};
    static const char *const made_up[] = {"EXTREMISM"};
    static const char *made_up_purpose[] = {"EXTREMISM", "TIP.5"};
    plm_record r = person(PLM_ROLE_SUSPECT);
    CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_ADMITTED);
    r.offences = outside;
    r.n_offences = 3;
    CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_EXCLUDED_OFFENCE);
    r.n_offences = 0;
    CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), PLM_EXCLUDED_OFFENCE);
    /* Even where both sides wrote it down: it is in no catalogue. */
    plm_purpose p = open_to_all(PLM_AIM_SUSPECT);
    p.offences = made_up_purpose;
    r.offences = made_up;
    r.n_offences = 1;
    CHECK_EQ_INT(plm_policy_admit(&p, true, &r, today), PLM_EXCLUDED_OFFENCE);
    r.offences = own_offences;
    r.n_offences = 2;
    CHECK_EQ_INT(plm_policy_admit(&p, true, &r, today), PLM_ADMITTED);
}

static void test_retention(void)
{
    static const struct {
        plm_date last;
        plm_exclusion want;
    } cases[] = {
        {{0, 0, 0}, PLM_ADMITTED},
        {{2026, 3, 15}, PLM_ADMITTED}, /* its last day */
        {{2026, 3, 14}, PLM_EXCLUDED_RETENTION},
        {{2025, 12, 31}, PLM_EXCLUDED_RETENTION},
        {{2026, 4, 1}, PLM_ADMITTED},
        {{2026, 3, 0}, PLM_EXCLUDED_RETENTION}, /* unknown parts count as the first */
        {{2026, 0, 0}, PLM_EXCLUDED_RETENTION},
        {{2027, 0, 0}, PLM_ADMITTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plm_record r = person(PLM_ROLE_SUSPECT);
        r.retention = cases[i].last;
        CHECK_EQ_INT(admit(PLM_AIM_SUSPECT, &r), cases[i].want);
    }
}

static void test_words(void)
{
    for (int i = 0; i < PLM_EXCLUSION_COUNT; i++) {
        CHECK(strlen(plm_exclusion_sentence((plm_exclusion)i)) > 5);
    }
    CHECK_EQ_STR(plm_exclusion_sentence((plm_exclusion)77), "unknown");
}

int main(void)
{
    TAP_RUN(test_roles);
    TAP_RUN(test_garbage_aims);
    TAP_RUN(test_garbage_roles);
    TAP_RUN(test_minors_by_birth_date);
    TAP_RUN(test_leap_day);
    TAP_RUN(test_minors_in_disguise);
    TAP_RUN(test_protection);
    TAP_RUN(test_sides);
    TAP_RUN(test_offences);
    TAP_RUN(test_retention);
    TAP_RUN(test_words);
    return tap_done();
}
