/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faulty.h - shared by the two files that make calls fail: faulty.c decides, faulty_calls.c stands
 * in the way.
 */
#ifndef FAULTY_H
#define FAULTY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum faulty_kind {
    FAULTY_ALLOC,
    FAULTY_READ,
    FAULTY_WRITE,
    FAULTY_SYNC,
    FAULTY_SEND,
    FAULTY_RECEIVE,
    FAULTY_RANDOM,
    FAULTY_OPEN,
    FAULTY_FORK,
    FAULTY_KINDS
} faulty_kind;

enum {
    FAULTY_LEAKED = 99 /* exit status of a process that has lost memory (with sanitizers) */
};

/* Counts a call; true, with errno set, if it is to fail. */
bool faulty_fails(faulty_kind kind, int error);

/* What is added to the time of day. */
int64_t faulty_clock_ms(void);

#endif
