/* SPDX-License-Identifier: Apache-2.0 */
#include "match/tally_list.h"

#include "base/ct.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    MIX_PIECE = 1 << 15,  /* records */
    WORK_PIECE = 1 << 13, /* points that threads share before they wait for each other */
    GRAIN = 16            /* points that a thread takes at once */
};

plm_status plm_tally_list_init(plm_tally_list *list, unsigned owner, unsigned hop, uint32_t n,
                               uint32_t each)
{
    *list = (plm_tally_list){.owner = (uint8_t)owner, .hop = (uint8_t)hop, .n = n, .each = each};
    list->strata = (uint8_t *)calloc((size_t)n + 1, 1);
    list->points = (uint8_t *)calloc((size_t)n * each + 1, PLM_ELEMENT_BYTES);
    if (list->strata == NULL || list->points == NULL) {
        plm_tally_list_free(list);
        return PLM_E_NOMEM;
    }
    return PLM_OK;
}

void plm_tally_list_pass(plm_tally_list *list, unsigned owner, unsigned hop, uint32_t n,
                         uint32_t each)
{
    *list = (plm_tally_list){.owner = (uint8_t)owner,
                             .hop = (uint8_t)hop,
                             .n = n,
                             .each = each,
                             .n_in = n,
                             .n_raised = n,
                             .n_mixed = n,
                             .n_out = n};
}

void plm_tally_list_free(plm_tally_list *list)
{
    free(list->strata);
    free(list->points);
    list->strata = NULL;
    list->points = NULL;
}

uint32_t plm_tally_list_chunk(const plm_tally_list *list, uint32_t first)
{
    uint32_t most = PLM_TALLY_CHUNK_POINTS / list->each;
    return list->n - first < most ? list->n - first : most;
}

static uint8_t *record_points(const plm_tally_list *list, uint32_t record)
{
    return list->points + (size_t)record * list->each * PLM_ELEMENT_BYTES;
}

plm_status plm_tally_list_take(plm_tally_list *list, plm_reader rest, unsigned n_strata,
                               const uint8_t **points, size_t *n)
{
    const size_t record_bytes = (size_t)list->each * PLM_ELEMENT_BYTES;
    const uint32_t wanted = plm_tally_list_chunk(list, list->n_in);
    uint32_t first;
    uint16_t count;
    if (plm_rd_u32(&rest, &first) < 0 || first != list->n_in || plm_rd_u16(&rest, &count) < 0 ||
        count == 0 || count != wanted || rest.n != wanted * (1 + record_bytes)) {
        return PLM_E_PROTOCOL;
    }
    for (uint32_t i = first; i < first + wanted; i++) {
        if (plm_rd_u8(&rest, &list->strata[i]) < 0 || list->strata[i] >= n_strata ||
            plm_rd_copy(&rest, record_points(list, i), record_bytes) < 0) {
            return PLM_E_PROTOCOL;
        }
    }
    list->n_in += wanted;
    *points = record_points(list, first);
    *n = (size_t)wanted * list->each;
    return PLM_OK;
}

/* A loop over the points of a chunk that threads share; the first failure is kept. */
typedef struct sharing {
    uint8_t *points;
    const uint8_t *scalar;   /* SECRET; NULL: only look */
    const plm_token *tokens; /* SECRET; where points are made */
    plm_span context;
    _Atomic plm_status status;
} sharing;

static void hash_range(void *context, size_t first, size_t last)
{
    static const char dst[] = "palermo/1 tally ristretto255_XMD:SHA-512_R255MAP_RO_";
    sharing *w = (sharing *)context;
    const uint8_t length = (uint8_t)w->context.n;
    for (size_t i = first; i < last; i++) {
        const plm_span parts[] = {{&length, 1}, w->context, {w->tokens[i].b, PLM_TOKEN_BYTES}};
        plm_status status = plm_hash_to_element(w->points + i * PLM_ELEMENT_BYTES, parts, 3,
                                                plm_span_of(dst, sizeof dst - 1));
        if (status != PLM_OK) {
            atomic_store(&w->status, status);
        }
    }
}

static void raise_range(void *context, size_t first, size_t last)
{
    sharing *w = (sharing *)context;
    for (size_t i = first; i < last; i++) {
        uint8_t *point = w->points + i * PLM_ELEMENT_BYTES;
        uint8_t raised[PLM_ELEMENT_BYTES];
        if (plm_element_multiply(raised, w->scalar, point) == PLM_OK) {
            memcpy(point, raised, sizeof raised);
        } else {
            atomic_store(&w->status, PLM_E_PROTOCOL);
        }
    }
}

static void check_range(void *context, size_t first, size_t last)
{
    sharing *w = (sharing *)context;
    for (size_t i = first; i < last; i++) {
        const uint8_t *point = w->points + i * PLM_ELEMENT_BYTES;
        if (plm_element_check(point) != PLM_OK) {
            atomic_store(&w->status, PLM_E_PROTOCOL);
        }
    }
}

/* Records of the next piece of work, of so many that wait. */
static uint32_t piece_of(const plm_tally_list *list, uint32_t waiting)
{
    const uint32_t most = WORK_PIECE / list->each;
    return waiting < most ? waiting : most;
}

plm_status plm_tally_list_hash(plm_tally_list *list, const plm_tally_own *own, plm_span context,
                               plm_pool *pool)
{
    const uint32_t first = list->n_in;
    const uint32_t n = piece_of(list, list->n - first);
    sharing w = {.points = record_points(list, first),
                 .tokens = own->tokens + (size_t)first * list->each,
                 .context = context};
    plm_pool_run(pool, (size_t)n * list->each, GRAIN, hash_range, &w);
    memcpy(list->strata + first, own->strata + first, n);
    list->n_in += n;
    return atomic_load(&w.status);
}

/* What has come in and waits, a piece of it. */
static plm_status go_on(plm_tally_list *list, const uint8_t *scalar, plm_pool_fn *fn,
                        plm_pool *pool)
{
    const uint32_t n = piece_of(list, list->n_in - list->n_raised);
    sharing w = {.points = record_points(list, list->n_raised), .scalar = scalar};
    plm_pool_run(pool, (size_t)n * list->each, GRAIN, fn, &w);
    list->n_raised += n;
    return atomic_load(&w.status);
}

plm_status plm_tally_list_raise(plm_tally_list *list, const uint8_t scalar[static PLM_SCALAR_BYTES],
                                plm_pool *pool)
{
    return go_on(list, scalar, raise_range, pool);
}

plm_status plm_tally_list_check(plm_tally_list *list, plm_pool *pool)
{
    return go_on(list, NULL, check_range, pool);
}

static void swap(uint8_t *a, uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* Fisher and Yates' shuffle, going on from n_mixed. */
void plm_tally_list_mix(plm_tally_list *list, plm_draw *draw)
{
    const uint32_t last = list->n - list->n_mixed < MIX_PIECE ? list->n : list->n_mixed + MIX_PIECE;
    for (uint32_t i = list->n_mixed; i < last; i++) {
        const uint32_t j = i + plm_draw_below(draw, list->n - i);
        uint8_t *points = record_points(list, i);
        swap(points, record_points(list, j), (size_t)list->each * PLM_ELEMENT_BYTES);
        swap(&list->strata[i], &list->strata[j], 1);
        for (uint32_t p = 0; p + 1 < list->each; p++) {
            const uint32_t q = p + plm_draw_below(draw, list->each - p);
            swap(points + (size_t)p * PLM_ELEMENT_BYTES, points + (size_t)q * PLM_ELEMENT_BYTES,
                 PLM_ELEMENT_BYTES);
        }
    }
    list->n_mixed = last;
}

plm_status plm_tally_list_write(plm_tally_list *list, plm_buf *message, const uint8_t **points,
                                size_t *n)
{
    const uint32_t first = list->n_out;
    const uint32_t count = plm_tally_list_chunk(list, first);
    plm_buf_clear(message);
    plm_status status = plm_buf_append_u8(message, PLM_TALLY_LIST);
    status = status == PLM_OK ? plm_buf_append_u8(message, list->owner) : status;
    status = status == PLM_OK ? plm_buf_append_u8(message, (uint8_t)(list->hop + 1)) : status;
    status = status == PLM_OK ? plm_buf_append_u32(message, first) : status;
    status = status == PLM_OK ? plm_buf_append_u16(message, (uint16_t)count) : status;
    for (uint32_t i = first; status == PLM_OK && i < first + count; i++) {
        status = plm_buf_append_u8(message, list->strata[i]);
        status = status == PLM_OK ? plm_buf_append(message, record_points(list, i),
                                                   (size_t)list->each * PLM_ELEMENT_BYTES)
                                  : status;
    }
    if (status == PLM_OK) {
        list->n_out += count;
        *points = record_points(list, first);
        *n = (size_t)count * list->each;
    }
    return status;
}
