/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload.h - files that wait in the node's directory to be loaded: DIR/uploads/ID, and beside it
 * ID.name with the name that people know it by; ID.step while it is loaded (load_watch.h). They are
 * deleted after the load, or after an hour.
 */
#ifndef PLM_API_UPLOAD_H
#define PLM_API_UPLOAD_H

#include "api/api.h"

#include <limits.h>

enum {
    PLM_UPLOAD_ID_BYTES = 16,
    PLM_UPLOAD_NAME_MAX = 201 /* bytes, terminator included */
};

/* The file's path. PLM_E_NOT_FOUND: there is none of that id. */
plm_status plm_upload_path(const plm_api *api, const char *id,
                           char out[static PATH_MAX]) PLM_MUST_CHECK;
/* The path of what stands beside it; ending: 5 bytes at most. -1: there is no room for one. */
int plm_upload_beside(const plm_api *api, const char *id, const char *ending,
                      char out[static PATH_MAX]) PLM_MUST_CHECK;
/* What people call it; "" where that is not known any more. */
void plm_upload_name(const plm_api *api, const char *id, char out[static PLM_UPLOAD_NAME_MAX]);
/* PLM_E_NOT_FOUND. */
plm_status plm_upload_drop(const plm_api *api, const char *id) PLM_MUST_CHECK;
/* Deletes those older than an hour. */
void plm_upload_sweep(const plm_api *api);
/* Takes over the body that was spooled, under a name shorter than PLM_UPLOAD_NAME_MAX; its id in
 * hexadecimal. PLM_E_IO. */
plm_status plm_upload_keep(const plm_api_call *call, const char *name,
                           char id[static 2 * PLM_UPLOAD_ID_BYTES + 1]) PLM_MUST_CHECK;
/* A file of these bytes that the caller unlinks. PLM_E_IO. */
plm_status plm_upload_temporary(const plm_api *api, plm_span bytes,
                                char path[static PATH_MAX]) PLM_MUST_CHECK;

/*
 * A file without a name, for what is too large for memory: it goes with its descriptor. PLM_E_IO.
 */
plm_status plm_upload_scratch(const plm_api *api, int *fd) PLM_MUST_CHECK;

#endif
