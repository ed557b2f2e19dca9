/* SPDX-License-Identifier: Apache-2.0 */
#include "api/answer.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DETAIL_MAX = 1024
};

void plm_api_answer_init(plm_api_answer *answer)
{
    *answer = (plm_api_answer){0};
    plm_buf_init(&answer->body, PLM_API_ANSWER_MAX);
}

void plm_api_answer_wipe(plm_api_answer *answer)
{
    plm_buf_wipe(&answer->body);
    free(answer->after_context);
    plm_api_answer_init(answer);
}

static void begin(plm_api_answer *answer, unsigned status, const char *type)
{
    plm_buf_clear(&answer->body);
    answer->status = status;
    (void)snprintf(answer->type, sizeof answer->type, "%s", type);
}

plm_status plm_api_json(plm_api_call *call, unsigned status, json_t *json)
{
    if (json == NULL) {
        return PLM_E_NOMEM;
    }
    begin(&call->answer, status, "application/json");
    plm_status dumped = plm_json_dump(json, false, &call->answer.body);
    json_decref(json);
    call->answer.status = dumped == PLM_OK ? status : 0;
    return dumped;
}

plm_status plm_api_done(plm_api_call *call)
{
    return plm_api_json(call, 200, json_pack("{s:b}", "done", 1));
}

plm_status plm_api_items(plm_api_call *call, plm_status status, json_t *items)
{
    if (status != PLM_OK) {
        json_decref(items);
        return status;
    }
    return plm_api_json(call, 200, json_pack("{s:o}", "items", items));
}

plm_status plm_api_page(plm_api_call *call, json_t *items, const char *next)
{
    return plm_api_json(call, 200,
                        json_pack("{s:o, s:o}", "items", items, "next", plm_api_text(next)));
}

plm_status plm_api_bytes(plm_api_call *call, const char *type, plm_span bytes,
                         const char *file_name)
{
    begin(&call->answer, 200, type);
    if (file_name != NULL) {
        (void)snprintf(call->answer.file_name, sizeof call->answer.file_name, "%s", file_name);
    }
    plm_status status = plm_buf_append(&call->answer.body, bytes.p, bytes.n);
    call->answer.status = status == PLM_OK ? 200 : 0;
    return status;
}

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        {400, "The request is malformed"},
        {401, "Sign in first"},
        {403, "Not with this role"},
        {404, "There is no such thing"},
        {405, "Not with this method"},
        {409, "It does not fit what is there"},
        {413, "Too large"},
        {415, "Not this type of content"},
        {422, "A value is not allowed"},
        {429, "Too often"},
        {503, "Not now"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "It failed";
}

/* Makes the answer of a document (consumed). */
static void put_problem(plm_api_call *call, unsigned status, json_t *problem)
{
    static const char poor[] = "{\"type\":\"about:blank\",\"title\":\"It failed\",\"status\":500,"
                               "\"code\":\"no-memory\",\"detail\":\"there is no memory\"}";
    begin(&call->answer, status, "application/problem+json");
    if (problem == NULL || plm_json_dump(problem, false, &call->answer.body) != PLM_OK) {
        call->answer.status = 500;
        if (plm_buf_append(&call->answer.body, poor, sizeof poor - 1) != PLM_OK) {
            plm_buf_clear(&call->answer.body);
        }
    }
    json_decref(problem);
}

plm_status plm_api_problem(plm_api_call *call, unsigned status, const char *code, const char *field,
                           const char *format, ...)
{
    char detail[DETAIL_MAX];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(detail, sizeof detail, format, args);
    va_end(args);
    if (field != NULL) {
        (void)json_array_append_new(call->errors,
                                    json_pack("{s:s, s:s}", "field", field, "reason", detail));
    }
    json_t *problem =
        json_pack("{s:o, s:s, s:i, s:s, s:s}", "type", json_sprintf("urn:palermo:problem:%s", code),
                  "title", title_of(status), "status", (int)status, "code", code, "detail", detail);
    if (problem != NULL && json_array_size(call->errors) > 0) {
        (void)json_object_set(problem, "errors", call->errors);
    }
    put_problem(call, status, problem);
    return PLM_OK;
}

void plm_api_problem_add(plm_api_call *call, const char *name, json_t *value)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *problem = NULL;
    if (plm_json_parse(&problem, plm_buf_span(&call->answer.body), &quiet, NULL, 0) == PLM_OK &&
        json_object_set(problem, name, value) == 0) {
        put_problem(call, call->answer.status, json_incref(problem));
    }
    json_decref(problem);
    json_decref(value);
}

plm_status plm_api_problem_of(plm_api_call *call, plm_status status, const char *what)
{
    static const struct {
        plm_status status;
        unsigned http;
        const char *code;
    } known[] = {
        {PLM_E_NOT_FOUND, 404, "not-found"},
        {PLM_E_EXISTS, 409, "exists"},
        {PLM_E_SYNTAX, 422, "syntax"},
        {PLM_E_INVALID, 422, "invalid"},
        {PLM_E_REJECTED, 422, "rejected"},
        {PLM_E_LIMIT, 413, "too-large"},
        {PLM_E_REFUSED, 409, "refused"},
        {PLM_E_ARGUMENT, 422, "invalid"},
        {PLM_E_AUTH, 422, "signature"},
        {PLM_E_LOCKED, 409, "locked"},
        {PLM_E_CANCELLED, 409, "cancelled"},
        {PLM_E_PROTOCOL, 422, "invalid"},
        {PLM_E_STORE, 503, "store"},
        {PLM_E_NOMEM, 503, "no-memory"},
        {PLM_E_IO, 503, "io"},
    };
    unsigned http = 500;
    const char *code = plm_status_name(status);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].status == status) {
            http = known[i].http;
            code = known[i].code;
        }
    }
    const char *sentence = plm_status_sentence(status);
    const json_t *first = json_array_get(call->errors, 0);
    if (first != NULL && (status == PLM_E_INVALID || status == PLM_E_SYNTAX)) {
        return plm_api_problem(call, http, code, NULL, "%s: %s",
                               json_string_value(json_object_get(first, "field")),
                               json_string_value(json_object_get(first, "reason")));
    }
    return what != NULL ? plm_api_problem(call, http, code, NULL, "%s: %s", what, sentence)
                        : plm_api_problem(call, http, code, NULL, "%s", sentence);
}

json_t *plm_api_time(int64_t unix_ms)
{
    char text[PLM_TIME_TEXT];
    if (unix_ms == 0) {
        return json_null();
    }
    plm_time_format(text, unix_ms);
    return json_string(text);
}

json_t *plm_api_date(plm_date date)
{
    char text[PLM_DATE_TEXT];
    if (date.year == 0) {
        return json_null();
    }
    plm_date_format(text, date);
    return json_string(text);
}

json_t *plm_api_hex(const uint8_t *p, size_t n)
{
    char *hex = (char *)malloc(2 * n + 1);
    if (hex == NULL) {
        return NULL;
    }
    plm_hex_encode(hex, p, n);
    json_t *value = json_string(hex);
    free(hex);
    return value;
}

json_t *plm_api_text(const char *text)
{
    return text == NULL || text[0] == '\0' ? json_null() : json_string(text);
}

json_t *plm_api_words(const char *text)
{
    json_t *list = json_array();
    while (list != NULL && *text != '\0') {
        size_t n = strcspn(text, " ");
        if (n > 0 && json_array_append_new(list, json_stringn(text, n)) != 0) {
            json_decref(list);
            return NULL;
        }
        text += n + (text[n] == ' ');
    }
    return list;
}
