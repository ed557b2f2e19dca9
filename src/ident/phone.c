/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone.c - telephone numbers (ITU-T E.164): + and 7 to 15 digits, the first ones a country code
 * that is assigned. National numbers need a region, whose trunk prefix is taken off.
 */
#include "ident/family.h"

#include <stdio.h>
#include <string.h>

enum {
    DIGITS_MIN = 7,
    DIGITS_MAX = 15
};

/* Region, country code, trunk prefix dialled before national numbers ("" none). */
static const struct {
    char region[3];
    const char *code;
    const char *trunk;
} regions[] = {
    {"AD", "376", ""},  {"AE", "971", "0"}, {"AF", "93", "0"},  {"AL", "355", "0"},
    {"AM", "374", "0"}, {"AO", "244", ""},  {"AR", "54", "0"},  {"AT", "43", "0"},
    {"AU", "61", "0"},  {"AZ", "994", "0"}, {"BA", "387", "0"}, {"BD", "880", "0"},
    {"BE", "32", "0"},  {"BF", "226", ""},  {"BG", "359", "0"}, {"BH", "973", ""},
    {"BI", "257", ""},  {"BJ", "229", ""},  {"BO", "591", "0"}, {"BR", "55", "0"},
    {"BW", "267", ""},  {"BY", "375", "8"}, {"CA", "1", "1"},   {"CD", "243", "0"},
    {"CF", "236", ""},  {"CG", "242", ""},  {"CH", "41", "0"},  {"CI", "225", ""},
    {"CL", "56", ""},   {"CM", "237", ""},  {"CN", "86", "0"},  {"CO", "57", "0"},
    {"CR", "506", ""},  {"CU", "53", "0"},  {"CV", "238", ""},  {"CY", "357", ""},
    {"CZ", "420", ""},  {"DE", "49", "0"},  {"DJ", "253", ""},  {"DK", "45", ""},
    {"DZ", "213", "0"}, {"EC", "593", "0"}, {"EE", "372", ""},  {"EG", "20", "0"},
    {"ER", "291", "0"}, {"ES", "34", ""},   {"ET", "251", "0"}, {"FI", "358", "0"},
    {"FR", "33", "0"},  {"GA", "241", ""},  {"GB", "44", "0"},  {"GE", "995", "0"},
    {"GH", "233", "0"}, {"GM", "220", ""},  {"GN", "224", ""},  {"GR", "30", ""},
    {"GT", "502", ""},  {"GW", "245", ""},  {"HK", "852", ""},  {"HN", "504", ""},
    {"HR", "385", "0"}, {"HT", "509", ""},  {"HU", "36", "06"}, {"ID", "62", "0"},
    {"IE", "353", "0"}, {"IL", "972", "0"}, {"IN", "91", "0"},  {"IQ", "964", "0"},
    {"IR", "98", "0"},  {"IS", "354", ""},  {"IT", "39", ""},   {"JO", "962", "0"},
    {"JP", "81", "0"},  {"KE", "254", "0"}, {"KG", "996", "0"}, {"KH", "855", "0"},
    {"KP", "850", "0"}, {"KR", "82", "0"},  {"KW", "965", ""},  {"KZ", "7", "8"},
    {"LA", "856", "0"}, {"LB", "961", "0"}, {"LI", "423", ""},  {"LK", "94", "0"},
    {"LR", "231", "0"}, {"LT", "370", "0"}, {"LU", "352", ""},  {"LV", "371", ""},
    {"LY", "218", "0"}, {"MA", "212", "0"}, {"MC", "377", ""},  {"MD", "373", "0"},
    {"ME", "382", "0"}, {"MG", "261", "0"}, {"MK", "389", "0"}, {"ML", "223", ""},
    {"MM", "95", "0"},  {"MN", "976", "0"}, {"MO", "853", ""},  {"MR", "222", ""},
    {"MT", "356", ""},  {"MV", "960", ""},  {"MX", "52", ""},   {"MY", "60", "0"},
    {"MZ", "258", ""},  {"NE", "227", ""},  {"NG", "234", "0"}, {"NI", "505", ""},
    {"NL", "31", "0"},  {"NO", "47", ""},   {"NP", "977", "0"}, {"NZ", "64", "0"},
    {"OM", "968", ""},  {"PA", "507", ""},  {"PE", "51", "0"},  {"PH", "63", "0"},
    {"PK", "92", "0"},  {"PL", "48", ""},   {"PS", "970", "0"}, {"PT", "351", ""},
    {"PY", "595", "0"}, {"QA", "974", ""},  {"RO", "40", "0"},  {"RS", "381", "0"},
    {"RU", "7", "8"},   {"RW", "250", "0"}, {"SA", "966", "0"}, {"SD", "249", "0"},
    {"SE", "46", "0"},  {"SG", "65", ""},   {"SI", "386", "0"}, {"SK", "421", "0"},
    {"SL", "232", "0"}, {"SM", "378", ""},  {"SN", "221", ""},  {"SO", "252", "0"},
    {"SS", "211", "0"}, {"SV", "503", ""},  {"SY", "963", "0"}, {"TD", "235", ""},
    {"TG", "228", ""},  {"TH", "66", "0"},  {"TJ", "992", "8"}, {"TM", "993", "8"},
    {"TN", "216", ""},  {"TR", "90", "0"},  {"TW", "886", "0"}, {"TZ", "255", "0"},
    {"UA", "380", "0"}, {"UG", "256", "0"}, {"US", "1", "1"},   {"UY", "598", "0"},
    {"UZ", "998", ""},  {"VA", "39", ""},   {"VE", "58", "0"},  {"VN", "84", "0"},
    {"XK", "383", "0"}, {"YE", "967", "0"}, {"ZA", "27", "0"},  {"ZM", "260", "0"},
    {"ZW", "263", "0"},
};

/*
 * Is the beginning a country code of ITU-T E.164.D? One digit: 1, 7. Two digits: the list. Three:
 * the other numbers of zones 2 to 9, but the spare ones.
 */
static bool is_assigned(const char *digits)
{
    static const char two[][3] = {"20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41",
                                  "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
                                  "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
                                  "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};
    static const char spare[][4] = {"210", "214", "215", "217", "219", "259", "292", "293", "294",
                                    "295", "296", "384", "422", "424", "425", "426", "427", "428",
                                    "429", "693", "694", "695", "696", "697", "698", "699", "851",
                                    "854", "857", "858", "859", "889", "969", "978", "990", "997"};
    if (digits[0] == '0') {
        return false;
    }
    if (digits[0] == '1' || digits[0] == '7') {
        return true;
    }
    for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
        if (strncmp(digits, two[i], 2) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof spare / sizeof *spare; i++) {
        if (strncmp(digits, spare[i], 3) == 0) {
            return false;
        }
    }
    return strncmp(digits, "28", 2) != 0 && strncmp(digits, "83", 2) != 0 &&
           strncmp(digits, "89", 2) != 0;
}

/* Digits of the value into out; *plus: an international prefix stood before them. */
static bool take_digits(plm_span value, char *out, size_t size, bool *plus)
{
    size_t n = 0;
    *plus = false;
    if (value.n > 4 && memcmp(value.p, "tel:", 4) == 0) { /* RFC 3966 */
        value = plm_span_of(value.p + 4, value.n - 4);
    }
    for (size_t i = 0; i < value.n; i++) {
        int c = value.p[i];
        if (c == '+' && n == 0 && !*plus) {
            *plus = true;
        } else if (plm_is_digit(c) && n + 1 < size) {
            out[n++] = (char)c;
        } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' && c != '/') {
            return false;
        }
    }
    out[n] = '\0';
    if (!*plus && n > 2 && out[0] == '0' && out[1] == '0') {
        memmove(out, out + 2, n - 1);
        *plus = true;
    }
    return true;
}

plm_status plm_ident_phone(const char *country, plm_span value, plm_ident *out)
{
    char digits[32];
    char number[40];
    bool plus;
    /* "+44 (0)20 ...": the trunk digit in brackets is for callers at home. */
    char text[128];
    size_t length = 0;
    for (size_t i = 0; i < value.n && length < sizeof text; i++) {
        if (value.n - i >= 3 && memcmp(value.p + i, "(0)", 3) == 0) {
            i += 2;
        } else {
            text[length++] = (char)value.p[i];
        }
    }
    if (!take_digits(plm_span_of(text, length), digits, sizeof digits, &plus)) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "a number has +, digits and separators");
    }
    if (plus) {
        (void)snprintf(number, sizeof number, "%s", digits);
    } else {
        size_t i = 0;
        while (i < sizeof regions / sizeof *regions && strcmp(regions[i].region, country) != 0) {
            i++;
        }
        if (i == sizeof regions / sizeof *regions) {
            return plm_ident_reject(out, PLM_REASON_COUNTRY,
                                    "a national number, and no region it is dialled in");
        }
        size_t trunk = strlen(regions[i].trunk);
        bool has_trunk = trunk > 0 && strncmp(digits, regions[i].trunk, trunk) == 0;
        (void)snprintf(number, sizeof number, "%s%s", regions[i].code,
                       digits + (has_trunk ? trunk : 0));
    }
    size_t n = strlen(number);
    if (n < DIGITS_MIN || n > DIGITS_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, E.164 has %d to %d", n,
                                DIGITS_MIN, DIGITS_MAX);
    }
    /* The same digit throughout after the country code: +00000000, +39 99999999. */
    if (plm_ident_is_monotone(number) || plm_ident_is_monotone(number + 3)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", number);
    }
    if (!is_assigned(number)) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "no country has the code +%.3s", number);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "+%s", number);
    return PLM_OK;
}
