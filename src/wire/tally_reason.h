/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_reason.h - why a tally is over before its end (spec/tally.md section 10): by number on the
 * wire and in the ledger, in words for people.
 */
#ifndef PLM_WIRE_TALLY_REASON_H
#define PLM_WIRE_TALLY_REASON_H

/* Values are on the wire. */
typedef enum plm_tally_reason {
    PLM_TALLY_NOT_OVER = 0,
    PLM_TALLY_REFUSED = 1,   /* the accord, as that party reads it, says no: the clause */
    PLM_TALLY_BUDGET = 2,    /* that party's budget of privacy loss is used up */
    PLM_TALLY_SMALL = 3,     /* that party's list is smaller than the accord asks for */
    PLM_TALLY_TOKENS = 4,    /* one of that party's persons has more tokens than are agreed */
    PLM_TALLY_CHANGED = 5,   /* that party's list has grown beyond what it said */
    PLM_TALLY_SILENT = 6,    /* that party was waited for in vain */
    PLM_TALLY_DEVIATED = 7,  /* what that party sent is not what the protocol has */
    PLM_TALLY_CANCELLED = 8, /* that party's officer ended it */
    PLM_TALLY_FAILED = 9,    /* that party could not go on: memory, disk */
    PLM_TALLY_REASON_COUNT
} plm_tally_reason;

/* "refused", ...; and a sentence that goes on after the party's code. Never NULL. */
const char *plm_tally_reason_name(unsigned reason);
const char *plm_tally_reason_sentence(unsigned reason);

#endif
