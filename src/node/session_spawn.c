/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_spawn.c - the worker's process, and the first message it gets.
 */
#include "node/session_internal.h"
#include "node/worker.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ENVIRONMENT_MAX = 32
};

/*
 * The worker's environment: how the loader, the sanitizers and the choice of kernels are told to
 * work, and none of the node's own - a data base's password, say.
 */
static void keep_environment(const char *kept[ENVIRONMENT_MAX])
{
    static const char *const begins[] = {"LD_", "ASAN_", "UBSAN_", "LSAN_", "PALERMO_CPU="};
    size_t n = 0;
    for (char **e = environ; e != NULL && *e != NULL && n < ENVIRONMENT_MAX - 1; e++) {
        for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
            if (strncmp(*e, begins[i], strlen(begins[i])) == 0) {
                kept[n++] = *e;
                break;
            }
        }
    }
    kept[n] = NULL;
}

/*
 * In the child: descriptors 3 and 4, nothing else, and a new program. What a worker in the peer's
 * hands would print must not stand in our log or in a command's answer, nor may it read what is
 * typed. Never returns.
 */
static void become_worker(const char *program, int control_fd, int peer_fd)
{
    /* Moved out of the way first, in case they are 3 and 4 the other way round. */
    int control_high = fcntl(control_fd, F_DUPFD, 10);
    int peer_high = fcntl(peer_fd, F_DUPFD, 10);
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (control_high < 0 || peer_high < 0 || nowhere < 0 || dup2(nowhere, 0) < 0 ||
        dup2(nowhere, 1) < 0 || dup2(nowhere, 2) < 0 ||
        dup2(control_high, PLM_WORKER_CONTROL_FD) < 0 || dup2(peer_high, PLM_WORKER_PEER_FD) < 0) {
        _exit(127);
    }
    (void)close_range(PLM_WORKER_PEER_FD + 1, ~0U, 0);
    const char *const argv[] = {"palermo-worker", PLM_WORKER_ARGUMENT, PALERMO_VERSION, NULL};
    const char *kept[ENVIRONMENT_MAX];
    keep_environment(kept);
    /* execve takes its strings as char *const but does not change them. */
    union {
        const char *const *in;
        char *const *out;
    } arguments = {argv}, environment = {kept};
    (void)execve(program, arguments.out, environment.out);
    _exit(127);
}

static plm_status start_worker(plm_session *session, int peer_fd)
{
    int pair[2];
    char found[PLM_WORKER_PATH_MAX];
    const char *program = session->config.worker_program;
    if (program == NULL) {
        plm_status status = plm_worker_find(found);
        if (status != PLM_OK) {
            return status;
        }
        program = found;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return PLM_E_IO;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become_worker(program, pair[1], peer_fd);
    }
    (void)close(pair[1]);
    if (pid < 0) {
        (void)close(pair[0]);
        return PLM_E_IO;
    }
    session->worker = pid;
    return plm_control_init(&session->control, pair[0]);
}

static plm_status append_pins(plm_buf *out, const plm_tls_pin *pins, size_t n)
{
    plm_status status = n > UINT16_MAX ? PLM_E_LIMIT : plm_buf_append_u16(out, (uint16_t)n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        status = plm_buf_append_block16(out, plm_span_str(pins[i].party));
        if (status == PLM_OK) {
            status = plm_buf_append(out, pins[i].identity, sizeof pins[i].identity);
        }
    }
    return status;
}

/* The connection's own TLS identity is made here, since only we have the identity key. */
static plm_status queue_start(plm_session *session)
{
    const plm_session_config *config = &session->config;
    plm_tls_identity identity = {0};
    plm_buf start;
    plm_buf_init(&start, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_tls_identity_make(&identity, config->self, config->seed, plm_wall_ms());
    const plm_carry *carry = config->carry;
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&start, config->is_asker ? 1 : 0);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&start, (uint8_t)config->errand);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u32(&start, (uint32_t)config->timeout_ms);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u16(&start, (uint16_t)config->n_threads);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&start, plm_span_str(config->self));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&start, plm_buf_span(&identity.certificate));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&start, plm_buf_span(&identity.key));
    }
    if (status == PLM_OK) {
        status = append_pins(&start, config->pins, config->n_pins);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&start, carry != NULL ? 1 : 0);
    }
    if (status == PLM_OK && carry != NULL) {
        status = plm_buf_append(&start, carry->seed, sizeof carry->seed);
    }
    if (status == PLM_OK && carry != NULL) {
        status = plm_buf_append(&start, carry->channel, sizeof carry->channel);
    }
    if (status == PLM_OK) {
        status = plm_control_queue(&session->control, PLM_CONTROL_START, plm_buf_span(&start));
    }
    plm_buf_wipe(&start);
    plm_tls_identity_wipe(&identity);
    return status;
}

plm_status plm_session_spawn(plm_session *session, int peer_fd)
{
    plm_status status = start_worker(session, peer_fd);
    if (status == PLM_OK) {
        status = plm_session_limit(session); /* it does nothing before we say START */
    }
    if (status == PLM_OK) {
        status = queue_start(session);
    }
    if (status == PLM_OK && session->config.carry != NULL) {
        const plm_buf *in = &session->config.carry->in;
        status = plm_session_send_array(session, PLM_CONTROL_CARRIED, in->data, in->n, 1);
    }
    return status;
}
