/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.c - what handlers read: members of the body, arguments of the path, parameters.
 */
#include "api/answer.h"
#include "store/tallies.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TALLY_DIGITS_LEAST = 4
};

plm_json_at plm_api_root(const plm_api_call *call)
{
    return plm_json_root(call->json, &call->sink, NULL, 0);
}

plm_status plm_api_string(const plm_json_at *object, const char *key, size_t min, size_t max,
                          const char **out)
{
    const plm_json_at at = plm_json_member(object, key);
    return at.value == NULL ? PLM_OK : plm_json_string(&at, min, max, out);
}

plm_status plm_api_needed(const plm_json_at *object, const char *key, size_t min, size_t max,
                          const char **out)
{
    const plm_json_at at = plm_json_member(object, key);
    return plm_json_string(&at, min, max, out);
}

plm_status plm_api_integer(const plm_json_at *object, const char *key, int64_t min, int64_t max,
                           int64_t *out)
{
    const plm_json_at at = plm_json_member(object, key);
    return at.value == NULL ? PLM_OK : plm_json_integer(&at, min, max, out);
}

plm_status plm_api_boolean(const plm_json_at *object, const char *key, bool *out)
{
    const plm_json_at at = plm_json_member(object, key);
    return at.value == NULL ? PLM_OK : plm_json_boolean(&at, out);
}

plm_status plm_api_list(const plm_json_at *object, const char *key, const char **out, size_t max,
                        size_t *n)
{
    const plm_json_at at = plm_json_member(object, key);
    size_t found = 0;
    if (at.value == NULL) {
        *n = 0;
        return PLM_OK;
    }
    plm_status status = plm_json_array(&at, 0, max, &found);
    for (size_t i = 0; status == PLM_OK && i < found; i++) {
        const plm_json_at item = plm_json_element(&at, i);
        status = plm_json_string(&item, 1, PLM_API_ARGUMENT_MAX, &out[i]);
    }
    *n = status == PLM_OK ? found : 0;
    return status;
}

plm_status plm_api_argument_hex(const plm_api_call *call, size_t i, uint8_t *out, size_t n)
{
    return plm_hex_decode(out, n, call->arguments[i]) == 0 ? PLM_OK : PLM_E_NOT_FOUND;
}

/* An id of 16 bytes, or its beginning, of so many digits at least. */
static plm_status read_id(plm_api_call *call, size_t i, size_t least, uint8_t out[static 16],
                          plm_status find(plm_store *, const char *, uint8_t *), const char *what)
{
    const char *text = call->arguments[i];
    const size_t n = strlen(text);
    if (plm_hex_decode(out, 16, text) == 0) {
        return PLM_OK;
    }
    if (n < least || n >= 32 || strspn(text, "0123456789abcdef") != n) {
        return PLM_E_NOT_FOUND;
    }
    plm_status status = find(call->api->node->store, text, out);
    if (status == PLM_E_EXISTS) {
        (void)plm_api_problem(call, 409, "ambiguous", NULL, "more than one %s begins so", what);
    }
    return status;
}

plm_status plm_api_argument_run(plm_api_call *call, size_t i, uint8_t out[static 16])
{
    return read_id(call, i, 1, out, plm_store_find_run, "run");
}

plm_status plm_api_argument_tally(plm_api_call *call, size_t i, uint8_t out[static 16])
{
    return read_id(call, i, TALLY_DIGITS_LEAST, out, plm_store_find_tally, "tally");
}

plm_status plm_api_officer(plm_api_call *call, const char *question)
{
    if (call->who->name[0] != '\0') {
        return PLM_OK;
    }
    (void)plm_api_problem(call, 422, "officer", "Palermo-Officer", "%s", question);
    return PLM_E_INVALID;
}

/* Digits alone, no sign, at most max. */
static bool read_number(const char *text, int64_t max, int64_t *out)
{
    const size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 18 || text[n] != '\0') {
        return false;
    }
    const long long value = strtoll(text, NULL, 10);
    if (value > max) {
        return false;
    }
    *out = value;
    return true;
}

plm_status plm_api_argument_number(const plm_api_call *call, size_t i, int64_t max, int64_t *out)
{
    int64_t value = 0;
    if (!read_number(call->arguments[i], max, &value) || value == 0) {
        return PLM_E_NOT_FOUND;
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_api_bad_parameter(plm_api_call *call, const char *name, const char *reason)
{
    (void)json_array_append_new(call->errors,
                                json_pack("{s:s, s:s}", "field", name, "reason", reason));
    return PLM_E_INVALID;
}

plm_status plm_api_parameter_number(plm_api_call *call, const char *name, int64_t min, int64_t max,
                                    int64_t *out)
{
    const char *text = plm_api_parameter(call, name);
    char reason[96];
    int64_t value = 0;
    if (text == NULL) {
        return PLM_OK;
    }
    if (!read_number(text, max, &value) || value < min) {
        (void)snprintf(reason, sizeof reason, "must be a number from %lld to %lld", (long long)min,
                       (long long)max);
        return plm_api_bad_parameter(call, name, reason);
    }
    *out = value;
    return PLM_OK;
}

plm_status plm_api_parameter_flag(plm_api_call *call, const char *name, bool *out)
{
    const char *text = plm_api_parameter(call, name);
    if (text == NULL) {
        return PLM_OK;
    }
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        return plm_api_bad_parameter(call, name, "must be true or false");
    }
    *out = text[0] == 't';
    return PLM_OK;
}

plm_status plm_api_parameter_day(plm_api_call *call, const char *name, plm_date *out)
{
    const char *text = plm_api_parameter(call, name);
    plm_date date;
    if (text == NULL) {
        return PLM_OK;
    }
    if (plm_date_parse(&date, plm_span_str(text)) != PLM_OK || date.day == 0) {
        return plm_api_bad_parameter(call, name, "must be a date, YYYY-MM-DD");
    }
    *out = date;
    return PLM_OK;
}

plm_status plm_api_parameter_needed(plm_api_call *call, const char *name, const char **out)
{
    const char *text = plm_api_parameter(call, name);
    if (text == NULL || text[0] == '\0') {
        return plm_api_bad_parameter(call, name, "is needed");
    }
    *out = text;
    return PLM_OK;
}

plm_status plm_api_limit(plm_api_call *call, size_t *out)
{
    int64_t limit = PLM_API_PAGE_DEFAULT;
    plm_status status = plm_api_parameter_number(call, "limit", 1, PLM_API_PAGE_MAX, &limit);
    *out = (size_t)limit;
    return status;
}
