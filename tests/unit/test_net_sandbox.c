/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Once connections are made, TLS opens no file and no socket any more: in a child whose system call
 * filter kills it if it tries, conversations go well and go badly.
 */
#include "crypto/sign.h"
#include "tls_link.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <seccomp.h>
#include <sys/wait.h>

static const uint8_t seeds[2][32] = {{1}, {2}};
static const char parties[2][3] = {"XA", "XH"};

static void forbid_opening(void)
{
    static const int forbidden[] = {
        SCMP_SYS(open),   SCMP_SYS(openat),  SCMP_SYS(openat2),  SCMP_SYS(creat),
        SCMP_SYS(stat),   SCMP_SYS(access),  SCMP_SYS(socket),   SCMP_SYS(socketpair),
        SCMP_SYS(execve), SCMP_SYS(connect), SCMP_SYS(readlink),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    bool good = filter != NULL;
    for (size_t i = 0; good && i < sizeof forbidden / sizeof *forbidden; i++) {
        good = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, forbidden[i], 0) == 0;
    }
    good = good && seccomp_load(filter) == 0;
    seccomp_release(filter);
    if (!good) {
        _exit(77);
    }
}

/*
 * As in a node, another process makes the TLS identity; what OpenSSL loads for that is then not
 * loaded here. *out: certificate and key.
 */
static void make_identity(plm_tls_identity *out, unsigned self, int64_t shift_ms)
{
    int ends[2];
    uint8_t bytes[8192];
    size_t n = 0;
    plm_buf_init(&out->certificate, sizeof bytes);
    plm_buf_init(&out->key, sizeof bytes);
    CHECK(pipe(ends) == 0);
    pid_t maker = fork();
    if (maker == 0) {
        plm_tls_identity made;
        plm_buf both;
        plm_buf_init(&both, sizeof bytes);
        bool good = plm_tls_identity_make(&made, parties[self], seeds[self],
                                          plm_wall_ms() + shift_ms) == PLM_OK &&
                    plm_buf_append_block16(&both, plm_buf_span(&made.certificate)) == PLM_OK &&
                    plm_buf_append_block16(&both, plm_buf_span(&made.key)) == PLM_OK &&
                    write(ends[1], both.data, both.n) == (ssize_t)both.n;
        _exit(good ? 0 : 1);
    }
    (void)close(ends[1]);
    for (ssize_t got = 1; got > 0; n += (size_t)got) {
        got = read(ends[0], bytes + n, sizeof bytes - n);
    }
    (void)close(ends[0]);
    CHECK(waitpid(maker, NULL, 0) == maker);
    plm_reader r = plm_span_of(bytes, n);
    plm_span certificate = {NULL, 0};
    plm_span key = {NULL, 0};
    CHECK(plm_rd_block16(&r, sizeof bytes, &certificate) == 0 &&
          plm_rd_block16(&r, sizeof bytes, &key) == 0);
    CHECK_STATUS(plm_buf_append(&out->certificate, certificate.p, certificate.n), PLM_OK);
    CHECK_STATUS(plm_buf_append(&out->key, key.p, key.n), PLM_OK);
}

static plm_conn *make_conn(int fd, unsigned self, int64_t shift_ms)
{
    plm_tls_pin pin = {0};
    plm_tls_identity identity;
    plm_conn *conn = NULL;
    memcpy(pin.party, parties[1 - self], sizeof parties[0]);
    plm_identity_public(pin.identity, seeds[1 - self]);
    make_identity(&identity, self, shift_ms);
    CHECK_STATUS(plm_conn_create_tls(&conn, fd, self == 1, &identity, &pin, 1), PLM_OK);
    plm_tls_identity_wipe(&identity);
    return conn;
}

enum {
    CONTROL,
    GOOD,
    EXPIRED,
    FLIPPED,
    N_WAYS
};

/* In the child: 0 if it went as it should. */
static int converse(int way)
{
    tls_link link = {
        .fault = {.flips = way == FLIPPED, .at = 400, .mask = 1},
    };
    tls_side sides[2];
    int fds[2];
    if (!tls_link_open(&link, &fds[0], &fds[1])) {
        return 1;
    }
    for (unsigned i = 0; i < 2; i++) {
        const int64_t shift = way == EXPIRED && i == 0 ? -3 * INT64_C(86400000) : 0;
        tls_side_begin(&sides[i], make_conn(fds[i], i, shift), i == 0);
    }
    forbid_opening();
    if (way == CONTROL) {
        return open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 ? 0 : 1;
    }
    tls_link_run(&link, &sides[0], &sides[1]);
    const bool went_well = sides[0].status == PLM_OK && sides[1].status == PLM_OK &&
                           tls_side_heard_all(&sides[0]) && tls_side_heard_all(&sides[1]);
    const bool was_refused = sides[0].status == PLM_E_AUTH && sides[1].status == PLM_E_AUTH;
    const bool broke = sides[1].status != PLM_OK;
    tls_side_wipe(&sides[0]);
    tls_side_wipe(&sides[1]);
    const bool good = way == GOOD ? went_well : way == EXPIRED ? was_refused : broke;
    return good && tap_n_bad_checks == 0 ? 0 : 1;
}

/* How the child ended: its exit code, or minus the signal. */
static int run_child(int way)
{
    int how = 0;
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int code = converse(way);
        OPENSSL_cleanup(); /* what exit would do; exit itself would wake a leak checker's tracer */
        _exit(code);
    }
    CHECK(waitpid(child, &how, 0) == child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}

/* A filter that stops nothing would prove nothing. */
static void test_control(void)
{
    CHECK_EQ_INT(run_child(CONTROL), -SIGSYS);
}

static void test_conversations(void)
{
    CHECK_EQ_INT(run_child(GOOD), 0);
    CHECK_EQ_INT(run_child(EXPIRED), 0);
    CHECK_EQ_INT(run_child(FLIPPED), 0);
}

int main(void)
{
    /* Each child is a process in which OpenSSL was never started, as a node's worker is. */
    TAP_RUN(test_control);
    TAP_RUN(test_conversations);
    return tap_done();
}
