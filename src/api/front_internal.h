/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front_internal.h - what the files of the front share: connections, exchanges, answers.
 *
 *   exchange:  NEW ── asked ──► ASKED ── go on ──► BODY ── all sent ──► WAITING ── answer ──► DONE
 *                │                └────────────── answer ───────────────────────────────────► │
 *                └── a file of the console, or a fault of the request ─────────────────────► DONE
 */
#ifndef PLM_API_FRONT_INTERNAL_H
#define PLM_API_FRONT_INTERNAL_H

#include "api/assets.h"
#include "api/channel.h"
#include "api/mhd.h"

typedef enum plm_exchange_state {
    PLM_EXCHANGE_NEW,
    PLM_EXCHANGE_ASKED,
    PLM_EXCHANGE_BODY,
    PLM_EXCHANGE_WAITING,
    PLM_EXCHANGE_DONE
} plm_exchange_state;

typedef struct plm_front plm_front;

/* One request on one connection. */
typedef struct plm_exchange {
    struct plm_exchange *next;
    plm_front *front;
    struct MHD_Connection *connection; /* NULL until its headers are here */
    plm_exchange_state state;
    char *target;
    plm_control control; /* to the clerk; fd -1: none */
    bool is_suspended;
    bool may_send_body; /* GO_ON came */
    bool has_answer;
    bool is_gone; /* the clerk ended without an answer */
    plm_channel_answer answer;
    plm_span piece; /* of DATA that is being sent, borrowed from the control */
    bool has_ended; /* END came */
} plm_exchange;

/*
 * A connection, from its first byte: one that has no request in time, or stops in its body, is cut
 * off.
 */
typedef struct plm_front_connection {
    struct plm_front_connection *next;
    int fd;
    int64_t since_ms; /* that more of a request is waited for */
    size_t body_bytes;
    plm_exchange *exchange; /* whose request is being taken or answered; NULL: none */
} plm_front_connection;

struct plm_front {
    struct MHD_Daemon *daemon;
    plm_exchange *exchanges;
    plm_front_connection *connections;
    bool is_local;
    uid_t user; /* that the node runs as; asked for before the filter is on */
    const char *origin;
    uint64_t n_answers[6]; /* by the first digit of their status */
};

/* front_exchange.c */
plm_exchange *plm_exchange_create(plm_front *front, const char *target);
void plm_exchange_destroy(plm_exchange *x);
/* MHD's access handler for an exchange. */
enum MHD_Result plm_exchange_step(plm_exchange *x, struct MHD_Connection *connection,
                                  const char *method, const char *data, size_t *n);
/* Whether it is the client that is waited for, to send its body or the rest of it. */
bool plm_exchange_awaits_body(const plm_exchange *x);
/* Of a stream, which may say nothing for long: ends it, and its clerk, if the client has left. */
void plm_exchange_see_off(plm_exchange *x, int client_fd);
/* Takes what the clerk said, and wakes the connection if there is something for it to do. */
void plm_exchange_wake(plm_exchange *x);

/* front_answer.c: each queues an answer on the exchange's connection. */
enum MHD_Result plm_front_send_asset(plm_exchange *x, const plm_asset *asset, const char *method);
enum MHD_Result plm_front_send_answer(plm_exchange *x);
/* A problem that the front finds by itself. */
enum MHD_Result plm_front_send_problem(plm_exchange *x, unsigned status, const char *code,
                                       const char *detail);
/* A request's header; "" if it did not come. */
const char *plm_front_header(const plm_exchange *x, const char *name);

#endif
