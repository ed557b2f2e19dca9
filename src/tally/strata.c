/* SPDX-License-Identifier: Apache-2.0 */
#include "tally/strata.h"

#include <stdio.h>
#include <string.h>

enum {
    AGE_MINOR,
    AGE_YOUNG,
    AGE_OLDER,
    AGE_UNKNOWN,
    N_AGES,
    ADULT = 18,
    NOT_YOUNG = 30
};

static const char *const ages[N_AGES] = {
    [AGE_MINOR] = "0-17",
    [AGE_YOUNG] = "18-29",
    [AGE_OLDER] = "30 and over",
    [AGE_UNKNOWN] = "unknown",
};

static bool has(const plm_strata *strata, plm_stratum_kind kind)
{
    return (strata->kinds >> kind & 1) != 0;
}

/* Values of a kind; 1 if the tally does not have it. */
static unsigned size_of(const plm_strata *strata, plm_stratum_kind kind)
{
    if (!has(strata, kind)) {
        return 1;
    }
    switch (kind) {
    case PLM_STRATUM_AGE:
        return N_AGES;
    case PLM_STRATUM_SEX:
        return PLM_SEX_COUNT;
    case PLM_STRATUM_YEAR:
        return strata->n_years + 1U;
    case PLM_STRATUM_EXPLOITATION:
    case PLM_STRATUM_KINDS:
    default:
        return PLM_EXPLOITATION_COUNT;
    }
}

unsigned plm_strata_count(const plm_strata *strata)
{
    unsigned n = 1;
    const bool by_year = has(strata, PLM_STRATUM_YEAR);
    if (strata->kinds >> PLM_STRATUM_KINDS != 0 || by_year != (strata->n_years > 0) ||
        strata->n_years > PLM_STRATA_YEARS_MAX || (!by_year && strata->first_year != 0) ||
        (by_year && (strata->first_year < PLM_FACT_YEAR_MIN ||
                     strata->first_year + strata->n_years - 1 > PLM_FACT_YEAR_MAX))) {
        return 0;
    }
    for (plm_stratum_kind kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
        n *= size_of(strata, kind);
    }
    return n <= PLM_STRATA_MAX ? n : 0;
}

/* By the first birth date that can be read; of a partial one the year alone counts. */
static unsigned age_of(const plm_record *record, plm_date day)
{
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        plm_date birth;
        if (v->type != PLM_IDENT_BIRTH_DATE ||
            plm_date_parse(&birth, plm_span_str(v->canonical)) != PLM_OK || birth.year > day.year) {
            continue;
        }
        int age = (int)day.year - (int)birth.year;
        if (birth.month != 0 && birth.day != 0 &&
            (birth.month > day.month || (birth.month == day.month && birth.day > day.day))) {
            age--;
        }
        return age < ADULT ? AGE_MINOR : age < NOT_YOUNG ? AGE_YOUNG : AGE_OLDER;
    }
    return record->is_minor ? AGE_MINOR : AGE_UNKNOWN;
}

static unsigned value_of(const plm_strata *strata, plm_stratum_kind kind, const plm_record *record,
                         plm_date day)
{
    const plm_facts *facts = &record->facts;
    switch (kind) {
    case PLM_STRATUM_AGE:
        return age_of(record, day);
    case PLM_STRATUM_SEX:
        return (unsigned)facts->sex;
    case PLM_STRATUM_YEAR:
        return facts->year >= strata->first_year &&
                       facts->year < strata->first_year + strata->n_years
                   ? (unsigned)(facts->year - strata->first_year)
                   : strata->n_years;
    case PLM_STRATUM_EXPLOITATION:
    case PLM_STRATUM_KINDS:
    default:
        return (unsigned)facts->exploitation;
    }
}

uint8_t plm_strata_of(const plm_strata *strata, const plm_record *record, plm_date day)
{
    unsigned stratum = 0;
    for (plm_stratum_kind kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
        if (has(strata, kind)) {
            stratum = stratum * size_of(strata, kind) + value_of(strata, kind, record, day);
        }
    }
    return (uint8_t)stratum;
}

const char *plm_strata_text(const plm_strata *strata, unsigned stratum, plm_stratum_kind kind,
                            char out[static PLM_STRATUM_TEXT])
{
    unsigned value = stratum;
    out[0] = '\0';
    if (!has(strata, kind)) {
        return out;
    }
    for (plm_stratum_kind later = PLM_STRATUM_KINDS - 1; later > kind; later--) {
        value /= size_of(strata, later);
    }
    value %= size_of(strata, kind);
    switch (kind) {
    case PLM_STRATUM_AGE:
        (void)snprintf(out, PLM_STRATUM_TEXT, "%s", ages[value]);
        break;
    case PLM_STRATUM_SEX:
        (void)snprintf(out, PLM_STRATUM_TEXT, "%s", plm_sex_name((plm_sex)value));
        break;
    case PLM_STRATUM_YEAR:
        if (value < strata->n_years) {
            (void)snprintf(out, PLM_STRATUM_TEXT, "%u", strata->first_year + value);
        } else {
            (void)snprintf(out, PLM_STRATUM_TEXT, "other");
        }
        break;
    case PLM_STRATUM_EXPLOITATION:
    case PLM_STRATUM_KINDS:
    default:
        (void)snprintf(out, PLM_STRATUM_TEXT, "%s", plm_exploitation_name((plm_exploitation)value));
        break;
    }
    return out;
}
