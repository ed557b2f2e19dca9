/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control.h - what a principal and its worker say to each other over a socket pair.
 *
 *   +------------+----------+-----------+
 *   |  n (u32)   | type(u8) | n bytes   |
 *   +------------+----------+-----------+
 *
 * The worker speaks to the peer and may be under the peer's control, so the principal treats
 * everything it says as hostile: every message is bounds-checked here and judged where it is used.
 */
#ifndef PLM_NODE_CONTROL_H
#define PLM_NODE_CONTROL_H

#include "base/bytes.h"
#include "wire/message.h"

enum {
    PLM_CONTROL_MESSAGE_MAX = (1 << 20) + 65536,
    PLM_CONTROL_LEGS_MAX = 4,
    PLM_CONTROL_LABEL_MAX = 64 /* bytes of a token's label */
};

typedef enum plm_control_type {
    /* principal to worker */
    PLM_CONTROL_START = 1, /* who we are, whom we may speak to, TLS identity: see session.c */
    PLM_CONTROL_SEND,      /* frame type (u8), payload: a signed message for the peer */
    PLM_CONTROL_TOKENS,    /* 16-byte tokens of the next leg, appended to those sent before */
    PLM_CONTROL_ENGINE,    /* the next leg's tokens and labels are there: start it */
    PLM_CONTROL_FINISH,    /* everything was said: END, close */
    PLM_CONTROL_CANCEL,    /* an officer stops the run */
    PLM_CONTROL_TICK,      /* still here; from either side */
    PLM_CONTROL_LABELS,    /* labels of the next leg's tokens, appended to those sent before */
    PLM_CONTROL_CARRIED,   /* of a carried run: bytes of the peer's stream */
    PLM_CONTROL_IS_DRY,    /* of a carried run: number (u32); answered with DRY */
    /* worker to principal */
    PLM_CONTROL_CONNECTED = 64, /* number of the pin (u32), channel hash (32) */
    PLM_CONTROL_MESSAGE,        /* frame type (u8), payload: a signed message from the peer */
    PLM_CONTROL_PROGRESS,       /* leg (u8), done (u64), total (u64), phase (u16 + bytes) */
    PLM_CONTROL_HITS,           /* leg (u8), then index (u32) and label of each, appended */
    PLM_CONTROL_ENGINE_DONE,    /* transcript (32), bytes sent (u64), bytes received (u64) */
    PLM_CONTROL_CLOSED,         /* the peer said END too */
    PLM_CONTROL_FAILED,         /* status (u8), peer's status (u8), evaluated tokens (u64) */
    PLM_CONTROL_BASE,           /* what a leg leaves for the next one: plm_control_base */
    PLM_CONTROL_LEG_DONE,       /* leg (u8): it is over, and not the last */
    PLM_CONTROL_TO_CARRY,       /* of a carried run: bytes of the stream to the peer */
    PLM_CONTROL_DRY /* number (u32): all is taken in and said until the peer says more */
} plm_control_type;

/* One end. Non-blocking; messages queue in `out` until the socket takes them. */
typedef struct plm_control {
    int fd;
    plm_buf in;
    plm_buf out;
    size_t taken;    /* bytes at the front of `in` that the last message occupied */
    bool ended;      /* the other end closed */
    bool is_drained; /* the last read took all that had come */
} plm_control;

typedef struct plm_control_message {
    plm_control_type type;
    plm_span payload; /* borrowed until the next call on the control */
} plm_control_message;

/* Takes over fd (closed by wipe) and makes it non-blocking. PLM_E_IO. */
plm_status plm_control_init(plm_control *control, int fd) PLM_MUST_CHECK;
void plm_control_wipe(plm_control *control);

/* Queues a message. PLM_E_LIMIT (too long, or too much is queued), PLM_E_NOMEM. */
plm_status plm_control_queue(plm_control *control, plm_control_type type,
                             plm_span payload) PLM_MUST_CHECK;
/* Writes what the socket has room for, without waiting. PLM_E_IO. */
plm_status plm_control_flush(plm_control *control) PLM_MUST_CHECK;
/* That, and reads what has come, up to the other end's closing. PLM_E_IO, PLM_E_NOMEM. */
plm_status plm_control_step(plm_control *control) PLM_MUST_CHECK;
/* Poll bits this end waits for. */
short plm_control_events(const plm_control *control);
/* The same with one read, for whoever was told by poll: what it leaves poll tells again. */
plm_status plm_control_hear(plm_control *control) PLM_MUST_CHECK;
/*
 * The next whole message. PLM_E_NOT_FOUND: none yet. PLM_E_TRUNCATED: the other end has closed and
 * nothing is left. PLM_E_PROTOCOL: a message longer than the maximum.
 */
plm_status plm_control_next(plm_control *control, plm_control_message *out) PLM_MUST_CHECK;

/*
 * Payload of ENGINE, which starts one leg with the tokens and labels that came since the last:
 *
 *   +--------------+------------+-----------+--------+-----------+---------------+
 *   | n_padded u64 | n_peer u64 | engine u8 | leg u8 | last u8   | receiver u8   |
 *   +--------------+------------+-----------+--------+-----------+---------------+
 *   | label_bytes u16 | context 32 | length of the base u16, base |
 *   +-----------------+------------+------------------------------+
 */
typedef struct plm_control_engine {
    uint64_t n_padded;
    uint64_t n_peer;
    plm_match_engine engine;
    uint8_t leg; /* 0 to PLM_CONTROL_LEGS_MAX - 1, one after the other */
    bool is_last;
    bool is_receiver;
    uint16_t label_bytes; /* of one label, 0 to PLM_CONTROL_LABEL_MAX; only with PLM_ENGINE_VOLE */
    uint8_t context[PLM_HASH_BYTES];
    plm_span base; /* SECRET; of an earlier leg with the peer (palermo/match.h); empty: none */
} plm_control_engine;

/* Appends the payload. PLM_E_ARGUMENT for what read would refuse, PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_control_write_engine(plm_buf *out, const plm_control_engine *m) PLM_MUST_CHECK;
/*
 * The base is borrowed from the payload. PLM_E_PROTOCOL: malformed, an engine there is not, or a
 * base or labels for one that has none.
 */
plm_status plm_control_read_engine(plm_control_engine *out, plm_span payload) PLM_MUST_CHECK;

/* Payload of BASE: leg (u8), then 1 to PLM_MATCH_BASE_MAX bytes. */
typedef struct plm_control_base {
    uint8_t leg;
    plm_span bytes; /* SECRET */
} plm_control_base;

/* As above. */
plm_status plm_control_write_base(plm_buf *out, const plm_control_base *m) PLM_MUST_CHECK;
plm_status plm_control_read_base(plm_control_base *out, plm_span payload) PLM_MUST_CHECK;

#endif
