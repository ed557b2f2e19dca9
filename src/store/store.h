/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - what a node keeps, behind one interface: a SQLite file or a PostgreSQL database
 * (store/db.h).
 *
 * Every call that changes something is one transaction unless plm_store_begin opened one. Strings
 * in results are borrowed from the cursor or arena named. Times are UTC milliseconds since 1970,
 * given by the caller: the store reads no clock.
 */
#ifndef PLM_STORE_STORE_H
#define PLM_STORE_STORE_H

#include "base/arena.h"
#include "ident/record.h"

#include <limits.h>

typedef struct plm_store plm_store;

/* Longest text the store's own message has. */
enum {
    PLM_STORE_ERROR_MAX = 256
};

/* Whether `where` names a database of PostgreSQL (postgresql://...) and not a file. */
bool plm_store_is_postgresql(const char *where);

/*
 * `where` as it may stand in a log though it is refused: without a password, and a URI without what
 * may be one.
 */
void plm_store_shown(char *out, size_t size, const char *where);

/*
 * Opens the store at `where` (a file path, or the URI of a PostgreSQL database), creating it if
 * `create`, and brings its schema up to date by the numbered migrations.
 * PLM_E_NOT_FOUND: it isn't there. PLM_E_STORE: can't be opened, is damaged, or is of a newer
 * version than this program knows; PLM_E_ARGUMENT: a URI that names no database, or has a password
 * in it. `error` (PLM_STORE_ERROR_MAX bytes) says which. A store is used by the process that opened
 * it, not by its children.
 */
plm_status plm_store_open(plm_store **out, const char *where, bool create,
                          char *error) PLM_MUST_CHECK;
void plm_store_close(plm_store *store);
/* Words about the last failure on this store. Borrowed until the next call. */
const char *plm_store_error(const plm_store *store);
/* Words for a call on this store that ended with `status`: the database's own, or the status'
 * sentence where it knows nothing of it. Borrowed likewise. */
const char *plm_store_words(const plm_store *store, plm_status status);

enum {
    PLM_STORE_FILES_MAX = 6
};

/*
 * The files that this store's connection was made with, and the next one will be: of passwords and
 * certificates, whatever named them. How many there are; none for a store in a file.
 */
size_t plm_store_files(plm_store *store, char out[PLM_STORE_FILES_MAX][PATH_MAX]);

/* Whether what is committed outlives a loss of power, as far as the database says. */
plm_status plm_store_is_durable(plm_store *store, bool *yes) PLM_MUST_CHECK;
/* Whether the database takes changes: not one that follows another, say. */
plm_status plm_store_is_writable(plm_store *store, bool *yes) PLM_MUST_CHECK;

/* Transactions nest no deeper than one. Rollback can't fail in a way the caller could handle. */
plm_status plm_store_begin(plm_store *store) PLM_MUST_CHECK;
plm_status plm_store_commit(plm_store *store) PLM_MUST_CHECK;
void plm_store_rollback(plm_store *store);
/* Joins the caller's transaction, or begins one of its own; *mine says which. */
plm_status plm_store_enter(plm_store *store, bool *mine) PLM_MUST_CHECK;
/* Commits (status PLM_OK) or rolls back what plm_store_enter began; the status to go on with. */
plm_status plm_store_leave(plm_store *store, bool mine, plm_status status) PLM_MUST_CHECK;

/* --- settings: small named values ("authority.code", "authority.name", ...) ------------------ */

plm_status plm_store_put_setting(plm_store *store, const char *key,
                                 const char *value) PLM_MUST_CHECK;
/* Appends the value to out. PLM_E_NOT_FOUND. */
plm_status plm_store_get_setting(plm_store *store, const char *key, plm_buf *out) PLM_MUST_CHECK;

/* --- registers and records ------------------------------------------------------------------- */

typedef struct plm_register_info {
    int64_t id;
    const char *name;
    const char *format; /* "csv", "ftm", "un", "ofac" */
    uint64_t n_records;
    uint64_t n_quarantined;
    int64_t loaded_ms;
} plm_register_info;

/* Makes the register if there is none of that name; its number in *id. */
plm_status plm_store_register(plm_store *store, const char *name, const char *format,
                              int64_t now_ms, int64_t *id) PLM_MUST_CHECK;

typedef enum plm_put_result {
    PLM_PUT_INSERTED,
    PLM_PUT_UPDATED,
    PLM_PUT_UNCHANGED
} plm_put_result;

/* Inserts or replaces the record with this source id; unchanged content writes nothing. */
plm_status plm_store_put_record(plm_store *store, int64_t register_id, const plm_record *record,
                                int64_t now_ms, plm_put_result *result) PLM_MUST_CHECK;

/* A row that could not be taken in: where and why. The row itself is not kept. */
plm_status plm_store_put_quarantine(plm_store *store, int64_t register_id, const char *file,
                                    uint64_t line, const char *field, const char *reason,
                                    int64_t now_ms) PLM_MUST_CHECK;
/* Forgets the register's quarantine (before a load writes it anew). */
plm_status plm_store_clear_quarantine(plm_store *store, int64_t register_id) PLM_MUST_CHECK;

typedef struct plm_quarantine_row {
    const char *register_name;
    const char *file;
    uint64_t line;
    const char *field; /* NULL if the whole row */
    const char *reason;
} plm_quarantine_row;

typedef plm_status plm_register_fn(void *context, const plm_register_info *info);
typedef plm_status plm_quarantine_fn(void *context, const plm_quarantine_row *row);
/* Calls fn for each; a status other than PLM_OK ends the walk and is returned. */
plm_status plm_store_each_register(plm_store *store, plm_register_fn *fn,
                                   void *context) PLM_MUST_CHECK;
/* register_name NULL: of all registers. */
plm_status plm_store_each_quarantine(plm_store *store, const char *register_name,
                                     plm_quarantine_fn *fn, void *context) PLM_MUST_CHECK;
/* Called within the transaction from which on nobody sees the register. */
typedef plm_status plm_dropped_fn(void *context);
/*
 * Deletes a register with all it holds: a large one piece by piece, after a transaction from which
 * on nobody sees anything of it (store/loading.h), unless it is in a transaction. fn may be NULL.
 * PLM_E_NOT_FOUND; PLM_E_STORE: also where it is being loaded, or, if it is large, where anything
 * is.
 */
plm_status plm_store_drop_register(plm_store *store, const char *name, plm_dropped_fn *fn,
                                   void *context) PLM_MUST_CHECK;

/* The register, and the format, of invented test persons; no other load may write there. */
#define PLM_STORE_SEED "seed"

/* A stored record with its number (stable until it is deleted) and its register. */
typedef struct plm_stored_record {
    int64_t number;
    const char *register_name;
    bool is_seed; /* an invented test person: never shown, decided on or disclosed as a real one */
    plm_record record;
} plm_stored_record;

typedef plm_status plm_record_fn(void *context, const plm_stored_record *record);
/* All records in order of number; everything passed to fn is borrowed until fn returns. */
plm_status plm_store_each_record(plm_store *store, const char *register_name, plm_record_fn *fn,
                                 void *context) PLM_MUST_CHECK;
/* One record, its strings in `arena`. PLM_E_NOT_FOUND. */
plm_status plm_store_get_record(plm_store *store, int64_t number, plm_arena *arena,
                                plm_stored_record *out) PLM_MUST_CHECK;
/*
 * Those of n records, by their numbers, ascending, as above; numbers of none are passed over. fn
 * may call plm_store_get_record, and not this.
 */
plm_status plm_store_each_of(plm_store *store, const int64_t *numbers, size_t n, plm_record_fn *fn,
                             void *context) PLM_MUST_CHECK;
/* Numbers of all records, ascending, and nothing else of them. */
typedef plm_status plm_number_fn(void *context, int64_t number);
plm_status plm_store_each_number(plm_store *store, plm_number_fn *fn, void *context) PLM_MUST_CHECK;
plm_status plm_store_count_records(plm_store *store, uint64_t *n) PLM_MUST_CHECK;
/* What retention deleted. */
typedef struct plm_expired {
    uint64_t n_records;
    uint64_t n_hits; /* whose own date had passed; those of deleted records go uncounted */
} plm_expired;

/* Called within the transaction that deletes; a status other than PLM_OK undoes it. */
typedef plm_status plm_expired_fn(void *context, const plm_expired *expired);
/*
 * Deletes records whose retention date is before `today`, hits whose own date is, and bases that
 * are too old; the number of records in *n. fn may be NULL; it is called if anything but bases was
 * deleted (ledger/ledger.h: plm_ledger_expire, which enters it).
 */
plm_status plm_store_expire_telling(plm_store *store, plm_date today, plm_expired_fn *fn,
                                    void *context, uint64_t *n) PLM_MUST_CHECK;
/* As above, told to nobody. */
plm_status plm_store_expire(plm_store *store, plm_date today, uint64_t *n) PLM_MUST_CHECK;

/* --- accords --------------------------------------------------------------------------------- */

/* Freezes an accord's bytes; the same bytes again change nothing. */
plm_status plm_store_put_accord(plm_store *store, const uint8_t hash[static 32], plm_span bytes,
                                int64_t now_ms) PLM_MUST_CHECK;
/* Appends the bytes to out. PLM_E_NOT_FOUND. */
plm_status plm_store_get_accord(plm_store *store, const uint8_t hash[static 32],
                                plm_buf *out) PLM_MUST_CHECK;
/* The ratification document of a party, already verified by the caller; repeated: unchanged. */
plm_status plm_store_put_ratification(plm_store *store, const uint8_t accord_hash[static 32],
                                      const char *party, plm_span document,
                                      int64_t now_ms) PLM_MUST_CHECK;
typedef plm_status plm_accord_fn(void *context, const uint8_t hash[static 32], plm_span bytes,
                                 int64_t adopted_ms);
typedef plm_status plm_ratification_fn(void *context, const char *party, plm_span document,
                                       int64_t received_ms);
plm_status plm_store_each_accord(plm_store *store, plm_accord_fn *fn, void *context) PLM_MUST_CHECK;
plm_status plm_store_each_ratification(plm_store *store, const uint8_t accord_hash[static 32],
                                       plm_ratification_fn *fn, void *context) PLM_MUST_CHECK;

/* As ratifications: the first denunciation of a party stays. */
plm_status plm_store_put_denunciation(plm_store *store, const uint8_t accord_hash[static 32],
                                      const char *party, plm_span document,
                                      int64_t now_ms) PLM_MUST_CHECK;
plm_status plm_store_each_denunciation(plm_store *store, const uint8_t accord_hash[static 32],
                                       plm_ratification_fn *fn, void *context) PLM_MUST_CHECK;
/* Notes that one adopted accord amends another, which need not be known here. */
plm_status plm_store_put_amendment(plm_store *store, const uint8_t accord_hash[static 32],
                                   const uint8_t amends[static 32]) PLM_MUST_CHECK;
/* Every adopted accord that amends this one, or one that does, and so on; the oldest first. */
plm_status plm_store_each_successor(plm_store *store, const uint8_t accord_hash[static 32],
                                    plm_accord_fn *fn, void *context) PLM_MUST_CHECK;

/* --- tables that accords name by their hash, and that do not ship with the program -------------
 */

#define PLM_STORE_FREQUENCIES "frequencies"
#define PLM_STORE_EQUIVALENTS "equivalents"

typedef struct plm_stored_table {
    const uint8_t *hash; /* BLAKE2b-256 of bytes */
    const char *kind;    /* one of the two above */
    const char *name;    /* for people: what the table calls itself, or the file it came from */
    plm_span bytes;
    int64_t added_ms;
} plm_stored_table;

typedef plm_status plm_table_fn(void *context, const plm_stored_table *table);
/* The same table again changes nothing. The caller has read it, and it is sound. */
plm_status plm_store_put_table(plm_store *store, const plm_stored_table *table) PLM_MUST_CHECK;
/* Appends the table's bytes to out. PLM_E_NOT_FOUND: no table of this kind has this hash. */
plm_status plm_store_get_table(plm_store *store, const uint8_t hash[static 32], const char *kind,
                               plm_buf *out) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND. */
plm_status plm_store_drop_table(plm_store *store, const uint8_t hash[static 32]) PLM_MUST_CHECK;
/* By name; everything passed to fn is borrowed until fn returns. */
plm_status plm_store_each_table(plm_store *store, plm_table_fn *fn, void *context) PLM_MUST_CHECK;

/* --- cases ----------------------------------------------------------------------------------- */

enum {
    PLM_CASE_OFFENCES_MAX = 16
};

/* Why this authority asks others at all. Nothing of it leaves the node but opaque and pseudonym. */
typedef struct plm_case {
    const char *reference; /* at home; unique */
    const char *opaque;    /* what peers see of it: 32 hexadecimal digits, random */
    const char *officer;
    const char *supervisor; /* somebody else */
    const char *pseudonym;  /* what peers see of the officer: 16 hexadecimal digits */
    const char *purpose;    /* in words: what the authority wants to find out */
    int64_t penalty_years;  /* the highest that the law threatens; 100: for life */
    const char *element;    /* what makes it transnational: "a" to "d" of UNTOC art. 3(2) */
    bool is_group;          /* an organised criminal group is involved (UNTOC art. 2(a)) */
    int64_t opened_ms;
    int64_t closed_ms;                           /* 0: open */
    const char *offences[PLM_CASE_OFFENCES_MAX]; /* catalogue codes */
    size_t n_offences;
} plm_case;

/* PLM_E_EXISTS: the reference was used before. */
plm_status plm_store_add_case(plm_store *store, const plm_case *c) PLM_MUST_CHECK;
/* Strings in the arena. PLM_E_NOT_FOUND. */
plm_status plm_store_get_case(plm_store *store, const char *reference, plm_arena *arena,
                              plm_case *out) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: there is none; PLM_E_EXISTS: it was closed before. */
plm_status plm_store_close_case(plm_store *store, const char *reference,
                                int64_t now_ms) PLM_MUST_CHECK;
typedef plm_status plm_case_fn(void *context, const char *reference, int64_t closed_ms);
/* In order of opening. */
plm_status plm_store_each_case(plm_store *store, plm_case_fn *fn, void *context) PLM_MUST_CHECK;

/* --- runs and hits --------------------------------------------------------------------------- */

typedef enum plm_run_state {
    PLM_RUN_PROPOSED, /* asker: sent; holder: under examination */
    PLM_RUN_REFUSED,
    PLM_RUN_RUNNING, /* accepted; budget reserved */
    PLM_RUN_BROKEN,  /* ended early; see failure */
    PLM_RUN_DONE,    /* receipt signed by both */
    PLM_RUN_STATE_COUNT
} plm_run_state;

const char *plm_run_state_name(plm_run_state state);

typedef struct plm_run {
    uint8_t id[16];
    bool is_asker;    /* this node asked */
    const char *peer; /* party code */
    uint8_t accord_hash[32];
    const char *purpose;
    const char *case_ref;
    const char *officer;
    plm_run_state state;
    const char *failure; /* status or refusal name, NULL if none */
    const char *clause;  /* NULL if none */
    uint64_t n_own;      /* tokens, padded */
    uint64_t n_peer;
    uint64_t charged; /* tokens that count against the asker's budget */
    int64_t started_ms;
    int64_t ended_ms;    /* 0 while it goes on */
    plm_span proposal;   /* signed bytes; empty if none */
    plm_span acceptance; /* or refusal */
    plm_span receipt;    /* body, asker's signature, holder's signature */
} plm_run;

/* PLM_E_EXISTS if the id was used before: a replay. */
plm_status plm_store_add_run(plm_store *store, const plm_run *run) PLM_MUST_CHECK;
/* Replaces everything of the run with this id but id, is_asker, peer and started. */
plm_status plm_store_update_run(plm_store *store, const plm_run *run) PLM_MUST_CHECK;
/*
 * Marks a run broken whose process died, as `failure` says; `refund` sets what it was charged to 0.
 * A run that is not going on is left as it is. PLM_E_NOT_FOUND.
 */
plm_status plm_store_break_run(plm_store *store, const uint8_t id[static 16], const char *failure,
                               bool refund, int64_t now_ms) PLM_MUST_CHECK;
typedef plm_status plm_run_fn(void *context, const plm_run *run);
/* In order of start. */
plm_status plm_store_each_run(plm_store *store, plm_run_fn *fn, void *context) PLM_MUST_CHECK;
/* The one of this id, if there is one; id NULL: all. */
plm_status plm_store_each_run_of(plm_store *store, const uint8_t *id, plm_run_fn *fn,
                                 void *context) PLM_MUST_CHECK;
/*
 * What `asker` was charged by us since since_ms, under this accord and purpose: the sum of
 * `charged`, and the number of runs charged with more than 0, refused ones not counted.
 */
plm_status plm_store_usage(plm_store *store, const char *asker,
                           const uint8_t accord_hash[static 32], const char *purpose,
                           int64_t since_ms, uint64_t *tokens, uint64_t *runs) PLM_MUST_CHECK;

/* Whether a run goes on that this peer asked for, under this accord, purpose and case. */
plm_status plm_store_is_asked(plm_store *store, const char *asker,
                              const uint8_t accord_hash[static 32], const char *purpose,
                              const char *case_ref, bool *yes) PLM_MUST_CHECK;

/*
 * One pair of records: ours, and one that the peer has. Its states are those of release/decision.h.
 * Strings are never NULL; "" where there is nothing.
 */
typedef struct plm_hit {
    uint8_t run_id[16];
    uint32_t number;     /* within the run, from 1 */
    int64_t record;      /* number of our own record */
    uint8_t link[16];    /* the peer's pseudonym for its record, or a token both have */
    bool has_link;       /* it is a pseudonym */
    uint8_t grade;       /* 0 none given, 1 possible, 2 probable, 3 strong */
    int32_t score;       /* hundredths of a bit; 0 if none was made */
    const char *rules;   /* names of the rules that agreed, a blank between */
    const char *words;   /* the explanation */
    const char *state;   /* plm_hit_state_name */
    uint32_t cleared;    /* gates that officers cleared: 1 << plm_gate */
    const char *officer; /* who decided; of two the first */
    const char *second;
    const char *remark;   /* what the officer said */
    uint32_t peer_number; /* received: the holder's number of this hit */
    const char *fields;   /* received: what the holder disclosed, a JSON object */
    const char *outcome;  /* "confirmed", "wrong", "unknown", "" while nobody has said */
    plm_date retention;
} plm_hit;

/*
 * Leaves it out, with PLM_OK, if the record is gone. A hit on a seed is known, whatever state is
 * given: there is nothing to decide. PLM_E_EXISTS: the number is taken.
 */
plm_status plm_store_add_hit(plm_store *store, const plm_hit *hit) PLM_MUST_CHECK;
/* Writes what can change: state, cleared, officers, remark, outcome. PLM_E_NOT_FOUND. */
plm_status plm_store_update_hit(plm_store *store, const plm_hit *hit) PLM_MUST_CHECK;
plm_status plm_store_set_hit_state(plm_store *store, const uint8_t run_id[static 16],
                                   uint32_t number, const char *state) PLM_MUST_CHECK;
/* All hits of the run in one state go to another; *n: how many. */
plm_status plm_store_move_hits(plm_store *store, const uint8_t run_id[static 16], const char *from,
                               const char *to, uint64_t *n) PLM_MUST_CHECK;
typedef plm_status plm_hit_fn(void *context, const plm_hit *hit, const plm_stored_record *record);
/* Which hits a walk is to give; zero or NULL: any. */
typedef struct plm_hit_filter {
    const uint8_t *run_id;
    uint32_t number;
    const char *state;
} plm_hit_filter;
/* By start of the run, then number; everything is borrowed until fn returns. filter NULL: all. */
plm_status plm_store_each_hit(plm_store *store, const plm_hit_filter *filter, plm_hit_fn *fn,
                              void *context) PLM_MUST_CHECK;
/* The run whose id begins so; PLM_E_NOT_FOUND, PLM_E_EXISTS if there is more than one. */
plm_status plm_store_find_run(plm_store *store, const char *prefix,
                              uint8_t id[static 16]) PLM_MUST_CHECK;

/* --- release of hits to the asker (spec/release.md) ------------------------------------------- */

/* SECRET; the key of our links in a run. PLM_E_EXISTS, PLM_E_NOT_FOUND. */
plm_status plm_store_put_link_key(plm_store *store, const uint8_t run_id[static 16],
                                  const uint8_t key[static 32]) PLM_MUST_CHECK;
plm_status plm_store_get_link_key(plm_store *store, const uint8_t run_id[static 16],
                                  uint8_t key[static 32]) PLM_MUST_CHECK;
/* No error if there is none. */
plm_status plm_store_drop_link_key(plm_store *store,
                                   const uint8_t run_id[static 16]) PLM_MUST_CHECK;

/* The batches that follow a run. */
typedef struct plm_run_release {
    uint8_t run_id[16];
    bool is_holder; /* we send them */
    uint16_t slots;
    int64_t every_ms;
    uint16_t n_batches;
    uint16_t next; /* number of the batch to come; n_batches: none */
    int64_t since_ms;
} plm_run_release;

plm_status plm_store_put_release(plm_store *store, const plm_run_release *r) PLM_MUST_CHECK;
plm_status plm_store_get_release(plm_store *store, const uint8_t run_id[static 16],
                                 plm_run_release *out) PLM_MUST_CHECK;
/* The batch that is due longest by now_ms. PLM_E_NOT_FOUND: none is. */
plm_status plm_store_due_release(plm_store *store, int64_t now_ms,
                                 plm_run_release *out) PLM_MUST_CHECK;
/* Batch `next` has gone, or has come: the one after it is next. PLM_E_NOT_FOUND if it was not. */
plm_status plm_store_step_release(plm_store *store, const uint8_t run_id[static 16],
                                  uint16_t next) PLM_MUST_CHECK;

/* --- bases: what the matching engine keeps for the next run with a peer (palermo/match.h) ---- */

enum {
    PLM_STORE_BASE_DAYS = 30 /* a base, and whatever was made of it, serves no longer */
};

/*
 * Moves the base for runs with the peer of this identity key, in which we are the receiver or the
 * sender, into out (SECRET; what it held is wiped): a base serves one run, so it is deleted, and
 * that is committed, before this returns. *created_ms: when the first of its line was put.
 * PLM_E_NOT_FOUND: there is none; or it was too old, or too long for out, and is gone.
 * PLM_E_ARGUMENT within a transaction, whose rollback would bring it back. PLM_E_NOMEM.
 */
plm_status plm_store_base_take(plm_store *store, const uint8_t identity[static 32],
                               bool is_receiver, int64_t now_ms, plm_buf *out,
                               int64_t *created_ms) PLM_MUST_CHECK;
/*
 * Keeps what a run gave, instead of what there was. created_ms: that of the base the run took, if
 * it took one, since what is made of a base is no younger than it.
 */
plm_status plm_store_base_put(plm_store *store, const char *peer, const uint8_t identity[static 32],
                              bool is_receiver, plm_span bytes, int64_t created_ms) PLM_MUST_CHECK;
/* Deletes those older than PLM_STORE_BASE_DAYS. */
plm_status plm_store_base_expire(plm_store *store, int64_t now_ms) PLM_MUST_CHECK;

/* --- ledger (ledger/ledger.h makes the entries) ---------------------------------------------- */

typedef struct plm_ledger_row {
    uint64_t sequence; /* from 1, without gaps */
    int64_t time_ms;
    const char *kind; /* NULL: it holds something that no kind can hold */
    plm_span body;
    uint8_t hash[32];
    plm_span nodes; /* of the tree, that this entry completed: 32 bytes each; empty: none yet */
} plm_ledger_row;

/* PLM_E_EXISTS if the sequence number is taken: somebody else appended first. */
plm_status plm_store_append_ledger(plm_store *store, const plm_ledger_row *row) PLM_MUST_CHECK;
/* The last row's number and hash; 0 and zeroes if the ledger is empty. */
plm_status plm_store_ledger_head(plm_store *store, uint64_t *sequence,
                                 uint8_t hash[static 32]) PLM_MUST_CHECK;
typedef plm_status plm_ledger_fn(void *context, const plm_ledger_row *row);
plm_status plm_store_each_ledger(plm_store *store, plm_ledger_fn *fn, void *context) PLM_MUST_CHECK;
/* Those from number `first` to `last`, both included. */
plm_status plm_store_ledger_range(plm_store *store, uint64_t first, uint64_t last,
                                  plm_ledger_fn *fn, void *context) PLM_MUST_CHECK;

/*
 * The tree's nodes, kept by the entry that completes them (ledger/tree.h): row (index + 1) << level
 * has node (level, index) at byte 32 * level. PLM_E_EXISTS, as above.
 */
plm_status plm_store_put_tree(plm_store *store, uint64_t sequence, plm_span nodes) PLM_MUST_CHECK;
/* How far the tree goes; 0: no node. */
plm_status plm_store_tree_size(plm_store *store, uint64_t *sequence) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: not there. */
plm_status plm_store_get_tree_node(plm_store *store, unsigned level, uint64_t index,
                                   uint8_t out[static 32]) PLM_MUST_CHECK;

/* --- heads of ledgers (wire/message.h: plm_head, plm_witness) -------------------------------- */

/* A head that somebody signed, or somebody's word on one of ours. Borrowed until fn returns. */
typedef struct plm_stored_head {
    uint64_t size;
    const char *party; /* whose; who countersigned; NULL for a head of ours */
    plm_span identity; /* the key that signed; empty for a head of ours */
    plm_span bytes;    /* as it was signed */
    int64_t time_ms;   /* when it was signed, received or found */
    plm_span before;   /* a finding's: the head that `bytes` does not go on from */
    uint8_t verdict;   /* a finding's */
} plm_stored_head;

typedef plm_status plm_head_fn(void *context, const plm_stored_head *head);

/* Heads we signed: one for each size, the first. By size. */
plm_status plm_store_put_head(plm_store *store, uint64_t size, plm_span bytes,
                              int64_t now_ms) PLM_MUST_CHECK;
plm_status plm_store_each_head(plm_store *store, plm_head_fn *fn, void *context) PLM_MUST_CHECK;
/* Appends the signed bytes to out. PLM_E_NOT_FOUND: none was signed at that size. */
plm_status plm_store_get_head(plm_store *store, uint64_t size, plm_buf *out) PLM_MUST_CHECK;
/* Countersignatures under our head of that size. By size, then party. */
plm_status plm_store_put_witness(plm_store *store, uint64_t size, const char *party,
                                 const uint8_t identity[static 32], plm_span bytes,
                                 int64_t now_ms) PLM_MUST_CHECK;
plm_status plm_store_each_witness(plm_store *store, plm_head_fn *fn, void *context) PLM_MUST_CHECK;
/* The head of a party's ledger that later ones must go on from: the longest, once there is one. */
plm_status plm_store_put_peer_head(plm_store *store, const char *party,
                                   const uint8_t identity[static 32], uint64_t size, plm_span bytes,
                                   int64_t now_ms) PLM_MUST_CHECK;
plm_status plm_store_each_peer_head(plm_store *store, plm_head_fn *fn,
                                    void *context) PLM_MUST_CHECK;
/* Appends the signed bytes to out. PLM_E_NOT_FOUND. */
plm_status plm_store_get_peer_head(plm_store *store, const char *party,
                                   plm_buf *out) PLM_MUST_CHECK;
/* What does not fit, until an officer acknowledges it: one for each party, the newest. */
plm_status plm_store_put_finding(plm_store *store, const plm_stored_head *finding) PLM_MUST_CHECK;
plm_status plm_store_each_finding(plm_store *store, plm_head_fn *fn, void *context) PLM_MUST_CHECK;
/* Its verdict. PLM_E_NOT_FOUND: nothing is open. */
plm_status plm_store_get_finding(plm_store *store, const char *party,
                                 uint8_t *verdict) PLM_MUST_CHECK;
/* Takes the finding away and makes its second head the one to go on from. PLM_E_NOT_FOUND. */
plm_status plm_store_close_finding(plm_store *store, const char *party,
                                   int64_t now_ms) PLM_MUST_CHECK;

#endif
