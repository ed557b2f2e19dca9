/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inquiry.h - how a command gets what it wants: from the API of a serving node, or, where none
 * serves, by the same handlers on the store itself. The command does not see which.
 *
 *   serving node   UNIX socket ─► front ─► clerk ─► handler     as the operator, or by a token
 *   stopped node   key and store opened here ─────► handler     as the operator, or by a token
 *
 * Who asks is settled by the same function both ways: with a token the command may do what the
 * token's user may, on the store too. Without one whoever owns the socket and the store is the
 * operator (spec/api.md section 3).
 */
#ifndef PLM_CLI_INQUIRY_H
#define PLM_CLI_INQUIRY_H

#include "api/api.h"
#include "cli/home.h"
#include "net/http_client.h"

/* How a command reaches the node, and as whom; by options. */
typedef struct plm_access {
    const char *socket;     /* --api: a path, or HOST:PORT on this machine; NULL: the one in the
                             * node's directory, if somebody listens there */
    const char *token_file; /* --token-file, PALERMO_TOKEN_FILE; NULL: none */
    bool direct;            /* --direct */
} plm_access;

enum {
    PLM_INQUIRY_TOKEN_MAX = 160,
    PLM_INQUIRY_ONCE_TEXT = 33
};

typedef struct plm_inquiry {
    const char *command;
    const char *officer; /* who acts; "" where nobody decides anything */
    const plm_common *common;
    char authorization[PLM_INQUIRY_TOKEN_MAX]; /* SECRET; "": none */
    char socket[PATH_MAX + 16];
    bool is_remote;
    plm_home home; /* open if not remote */
    plm_node node; /* of the store; its seed: SECRET, if an operation signs */
    bool has_seed;
    unsigned http;   /* of the last answer */
    json_t *problem; /* if that is 400 or more */
} plm_inquiry;

/* What is asked. Borrowed until the answer is there. */
typedef struct plm_inquiry_question {
    const char *method;
    const char *target; /* escaped already */
    const char *type;   /* of the body; NULL: JSON if there is a body */
    plm_span body;
    const char *file; /* the body's path instead, at a serving node alone; NULL: none */
} plm_inquiry_question;

/*
 * Finds the node. Says what is wrong, and says so where a socket is there at which nobody listens.
 * Close it in any case. PLM_E_UNREACHABLE: nobody listens at access->socket.
 */
plm_status plm_inquiry_open(plm_inquiry *out, const plm_common *common, const plm_access *access,
                            const char *officer, const char *command) PLM_MUST_CHECK;
void plm_inquiry_close(plm_inquiry *inquiry);

/*
 * Asks; what comes back is appended to answer. PLM_E_REJECTED: it is a problem, which stands in
 * inquiry->problem and was not said; anything else was. A question that changes something is asked
 * once more with the same Idempotency-Key if the node went away before it had answered.
 */
plm_status plm_inquiry_ask(plm_inquiry *inquiry, const plm_inquiry_question *question,
                           plm_buf *answer) PLM_MUST_CHECK;
/* What came, as JSON; *out: new reference. Says what is wrong. PLM_E_SYNTAX, PLM_E_NOMEM. */
plm_status plm_inquiry_parse(const plm_inquiry *inquiry, const plm_buf *answer,
                             json_t **out) PLM_MUST_CHECK;
/* The same for an answer of JSON; *out: new reference. body NULL: none, else borrowed. */
plm_status plm_inquiry_json(plm_inquiry *inquiry, const char *method, const char *target,
                            const json_t *body, json_t **out) PLM_MUST_CHECK;

/* Takes the items of one page; borrowed. */
typedef plm_status plm_inquiry_page_fn(void *context, json_t *items);
/* Page by page. target: without limit and cursor. */
plm_status plm_inquiry_pages(plm_inquiry *inquiry, const char *target, plm_inquiry_page_fn *take,
                             void *context) PLM_MUST_CHECK;

/*
 * An answer that comes piece by piece. PLM_E_REJECTED as above; PLM_E_CANCELLED: *cancel came
 * first, or what take returned; PLM_E_TRUNCATED: the node went away, and nothing was said.
 */
plm_status plm_inquiry_listen(plm_inquiry *inquiry, const plm_inquiry_question *question,
                              plm_http_piece_fn *take, void *context,
                              const volatile sig_atomic_t *cancel) PLM_MUST_CHECK;

#define PLM_ACCESS_OPTIONS(access)                                               \
    {"api",                                                                      \
     PLM_OPTION_TEXT,                                                            \
     &(access)->socket,                                                          \
     "SOCKET",                                                                   \
     "of a serving node, not the one found in DIR",                              \
     0,                                                                          \
     0},                                                                         \
        {"direct",                                                               \
         PLM_OPTION_FLAG,                                                        \
         &(access)->direct,                                                      \
         NULL,                                                                   \
         "on the store itself, also beside a serving node",                      \
         0,                                                                      \
         0},                                                                     \
    {                                                                            \
        "token-file", PLM_OPTION_TEXT, &(access)->token_file, "FILE",            \
            "file with an API token: act as its user (PALERMO_TOKEN_FILE)", 0, 0 \
    }

#endif
