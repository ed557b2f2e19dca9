/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parties of a tally say to each other: one vector of bytes for each message, written down
 * in spec/tally.md section 10; and which stratum a record is of.
 */
#include "tally/message.h"
#include "tap.h"

#include <string.h>

static plm_tally_proposal a_proposal(void)
{
    plm_tally_proposal p = {.n_parties = 2,
                            .counter = 0,
                            .parties = {"AA-ONE", "BB-TWO"},
                            .n_rules = 1,
                            .rules = {"phone"},
                            .strata = {.kinds = 1U << PLM_STRATUM_SEX | 1U << PLM_STRATUM_YEAR,
                                       .first_year = 2023,
                                       .n_years = 2},
                            .tokens_each = 6,
                            .release = PLM_RELEASE_LAPLACE,
                            .epsilon_milli = 500,
                            .day = {2026, 3, 1},
                            .officer = "0123456789abcdef",
                            .time_ms = 1772368496789};
    memset(p.id, 0x11, sizeof p.id);
    memset(p.accord_hash, 0x22, sizeof p.accord_hash);
    memset(p.recipe_digest, 0x33, sizeof p.recipe_digest);
    memcpy(p.purpose, "victims", sizeof "victims");
    return p;
}

static void check_hex(plm_buf *out, const char *hex)
{
    uint8_t expected[512];
    const size_t n = strlen(hex) / 2;
    if (CHECK(n <= sizeof expected && plm_hex_decode(expected, n, hex) == 0) &&
        CHECK_EQ_INT(out->n, n)) {
        CHECK_EQ_MEM(out->data, expected, n);
    }
    plm_buf_clear(out);
}

#define TIMES_16(x) x x x x x x x x x x x x x x x x
#define TIME        "0000019ca9650895"

static void test_vectors(void)
{
    plm_tally_proposal p = a_proposal();
    plm_tally_consent consent = {.place = 1, .n = 70, .time_ms = p.time_ms};
    plm_tally_end end = {.reason = PLM_TALLY_SMALL, .blamed = "BB-TWO", .clause = "/purposes/0"};
    plm_tally_piece piece = {.owner = 1, .hop = 2, .number = 3, .n_pieces = 4};
    uint8_t cells[24] = {[7] = 5,     [8] = 0xff,  [9] = 0xff,  [10] = 0xff, [11] = 0xff,
                         [12] = 0xff, [13] = 0xff, [14] = 0xff, [15] = 0xfe, [23] = 9};
    plm_tally_table table = {.release = PLM_RELEASE_LAPLACE,
                             .epsilon_milli = 500,
                             .sensitivity = 2,
                             .lists = 3,
                             .n_strata = 1,
                             .time_ms = p.time_ms,
                             .cells = plm_span_of(cells, sizeof cells)};
    uint8_t meta[PLM_TALLY_PIECE_META];
    plm_buf out;
    plm_buf_init(&out, 4096);
    CHECK_STATUS(plm_tally_proposal_encode(&p, &out), PLM_OK);
    check_hex(&out, TIMES_16("11") TIMES_16("22") TIMES_16("22") TIMES_16("33")
                        TIMES_16("33") "000776696374696d73" /* purpose */
                                       "0200"
                                       "000641412d4f4e45"
                                       "000642422d54574f" /* parties, who counts */
                                       "01"
                                       "000570686f6e65" /* rules */
                                       "06"
                                       "07e7"
                                       "02" /* strata */
                                       "06"
                                       "01"
                                       "000001f4"
                                       "00000000" /* tokens, what leaves */
                                       "07ea0301" /* day */
                                       "001030313233343536373839616263646566" TIME);
    memset(consent.id, 0x11, sizeof consent.id);
    memset(consent.proposal_hash, 0x44, sizeof consent.proposal_hash);
    CHECK_STATUS(plm_tally_consent_encode(&consent, &out), PLM_OK);
    check_hex(&out, TIMES_16("11") TIMES_16("44") TIMES_16("44") "01"
                                                                 "00000046" TIME);
    memset(table.id, 0x11, sizeof table.id);
    memset(table.accord_hash, 0x22, sizeof table.accord_hash);
    memset(table.start_hash, 0x55, sizeof table.start_hash);
    CHECK_STATUS(plm_tally_table_encode(&table, &out), PLM_OK);
    check_hex(&out, TIMES_16("11") TIMES_16("22") TIMES_16("22") TIMES_16("55")
                        TIMES_16("55") "01"
                                       "000001f4"
                                       "00000002"
                                       "00000000"
                                       "03"
                                       "0001" TIME "0000000000000005"
                                       "fffffffffffffffe"
                                       "0000000000000009");
    /* With Gaussian noise rho stands where epsilon does. */
    table.release = PLM_RELEASE_GAUSSIAN;
    table.epsilon_milli = 0;
    table.rho_milli = 20;
    CHECK_STATUS(plm_tally_table_encode(&table, &out), PLM_OK);
    check_hex(&out, TIMES_16("11") TIMES_16("22") TIMES_16("22") TIMES_16("55")
                        TIMES_16("55") "03"
                                       "00000014"
                                       "00000002"
                                       "00000000"
                                       "03"
                                       "0001" TIME "0000000000000005"
                                       "fffffffffffffffe"
                                       "0000000000000009");
    CHECK_STATUS(plm_tally_end_encode(&end, &out), PLM_OK);
    check_hex(&out, "03"
                    "000642422d54574f"
                    "000b2f707572706f7365732f30");
    memset(piece.id, 0x11, sizeof piece.id);
    plm_tally_piece_encode(&piece, meta);
    CHECK_STATUS(plm_buf_append(&out, meta, sizeof meta), PLM_OK);
    check_hex(&out, TIMES_16("11") "01"
                                   "02"
                                   "0003"
                                   "0004");
    plm_buf_wipe(&out);
}

/* Each byte cut off, and each of these changes, makes it none. */
static void test_what_is_not_taken(void)
{
    const plm_tally_proposal good = a_proposal();
    plm_tally_proposal read;
    plm_buf out;
    plm_buf_init(&out, 4096);
    CHECK_STATUS(plm_tally_proposal_encode(&good, &out), PLM_OK);
    CHECK_STATUS(plm_tally_proposal_decode(&read, plm_buf_span(&out)), PLM_OK);
    CHECK_EQ_MEM(&read, &good, sizeof read);
    for (size_t n = 0; n < out.n; n++) {
        CHECK_STATUS(plm_tally_proposal_decode(&read, plm_span_of(out.data, n)), PLM_E_PROTOCOL);
    }
    plm_tally_proposal bad[8];
    for (size_t i = 0; i < 8; i++) {
        bad[i] = good;
    }
    bad[0].counter = 2;
    memcpy(bad[1].parties[1], "AA-ONE", sizeof "AA-ONE");
    bad[2].n_parties = 1;
    bad[3].threshold = 3;
    bad[4].epsilon_milli = 0;
    bad[5].strata.kinds |= 1U << PLM_STRATUM_AGE | 1U << PLM_STRATUM_EXPLOITATION; /* 336 */
    bad[6].day.day = 0;
    bad[7].strata.n_years = 0;
    plm_buf_clear(&out);
    for (size_t i = 0; i < 8; i++) {
        CHECK_STATUS(plm_tally_proposal_encode(&bad[i], &out), PLM_E_ARGUMENT);
        CHECK_EQ_INT(out.n, 0);
    }
    plm_buf_wipe(&out);
}

/* Each mechanism with its own number, and with none another's; in a proposal and in a table. */
static void test_releases(void)
{
    static const struct {
        uint32_t release, epsilon_milli, rho_milli, threshold;
        bool good;
    } cases[] = {
        {PLM_RELEASE_LAPLACE, 500, 0, 0, true},
        {PLM_RELEASE_LAPLACE, 0, 0, 0, false},
        {PLM_RELEASE_LAPLACE, 500, 20, 0, false},
        {PLM_RELEASE_LAPLACE, 10001, 0, 0, false},
        {PLM_RELEASE_GAUSSIAN, 0, 20, 0, true},
        {PLM_RELEASE_GAUSSIAN, 0, 0, 0, false},
        {PLM_RELEASE_GAUSSIAN, 500, 20, 0, false},
        {PLM_RELEASE_GAUSSIAN, 0, 10001, 0, false},
        {PLM_RELEASE_GAUSSIAN, 0, 20, 5, false},
        {PLM_RELEASE_SUPPRESSION, 0, 0, 5, true},
        {PLM_RELEASE_SUPPRESSION, 0, 0, 1, false},
        {PLM_RELEASE_SUPPRESSION, 0, 20, 5, false},
        {PLM_RELEASE_SUPPRESSION, 1, 0, 5, false},
        {0, 500, 0, 0, false},
        {4, 0, 20, 0, false},
    };
    uint8_t cells[24] = {0};
    plm_buf out;
    plm_buf_init(&out, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plm_tally_proposal p = a_proposal();
        plm_tally_proposal read;
        p.release = (plm_table_release)cases[i].release;
        p.epsilon_milli = cases[i].epsilon_milli;
        p.rho_milli = cases[i].rho_milli;
        p.threshold = cases[i].threshold;
        plm_tally_table table = {.release = p.release,
                                 .epsilon_milli = p.epsilon_milli,
                                 .rho_milli = p.rho_milli,
                                 .sensitivity = p.release == PLM_RELEASE_SUPPRESSION ? 0 : 2,
                                 .threshold = p.threshold,
                                 .lists = 3,
                                 .n_strata = 1,
                                 .time_ms = p.time_ms,
                                 .cells = plm_span_of(cells, sizeof cells)};
        plm_tally_table read_table;
        const plm_status wanted = cases[i].good ? PLM_OK : PLM_E_ARGUMENT;
        plm_buf_clear(&out);
        CHECK_STATUS(plm_tally_proposal_encode(&p, &out), wanted);
        if (cases[i].good) {
            CHECK_STATUS(plm_tally_proposal_decode(&read, plm_buf_span(&out)), PLM_OK);
            CHECK_EQ_MEM(&read, &p, sizeof read);
        }
        plm_buf_clear(&out);
        CHECK_STATUS(plm_tally_table_encode(&table, &out), wanted);
        if (cases[i].good) {
            CHECK_STATUS(plm_tally_table_decode(&read_table, plm_buf_span(&out)), PLM_OK);
            CHECK_EQ_INT(read_table.rho_milli, p.rho_milli);
            CHECK_EQ_INT(read_table.epsilon_milli, p.epsilon_milli);
            table.sensitivity = 1;
            CHECK_STATUS(plm_tally_table_encode(&table, &out), PLM_E_ARGUMENT);
        }
    }
    plm_buf_wipe(&out);
}

static void test_strata(void)
{
    const plm_strata all = {.kinds = 15, .first_year = 2024, .n_years = 1};
    const plm_strata two = {.kinds = 1U << PLM_STRATUM_AGE | 1U << PLM_STRATUM_SEX};
    const plm_strata none = {0};
    const plm_date day = {2026, 3, 10};
    static const struct {
        const char *birth;
        bool is_minor;
        const char *age;
    } ages[] = {
        {"2008-03-10", false, "18-29"}, {"2008-03-11", false, "0-17"},
        {"2008", false, "18-29"},       {"1996-03-10", false, "30 and over"},
        {"1996-03-11", false, "18-29"}, {NULL, false, "unknown"},
        {NULL, true, "0-17"},           {"2030-01-01", false, "unknown"},
    };
    char text[PLM_STRATUM_TEXT];
    CHECK_EQ_INT(plm_strata_count(&all), 4 * 4 * 2 * 7);
    CHECK_EQ_INT(plm_strata_count(&two), 16);
    CHECK_EQ_INT(plm_strata_count(&none), 1);
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        const plm_value birth = {.type = PLM_IDENT_BIRTH_DATE, .canonical = ages[i].birth};
        const plm_record r = {.is_minor = ages[i].is_minor,
                              .values = &birth,
                              .n_values = ages[i].birth != NULL,
                              .facts = {PLM_SEX_MALE, PLM_EXPLOITATION_ORGANS, 2024}};
        const uint8_t stratum = plm_strata_of(&all, &r, day);
        CHECK(stratum < plm_strata_count(&all));
        CHECK_EQ_STR(plm_strata_text(&all, stratum, PLM_STRATUM_AGE, text), ages[i].age);
        CHECK_EQ_STR(plm_strata_text(&all, stratum, PLM_STRATUM_SEX, text), "male");
        CHECK_EQ_STR(plm_strata_text(&all, stratum, PLM_STRATUM_YEAR, text), "2024");
        CHECK_EQ_STR(plm_strata_text(&all, stratum, PLM_STRATUM_EXPLOITATION, text), "organs");
        CHECK_EQ_STR(plm_strata_text(&two, plm_strata_of(&two, &r, day), PLM_STRATUM_AGE, text),
                     ages[i].age);
        CHECK_EQ_INT(plm_strata_of(&none, &r, day), 0);
    }
    const plm_record late = {.facts = {.year = 2025}};
    CHECK_EQ_STR(plm_strata_text(&all, plm_strata_of(&all, &late, day), PLM_STRATUM_YEAR, text),
                 "other");
}

int main(void)
{
    TAP_RUN(test_vectors);
    TAP_RUN(test_what_is_not_taken);
    TAP_RUN(test_releases);
    TAP_RUN(test_strata);
    return tap_done();
}
