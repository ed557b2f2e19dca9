/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mse.h - overlap tables and reference results for tests: MSE_DATA is their folder, MSE_SHARED that
 * of further ones, which may be missing.
 */
#ifndef PLM_TESTS_MSE_H
#define PLM_TESTS_MSE_H

#include "base/file.h"
#include "estimate/table_read.h"
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* From the root of the sources, where the build does not say. */
#ifndef MSE_DATA
#    define MSE_DATA   "tests/vectors/data/mse"
#    define MSE_SHARED "../shared/data/mse"
#endif

enum {
    MSE_FIELDS_MAX = 40
};

/* A CSV file in memory, read row by row. */
typedef struct mse_csv {
    plm_buf bytes;
    char *at;
    char *header[MSE_FIELDS_MAX];
    char *field[MSE_FIELDS_MAX];
    size_t n_columns;
} mse_csv;

/* Cuts one line into fields in place; quotes are taken off. Returns their number, 0 at the end. */
static inline size_t mse_cut(mse_csv *csv, char **fields)
{
    size_t n = 0;
    char *p = csv->at;
    if (*p == '\0') {
        return 0;
    }
    for (bool is_over = false; !is_over && n < MSE_FIELDS_MAX;) {
        bool is_quoted = *p == '"';
        fields[n++] = p + is_quoted;
        p = is_quoted ? strchr(p + 1, '"') : p + strcspn(p, ",\n");
        if (is_quoted) {
            *p++ = '\0';
        }
        is_over = *p != ',';
        if (*p != '\0') {
            *p++ = '\0';
        }
    }
    csv->at = p;
    return n;
}

static inline bool mse_open(mse_csv *csv, const char *folder, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    plm_buf_init(&csv->bytes, 64 << 20);
    if (plm_file_read(path, &csv->bytes) != PLM_OK || plm_buf_append_u8(&csv->bytes, 0) != PLM_OK) {
        plm_buf_wipe(&csv->bytes);
        return false;
    }
    csv->at = (char *)csv->bytes.data;
    csv->n_columns = mse_cut(csv, csv->header);
    return csv->n_columns > 0;
}

static inline bool mse_next(mse_csv *csv)
{
    return mse_cut(csv, csv->field) > 0;
}

static inline void mse_close(mse_csv *csv)
{
    plm_buf_wipe(&csv->bytes);
}

/* The field of that column in the last row. */
static inline const char *mse_text(const mse_csv *csv, const char *column)
{
    for (size_t i = 0; i < csv->n_columns; i++) {
        if (strcmp(csv->header[i], column) == 0) {
            return csv->field[i];
        }
    }
    printf("# no column %s\n", column);
    exit(1);
}

/* NAN where R has NA. */
static inline double mse_number(const mse_csv *csv, const char *column)
{
    char *end = NULL;
    const char *text = mse_text(csv, column);
    double x = strtod(text, &end);
    return end == text ? (double)NAN : x;
}

/* Relative distance; 0 for two NANs, infinite for one. */
static inline double mse_apart(double got, double want)
{
    if (isnan(got) || isnan(want)) {
        return isnan(got) && isnan(want) ? 0 : (double)INFINITY;
    }
    return got == want ? 0 : fabs(got - want) / fmax(fabs(want), 1e-12);
}

#define CHECK_NEAR(got, want, relative)                                                \
    do {                                                                               \
        double mse_got = (got);                                                        \
        double mse_want = (want);                                                      \
        if (!tap_check(mse_apart(mse_got, mse_want) <= (relative), __FILE__, __LINE__, \
                       #got " near " #want)) {                                         \
            printf("# %.12g, not %.12g\n", mse_got, mse_want);                         \
        }                                                                              \
    } while (0)

/* The table of that name, or the process ends. */
static inline plm_table mse_table(const char *name)
{
    static const plm_table_format format = {NULL, false};
    static const plm_diag_sink nowhere = {NULL, NULL};
    char path[512];
    plm_buf bytes;
    plm_table_file file;
    (void)snprintf(path, sizeof path, "%s/%s.csv", MSE_DATA, name);
    plm_buf_init(&bytes, 1 << 20);
    if (plm_file_read(path, &bytes) != PLM_OK ||
        plm_table_read(&file, plm_buf_span(&bytes), path, &format, &nowhere) != PLM_OK) {
        printf("# %s can't be read\n", path);
        exit(1);
    }
    plm_table table = file.table;
    plm_table_file_wipe(&file);
    plm_buf_wipe(&bytes);
    return table;
}

/* A table of n lists; count[h] for each history. */
static inline plm_table mse_make(unsigned n_lists, const double *count)
{
    plm_table table;
    if (plm_table_init(&table, n_lists) != PLM_OK) {
        exit(1);
    }
    for (unsigned h = 1; h < plm_table_cells(&table); h++) {
        table.count[h] = count[h];
    }
    return table;
}

static inline bool mse_has_shared(void)
{
    bool has = access(MSE_SHARED, R_OK) == 0;
    if (!has) {
        printf("# skipped: %s is not there\n", MSE_SHARED);
    }
    return has;
}

#endif
