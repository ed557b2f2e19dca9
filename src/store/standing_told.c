/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_told.c - which pairs were told in a series of runs (store/standing.h).
 */
#include "store/sql.h"
#include "store/standing.h"

static plm_span span_of_id(const uint8_t id[static PLM_STANDING_ID_BYTES])
{
    return plm_span_of(id, PLM_STANDING_ID_BYTES);
}

static plm_span digest_of(const plm_standing_evidence *e)
{
    return plm_span_of(e->digest, sizeof e->digest);
}

/* With that link; or, if it is empty, with whatever link. */
static plm_status is_there(plm_store *store, plm_span id, const plm_standing_evidence *e,
                           int64_t *yes)
{
    return plm_sql_int(store, yes,
                       "SELECT count(*) FROM standing_told WHERE record_id = $1 AND "
                       "standing_id = $2 AND evidence = $3 AND (length($4) = 0 OR link = $4)",
                       "ibbb", e->record, id, digest_of(e), e->link);
}

plm_status plm_store_standing_was_told(plm_store *store,
                                       const uint8_t id[static PLM_STANDING_ID_BYTES],
                                       const plm_standing_evidence *e, bool *yes)
{
    const plm_span span = span_of_id(id);
    int64_t n = 0;
    plm_status status = is_there(store, span, e, &n);
    if (status == PLM_OK && n == 0 && e->link.n > 0) {
        status = plm_sql_int(store, &n,
                             "UPDATE standing_told SET link = $4 WHERE record_id = $1 AND "
                             "standing_id = $2 AND evidence = $3 AND length(link) = 0 RETURNING 1",
                             "ibbb", e->record, span, digest_of(e), e->link);
        status = status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    if (status == PLM_OK) {
        *yes = n > 0;
    }
    return status;
}

plm_status plm_store_standing_tell(plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                                   const plm_standing_evidence *e, const uint8_t run_id[static 16],
                                   uint32_t number)
{
    return plm_sql_run(
        store,
        "INSERT INTO standing_told (record_id, standing_id, evidence, link, run_id, number) "
        "SELECT $1, $2, $3, $4, $5, $6 FROM record JOIN register "
        "ON register.id = record.register_id WHERE record.id = $1 AND register.format <> 'seed' "
        "AND " PLM_SEEN_REGISTER " "
        "ON CONFLICT (record_id, standing_id, evidence, link) DO NOTHING",
        "ibbbbi", e->record, span_of_id(id), digest_of(e), e->link, plm_span_of(run_id, 16),
        (int64_t)number);
}

plm_status plm_store_standing_untell(plm_store *store,
                                     const uint8_t id[static PLM_STANDING_ID_BYTES],
                                     const uint8_t run_id[static 16])
{
    return plm_sql_run(store,
                       "DELETE FROM standing_told WHERE standing_id = $1 AND run_id = $2 AND "
                       "NOT EXISTS (SELECT 1 FROM hit WHERE hit.run_id = standing_told.run_id AND "
                       "hit.number = standing_told.number AND hit.state = 'lapsed')",
                       "bb", span_of_id(id), plm_span_of(run_id, 16));
}
