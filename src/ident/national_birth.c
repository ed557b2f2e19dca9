/* SPDX-License-Identifier: Apache-2.0 */
/*
 * national_birth.c - where a number has its date, by scheme.
 *
 *     RO:CNP    C YY MM DD .......      C: 1, 2 of the 1900s, 3, 4 of the 1800s, 5, 6 of the 2000s
 *     IT:CF     ...... YY M DD .....    M: one of twelve letters; DD: 40 more for women
 */
#include "ident/national_birth.h"

#include "ident/family.h"

#include <string.h>

/* How the century is told; by the character C unless something else is said. */
typedef enum century_rule {
    CENTURY_NONE,
    CENTURY_FULL,  /* the year has four digits */
    CENTURY_THREE, /* three: 974 is 1974, 003 is 2003 */
    CENTURY_PAIRS, /* 1, 2: 1800s; 3, 4: 1900s; 5, 6: 2000s */
    CENTURY_ROMANIA,
    CENTURY_KOREA,
    CENTURY_LATVIA,   /* 0: 1800s, 1: 1900s, 2: 2000s */
    CENTURY_SIGN,     /* +; - and U to Y; A to F */
    CENTURY_MEXICO,   /* a digit: 1900s; a letter: 2000s */
    CENTURY_POLAND,   /* months from 81, 1, 21, 41, 61: 1800s to 2200s */
    CENTURY_BULGARIA, /* months from 21, 1, 41: 1800s to 2000s */
    CENTURY_DAYS      /* five digits Y: days since 31 December 1899 */
} century_rule;

/* By the character S unless something else is said. */
typedef enum sex_rule {
    SEX_NONE,
    SEX_ODD_MALE,
    SEX_EVEN_MALE,
    SEX_FIVE_MALE, /* 5 to 9 */
    SEX_LETTER,    /* H, M */
    SEX_DAY,       /* 40 more for women */
    SEX_MONTH      /* 50 more for women; 20 more where a day had too many births */
} sex_rule;

typedef struct birth_form {
    const char *scheme;
    const char *layout; /* Y year, M month, D day, C century, S sex; others are passed over */
    century_rule century;
    sex_rule sex;
} birth_form;

static const birth_form forms[] = {
    {"BE:NN:", "YYMMDD..S..", CENTURY_NONE, SEX_ODD_MALE},
    {"BG:EGN:", "YYMMDD..S.", CENTURY_BULGARIA, SEX_EVEN_MALE},
    {"CN:RIC:", "......YYYYMMDD..S.", CENTURY_FULL, SEX_ODD_MALE},
    {"CS:RC:", "YYMMDD", CENTURY_NONE, SEX_MONTH},
    {"DK:CPR:", "DDMMYY...S", CENTURY_NONE, SEX_ODD_MALE},
    {"EE:IK:", "CYYMMDD", CENTURY_PAIRS, SEX_ODD_MALE},
    {"FI:HETU:", "DDMMYYC..S.", CENTURY_SIGN, SEX_ODD_MALE},
    {"FR:NIR:", "SYYMM", CENTURY_NONE, SEX_ODD_MALE},
    {"GR:AMKA:", "DDMMYY...S.", CENTURY_NONE, SEX_ODD_MALE},
    {"IT:CF:", "......YYMDD", CENTURY_NONE, SEX_DAY},
    {"KR:RRN:", "YYMMDDC", CENTURY_KOREA, SEX_ODD_MALE},
    {"KZ:IIN:", "YYMMDDC", CENTURY_PAIRS, SEX_ODD_MALE},
    {"LT:AK:", "CYYMMDD", CENTURY_PAIRS, SEX_ODD_MALE},
    {"LV:PK:", "DDMMYYC", CENTURY_LATVIA, SEX_NONE},
    {"MX:CURP:", "....YYMMDDS.....C.", CENTURY_MEXICO, SEX_LETTER},
    {"NO:FNR:", "DDMMYY..S..", CENTURY_NONE, SEX_ODD_MALE},
    {"PL:PESEL:", "YYMMDD...S.", CENTURY_POLAND, SEX_ODD_MALE},
    {"RO:CNP:", "CYYMMDD", CENTURY_ROMANIA, SEX_ODD_MALE},
    {"SE:PNR:", "YYMMDD..S.", CENTURY_NONE, SEX_ODD_MALE},
    {"UA:RNTRC:", "YYYYY...S.", CENTURY_DAYS, SEX_ODD_MALE},
    {"UZ:PINFL:", "CDDMMYY", CENTURY_PAIRS, SEX_ODD_MALE},
    {"YU:JMBG:", "DDMMYYY", CENTURY_THREE, SEX_NONE},
    {"ZA:ID:", "YYMMDDS", CENTURY_NONE, SEX_FIVE_MALE},
};

/* What stands under the layout's letters. */
typedef struct birth_parts {
    unsigned year, month, day;
    char century, sex;
} birth_parts;

/* Digits as they are; the letters that stand for digits in an Italian number. */
static bool take_digit(unsigned *v, char c)
{
    static const char letters[] = "LMNPQRSTUV";
    const char *letter = strchr(letters, c);
    if (!plm_is_digit(c) && (letter == NULL || c == '\0')) {
        return false;
    }
    *v = 10 * *v + (unsigned)(plm_is_digit(c) ? c - '0' : letter - letters);
    return true;
}

static bool take_month(unsigned *v, char c)
{
    static const char months[] = "ABCDEHLMPRST"; /* decree of 23 December 1976, article 6 */
    const char *month = strchr(months, c);
    if (plm_is_digit(c)) {
        return take_digit(v, c);
    }
    *v = month == NULL || c == '\0' ? 0 : (unsigned)(month - months) + 1;
    return *v != 0;
}

static bool take_parts(birth_parts *p, const char *layout, const char *number)
{
    bool is_good = strlen(number) >= strlen(layout);
    for (; is_good && *layout != '\0'; layout++, number++) {
        switch (*layout) {
        case 'Y':
            is_good = take_digit(&p->year, *number);
            break;
        case 'M':
            is_good = take_month(&p->month, *number);
            break;
        case 'D':
            is_good = take_digit(&p->day, *number);
            break;
        case 'C':
            p->century = *number;
            break;
        case 'S':
            p->sex = *number;
            break;
        default:
            break;
        }
    }
    return is_good;
}

/* The hundreds that the character tells; 0: none. */
static unsigned century_of(century_rule rule, char c)
{
    static const uint8_t pairs[10] = {0, 18, 18, 19, 19, 20, 20, 0, 0, 0};
    static const uint8_t romania[10] = {0, 19, 19, 18, 18, 20, 20, 0, 0, 0};
    static const uint8_t korea[10] = {18, 19, 19, 20, 20, 19, 19, 20, 20, 18};
    static const uint8_t latvia[10] = {18, 19, 20, 0, 0, 0, 0, 0, 0, 0};
    const unsigned digit = plm_is_digit(c) ? (unsigned)(c - '0') : 0;
    switch ((int)rule) {
    case CENTURY_PAIRS:
        return pairs[digit];
    case CENTURY_ROMANIA:
        return romania[digit];
    case CENTURY_KOREA:
        return korea[digit];
    case CENTURY_LATVIA:
        return latvia[digit];
    case CENTURY_SIGN:
        return c == '+' ? 18 : c >= 'A' && c <= 'F' ? 20 : 19;
    case CENTURY_MEXICO:
        return plm_is_digit(c) ? 19 : 20;
    default:
        return 0;
    }
}

/* Takes off the month what it tells of the century. */
static unsigned century_of_month(century_rule rule, unsigned *month)
{
    static const uint8_t poland[5] = {19, 20, 21, 22, 18};
    static const uint8_t bulgaria[5] = {19, 18, 20, 0, 0};
    const unsigned step = *month / 20;
    if (step >= sizeof poland) {
        return 0;
    }
    *month %= 20;
    return rule == CENTURY_POLAND ? poland[step] : bulgaria[step];
}

static void set_year(plm_national_birth *out, century_rule rule, birth_parts *p)
{
    unsigned hundreds;
    if (rule == CENTURY_FULL || rule == CENTURY_THREE) {
        const unsigned thousand = rule == CENTURY_FULL ? 0 : p->year >= 800 ? 1000 : 2000;
        out->has_century = true;
        out->date.year = (uint16_t)(thousand + p->year);
        return;
    }
    hundreds = rule == CENTURY_POLAND || rule == CENTURY_BULGARIA
                   ? century_of_month(rule, &p->month)
                   : century_of(rule, p->century);
    out->has_century = hundreds != 0;
    out->date.year = (uint16_t)(100 * hundreds + p->year);
}

static char sex_of(const birth_form *form, birth_parts *p)
{
    const char c = p->sex != 0 ? p->sex : p->century;
    bool is_male = plm_is_digit(c) && (c - '0') % 2 == 1;
    switch ((int)form->sex) {
    case SEX_ODD_MALE:
        return is_male ? 'M' : 'F';
    case SEX_EVEN_MALE:
        return is_male ? 'F' : 'M';
    case SEX_FIVE_MALE:
        return c >= '5' ? 'M' : 'F';
    case SEX_LETTER:
        return c == 'H' ? 'M' : c == 'M' ? 'F' : 0;
    case SEX_DAY:
        is_male = p->day < 40;
        p->day %= 40;
        return is_male ? 'M' : 'F';
    case SEX_MONTH:
        is_male = p->month < 50;
        p->month = p->month % 50 % 20;
        return is_male ? 'M' : 'F';
    default:
        return 0;
    }
}

/* Numbers of those who are no residents: the day has 40 (Norway) or 60 (Sweden, Denmark) more. */
static void take_off_days(const birth_form *form, birth_parts *p)
{
    if (form->century != CENTURY_NONE) {
        return;
    }
    if (p->day > 60) {
        p->day -= 60;
    } else if (p->day > 40) {
        p->day -= 40;
    }
}

static const birth_form *find_form(const char *canonical)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (strncmp(canonical, forms[i].scheme, strlen(forms[i].scheme)) == 0) {
            return &forms[i];
        }
    }
    return NULL;
}

bool plm_national_birth_of(plm_national_birth *out, const char *canonical)
{
    birth_parts p = {0};
    const birth_form *form = find_form(canonical);
    memset(out, 0, sizeof *out);
    if (form == NULL || !take_parts(&p, form->layout, canonical + strlen(form->scheme))) {
        return false;
    }
    out->sex = sex_of(form, &p);
    if (form->century == CENTURY_DAYS) {
        const plm_date first = {1899, 12, 31};
        out->date = plm_date_from_days(plm_date_days(first) + (int64_t)p.year);
        out->has_century = true;
        return p.year > 0;
    }
    set_year(out, form->century, &p);
    take_off_days(form, &p);
    out->date.month = (uint8_t)p.month;
    out->date.day = (uint8_t)p.day;
    /* 2000 is a leap year: a 29 February without a century may be one. */
    const plm_date whole = {out->has_century ? out->date.year : (uint16_t)(2000 + p.year % 100),
                            out->date.month, out->date.day};
    const bool has_day = strchr(form->layout, 'D') != NULL;
    return p.month >= 1 && p.month <= 12 && (p.day >= 1) == has_day && plm_date_is_valid(whole);
}

bool plm_national_birth_fits(const plm_national_birth *birth, plm_date date)
{
    const unsigned year = birth->has_century ? date.year : date.year % 100U;
    return (date.year == 0 || year == birth->date.year) &&
           (date.month == 0 || date.month == birth->date.month) &&
           (date.day == 0 || birth->date.day == 0 || date.day == birth->date.day);
}
