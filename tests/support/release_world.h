/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_world.h - two stores with runs that are over, without any run: what a release starts
 * from, made directly.
 */
#ifndef PLM_TESTS_RELEASE_WORLD_H
#define PLM_TESTS_RELEASE_WORLD_H

#include "accord_fixture.h"
#include "ident/link.h"
#include "ledger/ledger.h"
#include "node/release.h"
#include "release/batch.h"
#include "store/outbox.h"
#include "store_fixture.h"

enum {
    ASKER,
    HOLDER,
    OTHER,
    RW_NODES
};

typedef struct release_world {
    fixture files[RW_NODES];
    plm_node nodes[RW_NODES];
    plm_tls_pin pins[RW_NODES];
    uint8_t accord_hash[2][PLM_HASH_BYTES]; /* two accords, alike but for their titles */
    int64_t records[RW_NODES];              /* a record in each store */
} release_world;

static const uint8_t rw_key[PLM_LINK_KEY_BYTES] = {1, 2, 3};

static inline void rw_adopt(release_world *w, unsigned which, plm_span bytes)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_accord *accord = NULL;
    CHECK_STATUS(plm_accord_parse(&accord, bytes, &quiet, NULL), PLM_OK);
    memcpy(w->accord_hash[which], accord->hash, PLM_HASH_BYTES);
    for (unsigned n = 0; n < RW_NODES; n++) {
        plm_store *store = w->nodes[n].store;
        CHECK_STATUS(plm_store_put_accord(store, accord->hash, bytes, 1), PLM_OK);
        for (unsigned party = 0; party < RW_NODES; party++) {
            plm_buf document;
            plm_buf_init(&document, PLM_RATIFICATION_BYTES_MAX);
            CHECK_STATUS(plm_ratification_make(&document, accord, fixture_codes[party],
                                               w->nodes[party].seed, 1000, NULL, &quiet, NULL),
                         PLM_OK);
            CHECK_STATUS(plm_store_put_ratification(store, accord->hash, fixture_codes[party],
                                                    plm_buf_span(&document), 1),
                         PLM_OK);
            plm_buf_wipe(&document);
        }
    }
    plm_accord_destroy(accord);
}

/* A suspect with one offence of the purpose; its number. */
static inline int64_t rw_record(release_world *w, unsigned n, const char *id)
{
    static const char *const offences[] = {"TIP.5"};
    const plm_value name = {.type = PLM_IDENT_NAME, .raw = "Ivan Horvat", .canonical = "x"};
    const plm_record record = {.id = id,
                               .kind = PLM_KIND_PERSON,
                               .role = PLM_ROLE_SUSPECT,
                               .offences = offences,
                               .n_offences = 1,
                               .values = &name,
                               .n_values = 1};
    int64_t register_id;
    plm_put_result result;
    plm_store *store = w->nodes[n].store;
    CHECK_STATUS(plm_store_register(store, "r", "csv", 1, &register_id), PLM_OK);
    CHECK_STATUS(plm_store_put_record(store, register_id, &record, 1, &result), PLM_OK);
    return fixture_int(&w->files[n], "SELECT max(id) FROM record");
}

static inline void rw_begin(release_world *w)
{
    json_t *document = fixture_document();
    *w = (release_world){0};
    for (unsigned n = 0; n < RW_NODES; n++) {
        fixture_open(&w->files[n]);
        plm_node *node = &w->nodes[n];
        node->store = w->files[n].store;
        (void)snprintf(node->code, sizeof node->code, "%s", fixture_codes[n]);
        fixture_seed(node->seed, n);
        (void)snprintf(w->pins[n].party, sizeof w->pins[n].party, "%s", fixture_codes[n]);
        plm_identity_public(w->pins[n].identity, node->seed);
    }
    (void)json_object_set_new(document, "expires", json_string("2999-12-31"));
    for (unsigned which = 0; which < 2; which++) {
        plm_buf bytes;
        plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
        (void)json_object_set_new(document, "title", json_string(which == 0 ? "One" : "Two"));
        CHECK_STATUS(plm_json_dump(document, true, &bytes), PLM_OK);
        rw_adopt(w, which, plm_buf_span(&bytes));
        plm_buf_wipe(&bytes);
    }
    json_decref(document);
    for (unsigned n = 0; n < RW_NODES; n++) {
        w->records[n] = rw_record(w, n, "r1");
    }
}

static inline void rw_end(release_world *w)
{
    for (unsigned n = 0; n < RW_NODES; n++) {
        uint64_t entries = 0;
        uint64_t bad = 0;
        CHECK_STATUS(plm_ledger_verify(w->nodes[n].store, &entries, &bad), PLM_OK);
        fixture_close(&w->files[n]);
    }
}

/* One side's row of a run that ASKER asked `holder` for, that is done, and its release. */
static inline void rw_run_side(release_world *w, unsigned side, unsigned holder,
                               const uint8_t id[static 16], const plm_run_release *terms)
{
    plm_proposal p = {.n_rules = 1,
                      .engine = PLM_ENGINE_VOLE,
                      .learns = PLM_LEARNS_HOLDER,
                      .n_tokens = 10,
                      .time_ms = terms->since_ms};
    plm_buf body;
    plm_buf both;
    const bool is_asker = side == ASKER;
    memcpy(p.run_id, id, sizeof p.run_id);
    memcpy(p.accord_hash, w->accord_hash[0], sizeof p.accord_hash);
    (void)snprintf(p.asker, sizeof p.asker, "%s", fixture_codes[ASKER]);
    (void)snprintf(p.holder, sizeof p.holder, "%s", fixture_codes[holder]);
    (void)snprintf(p.purpose, sizeof p.purpose, "crime");
    (void)snprintf(p.offence, sizeof p.offence, "TIP.5");
    (void)snprintf(p.rules[0], sizeof p.rules[0], "%s", plm_rule_name(0));
    (void)snprintf(p.case_ref, sizeof p.case_ref, "%032d", 1);
    (void)snprintf(p.officer, sizeof p.officer, "%016d", 1);
    plm_buf_init(&body, 65536);
    plm_buf_init(&both, 65536);
    CHECK_STATUS(plm_proposal_encode(&p, &body), PLM_OK);
    CHECK_STATUS(plm_identity_sign_append(&both, w->nodes[ASKER].seed, PLM_NAME_PROPOSAL,
                                          plm_buf_span(&body)),
                 PLM_OK);
    plm_run run = {.is_asker = is_asker,
                   .peer = fixture_codes[is_asker ? holder : ASKER],
                   .purpose = "crime",
                   .case_ref = p.case_ref,
                   .officer = p.officer,
                   .state = PLM_RUN_DONE,
                   .started_ms = terms->since_ms - 1000,
                   .ended_ms = terms->since_ms,
                   .proposal = plm_buf_span(&both)};
    plm_run_release r = *terms;
    memcpy(run.id, id, sizeof run.id);
    memcpy(run.accord_hash, w->accord_hash[0], sizeof run.accord_hash);
    memcpy(r.run_id, id, sizeof r.run_id);
    r.is_holder = !is_asker;
    CHECK_STATUS(plm_store_add_run(w->nodes[side].store, &run), PLM_OK);
    CHECK_STATUS(plm_store_put_release(w->nodes[side].store, &r), PLM_OK);
    if (is_asker) {
        CHECK_STATUS(plm_store_put_link_key(w->nodes[side].store, id, rw_key), PLM_OK);
    }
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
}

/* A hit that the holder learned, in that state. */
static inline void rw_hit(release_world *w, const uint8_t id[static 16], uint32_t number,
                          plm_hit_state state)
{
    plm_hit hit = {.number = number,
                   .record = w->records[HOLDER],
                   .has_link = true,
                   .rules = plm_rule_name(0),
                   .words = "",
                   .state = plm_hit_state_name(state),
                   .officer = "",
                   .second = "",
                   .remark = "",
                   .fields = "",
                   .outcome = ""};
    plm_link link;
    plm_link_of(&link, rw_key, w->records[ASKER]);
    memcpy(hit.run_id, id, sizeof hit.run_id);
    memcpy(hit.link, link.b, sizeof hit.link);
    CHECK_STATUS(plm_store_add_hit(w->nodes[HOLDER].store, &hit), PLM_OK);
}

#endif
