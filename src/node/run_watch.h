/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_watch.h - how far a run is that a process of this node asks for, for its other processes.
 *
 * One small file for each run, in the node's directory: DIR/runs/ID. Whoever runs it holds a lock
 * on the file; a file whose lock nobody holds is of a run that is over, by itself or by a crash. So
 * a run's state needs no write to the store while it goes on, and outlives no process.
 */
#ifndef PLM_NODE_RUN_WATCH_H
#define PLM_NODE_RUN_WATCH_H

#include "node/node.h"

#include <sys/types.h>

enum {
    PLM_RUN_OUTCOME_MAX = 3072 /* bytes of JSON, terminator included */
};

typedef struct plm_run_watch {
    uint8_t run_id[PLM_RUN_ID_BYTES];
    char with[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
    char case_ref[PLM_CASE_OPAQUE_DIGITS + 1]; /* as others see it; "" before it is known */
    char phase[64];
    uint64_t done;
    uint64_t total; /* 0: unknown */
    int64_t started_ms;
    int64_t ended_ms; /* 0 while it goes on */
    char failure[64]; /* name of a status or refusal; "" */
    char clause[PLM_TEXT_MAX];
    char outcome[PLM_RUN_OUTCOME_MAX]; /* node/outcome_view.h; "" while it goes on */
    pid_t pid;
    bool is_going_on; /* of a read: the lock is held */
} plm_run_watch;

typedef struct plm_run_watcher {
    int fd; /* -1: none */
    plm_run_watch watch;
    int64_t told_ms; /* clock; it is told no more often than people can see */
} plm_run_watcher;

/* Makes the file, locked until plm_run_watch_end or the end of the process. PLM_E_IO. */
plm_status plm_run_watch_begin(plm_run_watcher *out, const char *home,
                               const plm_run_watch *watch) PLM_MUST_CHECK;
/* A plm_progress_fn; context is the watcher. */
void plm_run_watch_progress(void *context, const plm_run_progress *progress);
/* How it ended. */
void plm_run_watch_end(plm_run_watcher *watcher, plm_status status, const plm_outcome *outcome);

/* PLM_E_NOT_FOUND, PLM_E_IO. */
plm_status plm_run_watch_read(plm_run_watch *out, const char *home,
                              const uint8_t run_id[static PLM_RUN_ID_BYTES]) PLM_MUST_CHECK;
typedef plm_status plm_run_watch_fn(void *context, const plm_run_watch *watch);
/* In no order. Files of runs that ended a day ago are deleted. */
plm_status plm_run_watch_each(const char *home, int64_t now_ms, plm_run_watch_fn *fn,
                              void *context) PLM_MUST_CHECK;
/* Asks the process to stop. PLM_E_NOT_FOUND: it does not go on. */
plm_status plm_run_watch_cancel(const char *home,
                                const uint8_t run_id[static PLM_RUN_ID_BYTES]) PLM_MUST_CHECK;

/*
 * A run of ours that was killed is still "running" in the store. Whoever has the lock of DIR alone
 * knows that no other process of this node asks, and mends them; then it shares the lock. A
 * descriptor to close, or -1.
 */
int plm_node_asking_lock(const char *home, plm_node *node);

#endif
