/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_ring.h - all parties of a tally in one thread, and a naive count of the same lists.
 */
#ifndef PLM_TESTS_TALLY_RING_H
#define PLM_TESTS_TALLY_RING_H

#include "match/tally.h"
#include "tap.h"

#include "crypto/sign.h"

#include <stdlib.h>

enum {
    RING_RECORDS = 128, /* of one list, at most */
    RING_TOKENS = 4     /* of one record, at most */
};

typedef struct ring_list {
    plm_tally_record records[RING_RECORDS];
    plm_token tokens[RING_RECORDS][RING_TOKENS];
    size_t n;
} ring_list;

typedef struct ring ring;

/* May alter the message (room for 64 bytes more); how often it is delivered. */
typedef unsigned ring_hook(ring *r, unsigned from, unsigned to, uint8_t *bytes, size_t *n);

struct ring {
    unsigned k;
    unsigned counter;
    unsigned n_strata;
    unsigned tokens_each;
    uint32_t n_padded[PLM_TALLY_PARTIES_MAX];
    ring_list lists[PLM_TALLY_PARTIES_MAX];
    plm_tally *parties[PLM_TALLY_PARTIES_MAX];
    ring_hook *hook;
    void *context;
    size_t n_messages;
};

static inline uint32_t ring_below(uint32_t bound)
{
    uint32_t word;
    plm_random(&word, sizeof word);
    return word % bound;
}

static inline plm_token ring_token(uint64_t number)
{
    plm_token token;
    uint8_t hash[32];
    plm_hash256(hash, plm_span_of(&number, sizeof number));
    memcpy(token.b, hash, sizeof token.b);
    return token;
}

/* Adds a record with the tokens of these numbers. */
static inline void ring_add(ring_list *list, unsigned stratum, const uint64_t *numbers, size_t n)
{
    plm_tally_record *record = &list->records[list->n];
    for (size_t i = 0; i < n; i++) {
        list->tokens[list->n][i] = ring_token(numbers[i]);
    }
    *record = (plm_tally_record){
        .tokens = list->tokens[list->n], .n_tokens = n, .stratum = (uint8_t)stratum};
    list->n++;
}

static inline void ring_close(ring *r)
{
    for (unsigned i = 0; i < r->k; i++) {
        plm_tally_destroy(r->parties[i]);
        r->parties[i] = NULL;
    }
}

static inline plm_tally_config ring_config(const ring *r, unsigned i)
{
    return (plm_tally_config){.n_parties = r->k,
                              .me = i,
                              .counter = r->counter,
                              .records = r->lists[i].records,
                              .n = r->lists[i].n,
                              .n_padded = r->n_padded,
                              .tokens_each = r->tokens_each,
                              .n_strata = r->n_strata,
                              .context = (const uint8_t *)"ring",
                              .context_bytes = 4,
                              .n_threads = 1 + i % 2};
}

static inline plm_status ring_open(ring *r)
{
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < r->k; i++) {
        const plm_tally_config config = ring_config(r, i);
        status = plm_tally_create(&r->parties[i], &config);
    }
    if (status != PLM_OK) {
        ring_close(r);
    }
    return status;
}

static inline plm_status ring_deliver(ring *r, unsigned from, unsigned to, plm_span message)
{
    plm_status status = PLM_OK;
    unsigned times = 1;
    size_t n = message.n;
    uint8_t *bytes = (uint8_t *)malloc(n + 64);
    if (bytes == NULL) {
        return PLM_E_NOMEM;
    }
    memcpy(bytes, message.p, n);
    if (r->hook != NULL) {
        times = r->hook(r, from, to, bytes, &n);
    }
    for (unsigned i = 0; status == PLM_OK && i < times; i++) {
        status = plm_tally_input(r->parties[to], from, plm_span_of(bytes, n));
    }
    r->n_messages++;
    free(bytes);
    return status;
}

/* The first failure; PLM_E_TRUNCATED if all wait for something. Who moves next is random. */
static inline plm_status ring_run(ring *r)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK) {
        const unsigned start = ring_below(r->k);
        unsigned n_done = 0;
        unsigned n_idle = 0;
        for (unsigned i = 0; status == PLM_OK && i < r->k; i++) {
            const unsigned p = (start + i) % r->k;
            const unsigned wants = plm_tally_wants(r->parties[p]);
            unsigned to = 0;
            plm_span message;
            n_done += wants == PLM_MATCH_DONE;
            n_idle += wants == PLM_MATCH_INPUT || wants == PLM_MATCH_DONE;
            if (wants & PLM_MATCH_OUTPUT) {
                status = plm_tally_output(r->parties[p], &to, &message);
                status = status == PLM_OK ? ring_deliver(r, p, to, message) : status;
            } else if (wants & PLM_MATCH_WORK) {
                status = plm_tally_work(r->parties[p]);
            }
        }
        if (n_done == r->k) {
            return PLM_OK;
        }
        if (status == PLM_OK && n_idle == r->k) {
            return PLM_E_TRUNCATED;
        }
    }
    return status;
}

typedef struct ring_row {
    unsigned list;
    const plm_tally_record *record;
    size_t label;
} ring_row;

static inline bool ring_share(const plm_tally_record *a, const plm_tally_record *b)
{
    for (size_t i = 0; i < a->n_tokens; i++) {
        for (size_t j = 0; j < b->n_tokens; j++) {
            if (memcmp(&a->tokens[i], &b->tokens[j], sizeof(plm_token)) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The plain join: each pair compared, until no label sinks any more. */
static inline void ring_naive(const ring *r, uint64_t *cells)
{
    static ring_row rows[PLM_TALLY_PARTIES_MAX * RING_RECORDS];
    size_t n = 0;
    for (unsigned j = 0; j < r->k; j++) {
        for (size_t i = 0; i < r->lists[j].n; i++, n++) {
            rows[n] = (ring_row){j, &r->lists[j].records[i], n};
        }
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t a = 0; a < n; a++) {
            for (size_t b = 0; b < n; b++) {
                if (rows[a].label < rows[b].label && ring_share(rows[a].record, rows[b].record)) {
                    rows[b].label = rows[a].label;
                    changed = true;
                }
            }
        }
    }
    memset(cells, 0, ((size_t)r->n_strata << r->k) * sizeof *cells);
    for (size_t label = 0; label < n; label++) {
        size_t history = 0;
        size_t stratum = 0;
        unsigned lowest = r->k;
        for (size_t a = 0; a < n; a++) {
            if (rows[a].label != label) {
                continue;
            }
            history |= (size_t)1 << rows[a].list;
            if (rows[a].list < lowest ||
                (rows[a].list == lowest && rows[a].record->stratum < stratum)) {
                lowest = rows[a].list;
                stratum = rows[a].record->stratum;
            }
        }
        cells[stratum << r->k | history] += history != 0;
    }
}

static inline bool ring_check_table(const ring *r)
{
    static uint64_t wanted[PLM_TALLY_STRATA_MAX << PLM_TALLY_PARTIES_MAX];
    const uint64_t *cells = NULL;
    size_t n = 0;
    ring_naive(r, wanted);
    return CHECK_STATUS(plm_tally_cells(r->parties[r->counter], &cells, &n), PLM_OK) &&
           CHECK_EQ_INT(n, (size_t)r->n_strata << r->k) &&
           CHECK_EQ_MEM(cells, wanted, n * sizeof *cells);
}

#endif
