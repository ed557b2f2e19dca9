/* SPDX-License-Identifier: Apache-2.0 */
#include "request/document.h"

#include "accord/accord.h"
#include "request/document_fields.h"

#include <string.h>

const char *const plm_request_kinds[] = {
    "information",         "identity",      "extradition",
    "joint-investigation", "hearing",       "search-and-seizure",
    "victim-protection",   "firearm-trace", NULL};

static const char *const kind_titles[PLM_REQUEST_KIND_COUNT] = {
    "Information (UNTOC art. 18(3), 27)",
    "Confirmation of identity (UNTOC art. 18(3)(g), 27(1)(b))",
    "Extradition (UNTOC art. 16)",
    "Joint investigation (UNTOC art. 19)",
    "Hearing of a person (UNTOC art. 18(3)(a), 18(18))",
    "Search, seizure or freezing (UNTOC art. 18(3)(c), 13)",
    "Protection and return of a victim (Trafficking Protocol art. 6 to 8)",
    "Trace of a firearm (Firearms Protocol art. 12)",
};

const char *plm_request_kind_title(plm_request_kind kind)
{
    return (unsigned)kind < PLM_REQUEST_KIND_COUNT ? kind_titles[kind] : "unknown";
}

enum {
    TEXT_MAX = 1 << 16,
    LIST_MAX = 64,
    MEMBERS_MAX = 40
};

/* The root's members, or those of one group. */
static void list_members(const char *group, const char *members[static MEMBERS_MAX])
{
    size_t n = 0;
    if (group == NULL) {
        for (size_t i = 0; i < plm_document_n_fixed; i++) {
            members[n++] = plm_document_fixed[i];
        }
    }
    for (size_t i = 0; i < plm_document_n_fields && n < MEMBERS_MAX - 1; i++) {
        const plm_document_field *f = &plm_document_fields[i];
        bool is_here =
            group == NULL ? f->group == NULL : f->group != NULL && strcmp(f->group, group) == 0;
        if (is_here) {
            members[n++] = f->name;
        }
    }
    members[n] = NULL;
}

static plm_status read_date(const plm_json_at *at)
{
    const char *text;
    plm_date date;
    plm_status status = plm_json_string(at, 4, 10, &text);
    if (status == PLM_OK && plm_date_parse(&date, plm_span_str(text)) != PLM_OK) {
        status = plm_json_error(at, "not a date: YYYY-MM-DD, YYYY-MM or YYYY");
    }
    return status;
}

static plm_status read_list(const plm_json_at *at, bool is_offences)
{
    size_t n = 0;
    plm_status status = plm_json_array(at, 0, LIST_MAX, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at one = plm_json_element(at, i);
        const char *text;
        status = plm_json_string(&one, 1, 200, &text);
        if (status == PLM_OK && is_offences && plm_offence_find(text) == NULL) {
            status = plm_json_error(&one, "not in the catalogue of treaty offences");
        }
    }
    return status;
}

/* Texts may have several lines; no other control character. */
static plm_status read_text(const plm_json_at *at)
{
    if (!json_is_string(at->value)) {
        return plm_json_error(at, "must be a string");
    }
    const char *text = json_string_value(at->value);
    size_t n = json_string_length(at->value);
    if (n > TEXT_MAX) {
        return plm_json_error(at, "must be at most %d bytes", TEXT_MAX);
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
            return plm_json_error(at, "must not have control characters");
        }
    }
    return PLM_OK;
}

static plm_status read_field(const plm_json_at *object, const plm_document_field *f)
{
    const plm_json_at at = plm_json_member(object, f->name);
    bool flag;
    if (at.value == NULL) {
        return PLM_OK;
    }
    switch (f->type) {
    case 'd':
        return read_date(&at);
    case 'f':
        return plm_json_boolean(&at, &flag);
    case 'l':
        return read_list(&at, f->group == NULL && strcmp(f->name, "offences") == 0);
    default:
        return read_text(&at);
    }
}

/* Every member is known and of its type. */
static plm_status read_fields(const plm_json_at *root)
{
    const char *members[MEMBERS_MAX];
    list_members(NULL, members);
    plm_status status = plm_json_object(root, members);
    for (size_t i = 0; status == PLM_OK && i < plm_document_n_groups; i++) {
        const plm_json_at group = plm_json_member(root, plm_document_groups[i]);
        if (group.value != NULL) {
            list_members(plm_document_groups[i], members);
            status = plm_json_object(&group, members);
        }
    }
    for (size_t i = 0; status == PLM_OK && i < plm_document_n_fields; i++) {
        const plm_document_field *f = &plm_document_fields[i];
        if (f->group == NULL) {
            status = read_field(root, f);
            continue;
        }
        const plm_json_at group = plm_json_member(root, f->group);
        if (group.value != NULL) {
            status = read_field(&group, f);
        }
    }
    return status;
}

static plm_status read_head(plm_document *d, const plm_json_at *root)
{
    static const char *const formats[] = {"request/1", NULL};
    static const char *const directions[] = {"ask", "offer", NULL};
    const plm_json_at format = plm_json_member(root, "palermo");
    const plm_json_at kind = plm_json_member(root, "kind");
    const plm_json_at direction = plm_json_member(root, "direction");
    const plm_json_at urgent = plm_json_member(root, "urgent");
    const plm_json_at conditions = plm_json_member(root, "conditions");
    size_t i = 0;
    plm_status status = plm_json_choice(&format, formats, &i);
    if (status == PLM_OK) {
        status = plm_json_choice(&kind, plm_request_kinds, &i);
        d->kind = (plm_request_kind)i;
    }
    i = 0;
    if (status == PLM_OK && direction.value != NULL) {
        status = plm_json_choice(&direction, directions, &i);
    }
    d->is_offer = i == 1;
    if (status == PLM_OK && urgent.value != NULL) {
        status = plm_json_boolean(&urgent, &d->is_urgent);
    }
    return status == PLM_OK ? plm_conditions_read(&d->conditions, &conditions) : status;
}

/* Something to read at "/a" or "/a/b": not empty, not of blanks alone. */
static bool is_there(const json_t *root, const char *pointer)
{
    char first[32];
    const char *slash = strchr(pointer + 1, '/');
    size_t n = slash != NULL ? (size_t)(slash - pointer - 1) : strlen(pointer + 1);
    memcpy(first, pointer + 1, n);
    first[n] = '\0';
    const json_t *value = json_object_get(root, first);
    if (slash != NULL) {
        value = json_object_get(value, slash + 1);
    }
    const char *text = json_string_value(value);
    return text != NULL ? text[strspn(text, " \t\n")] != '\0'
                        : json_is_boolean(value) || json_array_size(value) > 0;
}

plm_status plm_document_read(plm_document *out, json_t *root, const plm_diag_sink *sink,
                             const char *file, plm_missing_fn *fn, void *context)
{
    const plm_json_at at = plm_json_root(root, sink, file, 0);
    plm_document d = {0};
    plm_status status = read_fields(&at);
    if (status == PLM_OK) {
        status = read_head(&d, &at);
    }
    if (status != PLM_OK) {
        return status;
    }
    unsigned which = 1U << d.kind;
    for (size_t i = 0; i < plm_document_n_mandatory; i++) {
        const plm_mandatory *m = &plm_document_mandatory[i];
        if (((d.is_offer ? m->offer : m->ask) & which) && !is_there(root, m->pointer)) {
            d.n_missing++;
            if (fn != NULL) {
                fn(context, m->pointer, m->what, m->article);
            }
        }
    }
    *out = d;
    return PLM_OK;
}

plm_status plm_document_parse(plm_document *out, json_t **root, plm_span text,
                              const plm_diag_sink *sink, const char *file, plm_missing_fn *fn,
                              void *context)
{
    json_t *value = NULL;
    plm_status status = plm_json_parse(&value, text, sink, file, 1);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_document_read(out, value, sink, file, fn, context);
    if (status == PLM_OK && root != NULL) {
        *root = value;
    } else {
        json_decref(value);
    }
    return status;
}
