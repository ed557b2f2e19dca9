/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local API without HTTP: every route is described and every description has its route; targets
 * are taken apart; roles and keys hold; what the channel between front and clerk carries comes back
 * as it went.
 */
#include "store_fixture.h"

#include "api/answer.h"
#include "api/assets.h"
#include "api/channel.h"
#include "api/identify.h"
#include "api/load_watch.h"
#include "api/origin.h"
#include "base/file.h"
#include "tap.h"

#include <sys/stat.h>

static json_t *description;

static void read_description(void)
{
    const plm_diag_sink quiet = {NULL, NULL};
    const plm_span text = plm_span_of(plm_api_description.bytes, plm_api_description.n);
    CHECK_STATUS(plm_json_parse(&description, text, &quiet, NULL, 0), PLM_OK);
}

static const json_t *operation_of(const plm_api_route *route)
{
    char method[16];
    size_t n = strlen(route->method);
    for (size_t i = 0; i <= n; i++) {
        method[i] = (char)(route->method[i] | (i < n ? 0x20 : 0));
    }
    return json_object_get(json_object_get(json_object_get(description, "paths"), route->path),
                           method);
}

/* The roles of the description as bits. */
static unsigned roles_of(const json_t *operation)
{
    unsigned roles = 0;
    const json_t *list = json_object_get(operation, "x-roles");
    for (size_t i = 0; i < json_array_size(list); i++) {
        plm_user_role role = PLM_USER_ANALYST;
        CHECK_STATUS(plm_user_role_find(&role, json_string_value(json_array_get(list, i))), PLM_OK);
        roles |= 1U << role;
    }
    return roles;
}

/* The parameters of the query, a blank between; and whether an Idempotency-Key counts. */
static void parameters_of(const json_t *operation, char out[static 256], bool *is_once)
{
    const json_t *list = json_object_get(operation, "parameters");
    size_t n = 0;
    out[0] = '\0';
    *is_once = false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *in = json_string_value(json_object_get(one, "in"));
        *is_once = *is_once || in == NULL;
        if (in != NULL && strcmp(in, "query") == 0) {
            n += (size_t)snprintf(out + n, 256 - n, "%s%s", n > 0 ? " " : "",
                                  json_string_value(json_object_get(one, "name")));
        }
    }
}

static void test_every_route_is_described(void)
{
    for (size_t i = 0; i < plm_api_route_count(); i++) {
        const plm_api_route *route = plm_api_route_at(i);
        const json_t *operation = operation_of(route);
        char parameters[256];
        bool is_once = false;
        if (!CHECK(operation != NULL)) {
            printf("# %s %s\n", route->method, route->path);
            continue;
        }
        parameters_of(operation, parameters, &is_once);
        CHECK_EQ_INT(route->roles, roles_of(operation));
        CHECK_EQ_STR(parameters, route->parameters != NULL ? route->parameters : "");
        if (!CHECK_EQ_INT((route->flags & PLM_API_ONCE) != 0, is_once) ||
            !CHECK_EQ_INT(route->body != PLM_API_NO_BODY,
                          json_object_get(operation, "requestBody") != NULL)) {
            printf("# %s %s\n", route->method, route->path);
        }
    }
}

static void test_every_description_has_its_route(void)
{
    size_t n = 0;
    const char *path;
    json_t *methods;
    json_object_foreach(json_object_get(description, "paths"), path, methods)
    {
        n += json_object_size(methods);
    }
    CHECK_EQ_INT(plm_api_route_count(), n);
}

static void test_targets(void)
{
    static plm_api_target t;
    static const char *const bad[] = {"",
                                      "v1",
                                      "//",
                                      "/v1//x",
                                      "/v1/%",
                                      "/%zz",
                                      "/a%00b",
                                      "/%ff",
                                      "/a/",
                                      "/a?=1",
                                      "/1/2/3/4/5/6/7/8/9",
                                      "/a%0ab",
                                      "/a?b=%c0%80"};
    CHECK_STATUS(plm_api_target_read(&t, "/v1/cases/A%2FB%3f?q=a%26b+c&flag&x="), PLM_OK);
    CHECK_EQ_INT(t.n_segments, 3);
    CHECK_EQ_STR(t.segments[2], "A/B?");
    CHECK_EQ_INT(t.n_pairs, 3);
    CHECK_EQ_STR(t.pairs[0].value, "a&b c");
    CHECK_EQ_STR(t.pairs[1].name, "flag");
    CHECK_EQ_STR(t.pairs[2].value, "");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (!CHECK_STATUS(plm_api_target_read(&t, bad[i]), PLM_E_SYNTAX)) {
            printf("# %s\n", bad[i]);
        }
    }
}

static void test_origins(void)
{
    CHECK(plm_origin_is_our_host("localhost", ""));
    CHECK(plm_origin_is_our_host("127.0.0.1:8080", ""));
    CHECK(plm_origin_is_our_host("[::1]:80", ""));
    CHECK(plm_origin_is_our_host("Console.example", "https://console.example"));
    CHECK(!plm_origin_is_our_host("", ""));
    CHECK(!plm_origin_is_our_host("127.0.0.1.evil.example", ""));
    CHECK(!plm_origin_is_our_host("localhost:80@evil", ""));
    CHECK(!plm_origin_is_our_host("evil.example", "https://console.example"));
    CHECK(plm_origin_is_same("localhost:1", "", ""));
    CHECK(plm_origin_is_same("localhost:1", "http://localhost:1", "same-origin"));
    CHECK(!plm_origin_is_same("localhost:1", "http://localhost:2", ""));
    CHECK(!plm_origin_is_same("localhost:1", "null", ""));
    CHECK(!plm_origin_is_same("localhost:1", "", "cross-site"));
}

/* A request by somebody on a store of its own. */
typedef struct asking {
    fixture f;
    plm_node node;
    plm_api api;
    plm_api_target target;
    plm_api_who who;
    plm_api_call call;
} asking;

static void ask(asking *a, const char *method, const char *target, const char *body)
{
    plm_api_call_wipe(&a->call);
    CHECK_STATUS(plm_api_target_read(&a->target, target), PLM_OK);
    plm_api_call_init(&a->call, &a->api, &a->target, &a->who);
    a->call.body = plm_span_str(body);
    if (plm_api_find(&a->call, method) == PLM_OK && plm_api_admit(&a->call) == PLM_OK) {
        plm_api_perform(&a->call);
    }
}

static void begin(asking *a)
{
    memset(a, 0, sizeof *a);
    fixture_open(&a->f);
    a->node.store = a->f.store;
    (void)snprintf(a->node.code, sizeof a->node.code, "AA-ONE");
    a->api = (plm_api){.node = &a->node, .now_ms = INT64_C(1800000000000)};
    plm_api_call_init(&a->call, &a->api, &a->target, &a->who);
}

static void test_roles(void)
{
    static asking a;
    begin(&a);
    ask(&a, "GET", "/v1/cases", "");
    CHECK_EQ_INT(a.call.answer.status, 401);
    a.who = (plm_api_who){.name = "aud", .role = PLM_USER_AUDITOR, .by = PLM_API_BY_TOKEN};
    ask(&a, "GET", "/v1/cases", "");
    CHECK_EQ_INT(a.call.answer.status, 200);
    ask(&a, "GET", "/v1/hits", "");
    CHECK_EQ_INT(a.call.answer.status, 403);
    ask(&a, "DELETE", "/v1/hits", "");
    CHECK_EQ_INT(a.call.answer.status, 405);
    ask(&a, "GET", "/v1/cases?stat=open", "");
    CHECK_EQ_INT(a.call.answer.status, 422);
    plm_api_call_wipe(&a.call);
    fixture_close(&a.f);
}

/* What signs is refused without the identity key, before anything of it is read. */
static void test_signing_needs_the_key(void)
{
    static asking a;
    unsigned n = 0;
    begin(&a);
    a.who = (plm_api_who){.name = "chief", .role = PLM_USER_SUPERVISOR, .by = PLM_API_BY_TOKEN};
    for (size_t i = 0; i < plm_api_route_count(); i++) {
        const plm_api_route *route = plm_api_route_at(i);
        if ((route->flags & PLM_API_SIGNS) != 0) {
            n++;
            ask(&a, route->method, route->path, "no JSON");
            if (!CHECK_EQ_INT(a.call.answer.status, 409)) {
                printf("# %s %s\n", route->method, route->path);
            }
        }
    }
    CHECK(n > 5);
    a.api.has_seed = true;
    ask(&a, "POST", "/v1/runs", "no JSON");
    CHECK_EQ_INT(a.call.answer.status, 400);
    plm_api_call_wipe(&a.call);
    fixture_close(&a.f);
}

/* A beginning that two accords have names neither. */
static void test_a_beginning_of_several_accords(void)
{
    static asking a;
    uint8_t hash[2][32] = {{0xab, 0xcd, 0xef, 0x01, 0x02}, {0xab, 0xcd, 0xef, 0x01, 0x03}};
    begin(&a);
    a.who = (plm_api_who){.name = "aud", .role = PLM_USER_AUDITOR, .by = PLM_API_BY_TOKEN};
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(plm_store_put_accord(a.f.store, hash[i], plm_span_str("no accord"), 1),
                     PLM_OK);
    }
    ask(&a, "GET", "/v1/accords/abcdef01", "");
    CHECK_EQ_INT(a.call.answer.status, 409);
    ask(&a, "GET", "/v1/accords/abcdef0104", "");
    CHECK_EQ_INT(a.call.answer.status, 404);
    ask(&a, "GET", "/v1/accords/abcdef", "");
    CHECK_EQ_INT(a.call.answer.status, 404);
    ask(&a, "GET", "/v1/accords/abcdef0102", "");
    CHECK(a.call.answer.status != 409 && a.call.answer.status != 404); /* its text is none */
    plm_api_call_wipe(&a.call);
    fixture_close(&a.f);
}

static json_int_t told_of(const asking *a, const char *member)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    CHECK_STATUS(plm_json_parse(&json, plm_buf_span(&a->call.answer.body), &quiet, NULL, 0),
                 PLM_OK);
    const json_t *loading = json_object_get(json, "loading");
    const json_int_t n =
        json_is_null(loading) ? -1 : json_integer_value(json_object_get(loading, member));
    json_decref(json);
    return n;
}

/* How far a load is, as another request sees it; it ends when its file is deleted. */
static void test_a_load_is_watched(void)
{
    static const char id[] = "00112233445566778899aabbccddeeff";
    static const char path[] = "/v1/uploads/00112233445566778899aabbccddeeff";
    static plm_load_watcher watcher;
    static plm_load_watcher second;
    static asking a;
    char directory[PATH_MAX];
    char file[PATH_MAX];
    begin(&a);
    a.api.home = a.f.directory;
    a.who = (plm_api_who){.name = "ana", .role = PLM_USER_ANALYST, .by = PLM_API_BY_TOKEN};
    (void)snprintf(directory, sizeof directory, "%s/uploads", a.f.directory);
    CHECK(mkdir(directory, 0700) == 0);
    (void)snprintf(file, sizeof file, "%.200s/%s", directory, id);
    CHECK_STATUS(plm_file_write(file, plm_span_str("id\n1\n"), 0600, true), PLM_OK);
    ask(&a, "GET", path, "");
    CHECK_EQ_INT(a.call.answer.status, 200);
    CHECK_EQ_INT(told_of(&a, "done"), -1);
    plm_load_watch_begin(&watcher, &a.api, id);
    plm_load_watch_begin(&second, &a.api, id); /* the same file twice: the first one's steps */
    CHECK_STATUS(plm_load_watch_tell(&watcher, "read", 3, 5), PLM_OK);
    CHECK_STATUS(plm_load_watch_tell(&second, "read", 1, 5), PLM_OK);
    ask(&a, "GET", path, "");
    CHECK_EQ_INT(told_of(&a, "done"), 3);
    CHECK_EQ_INT(told_of(&a, "total"), 5);
    plm_load_watch_end(&second);
    plm_load_watch_end(&watcher);
    ask(&a, "GET", path, "");
    CHECK_EQ_INT(told_of(&a, "done"), -1);
    plm_load_watch_begin(&watcher, &a.api, id);
    ask(&a, "DELETE", path, "");
    CHECK_EQ_INT(a.call.answer.status, 200);
    CHECK_STATUS(plm_load_watch_tell(&watcher, "read", 4, 5), PLM_E_CANCELLED);
    plm_load_watch_end(&watcher);
    ask(&a, "GET", path, "");
    CHECK_EQ_INT(a.call.answer.status, 404);
    CHECK(rmdir(directory) == 0); /* nothing was left in it */
    plm_api_call_wipe(&a.call);
    fixture_close(&a.f);
}

static void test_passwords(void)
{
    char hash[PLM_PASSWORD_HASH_MAX];
    CHECK_STATUS(plm_api_password_hash(hash, "a long password"), PLM_OK);
    CHECK(strncmp(hash, "$argon2id$", 10) == 0);
    CHECK_STATUS(plm_api_password_check(hash, "a long password"), PLM_OK);
    CHECK_STATUS(plm_api_password_check(hash, "a long passwore"), PLM_E_AUTH);
    CHECK_STATUS(plm_api_password_check("", ""), PLM_E_AUTH);
    CHECK(plm_api_is_user_name("a.b-c_9") && !plm_api_is_user_name("") &&
          !plm_api_is_user_name("A") && !plm_api_is_user_name("a b"));
}

static void test_the_channel(void)
{
    static plm_channel_ask ask_in;
    static plm_channel_ask ask_out;
    plm_channel_answer in = {.status = 201, .bytes = 7, .is_replayed = true, .retry_after_s = 3};
    plm_channel_answer out;
    plm_buf b;
    plm_buf_init(&b, 65536);
    ask_in =
        (plm_channel_ask){.method = "PUT", .target = "/v1", .body_bytes = 9, .is_operator = true};
    CHECK_STATUS(plm_channel_write_ask(&b, &ask_in), PLM_OK);
    CHECK_STATUS(plm_channel_read_ask(&ask_out, plm_buf_span(&b)), PLM_OK);
    CHECK_EQ_MEM(&ask_in, &ask_out, sizeof ask_in);
    for (size_t n = 0; n < b.n; n++) {
        CHECK_STATUS(plm_channel_read_ask(&ask_out, plm_span_of(b.data, n)), PLM_E_PROTOCOL);
    }
    plm_buf_clear(&b);
    (void)snprintf(in.type, sizeof in.type, "text/plain");
    CHECK_STATUS(plm_channel_write_answer(&b, &in), PLM_OK);
    CHECK_STATUS(plm_channel_read_answer(&out, plm_buf_span(&b)), PLM_OK);
    CHECK_EQ_MEM(&in, &out, sizeof in);
    plm_buf_wipe(&b);
}

int main(void)
{
    CHECK(plm_crypto_init() == PLM_OK);
    read_description();
    TAP_RUN(test_every_route_is_described);
    TAP_RUN(test_every_description_has_its_route);
    TAP_RUN(test_targets);
    TAP_RUN(test_origins);
    TAP_RUN(test_roles);
    TAP_RUN(test_signing_needs_the_key);
    TAP_RUN(test_a_beginning_of_several_accords);
    TAP_RUN(test_a_load_is_watched);
    TAP_RUN(test_passwords);
    TAP_RUN(test_the_channel);
    json_decref(description);
    return tap_done();
}
