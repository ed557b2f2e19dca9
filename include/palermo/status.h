/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.h - what a Palermo function that can fail returns.
 *
 * A status tells the *caller* what to do. It is never text for a person: text is made at the edges,
 * where the person's own file, line and field are known (base/diag.h). On any status but PLM_OK,
 * every output the caller owns is left unchanged or zeroed, never half-written.
 */
#ifndef PALERMO_STATUS_H
#define PALERMO_STATUS_H

#include <palermo/attributes.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum plm_status {
    PLM_OK = 0,

    /* Our own caller or machine. */
    PLM_E_ARGUMENT,  /* the caller broke the function's contract; nothing was done */
    PLM_E_NOMEM,     /* an allocation failed; retry with less, or give up */
    PLM_E_IO,        /* the operating system refused a read or write; errno says why */
    PLM_E_STORE,     /* the store failed or holds something it must not hold */
    PLM_E_LIMIT,     /* a declared maximum would be exceeded */
    PLM_E_NOT_FOUND, /* no such thing; a query's ordinary negative answer */
    PLM_E_EXISTS,    /* it is there already, and differs */
    PLM_E_CANCELLED, /* a person or a signal asked to stop */
    PLM_E_CRYPTO,    /* a primitive failed that can't fail on honest input (no randomness, ...) */
    PLM_E_LOCKED,    /* the key could not be opened: wrong passphrase or key file */

    /* Input from people. */
    PLM_E_SYNTAX,   /* not in the format it claims to be */
    PLM_E_INVALID,  /* well formed, but a value is not allowed; the diagnostic says which and why */
    PLM_E_REJECTED, /* an identifier's value was rejected; the reason code says why */

    /* Input from a peer. Fatal for the connection. */
    PLM_E_PROTOCOL,    /* a message out of order, malformed, or of an unknown kind */
    PLM_E_TAMPERED,    /* a frame's tag does not fit its bytes */
    PLM_E_REPLAYED,    /* a message that was already taken once */
    PLM_E_TRUNCATED,   /* the stream ended before its end mark */
    PLM_E_TIMEOUT,     /* the peer was silent for longer than agreed */
    PLM_E_AUTH,        /* the peer is not who the accord says (key, certificate or signature) */
    PLM_E_PROOF,       /* the peer's zero-knowledge proof does not verify */
    PLM_E_REFUSED,     /* the peer, or our own policy, refused: see the clause */
    PLM_E_PEER_CANCEL, /* the peer's officer cancelled the run */
    PLM_E_UNREACHABLE, /* no connection to the peer could be made */
    PLM_E_WORKER_DIED, /* the process that speaks to the peer ended without saying why */
    PLM_E_PEER_FAILED, /* the peer ended the run because of a failure on its side */

    PLM_E_NO_WORKER, /* our own program that speaks to peers is missing, or of another version */

    PLM_STATUS_COUNT
} plm_status;

/*
 * Short name of a status, for logs and JSON ("tampered", "timeout", ...).
 * Never NULL; "unknown" outside the enumeration. Static storage.
 */
const char *plm_status_name(plm_status status);

/*
 * One sentence for a person, without a final full stop ("the peer was silent for too long").
 * Never NULL. Static storage.
 */
const char *plm_status_sentence(plm_status status);

#ifdef __cplusplus
}
#endif

#endif
