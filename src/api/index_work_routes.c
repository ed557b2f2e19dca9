/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_work_routes.c - indexes of ours are built, published, rotated and brought up to date. The
 * work goes on behind the answer's head, as events; whoever goes away cancels it.
 */
#include "api/answer.h"
#include "api/routes.h"
#include "api/stream.h"
#include "base/pool.h"
#include "index/entry.h"
#include "node/index_make.h"

#include <stdlib.h>
#include <string.h>

enum {
    HOUR_MS = 3600000,
    OVERLAP_HOURS = 24,
    OVERLAP_MAX = 8760,
    THREADS_MAX = 256
};

typedef struct index_work index_work;

/* One kind of work, and what is said where it finds nothing to do. */
typedef struct kind {
    const char *name;
    plm_status (*run)(plm_node *node, index_work *work);
    const char *not_found;
} kind;

struct index_work {
    plm_api_stream stream;
    const kind *kind;
    plm_index_order order; /* its texts are the body's */
    uint8_t accord_hash[PLM_HASH_BYTES];
    unsigned n_threads;
    json_t *made; /* of each epoch */
    plm_refusal refusal;
};

static void take_made(void *context, const plm_index_made *m)
{
    const index_work *work = (const index_work *)context;
    (void)json_array_append_new(
        work->made,
        json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:b}", "accord",
                  plm_api_hex(m->accord_hash, sizeof m->accord_hash), "epoch", (json_int_t)m->epoch,
                  "sequence", (json_int_t)m->sequence, "entries", (json_int_t)m->n_entries, "added",
                  (json_int_t)m->n_added, "withdrawn", (json_int_t)m->n_withdrawn, "changed",
                  (int)m->is_changed));
}

/* plm_index_build or plm_index_publish. */
typedef plm_status index_step(plm_node *node, const plm_index_order *order, plm_index_made *made);

static plm_status take_step(plm_node *node, index_work *work, index_step *step, bool is_told)
{
    plm_index_made made = {0};
    plm_status status = step(node, &work->order, &made);
    work->refusal = made.refusal;
    if (status == PLM_OK && is_told) {
        take_made(work, &made);
    }
    return status;
}

static plm_status build(plm_node *node, index_work *work)
{
    return take_step(node, work, plm_index_build, true);
}

static plm_status publish(plm_node *node, index_work *work)
{
    return take_step(node, work, plm_index_publish, true);
}

static plm_status rotate(plm_node *node, index_work *work)
{
    plm_status status = take_step(node, work, plm_index_build, false);
    return status == PLM_OK ? publish(node, work) : status;
}

static plm_status update(plm_node *node, index_work *work)
{
    return plm_index_update(node, &work->order, take_made, work, &work->refusal);
}

static const char no_accord[] = "no accord in force here has that purpose";
static const kind kinds[] = {
    {"build", build, no_accord},
    {"publish", publish, "nothing was built since the last one"},
    {"rotate", rotate, no_accord},
    {"update", update, "there is no index of that purpose: make one with build"},
};

static const char *reason_of(const index_work *work, plm_status status, const plm_store *store)
{
    return status == PLM_OK            ? ""
           : status == PLM_E_REFUSED   ? plm_refusal_sentence(work->refusal.code)
           : status == PLM_E_NOT_FOUND ? work->kind->not_found
           : status == PLM_E_EXISTS ? "another process is making or changing an index of this node"
           : status == PLM_E_STORE  ? plm_store_error(store)
                                    : plm_status_sentence(status);
}

static plm_status go_on(plm_api_call *call, void *context)
{
    index_work *work = (index_work *)context;
    plm_node *node = call->api->node;
    work->stream.call = call;
    work->made = json_array();
    node->directory = call->api->home;
    node->n_threads = work->n_threads > 0 ? work->n_threads : plm_pool_cpus();
    node->progress = plm_api_stream_progress;
    node->progress_context = &work->stream;
    node->cancel = &work->stream.cancel;
    plm_status status = work->kind->run(node, work);
    const bool is_refused = status == PLM_E_REFUSED;
    json_t *end = json_pack("{s:s, s:o, s:s, s:o, s:s, s:O}", "work", work->kind->name, "status",
                            json_string(plm_status_name(status)), "reason",
                            reason_of(work, status, node->store), "refusal",
                            plm_api_text(is_refused ? plm_refusal_name(work->refusal.code) : ""),
                            "clause", is_refused ? work->refusal.clause : "", "made", work->made);
    status = end != NULL ? plm_api_send_event(call, "end", end) : PLM_E_NOMEM;
    json_decref(end);
    json_decref(work->made);
    return status;
}

static plm_status read_urgent(const plm_json_at *root, plm_index_order *order)
{
    const char *names[PLM_ROLE_COUNT];
    const plm_json_at list = plm_json_member(root, "urgent");
    size_t n = 0;
    plm_status status = plm_api_list(root, "urgent", names, PLM_ROLE_COUNT, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        plm_role role;
        if (plm_role_find(&role, names[i]) != PLM_OK) {
            const plm_json_at at = plm_json_element(&list, i);
            return plm_json_error(&at, "there is no role \"%s\"", names[i]);
        }
        order->urgent_roles |= UINT32_C(1) << role;
    }
    return status;
}

static plm_status read_order(const plm_api_call *call, index_work *work)
{
    static const char *const members[] = {"purpose", "accord",        "labels",  "handling",
                                          "urgent",  "overlap_hours", "threads", NULL};
    const plm_json_at root = plm_api_root(call);
    const plm_json_at accord = plm_json_member(&root, "accord");
    plm_index_order *order = &work->order;
    int64_t overlap = OVERLAP_HOURS;
    int64_t n_threads = 0;
    order->handling = "";
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "purpose", 1, PLM_CODE_MAX - 1, &order->purpose);
    }
    if (status == PLM_OK && accord.value != NULL) {
        status = plm_json_hex(&accord, work->accord_hash, sizeof work->accord_hash);
        order->accord_hash = work->accord_hash;
    }
    if (status == PLM_OK) {
        status = plm_api_boolean(&root, "labels", &order->has_labels);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "handling", 0, PLM_LABEL_TEXT_MAX - 1, &order->handling);
    }
    if (status == PLM_OK) {
        status = read_urgent(&root, order);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(&root, "overlap_hours", 0, OVERLAP_MAX, &overlap);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(&root, "threads", 1, THREADS_MAX, &n_threads);
    }
    order->overlap_ms = overlap * HOUR_MS;
    order->has_labels = order->has_labels || order->urgent_roles != 0 || order->handling[0] != '\0';
    work->n_threads = (unsigned)n_threads;
    return status;
}

static plm_status work_on_index(plm_api_call *call)
{
    index_work *work = (index_work *)calloc(1, sizeof *work);
    size_t i = 0;
    if (work == NULL) {
        return PLM_E_NOMEM;
    }
    call->answer.after_context = work;
    while (i < sizeof kinds / sizeof *kinds && strcmp(kinds[i].name, call->arguments[0]) != 0) {
        i++;
    }
    if (i == sizeof kinds / sizeof *kinds) {
        return PLM_E_NOT_FOUND;
    }
    work->kind = &kinds[i];
    plm_status status = read_order(call, work);
    return status == PLM_OK ? plm_api_stream_begin(call, go_on, work) : status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/indexes/{work}", PLM_API_DECIDERS, PLM_API_SIGNS, PLM_API_JSON, PLM_API_JSON_MAX,
     work_on_index, NULL},
};

const plm_api_table plm_api_index_work_routes = {routes, sizeof routes / sizeof *routes};
