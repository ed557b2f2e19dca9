/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h - private matching of two token sets, as a state machine without I/O.
 *
 * One party is the receiver: it learns which of its own tokens the other holds too, and how many
 * tokens (padded, where padding is asked for) the other has. The other is the sender: it learns
 * the receiver's (padded) number of tokens and nothing else.
 *
 * The machine never touches a socket or a clock. The caller moves messages:
 *
 *     for (;;) {
 *         unsigned wants = plm_match_wants(m);
 *         if (wants & PLM_MATCH_DONE) break;
 *         if (wants & PLM_MATCH_OUTPUT)  take a message, send it to the peer's machine;
 *         else if (a message arrived)    give it to plm_match_input;
 *         else if (wants & PLM_MATCH_WORK) plm_match_work;     (one bounded piece, about 50 ms)
 *         else                           wait for a message;
 *     }
 *
 * Messages must reach the other machine whole, in order, once. Confidentiality and authenticity
 * of the channel are the caller's business (TLS); the engines assume an authentic channel.
 *
 * Adversary and assumption stand with each engine (spec/matching.md):
 *
 *   PLM_ENGINE_OPRF: malicious receiver and malicious sender, in the random-oracle model under the
 *   one-more gap computational Diffie-Hellman assumption in ristretto255 (Jarecki, Kiayias,
 *   Krawczyk, Asiacrypt 2014; RFC 9497 section 7.2.1). A malicious sender can still choose which
 *   tokens it enters; it can't give different keys to different tokens of the receiver (batched
 *   DLEQ proof, always on).
 *
 *   PLM_ENGINE_VOLE: vector-OLE matching (Rindal and Schoppmann, Eurocrypt 2021; Raghuraman and
 *   Rindal, CCS 2022). PLM_MATCH_MALICIOUS: malicious receiver and malicious sender, in the
 *   random-oracle and ideal-cipher model, under computational Diffie-Hellman in ristretto255 (base
 *   OTs), correlation robustness of fixed-key AES, and regular syndrome decoding for the
 *   block-accumulate code of spec/matching-vole.md. A malicious receiver can enter as many tokens
 *   as its store has columns: about 1.25 n (section 8 there). PLM_MATCH_SEMI_HONEST: parties that
 *   follow the protocol; for comparison, never for a run between authorities.
 *
 * Threads: a machine is used by one thread at a time; it starts its own helpers (n_threads).
 */
#ifndef PALERMO_MATCH_H
#define PALERMO_MATCH_H

#include <palermo/attributes.h>
#include <palermo/status.h>
#include <palermo/token.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plm_match plm_match;

typedef enum plm_match_engine {
    PLM_ENGINE_OPRF = 1, /* VOPRF(ristretto255, SHA-512), RFC 9497 */
    PLM_ENGINE_VOLE = 2  /* vector OLE and an oblivious key-value store */
} plm_match_engine;

typedef enum plm_match_security {
    PLM_MATCH_MALICIOUS = 0,
    PLM_MATCH_SEMI_HONEST = 1 /* PLM_ENGINE_VOLE only */
} plm_match_security;

typedef enum plm_match_role {
    PLM_MATCH_SENDER,
    PLM_MATCH_RECEIVER
} plm_match_role;

/* What a machine wants next; a bit set. */
enum {
    PLM_MATCH_OUTPUT = 1, /* a message is ready to be taken */
    PLM_MATCH_INPUT = 2,  /* a message from the peer can be taken in */
    PLM_MATCH_WORK = 4,   /* local computation is waiting */
    PLM_MATCH_DONE = 8    /* finished; nothing else is set */
};

enum {
    PLM_MATCH_MESSAGE_MAX = 1 << 20,  /* bytes of one message, at most */
    PLM_MATCH_CONTEXT_MAX = 64,       /* bytes of the context, at most */
    PLM_MATCH_LABEL_MAX = 256,        /* bytes of a label, at most */
    PLM_MATCH_BASE_MAX = 8448,        /* bytes of a kept base, at most */
    PLM_MATCH_TOKENS_MAX = 0x7fffffff /* tokens of one side, padding included, at most */
};

typedef struct plm_match_config {
    plm_match_engine engine;
    plm_match_security security;
    plm_match_role role;
    const plm_token *tokens; /* n distinct tokens, SECRET; borrowed until destroy; NULL if n is 0 */
    size_t n;
    size_t n_padded;        /* >= n: what the peer is told; 0 means n */
    size_t n_peer;          /* the peer's (padded) number, agreed beforehand; checked */
    const uint8_t *context; /* what both sides bind this run to (hash of the proposal) */
    size_t context_bytes;   /* 0 to PLM_MATCH_CONTEXT_MAX; copied */
    unsigned n_threads;     /* 0 means 1 */

    /* Labels (PLM_ENGINE_VOLE only): the receiver opens those of its hits, and no other. */
    size_t label_bytes;    /* of one label, the same on both sides; 0: no labels */
    const uint8_t *labels; /* sender: n * label_bytes, SECRET, borrowed; receiver: NULL */

    /* What plm_match_get_base gave after an earlier run with this peer in this role; or NULL. */
    const uint8_t *base; /* SECRET; copied */
    size_t base_bytes;
} plm_match_config;

/* Text for progress lines; phases come in this order but may overlap. */
typedef struct plm_match_progress {
    const char *phase; /* static string: "blind", "evaluate", "verify", "compare", "done", ... */
    uint64_t done;     /* units of work finished, all phases together */
    uint64_t total;    /* units of work in all; > 0 */
} plm_match_progress;

/*
 * Makes a machine. *out is owned by the caller (plm_match_destroy).
 * PLM_E_ARGUMENT (sizes, unknown engine), PLM_E_NOMEM, PLM_E_CRYPTO (no randomness).
 */
plm_status plm_match_create(plm_match **out, const plm_match_config *config) PLM_MUST_CHECK;
/* Wipes and frees; m may be NULL. */
void plm_match_destroy(plm_match *m);

/* Bits of what m wants now. */
unsigned plm_match_wants(const plm_match *m);

/*
 * Takes the next message for the peer: *message is borrowed until the next call on m.
 * PLM_E_ARGUMENT if PLM_MATCH_OUTPUT is not set.
 */
plm_status plm_match_output(plm_match *m, const uint8_t **message,
                            size_t *message_bytes) PLM_MUST_CHECK;

/*
 * Takes one message from the peer (not kept after return).
 * PLM_E_PROTOCOL: malformed, out of order, or of a size that was not agreed.
 * PLM_E_PROOF: the peer's proof does not verify. PLM_E_NOMEM. Group elements and proofs are looked
 * at by plm_match_work, which gives the same two statuses then. After any failure the machine is
 * dead: every later call but destroy gives PLM_E_ARGUMENT.
 */
plm_status plm_match_input(plm_match *m, const uint8_t *message,
                           size_t message_bytes) PLM_MUST_CHECK;

/*
 * Does one bounded piece of the waiting computation; PLM_OK at once if there is none. PLM_E_NOMEM,
 * PLM_E_CRYPTO; PLM_E_PROTOCOL and PLM_E_PROOF for what the peer sent (plm_match_input).
 */
plm_status plm_match_work(plm_match *m) PLM_MUST_CHECK;

void plm_match_get_progress(const plm_match *m, plm_match_progress *out);

/*
 * Receiver only, once done: ascending indices into its tokens that the sender holds too; borrowed
 * until destroy. PLM_E_ARGUMENT before the end, or for the sender.
 */
plm_status plm_match_hits(const plm_match *m, const uint32_t **indices, size_t *n) PLM_MUST_CHECK;

/*
 * Receiver only, once done, with labels agreed: the label of hit number i (0 <= i < n of
 * plm_match_hits), label_bytes of it; borrowed until destroy. PLM_E_ARGUMENT otherwise.
 */
plm_status plm_match_label(const plm_match *m, size_t i, const uint8_t **label) PLM_MUST_CHECK;

/*
 * PLM_ENGINE_VOLE, once done: the base oblivious transfers of this pair of parties in these roles,
 * so that their next run skips them. out: SECRET, at least PLM_MATCH_BASE_MAX bytes. A base serves
 * one run: it is replaced by what that run gives, and thrown away if the run fails. A peer that
 * has lost its half is told so by the protocol, which then makes a new one. PLM_E_NOT_FOUND: this
 * engine keeps none; PLM_E_ARGUMENT before the end.
 */
plm_status plm_match_get_base(const plm_match *m, uint8_t *out, size_t *bytes) PLM_MUST_CHECK;

/*
 * How many tokens a malicious receiver could enter where n were agreed: n with PLM_ENGINE_OPRF, the
 * columns of the store with PLM_ENGINE_VOLE (about 1.25 n where n is large, more where it is
 * small). What a budget should count. UINT64_MAX if n is more than PLM_MATCH_TOKENS_MAX.
 */
uint64_t plm_match_tokens_at_most(plm_match_engine engine, uint64_t n);

/*
 * How many of the peer's tokens this machine, as a sender, has evaluated for the peer so far: what
 * the peer may have learned from a run that broke. 0 for a receiver.
 */
uint64_t plm_match_evaluated(const plm_match *m);

#ifdef __cplusplus
}
#endif

#endif
