/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parties of a tally say to each other besides their lists: first byte the step (0: the head
 * of a piece), then its bytes. What is taken is written again, and must be the same.
 */
#include "fuzz.h"
#include "tally/message.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void same(plm_buf *out, plm_status status, plm_span body)
{
    require(status == PLM_OK && plm_span_equal(plm_buf_span(out), body));
    plm_buf_clear(out);
}

/* Of one message: read, written, compared. */
static void again(plm_tally_step step, plm_span body)
{
    plm_tally_proposal proposal;
    plm_tally_table table;
    plm_tally_end end;
    plm_buf out;
    char text[PLM_STRATUM_TEXT];
    plm_buf_init(&out, 1 << 20);
    if (step == PLM_TALLY_PROPOSE && plm_tally_proposal_decode(&proposal, body) == PLM_OK) {
        same(&out, plm_tally_proposal_encode(&proposal, &out), body);
        const unsigned n = plm_strata_count(&proposal.strata);
        require(n >= 1 && n <= PLM_STRATA_MAX);
        for (unsigned s = 0; s < n; s++) {
            for (plm_stratum_kind kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
                const bool has = (proposal.strata.kinds >> kind & 1) != 0;
                require((plm_strata_text(&proposal.strata, s, kind, text)[0] != '\0') == has);
            }
        }
    }
    if (step == PLM_TALLY_RESULT && body.n > PLM_SIGNATURE_BYTES &&
        plm_tally_table_decode(&table, plm_span_of(body.p, body.n - PLM_SIGNATURE_BYTES)) ==
            PLM_OK) {
        same(&out, plm_tally_table_encode(&table, &out),
             plm_span_of(body.p, body.n - PLM_SIGNATURE_BYTES));
        (void)plm_tally_table_cell(&table, table.n_strata - 1U,
                                   (1U << plm_tally_table_lists(&table)) - 1);
    }
    if (step == PLM_TALLY_END && plm_tally_end_decode(&end, body) == PLM_OK) {
        same(&out, plm_tally_end_encode(&end, &out), body);
    }
    plm_buf_wipe(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    plm_tally_piece piece;
    uint8_t meta[PLM_TALLY_PIECE_META];
    if (size == 0) {
        return 0;
    }
    const plm_span body = plm_span_of(data + 1, size - 1);
    if (data[0] == 0) {
        if (plm_tally_piece_decode(&piece, body) == PLM_OK) {
            plm_tally_piece_encode(&piece, meta);
            require(memcmp(meta, body.p, sizeof meta) == 0);
        }
        plm_reader r = body;
        plm_span message;
        bool is_there = true;
        while (is_there && plm_tally_piece_next(&r, &message, &is_there) == PLM_OK) {
            require(!is_there || message.n > 0);
        }
        return 0;
    }
    if (plm_tally_step_check((plm_tally_step)data[0], body) == PLM_OK) {
        again((plm_tally_step)data[0], body);
    }
    return 0;
}
