/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_scene.h - two sets of tokens with a known overlap, and the machines of engine vole on them.
 */
#ifndef PLM_TESTS_VOLE_SCENE_H
#define PLM_TESTS_VOLE_SCENE_H

#include "match_pair.h"

enum {
    SCENE_LABEL = 24
};

typedef struct scene {
    size_t n[2]; /* by role */
    size_t n_padded[2];
    size_t n_common; /* the receiver's last are the sender's first */
    plm_match_security security;
    unsigned n_threads;
    size_t label_bytes;
    const uint8_t *base[2];
    size_t base_bytes[2];
    uint64_t order;
} scene;

typedef struct sets {
    plm_token *tokens[2];
    uint8_t *labels;
} sets;

static inline void make_sets(sets *s, const scene *x)
{
    const uint64_t first_number[2] = {
        [PLM_MATCH_RECEIVER] = 1, [PLM_MATCH_SENDER] = 1 + x->n[PLM_MATCH_RECEIVER] - x->n_common};
    for (int role = 0; role < 2; role++) {
        s->tokens[role] = (plm_token *)calloc(x->n[role] + 1, sizeof(plm_token));
        for (size_t i = 0; i < x->n[role]; i++) {
            s->tokens[role][i] = pair_token(first_number[role] + i);
        }
    }
    s->labels = (uint8_t *)calloc(x->n[PLM_MATCH_SENDER] + 1, SCENE_LABEL);
    for (size_t i = 0; i < x->n[PLM_MATCH_SENDER]; i++) {
        (void)snprintf((char *)s->labels + i * SCENE_LABEL, SCENE_LABEL, "label %u",
                       (unsigned)(first_number[PLM_MATCH_SENDER] + i));
    }
}

static inline void free_sets(sets *s)
{
    free(s->tokens[0]);
    free(s->tokens[1]);
    free(s->labels);
}

static inline plm_match_config config_of(const scene *x, const sets *s, plm_match_role role)
{
    static const uint8_t context[] = {9, 8, 7};
    plm_match_role other = role == PLM_MATCH_SENDER ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER;
    plm_match_config c = {.engine = PLM_ENGINE_VOLE,
                          .security = x->security,
                          .role = role,
                          .tokens = s->tokens[role],
                          .n = x->n[role],
                          .n_padded = x->n_padded[role],
                          .n_peer = x->n_padded[other] > 0 ? x->n_padded[other] : x->n[other],
                          .context = context,
                          .context_bytes = sizeof context,
                          .n_threads = x->n_threads,
                          .label_bytes = x->label_bytes,
                          .labels =
                              role == PLM_MATCH_SENDER && x->label_bytes > 0 ? s->labels : NULL,
                          .base = x->base[role],
                          .base_bytes = x->base_bytes[role]};
    return c;
}

static inline void check_hits(const pair *p, const scene *x, const sets *s)
{
    const uint32_t *hits = NULL;
    size_t n = 0;
    size_t wrong = 0;
    size_t first = x->n[PLM_MATCH_RECEIVER] - x->n_common;
    CHECK_STATUS(plm_match_hits(p->side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
    CHECK_EQ_INT(n, x->n_common);
    for (size_t i = 0; i < n && i < x->n_common; i++) {
        wrong += hits[i] != first + i;
        const uint8_t *label = NULL;
        if (x->label_bytes > 0) {
            CHECK_STATUS(plm_match_label(p->side[PLM_MATCH_RECEIVER], i, &label), PLM_OK);
            wrong += memcmp(label, s->labels + i * SCENE_LABEL, x->label_bytes) != 0;
        }
    }
    CHECK_EQ_INT(wrong, 0);
}

static inline bool open_scene(pair *p, const scene *x, const sets *s)
{
    plm_match_config receiver = config_of(x, s, PLM_MATCH_RECEIVER);
    plm_match_config sender = config_of(x, s, PLM_MATCH_SENDER);
    bool opened = pair_open(p, &receiver, &sender);
    p->order = x->order;
    return opened;
}

/* A run that takes no time. */
static const scene small = {.n = {[PLM_MATCH_RECEIVER] = 40, [PLM_MATCH_SENDER] = 50},
                            .n_common = 20};

/* What came of a run: hits where there is a result (all of them right), else -1. */
typedef struct outcome {
    plm_status status;
    plm_match_role failed;
    int n_hits;
} outcome;

static inline outcome run_hooked(const scene *x, pair_hook *hook, void *context)
{
    static pair p;
    sets s;
    outcome o = {.status = PLM_E_ARGUMENT, .n_hits = -1};
    make_sets(&s, x);
    if (open_scene(&p, x, &s)) {
        p.hook = hook;
        p.context = context;
        o.status = pair_run(&p);
        o.failed = p.failed;
        if (pair_is_done(&p, PLM_MATCH_RECEIVER)) {
            const uint32_t *hits = NULL;
            size_t n = 0;
            CHECK_STATUS(plm_match_hits(p.side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
            for (size_t i = 0; i < n; i++) {
                CHECK(hits[i] >= x->n[PLM_MATCH_RECEIVER] - x->n_common);
            }
            o.n_hits = (int)n;
        }
    }
    pair_close(&p);
    free_sets(&s);
    return o;
}

/* The run ends where `finder` sees it, with `status` and without a result. */
static inline bool is_found(outcome o, plm_status status, plm_match_role finder)
{
    bool good = CHECK_STATUS(o.status, status);
    good = CHECK_EQ_INT(o.failed, finder) && good;
    return CHECK_EQ_INT(o.n_hits, -1) && good;
}

/* A small scene whose sides have kept a base. */
static inline scene scene_with_base(void)
{
    static uint8_t bases[2][PLM_MATCH_BASE_MAX];
    static pair p;
    scene x = small;
    sets s;
    make_sets(&s, &x);
    if (open_scene(&p, &x, &s) && CHECK_STATUS(pair_run(&p), PLM_OK)) {
        for (int role = 0; role < 2; role++) {
            CHECK_STATUS(plm_match_get_base(p.side[role], bases[role], &x.base_bytes[role]),
                         PLM_OK);
            x.base[role] = bases[role];
        }
    }
    pair_close(&p);
    free_sets(&s);
    return x;
}

#endif
