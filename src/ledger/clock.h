/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - whether the time of day is to be believed when something is to be deleted for its age.
 *
 * A clock that stands years ahead - a battery that is empty, a time server that lies - would have a
 * node delete for good what it is to keep for years. So a node notes up to when it has seen its
 * clock go, and deletes nothing for its age while the clock is a leap ahead of that. The leap ends
 * when a party has agreed to the time, as each does that takes part in a run, or when a person has.
 */
#ifndef PLM_LEDGER_CLOCK_H
#define PLM_LEDGER_CLOCK_H

#include "store/store.h"

#include <stdint.h>

enum {
    PLM_CLOCK_LEAP_DAYS = 31 /* a node that nobody has served for longer asks as well */
};

typedef struct plm_ledger_clock {
    int64_t seen_ms; /* up to here the clock has been seen to go */
    bool is_ahead;   /* a leap ahead of that: nothing is deleted for its age */
} plm_ledger_clock;

/*
 * Looks at the clock, and notes the time unless it is ahead. A store in which none is noted yet
 * goes by the last entry of its ledger. PLM_E_STORE.
 */
plm_status plm_ledger_clock_look(plm_store *store, int64_t now_ms,
                                 plm_ledger_clock *out) PLM_MUST_CHECK;

/* The time is right: a party or a person says so. PLM_E_STORE. */
plm_status plm_ledger_clock_agree(plm_store *store, int64_t now_ms) PLM_MUST_CHECK;

#endif
