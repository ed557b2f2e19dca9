/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_link.h - what the files of the asker's side of lookups share: lookup_ask.c (asking),
 * lookup_job.c (what one caller asks, and its answers), lookup_link.c (a link's batches),
 * lookup_judge.c (from keys to answers), lookup_connect.c (its connection), lookup_fetch.c (its
 * indexes).
 *
 * Their mutex guards the queues and the flags marked so, a job's mutex its answers; all else of a
 * link belongs to its thread.
 */
#ifndef PLM_NODE_LOOKUP_LINK_H
#define PLM_NODE_LOOKUP_LINK_H

#include "index/changes.h"
#include "index/evaluate.h"
#include "node/agreement.h"
#include "node/lookup.h"
#include "node/select.h"
#include "wire/lookup.h"

#include <pthread.h>

typedef struct plm_job plm_job;

/* The questions by one accord and its rules: all links that have these ask the same. */
typedef struct plm_job_asked {
    plm_question *questions; /* SECRET */
    uint64_t *rules;         /* of each: bit set of 1 << rule */
    size_t n;                /* PLM_QUESTIONS_MAX at most */
    size_t link;             /* number of the first that asks so */
} plm_job_asked;

/* What one link is asked for one job. */
typedef struct plm_job_part {
    struct plm_job_part *next; /* in the link's queue */
    plm_job *job;
    size_t number; /* of the link, and of the answer */
    const plm_job_asked *asked;
} plm_job_part;

struct plm_job {
    _Atomic unsigned n_holders; /* links that have it, and its caller */
    pthread_mutex_t mutex;
    pthread_cond_t done;
    unsigned n_left; /* guarded: parts not answered */
    bool is_late;    /* guarded: the caller waits no longer */
    int64_t asked_us;
    int64_t end_ms;                /* of the deadline */
    plm_lookup_answer_of *answers; /* guarded; the job's own */
    plm_job_part *parts;
    plm_job_asked *asked;
    size_t n_parts;
    size_t n_asked;
};

/* In the order in which it is read; there are few. NOLINTNEXTLINE(*-optin.performance.Padding) */
typedef struct plm_lookup_link {
    plm_lookups *lookups;
    size_t number;
    pthread_t thread;
    bool is_started;
    plm_node node; /* with a store of its own */
    char address[PLM_TEXT_MAX];
    plm_tls_pin pin;
    plm_agreement *agreement;
    plm_effective effective;
    plm_frequency *table;
    plm_bits threshold;
    plm_asked_case asked;
    int64_t checked_ms; /* when the case was last looked at */

    plm_job_part *first; /* guarded: the queue */
    plm_job_part *last;
    pthread_cond_t wake;
    bool is_ready; /* guarded; as the next three: what plm_lookups_state tells */
    bool is_tried; /* to connect, at least once */
    plm_status told_failure;
    uint32_t told_epoch;
    uint64_t told_sequence;
    uint64_t told_bytes;
    plm_refusal told_refusal;

    plm_session session;
    bool is_open;
    bool is_session; /* there is one to be closed */
    plm_lookup_terms terms;
    plm_status failure; /* of the last attempt to connect */
    plm_refusal refusal;
    int64_t retry_ms;       /* no attempt before */
    int64_t rest_ms;        /* nor one before this that nobody waits for */
    unsigned n_failures;    /* one after another, with the peer there */
    uint64_t offered_bytes; /* of a file that is longer than we take; 0: none was */
    plm_index index;
    plm_changes changes;
    bool has_index;
    bool has_changes;
    bool wants_fetch; /* a newer epoch is there */
    int64_t fetch_ms; /* it is not asked for before */
    uint32_t next_number;
    int64_t batch_us; /* when the last batch was taken */
    plm_questions questions;
    plm_index_key keys[PLM_QUESTIONS_MAX]; /* SECRET */
    bool has_notices;                      /* that wait in the outbox, or may */
    int64_t deliver_ms;                    /* they are not delivered before, but at the end */
    int64_t first_ms;
    uint64_t n_evaluated;
    uint64_t n_refused;
    uint64_t n_batches;
    uint64_t n_hits;
} plm_lookup_link;

struct plm_lookups {
    plm_lookups_config config;
    pthread_mutex_t blinds_mutex;
    plm_blinds blinds; /* SECRET; guarded by its own mutex */
    pthread_mutex_t mutex;
    bool is_closing; /* guarded */
    plm_lookup_link **links;
    size_t n_links;
    pthread_cond_t ready; /* some link's is_ready was set */
};

/* lookup_link.c: the thread of a link. */
void *plm_link_main(void *link);

/*
 * Answers what has come in while a file is fetched, over the same connection, from the index that
 * is open. The status of the connection, with which the fetch has to end.
 */
plm_status plm_link_serve_meanwhile(plm_lookup_link *link) PLM_MUST_CHECK;

/* lookup_job.c */
/*
 * The subject's questions for each link, blinded; the caller and each part hold the job.
 * PLM_E_INVALID: there are none. PLM_E_NOMEM.
 */
plm_status plm_job_create(plm_job **out, plm_lookups *lookups, const plm_record *subject,
                          int deadline_ms) PLM_MUST_CHECK;
/* Puts an answer in; the part is the job's again, and held by nobody. */
void plm_job_answer(plm_job_part *part, const plm_lookup_answer_of *answer);
/* Until all parts are answered or the deadline has come; the caller holds the job no longer. */
void plm_job_wait(plm_job *job, plm_lookup_answer_of *answers);

/* lookup_ask.c */
/* A condition whose waits end by the monotonic clock; 0, or an error number. */
int plm_lookups_init_condition(pthread_cond_t *condition);
/* Waits on such a one; false when the time has come. */
bool plm_lookups_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t end_ms);

/* lookup_judge.c */
/*
 * Answers all of the batch, whose keys are in link->keys, and takes them out of it. PLM_E_TAMPERED,
 * only if may_mend: the index is not what the holder signed, and those left were not answered.
 */
plm_status plm_link_judge(plm_lookup_link *link, plm_job_part **batch,
                          bool may_mend) PLM_MUST_CHECK;

/* lookup_connect.c */
/*
 * A connection with terms, if there is none; and an index that can be asked with. PLM_E_REFUSED
 * (link->refusal), PLM_E_NOT_FOUND (no index, and none is to be fetched), every status of a
 * session.
 */
plm_status plm_link_connect(plm_lookup_link *link) PLM_MUST_CHECK;
/* The same between two questions, when there is time to wait with another attempt. */
plm_status plm_link_stay(plm_lookup_link *link) PLM_MUST_CHECK;
/* Ends the connection: with a good word if why is PLM_OK. */
void plm_link_disconnect(plm_lookup_link *link, plm_status why);
/* One message out and the one that must follow in `in`. */
plm_status plm_link_exchange(plm_lookup_link *link, plm_frame_type out_type, plm_span out,
                             plm_frame_type in_type, plm_buf *in) PLM_MUST_CHECK;

/* lookup_fetch.c */
/*
 * Opens what is on disk of the newest epoch that the terms offer and that is there.
 * PLM_E_NOT_FOUND: nothing fits.
 */
plm_status plm_link_open_index(plm_lookup_link *link) PLM_MUST_CHECK;
/* Fetches the newest epoch's index, verifies all of it, and opens it. */
plm_status plm_link_fetch_index(plm_lookup_link *link) PLM_MUST_CHECK;
/* Fetches the changes of that number to the epoch that is open, and opens them. */
plm_status plm_link_fetch_changes(plm_lookup_link *link, uint64_t sequence) PLM_MUST_CHECK;
/* Those that the terms tell of, unless ours are. */
plm_status plm_link_fetch_newest_changes(plm_lookup_link *link) PLM_MUST_CHECK;
void plm_link_close_index(plm_lookup_link *link);

#endif
