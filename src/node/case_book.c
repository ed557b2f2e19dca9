/* SPDX-License-Identifier: Apache-2.0 */
#include "node/case_book.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "node/pseudonym.h"

#include <string.h>

/* What the ledger keeps of an opened case: its opaque reference and its offences. */
static plm_status write_ledger(plm_store *store, const char *kind, const plm_case *c,
                               int64_t now_ms)
{
    uint8_t opaque[PLM_CASE_OPAQUE_DIGITS / 2];
    plm_buf body;
    plm_buf_init(&body, 4096);
    plm_status status =
        plm_hex_decode(opaque, sizeof opaque, c->opaque) == 0 ? PLM_OK : PLM_E_STORE;
    if (status == PLM_OK) {
        status = plm_buf_append(&body, opaque, sizeof opaque);
    }
    for (size_t i = 0; status == PLM_OK && i < c->n_offences; i++) {
        status = plm_buf_append_block16(&body, plm_span_str(c->offences[i]));
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, kind, plm_buf_span(&body), now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_case_open(plm_store *store, const plm_case_facts *facts, int64_t now_ms,
                         char opaque[static PLM_CASE_OPAQUE_DIGITS + 1])
{
    uint8_t random[PLM_CASE_OPAQUE_DIGITS / 2];
    char pseudonym[PLM_OFFICER_DIGITS + 1] = "";
    bool mine;
    plm_random(random, sizeof random);
    plm_hex_encode(opaque, random, sizeof random);
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_pseudonym_of(store, facts->officer, pseudonym);
    plm_case c = {.reference = facts->reference,
                  .opaque = opaque,
                  .officer = facts->officer,
                  .supervisor = facts->supervisor,
                  .pseudonym = pseudonym,
                  .purpose = facts->purpose,
                  .penalty_years = facts->penalty_years,
                  .element = facts->element,
                  .is_group = facts->is_group,
                  .opened_ms = now_ms,
                  .n_offences = facts->n_offences};
    memcpy(c.offences, facts->offences, facts->n_offences * sizeof *c.offences);
    if (status == PLM_OK) {
        status = plm_store_add_case(store, &c);
    }
    if (status == PLM_OK) {
        status = write_ledger(store, "case-open", &c, now_ms);
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_case_close(plm_store *store, const char *reference, int64_t now_ms)
{
    plm_case c;
    plm_arena arena;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    plm_arena_init(&arena, 1 << 20);
    status = plm_store_get_case(store, reference, &arena, &c);
    if (status == PLM_OK) {
        status = plm_store_close_case(store, reference, now_ms);
    }
    if (status == PLM_OK) {
        c.n_offences = 0;
        status = write_ledger(store, "case-close", &c, now_ms);
    }
    plm_arena_wipe(&arena);
    return plm_store_leave(store, mine, status);
}
