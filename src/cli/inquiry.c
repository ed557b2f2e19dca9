/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inquiry.h"

#include "api/answer.h"
#include "base/ct.h"
#include "base/file.h"
#include "cli/inquiry_store.h"
#include "cli/say.h"
#include "crypto/sign.h"
#include "net/local.h"
#include "net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BODY_MAX = 1 << 26,
    CONNECT_MS = 5000,
    AGAIN_MS = 300 /* until a node that went away is asked once more */
};

/* "Bearer " and the first line of the file. */
static plm_status read_token(plm_inquiry *s, const char *path)
{
    plm_buf text;
    plm_buf_init(&text, sizeof s->authorization);
    plm_status status = plm_file_read(path, &text);
    size_t n = 0;
    while (status == PLM_OK && n < text.n && text.data[n] > ' ' && text.data[n] < 127) {
        n++;
    }
    if (status == PLM_OK && (n == 0 || n > sizeof s->authorization - sizeof "Bearer ")) {
        plm_say_error(s->command, "%s: there is no token in it", path);
        status = PLM_E_INVALID;
    } else if (status != PLM_OK) {
        plm_say_error(s->command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : "this is no token");
        status = PLM_E_INVALID;
    } else {
        (void)snprintf(s->authorization, sizeof s->authorization, "Bearer %.*s", (int)n,
                       (const char *)text.data);
    }
    plm_buf_wipe(&text);
    return status;
}

/* Whose word counts: a token's user decides in the own name. */
static plm_status read_access(plm_inquiry *s, const plm_access *access)
{
    const char *path =
        access->token_file != NULL ? access->token_file : getenv("PALERMO_TOKEN_FILE");
    if (access->direct && access->socket != NULL) {
        plm_say_error(s->command, "--api and --direct are two ways");
        return PLM_E_ARGUMENT;
    }
    if (path == NULL || path[0] == '\0') {
        return PLM_OK;
    }
    if (s->officer[0] != '\0') {
        plm_say_error(s->command, "with a token its user decides: leave --officer out");
        return PLM_E_ARGUMENT;
    }
    return read_token(s, path);
}

/* What has no slash in it is "HOST:PORT". */
static bool is_address(const plm_inquiry *s)
{
    return strchr(s->socket, '/') == NULL && strchr(s->socket, ':') != NULL;
}

/* The fd blocks. A token would go in the clear: to this machine alone. */
static plm_status connect_node(const plm_inquiry *s, int *fd)
{
    if (!is_address(s)) {
        return plm_net_connect_local(s->socket, fd);
    }
    plm_status status = plm_net_connect(s->socket, CONNECT_MS, fd);
    if (status != PLM_OK) {
        return PLM_E_NOT_FOUND;
    }
    const int flags = fcntl(*fd, F_GETFL);
    if (!plm_net_is_loopback(*fd) || flags < 0 || fcntl(*fd, F_SETFL, flags & ~O_NONBLOCK) != 0) {
        (void)close(*fd);
        return PLM_E_IO;
    }
    return PLM_OK;
}

static bool is_there(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISSOCK(about.st_mode);
}

plm_status plm_inquiry_open(plm_inquiry *out, const plm_common *common, const plm_access *access,
                            const char *officer, const char *command)
{
    int fd;
    const char *socket = access->socket;
    *out = (plm_inquiry){.command = command, .officer = officer, .common = common};
    plm_status status = read_access(out, access);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_home_paths(&out->home, common, command);
    if (status != PLM_OK && socket == NULL) {
        return status;
    }
    (void)snprintf(out->socket, sizeof out->socket, "%s%s",
                   socket != NULL ? socket : out->home.directory,
                   socket != NULL ? "" : "/api.sock");
    status = access->direct ? PLM_E_NOT_FOUND : connect_node(out, &fd);
    if (status == PLM_OK) {
        (void)close(fd);
        out->is_remote = true;
        return PLM_OK;
    }
    if (socket != NULL) {
        plm_say_error(command, "%s: %s", socket,
                      status == PLM_E_IO ? "the API is asked on this machine alone"
                                         : "no node serves its API there");
        return PLM_E_UNREACHABLE;
    }
    if (!access->direct && is_there(out->socket)) {
        plm_say_error(command, "note: nobody serves at %s any more; on the store itself",
                      out->socket);
    }
    return plm_home_open(&out->home, common, command);
}

void plm_inquiry_close(plm_inquiry *inquiry)
{
    json_decref(inquiry->problem);
    inquiry->problem = NULL;
    plm_wipe(inquiry->authorization, sizeof inquiry->authorization);
    plm_wipe(inquiry->node.seed, sizeof inquiry->node.seed);
    plm_home_close(&inquiry->home);
}

static plm_status ask_node_once(plm_inquiry *s, const plm_http_question *question, const char *file,
                                plm_buf *answer)
{
    int fd;
    plm_http_question q = *question;
    struct stat about;
    q.body_fd = file != NULL ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (file != NULL && (q.body_fd < 0 || fstat(q.body_fd, &about) != 0 ||
                         !S_ISREG(about.st_mode) || about.st_size == 0)) {
        plm_say_error(s->command, "%s: %s", file,
                      q.body_fd < 0 ? strerror(errno) : "is no file with anything in it");
        if (q.body_fd >= 0) {
            (void)close(q.body_fd);
        }
        return PLM_E_INVALID;
    }
    q.body_bytes = file != NULL ? (uint64_t)about.st_size : 0;
    plm_status status = connect_node(s, &fd);
    if (status == PLM_OK) {
        status = plm_http_ask(fd, &q, &s->http, answer);
    }
    if (q.body_fd >= 0) {
        (void)close(q.body_fd);
    }
    return status;
}

static plm_status ask_node(plm_inquiry *s, const plm_inquiry_question *question, plm_buf *answer)
{
    char once[PLM_INQUIRY_ONCE_TEXT] = "";
    const bool reads = strcmp(question->method, "GET") == 0;
    uint8_t random[(PLM_INQUIRY_ONCE_TEXT - 1) / 2];
    if (strcmp(question->method, "POST") == 0) {
        plm_random(random, sizeof random);
        plm_hex_encode(once, random, sizeof random);
    }
    const plm_http_question q = {.method = question->method,
                                 .target = question->target,
                                 .officer = s->officer[0] != '\0' ? s->officer : NULL,
                                 .authorization =
                                     s->authorization[0] != '\0' ? s->authorization : NULL,
                                 .once = once[0] != '\0' ? once : NULL,
                                 .type = question->type,
                                 .body = question->body};
    plm_status status = ask_node_once(s, &q, question->file, answer);
    if ((reads || plm_inquiry_is_once(question)) &&
        (status == PLM_E_IO || status == PLM_E_TRUNCATED || status == PLM_E_NOT_FOUND)) {
        (void)poll(NULL, 0, AGAIN_MS);
        plm_buf_clear(answer);
        status = ask_node_once(s, &q, question->file, answer);
    }
    if (status != PLM_OK && status != PLM_E_INVALID) {
        plm_say_error(s->command, "%s: %s%s", s->socket,
                      status == PLM_E_NOMEM ? plm_status_sentence(status)
                                            : "the node stopped before it answered",
                      reads ? "" : "; look whether it was done");
        status = status == PLM_E_NOMEM ? PLM_E_IO : PLM_E_UNREACHABLE;
    }
    return status;
}

/* An error that nobody has said yet. */
static plm_status say(const plm_inquiry *s, plm_status status)
{
    plm_say_error(s->command, "%s", plm_status_sentence(status));
    return status;
}

plm_status plm_inquiry_parse(const plm_inquiry *s, const plm_buf *answer, json_t **out)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_status status = plm_json_parse(out, plm_buf_span(answer), &quiet, NULL, 0);
    return status == PLM_OK ? PLM_OK : say(s, status);
}

plm_status plm_inquiry_ask(plm_inquiry *s, const plm_inquiry_question *question, plm_buf *answer)
{
    plm_inquiry_question q = *question;
    q.type = q.type == NULL && q.body.n > 0 ? "application/json" : q.type;
    json_decref(s->problem);
    s->problem = NULL;
    s->http = 0;
    plm_status status =
        s->is_remote ? ask_node(s, &q, answer) : plm_inquiry_ask_store(s, &q, answer);
    if (status == PLM_E_NOMEM || status == PLM_E_LIMIT || status == PLM_E_STORE) {
        return say(s, status);
    }
    if (status == PLM_OK && s->http >= 400) {
        status = plm_inquiry_parse(s, answer, &s->problem);
        status = status == PLM_OK ? PLM_E_REJECTED : status;
    }
    return status;
}

plm_status plm_inquiry_json(plm_inquiry *s, const char *method, const char *target,
                            const json_t *body, json_t **out)
{
    plm_buf text;
    plm_buf answer;
    plm_buf_init(&text, BODY_MAX);
    plm_buf_init(&answer, PLM_API_ANSWER_MAX);
    plm_status status = body != NULL ? plm_json_dump(body, false, &text) : PLM_OK;
    if (status != PLM_OK) {
        plm_buf_wipe(&text);
        return say(s, status);
    }
    const plm_inquiry_question question = {
        .method = method, .target = target, .body = plm_buf_span(&text)};
    status = plm_inquiry_ask(s, &question, &answer);
    if (status == PLM_OK) {
        status = plm_inquiry_parse(s, &answer, out);
    }
    plm_buf_wipe(&text);
    plm_buf_wipe(&answer);
    return status;
}

plm_status plm_inquiry_listen(plm_inquiry *s, const plm_inquiry_question *question,
                              plm_http_piece_fn *take, void *context,
                              const volatile sig_atomic_t *cancel)
{
    const plm_diag_sink quiet = {NULL, NULL};
    const plm_http_question q = {.method = question->method,
                                 .target = question->target,
                                 .type = question->body.n > 0 ? "application/json" : NULL,
                                 .body = question->body,
                                 .authorization =
                                     s->authorization[0] != '\0' ? s->authorization : NULL};
    int fd;
    plm_buf problem;
    plm_buf_init(&problem, BODY_MAX);
    json_decref(s->problem);
    s->problem = NULL;
    plm_status status = s->is_remote ? connect_node(s, &fd) : PLM_OK;
    if (!s->is_remote) {
        status = plm_inquiry_listen_store(s, question, take, context, &problem);
    } else if (status == PLM_OK) {
        status = plm_http_listen(fd, &q, &s->http, take, context, cancel, &problem);
    }
    if (status == PLM_OK && s->http >= 400) {
        status = plm_json_parse(&s->problem, plm_buf_span(&problem), &quiet, NULL, 0);
        status = status == PLM_OK ? PLM_E_REJECTED : PLM_E_TRUNCATED;
    } else if (status == PLM_E_IO || status == PLM_E_NOT_FOUND) {
        status = PLM_E_TRUNCATED;
    }
    plm_buf_wipe(&problem);
    return status;
}

plm_status plm_inquiry_pages(plm_inquiry *s, const char *target, plm_inquiry_page_fn *take,
                             void *context)
{
    char cursor[256] = "";
    plm_status status = PLM_OK;
    bool has_more = true;
    while (status == PLM_OK && has_more) {
        char page_target[2 * PLM_API_TARGET_MAX];
        json_t *page = NULL;
        (void)snprintf(page_target, sizeof page_target, "%s%climit=%d%s%s", target,
                       strchr(target, '?') != NULL ? '&' : '?', PLM_API_PAGE_MAX,
                       cursor[0] != '\0' ? "&cursor=" : "", cursor);
        status = plm_inquiry_json(s, "GET", page_target, NULL, &page);
        const char *next = json_string_value(json_object_get(page, "next"));
        has_more = next != NULL;
        (void)snprintf(cursor, sizeof cursor, "%s", has_more ? next : "");
        if (status == PLM_OK) {
            status = take(context, json_object_get(page, "items"));
            status = status == PLM_OK ? PLM_OK : say(s, status);
        }
        json_decref(page);
    }
    return status;
}
