/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_exchange.c - one request: asking a clerk, passing the body on, waiting for the answer.
 */
#include "api/front.h"
#include "api/front_internal.h"
#include "api/origin.h"
#include "net/local.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    QUEUED_MOST = 1 << 20 /* of a body, before its sender must wait */
};

plm_exchange *plm_exchange_create(plm_front *front, const char *target)
{
    plm_exchange *x = (plm_exchange *)calloc(1, sizeof *x);
    if (x == NULL) {
        return NULL;
    }
    x->target = strdup(target);
    if (x->target == NULL) {
        free(x);
        return NULL;
    }
    x->front = front;
    x->control.fd = -1;
    x->next = front->exchanges;
    front->exchanges = x;
    return x;
}

void plm_exchange_destroy(plm_exchange *x)
{
    plm_exchange **at = &x->front->exchanges;
    while (*at != x) {
        at = &(*at)->next;
    }
    *at = x->next;
    plm_control_wipe(&x->control);
    free(x->target);
    free(x);
}

static enum MHD_Result sleep_on(plm_exchange *x)
{
    x->is_suspended = true;
    plm_mhd.MHD_suspend_connection(x->connection);
    return MHD_YES;
}

/* False: the header is too long to be one of ours. */
static bool take_header(const plm_exchange *x, const char *name, char *out, size_t size)
{
    const char *value = plm_front_header(x, name);
    const size_t n = strlen(value);
    if (n >= size) {
        return false;
    }
    memcpy(out, value, n + 1);
    return true;
}

/* The counters of this front, in the text form of Prometheus. */
static void write_counts(const plm_front *front, char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size,
                                "# HELP palermo_http_answers_total Answers by class of status.\n"
                                "# TYPE palermo_http_answers_total counter\n");
    for (unsigned i = 2; i < 6 && n < size; i++) {
        n += (size_t)snprintf(out + n, size - n,
                              "palermo_http_answers_total{front=\"%s\",class=\"%uxx\"} %" PRIu64
                              "\n",
                              front->is_local ? "local" : "web", i, front->n_answers[i]);
    }
}

/* How long the body is; false: it does not say so in a way that we take. */
static bool body_bytes_of(const plm_exchange *x, uint64_t *out)
{
    const char *length = plm_front_header(x, "Content-Length");
    if (plm_front_header(x, "Transfer-Encoding")[0] != '\0') {
        *out = PLM_CHANNEL_UNKNOWN;
        return length[0] == '\0';
    }
    if (length[0] == '\0') {
        *out = 0;
        return true;
    }
    if (strspn(length, "0123456789") != strlen(length) || strlen(length) > 18) {
        return false;
    }
    *out = strtoull(length, NULL, 10);
    return true;
}

static bool fill_ask(const plm_exchange *x, const char *method, plm_channel_ask *ask)
{
    const union MHD_ConnectionInfo *info =
        plm_mhd.MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const bool is_forwarded = plm_front_header(x, "Forwarded")[0] != '\0' ||
                              plm_front_header(x, "X-Forwarded-For")[0] != '\0' ||
                              plm_front_header(x, "Via")[0] != '\0';
    if (strlen(method) >= sizeof ask->method || strlen(x->target) >= sizeof ask->target ||
        !take_header(x, "Authorization", ask->authorization, sizeof ask->authorization) ||
        !take_header(x, "Cookie", ask->cookie, sizeof ask->cookie) ||
        !take_header(x, "Palermo-CSRF", ask->csrf, sizeof ask->csrf) ||
        !take_header(x, "Palermo-Officer", ask->officer, sizeof ask->officer) ||
        !take_header(x, "Idempotency-Key", ask->idempotency_key, sizeof ask->idempotency_key) ||
        !take_header(x, "Content-Type", ask->content_type, sizeof ask->content_type) ||
        !body_bytes_of(x, &ask->body_bytes)) {
        return false;
    }
    memcpy(ask->method, method, strlen(method) + 1);
    memcpy(ask->target, x->target, strlen(x->target) + 1);
    write_counts(x->front, ask->counts, sizeof ask->counts);
    /* Who comes through a proxy is not the node's own user, although the proxy may be. */
    ask->is_operator = x->front->is_local && !is_forwarded && info != NULL &&
                       plm_net_is_of(info->connect_fd, x->front->user);
    ask->is_secure = strncmp(x->front->origin, "https://", 8) == 0;
    return true;
}

/* Hands one end of a new pair to the desk, whose clerk will be at it. */
static plm_status open_channel(plm_exchange *x, const plm_channel_ask *ask)
{
    int pair[2];
    plm_buf payload;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return PLM_E_IO;
    }
    plm_status status = plm_control_init(&x->control, pair[0]);
    if (status == PLM_OK) {
        status = plm_net_send_fd(PLM_FRONT_DESK_FD, pair[1]);
    }
    (void)close(pair[1]);
    plm_buf_init(&payload, PLM_CONTROL_MESSAGE_MAX);
    if (status == PLM_OK) {
        status = plm_channel_write_ask(&payload, ask);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&x->control, (plm_control_type)PLM_CHANNEL_ASK,
                                   plm_buf_span(&payload));
    }
    plm_buf_wipe(&payload);
    return status == PLM_OK ? plm_control_step(&x->control) : status;
}

static bool is_api(const char *target)
{
    return strncmp(target, "/v1/", 4) == 0 || strcmp(target, "/v1") == 0 ||
           strncmp(target, "/metrics", 8) == 0;
}

static enum MHD_Result begin_file(plm_exchange *x, const char *method)
{
    char path[256];
    const size_t n = strcspn(x->target, "?");
    if (n >= sizeof path) {
        return plm_front_send_problem(x, 404, "no-resource", "there is no such page");
    }
    memcpy(path, x->target, n);
    path[n] = '\0';
    const plm_asset *asset = plm_asset_find(path);
    return asset != NULL ? plm_front_send_asset(x, asset, method)
                         : plm_front_send_problem(x, 404, "no-resource", "there is no such page");
}

static enum MHD_Result begin(plm_exchange *x, const char *method)
{
    static plm_channel_ask ask; /* of one request at a time */
    const char *host = plm_front_header(x, "Host");
    memset(&ask, 0, sizeof ask);
    if (!x->front->is_local && !plm_origin_is_our_host(host, x->front->origin)) {
        return plm_front_send_problem(x, 421, "host", "this is not the host of that name");
    }
    if (!is_api(x->target)) {
        return begin_file(x, method);
    }
    if (!plm_origin_is_same(host, plm_front_header(x, "Origin"),
                            plm_front_header(x, "Sec-Fetch-Site"))) {
        return plm_front_send_problem(x, 403, "origin", "another site may not ask here");
    }
    if (!fill_ask(x, method, &ask)) {
        return plm_front_send_problem(x, 400, "headers",
                                      "the address or a header is too long or malformed");
    }
    if (open_channel(x, &ask) != PLM_OK) {
        return plm_front_send_problem(x, 503, "busy", "the node is busy; try again");
    }
    x->state = PLM_EXCHANGE_ASKED;
    return sleep_on(x);
}

/* What the clerk said until there is an answer. */
static void take_words(plm_exchange *x)
{
    plm_control_message message;
    while (!x->has_answer && !x->is_gone && x->control.fd >= 0) {
        const plm_status status = plm_control_next(&x->control, &message);
        if (status == PLM_E_NOT_FOUND) {
            return;
        }
        if (status == PLM_OK && (plm_channel_type)message.type == PLM_CHANNEL_GO_ON) {
            x->may_send_body = true;
        } else if (status == PLM_OK && (plm_channel_type)message.type == PLM_CHANNEL_ANSWER &&
                   plm_channel_read_answer(&x->answer, message.payload) == PLM_OK) {
            x->has_answer = true;
        } else {
            x->is_gone = true;
        }
    }
}

static enum MHD_Result send_what_there_is(plm_exchange *x)
{
    return x->has_answer ? plm_front_send_answer(x)
                         : plm_front_send_problem(x, 503, "busy", "the node is busy; try again");
}

/* More of the body, or its end. */
static enum MHD_Result pass_body(plm_exchange *x, const char *data, size_t *n)
{
    if (*n == 0) {
        x->state = PLM_EXCHANGE_WAITING;
        if (!x->has_answer && !x->is_gone) {
            x->is_gone = plm_control_queue(&x->control, (plm_control_type)PLM_CHANNEL_BODY_END,
                                           plm_span_of(NULL, 0)) != PLM_OK ||
                         plm_control_step(&x->control) != PLM_OK;
        }
        return x->has_answer || x->is_gone ? send_what_there_is(x) : sleep_on(x);
    }
    if (x->has_answer || x->is_gone) {
        *n = 0; /* it was refused half-way: the rest is read and forgotten */
        return MHD_YES;
    }
    if (x->control.out.n > QUEUED_MOST) {
        return sleep_on(x);
    }
    const size_t piece = *n < PLM_CHANNEL_STEP ? *n : PLM_CHANNEL_STEP;
    x->is_gone = plm_control_queue(&x->control, (plm_control_type)PLM_CHANNEL_BODY,
                                   plm_span_of(data, piece)) != PLM_OK ||
                 plm_control_step(&x->control) != PLM_OK;
    *n -= piece;
    return MHD_YES;
}

enum MHD_Result plm_exchange_step(plm_exchange *x, struct MHD_Connection *connection,
                                  const char *method, const char *data, size_t *n)
{
    x->connection = connection;
    switch (x->state) {
    case PLM_EXCHANGE_NEW:
        return begin(x, method);
    case PLM_EXCHANGE_ASKED:
        if (x->has_answer || x->is_gone) {
            return send_what_there_is(x);
        }
        if (!x->may_send_body) {
            return sleep_on(x);
        }
        x->state = PLM_EXCHANGE_BODY;
        return *n > 0 ? pass_body(x, data, n) : MHD_YES;
    case PLM_EXCHANGE_BODY:
        return pass_body(x, data, n);
    case PLM_EXCHANGE_WAITING:
        return x->has_answer || x->is_gone ? send_what_there_is(x) : sleep_on(x);
    case PLM_EXCHANGE_DONE:
        break;
    }
    return MHD_NO;
}

bool plm_exchange_awaits_body(const plm_exchange *x)
{
    return !x->is_suspended &&
           (x->state == PLM_EXCHANGE_BODY || (x->state == PLM_EXCHANGE_ASKED && x->may_send_body));
}

void plm_exchange_see_off(plm_exchange *x, int client_fd)
{
    char byte;
    if (x->is_suspended && x->state == PLM_EXCHANGE_DONE &&
        x->answer.bytes == PLM_CHANNEL_UNKNOWN &&
        recv(client_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
        plm_control_wipe(&x->control);
        x->is_gone = true;
        x->is_suspended = false;
        plm_mhd.MHD_resume_connection(x->connection);
    }
}

void plm_exchange_wake(plm_exchange *x)
{
    if (x->control.fd < 0 || x->piece.n > 0) {
        return; /* a piece is borrowed from what a step would move */
    }
    if (plm_control_step(&x->control) != PLM_OK) {
        x->is_gone = true;
    }
    bool is_ready;
    if (x->state == PLM_EXCHANGE_DONE) {
        is_ready = x->control.in.n > x->control.taken || x->control.ended || x->is_gone;
    } else {
        take_words(x);
        is_ready = x->has_answer || x->is_gone ||
                   (x->state == PLM_EXCHANGE_ASKED && x->may_send_body) ||
                   (x->state == PLM_EXCHANGE_BODY && x->control.out.n <= QUEUED_MOST / 2);
    }
    if (x->is_suspended && is_ready) {
        x->is_suspended = false;
        plm_mhd.MHD_resume_connection(x->connection);
    }
}
