/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_tally.c - what a purpose says of tallies, in plain words, and what changed of it.
 */
#include "accord/explain.h"

#include <stdio.h>

enum {
    INDENT = 12
};

static void say_what_leaves(plm_words *w, const plm_tally_terms *t)
{
    char days[PLM_WORDS_NUMBER];
    char tallies[PLM_WORDS_NUMBER];
    (void)plm_words_number(days, t->budget_days);
    (void)plm_words_number(tallies, t->budget_tallies);
    if (t->release == PLM_RELEASE_GAUSSIAN) {
        const uint64_t epsilon = plm_tally_epsilon_of_rho(t->rho_milli, t->budget_delta);
        plm_words_line(w, "", INDENT,
                       "Of the table leaves what noise makes of it: every number is altered at "
                       "random (discrete Gaussian, rho %u.%03u a table, for one person in one "
                       "list more or less: an epsilon of %u.%03u, but for a chance of one in "
                       "10^%u). No party takes part in more than %s tallies, or an epsilon of "
                       "%u.%03u in all with that chance, within %s days, under whatever accord.",
                       t->rho_milli / 1000, t->rho_milli % 1000, (unsigned)(epsilon / 1000),
                       (unsigned)(epsilon % 1000), t->budget_delta, tallies,
                       t->budget_epsilon_milli / 1000, t->budget_epsilon_milli % 1000, days);
    } else if (t->release == PLM_RELEASE_LAPLACE) {
        plm_words_line(w, "", INDENT,
                       "Of the table leaves what noise makes of it: every number is altered at "
                       "random (discrete Laplace, epsilon %u.%03u a table, for one person in one "
                       "list more or less). No party takes part in more than %s tallies, or an "
                       "epsilon of %u.%03u in all, within %s days, under whatever accord.",
                       t->epsilon_milli / 1000, t->epsilon_milli % 1000, tallies,
                       t->budget_epsilon_milli / 1000, t->budget_epsilon_milli % 1000, days);
    } else {
        char threshold[PLM_WORDS_NUMBER];
        plm_words_line(w, "", INDENT,
                       "Of the table leaves every number but those below %s, which is no "
                       "guarantee. No party takes part in more than %s tallies within %s days, "
                       "under whatever accord.",
                       plm_words_number(threshold, t->threshold), tallies, days);
    }
}

void plm_explain_tally(plm_words *w, const plm_purpose *purpose)
{
    const plm_tally_terms *t = &purpose->tally;
    char strata[PLM_EXPLAIN_NAMES] = "";
    char smallest[PLM_WORDS_NUMBER];
    char pad_to[PLM_WORDS_NUMBER];
    if (!purpose->has_tally) {
        return;
    }
    for (size_t i = 0, used = 0; i < PLM_STRATUM_KINDS; i++) {
        if ((t->strata >> i & 1) != 0) {
            int n = snprintf(strata + used, sizeof strata - used, "%s%s", used > 0 ? ", " : "",
                             plm_stratum_kinds[i]);
            used += n > 0 ? (size_t)n : 0;
        }
    }
    plm_words_line(w, "tally", INDENT,
                   "Two to eight parties may count how their lists of persons overlap, victims "
                   "included, without linking anybody: lists of %s persons or more, of %u tokens "
                   "a person; told rounded up to a multiple of %s; by %s.",
                   plm_words_number(smallest, t->smallest_list), (unsigned)t->tokens_each,
                   plm_words_number(pad_to, t->pad_to),
                   strata[0] != '\0' ? strata : "nothing but the lists");
    say_what_leaves(w, t);
    plm_words_line(w, "", INDENT, "A tally in which nothing moves for %u hours is over.",
                   (unsigned)t->hours);
}
