/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/kinds.h"

#include "ledger/kinds_lookup.h"
#include "ledger/kinds_request.h"
#include "ledger/kinds_standing.h"
#include "ledger/kinds_tally.h"
#include "wire/field.h"
#include "wire/message.h"

#include <inttypes.h>
#include <string.h>

/* PLM_E_PROTOCOL: the body is not what this kind has; nothing was appended. */
typedef plm_status line_fn(plm_span body, plm_buf *out);

static plm_span without_signatures(plm_span body, size_t n)
{
    size_t signatures = n * PLM_SIGNATURE_BYTES;
    return plm_span_of(body.p, body.n > signatures ? body.n - signatures : 0);
}

static plm_status load_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    char name[256];
    uint64_t n_new;
    uint64_t n_changed;
    uint64_t n_quarantined;
    if (plm_rd_string16(&r, name, sizeof name) < 0 || plm_rd_u64(&r, &n_new) < 0 ||
        plm_rd_u64(&r, &n_changed) < 0 || plm_rd_u64(&r, &n_quarantined) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(
        out, "register %s: %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " quarantined", name,
        n_new, n_changed, n_quarantined);
}

/* A body that is text and nothing else. */
static plm_status text_line(plm_span body, plm_buf *out, const char *what)
{
    if (body.n == 0 || body.n > PLM_TEXT_MAX || !plm_field_fits(PLM_FIELD_TEXT, body)) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out, "%s %.*s", what, (int)body.n, (const char *)body.p);
}

/* A user of the local API: pseudonym and role. */
static plm_status user_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    char pseudonym[64];
    char role[64];
    if (plm_rd_string16(&r, pseudonym, sizeof pseudonym) < 0 ||
        plm_rd_string16(&r, role, sizeof role) < 0 || plm_rd_end(&r) < 0 ||
        !plm_field_fits(PLM_FIELD_NAME, plm_span_str(pseudonym)) ||
        !plm_field_fits(PLM_FIELD_NAME, plm_span_str(role))) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out, "user %s as %s", pseudonym, role);
}

static plm_status drop_line(plm_span body, plm_buf *out)
{
    return text_line(body, out, "register");
}

static plm_status adopt_line(plm_span body, plm_buf *out)
{
    char hex[2 * PLM_HASH_BYTES + 1];
    if (body.n != PLM_HASH_BYTES) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, body.p, body.n);
    return plm_buf_printf(out, "accord %.16s", hex);
}

static plm_status ratify_line(plm_span body, plm_buf *out)
{
    return plm_buf_printf(out, "a ratification of %zu bytes", body.n);
}

static plm_status proposal_line(plm_span body, plm_buf *out)
{
    plm_proposal p;
    char run[2 * PLM_RUN_ID_BYTES + 1];
    plm_status status = plm_proposal_decode(&p, without_signatures(body, 1));
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(run, p.run_id, sizeof p.run_id);
    return plm_buf_printf(
        out, "run %.8s: %s asks %s, purpose %s, offence %s, %" PRIu64 " tokens, officer %s", run,
        p.asker, p.holder, p.purpose, p.offence, p.n_tokens, p.officer);
}

static plm_status acceptance_line(plm_span body, plm_buf *out)
{
    plm_acceptance a;
    plm_status status = plm_acceptance_decode(&a, without_signatures(body, 1));
    return status == PLM_OK ? plm_buf_printf(out, "accepted with %" PRIu64 " tokens", a.n_tokens)
                            : status;
}

static plm_status refusal_line(plm_span body, plm_buf *out)
{
    plm_refusal_message m;
    plm_status status = plm_refusal_decode(&m, without_signatures(body, 1));
    return status == PLM_OK ? plm_buf_printf(out, "refused with code %u%s%s", m.code,
                                             m.clause[0] != '\0' ? ", clause " : "", m.clause)
                            : status;
}

static plm_status receipt_line(plm_span body, plm_buf *out)
{
    plm_receipt m;
    char run[2 * PLM_RUN_ID_BYTES + 1];
    plm_status status = plm_receipt_decode(&m, without_signatures(body, 2));
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(run, m.run_id, sizeof m.run_id);
    return plm_buf_printf(
        out, "run %.8s done: %" PRIu64 " tokens of the asker, %" PRIu64 " of the holder", run,
        m.n_asker, m.n_holder);
}

static plm_status broken_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    uint8_t id[PLM_RUN_ID_BYTES];
    uint8_t status;
    char run[2 * PLM_RUN_ID_BYTES + 1];
    if (plm_rd_copy(&r, id, sizeof id) < 0 || plm_rd_u8(&r, &status) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(run, id, sizeof id);
    return plm_buf_printf(out, "run %.8s broke: %s", run, plm_status_name((plm_status)status));
}

static plm_status expire_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    uint64_t n_records;
    uint64_t n_hits;
    if (plm_rd_u64(&r, &n_records) < 0 || plm_rd_u64(&r, &n_hits) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out, "retention deleted %" PRIu64 " records and %" PRIu64 " hits",
                          n_records, n_hits);
}

static plm_status head_line(plm_span body, plm_buf *out)
{
    plm_head head;
    plm_status status = plm_head_decode(&head, without_signatures(body, 1));
    return status == PLM_OK
               ? plm_buf_printf(out, "countersigned %s's ledger at %" PRIu64 " entries", head.party,
                                head.size)
               : status;
}

static plm_status finding_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    uint8_t verdict;
    plm_span before;
    plm_span after;
    plm_head old;
    plm_head new;
    if (plm_rd_u8(&r, &verdict) < 0 || plm_rd_block16(&r, UINT16_MAX, &before) < 0 ||
        plm_rd_block16(&r, UINT16_MAX, &after) < 0 || plm_rd_end(&r) < 0 ||
        plm_head_decode(&old, without_signatures(before, 1)) != PLM_OK ||
        plm_head_decode(&new, without_signatures(after, 1)) != PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out,
                          "%s's ledger does not go on: %s, from %" PRIu64 " to %" PRIu64 " entries",
                          new.party, plm_verdict_name(verdict), old.size, new.size);
}

static plm_status witness_line(plm_span body, plm_buf *out)
{
    plm_witness w;
    plm_status status = plm_witness_decode(&w, without_signatures(body, 1));
    return status == PLM_OK ? plm_buf_printf(out, "%s says of our ledger: %s", w.party,
                                             plm_verdict_name(w.verdict))
                            : status;
}

static plm_status acknowledge_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    char party[PLM_CODE_MAX];
    char officer[PLM_TEXT_MAX];
    char reason[PLM_TEXT_MAX];
    uint8_t verdict;
    if (plm_rd_u8(&r, &verdict) < 0 || plm_rd_string16(&r, party, sizeof party) < 0 ||
        plm_rd_string16(&r, officer, sizeof officer) < 0 ||
        plm_rd_string16(&r, reason, sizeof reason) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out, "officer %s acknowledges of %s: %s; %s", officer, party,
                          plm_verdict_name(verdict), reason);
}

static plm_status subject_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    char officer[PLM_TEXT_MAX];
    char reason[PLM_TEXT_MAX];
    uint64_t n;
    if (plm_rd_string16(&r, officer, sizeof officer) < 0 ||
        plm_rd_string16(&r, reason, sizeof reason) < 0 || plm_rd_u64(&r, &n) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out, "officer %s searched for a data subject (%" PRIu64 " records): %s",
                          officer, n, reason);
}

/* 'approve', 'lapse', 'outcome': run id, number of the hit, gates cleared, pseudonym, more. */
static plm_status decision_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    uint8_t run[PLM_RUN_ID_BYTES];
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    char officer[PLM_TEXT_MAX];
    char more[PLM_TEXT_MAX];
    uint32_t number;
    uint32_t cleared;
    if (plm_rd_copy(&r, run, sizeof run) < 0 || plm_rd_u32(&r, &number) < 0 ||
        plm_rd_u32(&r, &cleared) < 0 || plm_rd_string16(&r, officer, sizeof officer) < 0 ||
        plm_rd_string16(&r, more, sizeof more) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, run, sizeof run);
    return plm_buf_printf(out, "run %.8s, hit %u, by officer %s%s%s", hex, number, officer,
                          more[0] != '\0' ? ": " : "", more);
}

/* 'release', 'released', 'release-end': run id, then numbers. */
static plm_status batch_line(plm_span body, plm_buf *out, bool is_ours)
{
    plm_reader r = body;
    uint8_t run[PLM_RUN_ID_BYTES];
    uint8_t parcel[PLM_HASH_BYTES];
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    uint16_t batch;
    uint32_t n_hits;
    uint32_t n_lost = 0;
    if (plm_rd_copy(&r, run, sizeof run) < 0 || plm_rd_u16(&r, &batch) < 0 ||
        plm_rd_u32(&r, &n_hits) < 0 || (!is_ours && plm_rd_u32(&r, &n_lost) < 0) ||
        plm_rd_copy(&r, parcel, sizeof parcel) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, run, sizeof run);
    return plm_buf_printf(out, "run %.8s, batch %u: %u hits", hex, batch, n_hits);
}

static plm_status release_line(plm_span body, plm_buf *out)
{
    return batch_line(body, out, true);
}

static plm_status released_line(plm_span body, plm_buf *out)
{
    return batch_line(body, out, false);
}

static plm_status release_end_line(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    uint8_t run[PLM_RUN_ID_BYTES];
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    uint32_t n;
    if (plm_rd_copy(&r, run, sizeof run) < 0 || plm_rd_u32(&r, &n) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, run, sizeof run);
    return plm_buf_printf(out, "run %.8s: its last batch went; %u hits lapsed with it", hex, n);
}

static const struct {
    const char *name;
    line_fn *line;
} kinds[] = {
    {"acceptance", acceptance_line},
    {"acknowledge", acknowledge_line},
    {"acknowledgement", plm_kind_acknowledgement},
    {"adopt", adopt_line},
    {"approve", decision_line},
    {"attachment", plm_kind_attachment},
    {"broken", broken_line},
    {"case-close", plm_kind_case},
    {"case-open", plm_kind_case},
    {"denounce", plm_kind_denounce},
    {"drop", drop_line},
    {"erased", plm_kind_erased},
    {"expire", expire_line},
    {"finding", finding_line},
    {"head", head_line},
    {"index", plm_kind_index},
    {"lapse", decision_line},
    {"load", load_line},
    {"lookup-open", plm_kind_lookup_open},
    {"lookup-terms", plm_kind_lookup_terms},
    {"lookups", plm_kind_lookups},
    {"notice-received", plm_kind_parcel},
    {"notice-sent", plm_kind_parcel},
    {"outcome", decision_line},
    {"parcel-refused", plm_kind_parcel_refused},
    {"proposal", proposal_line},
    {"ratify", ratify_line},
    {"receipt", receipt_line},
    {"refusal", refusal_line},
    {"release", release_line},
    {"release-end", release_end_line},
    {"released", released_line},
    {"request-export", plm_kind_request_export},
    {"request-late", plm_kind_request_late},
    {"request-received", plm_kind_parcel},
    {"request-sent", plm_kind_parcel},
    {"standing", plm_kind_standing},
    {"subject", subject_line},
    {"tally-closed", plm_kind_tally_closed},
    {"tally-consent", plm_kind_tally_consent},
    {"tally-ended", plm_kind_tally_ended},
    {"tally-proposed", plm_kind_tally_proposed},
    {"tally-table", plm_kind_tally_table},
    {"transition", plm_kind_parcel},
    {"user-add", user_line},
    {"user-remove", user_line},
    {"witness", witness_line},
};

static line_fn *find_line(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, kind) == 0) {
            return kinds[i].line;
        }
    }
    return NULL;
}

bool plm_kind_is_known(const char *kind)
{
    return find_line(kind) != NULL;
}

plm_status plm_kind_line(const char *kind, plm_span body, plm_buf *out)
{
    line_fn *line = find_line(kind);
    if (line == NULL) {
        return plm_buf_printf(out, "%zu bytes of a kind this version does not know", body.n);
    }
    plm_status status = line(body, out);
    return status == PLM_E_PROTOCOL
               ? plm_buf_printf(out, "%zu bytes that are not what this kind has", body.n)
               : status;
}
