/* SPDX-License-Identifier: Apache-2.0 */
/*
 * channel.h - what the front, which speaks HTTP, and the clerk, which does what is asked, say to
 * each other over a socket pair of their own for each request (node/control.h has the framing).
 *
 *   front                                      clerk
 *     │ ── ASK: method, target, headers ─────────► │ who asks, and may they?
 *     │ ◄─ GO_ON: the body, please ─────────────── │ (only if there is one)
 *     │ ── BODY ... BODY_END ────────────────────► │
 *     │ ◄─ ANSWER: status, type, headers ───────── │
 *     │ ◄─ DATA ... END ────────────────────────── │
 *
 * Both treat what they read as hostile: the front parses what anybody sends who reaches its socket.
 */
#ifndef PLM_API_CHANNEL_H
#define PLM_API_CHANNEL_H

#include "api/api.h"
#include "node/control.h"

typedef enum plm_channel_type {
    PLM_CHANNEL_ASK = 1,
    PLM_CHANNEL_BODY,
    PLM_CHANNEL_BODY_END,
    PLM_CHANNEL_GO_ON = 64,
    PLM_CHANNEL_ANSWER,
    PLM_CHANNEL_DATA,
    PLM_CHANNEL_END
} plm_channel_type;

enum {
    PLM_CHANNEL_HEADER_MAX = 2048, /* bytes of a header's value, terminator included */
    PLM_CHANNEL_STEP = 1 << 18     /* bytes of one BODY or DATA, at most */
};

#define PLM_CHANNEL_UNKNOWN UINT64_MAX /* a length that is not told beforehand */

typedef struct plm_channel_ask {
    char method[16];
    char target[PLM_API_TARGET_MAX];
    char authorization[256];
    char cookie[PLM_CHANNEL_HEADER_MAX];
    char csrf[128];
    char officer[256];
    char idempotency_key[PLM_API_KEY_MAX];
    char content_type[128];
    char counts[1024];   /* the front's own, for /metrics */
    uint64_t body_bytes; /* 0: none; PLM_CHANNEL_UNKNOWN */
    bool is_operator;
    bool is_secure;
} plm_channel_ask;

typedef struct plm_channel_answer {
    unsigned status;
    char type[64];
    char cookie[256];
    char file_name[128];
    char location[128];
    unsigned retry_after_s;
    bool is_page;
    bool is_replayed;
    uint64_t bytes; /* of the body, or PLM_CHANNEL_UNKNOWN */
} plm_channel_answer;

/* Appends the payload. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_channel_write_ask(plm_buf *out, const plm_channel_ask *ask) PLM_MUST_CHECK;
plm_status plm_channel_write_answer(plm_buf *out, const plm_channel_answer *answer) PLM_MUST_CHECK;
/* PLM_E_PROTOCOL. */
plm_status plm_channel_read_ask(plm_channel_ask *out, plm_span payload) PLM_MUST_CHECK;
plm_status plm_channel_read_answer(plm_channel_answer *out, plm_span payload) PLM_MUST_CHECK;

#endif
