/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index and its changes against the naive set that they stand for; what an altered byte does;
 * and what somebody who has the file and not the key can tell. COUNT: rounds of the first
 * property, 1 unless told otherwise; with it every byte is altered, not every seventh.
 */
#include "base/file.h"
#include "index_fixture.h"
#include "tap.h"

#include <errno.h>

enum {
    PROBES = 300, /* tokens asked for beside those that are there */
    MEMBERS_MAX = 700
};

static bool is_label_of(const plm_index_label *label, uint32_t item)
{
    const plm_index_label wanted = index_label(item);
    return label->is_urgent == wanted.is_urgent &&
           memcmp(label->reference, wanted.reference, sizeof label->reference) == 0 &&
           strcmp(label->contact, wanted.contact) == 0 &&
           strcmp(label->handling, wanted.handling) == 0;
}

/* Every token of the fixture is asked for: what is in the set is a hit with its label. */
static void check_against(const index_fixture *f, const plm_index_view *view, const bool *is_in)
{
    for (size_t i = 0; i < f->n; i++) {
        plm_index_label label;
        const plm_status status = plm_index_look(view, &f->keys[i], &label);
        if (!CHECK_STATUS(status, is_in[i] ? PLM_OK : PLM_E_NOT_FOUND)) {
            return;
        }
        CHECK(!is_in[i] || f->header.label_bytes == 0 || is_label_of(&label, (uint32_t)i));
    }
}

static void one_round(size_t n_members, uint16_t label_bytes)
{
    static bool is_in[MEMBERS_MAX + PROBES];
    index_fixture f;
    plm_index index;
    plm_changes changes;
    const size_t n_gone = n_members / 3;
    const size_t n_new = PROBES / 4;
    memset(is_in, 0, sizeof is_in);
    CHECK_STATUS(index_fixture_init(&f, n_members + PROBES, label_bytes), PLM_OK);
    CHECK_STATUS(index_fixture_write(&f, n_members), PLM_OK);
    CHECK_STATUS(plm_index_open(&index, f.path, f.identity), PLM_OK);
    CHECK_STATUS(plm_index_verify(&index), PLM_OK);
    plm_index_view view = {.index = &index};
    for (size_t i = 0; i < n_members; i++) {
        is_in[i] = true;
    }
    check_against(&f, &view, is_in);
    CHECK_STATUS(index_fixture_change(&f, 1, n_members, n_members + n_new, n_gone), PLM_OK);
    CHECK_STATUS(plm_changes_open(&changes, f.changes_path, f.identity, &index.header), PLM_OK);
    view.changes = &changes;
    for (size_t i = 0; i < n_gone; i++) {
        is_in[i] = false;
    }
    for (size_t i = n_members; i < n_members + n_new; i++) {
        is_in[i] = true;
    }
    check_against(&f, &view, is_in);
    plm_changes_close(&changes);
    plm_index_close(&index);
    index_fixture_wipe(&f);
}

static void test_like_a_set(void)
{
    static const size_t sizes[] = {0, 1, 127, 129, MEMBERS_MAX};
    const char *count = getenv("COUNT");
    const long rounds = count == NULL ? 1 : strtol(count, NULL, 10);
    for (long round = 0; round < rounds; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            one_round(sizes[i], i % 2 == 0 ? INDEX_LABEL_BYTES : 0);
        }
    }
}

/* The same entry withdrawn and added: a hit, with the label of now. */
static void test_label_is_another(void)
{
    index_fixture f;
    plm_index index;
    plm_changes changes;
    plm_index_label label;
    CHECK_STATUS(index_fixture_init(&f, 20, INDEX_LABEL_BYTES), PLM_OK);
    CHECK_STATUS(index_fixture_write(&f, 20), PLM_OK);
    CHECK_STATUS(index_fixture_change(&f, 1, 0, 5, 10), PLM_OK);
    CHECK_STATUS(plm_index_open(&index, f.path, f.identity), PLM_OK);
    CHECK_STATUS(plm_changes_open(&changes, f.changes_path, f.identity, &index.header), PLM_OK);
    const plm_index_view view = {&index, &changes};
    CHECK_STATUS(plm_index_look(&view, &f.keys[3], &label), PLM_OK);
    CHECK(is_label_of(&label, 3));
    CHECK_STATUS(plm_index_look(&view, &f.keys[7], &label), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_index_look(&view, &f.keys[12], &label), PLM_OK);
    plm_changes_close(&changes);
    plm_index_close(&index);
    index_fixture_wipe(&f);
}

/* One altered byte: it does not open, or its check fails and no query is answered otherwise. */
static void check_altered(const index_fixture *f, plm_buf *bytes, size_t at)
{
    plm_index index;
    bytes->data[at] ^= (uint8_t)(1U << (at % 8));
    if (plm_index_open_bytes(&index, plm_buf_span(bytes), f->identity) == PLM_OK) {
        const plm_index_view view = {.index = &index};
        bool is_good = CHECK_STATUS(plm_index_verify(&index), PLM_E_TAMPERED);
        for (size_t i = 0; is_good && i < f->n; i += 37) {
            plm_index_label label;
            const plm_status status = plm_index_look(&view, &f->keys[i], &label);
            is_good = CHECK(status == PLM_E_TAMPERED ||
                            status == (i < f->header.n_entries ? PLM_OK : PLM_E_NOT_FOUND));
        }
    }
    bytes->data[at] ^= (uint8_t)(1U << (at % 8));
}

static void test_any_byte_altered(void)
{
    index_fixture f;
    plm_buf bytes;
    plm_index index;
    CHECK_STATUS(index_fixture_init(&f, 300, INDEX_LABEL_BYTES), PLM_OK);
    CHECK_STATUS(index_fixture_write(&f, 260), PLM_OK);
    plm_buf_init(&bytes, 1 << 20);
    CHECK_STATUS(plm_file_read(f.path, &bytes), PLM_OK);
    const char *count = getenv("COUNT");
    const size_t step = count == NULL ? 7 : 1;
    for (size_t at = 0; at < bytes.n; at += at < PLM_INDEX_HEADER_BYTES ? 1 : step) {
        check_altered(&f, &bytes, at);
    }
    for (size_t n = 0; n < bytes.n; n += 211) {
        CHECK(plm_index_open_bytes(&index, plm_span_of(bytes.data, n), f.identity) != PLM_OK);
    }
    CHECK_STATUS(plm_buf_append_u8(&bytes, 0), PLM_OK);
    CHECK(plm_index_open_bytes(&index, plm_buf_span(&bytes), f.identity) != PLM_OK);
    plm_buf_wipe(&bytes);
    index_fixture_wipe(&f);
}

static void test_any_byte_of_changes_altered(void)
{
    index_fixture f;
    plm_buf bytes;
    plm_changes changes;
    CHECK_STATUS(index_fixture_init(&f, 60, INDEX_LABEL_BYTES), PLM_OK);
    CHECK_STATUS(index_fixture_write(&f, 40), PLM_OK);
    CHECK_STATUS(index_fixture_change(&f, 1, 40, 60, 10), PLM_OK);
    plm_buf_init(&bytes, 1 << 20);
    CHECK_STATUS(plm_file_read(f.changes_path, &bytes), PLM_OK);
    CHECK_STATUS(plm_changes_open_bytes(&changes, plm_buf_span(&bytes), f.identity, &f.header),
                 PLM_OK);
    for (size_t at = 0; at < bytes.n; at++) {
        bytes.data[at] ^= (uint8_t)(1U << (at % 8));
        if (!CHECK(plm_changes_open_bytes(&changes, plm_buf_span(&bytes), f.identity, &f.header) !=
                   PLM_OK)) {
            break;
        }
        bytes.data[at] ^= (uint8_t)(1U << (at % 8));
    }
    /* Whole changes of another index, or of another holder, are none of ours. */
    uint8_t stranger[32] = {1};
    CHECK_STATUS(plm_changes_open_bytes(&changes, plm_buf_span(&bytes), stranger, &f.header),
                 PLM_E_AUTH);
    f.header.root[0] ^= 1;
    CHECK_STATUS(plm_changes_open_bytes(&changes, plm_buf_span(&bytes), f.identity, &f.header),
                 PLM_E_PROTOCOL);
    plm_buf_wipe(&bytes);
    index_fixture_wipe(&f);
}

/*
 * The attacker has the file and the processor, knows that the entries are among few candidates
 * (here all of them are), and has no key: whatever key it tries, no guess fits. With the key all
 * of them do, so that the test could fail.
 */
static void test_guesses_without_the_holder(void)
{
    enum {
        CANDIDATES = 400,
        KEYS = 20
    };
    index_fixture f;
    plm_index index;
    static plm_index_key guesses[CANDIDATES];
    size_t n_confirmed = 0;
    CHECK_STATUS(index_fixture_init(&f, CANDIDATES, 0), PLM_OK);
    CHECK_STATUS(index_fixture_write(&f, CANDIDATES), PLM_OK);
    CHECK_STATUS(plm_index_open(&index, f.path, f.identity), PLM_OK);
    const plm_index_view view = {.index = &index};
    plm_index_label label;
    for (int k = 0; k < KEYS; k++) {
        plm_epoch_key guessed;
        CHECK_STATUS(plm_oprf_random_key_pair(guessed.secret, guessed.public_key), PLM_OK);
        CHECK_STATUS(plm_index_evaluate(&guessed, f.tokens, CANDIDATES, NULL, index_keep, guesses,
                                        NULL, NULL),
                     PLM_OK);
        for (size_t i = 0; i < CANDIDATES; i++) {
            n_confirmed += plm_index_look(&view, &guesses[i], &label) == PLM_OK;
        }
    }
    CHECK_EQ_INT(n_confirmed, 0);
    for (size_t i = 0; i < CANDIDATES; i++) {
        n_confirmed += plm_index_look(&view, &f.keys[i], &label) == PLM_OK;
    }
    CHECK_EQ_INT(n_confirmed, CANDIDATES);
    plm_index_close(&index);
    index_fixture_wipe(&f);
}

/* What the holder keeps at home, compared with the tokens of a later day. */
static void test_own_compared(void)
{
    enum {
        N = 200
    };
    index_fixture f;
    plm_own own;
    plm_own_changes changes;
    static plm_own_token before[N];
    static plm_own_token now[N];
    static plm_fingerprint fingerprints[N];
    char path[128];
    CHECK_STATUS(index_fixture_init(&f, 1, 0), PLM_OK);
    (void)snprintf(path, sizeof path, "%s/own", f.directory);
    for (unsigned i = 0; i < N; i++) {
        plm_store_u32(before[i].token.b, i * 10);
        plm_store_u32(fingerprints[i].b, (i * 7919) % 100000);
    }
    CHECK_STATUS(plm_own_write(path, f.header.root, before, fingerprints, N), PLM_OK);
    CHECK_STATUS(plm_own_open(&own, path), PLM_OK);
    CHECK_EQ_INT(own.n, N);
    CHECK_STATUS(plm_own_compare(&changes, &own, before, N), PLM_OK);
    CHECK_EQ_INT(changes.n_added, 0);
    CHECK_EQ_INT(changes.n_withdrawn, 0);
    plm_own_changes_wipe(&changes);
    /* The first is gone, the second new, the third has another mark; the rest is as it was. */
    memcpy(now, before, sizeof now);
    plm_store_u32(now[0].token.b, 5);
    now[2].mark[0] = 1;
    CHECK_STATUS(plm_own_compare(&changes, &own, now, N), PLM_OK);
    CHECK_EQ_INT(changes.n_added, 2);
    CHECK_EQ_INT(changes.n_withdrawn, 2);
    CHECK(changes.n_added == 2 && changes.added[0] == 0 && changes.added[1] == 2);
    CHECK(changes.n_withdrawn == 2 &&
          plm_fingerprint_compare(&changes.withdrawn[0], &fingerprints[0]) == 0 &&
          plm_fingerprint_compare(&changes.withdrawn[1], &fingerprints[2]) == 0);
    plm_own_changes_wipe(&changes);
    CHECK_STATUS(plm_own_compare(&changes, &own, NULL, 0), PLM_OK);
    CHECK_EQ_INT(changes.n_withdrawn, N);
    plm_own_changes_wipe(&changes);
    plm_own_close(&own);
    (void)unlink(path);
    index_fixture_wipe(&f);
}

static bool stop_at_once(void *context, const char *phase, uint64_t done, uint64_t total)
{
    (void)context;
    (void)phase;
    (void)done;
    (void)total;
    return false;
}

static void test_cancelled_leaves_nothing(void)
{
    index_fixture f;
    plm_index index;
    CHECK_STATUS(index_fixture_init(&f, 10, 0), PLM_OK);
    plm_index_row rows[10];
    for (uint32_t i = 0; i < 10; i++) {
        rows[i] = (plm_index_row){f.keys[i].fingerprint, i};
    }
    const plm_index_make make = {.seed = f.seed, .progress = stop_at_once};
    CHECK_STATUS(plm_index_write(f.path, &f.header, rows, 10, &make), PLM_E_CANCELLED);
    CHECK_STATUS(plm_index_open(&index, f.path, f.identity), PLM_E_IO);
    CHECK_EQ_INT(errno, ENOENT);
    CHECK_EQ_INT(rmdir(f.directory), 0); /* no half-written file is left in it */
    index_fixture_wipe(&f);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_like_a_set);
    TAP_RUN(test_label_is_another);
    TAP_RUN(test_any_byte_altered);
    TAP_RUN(test_any_byte_of_changes_altered);
    TAP_RUN(test_guesses_without_the_holder);
    TAP_RUN(test_own_compared);
    TAP_RUN(test_cancelled_leaves_nothing);
    return tap_done();
}
