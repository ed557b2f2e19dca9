/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_peers.c - what palermo check looks at outside: the accords, and the parties' nodes.
 *
 * A peer's bytes are read by a child process behind the worker's sandbox, which has a TLS key for
 * this connection and nothing else.
 */
#include "accord/policy.h"
#include "base/ct.h"
#include "cli/check.h"
#include "net/net.h"
#include "node/agreement.h"
#include "node/sandbox.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SOON_DAYS = 60
};

/* --- one peer --- */

/* In the child: the handshake and nothing else. */
static plm_status shake_hands(int fd, const plm_tls_identity *identity, const plm_tls_pin *pin,
                              int timeout_ms)
{
    plm_conn *conn;
    int64_t end = plm_clock_ms() + timeout_ms;
    plm_status status = plm_conn_create_tls(&conn, fd, false, identity, pin, 1);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sandbox_enter();
    while (status == PLM_OK && (status = plm_conn_handshake(conn)) == PLM_E_NOT_FOUND) {
        struct pollfd p = {plm_conn_fd(conn), plm_conn_events(conn), 0};
        int64_t left = end - plm_clock_ms();
        status = left > 0 && poll(&p, 1, (int)left) > 0 ? PLM_OK : PLM_E_TIMEOUT;
    }
    return status;
}

static plm_status shake_hands_apart(plm_check *c, int fd, const char *code,
                                    const uint8_t identity[static 32])
{
    plm_tls_pin pin = {.party = ""};
    plm_tls_identity ours;
    int ended = 0;
    plm_status status = plm_tls_identity_make(&ours, c->home.code, c->seed, plm_wall_ms());
    if (status != PLM_OK) {
        return status;
    }
    (void)snprintf(pin.party, sizeof pin.party, "%s", code);
    memcpy(pin.identity, identity, sizeof pin.identity);
    pid_t pid = fork();
    if (pid == 0) {
        plm_wipe(c->seed, sizeof c->seed);
        _exit((int)shake_hands(fd, &ours, &pin, c->timeout_ms));
    }
    status = PLM_E_IO;
    if (pid > 0 && waitpid(pid, &ended, 0) == pid) {
        status = WIFEXITED(ended) ? (plm_status)WEXITSTATUS(ended) : PLM_E_WORKER_DIED;
    }
    plm_tls_identity_wipe(&ours);
    return status;
}

void plm_check_peer(plm_check *c, const char *code, const char *address,
                    const uint8_t identity[static 32])
{
    int fd = -1;
    plm_status status = plm_net_connect(address, c->timeout_ms, &fd);
    if (status != PLM_OK) {
        plm_check_say(c, PLM_FINDING_WARNING, "peer", "%s at %s: %s", code, address,
                      plm_status_sentence(status));
        return;
    }
    if (!c->has_seed) {
        plm_check_say(c, PLM_FINDING_OK, "peer",
                      "%s at %s: answers; its certificate was not looked at without our key", code,
                      address);
        (void)close(fd);
        return;
    }
    status = shake_hands_apart(c, fd, code, identity);
    (void)close(fd);
    if (status == PLM_OK) {
        plm_check_say(c, PLM_FINDING_OK, "peer", "%s at %s: answers, with its certificate", code,
                      address);
    } else {
        plm_check_say(c, status == PLM_E_AUTH ? PLM_FINDING_ERROR : PLM_FINDING_WARNING, "peer",
                      "%s at %s: %s", code, address, plm_status_sentence(status));
    }
}

/* --- accords --- */

static bool is_in_force(const plm_check *c, const plm_agreement *a, const plm_in_force *state,
                        const char *code)
{
    plm_refusal refusal = {PLM_REFUSAL_NONE, ""};
    return strcmp(code, c->home.code) != 0 &&
           plm_policy_in_force(a->accord, state, c->home.code, code, &refusal) == PLM_OK;
}

static void check_accord(plm_check *c, const plm_agreement *a)
{
    char expires[PLM_DATE_TEXT];
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    const plm_in_force state = plm_agreement_state(a, today);
    int64_t left = plm_date_days(a->accord->expires) - plm_date_days(today);
    size_t n = 0;
    for (size_t i = 0; i < a->accord->n_parties; i++) {
        n += is_in_force(c, a, &state, a->accord->parties[i].code);
    }
    plm_date_format(expires, a->accord->expires);
    if (n == 0) {
        plm_check_say(c, PLM_FINDING_OK, "accord", "\"%s\": not in force with anybody",
                      a->accord->title);
        return;
    }
    plm_check_say(c, left < SOON_DAYS ? PLM_FINDING_WARNING : PLM_FINDING_OK, "accord",
                  "\"%s\": in force with %zu part%s, until %s", a->accord->title, n,
                  n == 1 ? "y" : "ies", expires);
    for (size_t i = 0; !c->offline && i < a->accord->n_parties; i++) {
        const plm_party *p = &a->accord->parties[i];
        if (is_in_force(c, a, &state, p->code)) {
            plm_check_peer(c, p->code, p->address, p->identity);
        }
    }
}

typedef struct accord_check {
    plm_check *check;
    size_t n;
} accord_check;

static plm_status look_at(void *context, const plm_agreement *agreement, int64_t adopted_ms)
{
    accord_check *a = (accord_check *)context;
    (void)adopted_ms;
    a->n++;
    check_accord(a->check, agreement);
    return PLM_OK;
}

void plm_check_accords(plm_check *c)
{
    accord_check a = {c, 0};
    plm_status status = plm_agreement_each(c->home.store, look_at, &a);
    if (status != PLM_OK) {
        plm_check_say(c, PLM_FINDING_ERROR, "accord", "%s", plm_status_sentence(status));
    } else if (a.n == 0) {
        plm_check_say(c, PLM_FINDING_WARNING, "accord", "none was adopted: no run can start");
    }
}
