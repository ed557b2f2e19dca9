/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.c - the patterns of the rule "person", strongest first: where a record has too many
 * combinations, the last ones are cut. Slots of a pattern stand in the order of plm_pattern_slot...
 * a pattern that is part of another one has its slots in the same order.
 */
#include "ident/person_gate.h"

#define K    PLM_FILL_NAME
#define F    PLM_FILL_WRITTEN
#define D    PLM_FILL_SPELLING
#define SW   PLM_FILL_DATE
#define WILD PLM_FILL_DATE_WILD
#define YM   PLM_FILL_YEAR_MONTH
#define YD   PLM_FILL_YEAR_DAY
#define MD   PLM_FILL_MONTH_DAY
#define Y    PLM_FILL_YEAR
#define X    PLM_FILL_OTHER
#define XD   PLM_FILL_OTHER_NEAR

static const plm_pattern patterns[] = {
    {"other", "one other identifier", 1, {X}},
    {"date", "date of birth", 1, {SW}},
    {"date+name", "date of birth and one name", 2, {SW, K}},
    {"date+spelling", "date of birth and one name up to a letter", 2, {SW, D}},
    {"date+name+name", "date of birth and two names", 3, {SW, K, K}},
    {"date+name+spelling", "date of birth, one name, another up to a letter", 3, {SW, K, D}},
    {"other+other", "two other identifiers", 2, {X, X}},
    {"date+other", "date of birth and one other identifier", 2, {SW, X}},
    {"name+other", "one name and one other identifier", 2, {K, X}},
    {"wild+name", "date of birth up to a digit and one name", 2, {WILD, K}},
    {"wild+name+name", "date of birth up to a digit and two names", 3, {WILD, K, K}},
    {"year-month+name", "year and month of birth and one name", 2, {YM, K}},
    {"year-day+name", "year and day of birth and one name", 2, {YD, K}},
    {"month-day+name", "month and day of birth and one name", 2, {MD, K}},
    {"year+name", "year of birth and one name", 2, {Y, K}},
    {"year-month+name+name", "year and month of birth and two names", 3, {YM, K, K}},
    {"year-day+name+name", "year and day of birth and two names", 3, {YD, K, K}},
    {"month-day+name+name", "month and day of birth and two names", 3, {MD, K, K}},
    {"year+name+name", "year of birth and two names", 3, {Y, K, K}},
    {"name+name", "two names", 2, {K, K}},
    {"name+name+name", "three names", 3, {K, K, K}},
    {"name+spelling", "one name, and another up to a letter", 2, {K, D}},
    {"written+written", "two names as they are spelled", 2, {F, F}},
    {"year-month+other", "year and month of birth and one other identifier", 2, {YM, X}},
    {"year-day+other", "year and day of birth and one other identifier", 2, {YD, X}},
    {"month-day+other", "month and day of birth and one other identifier", 2, {MD, X}},
    {"year+other", "year of birth and one other identifier", 2, {Y, X}},
    {"spelling+other", "one name up to a letter and one other identifier", 2, {D, X}},
    {"date+near", "date of birth and one other identifier up to a character", 2, {SW, XD}},
    {"name+near", "one name and one other identifier up to a character", 2, {K, XD}},
};

static const struct {
    const char *name;
    plm_bits cap;
} slots[PLM_FILL_COUNT] = {
    [PLM_FILL_NONE] = {"none", 0},
    [PLM_FILL_NAME] = {"name", 11 * PLM_BIT},
    [PLM_FILL_WRITTEN] = {"written", 11 * PLM_BIT},
    [PLM_FILL_SPELLING] = {"spelling", 11 * PLM_BIT},
    [PLM_FILL_DATE] = {"date", 145 * PLM_BIT / 10},
    [PLM_FILL_DATE_WILD] = {"wild", 123 * PLM_BIT / 10},
    [PLM_FILL_YEAR_MONTH] = {"year-month", 102 * PLM_BIT / 10},
    [PLM_FILL_YEAR_DAY] = {"year-day", 115 * PLM_BIT / 10},
    [PLM_FILL_MONTH_DAY] = {"month-day", 85 * PLM_BIT / 10},
    [PLM_FILL_YEAR] = {"year", 66 * PLM_BIT / 10},
    [PLM_FILL_OTHER] = {"other", 32 * PLM_BIT},
    [PLM_FILL_OTHER_NEAR] = {"near", 32 * PLM_BIT},
};

size_t plm_pattern_count(void)
{
    return sizeof patterns / sizeof *patterns;
}

const plm_pattern *plm_pattern_get(size_t i)
{
    return &patterns[i];
}

const char *plm_pattern_slot_name(plm_pattern_slot slot)
{
    return (unsigned)slot < PLM_FILL_COUNT ? slots[slot].name : "unknown";
}

plm_bits plm_pattern_slot_cap(plm_pattern_slot slot)
{
    return (unsigned)slot < PLM_FILL_COUNT ? slots[slot].cap : 0;
}
