/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_notice.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "ident/link.h"
#include "ledger/ledger.h"
#include "node/agreement.h"
#include "node/index_files.h"

#include <string.h>

enum {
    HOUR_MS = 3600000,
    META_MAX = PLM_PARCEL_META_MAX,
    COVER_MAX = 4096 /* bytes of a notice's parcel, and more */
};

plm_status plm_lookup_notice_post(plm_node *node, const char *to,
                                  const uint8_t accord_hash[static PLM_HASH_BYTES],
                                  const plm_lookup_notice *notice)
{
    plm_buf meta;
    plm_posted posted;
    uint8_t salt[PLM_PARCEL_SALT_BYTES]; /* so that two notices of one moment are two parcels */
    bool mine;
    plm_random(salt, sizeof salt);
    plm_buf_init(&meta, META_MAX);
    plm_status status = plm_lookup_notice_encode(notice, &meta);
    if (status == PLM_OK) {
        status = plm_store_enter(node->store, &mine);
    }
    if (status == PLM_OK) {
        status = plm_delivery_post(node, to, accord_hash, PLM_PARCEL_NOTICE, plm_buf_span(&meta),
                                   plm_span_of(salt, sizeof salt), notice->time_ms, &posted);
        if (status == PLM_OK) {
            status = plm_ledger_append(node->store, "notice-sent",
                                       plm_span_of(posted.signed_body, posted.signed_bytes),
                                       notice->time_ms);
        }
        status = plm_store_leave(node->store, mine, status);
    }
    plm_buf_wipe(&meta);
    return status;
}

plm_status plm_lookup_notice_cover(plm_node *node, const char *to,
                                   const uint8_t accord_hash[static PLM_HASH_BYTES],
                                   const plm_lookup_notice *notice)
{
    char hex[2 * COVER_MAX + 1];
    plm_buf meta;
    plm_buf packed;
    plm_posted posted;
    uint8_t salt[PLM_PARCEL_SALT_BYTES];
    plm_random(salt, sizeof salt);
    plm_buf_init(&meta, META_MAX);
    plm_buf_init(&packed, COVER_MAX);
    plm_status status = plm_lookup_notice_encode(notice, &meta);
    if (status == PLM_OK) {
        status =
            plm_delivery_pack(node, to, accord_hash, PLM_PARCEL_NOTICE, plm_buf_span(&meta),
                              plm_span_of(salt, sizeof salt), notice->time_ms, &posted, &packed);
    }
    if (status == PLM_OK) {
        plm_hex_encode(hex, packed.data, packed.n);
        status = plm_store_put_setting(node->store, "lookup.cover", hex);
    }
    plm_buf_wipe(&meta);
    plm_buf_wipe(&packed);
    return status;
}

typedef struct finding {
    uint8_t key[PLM_LINK_KEY_BYTES];
    const uint8_t *reference;
    int64_t record;
} finding;

static plm_status compare_link(void *context, int64_t number)
{
    finding *f = (finding *)context;
    plm_link link;
    plm_link_of(&link, f->key, number);
    if (memcmp(link.b, f->reference, sizeof link.b) == 0) {
        f->record = number;
    }
    return PLM_OK;
}

/* An accord that we have, in which the sender is a party: denounced or not, a hit is a hit. */
static plm_status check_accord(const plm_node *node, const plm_parcel_in *in, bool *is_good)
{
    plm_agreement *agreement;
    plm_status status = plm_agreement_load(&agreement, node->store, in->parcel.accord_hash);
    *is_good = false;
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    const plm_party *sender = plm_accord_party(agreement->accord, in->parcel.from);
    *is_good = sender != NULL && memcmp(sender->identity, in->identity, 32) == 0;
    plm_agreement_destroy(agreement);
    return PLM_OK;
}

static plm_status keep(plm_node *node, const plm_parcel_in *in, const plm_lookup_notice *notice)
{
    finding found = {.reference = notice->reference};
    plm_stored_notice row = {.peer = in->parcel.from,
                             .purpose = notice->purpose,
                             .epoch = notice->epoch,
                             .case_ref = notice->case_ref,
                             .asked_ms = notice->time_ms,
                             .received_ms = in->now_ms};
    plm_lookup_usage usage = {.peer = in->parcel.from,
                              .purpose = notice->purpose,
                              .hour = in->now_ms / HOUR_MS,
                              .hits = 1};
    plm_index_link_key(found.key, node, in->parcel.accord_hash, notice->purpose);
    plm_status status = plm_store_each_number(node->store, compare_link, &found);
    plm_wipe(found.key, sizeof found.key);
    memcpy(row.id, in->id, sizeof row.id);
    memcpy(row.accord_hash, in->parcel.accord_hash, sizeof row.accord_hash);
    memcpy(row.reference, notice->reference, sizeof row.reference);
    memcpy(usage.accord_hash, in->parcel.accord_hash, sizeof usage.accord_hash);
    row.record = found.record;
    if (status == PLM_OK) {
        status = plm_store_put_notice(node->store, &row);
    }
    if (status == PLM_OK) {
        status = plm_store_lookup_note(node->store, &usage, 0);
    }
    return status == PLM_OK
               ? plm_ledger_append(node->store, "notice-received", in->signed_body, in->now_ms)
               : status;
}

plm_status plm_lookup_notice_take(plm_node *node, const plm_parcel_in *in,
                                  plm_parcel_verdict *verdict)
{
    plm_lookup_notice notice;
    bool is_good;
    if (in->content.n != PLM_PARCEL_SALT_BYTES ||
        plm_lookup_notice_decode(&notice, in->parcel.meta) != PLM_OK) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    plm_status status = check_accord(node, in, &is_good);
    if (status == PLM_OK && !is_good) {
        *verdict = PLM_PARCEL_BAD_ACCORD;
        return PLM_OK;
    }
    return status == PLM_OK ? keep(node, in, &notice) : status;
}
