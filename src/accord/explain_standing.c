/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_standing.c - what a purpose says of runs on a schedule, in plain words.
 */
#include "accord/explain.h"

enum {
    INDENT = 12,
    HOUR_MINUTES = 60,
    DAY_MINUTES = 24 * HOUR_MINUTES
};

/* "2 days", "90 minutes": in the largest unit that leaves nothing over. */
static void say_minutes(plm_words *w, const char *starter, uint32_t minutes)
{
    char number[PLM_WORDS_NUMBER];
    const uint32_t unit = minutes % DAY_MINUTES == 0    ? DAY_MINUTES
                          : minutes % HOUR_MINUTES == 0 ? HOUR_MINUTES
                                                        : 1;
    const char *name = unit == DAY_MINUTES ? "day" : unit == HOUR_MINUTES ? "hour" : "minute";
    plm_words_line(w, "standing", INDENT,
                   "A run may repeat by itself, once in %s %s%s at most, if %s of the case starts "
                   "it so. Every repetition counts against the budget like any other run, and what "
                   "was told once is told again only if more of it agrees.",
                   plm_words_number(number, minutes / unit), name, minutes / unit == 1 ? "" : "s",
                   starter);
}

void plm_explain_standing(plm_words *w, const plm_purpose *purpose)
{
    const plm_standing_terms *t = &purpose->standing;
    char last_day[PLM_DATE_TEXT];
    char days[PLM_WORDS_NUMBER];
    if (!purpose->has_standing) {
        return;
    }
    say_minutes(w,
                t->started_by == PLM_STANDING_SUPERVISOR ? "the supervisor"
                                                         : "the officer or the supervisor",
                t->shortest_minutes);
    if (t->whole_days > 0) {
        plm_words_line(w, "", INDENT,
                       "Between two runs with everything, which are %s days apart or more, who "
                       "asks enters only what is new or changed on its own side.",
                       plm_words_number(days, t->whole_days));
    } else {
        plm_words_line(w, "", INDENT, "Every one of them is made with everything.");
    }
    plm_date_format(last_day, t->last_day);
    plm_words_line(w, "", INDENT, "%s is the last day for one.", last_day);
}
