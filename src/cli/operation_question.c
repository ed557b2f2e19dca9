/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/operation_question.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static json_t *list_json(const char *const *items, size_t n)
{
    json_t *out = json_array();
    for (size_t i = 0; out != NULL && i < n; i++) {
        if (json_array_append_new(out, json_string(items[i])) != 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

static bool is_given(const plm_operation_value *v)
{
    return v->flag || v->text != NULL || v->number != INT64_MIN || v->list.n > 0;
}

/* Of a value that was given; NULL without memory. */
static json_t *json_of(const plm_operation_value *v)
{
    return v->flag           ? json_true()
           : v->text != NULL ? json_string(v->text)
           : v->list.n > 0   ? list_json(v->list.items, v->list.n)
                             : json_integer((json_int_t)v->number);
}

static plm_status write_path(const plm_operation_call *call, plm_buf *out)
{
    const char *at = call->operation->path;
    size_t n = 0;
    plm_status status = PLM_OK;
    while (status == PLM_OK && *at != '\0') {
        const size_t length = strcspn(at, "{");
        status = plm_buf_append(out, at, length);
        at += length;
        if (status == PLM_OK && *at == '{') {
            status = plm_http_escape(out, call->arguments[n++]);
            at += strcspn(at, "}") + 1;
        }
    }
    return status;
}

/* The member or parameter that a word is; NULL: it stands for {...}, or is one of a list. */
static const char *member_of(const plm_operation *operation, size_t word)
{
    return operation->list == NULL ? operation->members[word] : NULL;
}

/* "?name=value" or "&name=value". */
static plm_status write_parameter(plm_buf *out, char *before, const char *name, const char *value)
{
    plm_status status = plm_buf_printf(out, "%c%s=", *before, name);
    *before = '&';
    return status == PLM_OK ? plm_http_escape(out, value) : status;
}

/* The path with the words in it, then what goes into the query. */
plm_status plm_operation_target(const plm_operation_call *call, plm_buf *out)
{
    const plm_operation *o = call->operation;
    char before = '?';
    plm_status status = write_path(call, out);
    if (status == PLM_OK && o->query != NULL) {
        status = plm_buf_printf(out, "?%s", o->query);
        before = '&';
    }
    for (size_t i = 0; status == PLM_OK && i < call->n_words; i++) {
        const char *member = member_of(o, i);
        if (member != NULL && member[0] == '?') {
            status = write_parameter(out, &before, member + 1, call->words[i]);
        }
    }
    for (size_t i = 0; status == PLM_OK && o->options != NULL && o->options[i].name != NULL; i++) {
        const plm_operation_value *v = &call->values[i];
        char number[24];
        const char *value = v->text;
        if (v->number != INT64_MIN) {
            (void)snprintf(number, sizeof number, "%" PRId64, v->number);
            value = number;
        }
        value = v->flag ? "true" : value;
        if (o->options[i].place == PLM_TO_QUERY && value != NULL) {
            status = write_parameter(out, &before, o->options[i].member, value);
        }
    }
    return status == PLM_OK ? plm_buf_append_u8(out, '\0') : status;
}

static plm_status add_member(json_t *body, const char *name, json_t *value)
{
    return value != NULL && json_object_set_new(body, name, value) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* The body's members, of words and options. */
static plm_status fill_body(plm_operation_call *call)
{
    const plm_operation *o = call->operation;
    plm_status status = (call->body = json_object()) != NULL ? PLM_OK : PLM_E_NOMEM;
    if (status == PLM_OK && o->list != NULL) {
        status = add_member(call->body, o->list, list_json(call->words, call->n_words));
    }
    for (size_t i = 0; status == PLM_OK && i < call->n_words; i++) {
        const char *member = member_of(o, i);
        if (member != NULL && member[0] != '?') {
            status = add_member(call->body, member, json_string(call->words[i]));
        }
    }
    for (size_t i = 0; status == PLM_OK && o->options != NULL && o->options[i].name != NULL; i++) {
        if (o->options[i].place == PLM_TO_BODY && is_given(&call->values[i])) {
            status = add_member(call->body, o->options[i].member, json_of(&call->values[i]));
        }
    }
    return status;
}

plm_status plm_operation_fill(plm_operation_call *call, const plm_api_route *route)
{
    memcpy(call->arguments, call->words, sizeof call->arguments);
    call->file = (call->operation->flags & PLM_OPERATION_FILE) != 0 && call->n_words > 0
                     ? call->words[call->n_words - 1]
                     : NULL;
    return route->body == PLM_API_JSON ? fill_body(call) : PLM_OK;
}

const char *plm_operation_officer(const plm_operation_call *call)
{
    const plm_operation_option *options = call->operation->options;
    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if (options[i].place == PLM_TO_OFFICER && call->values[i].text != NULL) {
            return call->values[i].text;
        }
    }
    return "";
}
