/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation_problem.h - a problem of the API (RFC 9457) as a command's error.
 */
#ifndef PLM_CLI_OPERATION_PROBLEM_H
#define PLM_CLI_OPERATION_PROBLEM_H

#include "cli/operation.h"

/*
 * Says the inquiry's problem: each fault under the option that it came from, or the file's line and
 * field. The exit status: USAGE where an option is at fault, INPUT where a file or a value is.
 */
int plm_operation_problem(const plm_operation_call *call, const plm_inquiry *inquiry);
/* The same where no table says what was asked: the detail, after `what` unless NULL. */
int plm_problem_say(const plm_inquiry *inquiry, const char *what);

#endif
