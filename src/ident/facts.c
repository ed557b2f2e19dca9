/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/facts.h"

static const char *const fact_names[] = {
    [PLM_FACT_SEX] = "sex",
    [PLM_FACT_EXPLOITATION] = "exploitation",
    [PLM_FACT_YEAR] = "year",
};

static const char *const sexes[] = {
    [PLM_SEX_UNKNOWN] = "unknown",
    [PLM_SEX_FEMALE] = "female",
    [PLM_SEX_MALE] = "male",
    [PLM_SEX_OTHER] = "other",
};

static const char *const forms[] = {
    [PLM_EXPLOITATION_UNKNOWN] = "unknown",
    [PLM_EXPLOITATION_SEXUAL] = "sexual",
    [PLM_EXPLOITATION_LABOUR] = "labour",
    [PLM_EXPLOITATION_SERVITUDE] = "servitude",
    [PLM_EXPLOITATION_CRIMINALITY] = "criminality",
    [PLM_EXPLOITATION_ORGANS] = "organs",
    [PLM_EXPLOITATION_OTHER] = "other",
};

_Static_assert(sizeof fact_names / sizeof *fact_names == PLM_FACT_COUNT, "every fact");
_Static_assert(sizeof sexes / sizeof *sexes == PLM_SEX_COUNT, "every word");
_Static_assert(sizeof forms / sizeof *forms == PLM_EXPLOITATION_COUNT, "every word");

const char *plm_fact_name(plm_fact fact)
{
    return (unsigned)fact < PLM_FACT_COUNT ? fact_names[fact] : "unknown";
}

const char *plm_sex_name(plm_sex sex)
{
    return (unsigned)sex < PLM_SEX_COUNT ? sexes[sex] : "unknown";
}

const char *plm_exploitation_name(plm_exploitation form)
{
    return (unsigned)form < PLM_EXPLOITATION_COUNT ? forms[form] : "unknown";
}

static bool find_word(const char *const *words, unsigned n, plm_span text, unsigned *out)
{
    for (unsigned i = 0; i < n; i++) {
        if (plm_span_equal(text, plm_span_str(words[i]))) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_year(plm_span text, unsigned *out)
{
    unsigned year = 0;
    for (size_t i = 0; i < text.n && i < 5; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return false;
        }
        year = year * 10 + (unsigned)(text.p[i] - '0');
    }
    *out = year;
    return text.n == 4 && year >= PLM_FACT_YEAR_MIN && year <= PLM_FACT_YEAR_MAX;
}

plm_status plm_fact_set(plm_facts *facts, plm_fact fact, plm_span text)
{
    unsigned value = 0;
    if (fact == PLM_FACT_SEX && find_word(sexes, PLM_SEX_COUNT, text, &value)) {
        facts->sex = (plm_sex)value;
    } else if (fact == PLM_FACT_EXPLOITATION &&
               find_word(forms, PLM_EXPLOITATION_COUNT, text, &value)) {
        facts->exploitation = (plm_exploitation)value;
    } else if (fact == PLM_FACT_YEAR && read_year(text, &value)) {
        facts->year = (uint16_t)value;
    } else {
        return PLM_E_INVALID;
    }
    return PLM_OK;
}
