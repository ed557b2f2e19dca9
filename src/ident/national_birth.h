/* SPDX-License-Identifier: Apache-2.0 */
/*
 * national_birth.h - the date of birth and the sex that a national number tells, for comparison
 * with what a record says beside it (spec/identifiers.md section 2.14).
 */
#ifndef PLM_IDENT_NATIONAL_BIRTH_H
#define PLM_IDENT_NATIONAL_BIRTH_H

#include "base/date.h"

typedef struct plm_national_birth {
    plm_date date;    /* day 0: the number tells year and month alone */
    bool has_century; /* else the year is of 0 to 99 and of no known century */
    char sex;         /* 'M', 'F', or 0: not told */
} plm_national_birth;

/*
 * canonical: COUNTRY:SCHEME:NUMBER as plm_ident_canonicalise gives it. False if the scheme tells no
 * date, or what stands there is none (Norway's and others' numbers of necessity).
 */
bool plm_national_birth_of(plm_national_birth *out, const char *canonical);

/* Whether both can be of one person: equal as far as both tell. */
bool plm_national_birth_fits(const plm_national_birth *birth, plm_date date);

#endif
