/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is asked of the handlers: the first byte chooses the method and who asks, then a target
 * up to a line feed, then the body; on an empty store. Every request gets an answer that
 * is one of HTTP's and, where it is JSON, is JSON.
 */
#include "fuzz.h"

#include "api/answer.h"
#include "api/channel.h"
#include "crypto/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static plm_store *open_store(void)
{
    char error[PLM_STORE_ERROR_MAX];
    char directory[] = "/tmp/plm-fuzz-XXXXXX";
    char path[64];
    plm_store *store = NULL;
    require(plm_crypto_init() == PLM_OK && mkdtemp(directory) != NULL);
    (void)snprintf(path, sizeof path, "%s/palermo.db", directory);
    require(plm_store_open(&store, path, true, error) == PLM_OK);
    /* Nobody else opens it: what is open goes on without its name. */
    (void)unlink(path);
    require(plm_store_put_setting(store, "authority.code", "AA-ONE") == PLM_OK);
    return store;
}

static void check_answer(const plm_api_answer *a)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    require(a->status >= 200 && a->status < 600);
    if (strncmp(a->type, "application/json", 16) == 0 ||
        strcmp(a->type, "application/problem+json") == 0) {
        require(plm_json_parse(&json, plm_buf_span(&a->body), &quiet, NULL, 0) == PLM_OK);
        json_decref(json);
    }
}

static void ask(plm_api *api, uint8_t how, const char *target_text, plm_span body)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
    static plm_api_target target;
    plm_api_who who = {.name = "fuzz", .role = how >> 2 & 3, .by = PLM_API_BY_TOKEN};
    plm_api_call call;
    if ((how & 0x10) != 0) {
        who.role = PLM_API_OPERATOR;
        who.by = PLM_API_BY_OPERATOR;
    }
    if (plm_api_target_read(&target, target_text) != PLM_OK) {
        return;
    }
    plm_api_call_init(&call, api, &target, &who);
    call.body = body;
    if ((how & 0x20) != 0) {
        memcpy(call.idempotency_key, "fuzz-key", 9);
    }
    /* Hashing passwords and estimating take too long here, and have targets of their own. */
    if (plm_api_find(&call, methods[how & 3]) == PLM_OK &&
        strncmp(call.route->path, "/v1/session", 11) != 0 &&
        strncmp(call.route->path, "/v1/estimates", 13) != 0 && plm_api_admit(&call) == PLM_OK) {
        plm_api_perform(&call);
    }
    if (call.answer.status != 0) {
        check_answer(&call.answer);
    }
    plm_api_call_wipe(&call);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static plm_store *store;
    static plm_channel_ask message;
    char target[2048];
    if (store == NULL) {
        store = open_store();
    }
    plm_node node = {.store = store, .code = "AA-ONE"};
    plm_api api = {.node = &node, .has_seed = true, .now_ms = INT64_C(1800000000000)};
    if (size < 2) {
        return 0;
    }
    const uint8_t *end = (const uint8_t *)memchr(data + 1, '\n', size - 1);
    const size_t n = end != NULL ? (size_t)(end - data) - 1 : size - 1;
    if (n >= sizeof target || memchr(data + 1, '\0', n) != NULL) {
        return 0;
    }
    memcpy(target, data + 1, n);
    target[n] = '\0';
    plm_span body = plm_span_of(data + 1 + n, size - 1 - n);
    if (body.n > 0) {
        body = plm_span_of(body.p + 1, body.n - 1);
    }
    ask(&api, data[0], target, body);
    const plm_status read = plm_channel_read_ask(&message, plm_span_of(data, size));
    require(read == PLM_OK || read == PLM_E_PROTOCOL);
    return 0;
}
