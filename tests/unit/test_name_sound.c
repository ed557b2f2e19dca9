/* SPDX-License-Identifier: Apache-2.0 */
/* Skeletons exactly: each rule of spec/tokens.md section 3.5 by a word that shows it. */
#include "ident/name_parts.h"
#include "tap.h"

typedef struct example {
    const char *word;
    const char *skeletons; /* with | between */
} example;

static void check(const example *examples, size_t n)
{
    static plm_name_parts parts;
    for (size_t i = 0; i < n; i++) {
        char text[128] = "";
        size_t at = 0;
        CHECK_STATUS(plm_name_parts_of(&parts, plm_span_str(examples[i].word)), PLM_OK);
        const plm_name_part *part = &parts.parts[0];
        for (size_t j = 0; parts.n > 0 && j < part->n_skeletons && at < sizeof text; j++) {
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%.*s", j > 0 ? "|" : "",
                                   (int)part->skeletons[j].n, (const char *)part->skeletons[j].p);
        }
        if (!CHECK_EQ_STR(text, examples[i].skeletons)) {
            printf("# %s\n", examples[i].word);
        }
    }
}

static void test_short_words_keep_vowels(void)
{
    static const example examples[] = {
        {"Anna", "ANA"},  {"Nan", "NN"},      {"Nana", "NN"},    {"Na", "NA"},
        {"Aya", "AA"},    {"Wei", "A"},       {"A-Wu", ""},      {"Ivan", "AN"},
        {"Ivanov", "AN"}, {"Ivanova", "ANA"}, {"Iwanoff", "AN"}, {"Marina", "MRN"},
        {"Amir", "AMR"},  {"Amirun", "MRN"},  {"Vania", "NA"},
    };
    check(examples, sizeof examples / sizeof *examples);
}

static void test_sounds_run_together(void)
{
    static const example examples[] = {
        {"Anndd", "AND"},                     /* equal */
        {"Tomtsam", "TMTM"},                  /* t and s */
        {"Мадшаб", "MJB"},                    /* d and sh */
        {"Матшаб", "MXB"},                    /* t and sh, by the table */
        {"Маcшаб", "MXB"},                    /* s and sh; the c is Latin */
        {"Maddam", "MDM"},                    /* one of two written */
        {"Madadam", "MDDM"},                  /* but not over a vowel */
        {"Мадвшаб", "MDXB"},                  /* nor over a v */
        {"Abd Dinar", "BDDNR"},               /* nor over a joint */
        {"bdlmbdlmbdlmbdlm", "BDLMBDLMBDLM"}, /* no more than 12 */
    };
    check(examples, sizeof examples / sizeof *examples);
}

static void test_contexts(void)
{
    static const example examples[] = {
        {"Cecil", "SSL|XXL|TTL"},
        {"Marco", "MRK|MRJ"},
        {"Gino", "HN|JN|XN"},
        {"Hoda", "HD|ADA"},
        {"Ahmad", "AMD|HMD"},
        {"Sarah", "SR|SRH"},
        {"Schmidt", "XMDT|SKMDT"},
        {"Xaver", "KSR|XR|SR"},
        {"Marcus", "MRKS|MRJS|MRK|MRJ"},
        {"ЯХ", "AH|A"},
        {"ف", "F"},
    };
    check(examples, sizeof examples / sizeof *examples);
}

/* Two places of one group are read alike; no more than four ways, the first group's all. */
static void test_readings(void)
{
    static const example examples[] = {
        {"Jajan", "JJN|AN|XXN|HHN"},
        {"بابل", "BBL|PPL"},
        {"جذب", "JDB|HDB|XDB|JSB"},
        {"قذف", "KDF|HDF|KSF|HSF"},
    };
    check(examples, sizeof examples / sizeof *examples);
}

/* Letters that the tables do not know, and words without a sound, are their folded forms. */
static void test_without_sounds(void)
{
    static const example examples[] = {{"小龍", "小龍"}, {"Ivan小", "ivan小"}, {"राम", "राम"}};
    check(examples, sizeof examples / sizeof *examples);
}

int main(void)
{
    TAP_RUN(test_short_words_keep_vowels);
    TAP_RUN(test_sounds_run_together);
    TAP_RUN(test_contexts);
    TAP_RUN(test_readings);
    TAP_RUN(test_without_sounds);
    return tap_done();
}
