/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_spawn.c - the way to the peer, the worker's process, and the first message it gets.
 */
#include "node/session_internal.h"
#include "node/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ENVIRONMENT_MAX = 32,
    HIGH_FD = 10 /* beyond those that a worker is born with */
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
 * What the new process has: descriptors 3 and 4, and nothing else. What a worker in the peer's
 * hands would print must not stand in our log or in a command's answer, nor may it read what is
 * typed. The two are at high numbers, out of each other's way. 0, or an errno.
 */
static int give_descriptors(posix_spawn_file_actions_t *actions, int control_high, int peer_high)
{
    int error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDWR, 0);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, 0, 1);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, 0, 2);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, control_high, PLM_WORKER_CONTROL_FD);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, peer_high, PLM_WORKER_PEER_FD);
    }
    return error == 0 ? posix_spawn_file_actions_addclosefrom_np(actions, PLM_WORKER_PEER_FD + 1)
                      : error;
}

/* Not by fork: what a principal has in memory would be marked to be copied, page by page. */
static int execute(pid_t *pid, const char *program, int control_high, int peer_high)
{
    posix_spawn_file_actions_t actions;
    const char *const argv[] = {"palermo-worker", PLM_WORKER_ARGUMENT, PALERMO_VERSION, NULL};
    const char *kept[ENVIRONMENT_MAX];
    /* posix_spawn takes its strings as char *const but does not change them. */
    union {
        const char *const *in;
        char *const *out;
    } arguments = {argv}, environment = {kept};
    keep_environment(kept);
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = give_descriptors(&actions, control_high, peer_high);
    if (error == 0) {
        error = posix_spawn(pid, program, &actions, NULL, arguments.out, environment.out);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* *pid is the worker's; PLM_E_NO_WORKER: the program can't be executed. */
static plm_status spawn(pid_t *pid, const char *program, int control_fd, int peer_fd)
{
    const int control_high = fcntl(control_fd, F_DUPFD_CLOEXEC, HIGH_FD);
    const int peer_high = fcntl(peer_fd, F_DUPFD_CLOEXEC, HIGH_FD);
    const int error = control_high >= 0 && peer_high >= 0
                          ? execute(pid, program, control_high, peer_high)
                          : errno;
    if (control_high >= 0) {
        (void)close(control_high);
    }
    if (peer_high >= 0) {
        (void)close(peer_high);
    }
    errno = error;
    return error == 0                                               ? PLM_OK
           : error == ENOENT || error == EACCES || error == ENOEXEC ? PLM_E_NO_WORKER
                                                                    : PLM_E_IO;
}

/* The worker's program: the one that was asked for, or a path in `found`. */
static plm_status find_program(const plm_session_config *config,
                               char found[static PLM_WORKER_PATH_MAX], const char **program)
{
    *program = config->worker_program != NULL ? config->worker_program : found;
    return config->worker_program != NULL ? PLM_OK : plm_worker_find(found);
}

plm_status plm_session_connect(const plm_session_config *config, const char *address, int *fd)
{
    char found[PLM_WORKER_PATH_MAX];
    const char *program;
    plm_status status = find_program(config, found, &program);
    if (status != PLM_OK) {
        return status;
    }
    return config->carry != NULL ? plm_carry_descriptor(fd)
                                 : plm_net_connect(address, config->timeout_ms, fd);
}

static plm_status start_worker(plm_session *session, int peer_fd)
{
    int pair[2];
    char found[PLM_WORKER_PATH_MAX];
    const char *program;
    plm_status status = find_program(&session->config, found, &program);
    if (status != PLM_OK) {
        return status;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return PLM_E_IO;
    }
    pid_t pid = -1;
    status = spawn(&pid, program, pair[1], peer_fd);
    (void)close(pair[1]);
    if (status != PLM_OK) {
        (void)close(pair[0]);
        return status;
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
