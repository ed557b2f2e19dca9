/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clerk.c - one request, from the channel to its answer.
 */
#include "api/answer.h"
#include "api/channel.h"
#include "api/desk.h"

#include "base/ct.h"
#include "base/file.h"
#include "net/net.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 60000 /* with a front that says nothing */
};

typedef struct clerk {
    const plm_desk_config *config;
    plm_control control;
    plm_channel_ask ask;
    plm_node node;
    plm_api api;
    plm_api_target target;
    plm_api_who who;
    plm_api_call call;
    plm_buf body;
    char spool[PATH_MAX];
    int spool_fd;
} clerk;

/* The next message; PLM_E_TIMEOUT, PLM_E_TRUNCATED (the front is gone), PLM_E_PROTOCOL. */
static plm_status next_message(clerk *c, plm_control_message *out)
{
    for (;;) {
        plm_status status = plm_control_step(&c->control);
        if (status == PLM_OK) {
            status = plm_control_next(&c->control, out);
        }
        if (status != PLM_E_NOT_FOUND) {
            return status;
        }
        struct pollfd wait = {c->control.fd, plm_control_events(&c->control), 0};
        if (poll(&wait, 1, PATIENCE_MS) == 0) {
            return PLM_E_TIMEOUT;
        }
    }
}

/* Sends what is queued, until no more than `left` bytes wait. */
static plm_status flush_to(clerk *c, size_t left)
{
    plm_status status = plm_control_step(&c->control);
    while (status == PLM_OK && c->control.out.n > left) {
        struct pollfd wait = {c->control.fd, POLLOUT, 0};
        const int ready = poll(&wait, 1, PATIENCE_MS);
        if (ready == 0 || (wait.revents & (POLLERR | POLLHUP)) != 0) {
            return PLM_E_CANCELLED;
        }
        status = plm_control_step(&c->control);
    }
    return status == PLM_OK && c->control.ended ? PLM_E_CANCELLED : status;
}

static plm_status say(clerk *c, plm_channel_type type, plm_span payload)
{
    return plm_control_queue(&c->control, (plm_control_type)type, payload);
}

static plm_status send_data(void *context, plm_span bytes)
{
    clerk *c = (clerk *)context;
    plm_status status = PLM_OK;
    for (size_t at = 0; status == PLM_OK && at < bytes.n;) {
        const size_t n = bytes.n - at < PLM_CHANNEL_STEP ? bytes.n - at : PLM_CHANNEL_STEP;
        status = say(c, PLM_CHANNEL_DATA, plm_span_of(bytes.p + at, n));
        if (status == PLM_OK) {
            status = flush_to(c, PLM_CHANNEL_STEP);
        }
        at += n;
    }
    return status == PLM_OK ? flush_to(c, 0) : status;
}

static plm_status send_answer(clerk *c)
{
    const plm_api_answer *a = &c->call.answer;
    plm_channel_answer head = {.status = a->status,
                               .retry_after_s = a->retry_after_s,
                               .is_page = a->is_page,
                               .is_replayed = a->is_replayed,
                               .bytes = !a->is_stream         ? a->body.n
                                        : a->stream_bytes > 0 ? a->stream_bytes
                                                              : PLM_CHANNEL_UNKNOWN};
    plm_buf payload;
    memcpy(head.type, a->type, sizeof head.type);
    memcpy(head.cookie, a->cookie, sizeof head.cookie);
    memcpy(head.file_name, a->file_name, sizeof head.file_name);
    memcpy(head.location, a->location, sizeof head.location);
    plm_buf_init(&payload, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_channel_write_answer(&payload, &head);
    if (status == PLM_OK) {
        status = say(c, PLM_CHANNEL_ANSWER, plm_buf_span(&payload));
    }
    plm_buf_wipe(&payload);
    if (status == PLM_OK) {
        status = send_data(c, plm_buf_span(&a->body));
    }
    if (status == PLM_OK && !a->is_stream) {
        status = say(c, PLM_CHANNEL_END, plm_span_of(NULL, 0));
    }
    return status == PLM_OK ? flush_to(c, 0) : status;
}

/* The type of the body and its length, before any of it is taken. */
static plm_status check_body(clerk *c)
{
    const plm_api_route *route = c->call.route;
    const plm_channel_ask *ask = &c->ask;
    static const char json[] = "application/json";
    const char after = ask->content_type[sizeof json - 1];
    if (route->body == PLM_API_NO_BODY && ask->body_bytes != 0) {
        (void)plm_api_problem(&c->call, 400, "body", NULL, "nothing goes with this");
        return PLM_E_INVALID;
    }
    if (ask->body_bytes != PLM_CHANNEL_UNKNOWN && ask->body_bytes > route->body_max) {
        (void)plm_api_problem(&c->call, 413, "too-large", NULL,
                              "the body has %llu bytes; at most %llu are taken here",
                              (unsigned long long)ask->body_bytes,
                              (unsigned long long)route->body_max);
        return PLM_E_LIMIT;
    }
    if (route->body == PLM_API_JSON &&
        (strncasecmp(ask->content_type, json, sizeof json - 1) != 0 ||
         (after != '\0' && after != ';' && after != ' '))) {
        (void)plm_api_problem(&c->call, 415, "content-type", NULL,
                              "the body must be application/json");
        return PLM_E_INVALID;
    }
    return PLM_OK;
}

/* A file beside the store for a body that is not kept in memory. */
static plm_status open_spool(clerk *c)
{
    char directory[PATH_MAX];
    const int n = snprintf(directory, sizeof directory, "%s/uploads", c->config->home);
    if (n < 0 || (size_t)n > sizeof c->spool - 40 ||
        (mkdir(directory, 0700) != 0 && access(directory, W_OK) != 0)) {
        return PLM_E_IO;
    }
    (void)snprintf(c->spool, sizeof c->spool, "%.4000s/part-%ld", directory, (long)getpid());
    c->spool_fd = open(c->spool, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return c->spool_fd >= 0 ? PLM_OK : PLM_E_IO;
}

static plm_status take_piece(clerk *c, plm_span piece)
{
    const uint64_t have = c->spool_fd >= 0 ? c->call.spooled_bytes : c->body.n;
    if (have + piece.n > c->call.route->body_max) {
        (void)plm_api_problem(&c->call, 413, "too-large", NULL, "at most %llu bytes are taken here",
                              (unsigned long long)c->call.route->body_max);
        return PLM_E_LIMIT;
    }
    if (c->spool_fd < 0) {
        return plm_buf_append(&c->body, piece.p, piece.n);
    }
    c->call.spooled_bytes += piece.n;
    return plm_fd_write(c->spool_fd, piece);
}

static plm_status take_body(clerk *c)
{
    plm_control_message message;
    const bool spools = (c->call.route->flags & PLM_API_SPOOL) != 0;
    plm_status status = spools ? open_spool(c) : PLM_OK;
    if (status == PLM_OK) {
        status = say(c, PLM_CHANNEL_GO_ON, plm_span_of(NULL, 0));
    }
    while (status == PLM_OK) {
        status = next_message(c, &message);
        if (status == PLM_OK && (plm_channel_type)message.type == PLM_CHANNEL_BODY_END) {
            break;
        }
        if (status == PLM_OK) {
            status = (plm_channel_type)message.type == PLM_CHANNEL_BODY
                         ? take_piece(c, message.payload)
                         : PLM_E_PROTOCOL;
        }
    }
    c->call.body = plm_buf_span(&c->body);
    c->call.spool = spools ? c->spool : NULL;
    return status;
}

/* Everything up to the handler; an answer is made if it does not come that far. */
static plm_status admit(clerk *c)
{
    const plm_channel_ask *ask = &c->ask;
    const plm_api_credentials credentials = {ask->authorization, ask->cookie, ask->csrf,
                                             ask->officer, ask->is_operator};
    const bool changes = strcmp(ask->method, "GET") != 0;
    plm_status status = plm_api_target_read(&c->target, ask->target);
    if (status != PLM_OK) {
        (void)plm_api_problem(&c->call, 400, "target", NULL, "the address is malformed");
        return status;
    }
    status = plm_api_find(&c->call, ask->method);
    if (status != PLM_OK) {
        return status;
    }
    /* Signing in needs no proof of an earlier session. */
    const bool needs_nobody = c->call.route->roles == PLM_API_EVERYBODY;
    status = plm_api_identify(&c->who, &c->api, &credentials, changes && !needs_nobody);
    if (status == PLM_E_AUTH) {
        (void)plm_api_problem(&c->call, 403, "csrf", NULL,
                              "the header Palermo-CSRF is missing or wrong");
        return status;
    }
    if (status == PLM_OK) {
        status = plm_api_admit(&c->call);
    }
    return status == PLM_OK ? check_body(c) : status;
}

static plm_status do_it(clerk *c)
{
    plm_status status = admit(c);
    if (status == PLM_OK && c->ask.body_bytes != 0) {
        status = take_body(c);
    }
    if (status == PLM_OK) {
        memcpy(c->call.idempotency_key, c->ask.idempotency_key, sizeof c->call.idempotency_key);
        plm_api_perform(&c->call);
    } else if (c->call.answer.status == 0) {
        (void)plm_api_problem_of(&c->call, status, NULL);
    }
    return status;
}

/* What the store has no part in: the front's own counters stand behind the node's. */
static plm_status add_counts(clerk *c)
{
    plm_api_answer *a = &c->call.answer;
    return a->status == 200 && c->call.route != NULL && strcmp(c->call.route->path, "/metrics") == 0
               ? plm_buf_append(&a->body, c->ask.counts, strlen(c->ask.counts))
               : PLM_OK;
}

static void serve(clerk *c)
{
    plm_status status = do_it(c);
    if (status == PLM_OK && add_counts(c) != PLM_OK) {
        (void)plm_api_problem_of(&c->call, PLM_E_NOMEM, NULL);
    }
    if (c->spool_fd >= 0) {
        (void)close(c->spool_fd);
        (void)unlink(c->spool); /* unless the handler moved it away */
    }
    plm_api_answer *a = &c->call.answer;
    const char *words = a->status >= 500 ? plm_store_error(c->node.store) : "";
    if (words[0] != '\0' && c->config->failed != NULL) {
        c->config->failed(c->config->context, words);
    }
    status = send_answer(c);
    if (a->after != NULL && (status == PLM_OK || !a->is_stream)) {
        status = a->after(&c->call, a->after_context);
        if (a->is_stream && status == PLM_OK) {
            status = say(c, PLM_CHANNEL_END, plm_span_of(NULL, 0));
            if (status == PLM_OK) {
                status = flush_to(c, 0);
            }
        }
    }
    (void)status; /* whoever asked is told, or is gone */
}

void plm_clerk_run(const plm_desk_config *config, const plm_api_listener *listener, int fd)
{
    plm_control_message message;
    clerk *c = (clerk *)calloc(1, sizeof *c);
    (void)signal(SIGPIPE, SIG_IGN);
    if (c == NULL || plm_control_init(&c->control, fd) != PLM_OK) {
        _exit(1);
    }
    c->config = config;
    c->spool_fd = -1;
    plm_buf_init(&c->body, PLM_API_ANSWER_MAX);
    c->api = (plm_api){.node = &c->node,
                       .has_seed = true,
                       .home = config->home,
                       .store = config->store,
                       .now_ms = plm_wall_ms()};
    plm_status status = next_message(c, &message);
    if (status == PLM_OK) {
        status = (plm_channel_type)message.type == PLM_CHANNEL_ASK
                     ? plm_channel_read_ask(&c->ask, message.payload)
                     : PLM_E_PROTOCOL;
    }
    if (status != PLM_OK) {
        _exit(1);
    }
    /* Whoever has taken over the front of a port may not say that this is the operator. */
    c->ask.is_operator = c->ask.is_operator && listener->is_local;
    plm_api_call_init(&c->call, &c->api, &c->target, &c->who);
    c->call.write = send_data;
    c->call.write_context = c;
    c->call.secure = c->ask.is_secure;
    status = config->prepare(config->context, &c->node);
    if (status == PLM_OK) {
        serve(c);
        plm_wipe(c->node.seed, sizeof c->node.seed);
        config->release(config->context, &c->node);
    } else {
        (void)plm_api_problem(&c->call, 503, "store", NULL, "the node's store can't be opened");
        plm_status sent = send_answer(c);
        (void)sent; /* whoever asked is told, or is gone */
    }
    plm_api_call_wipe(&c->call);
    _exit(0);
}
