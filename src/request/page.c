/* SPDX-License-Identifier: Apache-2.0 */
#include "request/page.h"

#include "request/document.h"

#include <string.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<title>Request</title>\n<style>\n"
    "@page { size: A4; margin: 20mm 18mm; }\n"
    "body { font: 11pt/1.45 'DejaVu Serif', Georgia, serif; color: #111; max-width: 46em;"
    " margin: 2em auto; padding: 0 1em; }\n"
    "h1 { font-size: 17pt; margin: 0 0 .2em; line-height: 1.2; }\n"
    "h2 { font-size: 11pt; margin: 1.6em 0 .4em; padding-bottom: .2em;"
    " border-bottom: 1px solid #111; page-break-after: avoid; }\n"
    "p.state { margin: 0 0 1em; color: #333; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { text-align: left; vertical-align: top; padding: .25em .8em .25em 0; }\n"
    "th { width: 12em; font-weight: normal; color: #444; }\n"
    "td { white-space: pre-wrap; overflow-wrap: anywhere; }\n"
    "table.steps td, table.steps th { border-top: 1px solid #bbb; }\n"
    "table.steps th { width: 5em; white-space: nowrap; }\n"
    "table.steps tr:first-child td, table.steps tr:first-child th { border-top: 0; }\n"
    "tr { page-break-inside: avoid; }\n"
    "p.note { margin-top: 2em; font-size: 9pt; color: #333; }\n"
    "@media print { body { margin: 0; max-width: none; padding: 0; } }\n"
    "</style>\n</head>\n<body>\n";

static plm_status put(plm_buf *out, const char *text)
{
    return plm_buf_append(out, text, strlen(text));
}

/* The five characters that mean something in HTML, as references; the rest as it is. */
static plm_status put_escaped(plm_buf *out, const char *text)
{
    plm_status status = PLM_OK;
    for (; status == PLM_OK && *text != '\0'; text++) {
        const char *reference = *text == '&'    ? "&amp;"
                                : *text == '<'  ? "&lt;"
                                : *text == '>'  ? "&gt;"
                                : *text == '"'  ? "&quot;"
                                : *text == '\'' ? "&#39;"
                                                : NULL;
        status = reference != NULL ? put(out, reference) : plm_buf_append(out, text, 1);
    }
    return status;
}

static plm_status put_value(plm_buf *out, const json_t *value)
{
    if (json_is_boolean(value)) {
        return put(out, json_is_true(value) ? "yes" : "no");
    }
    plm_status status = PLM_OK;
    size_t i;
    json_t *one;
    json_array_foreach(value, i, one)
    {
        if (status == PLM_OK && i > 0) {
            status = put(out, ", ");
        }
        if (status == PLM_OK && json_is_string(one)) {
            status = put_escaped(out, json_string_value(one));
        }
    }
    if (json_is_string(value)) {
        status = put_escaped(out, json_string_value(value));
    }
    return status;
}

static plm_status put_row(plm_buf *out, const char *label, const json_t *value)
{
    if (value == NULL || json_is_null(value)) {
        return PLM_OK;
    }
    plm_status status = put(out, "<tr><th>");
    if (status == PLM_OK) {
        status = put_escaped(out, label);
    }
    if (status == PLM_OK) {
        status = put(out, "</th><td>");
    }
    if (status == PLM_OK) {
        status = put_value(out, value);
    }
    return status == PLM_OK ? put(out, "</td></tr>\n") : status;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static plm_status put_heading(plm_buf *out, const json_t *view)
{
    bool is_offer = strcmp(text_of(view, "direction"), "offer") == 0;
    plm_status status = put(out, is_offer ? "<h1>Offer: " : "<h1>Request: ");
    const char *kind = text_of(view, "kind");
    for (size_t i = 0; status == PLM_OK && plm_request_kinds[i] != NULL; i++) {
        if (strcmp(plm_request_kinds[i], kind) == 0) {
            status = put_escaped(out, plm_request_kind_title((plm_request_kind)i));
        }
    }
    if (status == PLM_OK) {
        status = put(out, "</h1>\n<p class=\"state\">");
    }
    if (status == PLM_OK) {
        status = put_escaped(out, text_of(view, "state"));
    }
    if (status == PLM_OK && json_is_true(json_object_get(view, "urgent"))) {
        status = put(out, ", urgent");
    }
    return status == PLM_OK ? put(out, "</p>\n<table>\n") : status;
}

static plm_status put_fields(plm_buf *out, const json_t *document)
{
    plm_status status = put(out, "</table>\n<h2>Contents</h2>\n<table>\n");
    for (size_t i = 0; status == PLM_OK && i < plm_document_n_fields; i++) {
        const plm_document_field *f = &plm_document_fields[i];
        const json_t *object = f->group == NULL ? document : json_object_get(document, f->group);
        status = put_row(out, f->label, json_object_get(object, f->name));
    }
    return status;
}

static const struct {
    const char *key;
    const char *label;
} condition_rows[] = {{"purpose", "For this purpose alone"},
                      {"confidential", "Confidential"},
                      {"third_parties", "May be passed on"},
                      {"retention", "To be deleted after"},
                      {"assurances", "Assurances"}};

enum {
    N_CONDITION_ROWS = sizeof condition_rows / sizeof *condition_rows
};

static plm_status put_conditions(plm_buf *out, const json_t *conditions)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < N_CONDITION_ROWS; i++) {
        status = put_row(out, condition_rows[i].label,
                         json_object_get(conditions, condition_rows[i].key));
    }
    return status;
}

/* The conditions of a step, a line each. */
static plm_status put_step_conditions(plm_buf *out, const json_t *conditions)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < N_CONDITION_ROWS; i++) {
        const json_t *value = json_object_get(conditions, condition_rows[i].key);
        if (value == NULL) {
            continue;
        }
        status = put(out, "\n");
        if (status == PLM_OK) {
            status = put(out, condition_rows[i].label);
        }
        if (status == PLM_OK) {
            status = put(out, ": ");
        }
        if (status == PLM_OK) {
            status = put_value(out, value);
        }
    }
    return status;
}

static plm_status put_step(plm_buf *out, const json_t *step, const char *us, const char *them)
{
    const json_t *content = json_object_get(step, "content");
    bool is_ours = json_is_true(json_object_get(step, "ours"));
    plm_status status = put(out, "<tr><th>");
    if (status == PLM_OK) {
        status = put_escaped(out, text_of(step, "step"));
    }
    if (status == PLM_OK) {
        status = put(out, "</th><td>");
    }
    const char *words[] = {text_of(step, "time"),
                           is_ours ? us : them,
                           text_of(step, "action"),
                           text_of(step, "outcome"),
                           text_of(step, "ground_title"),
                           text_of(step, "ground_source"),
                           text_of(step, "target"),
                           json_is_true(json_object_get(step, "void")) ? "void" : "",
                           text_of(step, "erased"),
                           text_of(content, "text"),
                           text_of(json_object_get(content, "attachment"), "name")};
    for (size_t i = 0; status == PLM_OK && i < sizeof words / sizeof *words; i++) {
        if (words[i][0] == '\0') {
            continue;
        }
        status = i == 0 ? PLM_OK : put(out, i < 4 ? "  " : "\n");
        if (status == PLM_OK) {
            status = put_escaped(out, words[i]);
        }
    }
    if (status == PLM_OK) {
        status = put_step_conditions(out, json_object_get(content, "conditions"));
    }
    return status == PLM_OK ? put(out, "</td></tr>\n") : status;
}

static plm_status put_steps(plm_buf *out, const json_t *view)
{
    bool is_requester = strcmp(text_of(view, "side"), "requester") == 0;
    plm_status status = put(out, "</table>\n<h2>Course</h2>\n<table class=\"steps\">\n");
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(view, "steps"), i, step)
    {
        if (status == PLM_OK) {
            status = put_step(out, step, is_requester ? "requester" : "requested side",
                              is_requester ? "requested side" : "requester");
        }
    }
    return status;
}

plm_status plm_page_write(plm_buf *out, const json_t *view)
{
    size_t before = out->n;
    const json_t *document = json_object_get(view, "document");
    plm_status status = put(out, head);
    if (status == PLM_OK) {
        status = put_heading(out, view);
    }
    if (status == PLM_OK) {
        status = put_row(out, "Request", json_object_get(view, "request"));
    }
    if (status == PLM_OK) {
        status = put_row(out, "With", json_object_get(view, "with"));
    }
    if (status == PLM_OK) {
        status = put_row(out, "Under the accord", json_object_get(view, "accord"));
    }
    if (status == PLM_OK) {
        status = put_row(out, "Sent", json_object_get(view, "sent"));
    }
    if (status == PLM_OK) {
        status = put_row(out, "Due", json_object_get(view, "due"));
    }
    if (status == PLM_OK) {
        status = put_fields(out, document);
    }
    if (status == PLM_OK) {
        status = put(out, "</table>\n<h2>Conditions</h2>\n<table>\n");
    }
    if (status == PLM_OK) {
        status = put_conditions(out, json_object_get(document, "conditions"));
    }
    if (status == PLM_OK) {
        status = put_steps(out, view);
    }
    if (status == PLM_OK) {
        status = put(out, "</table>\n<p class=\"note\">A hit is a lead, never an identification. "
                          "What stands here may be used for its purpose alone.</p>\n"
                          "</body>\n</html>\n");
    }
    if (status != PLM_OK) {
        out->n = before;
    }
    return status;
}
