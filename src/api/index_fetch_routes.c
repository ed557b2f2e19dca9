/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_fetch_routes.c - the indexes of other parties are fetched, behind the answer's head.
 */
#include "accord/case_rule.h"
#include "api/answer.h"
#include "api/routes.h"
#include "api/stream.h"
#include "node/lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WITH_MAX = 16,
    TIMEOUT_S = 30,
    TIMEOUT_MAX_S = 3600,
    LOOK_EVERY_MS = 500,
    LOOKS_MAX = 2 * 3600 /* an hour */
};

typedef struct fetching {
    plm_api_stream stream;
    const char *purpose; /* the body's, as the next three */
    const char *case_ref;
    const char *offence;
    const char *with[WITH_MAX + 1]; /* NULL-terminated */
    size_t n_with;
    const char *addresses[1]; /* of the one party in `with`; NULL: the accord's */
    uint8_t accord_hash[PLM_HASH_BYTES];
    bool has_accord;
    int64_t timeout_s;
    int64_t most_index_mib;
} fetching;

static json_t *state_json(const plm_lookups_state *s)
{
    const plm_status status = !s->is_ready && s->failure == PLM_OK ? PLM_E_TIMEOUT : s->failure;
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "party", s->party, "status",
                     plm_status_name(status), "refusal",
                     status == PLM_E_REFUSED ? plm_refusal_name(s->refusal.code) : "", "epoch",
                     (json_int_t)s->epoch, "sequence", (json_int_t)s->sequence, "offered_bytes",
                     (json_int_t)s->offered_bytes);
}

static json_t *states_json(plm_lookups *lookups)
{
    json_t *list = json_array();
    for (size_t i = 0; lookups != NULL && i < plm_lookups_n_parties(lookups); i++) {
        plm_lookups_state state;
        plm_lookups_get_state(lookups, i, &state);
        (void)json_array_append_new(list, state_json(&state));
    }
    return list;
}

/* Until each link has tried, an hour has gone, or nobody listens. */
static void wait_for_all(fetching *f, plm_lookups *lookups)
{
    for (int i = 0; f->stream.cancel == 0 && i < LOOKS_MAX; i++) {
        if (plm_lookups_wait_ready(lookups, LOOK_EVERY_MS)) {
            break;
        }
        plm_api_stream_look(&f->stream);
    }
}

static plm_status go_on(plm_api_call *call, void *context)
{
    fetching *f = (fetching *)context;
    plm_lookups *lookups = NULL;
    plm_refusal refusal = {.code = PLM_REFUSAL_NONE};
    const char *detail = NULL;
    char reason[512] = "";
    plm_node node = *call->api->node;
    node.directory = call->api->home;
    node.timeout_ms = (int)f->timeout_s * 1000;
    node.most_index_bytes = (uint64_t)f->most_index_mib << 20;
    f->stream.call = call;
    const plm_lookups_config config = {.node = node,
                                       .store = call->api->store,
                                       .purpose = f->purpose,
                                       .accord_hash = f->has_accord ? f->accord_hash : NULL,
                                       .case_ref = f->case_ref,
                                       .offence = f->offence,
                                       .parties = f->n_with > 0 ? f->with : NULL,
                                       .addresses = f->addresses[0] != NULL ? f->addresses : NULL,
                                       .fetches = true};
    plm_status status = plm_lookups_open(&lookups, &config, &refusal, &detail);
    if (status == PLM_OK) {
        wait_for_all(f, lookups);
        status = f->stream.cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
    } else if (status == PLM_E_REFUSED) {
        (void)snprintf(reason, sizeof reason, "%s%s%s", plm_refusal_sentence(refusal.code),
                       detail != NULL ? ": " : "", detail != NULL ? detail : "");
    } else {
        (void)snprintf(reason, sizeof reason, "%s%s",
                       status == PLM_E_NOT_FOUND ? "no accord in force here has that purpose"
                                                 : plm_status_sentence(status),
                       status == PLM_E_NOT_FOUND && f->n_with > 0 ? " with each of these parties"
                                                                  : "");
    }
    json_t *end = json_pack(
        "{s:s, s:s, s:o, s:o}", "status", plm_status_name(status), "reason", reason, "refusal",
        plm_api_text(status == PLM_E_REFUSED ? plm_refusal_name(refusal.code) : ""), "parties",
        states_json(lookups));
    plm_lookups_close(lookups);
    status = end != NULL ? plm_api_send_event(call, "end", end) : PLM_E_NOMEM;
    json_decref(end);
    return status;
}

/* How connections are made is the owner's to say. */
static plm_status read_address(const plm_api_call *call, const plm_json_at *root, fetching *f)
{
    const plm_json_at at = plm_json_member(root, "address");
    if (at.value == NULL) {
        return PLM_OK;
    }
    if (call->who->by != PLM_API_BY_OPERATOR) {
        return plm_json_error(&at, "is for the owner of the node to say");
    }
    return f->n_with == 1 ? plm_json_string(&at, 1, PLM_TEXT_MAX - 1, &f->addresses[0])
                          : plm_json_error(&at, "is for one party: give one --with");
}

static plm_status read_fetching(const plm_api_call *call, fetching *f)
{
    static const char *const members[] = {"purpose", "case",    "offence",        "accord", "with",
                                          "address", "timeout", "most_index_mib", NULL};
    const plm_json_at root = plm_api_root(call);
    const plm_json_at accord = plm_json_member(&root, "accord");
    plm_status status = plm_json_object(&root, members);
    f->timeout_s = TIMEOUT_S;
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "purpose", 1, PLM_CODE_MAX - 1, &f->purpose);
    }
    if (status == PLM_OK) {
        status = plm_api_needed(&root, "case", 1, PLM_CASE_REFERENCE_MAX - 1, &f->case_ref);
    }
    if (status == PLM_OK) {
        status = plm_api_string(&root, "offence", 1, PLM_CODE_MAX - 1, &f->offence);
    }
    if (status == PLM_OK && accord.value != NULL) {
        status = plm_json_hex(&accord, f->accord_hash, sizeof f->accord_hash);
        f->has_accord = true;
    }
    if (status == PLM_OK) {
        status = plm_api_list(&root, "with", f->with, WITH_MAX, &f->n_with);
    }
    if (status == PLM_OK) {
        status = read_address(call, &root, f);
    }
    if (status == PLM_OK) {
        status = plm_api_integer(&root, "timeout", 1, TIMEOUT_MAX_S, &f->timeout_s);
    }
    return status == PLM_OK
               ? plm_api_integer(&root, "most_index_mib", 1, INT32_MAX, &f->most_index_mib)
               : status;
}

static plm_status fetch_indexes(plm_api_call *call)
{
    fetching *f = (fetching *)calloc(1, sizeof *f);
    if (f == NULL) {
        return PLM_E_NOMEM;
    }
    call->answer.after_context = f;
    plm_status status = call->api->store != NULL ? read_fetching(call, f) : PLM_E_LOCKED;
    return status == PLM_OK ? plm_api_stream_begin(call, go_on, f) : status;
}

static const plm_api_route routes[] = {
    {"POST", "/v1/indexes/fetch", PLM_API_STAFF, PLM_API_SIGNS, PLM_API_JSON, PLM_API_JSON_MAX,
     fetch_indexes, NULL},
};

const plm_api_table plm_api_index_fetch_routes = {routes, sizeof routes / sizeof *routes};
