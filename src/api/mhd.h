/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mhd.h - libmicrohttpd's functions, loaded by the front alone (base/library.h).
 */
#ifndef PLM_API_MHD_H
#define PLM_API_MHD_H

#include "base/library.h"

#include <microhttpd.h>

/* clang-format off */
#define PLM_MHD_FUNCTIONS(F) \
    F(MHD_add_response_header) \
    F(MHD_create_response_from_buffer) \
    F(MHD_create_response_from_callback) \
    F(MHD_destroy_response) \
    F(MHD_get_connection_info) \
    F(MHD_get_daemon_info) \
    F(MHD_get_timeout) \
    F(MHD_lookup_connection_value) \
    F(MHD_queue_response) \
    F(MHD_resume_connection) \
    F(MHD_run) \
    F(MHD_start_daemon) \
    F(MHD_suspend_connection)
/* clang-format on */

typedef struct plm_mhd_functions {
    PLM_MHD_FUNCTIONS(PLM_LIBRARY_FIELD)
} plm_mhd_functions;

/* Filled by plm_mhd_load; nothing of it may be called before. */
extern plm_mhd_functions plm_mhd;

/* PLM_E_NOT_FOUND: the library is not there; error says it. Any thread, any number of times. */
plm_status plm_mhd_load(char *error, size_t size) PLM_MUST_CHECK;

#endif
