/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_routes.c - the indexes here, ours and those fetched; who asks ours how much, and what was
 * found in them.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "index/changes.h"
#include "node/lookup_watch.h"
#include "store/lookups.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOURS_DEFAULT = 168,
    HOURS_MAX = 8760
};

/* --- list --------------------------------------------------------------------------------------
 */

static plm_status add_epoch(void *context, const plm_stored_epoch *e)
{
    json_t *one = json_pack("{s:n, s:o, s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:b, s:o, s:o, s:o}",
                            "party", "accord", plm_api_hex(e->accord_hash, sizeof e->accord_hash),
                            "purpose", e->purpose, "epoch", (json_int_t)e->epoch, "state",
                            plm_epoch_state_name(e->state), "sequence", (json_int_t)e->sequence,
                            "entries", (json_int_t)e->n_entries, "added", (json_int_t)e->n_added,
                            "withdrawn", (json_int_t)e->n_withdrawn, "labels", (int)e->has_labels,
                            "made", plm_api_time(e->made_ms), "changed",
                            plm_api_time(e->changed_ms), "until", plm_api_time(e->until_ms));
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* A fetched index: its header alone is read; what is none is passed over. */
static plm_status add_fetched(json_t *items, const char *path)
{
    plm_map map;
    plm_index index;
    plm_status status = PLM_OK;
    if (plm_map_open(&map, path) != PLM_OK) {
        return PLM_OK;
    }
    if (plm_index_open_bytes(&index, plm_span_of(map.p, map.n), NULL) == PLM_OK) {
        const plm_index_header *h = &index.header;
        json_t *one = json_pack(
            "{s:s, s:o, s:s, s:I, s:s, s:n, s:I, s:n, s:n, s:b, s:o, s:n, s:n}", "party", h->party,
            "accord", plm_api_hex(h->accord_hash, sizeof h->accord_hash), "purpose", h->purpose,
            "epoch", (json_int_t)h->epoch, "state", "fetched", "sequence", "entries",
            (json_int_t)h->n_entries, "added", "withdrawn", "labels", (int)(h->label_bytes > 0),
            "made", plm_api_time(h->made_ms), "changed", "until");
        status = json_array_append_new(items, one) == 0 ? PLM_OK : PLM_E_NOMEM;
    }
    plm_map_close(&map);
    return status;
}

static plm_status add_peers(json_t *items, const char *home)
{
    char directory[PATH_MAX];
    char path[PATH_MAX + NAME_MAX + 2];
    struct dirent **names;
    plm_status status = PLM_OK;
    (void)snprintf(directory, sizeof directory, "%.4000s/peers", home);
    const int n = scandir(directory, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        const char *ending = strrchr(names[i]->d_name, '.');
        if (status == PLM_OK && ending != NULL && strcmp(ending, ".index") == 0) {
            (void)snprintf(path, sizeof path, "%s/%s", directory, names[i]->d_name);
            status = add_fetched(items, path);
        }
        free(names[i]);
    }
    if (n >= 0) {
        free(names);
    }
    return status;
}

static plm_status get_indexes(plm_api_call *call)
{
    json_t *items = json_array();
    plm_status status = plm_store_each_epoch(call->api->node->store, NULL, NULL, add_epoch, items);
    if (status == PLM_OK && call->api->home != NULL) {
        status = add_peers(items, call->api->home);
    }
    return plm_api_items(call, status, items);
}

/* --- notices, watch ----------------------------------------------------------------------------
 */

static plm_status add_notice(void *context, const plm_stored_notice *n)
{
    json_t *one = json_pack(
        "{s:s, s:s, s:I, s:o, s:I, s:s, s:o}", "party", n->peer, "purpose", n->purpose, "epoch",
        (json_int_t)n->epoch, "reference", plm_api_hex(n->reference, sizeof n->reference), "record",
        (json_int_t)n->record, "case", n->case_ref, "asked", plm_api_time(n->asked_ms));
    return json_array_append_new((json_t *)context, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static plm_status get_notices(plm_api_call *call)
{
    json_t *items = json_array();
    plm_status status = plm_store_each_notice(call->api->node->store, add_notice, items);
    return plm_api_items(call, status, items);
}

static void add_watched(void *context, const plm_watched *w)
{
    (void)json_array_append_new(
        (json_t *)context,
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:o}", "party", w->peer,
                  "purpose", w->purpose, "hours", (json_int_t)w->n_hours, "active",
                  (json_int_t)w->n_active, "evaluated", (json_int_t)w->charged, "refused",
                  (json_int_t)w->refused, "hits", (json_int_t)w->hits, "median_hour",
                  (json_int_t)w->median, "highest_hour", (json_int_t)w->highest, "hit_ratio",
                  w->hit_ratio, "night_share", w->night_share, "remarks",
                  plm_api_words(w->remarks)));
}

static plm_status watch_lookups(plm_api_call *call)
{
    int64_t hours = HOURS_DEFAULT;
    json_t *items = json_array();
    plm_status status = plm_api_parameter_number(call, "hours", 1, HOURS_MAX, &hours);
    if (status == PLM_OK) {
        status = plm_lookup_watch(call->api->node->store, call->api->now_ms, (unsigned)hours,
                                  add_watched, items);
    }
    return plm_api_items(call, status, items);
}

static const plm_api_route routes[] = {
    {"GET", "/v1/indexes", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_indexes, NULL},
    {"GET", "/v1/indexes/notices", PLM_API_STAFF, 0, PLM_API_NO_BODY, 0, get_notices, NULL},
    {"GET", "/v1/indexes/watch", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, watch_lookups, "hours"},
};

const plm_api_table plm_api_index_routes = {routes, sizeof routes / sizeof *routes};
