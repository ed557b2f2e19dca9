/* SPDX-License-Identifier: Apache-2.0 */
/*
 * say.h - what the program prints: JSON on standard output, errors and progress on standard error.
 */
#ifndef PLM_CLI_SAY_H
#define PLM_CLI_SAY_H

#include "base/date.h"
#include "base/json.h"
#include "node/session.h"

/* Prints a JSON value (consumed) with sorted keys and a newline. The exit status. */
int plm_say_json(json_t *value);
/* Words with a blank between, as a list; the caller's. NULL without memory. */
json_t *plm_say_words(const char *text);

/* "command: FORMAT" on standard error. */
void plm_say_error(const char *command, const char *format, ...) PLM_PRINTF(2, 3);
/* plm_say_error with the status' sentence after `what`; returns the exit status for it. */
int plm_say_status(const char *command, const char *what, plm_status status);

/* The status with that plm_status_name; the last there is for any other text. */
plm_status plm_status_named(const char *name);

/* A time as RFC 3339 in UTC, to the second. */
void plm_say_time(char out[PLM_TIME_TEXT], int64_t unix_ms);

/* That nothing is deleted for its age (ledger/clock.h), and what to do about it. */
enum {
    PLM_CLOCK_TEXT = 320
};
const char *plm_say_clock_ahead(char out[PLM_CLOCK_TEXT], int64_t now_ms, int64_t seen_ms);

/* A number with thousands separated: 1,234,567. */
enum {
    PLM_NUMBER_TEXT = 32
};
const char *plm_say_number(char out[PLM_NUMBER_TEXT], uint64_t n);

/*
 * Prints text, then blanks up to `columns` of the terminal: what a person sees counts, not bytes.
 */
void plm_say_padded(const char *text, int columns);

/*
 * A progress line on a terminal: phase, percent, rate, time left. Prints nothing where standard
 * error is no terminal.
 */
typedef struct plm_meter {
    const char *unit; /* "records", "tokens", ... */
    int64_t started_ms;
    int64_t shown_ms;
    uint64_t phase_first; /* `done` at the start of the phase */
    char phase[64];
    bool is_shown;
} plm_meter;

void plm_meter_init(plm_meter *meter, const char *unit);
void plm_meter_show(plm_meter *meter, const char *phase, uint64_t done, uint64_t total);
/* Takes the line away. */
void plm_meter_end(plm_meter *meter);
/* A plm_progress_fn; context is the meter. */
void plm_meter_progress(void *context, const plm_run_progress *progress);

/*
 * Lets Ctrl-C and SIGTERM set (and count up) the flag this returns, instead of ending the process;
 * the third ends it all the same.
 */
const volatile sig_atomic_t *plm_catch_signals(void);

#endif
