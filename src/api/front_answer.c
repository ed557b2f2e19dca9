/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_answer.c - answers with the headers that every answer has (spec/api.md section 4).
 */
#include "api/front_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Scripts and styles of our own files alone; nothing is framed, nothing asked of anybody else. */
static const char console_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";
/* A page of ours to look at or print: its own style, pictures in it, no script. */
static const char page_policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox";
static const char data_policy[] = "default-src 'none'; frame-ancestors 'none'; sandbox";

const char *plm_front_header(const plm_exchange *x, const char *name)
{
    const char *value = plm_mhd.MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
    return value != NULL ? value : "";
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    /* It fails without memory, or on a value that is no header: then it is left out. */
    (void)plm_mhd.MHD_add_response_header(response, name, value);
}

static enum MHD_Result send_it(plm_exchange *x, unsigned status, struct MHD_Response *response,
                               const char *policy)
{
    if (response == NULL) {
        return MHD_NO;
    }
    add(response, "Content-Security-Policy", policy);
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "X-Frame-Options", "DENY");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    add(response, "Cross-Origin-Opener-Policy", "same-origin");
    const enum MHD_Result result = plm_mhd.MHD_queue_response(x->connection, status, response);
    plm_mhd.MHD_destroy_response(response);
    x->front->n_answers[status / 100 < 6 ? status / 100 : 0]++;
    x->state = PLM_EXCHANGE_DONE;
    return result;
}

enum MHD_Result plm_front_send_problem(plm_exchange *x, unsigned status, const char *code,
                                       const char *detail)
{
    char body[512];
    const int n = snprintf(body, sizeof body,
                           "{\"code\":\"%s\",\"detail\":\"%s\",\"status\":%u,\"title\":\"The "
                           "request was not taken\",\"type\":\"urn:palermo:problem:%s\"}",
                           code, detail, status, code);
    struct MHD_Response *response =
        plm_mhd.MHD_create_response_from_buffer((size_t)n, body, MHD_RESPMEM_MUST_COPY);
    if (response != NULL) {
        add(response, "Content-Type", "application/problem+json");
        add(response, "Cache-Control", "no-store");
        if (status == MHD_HTTP_SERVICE_UNAVAILABLE) {
            add(response, "Retry-After", "1");
        }
    }
    return send_it(x, status, response, data_policy);
}

/* Whether the browser takes gzip: it names it, and not with q=0. */
static bool takes_gzip(const plm_exchange *x)
{
    const char *found = strstr(plm_front_header(x, "Accept-Encoding"), "gzip");
    return found != NULL && strncmp(found + 4, ";q=0", 4) != 0;
}

enum MHD_Result plm_front_send_asset(plm_exchange *x, const plm_asset *asset, const char *method)
{
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        return plm_front_send_problem(x, 405, "method", "files are only read");
    }
    const bool is_known = strcmp(plm_front_header(x, "If-None-Match"), asset->etag) == 0;
    const bool is_gzip = asset->gzip != NULL && takes_gzip(x);
    /* MHD only reads what is given to it as persistent. */
    union {
        const uint8_t *in;
        void *out;
    } bytes = {is_gzip ? asset->gzip : asset->bytes};
    struct MHD_Response *response = plm_mhd.MHD_create_response_from_buffer(
        is_known ? 0 : (is_gzip ? asset->gzip_n : asset->n), bytes.out, MHD_RESPMEM_PERSISTENT);
    if (response != NULL) {
        add(response, "ETag", asset->etag);
        add(response, "Cache-Control",
            asset->is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
        add(response, "Vary", "Accept-Encoding");
        if (!is_known) {
            add(response, "Content-Type", asset->type);
        }
        if (is_gzip && !is_known) {
            add(response, "Content-Encoding", "gzip");
        }
    }
    return send_it(x, is_known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response, console_policy);
}

/* The next bytes of the answer, as the clerk sends them. */
static ssize_t read_answer(void *context, uint64_t position, char *out, size_t max)
{
    plm_exchange *x = (plm_exchange *)context;
    (void)position;
    while (x->piece.n == 0) {
        plm_control_message message;
        if (x->has_ended) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        plm_status status = x->control.fd >= 0 ? plm_control_step(&x->control) : PLM_E_CANCELLED;
        if (status == PLM_OK) {
            status = plm_control_next(&x->control, &message);
        }
        if (status == PLM_E_NOT_FOUND) {
            x->is_suspended = true;
            plm_mhd.MHD_suspend_connection(x->connection);
            return 0;
        }
        if (status != PLM_OK || ((plm_channel_type)message.type != PLM_CHANNEL_DATA &&
                                 (plm_channel_type)message.type != PLM_CHANNEL_END)) {
            return MHD_CONTENT_READER_END_WITH_ERROR;
        }
        x->has_ended = (plm_channel_type)message.type == PLM_CHANNEL_END;
        x->piece = x->has_ended ? plm_span_of(NULL, 0) : message.payload;
    }
    const size_t n = x->piece.n < max ? x->piece.n : max;
    memcpy(out, x->piece.p, n);
    x->piece = plm_span_of(x->piece.p + n, x->piece.n - n);
    return (ssize_t)n;
}

enum MHD_Result plm_front_send_answer(plm_exchange *x)
{
    const plm_channel_answer *a = &x->answer;
    char text[192];
    const bool is_stream = a->bytes == PLM_CHANNEL_UNKNOWN;
    struct MHD_Response *response = plm_mhd.MHD_create_response_from_callback(
        is_stream ? MHD_SIZE_UNKNOWN : a->bytes, 32768, read_answer, x, NULL);
    if (response != NULL) {
        add(response, "Content-Type", a->type);
        add(response, "Cache-Control", "no-store");
        if (a->cookie[0] != '\0') {
            add(response, "Set-Cookie", a->cookie);
        }
        if (a->location[0] != '\0') {
            add(response, "Location", a->location);
        }
        if (a->file_name[0] != '\0') {
            (void)snprintf(text, sizeof text, "attachment; filename=\"%s\"", a->file_name);
            add(response, "Content-Disposition", text);
        }
        if (a->retry_after_s > 0) {
            (void)snprintf(text, sizeof text, "%u", a->retry_after_s);
            add(response, "Retry-After", text);
        }
        if (a->is_replayed) {
            add(response, "Idempotency-Replayed", "true");
        }
        if (a->status == MHD_HTTP_UNAUTHORIZED) {
            add(response, "WWW-Authenticate", "Bearer realm=\"palermo\"");
        }
    }
    return send_it(x, a->status, response, a->is_page ? page_policy : data_policy);
}
