/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile parties of a tally, against one machine. The machine's randomness is the same in every
 * run, so that honest parties' messages can stand in the corpus and be altered from there.
 *
 *   sizes u8: parties - 2 (bits 0-1), me (bits 2-3), counter (bits 4-5), tokens of a record - 1
 *   (bit 6), strata - 1 (bit 7)
 *   padding u8: records of each list, two bits a party
 *   then messages: [from u8][length u16][bytes]
 */
#include "base/bytes.h"
#include "fuzz.h"
#include "match/tally.h"

#include <sodium.h>
#include <stdlib.h>

static uint64_t n_drawn;

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static const char *name(void)
{
    return "fuzz";
}

static void draw(void *const out, const size_t n)
{
    static const uint8_t key[crypto_stream_chacha20_KEYBYTES] = {1};
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    plm_store_u64(nonce, n_drawn++);
    (void)crypto_stream_chacha20((unsigned char *)out, n, nonce, key);
}

static uint32_t draw_number(void)
{
    uint32_t number;
    draw(&number, sizeof number);
    return number;
}

static void start(void)
{
    static struct randombytes_implementation same = {
        .implementation_name = name, .random = draw_number, .buf = draw};
    static bool started;
    if (!started) {
        started = true;
        require(randombytes_set_implementation(&same) == 0 && sodium_init() >= 0);
    }
    n_drawn = 0;
}

/* Everything that waits; false once the machine is dead. */
static bool move(plm_tally *t, unsigned n_parties)
{
    plm_status status = PLM_OK;
    for (unsigned wants = plm_tally_wants(t);
         status == PLM_OK && wants & (PLM_MATCH_OUTPUT | PLM_MATCH_WORK);
         wants = plm_tally_wants(t)) {
        unsigned to = n_parties;
        plm_span message = {NULL, 0};
        if (wants & PLM_MATCH_OUTPUT) {
            status = plm_tally_output(t, &to, &message);
            require(status != PLM_OK || (to < n_parties && message.n > 0));
        } else {
            status = plm_tally_work(t);
        }
    }
    require(status == PLM_OK || status == PLM_E_PROTOCOL);
    return status == PLM_OK;
}

static void check_end(const plm_tally *t, const plm_tally_config *config)
{
    const uint64_t *cells = NULL;
    size_t n = 0;
    uint64_t n_persons = 0;
    uint64_t n_most = 0;
    plm_match_progress progress;
    plm_tally_get_progress(t, &progress);
    require(progress.total > 0 && progress.done <= progress.total);
    if (plm_tally_cells(t, &cells, &n) != PLM_OK) {
        require(config->me != config->counter || plm_tally_wants(t) != PLM_MATCH_DONE);
        return;
    }
    require(config->me == config->counter && n == (size_t)config->n_strata << config->n_parties);
    for (unsigned j = 0; j < config->n_parties; j++) {
        n_most += config->n_padded[j];
    }
    for (size_t i = 0; i < n; i++) {
        n_persons += cells[i];
    }
    require(n_persons <= n_most && cells[0] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const plm_token tokens[2] = {{{1}}, {{2}}};
    static const plm_tally_record record = {tokens, 1, 0};
    plm_reader r = plm_span_of(data, size);
    plm_tally *t = NULL;
    uint8_t sizes;
    uint8_t padding;
    uint8_t from;
    plm_span message;
    if (plm_rd_u8(&r, &sizes) < 0 || plm_rd_u8(&r, &padding) < 0) {
        return 0;
    }
    start();
    uint32_t n_padded[5];
    for (unsigned j = 0; j < 5; j++) {
        n_padded[j] = padding >> (2 * (j % 4)) & 3;
    }
    const unsigned n_parties = 2 + (sizes & 3);
    const unsigned me = (sizes >> 2 & 3) % n_parties;
    const plm_tally_config config = {.n_parties = n_parties,
                                     .me = me,
                                     .counter = (sizes >> 4 & 3) % n_parties,
                                     .records = &record,
                                     .n = n_padded[me] > 0,
                                     .n_padded = n_padded,
                                     .tokens_each = 1 + (sizes >> 6 & 1),
                                     .n_strata = 1 + (sizes >> 7)};
    require(plm_tally_create(&t, &config) == PLM_OK);
    bool alive = move(t, n_parties);
    while (alive && plm_rd_u8(&r, &from) == 0 && plm_rd_block16(&r, UINT16_MAX, &message) == 0) {
        plm_status status = plm_tally_input(t, from, message);
        require(status == PLM_OK || status == PLM_E_PROTOCOL);
        alive = status == PLM_OK && move(t, n_parties);
    }
    require(alive == (plm_tally_wants(t) != 0));
    check_end(t, &config);
    plm_tally_destroy(t);
    return 0;
}
