/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate.h - what palermo evaluate works on, and what it finds out.
 */
#ifndef PLM_CLI_EVALUATE_H
#define PLM_CLI_EVALUATE_H

#include "cli/records.h"
#include "cli/say.h"
#include "resolve/trial.h"

enum {
    PLM_EVALUATE_NOBODY = -1, /* a record whose person the other list lacks */
    PLM_CURVE_POINTS_MAX = 200
};

/* Two lists, and who of them is one person. */
typedef struct plm_evaluation {
    const char *command;
    plm_records lists[2];
    int64_t *persons[2];   /* the person of each record */
    size_t n_pairs;        /* persons in both lists, by the truth */
    size_t n_findable;     /* of them, those of whom both records were taken */
    uint64_t n_unknown[2]; /* ids of the truth that no record of the list has */
    plm_frequency *table;
    uint64_t n_expected;
    plm_meter meter;
    char phase[64];
    const volatile sig_atomic_t *cancel;
} plm_evaluation;

typedef struct plm_evaluation_files {
    const char *lists[2];
    const char *mappings[2]; /* NULL: FollowTheMoney */
    const char *truth; /* CSV with a header: an id in A, an id in B; NULL: one id, one person */
    const char *table; /* of a shipped table, or a file */
    const char *equivalents; /* a file of the parties' own; NULL: none */
} plm_evaluation_files;

/*
 * Reads everything. n_expected 0: half of the shorter list. What is wrong is said on standard
 * error. *e is to be closed in any case.
 */
plm_status plm_evaluation_open(plm_evaluation *e, const char *command,
                               const plm_evaluation_files *files,
                               int64_t n_expected) PLM_MUST_CHECK;
/*
 * evaluate_truth.c: who is one person, by the file (NULL: by equal ids); the lists are there. Says
 * on standard error what is wrong, and how many ids are of no record. PLM_E_SYNTAX, PLM_E_INVALID
 * (not one pair), PLM_E_IO, PLM_E_NOMEM.
 */
plm_status plm_evaluation_pair(plm_evaluation *e, const char *truth) PLM_MUST_CHECK;
void plm_evaluation_close(plm_evaluation *e);

/*
 * Reads a table that ships with Palermo, or a file, with a file of equivalent names of the parties'
 * own (NULL: none); says on standard error what is wrong.
 */
plm_status plm_evaluation_table(plm_frequency **out, const char *command, const char *name,
                                const char *equivalents) PLM_MUST_CHECK;

/* Precision and recall if all pairs of at least this score were hits. */
typedef struct plm_curve_point {
    double score;
    double precision;
    double recall;
} plm_curve_point;

/* What one trial gave. */
typedef struct plm_evaluated {
    int c;
    bool has_second_look;
    double threshold;
    double tokens_per_record[2];
    uint64_t n_cut[2];
    uint64_t n_common_tokens[2];
    size_t n_candidates;
    size_t n_right_candidates;
    size_t n_hits; /* at the cut that the tool proposes */
    size_t n_right_hits;
    double precision, recall, f1;
    size_t n_grades[4]; /* by plm_grade */
    size_t n_right_grades[4];
    struct {
        size_t n_right; /* candidates that are one person, and share a token of the pattern */
        size_t n_only;  /* of them, those that no other pattern shows */
        size_t n_wrong;
        double tokens_per_record; /* of both lists */
    } patterns[PLM_PATTERNS_MAX];
    plm_curve_point curve[PLM_CURVE_POINTS_MAX];
    size_t n_points;
} plm_evaluated;

/* PLM_E_NOMEM. */
plm_status plm_evaluated_make(plm_evaluated *out, const plm_evaluation *e,
                              const plm_trial *trial) PLM_MUST_CHECK;

/* The pair's records are of one person in truth. */
bool plm_evaluation_is_right(const plm_evaluation *e, const plm_pair *pair);

/*
 * Writes the pairs that are hits, and the candidates of one person that are none, as CSV: one or
 * two persons, grade, score, ids in A and in B, patterns that agreed. PLM_E_IO, PLM_E_NOMEM,
 * PLM_E_LIMIT.
 */
plm_status plm_evaluated_pairs(const char *path, const plm_evaluation *e,
                               const plm_trial *trial) PLM_MUST_CHECK;

/* The curves of all trials as a picture (SVG). PLM_E_IO, PLM_E_NOMEM, PLM_E_LIMIT. */
plm_status plm_evaluated_draw(const char *path, const plm_evaluated *all, size_t n) PLM_MUST_CHECK;

#endif
