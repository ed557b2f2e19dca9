/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_list.h - a list of a tally on its way through one party: taken in or made, raised to the
 * party's scalar, mixed, written out. Each stage has a counter of records:
 *
 *   own list: hash ─┐
 *                   ├─► n_in ─► raise ─► n_raised ─► mix ─► n_mixed ─► write ─► n_out
 *   another's: take ┘           (check, where it is final)
 *
 * Raising goes on while a list comes in; mixing begins once all of it is raised.
 *
 * The messages (spec/tally.md section 4):
 *
 *   LIST     1 | owner (u8) | hop (u8) | first (u32) | n (u16) | n * record
 *            record: stratum (u8) | tokens_each * element (32)
 *   DUMMIES  2 | owner (u8) | n (u32)
 */
#ifndef PLM_MATCH_TALLY_LIST_H
#define PLM_MATCH_TALLY_LIST_H

#include "base/pool.h"
#include "match/tally.h"
#include "match/tally_draw.h"

#include "crypto/ristretto.h"

enum {
    PLM_TALLY_LIST = 1,
    PLM_TALLY_DUMMIES = 2
};

typedef struct plm_tally_list {
    uint8_t owner;
    uint8_t hop;     /* scalars that its points carry when they come in */
    uint32_t n;      /* records */
    uint32_t each;   /* points of a record */
    uint8_t *strata; /* n */
    uint8_t *points; /* n * each * PLM_ELEMENT_BYTES */
    uint32_t n_in;
    uint32_t n_raised;
    uint32_t n_mixed;
    uint32_t n_out;
} plm_tally_list;

/* A party's own list before it is hashed: n_padded records of tokens, dummies last. */
typedef struct plm_tally_own {
    plm_token *tokens; /* SECRET; n_padded * each */
    uint8_t *strata;
    uint32_t n_persons;
} plm_tally_own;

/* PLM_E_NOMEM. */
plm_status plm_tally_list_init(plm_tally_list *list, unsigned owner, unsigned hop, uint32_t n,
                               uint32_t each) PLM_MUST_CHECK;
/* A list that was passed on in an earlier life of the machine: counters alone. */
void plm_tally_list_pass(plm_tally_list *list, unsigned owner, unsigned hop, uint32_t n,
                         uint32_t each);
/* Frees the points and strata; the counters stay. */
void plm_tally_list_free(plm_tally_list *list);

/* Records of the message that begins with record `first`. */
uint32_t plm_tally_list_chunk(const plm_tally_list *list, uint32_t first);

/*
 * Takes a LIST message after its owner and hop were read. PLM_E_PROTOCOL unless it is exactly the
 * next one. *points: the list's new points, *n of them.
 */
plm_status plm_tally_list_take(plm_tally_list *list, plm_reader rest, unsigned n_strata,
                               const uint8_t **points, size_t *n) PLM_MUST_CHECK;

/* Hashes the next chunk of the own list; context: what the run is bound to. */
plm_status plm_tally_list_hash(plm_tally_list *list, const plm_tally_own *own, plm_span context,
                               plm_pool *pool) PLM_MUST_CHECK;

/* Multiplies the next chunk. scalar: SECRET. PLM_E_PROTOCOL: no element, or the identity. */
plm_status plm_tally_list_raise(plm_tally_list *list, const uint8_t scalar[static PLM_SCALAR_BYTES],
                                plm_pool *pool) PLM_MUST_CHECK;
/* The same look at a final list's points, which stay as they are. */
plm_status plm_tally_list_check(plm_tally_list *list, plm_pool *pool) PLM_MUST_CHECK;

/* A piece of the shuffle: records among themselves, and the points of each. */
void plm_tally_list_mix(plm_tally_list *list, plm_draw *draw);

/* The next LIST message, for the next hop; *points: where its points stand. PLM_E_NOMEM. */
plm_status plm_tally_list_write(plm_tally_list *list, plm_buf *message, const uint8_t **points,
                                size_t *n) PLM_MUST_CHECK;

/*
 * Joins the records of the configuration into persons and fills up with dummies, of all strata in
 * turn. PLM_E_LIMIT, PLM_E_NOMEM as plm_tally_create.
 */
plm_status plm_tally_own_init(plm_tally_own *own, const plm_tally_config *config) PLM_MUST_CHECK;
void plm_tally_own_wipe(plm_tally_own *own, size_t n_tokens);

#endif
