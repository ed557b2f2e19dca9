/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile peer of a matching machine, in either role. The machine's randomness is the same in
 * every run, so that an honest peer's messages can stand in the corpus and be altered from there.
 *
 *   sizes u8: role (bit 0), n (bits 1-2), padding (bits 3-4), n_peer (bits 5-7)
 *   then messages: [length u16][bytes]; with the length's highest bit the machine does not move
 *   before the next one
 */
#include "base/bytes.h"
#include "fuzz.h"

#include <palermo/match.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOKENS_MAX = 4
};

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
static bool move(plm_match *m)
{
    plm_status status = PLM_OK;
    for (unsigned wants = plm_match_wants(m);
         status == PLM_OK && wants & ~(unsigned)PLM_MATCH_INPUT; wants = plm_match_wants(m)) {
        const uint8_t *bytes = NULL;
        size_t n = 0;
        if (wants & PLM_MATCH_DONE) {
            require(wants == PLM_MATCH_DONE);
            return true;
        }
        if (wants & PLM_MATCH_OUTPUT) {
            status = plm_match_output(m, &bytes, &n);
            require(status == PLM_OK && n > 0 && n <= PLM_MATCH_MESSAGE_MAX);
        } else {
            status = plm_match_work(m);
        }
    }
    require(status == PLM_OK || status == PLM_E_PROTOCOL || status == PLM_E_PROOF);
    return status == PLM_OK;
}

static void check_end(plm_match *m, const plm_match_config *config, bool alive)
{
    const uint32_t *hits = NULL;
    const uint8_t *bytes = NULL;
    size_t n = 0;
    plm_match_progress progress;
    plm_match_get_progress(m, &progress);
    require(progress.total > 0 && progress.done <= progress.total);
    require(plm_match_evaluated(m) <= config->n_peer);
    if (!alive) {
        require(plm_match_wants(m) == 0);
        require(plm_match_output(m, &bytes, &n) == PLM_E_ARGUMENT);
        require(plm_match_input(m, (const uint8_t *)"", 0) == PLM_E_ARGUMENT);
        require(plm_match_work(m) == PLM_E_ARGUMENT);
    }
    bool has_hits = config->role == PLM_MATCH_RECEIVER && plm_match_wants(m) == PLM_MATCH_DONE;
    if (plm_match_hits(m, &hits, &n) != PLM_OK) {
        require(!has_hits);
        return;
    }
    require(has_hits && n <= config->n && n <= config->n_peer);
    for (size_t i = 0; i < n; i++) {
        require(hits[i] < config->n && (i == 0 || hits[i] > hits[i - 1]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const plm_token tokens[TOKENS_MAX] = {{{1}}, {{2}}, {{3}}, {{4}}};
    static const uint8_t context[] = "fuzz";
    plm_reader r = plm_span_of(data, size);
    plm_match *m = NULL;
    uint8_t sizes;
    uint16_t length;
    if (plm_rd_u8(&r, &sizes) < 0) {
        return 0;
    }
    start();
    const size_t n = sizes >> 1 & 3;
    const plm_match_config config = {.engine = PLM_ENGINE_OPRF,
                                     .role = sizes & 1 ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER,
                                     .tokens = tokens,
                                     .n = n,
                                     .n_padded = n + (sizes >> 3 & 3),
                                     .n_peer = sizes >> 5,
                                     .context = context,
                                     .context_bytes = sizeof context - 1};
    require(plm_match_create(&m, &config) == PLM_OK);
    bool alive = move(m);
    while (alive && plm_rd_u16(&r, &length) == 0) {
        plm_span message;
        size_t wanted = length & 0x7fff;
        if (plm_rd_take(&r, wanted < r.n ? wanted : r.n, &message) < 0) {
            break;
        }
        plm_status status = plm_match_input(m, message.p, message.n);
        require(status == PLM_OK || status == PLM_E_PROTOCOL);
        alive = status == PLM_OK && (length & 0x8000 || move(m));
    }
    check_end(m, &config, alive);
    plm_match_destroy(m);
    return 0;
}
