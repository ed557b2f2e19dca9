/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_watch.h - how far a load is, for who waits for it: DIR/uploads/ID.step beside the file that
 * is read. Who loads holds a lock on it, so that one which nobody holds is of a load that is over,
 * by itself or by a crash. A load whose file was deleted meanwhile ends.
 */
#ifndef PLM_API_LOAD_WATCH_H
#define PLM_API_LOAD_WATCH_H

#include "api/upload.h"

typedef struct plm_load_step {
    char phase[16]; /* "read", then those of plm_load.phase; "" before it has begun */
    uint64_t done;  /* bytes, or records */
    uint64_t total; /* 0: unknown */
} plm_load_step;

typedef struct plm_load_watcher {
    int fd; /* -1: nobody is told */
    char path[PATH_MAX];
    char file[PATH_MAX];
    plm_load_step step;
    int64_t told_ms; /* clock; it is told no more often than people can see */
} plm_load_watcher;

/* id: of an upload that is there. Where no file can be made nobody is told, and the load goes on.
 */
void plm_load_watch_begin(plm_load_watcher *out, const plm_api *api, const char *id);
/* PLM_E_CANCELLED: the upload was deleted. */
plm_status plm_load_watch_tell(plm_load_watcher *watcher, const char *phase, uint64_t done,
                               uint64_t total) PLM_MUST_CHECK;
/* Also of one that was never begun, if it was zeroed. */
void plm_load_watch_end(plm_load_watcher *watcher);

/* PLM_E_NOT_FOUND: nobody loads that upload. */
plm_status plm_load_watch_read(plm_load_step *out, const plm_api *api,
                               const char *id) PLM_MUST_CHECK;

#endif
