/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node.h - one authority's running Palermo: asking, answering, serving.
 */
#ifndef PLM_NODE_NODE_H
#define PLM_NODE_NODE_H

#include "accord/policy.h"
#include "node/session.h"
#include "store/standing.h"

/* Of an index that is fetched, unless the node is told otherwise. */
#define PLM_INDEX_BYTES_MOST (UINT64_C(4) << 30)

typedef struct plm_node {
    plm_store *store;
    char code[PLM_CODE_MAX];
    uint8_t seed[32];           /* SECRET */
    const char *worker_program; /* NULL: the one that belongs to this program (worker.h) */
    int timeout_ms;             /* silence that ends a run */
    unsigned n_threads;         /* of a worker's engine */
    plm_progress_fn *progress;
    void *progress_context;
    const volatile sig_atomic_t *cancel;
    const volatile sig_atomic_t *leave; /* set: lookups end at the next pause; may be NULL */
    const char *directory;              /* where indexes are kept (node/index_files.h) */
    uint64_t most_index_bytes;          /* of an index that is fetched; 0: PLM_INDEX_BYTES_MOST */
    int64_t longest_ms; /* a connection that we answer may last; 0: as long as it will */
    /*
     * Whether a peer that has connected and proven who it is may stay, when we answer; NULL: yes.
     * PLM_E_LIMIT: there is no place for it.
     */
    plm_status (*admit)(void *context, plm_session *session, const plm_tls_pin *pin);
    /*
     * A run that we answer, of an id that nobody has used, is about to be written down as running:
     * for who marks it broken if this process dies (plm_node_mend_run). NULL: nobody.
     */
    void (*began)(void *context, const uint8_t run_id[static PLM_RUN_ID_BYTES]);
    void *admit_context; /* of both */
    plm_carry *carry;    /* the run in hand is carried (node/carry.h); NULL: it is not */
} plm_node;

/* What the asker wants. Strings are borrowed. */
typedef struct plm_ask {
    const char *with; /* party code */
    const char *purpose;
    const uint8_t *accord_hash;       /* NULL: the accord in force with that party and purpose */
    const char *case_ref;             /* of the open case at home, without which there is no run */
    const char *offence;              /* one of the case's; NULL: the first that the purpose has */
    const char *address;              /* NULL: the accord's */
    const uint8_t *run_id;            /* 16 bytes, random, unused so far; NULL: made here */
    const plm_standing_row *standing; /* the series that the run is one of; NULL: none */
    bool is_whole;                    /* of a series: with everything, whatever is due */
    /*
     * For tests of the other side only: changes the proposal after it was made and before it is
     * signed. With it, our own policy is not asked first, and no case is needed.
     */
    void (*alter)(void *context, plm_proposal *proposal);
    void *alter_context;
} plm_ask;

/* How many records stood where, before a run. */
typedef struct plm_selection {
    uint64_t n_records;                       /* in the store */
    uint64_t n_excluded[PLM_EXCLUSION_COUNT]; /* [PLM_ADMITTED]: that took part */
    plm_token_report tokens;
} plm_selection;

/* What a connection with the errand "lookup" was used for (node/lookup_answer.h). */
typedef struct plm_lookup_report {
    uint64_t n_evaluated;
    uint64_t n_refused; /* beyond the budget */
    uint64_t n_batches;
} plm_lookup_report;

/* What a connection with the errand "deliver" moved (node/delivery.h). */
typedef struct plm_delivery_report {
    char peer[PLM_CODE_MAX];
    uint64_t n_delivered; /* parcels the peer took */
    uint64_t n_refused;   /* and those it will not */
    uint64_t n_taken;     /* of the peer's, new */
    uint64_t n_again;     /* that had come before */
    uint64_t n_declined;  /* that we will not take */
    plm_status peer_failure;
} plm_delivery_report;

typedef struct plm_outcome {
    uint8_t run_id[PLM_RUN_ID_BYTES];
    uint8_t accord_hash[PLM_HASH_BYTES];
    char peer[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
    plm_learns learns;
    bool learned;   /* this side got to know the hits */
    uint64_t n_own; /* tokens, padded */
    uint64_t n_peer;
    uint64_t n_hits; /* records of ours in common; 0 unless learned */
    uint64_t bytes_sent;
    uint64_t bytes_received;
    plm_selection selection;
    plm_standing_kind standing;
    plm_refusal refusal; /* code PLM_REFUSAL_NONE unless refused */
    bool refused_by_peer;
    const char *detail;      /* a few words more on a refusal of our own, or NULL */
    plm_status peer_failure; /* with PLM_E_PEER_FAILED: the peer's own status */
    plm_status settled;      /* of a run that is done: what followed it (node/outcome_view.h) */
    bool is_delivery;        /* plm_node_answer: it was no run; `delivery` says what it was */
    plm_delivery_report delivery;
    bool is_lookup; /* likewise, and `lookups` */
    plm_lookup_report lookups;
} plm_outcome;

/* What a proposal says of the case: nothing by which anybody outside could tell what it is. */
typedef struct plm_asked_case {
    char opaque[PLM_CASE_OPAQUE_DIGITS + 1];
    char officer[PLM_OFFICER_DIGITS + 1];
    char offence[PLM_CODE_MAX];
} plm_asked_case;

/*
 * The open case under which is asked, and its offence that the purpose (as it counts between the
 * two) has; if it has none of them, one that our own policy will refuse. PLM_E_REFUSED with the
 * outcome's refusal and detail set: there is no such case, it is closed, or it is not about the
 * offence that was asked for.
 */
plm_status plm_ask_take_case(plm_asked_case *out, plm_store *store, const plm_ask *ask,
                             const plm_purpose *purpose, plm_outcome *outcome) PLM_MUST_CHECK;

/*
 * One run as the asker: connects, proposes, matches, signs the receipt, stores it all.
 * PLM_E_REFUSED (by us or by the peer: outcome->refusal), PLM_E_NOT_FOUND (no such party in any
 * accord here), and every status of a session. The run stands in the store as done, refused or
 * broken in every case in which a proposal was sent.
 */
plm_status plm_node_ask(plm_node *node, const plm_ask *ask, plm_outcome *outcome) PLM_MUST_CHECK;

/*
 * One run, or delivery, as the holder, on an accepted connection (fd consumed). Statuses as above.
 */
plm_status plm_node_answer(plm_node *node, int fd, plm_outcome *outcome) PLM_MUST_CHECK;

/*
 * Marks runs broken that were going on when their process died: those this node asked for, or those
 * it answered. Call when no other process of this node can be in such a run. *n: how many.
 */
plm_status plm_node_mend_runs(plm_node *node, bool is_asker, uint64_t *n) PLM_MUST_CHECK;
/* The same for the one run that we answered, whose process has died. Nothing if it had ended. */
plm_status plm_node_mend_run(plm_node *node,
                             const uint8_t run_id[static PLM_RUN_ID_BYTES]) PLM_MUST_CHECK;

#endif
