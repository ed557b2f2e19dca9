/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_routes.c - files that are uploaded, and records that are looked for.
 */
#include "api/answer.h"
#include "api/cursor.h"
#include "api/record_view.h"
#include "api/routes.h"
#include "api/upload.h"
#include "base/utf8.h"
#include "ident/country.h"
#include "store/page.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    HEAD_BYTES = 65536, /* of an upload that are looked at */
    ROWS_MAX = 5,
    FIELDS_MAX = 64,
    SHOWN_MAX = 200, /* bytes of a cell */
    RECORD_ARENA_MAX = 4 << 20
};

#define UPLOAD_MAX (INT64_C(4) << 30)

/* --- uploads -----------------------------------------------------------------------------------
 */

/* The separator that the first line has most of. */
static char separator_of(plm_span head)
{
    static const char candidates[] = ",;\t|";
    char best = ',';
    size_t most = 0;
    for (const char *c = candidates; *c != '\0'; c++) {
        size_t n = 0;
        for (size_t i = 0; i < head.n && head.p[i] != '\n'; i++) {
            n += head.p[i] == (uint8_t)*c;
        }
        if (n > most) {
            most = n;
            best = *c;
        }
    }
    return best;
}

/* One cell, from *at on; a quoted one without its quotation marks. False: the head ends in it. */
static bool read_cell(plm_span head, size_t *at, char separator, char out[static SHOWN_MAX + 1])
{
    const bool is_quoted = *at < head.n && head.p[*at] == '"';
    size_t n = 0;
    *at += is_quoted;
    while (*at < head.n) {
        const uint8_t c = head.p[*at];
        if (is_quoted && c == '"') {
            if (*at + 1 >= head.n || head.p[*at + 1] != '"') {
                ++*at;
                break;
            }
            ++*at;
        } else if (!is_quoted && (c == (uint8_t)separator || c == '\n' || c == '\r')) {
            break;
        }
        if (n < SHOWN_MAX) {
            out[n++] = (char)c;
        }
        ++*at;
    }
    out[plm_utf8_valid_prefix(plm_span_of(out, n))] = '\0';
    return *at < head.n;
}

/* A row as far as the head has all of it. */
static json_t *read_row(plm_span head, size_t *at, char separator)
{
    char cell[SHOWN_MAX + 1];
    json_t *row = json_array();
    size_t place = *at;
    while (json_array_size(row) < FIELDS_MAX) {
        if (!read_cell(head, &place, separator, cell)) {
            break;
        }
        (void)json_array_append_new(row, json_string(cell));
        if (head.p[place] == (uint8_t)separator) {
            place++;
            continue;
        }
        place += head.p[place] == '\r';
        place += place < head.n && head.p[place] == '\n';
        *at = place;
        return row;
    }
    json_decref(row);
    return NULL;
}

/* What people need to make a mapping: columns and some rows. It need not be CSV at all. */
static json_t *preview(const char *path, const char *id, const char *name, uint64_t bytes)
{
    uint8_t *head = (uint8_t *)malloc(HEAD_BYTES);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t n = head != NULL && fd >= 0 ? read(fd, head, HEAD_BYTES) : -1;
    plm_span span = plm_span_of(head, n > 0 ? (size_t)n : 0);
    if (span.n >= 3 && memcmp(span.p, "\xef\xbb\xbf", 3) == 0) {
        span = plm_span_of(span.p + 3, span.n - 3);
    }
    const char separator[2] = {separator_of(span), '\0'};
    size_t at = 0;
    json_t *columns = read_row(span, &at, separator[0]);
    json_t *rows = json_array();
    json_t *row = NULL;
    while (columns != NULL && json_array_size(rows) < ROWS_MAX &&
           (row = read_row(span, &at, separator[0])) != NULL) {
        (void)json_array_append_new(rows, row);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(head);
    return json_pack("{s:s, s:s, s:I, s:o, s:o, s:s}", "upload", id, "name", name, "bytes",
                     (json_int_t)bytes, "columns", columns != NULL ? columns : json_array(), "rows",
                     rows, "separator", separator);
}

static plm_status upload(plm_api_call *call)
{
    const char *name = "";
    char id[2 * PLM_UPLOAD_ID_BYTES + 1];
    char path[PATH_MAX];
    plm_status status = plm_api_parameter_needed(call, "name", &name);
    if (status == PLM_OK && strlen(name) >= PLM_UPLOAD_NAME_MAX) {
        status = plm_api_bad_parameter(call, "name", "is too long");
    }
    if (status == PLM_OK && call->spooled_bytes == 0) {
        return plm_api_problem(call, 422, "empty", "", "the file is empty");
    }
    plm_upload_sweep(call->api);
    if (status == PLM_OK) {
        status = plm_upload_keep(call, name, id);
    }
    if (status == PLM_OK) {
        status = plm_upload_path(call->api, id, path);
    }
    return status == PLM_OK ? plm_api_json(call, 201, preview(path, id, name, call->spooled_bytes))
                            : status;
}

static plm_status drop_upload(plm_api_call *call)
{
    plm_status status = plm_upload_drop(call->api, call->arguments[0]);
    return status == PLM_OK ? plm_api_done(call) : status;
}

/* --- records -----------------------------------------------------------------------------------
 */

typedef struct record_page {
    json_t *items;
    size_t limit;
    int64_t last; /* number of the last of them */
    bool is_more;
} record_page;

static plm_status add_record(void *context, const plm_stored_record *stored)
{
    record_page *page = (record_page *)context;
    if (json_array_size(page->items) == page->limit) {
        page->is_more = true;
        return PLM_OK;
    }
    page->last = stored->number;
    json_t *record = plm_api_record(stored->number, stored->register_name, &stored->record);
    return json_array_append_new(page->items, record) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status read_record(plm_store *store, int64_t number, json_t **out)
{
    plm_arena arena;
    plm_stored_record stored;
    plm_arena_init(&arena, RECORD_ARENA_MAX);
    plm_status status = plm_store_get_record(store, number, &arena, &stored);
    if (status == PLM_OK) {
        *out = plm_api_record(stored.number, stored.register_name, &stored.record);
        status = *out != NULL ? PLM_OK : PLM_E_NOMEM;
    }
    plm_arena_wipe(&arena);
    return status;
}

/* The value as records have it: what people type is canonicalised as what files have. */
static plm_status read_value(plm_api_call *call, plm_record_query *q, plm_ident *ident)
{
    const char *value = plm_api_or_empty(call, "value");
    const char *country = plm_api_or_empty(call, "country");
    char code[3] = "";
    plm_ident_type type;
    q->type = plm_api_or_empty(call, "type");
    if ((q->type[0] == '\0') != (value[0] == '\0')) {
        return plm_api_bad_parameter(call, "value", "type and value go together");
    }
    if (q->type[0] == '\0') {
        return PLM_OK;
    }
    if (plm_ident_type_find(&type, q->type) != PLM_OK) {
        return plm_api_bad_parameter(call, "type", "there is no such type of identifier");
    }
    if (country[0] != '\0' && plm_country_find(code, plm_span_str(country)) != PLM_OK) {
        return plm_api_bad_parameter(call, "country", "is no country");
    }
    plm_status status = plm_ident_canonicalise(type, code, plm_span_str(value), ident);
    if (status == PLM_E_REJECTED) {
        return plm_api_bad_parameter(call, "value", plm_ident_reason_text(ident->reason));
    }
    q->canonical = ident->canonical;
    return status;
}

static plm_status search_records(plm_api_call *call)
{
    static plm_ident ident;
    plm_record_query q = {.canonical = ""};
    record_page page = {.items = json_array()};
    char next[24] = "";
    q.source_id = plm_api_or_empty(call, "id");
    q.register_name = plm_api_or_empty(call, "register");
    plm_status status = plm_api_limit(call, &page.limit);
    if (status == PLM_OK) {
        status = plm_api_parameter_number(call, "cursor", 0, INT64_MAX, &q.after);
    }
    if (status == PLM_OK) {
        status = read_value(call, &q, &ident);
    }
    if (status == PLM_OK) {
        status =
            plm_store_page_records(call->api->node->store, &q, page.limit + 1, add_record, &page);
    }
    if (status == PLM_OK) {
        if (page.is_more) {
            (void)snprintf(next, sizeof next, "%" PRId64, page.last);
        }
        status = plm_api_page(call, json_incref(page.items), next);
    }
    json_decref(page.items);
    return status;
}

static plm_status get_record(plm_api_call *call)
{
    int64_t number = 0;
    json_t *record = NULL;
    plm_status status = plm_api_argument_number(call, 0, INT64_MAX, &number);
    if (status == PLM_OK) {
        status = read_record(call->api->node->store, number, &record);
    }
    return status == PLM_OK ? plm_api_json(call, 200, record) : status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/uploads", PLM_API_STAFF, PLM_API_SPOOL, PLM_API_BYTES, UPLOAD_MAX, upload,
     "name"},
    {"DELETE", "/v1/uploads/{upload}", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, drop_upload, NULL},
    {"GET", "/v1/records", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, search_records,
     "type value country id register limit cursor"},
    {"GET", "/v1/records/{number}", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_record, NULL},
};

const plm_api_table plm_api_record_routes = {routes, sizeof routes / sizeof *routes};
