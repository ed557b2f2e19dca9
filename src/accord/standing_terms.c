/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_terms.c - "standing" of a purpose (spec/accord.md section 3.2).
 */
#include "accord/parse.h"

const char *const plm_standing_starters[] = {
    [PLM_STANDING_OFFICER] = "officer",
    [PLM_STANDING_SUPERVISOR] = "supervisor",
    NULL,
};

/* May be left out: then every run is made with everything. */
static void read_whole_days(plm_accord_reader *r, const plm_json_at *standing, plm_purpose *out)
{
    const plm_json_at at = plm_json_member(standing, "whole_days");
    if (at.value == NULL) {
        return;
    }
    out->standing.whole_days =
        (uint32_t)plm_accord_read_number(r, standing, "whole_days", 1, PLM_STANDING_WHOLE_DAYS_MAX);
    if (out->has_person_rules) {
        (void)plm_accord_took(
            r, plm_json_error(&at, "can't stand beside person_rules: persons are weighed against "
                                   "each other, which needs all of them"));
    }
}

static void read_last_day(plm_accord_reader *r, const plm_json_at *standing, plm_purpose *out)
{
    const plm_json_at at = plm_json_member(standing, "last_day");
    const char *text;
    plm_date date;
    if (!plm_accord_took(r, plm_json_string(&at, 10, 10, &text))) {
        return;
    }
    if (plm_date_parse(&date, plm_span_str(text)) != PLM_OK || date.day == 0 || date.month == 0) {
        (void)plm_accord_took(r, plm_json_error(&at, "is not a date, YYYY-MM-DD"));
        return;
    }
    out->standing.last_day = date;
}

void plm_accord_read_standing(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const members[] = {"shortest_minutes", "whole_days", "last_day",
                                          "started_by", NULL};
    const plm_json_at at = plm_json_member(purpose, "standing");
    size_t which = 0;
    if (at.value == NULL) {
        return;
    }
    if (out->aim == PLM_AIM_STATISTICS) {
        (void)plm_accord_took(
            r, plm_json_error(&at, "can't stand in a purpose for statistics: there are no runs"));
    }
    if (!plm_accord_took(r, plm_json_object(&at, members))) {
        return;
    }
    out->standing.shortest_minutes =
        (uint32_t)plm_accord_read_number(r, &at, "shortest_minutes", 1, PLM_STANDING_MINUTES_MAX);
    read_whole_days(r, &at, out);
    read_last_day(r, &at, out);
    const plm_json_at starter = plm_json_member(&at, "started_by");
    (void)plm_accord_took(r, plm_json_choice(&starter, plm_standing_starters, &which));
    out->standing.started_by = (plm_standing_starter)which;
    out->has_standing = true;
}
