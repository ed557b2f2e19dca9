/* SPDX-License-Identifier: Apache-2.0 */
/* The closed catalogue of treaty offences: what is in it, and what must never be. */
#include "accord/accord.h"
#include "tap.h"

#include <strings.h>

static void test_sorted_and_found(void)
{
    size_t n = plm_offence_count();
    CHECK(n > 50);
    for (size_t i = 0; i < n; i++) {
        const plm_offence *o = plm_offence_at(i);
        CHECK(i == 0 || strcmp(plm_offence_at(i - 1)->code, o->code) < 0);
        CHECK(plm_offence_find(o->code) == o);
        CHECK(strlen(o->code) < PLM_CODE_MAX && o->title[0] != '\0' && o->source[0] != '\0');
    }
    CHECK(plm_offence_at(n) == NULL);
    CHECK(plm_offence_find("") == NULL);
    CHECK(plm_offence_find(NULL) == NULL);
    CHECK(plm_offence_find("UNTOC.50") == NULL);
    CHECK(plm_offence_find("UNTOC.") == NULL);
    CHECK(plm_offence_find("untoc.5") == NULL);
    CHECK(plm_offence_find("UNTOC.5 ") == NULL);
}

/* Each instrument the catalogue promises, with an article of it. */
static void test_instruments(void)
{
    static const char *const codes[] = {
        "UNTOC.5",     "UNTOC.6",      "UNTOC.8",         "UNTOC.23",      "UNTOC.2b",
        "TIP.5",       "SOM.6",        "FIREARMS.5",      "UNCAC.15",      "UNCAC.20",
        "UNCAC.25",    "DRUGS88.3.1",  "DRUGS88.3.2",     "DRUGS61.36",    "DRUGS71.22",
        "BUDAPEST.2",  "BUDAPEST.10",  "UNCYBER.7",       "UNCYBER.14",    "UNCYBER.17",
        "HAGUE70.1",   "MONTREAL71.1", "AIRPORT88.2",     "DIPLOMATS73.2", "HOSTAGES79.1",
        "NUCMAT80.7",  "SUA88.3",      "SUA05.3bis",      "PLATFORMS88.2", "PLATFORMS05.2bis",
        "PLASTEX91.2", "BOMB97.2",     "TERFIN99.2",      "NUCTER05.2",    "BEIJING10.1",
        "OPSC.3.1c",   "NICOSIA.3",    "COUNTERFEIT29.3", "UNSC.41"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (!CHECK(plm_offence_find(codes[i]) != NULL)) {
            printf("# %s\n", codes[i]);
        }
    }
    CHECK(strstr(plm_offence_find("TIP.5")->source, "art. 5") != NULL);
    CHECK(strstr(plm_offence_find("UNCYBER.14")->title, "hild sexual abuse") != NULL);
    CHECK(strstr(plm_offence_find("UNCAC.25")->title, "bstruction of justice") != NULL);
    CHECK(strstr(plm_offence_find("BUDAPEST.8")->title, "fraud") != NULL);
}

static bool holds(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, n) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * Matters of opinion, faith, assembly, private life and of the migrant's own stay are in no code
 * and no title (spec/accord.md section 7).
 */
static void test_what_must_not_be(void)
{
    static const char *const words[] = {
        "opinion",       "speech",    "expression",   "insult",        "defam",       "libel",
        "slander",       "propagand", "assembl",      "protest",       "demonstr",    "riot",
        "strike",        "union",     "associat",     "extremis",      "separatis",   "sedition",
        "treason",       "subver",    "agitat",       "foreign agent", "undesirable", "blasphem",
        "apost",         "heres",     "relig",        "faith",         "convers",     "homosex",
        "sodom",         "adulter",   "gender",       "decency",       "morals",      "abortion",
        "illegal entry", "irregular", "illegal stay", "overstay",      "residence",   "asylum",
        "desert",        "military",  "conscript",    "journalis",     "press",       "fake news",
        "false news",    "sympath",   "glorif",       "vagran",        "beg"};
    for (size_t i = 0; i < plm_offence_count(); i++) {
        const plm_offence *o = plm_offence_at(i);
        for (size_t j = 0; j < sizeof words / sizeof *words; j++) {
            if (!CHECK(!holds(o->code, words[j]) && !holds(o->title, words[j]))) {
                printf("# \"%s\" in %s: %s\n", words[j], o->code, o->title);
            }
        }
    }
    CHECK(holds("Smuggling of migrants", "MIGRANT"));
    CHECK(!holds("Trafficking", "extremis"));
    /* The one code on migrants is the smuggler's. */
    CHECK(strstr(plm_offence_find("SOM.6")->title, "by the smuggler") != NULL);
    /* Groups only as organised criminal groups: association as such is no offence. */
    CHECK_EQ_STR(plm_offence_find("UNTOC.5")->title,
                 "Participation in an organised criminal group");
}

int main(void)
{
    TAP_RUN(test_sorted_and_found);
    TAP_RUN(test_instruments);
    TAP_RUN(test_what_must_not_be);
    return tap_done();
}
