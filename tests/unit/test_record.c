/* SPDX-License-Identifier: Apache-2.0 */
#include "record_fixture.h"
#include "tap.h"

static const plm_date today = {2025, 6, 15};

static void test_names_of_kinds_and_roles(void)
{
    for (unsigned i = 0; i < PLM_KIND_COUNT; i++) {
        plm_kind kind = PLM_KIND_COUNT;
        CHECK_STATUS(plm_kind_find(&kind, plm_kind_name((plm_kind)i)), PLM_OK);
        CHECK_EQ_INT(kind, i);
    }
    for (unsigned i = 0; i < PLM_ROLE_COUNT; i++) {
        plm_role role = PLM_ROLE_COUNT;
        CHECK_STATUS(plm_role_find(&role, plm_role_name((plm_role)i)), PLM_OK);
        CHECK_EQ_INT(role, i);
    }
    plm_kind kind = PLM_KIND_VESSEL;
    plm_role role = PLM_ROLE_STOLEN;
    CHECK_STATUS(plm_kind_find(&kind, "Person"), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_role_find(&role, ""), PLM_E_NOT_FOUND);
    CHECK(kind == PLM_KIND_VESSEL && role == PLM_ROLE_STOLEN);
    CHECK_EQ_STR(plm_kind_name(PLM_KIND_ORGANISATION), "organisation");
    CHECK_EQ_STR(plm_role_name(PLM_ROLE_VICTIM), "victim");
    CHECK_EQ_STR(plm_kind_name(PLM_KIND_COUNT), "unknown");
    CHECK_EQ_STR(plm_role_name(PLM_ROLE_COUNT), "unknown");
}

static void test_grading(void)
{
    /* As given, and with its system where only one has that letter or digit. */
    static const struct {
        const char *given;
        const char *normal;
    } good[] = {
        {"", ""},
        {"A1", "A1"},
        {"B2", "B2"},
        {"C4", "C4"},
        {"X4", "X4/4x4"},
        {"F6", "F6/6x6"},
        {"D1", "D1/6x6"},
        {"A5", "A5/6x6"},
        {"A1/4x4", "A1/4x4"},
        {"A1/6x6", "A1/6x6"},
        {"X1/4x4", "X1/4x4"},
        {"E6/6x6", "E6/6x6"},
    };
    static const char *const bad[] = {"A",       "1A",     "G1",     "A7",     "A0",  "a1",
                                      "A11",     " A1",    "A ",     "2",      "XX",  "X5",
                                      "A5/4x4",  "D1/4x4", "X1/6x6", "A1/5x5", "A1/", "A1/4x",
                                      "A1/4x44", "A1 4x4", "X6"};
    char out[PLM_GRADING_MAX];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CHECK(plm_grading_is_valid(good[i].given));
        CHECK_STATUS(plm_grading_normalise(out, good[i].given), PLM_OK);
        CHECK_EQ_STR(out, good[i].normal);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (!CHECK(!plm_grading_is_valid(bad[i]))) {
            printf("# \"%s\"\n", bad[i]);
        }
        CHECK_STATUS(plm_grading_normalise(out, bad[i]), PLM_E_INVALID);
        CHECK_EQ_STR(out, "");
    }
}

static void test_grading_in_words(void)
{
    char out[PLM_GRADING_WORDS];
    CHECK_EQ_STR(plm_grading_words(out, ""), "");
    CHECK_EQ_STR(plm_grading_words(out, "B2/6x6"), "source usually reliable; probably true (6x6)");
    CHECK_EQ_STR(plm_grading_words(out, "F6"),
                 "reliability of the source can't be judged; truth can't be judged (6x6)");
    CHECK_EQ_STR(plm_grading_words(out, "X4"),
                 "reliability of the source can't be assessed; not known to the source itself, and "
                 "can't be corroborated (4x4)");
    CHECK_EQ_STR(plm_grading_words(out, "B2"),
                 "source B, information 2; whether of the 4x4 or the 6x6 system was not said");
    /* Every grading there is has words of its own. */
    for (char letter = 'A'; letter <= 'F'; letter++) {
        for (char digit = '1'; digit <= '6'; digit++) {
            const char grading[] = {letter, digit, '/', '6', 'x', '6', '\0'};
            CHECK(strstr(plm_grading_words(out, grading), "(6x6)") != NULL);
        }
    }
}

static bool may_be_minor(plm_kind kind, bool is_minor, const char *first, const char *second)
{
    record_fixture f;
    fixture_begin(&f, kind);
    f.record.is_minor = is_minor;
    fixture_value(&f, PLM_IDENT_NAME, "2015-01-01");
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, first);
    if (second != NULL) {
        fixture_value(&f, PLM_IDENT_BIRTH_DATE, second);
    }
    return plm_record_may_be_minor(&f.record, today);
}

static void test_minors(void)
{
    CHECK(!may_be_minor(PLM_KIND_PERSON, false, "1970-05-04", NULL));
    CHECK(may_be_minor(PLM_KIND_PERSON, true, "1970-05-04", NULL));
    CHECK(may_be_minor(PLM_KIND_PERSON, false, "2010-05-04", NULL));
    /* 18 on the day itself; a day later not yet. */
    CHECK(!may_be_minor(PLM_KIND_PERSON, false, "2007-06-15", NULL));
    CHECK(may_be_minor(PLM_KIND_PERSON, false, "2007-06-16", NULL));
    /* Partial dates at their latest. */
    CHECK(may_be_minor(PLM_KIND_PERSON, false, "2007-XX-XX", NULL));
    CHECK(!may_be_minor(PLM_KIND_PERSON, false, "2006-XX-XX", NULL));
    CHECK(may_be_minor(PLM_KIND_PERSON, false, "2007-06-XX", NULL));
    CHECK(!may_be_minor(PLM_KIND_PERSON, false, "2007-05-XX", NULL));
    /* Any of several dates is enough; text that is no date is none. */
    CHECK(may_be_minor(PLM_KIND_PERSON, false, "1970-05-04", "2012-01-01"));
    CHECK(!may_be_minor(PLM_KIND_PERSON, false, "no date", NULL));
    /* Things have no age. */
    CHECK(!may_be_minor(PLM_KIND_VEHICLE, true, "2012-01-01", NULL));
}

typedef void change(record_fixture *f);

static const char *const offences[] = {"UNTOC.5", "TIP.5"};

static void no_change(record_fixture *f)
{
    (void)f;
}
static void change_id(record_fixture *f)
{
    f->record.id = "fixture2";
}
static void change_kind(record_fixture *f)
{
    f->record.kind = PLM_KIND_ORGANISATION;
}
static void change_role(record_fixture *f)
{
    f->record.role = PLM_ROLE_WANTED;
}
static void change_minor(record_fixture *f)
{
    f->record.is_minor = true;
}
static void change_assessment(record_fixture *f)
{
    f->record.is_assessment = true;
}
static void change_grading(record_fixture *f)
{
    memcpy(f->record.grading, "B3", 3);
}
static void change_year(record_fixture *f)
{
    f->record.retention.year++;
}
static void change_month(record_fixture *f)
{
    f->record.retention.month++;
}
static void change_day(record_fixture *f)
{
    f->record.retention.day++;
}
static void change_offences(record_fixture *f)
{
    f->record.n_offences = 1;
}
static void change_offence(record_fixture *f)
{
    f->record.offences++;
    f->record.n_offences = 1;
}
static void change_type(record_fixture *f)
{
    f->values[0].type = PLM_IDENT_EMAIL;
}
static void change_flags(record_fixture *f)
{
    f->values[0].flags = PLM_IDENT_UNCHECKED;
}
static void change_raw(record_fixture *f)
{
    f->values[1].raw = "ab ";
}
static void change_canonical(record_fixture *f)
{
    f->values[1].canonical = "ab ";
}
static void change_count(record_fixture *f)
{
    f->record.n_values = 1;
}
static void change_order(record_fixture *f)
{
    plm_value first = f->values[0];
    f->values[0] = f->values[1];
    f->values[1] = first;
}
/* The same bytes in a row, cut elsewhere. */
static void change_cut(record_fixture *f)
{
    f->values[0].raw = "+123a";
    f->values[1].raw = "b";
}

static void test_digest_tells_changes_apart(void)
{
    static change *const changes[] = {
        no_change,         change_id,      change_kind,  change_role,  change_minor,
        change_assessment, change_grading, change_year,  change_month, change_day,
        change_offences,   change_offence, change_type,  change_flags, change_raw,
        change_canonical,  change_count,   change_order, change_cut};
    enum {
        N = sizeof changes / sizeof *changes
    };
    uint8_t digests[N][32];
    for (size_t i = 0; i < N; i++) {
        record_fixture f;
        uint8_t again[32];
        fixture_begin(&f, PLM_KIND_PERSON);
        memcpy(f.record.grading, "B2", 3);
        f.record.retention = (plm_date){2030, 1, 1};
        f.record.offences = offences;
        f.record.n_offences = 2;
        fixture_value(&f, PLM_IDENT_PHONE, "+123");
        fixture_value(&f, PLM_IDENT_NAME, "ab");
        changes[i](&f);
        plm_record_digest(digests[i], &f.record);
        plm_record_digest(again, &f.record);
        CHECK_EQ_MEM(digests[i], again, 32);
        for (size_t j = 0; j < i; j++) {
            if (!CHECK(memcmp(digests[i], digests[j], 32) != 0)) {
                printf("# changes %zu and %zu\n", i, j);
            }
        }
    }
}

int main(void)
{
    TAP_RUN(test_names_of_kinds_and_roles);
    TAP_RUN(test_grading);
    TAP_RUN(test_grading_in_words);
    TAP_RUN(test_minors);
    TAP_RUN(test_digest_tells_changes_apart);
    return tap_done();
}
