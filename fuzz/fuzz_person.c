/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of frequencies, and after a zero byte lines of names, dates and other values of a person:
 * features, combinations, and the evidence on a pair with itself.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "resolve/explain.h"
#include "resolve/second_look.h"

#include <stdlib.h>
#include <string.h>

enum {
    VALUES_MAX = 64,
    FIELDS_MAX = 256,
    LIMIT = 1000
};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* One value from each line; its first byte says of what type. */
static size_t read_values(plm_value *values, plm_ident *idents, plm_span text)
{
    size_t n = 0;
    while (text.n > 0 && n < VALUES_MAX) {
        const uint8_t *end = (const uint8_t *)memchr(text.p, '\n', text.n);
        const size_t length = end == NULL ? text.n : (size_t)(end - text.p);
        const plm_ident_type type = (plm_ident_type)(text.p[0] % PLM_IDENT_TYPE_COUNT);
        if (length > 1 && plm_ident_canonicalise(type, "", plm_span_of(text.p + 1, length - 1),
                                                 &idents[n]) == PLM_OK) {
            values[n] = (plm_value){.type = type,
                                    .flags = idents[n].flags,
                                    .raw = "",
                                    .canonical = idents[n].canonical};
            n++;
        }
        const size_t taken = end == NULL ? length : length + 1;
        text = plm_span_of(text.p + taken, text.n - taken);
    }
    return n;
}

static void check_combinations(const plm_features *features, const plm_combinations *made,
                               plm_bits threshold)
{
    require(made->n <= LIMIT);
    for (size_t i = 0; i < made->n; i++) {
        require(made->items[i].bits >= threshold);
        for (size_t j = 0; j < made->items[i].n; j++) {
            require(made->items[i].features[j] < features->n);
        }
    }
}

/* Everything agrees with itself: no weight is less than that of what differs. */
static void check_evidence(const plm_features *features, plm_arena *arena)
{
    static plm_pair_field fields[FIELDS_MAX];
    uint8_t *states = (uint8_t *)plm_arena_alloc(arena, features->n + 1);
    bool *agreed = (bool *)plm_arena_alloc(arena, features->n + 1);
    plm_model model;
    plm_buf text;
    require(states != NULL && agreed != NULL);
    plm_model_init(&model);
    plm_evidence_of_features(states, features, agreed);
    const size_t n_apart = plm_pair_fields_of(fields, FIELDS_MAX, features, states);
    const double apart = plm_model_score(&model, fields, n_apart, NULL);
    memset(agreed, 1, features->n);
    plm_evidence_of_features(states, features, agreed);
    const size_t n = plm_pair_fields_of(fields, FIELDS_MAX, features, states);
    const double score = plm_model_score(&model, fields, n, NULL);
    require(score - score == 0 && apart - apart == 0); /* both finite */
    plm_buf_init(&text, 1 << 20);
    require(plm_pair_fields_explain(&text, &model, fields, n, NULL) == PLM_OK);
    plm_buf_wipe(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const plm_diag_sink nobody = {NULL, NULL};
    static const uint8_t accord[32] = {0};
    static plm_ident idents[VALUES_MAX];
    static plm_value values[VALUES_MAX];
    const uint8_t *zero = size == 0 ? NULL : (const uint8_t *)memchr(data, 0, size);
    const size_t n_table = zero == NULL ? size : (size_t)(zero - data);
    const plm_bits threshold = 12 * PLM_BIT;
    plm_frequency *table;
    plm_features features;
    plm_combinations made;
    plm_person_gate gate;
    plm_arena arena;
    if (plm_frequency_parse(&table, plm_span_of(data, n_table), &nobody, "t") != PLM_OK) {
        require(table == NULL);
        return 0;
    }
    plm_record record = {.id = "", .kind = PLM_KIND_PERSON, .values = values};
    if (zero != NULL) {
        record.n_values = read_values(values, idents, plm_span_of(zero + 1, size - n_table - 1));
    }
    plm_arena_init(&arena, 256 << 20);
    plm_person_gate_init(&gate, table, threshold, false, accord);
    require(plm_features_of(&features, &record, table, true, &arena) == PLM_OK);
    require(plm_person_gate_combine(&made, &gate, &features, LIMIT, &arena) == PLM_OK);
    check_combinations(&features, &made, threshold);
    check_evidence(&features, &arena);
    plm_arena_wipe(&arena);
    plm_frequency_destroy(table);
    return 0;
}
