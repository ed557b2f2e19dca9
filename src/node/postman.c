/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postman.c - palermo serve delivers by itself: a process now and then that looks what waits and
 * what is late, and one principal for each peer to be delivered to.
 */
#include "node/postman.h"

#include "node/release.h"
#include "node/request.h"
#include "node/tally.h"
#include "store/outbox.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    POLL_MS = 50
};

typedef struct round_of_peers {
    char peers[PLM_PARTIES_MAX][PLM_CODE_MAX];
    pid_t principals[PLM_PARTIES_MAX];
    size_t n;
    int64_t now_ms;
} round_of_peers;

static plm_status remember(void *context, const char *peer, uint64_t n_waiting, int64_t next_ms)
{
    round_of_peers *r = (round_of_peers *)context;
    if (n_waiting > 0 && next_ms <= r->now_ms && r->n < PLM_PARTIES_MAX) {
        (void)snprintf(r->peers[r->n++], PLM_CODE_MAX, "%s", peer);
    }
    return PLM_OK;
}

/* A principal for one peer, with a store of its own. Never returns. */
static void deliver_to(const plm_serve_config *config, const char *peer)
{
    plm_node node = {0};
    plm_delivery_report report = {0};
    plm_status status = config->prepare(config->context, &node);
    if (status == PLM_OK) {
        status = plm_node_deliver(&node, peer, NULL, &report);
        config->delivered(config->context, &node, status, &report);
    }
    _exit(status == PLM_OK ? 0 : 1);
}

static void wait_for_all(round_of_peers *r, const plm_serve_config *config)
{
    bool is_told = false;
    for (size_t left = r->n; left > 0;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid > 0) {
            left--;
            continue;
        }
        if (pid < 0) {
            return; /* none is left */
        }
        for (size_t i = 0; *config->stop > 0 && !is_told && i < r->n; i++) {
            (void)kill(r->principals[i], SIGTERM);
        }
        is_told = *config->stop > 0;
        (void)poll(NULL, 0, POLL_MS);
    }
}

void plm_postman_run(const plm_serve_config *config)
{
    static round_of_peers r;
    plm_node node = {0};
    plm_keep_report kept = {0};
    plm_status status = config->prepare(config->context, &node);
    if (status != PLM_OK) {
        _exit(1);
    }
    r.now_ms = plm_wall_ms();
    uint64_t n_batches;
    status = plm_request_keep(node.store, r.now_ms, &kept);
    if (status == PLM_OK) {
        status = plm_release_post_due(&node, r.now_ms, &n_batches);
    }
    uint64_t n_steps;
    if (status == PLM_OK) {
        status = plm_tally_go_on(&node, r.now_ms, &n_steps);
    }
    if (status == PLM_OK) {
        status = plm_store_each_waiting(node.store, remember, &r);
    }
    /* Closes the store: no process may have one that another opened. */
    config->kept(config->context, &node, status, &kept);
    size_t n = 0;
    for (size_t i = 0; status == PLM_OK && i < r.n; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            deliver_to(config, r.peers[i]);
        }
        if (pid > 0) {
            r.principals[n++] = pid;
        }
    }
    r.n = n;
    wait_for_all(&r, config);
    _exit(status == PLM_OK ? 0 : 1);
}
