/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.h - asking the indexes of all parties at once (spec/lookup.md section 8).
 *
 *     callers (any thread)          lookups                      links, one for each party, each a
 * thread plm_lookups_ask  ─────────►  a job  ──────────────►  queue ─► batch ─► session ─ worker ═
 * holder waits until all            │                        │ have answered, or    ◄─────┴──────
 * answers  ◄──────┘  looks into the party's index the deadline has come
 *
 * A link keeps its connection, and makes one batch of what has come in while the batch before was
 * away: few questions are answered at once, many share a proof.
 */
#ifndef PLM_NODE_LOOKUP_H
#define PLM_NODE_LOOKUP_H

#include "ident/record.h"
#include "index/entry.h"
#include "node/node.h"

/* What one party's index says of one traveller. */
typedef enum plm_lookup_word {
    PLM_WORD_NO_ANSWER,   /* not within the deadline; status says why, if it is known */
    PLM_WORD_NO_HIT,      /* nothing there */
    PLM_WORD_HIT,         /* the party has a record; label says more */
    PLM_WORD_WITH_HOLDER, /* "holder first": if there is a record the holder has been told of it */
    PLM_WORD_REFUSED,     /* by the party or by our own policy: refusal says why */
    PLM_WORD_INDEX_OLD,   /* ours is of an epoch or a state that counts no longer */
    PLM_WORD_COUNT
} plm_lookup_word;

/* "no-answer", "no-hit", "hit", "with-holder", "refused", "index-old"; never NULL. */
const char *plm_lookup_word_name(plm_lookup_word word);

typedef struct plm_lookup_answer_of {
    char party[PLM_CODE_MAX];
    plm_lookup_word word;
    plm_status status;
    plm_refusal refusal;
    uint64_t rules; /* of a hit: bit set of 1 << number of recipe.h */
    bool has_label;
    plm_index_label label;
    uint32_t epoch;
    uint64_t sequence;
    int64_t took_us;
} plm_lookup_answer_of;

typedef struct plm_lookups_config {
    plm_node node;     /* its store is not used: each link opens its own */
    const char *store; /* where it is */
    const char *purpose;
    const uint8_t *accord_hash;   /* NULL: the one in force with each party */
    const char *case_ref;         /* at home */
    const char *offence;          /* NULL: the first that fits */
    const char *const *parties;   /* NULL-terminated; NULL: all with whom the purpose is in force */
    bool fetches;                 /* indexes that are not there or are too old are fetched */
    const char *const *addresses; /* of `parties`, for those not at the accord's; NULL */
} plm_lookups_config;

typedef struct plm_lookups plm_lookups;

/*
 * Starts a link for each party; none of them waits for a connection. config: copied, its strings
 * are borrowed until they are closed. PLM_E_NOT_FOUND: no party has the purpose. PLM_E_REFUSED:
 * *refusal says why there is no case to ask under, *detail (static) in more words. PLM_E_STORE,
 * PLM_E_NOMEM.
 */
plm_status plm_lookups_open(plm_lookups **out, const plm_lookups_config *config,
                            plm_refusal *refusal, const char **detail) PLM_MUST_CHECK;
/* Ends the links, delivers the notices of hits that wait, writes the summaries. lookups may be
 * NULL.
 */
void plm_lookups_close(plm_lookups *lookups);

size_t plm_lookups_n_parties(const plm_lookups *lookups);

/* Waits until each link has tried to connect, or most_ms have gone. True if all can answer. */
bool plm_lookups_wait_ready(plm_lookups *lookups, int most_ms);

/* How it stands with one party. */
typedef struct plm_lookups_state {
    char party[PLM_CODE_MAX];
    bool is_ready;
    plm_status failure; /* of the last attempt; PLM_OK if there was none yet */
    plm_refusal refusal;
    uint32_t epoch; /* of the index that is open; 0: none */
    uint64_t sequence;
    uint64_t offered_bytes; /* with PLM_E_LIMIT: of the file that was not taken */
} plm_lookups_state;

void plm_lookups_get_state(plm_lookups *lookups, size_t number, plm_lookups_state *out);

/*
 * Asks all parties about one subject; answers: plm_lookups_n_parties of them, in a fixed order.
 * Waits deadline_ms at most. Any thread, many at once. PLM_E_INVALID: by the rules nothing can be
 * asked with what the subject has. PLM_E_NOMEM.
 */
plm_status plm_lookups_ask(plm_lookups *lookups, const plm_record *subject, int deadline_ms,
                           plm_lookup_answer_of *answers) PLM_MUST_CHECK;

#endif
