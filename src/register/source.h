/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h - where an importer's bytes come from: a file read piece by piece, or memory.
 *
 * Every piece read counts towards the import's progress, which is reported to its callback about
 * every 65,536 bytes and once at the end of the last source.
 */
#ifndef PLM_REGISTER_SOURCE_H
#define PLM_REGISTER_SOURCE_H

#include "register/import.h"

enum {
    PLM_SOURCE_STEP_BYTES = 65536
};

/* Progress over all files of one import. */
typedef struct plm_progress {
    plm_import *import;
    uint64_t done;
    uint64_t total; /* 0 if unknown (standard input) */
    uint64_t reported;
} plm_progress;

typedef struct plm_source {
    plm_progress *progress;
    const char *name; /* in diagnostics; borrowed */
    int fd;           /* -1: memory */
    bool owns_fd;
    plm_span memory;
} plm_source;

/* Nothing read yet; zeroes the import's counts. import is borrowed. */
void plm_progress_init(plm_progress *progress, plm_import *import);

/* Adds the file's size to the progress' total. "-": nothing. PLM_E_IO, with a diagnostic. */
plm_status plm_progress_expect(plm_progress *progress, const char *path) PLM_MUST_CHECK;

/* path "-" is standard input. PLM_E_IO, with a diagnostic. plm_source_close in any case. */
plm_status plm_source_open(plm_source *source, plm_progress *progress,
                           const char *path) PLM_MUST_CHECK;
/* bytes and name are borrowed until plm_source_close. Adds to the progress' total. */
void plm_source_open_bytes(plm_source *source, plm_progress *progress, plm_span bytes,
                           const char *name);

/*
 * Up to n bytes into out; *got is 0 at the end only. PLM_E_IO, with a diagnostic; what the progress
 * callback returned.
 */
plm_status plm_source_read(plm_source *source, void *out, size_t n, size_t *got) PLM_MUST_CHECK;

void plm_source_close(plm_source *source);

#endif
