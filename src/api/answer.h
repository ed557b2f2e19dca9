/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.h - making answers, and reading what was asked: what handlers share.
 */
#ifndef PLM_API_ANSWER_H
#define PLM_API_ANSWER_H

#include "api/api.h"

enum {
    PLM_API_ANSWER_MAX = 256 << 20,
    PLM_API_PAGE_DEFAULT = 50,
    PLM_API_PAGE_MAX = 500
};

void plm_api_answer_init(plm_api_answer *answer);
void plm_api_answer_wipe(plm_api_answer *answer);

/* json: consumed, also on failure; NULL is PLM_E_NOMEM. */
plm_status plm_api_json(plm_api_call *call, unsigned status, json_t *json) PLM_MUST_CHECK;
/* {"done": true} */
plm_status plm_api_done(plm_api_call *call) PLM_MUST_CHECK;
/* {"items": items} if they are all there, which `status` says; items: consumed in any case. */
plm_status plm_api_items(plm_api_call *call, plm_status status, json_t *items) PLM_MUST_CHECK;
/* {"items": items, "next": cursor or null}; items: consumed. */
plm_status plm_api_page(plm_api_call *call, json_t *items, const char *next) PLM_MUST_CHECK;
/* Bytes as they are. file_name NULL: to be shown, not saved. */
plm_status plm_api_bytes(plm_api_call *call, const char *type, plm_span bytes,
                         const char *file_name) PLM_MUST_CHECK;

/*
 * A problem (RFC 9457): code is for programs, the rest for people. field NULL: about the whole.
 * Replaces what answer there was; call->errors come along. Always PLM_OK, so that a handler may
 * return it: an answer was made, if a poor one for want of memory.
 */
plm_status plm_api_problem(plm_api_call *call, unsigned status, const char *code, const char *field,
                           const char *format, ...) PLM_PRINTF(5, 6);
/* The problem that a status stands for, where nothing better is known. what: in words, or NULL. */
plm_status plm_api_problem_of(plm_api_call *call, plm_status status, const char *what);
/* Adds a member to the problem that was made. */
void plm_api_problem_add(plm_api_call *call, const char *name, json_t *value);

/* "2026-03-01T12:34:56Z"; null for 0. */
json_t *plm_api_time(int64_t unix_ms);
/* "2026-03-01"; null for none. */
json_t *plm_api_date(plm_date date);
json_t *plm_api_hex(const uint8_t *p, size_t n);
/* A string, or null for NULL and for "". */
json_t *plm_api_text(const char *text);
/* Words with a blank between, as a list. */
json_t *plm_api_words(const char *text);

/* The body as a place for the getters of base/json.h, with call's sink. */
plm_json_at plm_api_root(const plm_api_call *call);
/* A member that may be missing: then *out is unchanged. PLM_E_INVALID, reported. */
plm_status plm_api_string(const plm_json_at *object, const char *key, size_t min, size_t max,
                          const char **out) PLM_MUST_CHECK;
plm_status plm_api_integer(const plm_json_at *object, const char *key, int64_t min, int64_t max,
                           int64_t *out) PLM_MUST_CHECK;
plm_status plm_api_boolean(const plm_json_at *object, const char *key, bool *out) PLM_MUST_CHECK;
/* One that must be there. */
plm_status plm_api_needed(const plm_json_at *object, const char *key, size_t min, size_t max,
                          const char **out) PLM_MUST_CHECK;
/* A list of strings, borrowed; at most max. */
plm_status plm_api_list(const plm_json_at *object, const char *key, const char **out, size_t max,
                        size_t *n) PLM_MUST_CHECK;

/* The call's argument as bytes, number or hash. PLM_E_NOT_FOUND: it is none. */
plm_status plm_api_argument_hex(const plm_api_call *call, size_t i, uint8_t *out,
                                size_t n) PLM_MUST_CHECK;
/* The id of a run, or its beginning. PLM_E_NOT_FOUND; PLM_E_EXISTS: several, a problem is made. */
plm_status plm_api_argument_run(plm_api_call *call, size_t i,
                                uint8_t out[static 16]) PLM_MUST_CHECK;
/* Likewise of a tally, by four digits of it or more. */
plm_status plm_api_argument_tally(plm_api_call *call, size_t i,
                                  uint8_t out[static 16]) PLM_MUST_CHECK;
plm_status plm_api_argument_number(const plm_api_call *call, size_t i, int64_t max,
                                   int64_t *out) PLM_MUST_CHECK;

/* That somebody acts, where the operator must say who. PLM_E_INVALID, a problem that asks. */
plm_status plm_api_officer(plm_api_call *call, const char *question) PLM_MUST_CHECK;

/* Parameters; PLM_E_INVALID, reported under the parameter's name. */
plm_status plm_api_parameter_number(plm_api_call *call, const char *name, int64_t min, int64_t max,
                                    int64_t *out) PLM_MUST_CHECK;
plm_status plm_api_parameter_flag(plm_api_call *call, const char *name, bool *out) PLM_MUST_CHECK;
plm_status plm_api_parameter_day(plm_api_call *call, const char *name,
                                 plm_date *out) PLM_MUST_CHECK;
plm_status plm_api_parameter_needed(plm_api_call *call, const char *name,
                                    const char **out) PLM_MUST_CHECK;
/* The page's length; PLM_API_PAGE_DEFAULT. */
plm_status plm_api_limit(plm_api_call *call, size_t *out) PLM_MUST_CHECK;
/* A fault in a parameter, told under its name. Always PLM_E_INVALID. */
plm_status plm_api_bad_parameter(plm_api_call *call, const char *name, const char *reason);

#endif
