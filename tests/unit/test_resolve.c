/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/explain.h"
#include "resolve/resolution.h"
#include "resolve/second_look.h"
#include "resolve/trial.h"

#include "record_fixture.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static plm_frequency *table;
static plm_arena arena;

static const char table_text[] =
    "palermo-frequencies/1\nname: t\npopulation: p\ndate: d\npersons: 100000\nmade: by hand\n\n"
    "name\tmaria\t2000\nname\tivan\t2500\nname\tpetrov\t1500\nname\tali\t900\n"
    "name\tyuri\t300\nname\tshcherbakov\t10\n";

static void person(record_fixture *f, const char *name, const char *date)
{
    fixture_begin(f, PLM_KIND_PERSON);
    fixture_value(f, PLM_IDENT_NAME, name);
    if (date != NULL) {
        fixture_value(f, PLM_IDENT_BIRTH_DATE, date);
    }
}

/* What a second look says of two records. */
static void look(uint8_t *states, const plm_features *mine, const record_fixture *other)
{
    const plm_link link = {{1, 2, 3}};
    plm_features theirs;
    CHECK_STATUS(plm_features_of(&theirs, &other->record, NULL, true, &arena), PLM_OK);
    plm_token *a = (plm_token *)plm_arena_array(&arena, mine->n + 1, sizeof *a);
    plm_token *b = (plm_token *)plm_arena_array(&arena, theirs.n + 1, sizeof *b);
    bool *agreed = (bool *)plm_arena_alloc(&arena, mine->n + 1);
    CHECK_STATUS(plm_feature_tokens(a, &link, mine, &arena), PLM_OK);
    CHECK_STATUS(plm_feature_tokens(b, &link, &theirs, &arena), PLM_OK);
    for (size_t i = 0; i < mine->n; i++) {
        for (size_t j = 0; j < theirs.n; j++) {
            agreed[i] |= memcmp(&a[i], &b[j], sizeof *a) == 0;
        }
    }
    plm_evidence_of_features(states, mine, agreed);
}

static double score(const char *name_a, const char *date_a, const char *name_b, const char *date_b,
                    char *words, size_t words_bytes)
{
    record_fixture a;
    record_fixture b;
    plm_features features;
    plm_model model;
    plm_pair_field fields[64];
    uint8_t states[1024];
    plm_buf text;
    person(&a, name_a, date_a);
    person(&b, name_b, date_b);
    CHECK_STATUS(plm_features_of(&features, &a.record, table, true, &arena), PLM_OK);
    CHECK(features.n <= sizeof states);
    look(states, &features, &b);
    const size_t n = plm_pair_fields_of(fields, 64, &features, states);
    plm_model_init(&model);
    plm_buf_init(&text, 4096);
    CHECK_STATUS(plm_pair_fields_explain(&text, &model, fields, n, &a.record), PLM_OK);
    (void)snprintf(words, words_bytes, "%.*s", (int)text.n, (const char *)text.data);
    plm_buf_wipe(&text);
    const double made = plm_model_score(&model, fields, n, NULL);
    plm_arena_reset(&arena);
    return made;
}

static void test_weights_and_words(void)
{
    char words[512];
    const double equal = score("Yuri Shcherbakov", "1974-03-12", "Shcherbakov Yuri", "1974-03-12",
                               words, sizeof words);
    CHECK_EQ_STR(words, "name (word 1): equal; name (word 2): equal; birthDate 1974-03-12: equal");
    const double script =
        score("Yuri Shcherbakov", "1974-03-12", "Юрий Щербаков", "1974-12-03", words, sizeof words);
    CHECK(strstr(words, "birthDate 1974-03-12: day and month exchanged") != NULL);
    const double typo = score("Yuri Shcherbakov", "1974-03-12", "Yuri Shxherbakov", "1975-03-12",
                              words, sizeof words);
    CHECK_EQ_STR(words,
                 "name (word 1): equal; name (word 2): one letter off; birthDate 1974-03-12: "
                 "equal but for a digit of the year");
    const double other =
        score("Yuri Shcherbakov", "1974-03-12", "Yuri Petrov", "1961-07-30", words, sizeof words);
    CHECK_EQ_STR(words, "name (word 1): equal; name (word 2): different; "
                        "birthDate 1974-03-12: different");
    const double undated =
        score("Yuri Shcherbakov", "1974-03-12", "Yuri Shcherbakov", NULL, words, sizeof words);
    CHECK(strstr(words, "birthDate 1974-03-12: not there") != NULL);
    CHECK(equal > script && script > other && equal > typo && typo > other && equal > undated);
    CHECK(other < 5 && equal > 30);
    /* A rare name says more than a common one. */
    CHECK(score("Ivan Petrov", NULL, "Ivan Petrov", NULL, words, sizeof words) + 5 <
          score("Yuri Shcherbakov", NULL, "Yuri Shcherbakov", NULL, words, sizeof words));
    const double joined =
        score("Abdul Khaliq", "1974-03-12", "Abdulkhaliq Ali", "1974-03-12", words, sizeof words);
    CHECK(joined > 14);
}

/* Where all features of a combination but one agree and it is no token of both, that one differs.
 */
static void test_evidence_of_tokens(void)
{
    plm_feature items[4] = {0};
    const plm_features features = {items, 4, 0};
    plm_combination list[3] = {
        {.n = 2, .features = {0, 1}}, {.n = 2, .features = {0, 2}}, {.n = 2, .features = {2, 3}}};
    const plm_combinations made = {list, 3, 0};
    uint8_t met[3] = {PLM_AGREEMENT_AGREES, PLM_AGREEMENT_DIFFERS, PLM_AGREEMENT_DIFFERS};
    uint8_t states[4];
    plm_evidence_of_tokens(states, &features, &made, met);
    CHECK_EQ_INT(states[0], PLM_AGREEMENT_AGREES);
    CHECK_EQ_INT(states[1], PLM_AGREEMENT_AGREES);
    CHECK_EQ_INT(states[2], PLM_AGREEMENT_DIFFERS);
    CHECK_EQ_INT(states[3], PLM_AGREEMENT_UNKNOWN);
    met[1] = PLM_AGREEMENT_UNKNOWN;
    plm_evidence_of_tokens(states, &features, &made, met);
    CHECK_EQ_INT(states[2], PLM_AGREEMENT_UNKNOWN);
}

/*
 * Forty on the peer's list are Yuri Shcherbakov, so that the label of these two names has no room
 * for the one whom Shcherbakov and the place of birth find: his Yuri is not known to differ.
 */
static void test_full_label_says_nothing(void)
{
    enum {
        NAMESAKES = 40
    };
    static record_fixture theirs[NAMESAKES + 1];
    plm_record list[NAMESAKES + 1];
    record_fixture own;
    plm_trial trial;
    plm_buf words;
    size_t n;
    bool is_there = false;
    const plm_trial_config config = {.table = table, .n_expected = 1, .c = 11 * PLM_BIT};
    person(&own, "Yuri Shcherbakov", NULL);
    fixture_value(&own, PLM_IDENT_BIRTH_PLACE, "Omsk");
    for (size_t i = 0; i <= NAMESAKES; i++) {
        person(&theirs[i], "Yuri Shcherbakov", NULL);
        if (i == NAMESAKES) {
            fixture_value(&theirs[i], PLM_IDENT_BIRTH_PLACE, "Omsk");
        }
        list[i] = theirs[i].record;
    }
    CHECK_STATUS(plm_trial_run(&trial, &config, list, NAMESAKES + 1, &own.record, 1), PLM_OK);
    const plm_pair *pairs = plm_resolution_pairs(trial.resolution, &n);
    for (size_t i = 0; i < n; i++) {
        if (pairs[i].peer != NAMESAKES) {
            continue;
        }
        size_t n_fields;
        const plm_pair_field *fields = plm_resolution_fields(trial.resolution, i, &n_fields);
        is_there = true;
        plm_buf_init(&words, 4096);
        CHECK_STATUS(plm_pair_fields_explain(&words, plm_resolution_model(trial.resolution), fields,
                                             n_fields, &own.record),
                     PLM_OK);
        CHECK_STATUS(plm_buf_append_u8(&words, 0), PLM_OK);
        CHECK(strstr((const char *)words.data, "different") == NULL);
        plm_buf_wipe(&words);
    }
    CHECK(is_there);
    plm_trial_wipe(&trial);
}

/* Without the link a right guess of all features meets nothing. */
static void test_links_part_features(void)
{
    const plm_link links[2] = {{{1}}, {{2}}};
    record_fixture f;
    plm_features features;
    plm_token a[512];
    plm_token b[512];
    person(&f, "Yuri Shcherbakov", "1974-03-12");
    CHECK_STATUS(plm_features_of(&features, &f.record, NULL, true, &arena), PLM_OK);
    CHECK(features.n > 30 && features.n <= 512);
    CHECK_STATUS(plm_feature_tokens(a, &links[0], &features, &arena), PLM_OK);
    CHECK_STATUS(plm_feature_tokens(b, &links[1], &features, &arena), PLM_OK);
    for (size_t i = 0; i < features.n; i++) {
        for (size_t j = 0; j < features.n; j++) {
            CHECK(memcmp(&a[i], &b[j], sizeof *a) != 0);
            CHECK(i == j || memcmp(&a[i], &a[j], sizeof *a) != 0 ||
                  features.items[i].kind == features.items[j].kind);
        }
    }
    plm_arena_reset(&arena);
}

/* Lists of n persons of which every second is in both; nobody has two partners. */
static void test_trial(void)
{
    enum {
        N = 200
    };
    static const char *const syllables[] = {"bar", "des", "kon", "lim", "mur", "nag", "pol",
                                            "ras", "tev", "zun", "fig", "hob", "jad", "wex"};
    static record_fixture a[N];
    static record_fixture b[N];
    static char names[2 * N][64];
    static char dates[2 * N][16];
    static plm_record lists[2][N];
    for (unsigned i = 0; i < 2 * N; i++) {
        const unsigned who = i < N ? i : i - N < N / 2 ? 2 * (i - N) : i;
        (void)snprintf(names[i], sizeof names[i], "%s%s %s%s%s", syllables[who % 14],
                       syllables[who / 14 % 14], syllables[who * 5 % 14],
                       syllables[who * 11 / 3 % 14], syllables[who / 2 % 13]);
        (void)snprintf(dates[i], sizeof dates[i], "19%02u-%02u-%02u", 30 + who % 60, 1 + who % 12,
                       2 + who * 7 % 26);
        person(i < N ? &a[i] : &b[i - N], names[i], dates[i]);
        lists[i / N][i % N] = i < N ? a[i].record : b[i - N].record;
    }
    for (int second = 0; second < 2; second++) {
        plm_trial trial;
        const plm_trial_config config = {
            .table = table, .n_expected = N / 2, .c = 2 * PLM_BIT, .has_second_look = second == 1};
        size_t n;
        size_t n_hits = 0;
        bool taken[N] = {false};
        CHECK_STATUS(plm_trial_run(&trial, &config, lists[0], N, lists[1], N), PLM_OK);
        const plm_pair *pairs = plm_resolution_pairs(trial.resolution, &n);
        for (size_t i = 0; i < n; i++) {
            if (pairs[i].grade != PLM_GRADE_NONE) {
                n_hits++;
                CHECK(pairs[i].record < N / 2 && pairs[i].peer == 2 * pairs[i].record);
                CHECK(pairs[i].probability >= 0.5 && pairs[i].probability <= 1.000001);
                CHECK(!taken[pairs[i].record]);
                taken[pairs[i].record] = true;
            }
        }
        CHECK_EQ_INT(n_hits, N / 2);
        plm_trial_wipe(&trial);
    }
}

/* The score of fields of two names, each a word that agrees (or differs) at `share`, and of dates.
 */
static double score_of_names(const bool *agrees, size_t n)
{
    plm_pair_field fields[8] = {0};
    plm_model model;
    plm_model_init(&model);
    for (size_t i = 0; i < n; i++) {
        fields[i] = (plm_pair_field){.class_ = PLM_PAIR_FIELD_WORD,
                                     .value = (uint16_t)i,
                                     .known = 31,
                                     .agrees = agrees[i] ? 15 : 0,
                                     .share = {1e-3F, 2e-3F, 0, 1e-3F, 2e-3F}};
    }
    return plm_model_score(&model, fields, n, NULL);
}

/* One of four names agrees: it was one of four chances, which costs two bits. */
static void test_names_are_not_more_chances(void)
{
    const bool one[] = {true};
    const bool first[] = {true, false, false, false};
    const bool last[] = {false, false, false, true};
    const bool all[] = {true, true, true, true};
    const double alone = score_of_names(one, 1);
    CHECK(alone > 8);
    CHECK(fabs(score_of_names(first, 4) - (alone - 2)) < 0.01);
    CHECK(fabs(score_of_names(last, 4) - (alone - 2)) < 0.01);
    CHECK(fabs(score_of_names(all, 4) - alone) < 1e-9);
}

/*
 * A rare person who stands twice on the peer's list gets both; his twin on it, and one who is not
 * so rare, are rivals as ever.
 */
static void test_one_person_twice(void)
{
    static const struct {
        const char *name;
        const char *date;
        plm_grade grade;
    } peers[] = {
        {"Yuri Shcherbakov", "1974-03-12", PLM_GRADE_STRONG},
        {"Юрий Щербаков", "1974-03-12", PLM_GRADE_STRONG},
        {"Ali Shcherbakov", "1974-03-12", PLM_GRADE_NONE},
        {"Yuri Shcherbakov", "1975-03-12", PLM_GRADE_NONE},
    };
    record_fixture own;
    static record_fixture theirs[4];
    plm_record list[4];
    plm_trial trial;
    size_t n;
    size_t n_seen = 0;
    const plm_trial_config config = {.table = table, .n_expected = 1, .has_second_look = true};
    person(&own, "Yuri Shcherbakov", "1974-03-12");
    for (size_t i = 0; i < 4; i++) {
        person(&theirs[i], peers[i].name, peers[i].date);
        list[i] = theirs[i].record;
    }
    CHECK_STATUS(plm_trial_run(&trial, &config, list, 4, &own.record, 1), PLM_OK);
    const plm_pair *pairs = plm_resolution_pairs(trial.resolution, &n);
    for (size_t i = 0; i < n; i++) {
        n_seen += pairs[i].grade != PLM_GRADE_NONE;
        CHECK_EQ_INT(pairs[i].grade, peers[pairs[i].peer].grade);
    }
    CHECK_EQ_INT(n_seen, 2);
    plm_trial_wipe(&trial);
}

static plm_status stop(void *context, double done)
{
    (void)context;
    return done > 0.1 ? PLM_E_CANCELLED : PLM_OK;
}

static void test_trial_ends_when_told(void)
{
    record_fixture f;
    plm_trial trial;
    plm_trial_config config = {.table = table, .n_expected = 1, .c = 0, .progress = stop};
    person(&f, "Yuri Shcherbakov", "1974-03-12");
    CHECK_STATUS(plm_trial_run(&trial, &config, &f.record, 1, &f.record, 1), PLM_E_CANCELLED);
    CHECK(trial.resolution == NULL);
    config.progress = NULL;
    CHECK_STATUS(plm_trial_run(&trial, &config, &f.record, 1, NULL, 0), PLM_OK);
    plm_trial_wipe(&trial);
    CHECK_STATUS(plm_trial_run(&trial, &config, &f.record, 1, &f.record, 1), PLM_OK);
    CHECK_STATUS(plm_resolution_solve(trial.resolution, stop, NULL), PLM_E_CANCELLED);
    plm_trial_wipe(&trial);
}

int main(void)
{
    static const plm_diag_sink nobody = {NULL, NULL};
    plm_arena_init(&arena, 64 << 20);
    if (plm_frequency_parse(&table, plm_span_str(table_text), &nobody, "t") != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_weights_and_words);
    TAP_RUN(test_evidence_of_tokens);
    TAP_RUN(test_full_label_says_nothing);
    TAP_RUN(test_links_part_features);
    TAP_RUN(test_trial);
    TAP_RUN(test_names_are_not_more_chances);
    TAP_RUN(test_one_person_twice);
    TAP_RUN(test_trial_ends_when_told);
    plm_frequency_destroy(table);
    plm_arena_wipe(&arena);
    return tap_done();
}
