/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_daemon.h"

#include "node/lookup_json.h"
#include "node/lookup_sets.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 4 << 20, /* of a batch */
    ANSWER_MAX_BYTES = 32 << 20,
    CALLERS_MAX = 64,
    CONNECT_MS = 10000,
    POLL_MS = 250
};

typedef struct daemon_state {
    const plm_lookup_daemon_config *config;
    pthread_mutex_t mutex;
    pthread_cond_t idle;
    plm_lookup_sets sets;
    unsigned n_callers;
    atomic_bool is_over;
} daemon_state;

typedef struct caller {
    daemon_state *state;
    int fd;
} caller;

static plm_status address_of(struct sockaddr_un *out, const char *directory)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n = snprintf(out->sun_path, sizeof out->sun_path, "%s/%s", directory, PLM_LOOKUP_SOCKET);
    return n < 0 || (size_t)n >= sizeof out->sun_path ? PLM_E_LIMIT : PLM_OK;
}

/* The first thing that is wrong, for the answer. */
typedef struct complaint {
    char field[256];
    char reason[256];
    plm_refusal refusal; /* with PLM_E_REFUSED */
} complaint;

static void take_complaint(void *context, const plm_diag *diag)
{
    complaint *c = (complaint *)context;
    if (c->reason[0] == '\0') {
        (void)snprintf(c->field, sizeof c->field, "%s", diag->field != NULL ? diag->field : "");
        (void)snprintf(c->reason, sizeof c->reason, "%s", diag->reason);
    }
}

static plm_status answer(daemon_state *d, plm_span line, plm_buf *out, complaint *c)
{
    const plm_diag_sink sink = {take_complaint, c};
    json_t *root = NULL;
    plm_lookup_set *set = NULL;
    plm_lookup_request *request = (plm_lookup_request *)calloc(1, sizeof *request);
    if (request == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = plm_json_parse(&root, line, &sink, NULL, 0);
    if (status == PLM_OK) {
        const plm_json_at at = plm_json_root(root, &sink, NULL, 0);
        status = plm_lookup_request_read(request, &at, plm_date_of_ms(plm_wall_ms()));
        if (status == PLM_OK) {
            status = plm_lookup_sets_take(&d->sets, request, &set, &c->refusal, c->reason,
                                          sizeof c->reason);
        }
        if (status == PLM_OK) {
            (void)plm_lookups_wait_ready(set->lookups, CONNECT_MS);
            status = plm_lookup_answer_json(set->lookups, request, out);
            plm_lookup_sets_let_go(&d->sets, set);
            if (status == PLM_E_INVALID) {
                (void)snprintf(c->field, sizeof c->field, "/subject");
                (void)snprintf(c->reason, sizeof c->reason,
                               "by the rules nothing can be asked with these identifiers");
            }
        }
        plm_lookup_request_wipe(request);
    }
    json_decref(root);
    free(request);
    return status;
}

static void answer_line(daemon_state *d, plm_span line, plm_buf *out)
{
    complaint c = {.field = ""};
    plm_buf_clear(out);
    plm_status status = answer(d, line, out, &c);
    if (status != PLM_OK) {
        json_t *error =
            json_pack("{s:{s:s, s:s, s:s}}", "error", "status", plm_status_name(status), "field",
                      c.field, "reason", c.reason[0] ? c.reason : plm_status_sentence(status));
        if (status == PLM_E_REFUSED) {
            (void)json_object_set_new(json_object_get(error, "error"), "refusal",
                                      json_string(plm_refusal_name(c.refusal.code)));
        }
        plm_buf_clear(out);
        status = error == NULL ? PLM_E_NOMEM : plm_json_dump(error, false, out);
        json_decref(error);
    }
    plm_status ended = status == PLM_OK ? plm_buf_append_u8(out, '\n') : status;
    (void)ended; /* without memory the caller gets an empty answer: it sees the end */
}

static bool send_all(int fd, plm_span bytes)
{
    while (bytes.n > 0) {
        const ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        if (n > 0) {
            bytes = plm_span_of(bytes.p + n, bytes.n - (size_t)n);
        }
    }
    return true;
}

/* Reads until there is a line; its length without the end in *n. */
static bool read_line(int fd, const atomic_bool *is_over, plm_buf *in, size_t *n)
{
    size_t n_seen = 0;
    for (;;) {
        const uint8_t *end = in->n > n_seen
                                 ? (const uint8_t *)memchr(in->data + n_seen, '\n', in->n - n_seen)
                                 : NULL;
        n_seen = in->n;
        if (end != NULL) {
            *n = (size_t)(end - in->data);
            return true;
        }
        struct pollfd wait = {fd, POLLIN, 0};
        const int ready = poll(&wait, 1, POLL_MS);
        if (is_over != NULL && atomic_load(is_over)) {
            return false;
        }
        if (ready <= 0) {
            continue;
        }
        uint8_t bytes[16384];
        const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0 || plm_buf_append(in, bytes, (size_t)got) != PLM_OK) {
            return false;
        }
    }
}

static void *serve_caller(void *context)
{
    caller *c = (caller *)context;
    daemon_state *d = c->state;
    plm_buf in;
    plm_buf out;
    size_t n;
    plm_buf_init(&in, LINE_MAX_BYTES);
    plm_buf_init(&out, ANSWER_MAX_BYTES);
    while (read_line(c->fd, &d->is_over, &in, &n)) {
        answer_line(d, plm_span_of(in.data, n), &out);
        plm_buf_consume(&in, n + 1);
        if (!send_all(c->fd, plm_buf_span(&out))) {
            break;
        }
    }
    plm_buf_wipe(&in);
    plm_buf_wipe(&out);
    (void)close(c->fd);
    free(c);
    (void)pthread_mutex_lock(&d->mutex);
    d->n_callers--;
    (void)pthread_cond_signal(&d->idle);
    (void)pthread_mutex_unlock(&d->mutex);
    return NULL;
}

static void take_caller(daemon_state *d, int listener)
{
    pthread_t thread;
    caller *c = (caller *)calloc(1, sizeof *c);
    const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (c == NULL || fd < 0) {
        free(c);
        if (fd >= 0) {
            (void)close(fd);
        }
        return;
    }
    *c = (caller){d, fd};
    (void)pthread_mutex_lock(&d->mutex);
    const bool has_room = d->n_callers < CALLERS_MAX;
    d->n_callers += has_room;
    (void)pthread_mutex_unlock(&d->mutex);
    if (has_room && pthread_create(&thread, NULL, serve_caller, c) == 0) {
        (void)pthread_detach(thread);
        return;
    }
    (void)pthread_mutex_lock(&d->mutex);
    d->n_callers -= has_room;
    (void)pthread_mutex_unlock(&d->mutex);
    (void)close(fd);
    free(c);
}

static int listen_at(const struct sockaddr_un *address)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)unlink(address->sun_path); /* of a process that was killed: the node has one at a time */
    const mode_t before = umask(0177);
    const bool is_bound =
        fd >= 0 && bind(fd, (const struct sockaddr *)(const void *)address, sizeof *address) == 0;
    (void)umask(before);
    if (!is_bound || listen(fd, CALLERS_MAX) != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return -1;
    }
    return fd;
}

plm_status plm_lookup_daemon_run(const plm_lookup_daemon_config *config)
{
    static daemon_state d;
    struct sockaddr_un address;
    plm_status status = address_of(&address, config->directory);
    if (status != PLM_OK) {
        return status;
    }
    d = (daemon_state){.config = config, .sets = {.node = config->node, .store = config->store}};
    const int listener = listen_at(&address);
    if (listener < 0 || pthread_mutex_init(&d.mutex, NULL) != 0 ||
        pthread_mutex_init(&d.sets.mutex, NULL) != 0 || pthread_cond_init(&d.idle, NULL) != 0) {
        return PLM_E_IO;
    }
    status = config->confine(config->context);
    if (status != PLM_OK) {
        (void)close(listener);
        (void)unlink(address.sun_path);
        return status;
    }
    while (*config->stop == 0) {
        struct pollfd waits[] = {{listener, POLLIN, 0}, {config->until, POLLIN, 0}};
        const int n = poll(waits, 2, POLL_MS);
        if (n > 0 && waits[1].revents != 0) {
            break;
        }
        if (n > 0) {
            take_caller(&d, listener);
        }
    }
    atomic_store(&d.is_over, true);
    (void)close(listener);
    (void)unlink(address.sun_path);
    (void)pthread_mutex_lock(&d.mutex);
    while (d.n_callers > 0) {
        (void)pthread_cond_wait(&d.idle, &d.mutex);
    }
    (void)pthread_mutex_unlock(&d.mutex);
    plm_lookup_sets_close(&d.sets);
    return PLM_OK;
}

plm_status plm_lookup_daemon_ask(const char *directory, plm_span request, plm_buf *out)
{
    struct sockaddr_un address;
    plm_buf in;
    size_t n = 0;
    if (request.n > 0 && memchr(request.p, '\n', request.n) != NULL) {
        return PLM_E_SYNTAX;
    }
    if (address_of(&address, directory) != PLM_OK) {
        return PLM_E_UNREACHABLE;
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        connect(fd, (const struct sockaddr *)(const void *)&address, sizeof address) != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return PLM_E_UNREACHABLE;
    }
    plm_buf_init(&in, ANSWER_MAX_BYTES);
    const bool is_there =
        send_all(fd, request) && send_all(fd, plm_span_str("\n")) && read_line(fd, NULL, &in, &n);
    plm_status status = is_there ? plm_buf_append(out, in.data, n) : PLM_E_TRUNCATED;
    plm_buf_wipe(&in);
    (void)close(fd);
    return status;
}
