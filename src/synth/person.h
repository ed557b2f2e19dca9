/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person.h - one invented person, and how one authority has written the person down.
 *
 *     plm_synth_person   what is so: name, birth, phones, passport, ...        drawn once
 *     plm_synth_view     what one register has of it, and with which mistakes  drawn for each side
 *     a line of CSV      view and person put into words (row.h)
 */
#ifndef PLM_SYNTH_PERSON_H
#define PLM_SYNTH_PERSON_H

#include "base/date.h"
#include "ident/record.h"
#include "synth/names.h"
#include "synth/random.h"

/* What a person has, or what a view shows; a bit set. */
enum {
    PLM_SYNTH_PHONE = 1 << 0,
    PLM_SYNTH_SECOND_PHONE = 1 << 1,
    PLM_SYNTH_PASSPORT = 1 << 2,
    PLM_SYNTH_EMAIL = 1 << 3,
    PLM_SYNTH_IBAN = 1 << 4,
    PLM_SYNTH_IMEI = 1 << 5,
    PLM_SYNTH_VIN = 1 << 6,
    PLM_SYNTH_PLATE = 1 << 7,
    PLM_SYNTH_BTC = 1 << 8,
    PLM_SYNTH_ETH = 1 << 9,
    PLM_SYNTH_NATIONALITY = 1 << 10,
    PLM_SYNTH_ALIAS = 1 << 11,
    PLM_SYNTH_GRADING = 1 << 12,
    PLM_SYNTH_RETENTION = 1 << 13,
    PLM_SYNTH_MINOR_FLAG = 1 << 14
};

#define PLM_SYNTH_ABSENT ((size_t)-1)

typedef struct plm_synth_person {
    uint64_t serial; /* distinct numbers for distinct persons, without order */
    const plm_synth_region *region;
    bool is_female;
    bool is_minor;
    size_t given; /* indices into the region's lists */
    size_t middle;
    size_t root;
    size_t suffix;
    size_t second_root; /* of a second surname; PLM_SYNTH_ABSENT if none, as for middle */
    char country[3];
    plm_date birth;
    plm_role role;
    const char *offence;
    uint32_t has;
} plm_synth_person;

typedef enum plm_synth_order {
    PLM_SYNTH_GIVEN_FIRST,
    PLM_SYNTH_SURNAME_FIRST,
    PLM_SYNTH_SURNAME_COMMA
} plm_synth_order;

typedef struct plm_synth_view {
    uint32_t shows;
    unsigned spelling; /* 0 latin, 1 another latin, 2 native */
    plm_synth_order order;
    bool drops_middle;
    uint64_t misspelling; /* 0: none; else where and how */
    plm_date birth;       /* year 0: not known */
    unsigned phone;       /* which of the person's numbers stands first: 0, or 2 after a change */
    plm_role role;
    const char *more_offence; /* a second one, or NULL */
    unsigned style;           /* how values are punctuated */
} plm_synth_view;

/* Person `number` of `total`; the same for both registers. */
void plm_synth_person_draw(plm_synth_person *out, uint64_t seed, uint64_t total, uint64_t number);
/* What register A (is_b false) or B has of the person. */
void plm_synth_view_draw(plm_synth_view *out, const plm_synth_person *person, uint64_t seed,
                         uint64_t number, bool is_b);

/* True if both views spell out the same name parts without a mistake. */
bool plm_synth_names_agree(const plm_synth_person *person, const plm_synth_view *a,
                           const plm_synth_view *b);
/* True for a victim, a witness or a minor. */
bool plm_synth_is_protected(const plm_synth_person *person, const plm_synth_view *view);

#endif
