/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inquiry.h - where a command gets its answers: from the API of a serving node, or, where none
 * serves, by the same handlers on the store itself. The command does not see which.
 */
#ifndef PLM_CLI_INQUIRY_H
#define PLM_CLI_INQUIRY_H

#include "api/api.h"
#include "cli/home.h"

typedef struct plm_inquiry {
    const char *command;
    const char *officer; /* who acts; "" where nobody decides anything */
    char socket[PATH_MAX + 16];
    bool is_remote;
    plm_home home; /* open if not remote */
} plm_inquiry;

/*
 * socket: --api, or NULL: the one in the node's directory, if somebody listens there. Says what is
 * wrong. Close it in any case.
 */
plm_status plm_inquiry_open(plm_inquiry *out, const plm_common *common, const char *socket,
                            const char *officer, const char *command) PLM_MUST_CHECK;
void plm_inquiry_close(plm_inquiry *inquiry);

/*
 * Asks; body NULL: none (else borrowed). *out: the answer's JSON, new reference. Says what a
 * problem says, unless it is PLM_E_NOT_FOUND; PLM_E_INVALID, PLM_E_REFUSED, PLM_E_LOCKED,
 * PLM_E_STORE.
 */
plm_status plm_inquiry_ask(plm_inquiry *inquiry, const char *method, const char *target,
                           const json_t *body, json_t **out) PLM_MUST_CHECK;
/* All items of all pages, appended to a new list. target: without limit and cursor. */
plm_status plm_inquiry_list(plm_inquiry *inquiry, const char *target, json_t **out) PLM_MUST_CHECK;

#define PLM_API_OPTION(socket)                                                                     \
    {                                                                                              \
        "api", PLM_OPTION_TEXT, (socket), "SOCKET", "of a serving node, not the one found in DIR", \
            0, 0                                                                                   \
    }

#endif
