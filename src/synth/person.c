/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/person.h"

#include <string.h>

/* Streams of randomness: one for each thing drawn, so that a new one changes no other. */
enum {
    STREAM_SERIAL = 1,
    STREAM_PERSON = 2,
    STREAM_VIEW_A = 3,
    STREAM_VIEW_B = 4
};

static const plm_synth_region *const regions[] = {
    &plm_synth_russian, &plm_synth_ukrainian, &plm_synth_bulgarian,  &plm_synth_serbian,
    &plm_synth_arabic,  &plm_synth_arabic,    &plm_synth_persian,    &plm_synth_italian,
    &plm_synth_german,  &plm_synth_spanish,   &plm_synth_romanian,   &plm_synth_polish,
    &plm_synth_turkish, &plm_synth_albanian,  &plm_synth_french,     &plm_synth_nigerian,
    &plm_synth_russian, &plm_synth_spanish,   &plm_synth_vietnamese,
};

static const char *const offences[] = {"UNTOC.5", "UNTOC.6",    "TIP.5",
                                       "SOM.6",   "FIREARMS.5", "DRUGS88.3.1"};

enum {
    N_REGIONS = sizeof regions / sizeof *regions,
    N_OFFENCES = sizeof offences / sizeof *offences
};

/* How many of 100 persons have a thing, and in how many views of 100 it stands. */
static const struct {
    uint32_t bit;
    uint8_t has;
    uint8_t in_a;
    uint8_t in_b;
} things[] = {
    {PLM_SYNTH_PHONE, 85, 88, 58},       {PLM_SYNTH_SECOND_PHONE, 30, 70, 45},
    {PLM_SYNTH_PASSPORT, 60, 85, 55},    {PLM_SYNTH_EMAIL, 35, 80, 50},
    {PLM_SYNTH_IBAN, 25, 80, 50},        {PLM_SYNTH_IMEI, 15, 80, 50},
    {PLM_SYNTH_VIN, 12, 60, 50},         {PLM_SYNTH_PLATE, 15, 85, 55},
    {PLM_SYNTH_BTC, 4, 80, 60},          {PLM_SYNTH_ETH, 3, 80, 60},
    {PLM_SYNTH_NATIONALITY, 97, 97, 85}, {PLM_SYNTH_ALIAS, 10, 60, 30},
    {PLM_SYNTH_GRADING, 100, 60, 60},    {PLM_SYNTH_RETENTION, 100, 50, 50},
};

/* One of n, the first ones more often: names are not evenly spread. */
static size_t skewed(plm_synth_random *r, size_t n)
{
    uint64_t x = plm_synth_random_below(r, n);
    uint64_t y = plm_synth_random_below(r, n);
    return (size_t)(x < y ? x : y);
}

static plm_role draw_role(plm_synth_random *r, bool may_be_protected)
{
    uint64_t x = plm_synth_random_below(r, may_be_protected ? 100 : 87);
    if (x < 52) {
        return PLM_ROLE_SUSPECT;
    }
    if (x < 75) {
        return PLM_ROLE_CONVICTED;
    }
    if (x < 87) {
        return PLM_ROLE_WANTED;
    }
    return x < 96 ? PLM_ROLE_VICTIM : PLM_ROLE_WITNESS;
}

static plm_date draw_birth(plm_synth_random *r, bool is_minor)
{
    /* Years far enough from 18 that no register outlives the difference soon. */
    plm_date first = {is_minor ? 2015 : 1950, 1, 1};
    plm_date last = {is_minor ? 2021 : 2003, 1, 1};
    uint64_t days = (uint64_t)(plm_date_days(last) - plm_date_days(first));
    return plm_date_from_days(plm_date_days(first) + (int64_t)plm_synth_random_below(r, days));
}

static void draw_name(plm_synth_person *p, plm_synth_random *r)
{
    const plm_synth_region *region = p->region;
    const plm_synth_list *given = p->is_female ? &region->women : &region->men;
    p->given = skewed(r, given->n);
    p->root = skewed(r, region->roots.n);
    p->suffix = (size_t)plm_synth_random_below(r, region->suffixes.n);
    p->middle = PLM_SYNTH_ABSENT;
    p->second_root = PLM_SYNTH_ABSENT;
    if (!plm_synth_random_percent(r, region->middle_percent)) {
        return;
    }
    switch (region->middle) {
    case PLM_SYNTH_MIDDLE_PATRONYMIC:
        p->middle = skewed(r, region->patronymics.n);
        break;
    case PLM_SYNTH_MIDDLE_FATHER:
        p->middle = skewed(r, region->men.n);
        break;
    case PLM_SYNTH_MIDDLE_GIVEN:
        p->middle = skewed(r, given->n);
        break;
    case PLM_SYNTH_MIDDLE_SURNAME:
        p->second_root = skewed(r, region->roots.n);
        break;
    case PLM_SYNTH_MIDDLE_NONE:
        break;
    }
    /* Nobody is called the same thing twice. */
    if (region->middle != PLM_SYNTH_MIDDLE_PATRONYMIC && p->middle == p->given) {
        p->middle = (p->middle + 1) % (p->is_female && region->middle == PLM_SYNTH_MIDDLE_GIVEN
                                           ? region->women.n
                                           : region->men.n);
    }
    if (p->second_root == p->root) {
        p->second_root = (p->second_root + 1) % region->roots.n;
    }
}

void plm_synth_person_draw(plm_synth_person *out, uint64_t seed, uint64_t total, uint64_t number)
{
    plm_synth_random r;
    plm_synth_random_init(&r, seed, STREAM_PERSON, number);
    memset(out, 0, sizeof *out);
    out->serial = plm_synth_permute(plm_synth_mix(seed ^ STREAM_SERIAL), total, number);
    out->region = regions[plm_synth_random_below(&r, N_REGIONS)];
    out->is_female = plm_synth_random_percent(&r, 22);
    out->is_minor = plm_synth_random_percent(&r, 3);
    draw_name(out, &r);
    size_t n_countries = strlen(out->region->countries) / 2;
    memcpy(out->country,
           out->region->countries + 2 * (size_t)plm_synth_random_below(&r, n_countries), 2);
    out->birth = draw_birth(&r, out->is_minor);
    out->role = draw_role(&r, true);
    out->offence = offences[plm_synth_random_below(&r, N_OFFENCES)];
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        if (plm_synth_random_percent(&r, things[i].has)) {
            out->has |= things[i].bit;
        }
    }
    if ((out->has & PLM_SYNTH_PHONE) == 0) {
        out->has &= ~(uint32_t)PLM_SYNTH_SECOND_PHONE;
    }
}

/* What becomes of a date of birth on its way into a register. */
static plm_date blur_birth(plm_synth_random *r, const plm_synth_person *person, bool is_b)
{
    plm_date birth = person->birth;
    uint64_t x = plm_synth_random_below(r, 100);
    uint64_t day = plm_synth_random_below(r, 28);
    if (x < (is_b ? 3U : 1U)) {
        return (plm_date){0};
    }
    if (x < (is_b ? 7U : 3U)) {
        return (plm_date){birth.year, 0, 0};
    }
    if (x < (is_b ? 9U : 4U)) {
        return (plm_date){birth.year, birth.month, 0};
    }
    if (is_b && x < 12 && birth.day <= 12) {
        return (plm_date){birth.year, birth.day, birth.month};
    }
    if (is_b && x < 14) {
        birth.day = (uint8_t)(day + 1);
    }
    return birth;
}

/* A protected person may be taken for a suspect elsewhere: what the safeguards must withstand. */
static plm_role draw_view_role(plm_synth_random *r, const plm_synth_person *person, bool is_b)
{
    bool is_protected = person->role == PLM_ROLE_VICTIM || person->role == PLM_ROLE_WITNESS;
    bool changes = plm_synth_random_percent(r, is_protected ? 30 : 60);
    plm_role other = draw_role(r, false);
    return is_b && changes ? other : person->role;
}

void plm_synth_view_draw(plm_synth_view *out, const plm_synth_person *person, uint64_t seed,
                         uint64_t number, bool is_b)
{
    plm_synth_random r;
    plm_synth_random_init(&r, seed, is_b ? STREAM_VIEW_B : STREAM_VIEW_A, number);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        bool shown = plm_synth_random_percent(&r, is_b ? things[i].in_b : things[i].in_a);
        if (shown) {
            out->shows |= things[i].bit & person->has;
        }
    }
    /* A's country writes Latin mostly; B's is as likely to write otherwise. */
    uint64_t spelling = plm_synth_random_below(&r, 100);
    out->spelling = spelling < (is_b ? 35U : 70U) ? 0 : spelling < (is_b ? 65U : 80U) ? 1 : 2;
    uint64_t order = plm_synth_random_below(&r, 100);
    out->order = order < (is_b ? 55U : 85U)   ? PLM_SYNTH_GIVEN_FIRST
                 : order < (is_b ? 80U : 95U) ? PLM_SYNTH_SURNAME_FIRST
                                              : PLM_SYNTH_SURNAME_COMMA;
    out->drops_middle = plm_synth_random_percent(&r, is_b ? 25 : 8);
    bool misspelt = plm_synth_random_percent(&r, is_b ? 8 : 2);
    uint64_t how = plm_synth_random_next(&r) | 1;
    out->misspelling = misspelt ? how : 0;
    out->birth = blur_birth(&r, person, is_b);
    bool other_phone = plm_synth_random_percent(&r, 20);
    out->phone = is_b && other_phone ? 2 : 0;
    out->role = draw_view_role(&r, person, is_b);
    const char *more = offences[plm_synth_random_below(&r, N_OFFENCES)];
    if (plm_synth_random_percent(&r, 15) && strcmp(more, person->offence) != 0) {
        out->more_offence = more;
    }
    out->style = (unsigned)plm_synth_random_below(&r, 1U << 16);
    /* That a minor is one stands in every register: by the date, or by the source's word. */
    if (person->is_minor && (out->birth.year == 0 || plm_synth_random_percent(&r, 40))) {
        out->shows |= PLM_SYNTH_MINOR_FLAG;
    }
}

bool plm_synth_names_agree(const plm_synth_person *person, const plm_synth_view *a,
                           const plm_synth_view *b)
{
    bool has_middle = person->middle != PLM_SYNTH_ABSENT || person->second_root != PLM_SYNTH_ABSENT;
    return a->misspelling == 0 && b->misspelling == 0 &&
           (!has_middle || a->drops_middle == b->drops_middle);
}

bool plm_synth_is_protected(const plm_synth_person *person, const plm_synth_view *view)
{
    return person->is_minor || view->role == PLM_ROLE_VICTIM || view->role == PLM_ROLE_WITNESS;
}
