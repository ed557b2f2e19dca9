/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/finding.h"

#include "base/utf8.h"

#include <stdarg.h>

static const double small_list = 10;
static const double dominant_share = 0.8;

void plm_findings_add(plm_findings *findings, plm_finding_level level, const char *code,
                      const char *format, ...)
{
    if (findings->n == PLM_FINDINGS_MAX) {
        return;
    }
    plm_finding *f = &findings->item[findings->n++];
    va_list args;
    va_start(args, format);
    f->level = level;
    f->code = code;
    plm_utf8_vprint(f->text, sizeof f->text, format, args);
    va_end(args);
}

bool plm_findings_have(const plm_findings *findings, plm_finding_level level)
{
    for (size_t i = 0; i < findings->n; i++) {
        if (findings->item[i].level == level) {
            return true;
        }
    }
    return false;
}

const char *plm_finding_level_name(plm_finding_level level)
{
    static const char *const names[] = {"note", "warning", "refusal"};
    return names[level];
}

/* Persons of the list that are on another list too. */
static double overlapping(const plm_table *table, unsigned list)
{
    return plm_table_on_all(table, 1U << list) - table->count[1U << list];
}

static void judge_list(const plm_table *table, unsigned list, plm_findings *findings)
{
    const char *name = table->names[list];
    double n = plm_table_total(table);
    double on = plm_table_on_all(table, 1U << list);
    if (on <= 0) {
        plm_findings_add(findings, PLM_FINDING_REFUSAL, "list-empty",
                         "List %s is empty. Leave its column out: with it every model but that of "
                         "independent lists fails.",
                         name);
        return;
    }
    if (on < small_list) {
        plm_findings_add(findings, PLM_FINDING_WARNING, "list-small",
                         "List %s has %.0f persons; under 10 a list tells next to nothing.", name,
                         on);
    }
    if (overlapping(table, list) <= 0) {
        plm_findings_add(
            findings, PLM_FINDING_WARNING, "list-isolated",
            "Nobody on list %s is on another list. Either it looks at other people, or "
            "its records were not matched.",
            name);
    }
    if (on > dominant_share * n) {
        plm_findings_add(
            findings, PLM_FINDING_WARNING, "list-dominant",
            "List %s holds %.0f %% of all persons: what the other lists find is nearly "
            "all from it, and the estimate rests on the few who are not.",
            name, 100 * on / n);
    }
}

void plm_table_judge(const plm_table *table, plm_findings *findings)
{
    double n = plm_table_total(table);
    double overlap = n - plm_table_frequency(table, 1);
    if (table->n_lists < 3) {
        plm_findings_add(
            findings, PLM_FINDING_REFUSAL, "two-lists",
            "There are two lists. Whether they depend on each other can't be seen from "
            "two, so no estimate is given: three lists are the least.");
    }
    for (unsigned i = 0; i < table->n_lists; i++) {
        judge_list(table, i, findings);
    }
    if (overlap <= 0) {
        plm_findings_add(findings, PLM_FINDING_REFUSAL, "no-overlap",
                         "Nobody is on two lists: the estimate would be infinite.");
    } else if (overlap < small_list) {
        plm_findings_add(findings, PLM_FINDING_WARNING, "overlap-small",
                         "Only %.0f persons are on more than one list; the whole estimate rests on "
                         "them.",
                         overlap);
    }
    for (unsigned a = 0; a < table->n_lists; a++) {
        for (unsigned b = a + 1; b < table->n_lists; b++) {
            unsigned pair = 1U << a | 1U << b;
            if (plm_table_on_all(table, pair) <= 0 && plm_table_on_all(table, 1U << a) > 0 &&
                plm_table_on_all(table, 1U << b) > 0) {
                plm_findings_add(findings, PLM_FINDING_NOTE, "pair-empty",
                                 "Nobody is on both %s and %s. A model with this pair takes it as "
                                 "impossible (a term at minus infinity).",
                                 table->names[a], table->names[b]);
            }
        }
    }
}
