/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two whole synthetic registers, read back as a stranger would read them: who shares which
 * identifier with whom is found by sorting all values, and must be what truth.csv says and nothing
 * else. Also the score, against hand-made truths.
 */
#include "synth/score.h"
#include "synth/synth.h"
#include "tap.h"

#include <stdlib.h>

enum {
    N_A = 3000,
    N_B = 4000,
    N_COMMON = 1200,
    N_COLUMNS = 21,
    ROLE = 1,
    NAME = 3,
    BIRTH = 5,
    NATIONALITY = 6,
    PASSPORT = 7,
    PHONES = 9,
    EMAIL = 10,
    IBAN = 11,
    IMEI = 12,
    VIN = 13,
    PLATE = 14,
    BTC = 16,
    ETH = 17,
    MINOR = 20
};

/* A file cut into cells, in place. */
typedef struct table {
    plm_buf text;
    char *(*rows)[N_COLUMNS];
    size_t n_rows; /* without the header */
} table;

static table a_table;
static table b_table;
static table truth_table;
static plm_synth_report told;

static plm_status collect(void *context, plm_span bytes)
{
    return plm_buf_append(&((table *)context)->text, bytes.p, bytes.n);
}

/* Cuts one line at its commas, quotes minded; the place after its line end. */
static char *cut_line(char *at, char **cells, size_t *n_cells)
{
    size_t n = 0;
    for (bool more = true; more && n < N_COLUMNS;) {
        bool quoted = *at == '"';
        at += quoted;
        cells[n++] = at;
        at += strcspn(at, quoted ? "\"" : ",\r");
        if (quoted) {
            *at++ = '\0';
        }
        more = *at == ',';
        *at++ = '\0';
    }
    *n_cells = n;
    return at + 1; /* the line feed */
}

static void cut(table *t, size_t n_columns, size_t n_rows)
{
    t->rows = (char *(*)[N_COLUMNS])calloc(n_rows + 1, sizeof *t->rows);
    CHECK_STATUS(plm_buf_append_u8(&t->text, 0), PLM_OK);
    if (!CHECK(t->rows != NULL)) {
        exit(1);
    }
    char *at = (char *)t->text.data;
    char *end = at + t->text.n - 1;
    char *header[N_COLUMNS];
    size_t n_cells;
    at = cut_line(at, header, &n_cells);
    CHECK_EQ_INT(n_cells, n_columns);
    while (at < end && t->n_rows < n_rows) {
        at = cut_line(at, t->rows[t->n_rows++], &n_cells);
        CHECK_EQ_INT(n_cells, n_columns);
    }
    CHECK(at == end);
    CHECK_EQ_INT(t->n_rows, n_rows);
}

static void test_counts(void)
{
    const plm_synth_config config = {2026, N_A, N_B, N_COMMON};
    const plm_synth_sinks sinks = {
        {collect, &a_table}, {collect, &b_table}, {collect, &truth_table}};
    plm_buf_init(&a_table.text, 1 << 24);
    plm_buf_init(&b_table.text, 1 << 24);
    plm_buf_init(&truth_table.text, 1 << 24);
    CHECK_STATUS(plm_synth_write(&config, &sinks, &told), PLM_OK);
    cut(&a_table, N_COLUMNS, N_A);
    cut(&b_table, N_COLUMNS, N_B);
    cut(&truth_table, 4, N_COMMON);
    CHECK_EQ_INT(told.n_pairs, N_COMMON);
}

/* Number of the row with that id ("A-000000017" stands in row 16), -1 if there is none. */
static long row_of(const table *t, const char *id)
{
    long row = strtol(id + 2, NULL, 10) - 1;
    bool there = row >= 0 && (size_t)row < t->n_rows && strcmp(t->rows[row][0], id) == 0;
    return there ? row : -1;
}

static void test_ids(void)
{
    static bool seen_b[N_B];
    for (size_t i = 0; i < truth_table.n_rows; i++) {
        CHECK(row_of(&a_table, truth_table.rows[i][0]) >= 0);
        CHECK(i == 0 || strcmp(truth_table.rows[i - 1][0], truth_table.rows[i][0]) < 0);
        long b = row_of(&b_table, truth_table.rows[i][1]);
        if (CHECK(b >= 0)) {
            CHECK(!seen_b[b]);
            seen_b[b] = true;
        }
    }
}

/* One identifier of one record. */
typedef struct entry {
    char value[96]; /* "column:value" without punctuation */
    bool is_b;
    size_t row;
} entry;

static size_t add_entry(entry *out, const char *way, const char *value, size_t n, bool is_b,
                        size_t row)
{
    size_t at = (size_t)snprintf(out->value, sizeof out->value, "%s:", way);
    for (size_t i = 0; i < n && at < sizeof out->value - 1; i++) {
        if (value[i] != ' ' && value[i] != '-') {
            char c = value[i];
            bool folds = strcmp(way, "email") == 0 && c >= 'A' && c <= 'Z';
            out->value[at++] = folds ? (char)(c | 0x20) : c;
        }
    }
    out->value[at] = '\0';
    out->is_b = is_b;
    out->row = row;
    return n > 0;
}

static const struct {
    int column;
    const char *way;
} ways[] = {{PASSPORT, "document"}, {PHONES, "phone"}, {EMAIL, "email"},
            {IBAN, "iban"},         {IMEI, "imei"},    {VIN, "vin"},
            {PLATE, "plate"},       {BTC, "btc"},      {ETH, "eth"}};

enum {
    N_WAYS = sizeof ways / sizeof *ways
};

static size_t add_entries(entry *out, const table *t, bool is_b)
{
    size_t n = 0;
    for (size_t row = 0; row < t->n_rows; row++) {
        for (size_t i = 0; i < N_WAYS; i++) {
            const char *cell = t->rows[row][ways[i].column];
            do {
                size_t length = strcspn(cell, "|");
                n += add_entry(&out[n], ways[i].way, cell, length, is_b, row);
                cell += length;
            } while (*cell++ == '|');
        }
    }
    return n;
}

static int compare_entries(const void *x, const void *y)
{
    const entry *a = (const entry *)x;
    const entry *b = (const entry *)y;
    int order = strcmp(a->value, b->value);
    return order != 0 ? order : a->is_b - b->is_b;
}

/* For each row of A: the row of B that the truth pairs it with, and the ways that were found. */
static long partner[N_A];
static uint32_t found[N_A];

static size_t way_number(const char *value)
{
    for (size_t i = 0; i < N_WAYS; i++) {
        size_t n = strlen(ways[i].way);
        if (strncmp(value, ways[i].way, n) == 0 && (value[n] == ':' || value[n] == '|')) {
            return i;
        }
    }
    return N_WAYS;
}

static void test_nobody_else_shares_an_identifier(void)
{
    entry *entries = (entry *)calloc(((size_t)N_A + N_B) * (N_WAYS + 1), sizeof *entries);
    if (!CHECK(entries != NULL)) {
        return;
    }
    for (size_t i = 0; i < N_A; i++) {
        partner[i] = -1;
    }
    for (size_t i = 0; i < truth_table.n_rows; i++) {
        partner[row_of(&a_table, truth_table.rows[i][0])] =
            row_of(&b_table, truth_table.rows[i][1]);
    }
    size_t n = add_entries(entries, &a_table, false);
    n += add_entries(entries + n, &b_table, true);
    qsort(entries, n, sizeof *entries, compare_entries);
    size_t n_shared = 0;
    for (size_t i = 1; i < n; i++) {
        if (strcmp(entries[i - 1].value, entries[i].value) != 0) {
            continue;
        }
        n_shared++;
        bool is_pair = !entries[i - 1].is_b && entries[i].is_b &&
                       partner[entries[i - 1].row] == (long)entries[i].row;
        if (!CHECK(is_pair)) {
            printf("# %s\n", entries[i].value);
            continue;
        }
        found[entries[i - 1].row] |= 1U << way_number(entries[i].value);
    }
    CHECK(n_shared > N_COMMON / 2);
    free(entries);
}

/* True if `way` is one of the ways joined by '|'. */
static bool has_way(const char *found_by, const char *way)
{
    size_t n = strlen(way);
    for (const char *at = found_by; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, way, n) == 0 && (at[n] == '\0' || at[n] == '|')) {
            return true;
        }
    }
    return false;
}

static void test_truth_names_the_ways(void)
{
    size_t n_findable = 0;
    for (size_t i = 0; i < truth_table.n_rows; i++) {
        const char *found_by = truth_table.rows[i][2];
        uint32_t bits = found[row_of(&a_table, truth_table.rows[i][0])];
        if (strcmp(found_by, "excluded") == 0) {
            continue;
        }
        for (size_t w = 0; w < N_WAYS; w++) {
            if (!CHECK(has_way(found_by, ways[w].way) == ((bits >> w & 1) != 0))) {
                printf("# %s: %s\n", truth_table.rows[i][0], found_by);
            }
        }
        n_findable += strcmp(found_by, "hard") != 0;
        CHECK(strcmp(found_by, "hard") != 0 || bits == 0);
    }
    CHECK_EQ_INT(n_findable, told.n_findable);
}

static unsigned n_words(const char *name)
{
    unsigned n = 1;
    for (; *name != '\0'; name++) {
        n += *name == ' ';
    }
    return n;
}

static bool is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80) {
        text++;
    }
    return *text == '\0';
}

static void test_names_and_dates(void)
{
    size_t n_full = 0;
    size_t n_year = 0;
    size_t n_other_script = 0;
    for (size_t i = 0; i < truth_table.n_rows; i++) {
        char **a = a_table.rows[row_of(&a_table, truth_table.rows[i][0])];
        char **b = b_table.rows[row_of(&b_table, truth_table.rows[i][1])];
        bool full = has_way(truth_table.rows[i][2], "name+birthDate");
        bool year = has_way(truth_table.rows[i][2], "name+birthYear+nationality");
        n_full += full;
        n_year += year;
        if (full || year) {
            CHECK(strncmp(a[BIRTH], b[BIRTH], 4) == 0 && strlen(a[BIRTH]) == 10);
            n_other_script += is_ascii(a[NAME]) && !is_ascii(b[NAME]);
        }
        if (full) {
            CHECK_EQ_STR(a[BIRTH], b[BIRTH]);
            CHECK(strchr(a[BIRTH], 'X') == NULL);
        }
        if (year) {
            CHECK(a[NATIONALITY][0] != '\0' && strcmp(a[NATIONALITY], b[NATIONALITY]) == 0);
        }
        /* The same words in Latin and in B's letters: as many of them. */
        CHECK(!full || abs((int)n_words(a[NAME]) - (int)n_words(b[NAME])) <= 1);
    }
    CHECK(n_full > N_COMMON / 3 && n_year > N_COMMON / 3 && n_other_script > 50);
}

static bool is_protected(char **row)
{
    bool is_minor_birth = row[BIRTH][0] != '\0' && strtol(row[BIRTH], NULL, 10) >= 2010;
    bool is_minor = strcmp(row[MINOR], "yes") == 0 || is_minor_birth;
    return is_minor || strcmp(row[ROLE], "victim") == 0 || strcmp(row[ROLE], "witness") == 0;
}

static void test_excluded(void)
{
    size_t n = 0;
    size_t n_disputed = 0;
    for (size_t i = 0; i < truth_table.n_rows; i++) {
        char **a = a_table.rows[row_of(&a_table, truth_table.rows[i][0])];
        char **b = b_table.rows[row_of(&b_table, truth_table.rows[i][1])];
        bool excluded = strcmp(truth_table.rows[i][2], "excluded") == 0;
        CHECK(excluded == (is_protected(a) || is_protected(b)));
        n += excluded;
        n_disputed += is_protected(a) && !is_protected(b);
    }
    CHECK_EQ_INT(n, told.n_excluded);
    CHECK(n_disputed > 5); /* victims whom the other side takes for suspects */
}

/* The mapping is JSON, and names columns that are there. */
static void test_mapping(void)
{
    plm_span mapping = plm_synth_mapping();
    plm_synth_config config = {1, 1, 1, 0};
    table one = {0};
    plm_buf_init(&one.text, 1 << 16);
    const plm_synth_sinks sinks = {{collect, &one}, {NULL, NULL}, {NULL, NULL}};
    CHECK_STATUS(plm_synth_write(&config, &sinks, NULL), PLM_OK);
    const uint8_t *line_end = (const uint8_t *)memchr(one.text.data, '\r', one.text.n);
    if (!CHECK(line_end != NULL)) {
        return;
    }
    plm_span header = plm_span_of(one.text.data, (size_t)(line_end - one.text.data));
    size_t n_named = 0;
    const char *end = (const char *)mapping.p + mapping.n;
    for (const char *at = (const char *)mapping.p; at < end; at++) {
        static const char mark[] = "\"column\": \"";
        if ((size_t)(end - at) > sizeof mark && strncmp(at, mark, sizeof mark - 1) == 0) {
            const char *name = at + sizeof mark - 1;
            CHECK(memmem(header.p, header.n, name, strcspn(name, "\"")) != NULL);
            n_named++;
        }
    }
    CHECK_EQ_INT(n_named, N_COLUMNS);
    plm_buf_wipe(&one.text);
}

/* --- score ----------------------------------------------------------------------------------- */

#define TRUTH                                \
    "id_a,id_b,found_by,offence\r\n"         \
    "A-1,B-9,phone|name+birthDate,TIP.5\r\n" \
    "A-2,B-8,hard,UNTOC.5\r\n"               \
    "A-3,B-7,excluded,TIP.5\r\n"             \
    "A-4,B-6,document,SOM.6\r\n"

static const plm_diag_sink silent;

static void test_score(void)
{
    plm_synth_score s;
    const char *const ids[] = {"A-4", "A-1", "A-77", "A-1", "A-3"};
    CHECK_STATUS(
        plm_synth_score_make(&s, plm_span_str(TRUTH), false, ids, 5, NULL, 0, &silent, "t"),
        PLM_OK);
    CHECK(s.n_pairs == 3 && s.n_findable == 2 && s.n_reported == 4 && s.n_true == 2);
    CHECK(s.n_false == 2 && s.n_protected == 1 && s.n_true_findable == 2);
    CHECK(s.precision > 0.4999 && s.precision < 0.5001);
    CHECK(s.recall > 0.6666 && s.recall < 0.6667);
    CHECK(s.recall_findable > 0.9999);
    /* By the rules that were run: only A-1 could be found by its phone. */
    const char *const rules[] = {"phone", "name"};
    const char *const hard[] = {"B-8"};
    CHECK_STATUS(
        plm_synth_score_make(&s, plm_span_str(TRUTH), true, hard, 1, rules, 2, &silent, "t"),
        PLM_OK);
    CHECK(s.n_findable == 1 && s.n_true == 1 && s.n_true_findable == 0 && s.n_false == 0);
    CHECK(s.recall_findable < 0.0001 && s.precision > 0.9999);
    /* The other side's ids are nobody's here. */
    CHECK_STATUS(
        plm_synth_score_make(&s, plm_span_str(TRUTH), false, hard, 1, NULL, 0, &silent, "t"),
        PLM_OK);
    CHECK(s.n_true == 0 && s.n_false == 1);
    CHECK_STATUS(
        plm_synth_score_make(&s, plm_span_str(TRUTH), false, NULL, 0, NULL, 0, &silent, "t"),
        PLM_OK);
    CHECK(s.n_reported == 0 && s.precision > 0.9999 && s.recall < 0.0001);
}

static void count_diag(void *context, const plm_diag *diag)
{
    *(uint64_t *)context = diag->line;
}

static void test_score_of_bad_truth(void)
{
    const struct {
        const char *text;
        uint64_t line;
    } bad[] = {{"", 1},
               {"id_a,id_b\r\nA-1,B-1\r\n", 1},
               {"id_a,id_b,found_by,offence\nA-1,B-1,phone\n", 2},
               {"id_a,id_b,found_by,offence\nA-1,B-1,phone,X\nA-1,,phone,X\n", 3},
               {"id_a,id_b,found_by,offence\nA-1,B-1,phone,X,Y\n", 2}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plm_synth_score s = {.n_pairs = 77};
        uint64_t line = 0;
        const plm_diag_sink sink = {count_diag, &line};
        CHECK_STATUS(plm_synth_score_make(&s, plm_span_str(bad[i].text), false, NULL, 0, NULL, 0,
                                          &sink, "t"),
                     PLM_E_SYNTAX);
        CHECK_EQ_INT(line, bad[i].line);
        CHECK_EQ_INT(s.n_pairs, 77);
    }
}

static void free_table(table *t)
{
    free(t->rows);
    plm_buf_wipe(&t->text);
}

int main(void)
{
    TAP_RUN(test_counts);
    TAP_RUN(test_ids);
    TAP_RUN(test_nobody_else_shares_an_identifier);
    TAP_RUN(test_truth_names_the_ways);
    TAP_RUN(test_names_and_dates);
    TAP_RUN(test_excluded);
    TAP_RUN(test_mapping);
    TAP_RUN(test_score);
    TAP_RUN(test_score_of_bad_truth);
    free_table(&a_table);
    free_table(&b_table);
    free_table(&truth_table);
    return tap_done();
}
