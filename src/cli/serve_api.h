/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_api.h - where the local API of palermo serve listens (spec/api.md, section 1).
 */
#ifndef PLM_CLI_SERVE_API_H
#define PLM_CLI_SERVE_API_H

#include "api/desk.h"
#include "cli/options.h"

#include <limits.h>

typedef struct plm_serve_api {
    plm_text_list addresses; /* asked for: "socket" is the one in the node's directory */
    const char *origin;      /* as in plm_desk_config */
    plm_desk_config desk;    /* its listeners are filled by plm_serve_api_open */
    char words[PLM_API_LISTENERS_MAX][PATH_MAX + 32]; /* each listener, for people */
} plm_serve_api;

/*
 * Opens the addresses asked for and, if there are any, the socket in the node's directory, where
 * the command line looks. An exit status; what is wrong has been said in the name of `command`.
 */
int plm_serve_api_open(plm_serve_api *api, const char *directory, const char *command);
/*
 * At the end, while this process still has the node's lock: nobody listens any more, and commands
 * need not find that out.
 */
void plm_serve_api_remove_sockets(const plm_serve_api *api);

#endif
