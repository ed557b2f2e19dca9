/* SPDX-License-Identifier: Apache-2.0 */
/* The control messages that have parts: ENGINE and BASE. */
#include "node/control.h"

#include "tap.h"

enum {
    HEAD = 8 + 8 + 1 + 1 + 1 + 1 + 2 + PLM_HASH_BYTES
};

static uint8_t secret[PLM_MATCH_BASE_MAX + 1];

static plm_control_engine good_engine(void)
{
    plm_control_engine m = {.n_padded = 0x0102030405060708,
                            .n_peer = 9,
                            .engine = PLM_ENGINE_VOLE,
                            .leg = 3,
                            .is_receiver = true,
                            .label_bytes = 0x20,
                            .base = plm_span_of(secret, PLM_MATCH_BASE_MAX)};
    memset(m.context, 0x44, sizeof m.context);
    return m;
}

static void test_engine_comes_back(void)
{
    const plm_control_engine m = good_engine();
    plm_control_engine back;
    plm_buf out;
    plm_buf_init(&out, PLM_CONTROL_MESSAGE_MAX);
    CHECK_STATUS(plm_control_write_engine(&out, &m), PLM_OK);
    CHECK_EQ_INT(out.n, HEAD + 2 + PLM_MATCH_BASE_MAX);
    CHECK_EQ_MEM(out.data, "\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\11\2\3\0\1\0\40DD", 24);
    CHECK_STATUS(plm_control_read_engine(&back, plm_buf_span(&out)), PLM_OK);
    CHECK(back.n_padded == m.n_padded && back.n_peer == 9 && back.engine == PLM_ENGINE_VOLE);
    CHECK(back.leg == 3 && back.is_receiver && !back.is_last && back.label_bytes == 32);
    CHECK_EQ_MEM(back.context, m.context, sizeof m.context);
    CHECK(plm_span_equal(back.base, m.base));
    plm_buf_wipe(&out);
}

/* Cut anywhere, with a byte too many, or with one byte changed to what it may not be. */
static void test_engine_is_read_strictly(void)
{
    static const struct {
        size_t at;
        uint8_t value;
    } bad[] = {{16, 0},   {16, 1}, /* a base, and an engine that keeps none */
               {16, 3},   {16, 255}, {17, 4},  {17, 255}, {18, 2},   {18, 255},   {19, 2},
               {19, 255}, {20, 1},   {21, 65}, {21, 255}, {HEAD, 0}, {HEAD, 255}, {HEAD + 1, 1}};
    const plm_control_engine m = good_engine();
    plm_control_engine back = {.n_peer = 77};
    plm_buf out;
    plm_buf_init(&out, PLM_CONTROL_MESSAGE_MAX);
    CHECK_STATUS(plm_control_write_engine(&out, &m), PLM_OK);
    for (size_t n = 0; n < out.n; n++) {
        CHECK_STATUS(plm_control_read_engine(&back, plm_span_of(out.data, n)), PLM_E_PROTOCOL);
    }
    CHECK_STATUS(plm_buf_append_u8(&out, 0), PLM_OK);
    CHECK_STATUS(plm_control_read_engine(&back, plm_buf_span(&out)), PLM_E_PROTOCOL);
    out.n--;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t was = out.data[bad[i].at];
        out.data[bad[i].at] = bad[i].value;
        if (!CHECK(was != bad[i].value) ||
            !CHECK_STATUS(plm_control_read_engine(&back, plm_buf_span(&out)), PLM_E_PROTOCOL)) {
            printf("# byte %zu = %u\n", bad[i].at, bad[i].value);
        }
        out.data[bad[i].at] = was;
    }
    CHECK_EQ_INT(back.n_peer, 77);
    CHECK_STATUS(plm_control_read_engine(&back, plm_buf_span(&out)), PLM_OK);
    plm_buf_wipe(&out);
}

static void test_what_can_not_be_read_is_not_written(void)
{
    plm_control_engine bad[7];
    plm_buf out;
    for (size_t i = 0; i < 7; i++) {
        bad[i] = good_engine();
    }
    bad[0].engine = (plm_match_engine)0;
    bad[1].engine = (plm_match_engine)3;
    bad[2].engine = (plm_match_engine)255;
    bad[3].engine = PLM_ENGINE_OPRF; /* which keeps no base */
    bad[3].label_bytes = 0;
    bad[4].engine = PLM_ENGINE_OPRF; /* and has no labels */
    bad[4].base.n = 0;
    bad[5].leg = PLM_CONTROL_LEGS_MAX;
    bad[6].base = plm_span_of(secret, sizeof secret);
    plm_buf_init(&out, PLM_CONTROL_MESSAGE_MAX);
    for (size_t i = 0; i < 7; i++) {
        if (!CHECK_STATUS(plm_control_write_engine(&out, &bad[i]), PLM_E_ARGUMENT)) {
            printf("# case %zu\n", i);
        }
    }
    bad[3].base.n = 0;
    CHECK_EQ_INT(out.n, 0);
    CHECK_STATUS(plm_control_write_engine(&out, &bad[3]), PLM_OK);
    plm_buf_wipe(&out);
    out.max = HEAD + PLM_MATCH_BASE_MAX;
    const plm_control_engine good = good_engine();
    CHECK_STATUS(plm_control_write_engine(&out, &good), PLM_E_LIMIT);
    CHECK_EQ_INT(out.n, 0);
    plm_buf_wipe(&out);
}

static void test_base(void)
{
    plm_control_base m = {1, plm_span_of(secret, PLM_MATCH_BASE_MAX)};
    plm_control_base back = {9, {NULL, 0}};
    plm_buf out;
    plm_buf_init(&out, PLM_CONTROL_MESSAGE_MAX);
    CHECK_STATUS(plm_control_write_base(&out, &m), PLM_OK);
    CHECK_EQ_INT(out.n, 1 + PLM_MATCH_BASE_MAX);
    CHECK_STATUS(plm_control_read_base(&back, plm_buf_span(&out)), PLM_OK);
    CHECK(back.leg == 1 && plm_span_equal(back.bytes, m.bytes));
    back.leg = 9;
    CHECK_STATUS(plm_control_read_base(&back, plm_span_of(out.data, 0)), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_control_read_base(&back, plm_span_of(out.data, 1)), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_buf_append_u8(&out, 0), PLM_OK);
    CHECK_STATUS(plm_control_read_base(&back, plm_buf_span(&out)), PLM_E_PROTOCOL);
    out.n--;
    out.data[0] = PLM_CONTROL_LEGS_MAX;
    CHECK_STATUS(plm_control_read_base(&back, plm_buf_span(&out)), PLM_E_PROTOCOL);
    CHECK_EQ_INT(back.leg, 9);
    plm_buf_clear(&out);
    m.leg = PLM_CONTROL_LEGS_MAX;
    CHECK_STATUS(plm_control_write_base(&out, &m), PLM_E_ARGUMENT);
    m = (plm_control_base){0, plm_span_of(secret, 0)};
    CHECK_STATUS(plm_control_write_base(&out, &m), PLM_E_ARGUMENT);
    m = (plm_control_base){0, plm_span_of(secret, sizeof secret)};
    CHECK_STATUS(plm_control_write_base(&out, &m), PLM_E_ARGUMENT);
    CHECK_EQ_INT(out.n, 0);
    plm_buf_wipe(&out);
}

int main(void)
{
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(i * 7 + 1);
    }
    TAP_RUN(test_engine_comes_back);
    TAP_RUN(test_engine_is_read_strictly);
    TAP_RUN(test_what_can_not_be_read_is_not_written);
    TAP_RUN(test_base);
    return tap_done();
}
