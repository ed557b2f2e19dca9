/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/rfc3339.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>

static const int64_t day_ms = 86400000;
static const int64_t last_ms = INT64_C(253402300799999);

plm_status plm_rfc3339_format(char out[static PLM_RFC3339_TEXT], int64_t time_ms)
{
    if (time_ms < 0 || time_ms > last_ms) {
        return PLM_E_ARGUMENT;
    }
    char date[PLM_DATE_TEXT];
    plm_date_format(date, plm_date_from_days(time_ms / day_ms));
    unsigned rest = (unsigned)(time_ms % day_ms);
    char text[64];
    (void)snprintf(text, sizeof text, "%sT%02u:%02u:%02u.%03uZ", date, rest / 3600000,
                   rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
    memcpy(out, text, PLM_RFC3339_TEXT);
    return PLM_OK;
}

/* `n` digits at text + at; the form was checked. */
static unsigned number(const char *text, size_t at, size_t n)
{
    unsigned v = 0;
    for (size_t i = 0; i < n; i++) {
        v = v * 10 + (unsigned)(text[at + i] - '0');
    }
    return v;
}

plm_status plm_rfc3339_parse(int64_t *out_ms, const char *text)
{
    static const char form[] = "0000-00-00T00:00:00.000Z";
    if (strlen(text) != sizeof form - 1) {
        return PLM_E_SYNTAX;
    }
    for (size_t i = 0; i < sizeof form - 1; i++) {
        bool fits = form[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
        if (!fits) {
            return PLM_E_SYNTAX;
        }
    }
    plm_date date;
    unsigned hour = number(text, 11, 2);
    unsigned minute = number(text, 14, 2);
    unsigned second = number(text, 17, 2);
    if (plm_date_parse(&date, plm_span_of(text, 10)) != PLM_OK || date.year < 1970 || hour > 23 ||
        minute > 59 || second > 59) {
        return PLM_E_INVALID;
    }
    *out_ms = plm_date_days(date) * day_ms + (int64_t)((hour * 60 + minute) * 60 + second) * 1000 +
              number(text, 20, 3);
    return PLM_OK;
}
