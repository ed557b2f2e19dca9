/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - the principal's end of one connection to a peer.
 *
 * The principal holds the store and the identity key, decides, and signs. It never touches the
 * peer's bytes: the worker it starts does, and what comes back is signed messages (which the
 * principal verifies itself) and numbers (which it checks against what is possible).
 */
#ifndef PLM_NODE_SESSION_H
#define PLM_NODE_SESSION_H

#include "net/net.h"
#include "node/carry.h"
#include "node/control.h"
#include "wire/frame.h"
#include "wire/message.h"

#include <signal.h>
#include <sys/types.h>

/* What a principal tells its user about a run while it goes on. */
typedef struct plm_run_progress {
    const char *phase; /* "connect", "prepare", "blind", ...; borrowed until return */
    uint64_t done;
    uint64_t total; /* 0: unknown */
} plm_run_progress;

typedef void plm_progress_fn(void *context, const plm_run_progress *progress);

typedef struct plm_session_config {
    const char *worker_program; /* NULL: the one that belongs to this program (worker.h) */
    const char *self;           /* own party code */
    const uint8_t *seed; /* own identity, 32 bytes, SECRET; signs the connection's certificate */
    bool is_asker;
    plm_errand errand; /* the asker's; a holder learns it from the peer */
    int timeout_ms;
    int64_t longest_ms; /* the whole session may last; 0: as long as it will */
    unsigned n_threads;
    const plm_tls_pin *pins; /* peers we may speak to; borrowed until the session is closed */
    size_t n_pins;
    plm_progress_fn *progress; /* may be NULL */
    void *progress_context;
    const volatile sig_atomic_t *cancel; /* set by a signal handler; may be NULL */
    plm_carry *carry; /* node/carry.h: the run is carried across an air gap; NULL: it is not */
} plm_session_config;

typedef struct plm_session {
    plm_session_config config;
    pid_t worker;
    plm_control control;
    int64_t began_ms;
    int64_t ticked_ms;
    int64_t heard_ms; /* last word of the worker */
    bool cancelled;
    plm_errand errand;               /* what the connection is for */
    uint32_t pin;                    /* who the peer is: number of the pin */
    uint8_t channel[PLM_HASH_BYTES]; /* hash of the connection's exporter value */
    bool has_evaluated;              /* the worker told how its run broke, and with it: */
    uint64_t evaluated;              /* what it says the peer got evaluated */
    plm_status peer_failure;
    uint32_t dry_number; /* of the last IS_DRY */
} plm_session;

/*
 * The asker's way to the peer; of a carried run, what stands for it. *fd is for plm_session_open.
 * PLM_E_NO_WORKER, before anybody is called; the statuses of plm_net_connect.
 */
plm_status plm_session_connect(const plm_session_config *config, const char *address,
                               int *fd) PLM_MUST_CHECK;

/*
 * Starts a worker on the connected socket `fd` (consumed, also on failure) and waits until the peer
 * is known. The statuses of plm_conn_handshake, and PLM_E_CANCELLED, PLM_E_WORKER_DIED,
 * PLM_E_NO_WORKER, PLM_E_TIMEOUT. The session must be closed in any case. A carried run has no
 * socket: then fd is any descriptor the worker may have in its place; this and what follows return
 * PLM_E_TIMEOUT with carry->is_dry set where the run can't go on before the peer's next file.
 */
plm_status plm_session_open(plm_session *session, const plm_session_config *config,
                            int fd) PLM_MUST_CHECK;
/* Tells the peer, through the worker if it lives, that the run ends with `why`. */
void plm_session_fail(plm_session *session, plm_status why);
/* Ends the worker if it has not ended by itself, and frees. */
void plm_session_close(plm_session *session);

/* Says that we still prepare; call at least every second or so. Also sees to cancellation. */
plm_status plm_session_tick(plm_session *session) PLM_MUST_CHECK;

/* Sends a signed message. */
plm_status plm_session_send(plm_session *session, plm_frame_type type,
                            plm_span message) PLM_MUST_CHECK;
/*
 * Waits for the peer's next signed message; its bytes are appended to out. PLM_E_PROTOCOL if the
 * worker says anything else.
 */
plm_status plm_session_receive(plm_session *session, plm_frame_type *type,
                               plm_buf *out) PLM_MUST_CHECK;

/*
 * As plm_session_receive, but waits at most most_ms. PLM_E_NOT_FOUND: nothing came.
 */
plm_status plm_session_receive_within(plm_session *session, int most_ms, plm_frame_type *type,
                                      plm_buf *out) PLM_MUST_CHECK;

/* What a leg leaves for the next one with this peer in this role (palermo/match.h). */
typedef struct plm_session_base {
    uint8_t bytes[PLM_MATCH_BASE_MAX]; /* SECRET */
    size_t n;                          /* 0: none */
} plm_session_base;

/* One pass of the engine; a run has up to PLM_CONTROL_LEGS_MAX (spec/wire.md section 8). */
typedef struct plm_session_leg {
    plm_match_engine engine;
    uint8_t number; /* from 0, one after the other */
    bool is_last;
    bool is_receiver;
    const plm_token *tokens; /* SECRET */
    size_t n_tokens;
    const uint8_t
        *labels; /* SECRET; sender of a leg with labels: n_tokens * label_bytes; or NULL */
    uint16_t label_bytes;
    uint64_t n_padded;
    uint64_t n_peer;
    const uint8_t *context;       /* PLM_HASH_BYTES: hash of the signed acceptance */
    const plm_session_base *base; /* NULL or n == 0: none */
} plm_session_leg;

typedef struct plm_session_result {
    uint32_t *hits;  /* ascending token indices; NULL if none */
    uint8_t *labels; /* SECRET; of the hits, label_bytes each; NULL if the leg has none */
    size_t n_hits;
    size_t label_bytes;
    size_t capacity; /* hits there is room for */
    plm_session_base base;
    uint8_t transcript[PLM_HASH_BYTES]; /* this and the next two: of all legs, after the last */
    uint64_t bytes_sent;
    uint64_t bytes_received;
} plm_session_result;

/*
 * Runs one leg to its end. *result is the caller's to wipe, zeroed on a failure. Hits and bases
 * that a worker could not honestly have (out of range, repeated, though we are no receiver, of an
 * engine that keeps none) are PLM_E_PROTOCOL.
 */
plm_status plm_session_run_leg(plm_session *session, const plm_session_leg *leg,
                               plm_session_result *result) PLM_MUST_CHECK;
void plm_session_result_wipe(plm_session_result *result);

/* Says that all is said, and waits until the peer has too. */
plm_status plm_session_finish(plm_session *session) PLM_MUST_CHECK;

#endif
