/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Synthetic registers through the importer: every row is taken, no value is dropped, no check digit
 * fails, and equal identifiers have equal canonical forms however the two sides punctuate them.
 */
#include "crypto/sign.h"
#include "register/import.h"
#include "synth/synth.h"
#include "tap.h"

enum {
    N = 2000
};

static unsigned n_diags;
static uint64_t n_values[PLM_IDENT_TYPE_COUNT];
static uint64_t n_flagged;
static uint64_t n_protected;

static plm_status collect(void *context, plm_span bytes)
{
    return plm_buf_append((plm_buf *)context, bytes.p, bytes.n);
}

static void show_diag(void *context, const plm_diag *diag)
{
    (void)context;
    if (n_diags++ < 10) {
        printf("# %s:%d:%s: %s\n", diag->file, (int)diag->line,
               diag->field != NULL ? diag->field : "", diag->reason);
    }
}

static plm_status take(void *context, const plm_record *record, const char *file, uint64_t line)
{
    const plm_date today = {2026, 1, 1};
    (void)context;
    (void)file;
    (void)line;
    for (size_t i = 0; i < record->n_values; i++) {
        n_values[record->values[i].type]++;
        bool bad = (record->values[i].flags & PLM_IDENT_CHECK_FAILED) != 0;
        if (bad && n_flagged++ < 10) {
            printf("# %s: %s\n", record->id, record->values[i].raw);
        }
    }
    n_protected += record->role == PLM_ROLE_VICTIM || record->role == PLM_ROLE_WITNESS ||
                   plm_record_may_be_minor(record, today);
    CHECK(record->n_offences >= 1 && record->n_offences <= 2);
    return PLM_OK;
}

static void test_every_row_is_taken(void)
{
    plm_buf files[2];
    const plm_synth_config config = {11, N, N, N / 2};
    plm_buf_init(&files[0], 1 << 24);
    plm_buf_init(&files[1], 1 << 24);
    const plm_synth_sinks sinks = {{collect, &files[0]}, {collect, &files[1]}, {NULL, NULL}};
    CHECK_STATUS(plm_synth_write(&config, &sinks, NULL), PLM_OK);
    for (size_t side = 0; side < 2; side++) {
        plm_import import = {.today = {2026, 1, 1}, .record = take, .sink = {show_diag, NULL}};
        CHECK_STATUS(plm_import_csv_bytes(&import, plm_synth_mapping(), "mapping.json",
                                          plm_buf_span(&files[side]),
                                          side == 0 ? "a.csv" : "b.csv"),
                     PLM_OK);
        CHECK_EQ_INT(import.n_records, N);
        CHECK_EQ_INT(import.n_quarantined, 0);
        CHECK_EQ_INT(import.n_warnings, 0);
        plm_buf_wipe(&files[side]);
    }
    CHECK_EQ_INT(n_diags, 0);
    CHECK_EQ_INT(n_flagged, 0);
    CHECK(n_protected > N / 10);
}

static void test_every_type_is_there(void)
{
    for (unsigned type = PLM_IDENT_ETH + 1; type < PLM_IDENT_TYPE_COUNT; type++) {
        CHECK_EQ_INT(n_values[type], 0); /* synthetic registers have none of these */
    }
    for (unsigned type = 0; type <= PLM_IDENT_ETH; type++) {
        if (type != PLM_IDENT_IMO && !CHECK(n_values[type] > N / 50)) {
            printf("# %s\n", plm_ident_type_name((plm_ident_type)type));
        }
    }
    CHECK_EQ_INT(n_values[PLM_IDENT_IMO], 0);
    CHECK(n_values[PLM_IDENT_NAME] >= 2 * N);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_every_row_is_taken);
    TAP_RUN(test_every_type_is_there);
    return tap_done();
}
