/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dates.h - a day as the store keeps it: the number YYYYMMDD, 0 for none.
 */
#ifndef PLM_STORE_DATES_H
#define PLM_STORE_DATES_H

#include "base/date.h"

static inline int64_t plm_store_date_number(plm_date date)
{
    return date.year * 10000 + date.month * 100 + date.day;
}

static inline plm_date plm_store_date_of(int64_t number)
{
    const plm_date date = {(uint16_t)(number / 10000), (uint8_t)(number / 100 % 100),
                           (uint8_t)(number % 100)};
    return date;
}

#endif
