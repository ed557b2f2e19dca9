/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool plm_date_is_valid(plm_date date)
{
    if (date.year == 0 || date.year > 9999 || date.month > 12) {
        return false;
    }
    if (date.month == 0) {
        return date.day <= 31;
    }
    return date.day <= month_days(date.year, date.month);
}

void plm_date_format(char out[PLM_DATE_TEXT], plm_date date)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%04u-%02u-%02u", date.year, date.month, date.day);
    memcpy(out, text, PLM_DATE_TEXT - 1);
    out[PLM_DATE_TEXT - 1] = '\0';
    if (date.year == 0) {
        memset(out, 'X', 4);
    }
    if (date.month == 0) {
        memset(out + 5, 'X', 2);
    }
    if (date.day == 0) {
        memset(out + 8, 'X', 2);
    }
}

/* Two digits, or "XX" for unknown; -1 for anything else, "00" included. */
static int two_digits(const uint8_t *p)
{
    if (p[0] == 'X' && p[1] == 'X') {
        return 0;
    }
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9') {
        return -1;
    }
    int v = (p[0] - '0') * 10 + (p[1] - '0');
    return v == 0 ? -1 : v;
}

plm_status plm_date_parse(plm_date *out, plm_span text)
{
    if (text.n != 4 && text.n != 7 && text.n != 10) {
        return PLM_E_SYNTAX;
    }
    unsigned year = 0;
    for (size_t i = 0; i < 4; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') {
            return PLM_E_SYNTAX;
        }
        year = year * 10 + (text.p[i] - '0');
    }
    int month = 0;
    int day = 0;
    if (text.n >= 7) {
        month = two_digits(text.p + 5);
        if (text.p[4] != '-' || month < 0) {
            return PLM_E_SYNTAX;
        }
    }
    if (text.n == 10) {
        day = two_digits(text.p + 8);
        if (text.p[7] != '-' || day < 0) {
            return PLM_E_SYNTAX;
        }
    }
    const plm_date date = {(uint16_t)year, (uint8_t)month, (uint8_t)day};
    if (!plm_date_is_valid(date)) {
        return PLM_E_INVALID;
    }
    *out = date;
    return PLM_OK;
}

int plm_date_compare(plm_date a, plm_date b)
{
    int x = a.year * 10000 + a.month * 100 + a.day;
    int y = b.year * 10000 + b.month * 100 + b.day;
    return (x > y) - (x < y);
}

/* Day number of the civil calendar, counting years from March so that leap days come last. */
int64_t plm_date_days(plm_date date)
{
    int64_t month = date.month == 0 ? 1 : date.month;
    int64_t day = date.day == 0 ? 1 : date.day;
    int64_t year = (int64_t)date.year - (month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

plm_date plm_date_from_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2);
    const plm_date date = {(uint16_t)year, (uint8_t)month,
                           (uint8_t)(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
    return date;
}

plm_date plm_date_of_ms(int64_t unix_ms)
{
    const int64_t day_ms = 86400000;
    int64_t days = unix_ms / day_ms - (unix_ms % day_ms < 0);
    return plm_date_from_days(days);
}

plm_date plm_date_latest(plm_date date)
{
    if (date.year == 0) {
        return date;
    }
    if (date.month == 0) {
        date.month = 12;
        if (date.day == 0) {
            date.day = 31;
        }
    } else if (date.day == 0) {
        date.day = (uint8_t)month_days(date.year, date.month);
    }
    return date;
}

bool plm_date_may_be_under(plm_date birth, plm_date today, unsigned years)
{
    if (birth.year == 0) {
        return false;
    }
    plm_date latest = plm_date_latest(birth);
    plm_date limit = latest;
    limit.year = (uint16_t)(latest.year + years);
    return plm_date_compare(today, limit) < 0;
}

void plm_time_format(char out[PLM_TIME_TEXT], int64_t unix_ms)
{
    const plm_date date = plm_date_of_ms(unix_ms);
    const int64_t days = plm_date_days(date);
    const int64_t left = unix_ms / 1000 - days * 86400;
    char day[PLM_DATE_TEXT];
    plm_date_format(day, date);
    (void)snprintf(out, PLM_TIME_TEXT, "%sT%02d:%02d:%02dZ", day, (int)(left / 3600 % 24),
                   (int)(left / 60 % 60), (int)(left % 60));
}
