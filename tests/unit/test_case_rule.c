/* SPDX-License-Identifier: Apache-2.0 */
/* What a case must have (UNTOC arts. 2 and 3). */
#include "accord/case_rule.h"
#include "tap.h"

#include <string.h>

static const char *const trafficking[] = {"TIP.5"};
static const char *const serious[] = {"TIP.5", "UNTOC.2b"};

static plm_case_facts good_case(void)
{
    const plm_case_facts facts = {.reference = "2026/17",
                                  .offences = trafficking,
                                  .n_offences = 1,
                                  .penalty_years = 8,
                                  .element = "a",
                                  .officer = "Inspector One",
                                  .supervisor = "Chief Two",
                                  .purpose = "who carries them"};
    return facts;
}

static bool objects(const plm_case_facts *facts, const char *word)
{
    const char *objection = plm_case_objection(facts);
    return CHECK(word == NULL ? objection == NULL
                              : objection != NULL && strstr(objection, word) != NULL) ||
           printf("# objection: %s\n", objection != NULL ? objection : "none") < 0;
}

static void test_good(void)
{
    plm_case_facts f = good_case();
    objects(&f, NULL);
    f.penalty_years = 1;
    objects(&f, NULL); /* a convention's offence needs no four years */
    f.penalty_years = 100;
    f.element = "d";
    f.is_group = true;
    objects(&f, NULL);
    f.offences = serious;
    f.n_offences = 2;
    f.penalty_years = 4;
    objects(&f, NULL);
}

static void test_serious_crime(void)
{
    plm_case_facts f = good_case();
    f.offences = serious;
    f.n_offences = 2;
    objects(&f, "group");
    f.is_group = true;
    f.penalty_years = 3;
    objects(&f, "four years");
}

static void test_what_is_missing(void)
{
    static const char *const extremism[] = {"EXTREMISM"};
    static const char *const twice[] = {"TIP.5", "TIP.5"};
    plm_case_facts f = good_case();
    f.reference = "";
    objects(&f, "reference");
    f = good_case();
    f.purpose = "   ";
    objects(&f, "purpose");
    f = good_case();
    f.officer = NULL;
    objects(&f, "officer");
    f = good_case();
    f.penalty_years = 0;
    objects(&f, "penalty");
    f.penalty_years = 101;
    objects(&f, "penalty");
    f = good_case();
    f.element = NULL;
    objects(&f, "transnational");
    f.element = "e";
    objects(&f, "transnational");
    f.element = "ab";
    objects(&f, "transnational");
    f = good_case();
    f.n_offences = 0;
    objects(&f, "offence");
    f = good_case();
    f.offences = extremism;
    objects(&f, "catalogue");
    f.offences = twice;
    f.n_offences = 2;
    objects(&f, "twice");
}

/* One person can't be both, however the name is written. */
static void test_two_persons(void)
{
    static const char *const same[] = {"Chief Two", "chief two", "CHIEFTWO", " Chief  Two "};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        plm_case_facts f = good_case();
        f.officer = same[i];
        objects(&f, "two persons");
    }
    plm_case_facts f = good_case();
    f.officer = "Chief Twо"; /* another letter, another name: names are not identities */
    objects(&f, NULL);
}

static void test_words(void)
{
    for (char letter = 'a'; letter <= 'd'; letter++) {
        const char text[] = {letter, '\0'};
        CHECK(plm_case_element_words(text) != NULL);
    }
    CHECK(plm_case_element_words("A") == NULL && plm_case_element_words("") == NULL);
    CHECK(plm_case_element_words(NULL) == NULL);
}

int main(void)
{
    TAP_RUN(test_good);
    TAP_RUN(test_serious_crime);
    TAP_RUN(test_what_is_missing);
    TAP_RUN(test_two_persons);
    TAP_RUN(test_words);
    return tap_done();
}
