/* SPDX-License-Identifier: Apache-2.0 */
#include "node/serve_internal.h"

#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUND_PAUSE_MS = 15 * 60 * 1000, /* at most, however often it failed */
    PAUSE_DOUBLINGS = 5,
    /* Of the process beside: pauses between its starts, and after how long it is steady. */
    BACK_OFF_FIRST_MS = 200,
    BACK_OFF_MOST_MS = 60000,
    STEADY_MS = 60000
};

void plm_listener_keep_beside(plm_listener *l)
{
    const int64_t now = plm_clock_ms();
    if (l->config->beside == NULL || l->beside > 0 ||
        (l->beside_started_ms > 0 && now - l->beside_started_ms < l->beside_wait_ms)) {
        return;
    }
    l->beside_started_ms = now;
    pid_t pid = fork();
    if (pid == 0) {
        plm_listener_close_others(l, NULL);
        l->config->beside(l->config->context);
        _exit(0);
    }
    l->beside = pid > 0 ? pid : 0;
}

void plm_listener_send_out(plm_listener *l, plm_round *r)
{
    const plm_serve_config *config = l->config;
    int64_t now = plm_clock_ms();
    int64_t pause = config->deliver_every_ms
                    << (r->n_failures < PAUSE_DOUBLINGS ? r->n_failures : PAUSE_DOUBLINGS);
    if (pause > ROUND_PAUSE_MS && config->deliver_every_ms < ROUND_PAUSE_MS) {
        pause = ROUND_PAUSE_MS;
    }
    if (pause == 0 || r->pid > 0 || (r->sent_out_ms > 0 && now - r->sent_out_ms < pause)) {
        return;
    }
    r->sent_out_ms = now;
    const pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        plm_listener_end_with(parent);
        plm_listener_close_others(l, NULL);
        r->run(config);
    }
    r->pid = pid > 0 ? pid : 0;
}

void plm_listener_reap_others(plm_listener *l)
{
    for (size_t i = 0; i < PLM_ROUNDS; i++) {
        plm_round *r = &l->rounds[i];
        int how = 0;
        if (r->pid > 0 && waitpid(r->pid, &how, WNOHANG) != 0) {
            r->pid = 0;
            r->n_failures = how == 0 ? 0 : r->n_failures + 1;
        }
    }
    if (l->beside > 0 && waitpid(l->beside, NULL, WNOHANG) != 0) {
        const bool was_steady = plm_clock_ms() - l->beside_started_ms >= STEADY_MS;
        const int64_t next =
            was_steady || l->beside_wait_ms == 0 ? BACK_OFF_FIRST_MS : 2 * l->beside_wait_ms;
        l->beside_wait_ms = next < BACK_OFF_MOST_MS ? next : BACK_OFF_MOST_MS;
        l->beside = 0;
    }
}
