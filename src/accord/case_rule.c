/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/case_rule.h"

#include "base/utf8.h"

#include <string.h>

const char *plm_case_element_words(const char *element)
{
    static const char *const words[] = {
        "committed in more than one state",
        "prepared, planned, directed or controlled to a substantial part in another state",
        "committed with an organised criminal group active in more than one state",
        "committed with substantial effects in another state",
    };
    return element != NULL && element[0] >= 'a' && element[0] <= 'd' && element[1] == '\0'
               ? words[element[0] - 'a']
               : NULL;
}

static bool is_text(const char *text, size_t size)
{
    const char *given = text != NULL ? text : "";
    const plm_span span = plm_span_str(given);
    return span.n > 0 && span.n < size && plm_utf8_is_text(span) && strspn(given, " ") < span.n;
}

/* The next byte of a name, blanks left out, ASCII letters in one case; 0 at its end. */
static unsigned char next_letter(const char **name)
{
    *name += strspn(*name, " \t");
    unsigned char c = (unsigned char)**name;
    if (c != 0) {
        (*name)++;
    }
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

static bool is_same_person(const char *a, const char *b)
{
    unsigned char x;
    unsigned char y;
    do {
        x = next_letter(&a);
        y = next_letter(&b);
    } while (x == y && x != 0);
    return x == y;
}

static const char *offence_objection(const plm_case_facts *facts)
{
    if (facts->n_offences == 0) {
        return "it needs an offence of the catalogue of treaty offences";
    }
    for (size_t i = 0; i < facts->n_offences; i++) {
        if (plm_offence_find(facts->offences[i]) == NULL) {
            return "an offence is not in the catalogue of treaty offences "
                   "(see 'palermo accord offences')";
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(facts->offences[i], facts->offences[j]) == 0) {
                return "an offence stands there twice";
            }
        }
        bool is_any_serious = strcmp(facts->offences[i], "UNTOC.2b") == 0;
        if (is_any_serious && facts->penalty_years < PLM_CASE_SERIOUS_YEARS) {
            return "a serious crime is one for which the law threatens four years or more "
                   "(UNTOC art. 2(b))";
        }
        if (is_any_serious && !facts->is_group) {
            return "a serious crime that no convention names needs an organised criminal group "
                   "(UNTOC art. 3(1)(b))";
        }
    }
    return NULL;
}

const char *plm_case_objection(const plm_case_facts *facts)
{
    if (!is_text(facts->reference, PLM_CASE_REFERENCE_MAX)) {
        return "it needs a reference, a text of 1 to 100 bytes";
    }
    if (!is_text(facts->officer, PLM_TEXT_MAX) || !is_text(facts->supervisor, PLM_TEXT_MAX)) {
        return "it needs an officer and a supervisor";
    }
    if (is_same_person(facts->officer, facts->supervisor)) {
        return "officer and supervisor must be two persons";
    }
    if (!is_text(facts->purpose, PLM_TEXT_MAX)) {
        return "it needs a purpose in words, a text of 1 to 200 bytes";
    }
    if (facts->penalty_years < 1 || facts->penalty_years > PLM_CASE_PENALTY_MAX) {
        return "it needs the highest penalty in years, 1 to 100 (100: for life)";
    }
    if (plm_case_element_words(facts->element) == NULL) {
        return "it needs what makes it transnational: a, b, c or d of UNTOC art. 3(2)";
    }
    return offence_objection(facts);
}
