/* SPDX-License-Identifier: Apache-2.0 */
/* The strict reader of JSON: what it refuses, and that it says where. */
#include "base/json.h"
#include "tap.h"

#include <stdlib.h>

typedef struct said {
    unsigned n;
    uint64_t line;
    char file[32];
    char field[256];
    char reason[600];
} said;

static void remember(void *context, const plm_diag *diag)
{
    said *s = (said *)context;
    s->n++;
    s->line = diag->line;
    (void)snprintf(s->file, sizeof s->file, "%s", diag->file ? diag->file : "");
    (void)snprintf(s->field, sizeof s->field, "%s", diag->field ? diag->field : "(none)");
    (void)snprintf(s->reason, sizeof s->reason, "%s", diag->reason);
}

static plm_status parse(json_t **out, const char *text, size_t n, said *s)
{
    const plm_diag_sink sink = {remember, s};
    memset(s, 0, sizeof *s);
    return plm_json_parse(out, plm_span_of(text, n), &sink, "f.json", 10);
}

static void test_documents(void)
{
#define TEXT(t) t, sizeof t - 1
    static const struct {
        const char *text;
        size_t n;
        plm_status status;
        uint64_t line; /* of the mistake; the document begins at line 10 */
    } cases[] = {
        {TEXT("{}"), PLM_OK, 0},
        {TEXT(" [1, -2.5e3, \"\\u0416\\ud83d\\ude00\", true, null, {\"\": []}]\n\t\r "), PLM_OK, 0},
        {TEXT("7"), PLM_OK, 0},
        {TEXT("\"\""), PLM_OK, 0},
        {TEXT("null"), PLM_OK, 0},
        {TEXT("9223372036854775807"), PLM_OK, 0},
        {TEXT("9223372036854775808"), PLM_E_SYNTAX, 10},
        {TEXT("1e999"), PLM_E_SYNTAX, 10},
        {TEXT(""), PLM_E_SYNTAX, 10},
        {TEXT("  "), PLM_E_SYNTAX, 10},
        {TEXT("{}{}"), PLM_E_SYNTAX, 10},
        {TEXT("[1,\n2,\n]"), PLM_E_SYNTAX, 12},
        {TEXT("[1,\n2\n3]"), PLM_E_SYNTAX, 12},
        {TEXT("{\"a\":1,\n\"a\":2}"), PLM_E_SYNTAX, 11},
        {TEXT("{\"a\":1,\"\\u0061\":2}"), PLM_E_SYNTAX, 10},
        {TEXT("{a:1}"), PLM_E_SYNTAX, 10},
        {TEXT("['a']"), PLM_E_SYNTAX, 10},
        {TEXT("[01]"), PLM_E_SYNTAX, 10},
        {TEXT("[+1]"), PLM_E_SYNTAX, 10},
        {TEXT("[1.]"), PLM_E_SYNTAX, 10},
        {TEXT("[NaN]"), PLM_E_SYNTAX, 10},
        {TEXT("// x\n1"), PLM_E_SYNTAX, 10},
        {TEXT("\xef\xbb\xbf{}"), PLM_E_SYNTAX, 10},
        {TEXT("\"\xc0\xaf\""), PLM_E_SYNTAX, 10},
        {TEXT("\"\xed\xa0\x80\""), PLM_E_SYNTAX, 10},
        {TEXT("\"\xf4\x90\x80\x80\""), PLM_E_SYNTAX, 10},
        {TEXT("\"\xe2\x82"), PLM_E_SYNTAX, 10},
        {TEXT("\"\\ud800\""), PLM_E_SYNTAX, 10},
        {TEXT("\"\\u0000\""), PLM_E_SYNTAX, 10},
        {TEXT("{\"\\u0000\":1}"), PLM_E_SYNTAX, 10},
        {TEXT("[1]\0"), PLM_E_SYNTAX, 10},
        {TEXT("\"a\nb\""), PLM_E_SYNTAX, 10},
        {TEXT("\"\\x\""), PLM_E_SYNTAX, 10},
        {TEXT("[\"abc"), PLM_E_SYNTAX, 10},
        {TEXT("{\"a\""), PLM_E_SYNTAX, 10},
    };
#undef TEXT
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        said s;
        json_t *value = NULL;
        bool good = CHECK_STATUS(parse(&value, cases[i].text, cases[i].n, &s), cases[i].status);
        if (cases[i].status == PLM_OK) {
            good &= CHECK(value != NULL && s.n == 0);
        } else {
            good &= CHECK(value == NULL);
            good &= CHECK_EQ_INT(s.n, 1);
            good &= CHECK_EQ_INT(s.line, cases[i].line);
            good &= CHECK_EQ_STR(s.file, "f.json");
        }
        if (!good) {
            printf("# case %zu: %s: %s\n", i, cases[i].text, s.reason);
        }
        json_decref(value);
    }
}

/* n opening brackets, a line each, and as many closing ones. */
static plm_status parse_nested(size_t n, char open, char close, said *s)
{
    char text[3 * 200];
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        text[used++] = '\n';
        text[used++] = open;
    }
    for (size_t i = 0; i < n; i++) {
        text[used++] = close;
    }
    json_t *value = NULL;
    plm_status status = parse(&value, text, used, s);
    json_decref(value);
    return status;
}

static void test_depth(void)
{
    said s;
    CHECK_STATUS(parse_nested(32, '[', ']', &s), PLM_OK);
    CHECK_STATUS(parse_nested(33, '[', ']', &s), PLM_E_SYNTAX);
    CHECK_EQ_INT(s.line, 10 + 33);
    CHECK(strstr(s.reason, "32") != NULL);
    CHECK_STATUS(parse_nested(150, '[', ']', &s), PLM_E_SYNTAX);
    CHECK_STATUS(parse_nested(150, '{', '}', &s), PLM_E_SYNTAX);
    CHECK(strstr(s.reason, "deeper") != NULL);
    /* Brackets in strings are text, and an escaped quotation mark ends no string. */
    char text[400] = "[\"\\\"\\\\";
    json_t *value = NULL;
    memset(text + strlen(text), '[', 100);
    (void)snprintf(text + 106, sizeof text - 106, "\",[],[],{}]");
    CHECK_STATUS(parse(&value, text, strlen(text), &s), PLM_OK);
    json_decref(value);
    /* Many beside each other are not deep. */
    memset(text, 0, sizeof text);
    text[0] = '[';
    for (size_t i = 0; i < 100; i++) {
        (void)snprintf(text + 1 + 3 * i, 8, "[],");
    }
    (void)snprintf(text + 301, 8, "[]]");
    CHECK_STATUS(parse(&value, text, strlen(text), &s), PLM_OK);
    json_decref(value);
}

static const char document[] =
    "{\"o\":{\"list\":[0,{\"k\":\"v\\u0085\"},\"\\u0416\"],\"n\":5,\"b\":true,\"r\":1.0,"
    "\"h\":\"00ff\",\"H\":\"00FF\",\"c\":\"two\",\"tab\":\"a\\tb\"}}";

typedef struct opened {
    json_t *value;
    said s;
    plm_diag_sink sink;
    plm_json_at root;
    plm_json_at o;
} opened;

static void open_document(opened *d)
{
    d->value = NULL;
    CHECK_STATUS(parse(&d->value, document, sizeof document - 1, &d->s), PLM_OK);
    d->sink = (plm_diag_sink){remember, &d->s};
    d->root = plm_json_root(d->value, &d->sink, "f.json", 3);
    d->o = plm_json_member(&d->root, "o");
}

/* The getter said one thing, of that pointer. */
static bool blamed(opened *d, plm_status status, const char *pointer)
{
    bool good = CHECK_STATUS(status, PLM_E_INVALID);
    good &= CHECK_EQ_INT(d->s.n, 1);
    good &= CHECK_EQ_STR(d->s.field, pointer);
    good &= CHECK_EQ_INT(d->s.line, 3);
    good &= CHECK_EQ_STR(d->s.file, "f.json");
    memset(&d->s, 0, sizeof d->s);
    return good;
}

static void test_objects_and_arrays(void)
{
    static const char *const all[] = {"list", "n", "b", "r", "h", "H", "c", "tab", "more", NULL};
    static const char *const few[] = {"list", "n", "b", "r", "h", "H", "c", NULL};
    opened d;
    size_t n = 99;
    open_document(&d);
    const plm_json_at list = plm_json_member(&d.o, "list");
    const plm_json_at none = plm_json_member(&d.o, "more");
    const plm_json_at second = plm_json_element(&list, 1);
    const plm_json_at k = plm_json_member(&second, "k");
    CHECK(none.value == NULL && d.s.n == 0);
    CHECK_STATUS(plm_json_object(&d.o, all), PLM_OK);
    blamed(&d, plm_json_object(&d.o, few), "/o");
    blamed(&d, plm_json_object(&list, all), "/o/list");
    blamed(&d, plm_json_object(&none, all), "/o/more");
    CHECK_STATUS(plm_json_array(&list, 3, 3, &n), PLM_OK);
    CHECK_EQ_INT(n, 3);
    n = 99;
    blamed(&d, plm_json_array(&list, 4, 9, &n), "/o/list");
    blamed(&d, plm_json_array(&list, 0, 2, &n), "/o/list");
    blamed(&d, plm_json_array(&d.o, 0, 9, &n), "/o");
    blamed(&d, plm_json_array(&none, 0, 9, &n), "/o/more");
    CHECK_EQ_INT(n, 99);
    blamed(&d, plm_json_error(&k, "is %s", "odd"), "/o/list/1/k");
    blamed(&d, plm_json_error(&d.root, "is odd"), "/");
    json_decref(d.value);
}

static void test_strings(void)
{
    static const char *const names[] = {"one", "two", NULL};
    static const char *const others[] = {"one", NULL};
    opened d;
    const char *text = "untouched";
    size_t which = 99;
    uint8_t bytes[2] = {7, 7};
    open_document(&d);
    const plm_json_at c = plm_json_member(&d.o, "c");
    const plm_json_at h = plm_json_member(&d.o, "h");
    const plm_json_at capitals = plm_json_member(&d.o, "H");
    const plm_json_at tab = plm_json_member(&d.o, "tab");
    const plm_json_at n = plm_json_member(&d.o, "n");
    const plm_json_at list = plm_json_member(&d.o, "list");
    const plm_json_at first = plm_json_element(&list, 1);
    const plm_json_at c1 = plm_json_member(&first, "k");
    const plm_json_at zhe = plm_json_element(&list, 2);
    blamed(&d, plm_json_string(&c, 4, 9, &text), "/o/c");
    blamed(&d, plm_json_string(&c, 0, 2, &text), "/o/c");
    blamed(&d, plm_json_string(&tab, 0, 9, &text), "/o/tab");
    blamed(&d, plm_json_string(&c1, 0, 9, &text), "/o/list/1/k");
    blamed(&d, plm_json_string(&n, 0, 9, &text), "/o/n");
    blamed(&d, plm_json_string(&zhe, 1, 1, &text), "/o/list/2"); /* two bytes */
    CHECK_EQ_STR(text, "untouched");
    CHECK_STATUS(plm_json_string(&zhe, 2, 2, &text), PLM_OK);
    CHECK_EQ_STR(text, "\xd0\x96");
    CHECK_STATUS(plm_json_string(&c, 3, 3, &text), PLM_OK);
    CHECK_EQ_STR(text, "two");
    CHECK_STATUS(plm_json_choice(&c, names, &which), PLM_OK);
    CHECK_EQ_INT(which, 1);
    blamed(&d, plm_json_choice(&c, others, &which), "/o/c");
    blamed(&d, plm_json_choice(&n, names, &which), "/o/n");
    CHECK_EQ_INT(which, 1);
    blamed(&d, plm_json_hex(&capitals, bytes, 2), "/o/H");
    blamed(&d, plm_json_hex(&h, bytes, 1), "/o/h");
    blamed(&d, plm_json_hex(&c, bytes, 2), "/o/c");
    CHECK(bytes[0] == 7 && bytes[1] == 7);
    CHECK_STATUS(plm_json_hex(&h, bytes, 2), PLM_OK);
    CHECK(bytes[0] == 0 && bytes[1] == 255);
    json_decref(d.value);
}

static void test_numbers(void)
{
    opened d;
    int64_t v = 99;
    bool yes = false;
    open_document(&d);
    const plm_json_at n = plm_json_member(&d.o, "n");
    const plm_json_at b = plm_json_member(&d.o, "b");
    const plm_json_at r = plm_json_member(&d.o, "r");
    blamed(&d, plm_json_integer(&n, 6, 9, &v), "/o/n");
    blamed(&d, plm_json_integer(&n, -9, 4, &v), "/o/n");
    blamed(&d, plm_json_integer(&r, 0, 9, &v), "/o/r"); /* 1.0 is no integer here */
    blamed(&d, plm_json_integer(&b, 0, 9, &v), "/o/b");
    CHECK_EQ_INT(v, 99);
    CHECK_STATUS(plm_json_integer(&n, 5, 5, &v), PLM_OK);
    CHECK_EQ_INT(v, 5);
    blamed(&d, plm_json_boolean(&n, &yes), "/o/n");
    CHECK_STATUS(plm_json_boolean(&b, &yes), PLM_OK);
    CHECK(yes);
    json_decref(d.value);
}

/* However deep and long, a pointer is cut and never written past its end. */
static void test_long_pointers(void)
{
    char key[300];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    opened d;
    open_document(&d);
    plm_json_at chain[40];
    chain[0] = d.root;
    for (size_t i = 1; i < 40; i++) {
        chain[i] = plm_json_member(&chain[i - 1], key);
    }
    for (size_t i = 1; i < 40; i++) {
        CHECK_STATUS(plm_json_error(&chain[i], "is odd"), PLM_E_INVALID);
        CHECK(strlen(d.s.field) > 100 && strlen(d.s.field) < sizeof d.s.field);
    }
    json_decref(d.value);
}

static void test_dump(void)
{
    plm_buf out;
    opened d;
    said s;
    json_t *back = NULL;
    open_document(&d);
    plm_buf_init(&out, 4096);
    CHECK_STATUS(plm_buf_append_u8(&out, '#'), PLM_OK);
    CHECK_STATUS(plm_json_dump(d.value, true, &out), PLM_OK);
    CHECK(out.data[0] == '#' && out.data[out.n - 1] == '\n');
    CHECK_STATUS(parse(&back, (const char *)out.data + 1, out.n - 1, &s), PLM_OK);
    CHECK(json_equal(back, d.value));
    json_decref(back);
    plm_buf_clear(&out);
    json_t *unsorted = json_pack("{s:i, s:[i,n], s:s}", "b", 2, "c", 3, "a", "\xd0\x96");
    CHECK_STATUS(plm_json_dump(unsorted, false, &out), PLM_OK);
    CHECK(plm_span_equal(plm_buf_span(&out),
                         plm_span_str("{\"a\":\"\xd0\x96\",\"b\":2,\"c\":[3,null]}")));
    json_decref(unsorted);
    plm_buf_wipe(&out);
    /* One byte too few: nothing is written at all. */
    for (size_t max = 0; max < 100; max++) {
        plm_buf_init(&out, max);
        plm_status status = plm_json_dump(d.value, false, &out);
        CHECK((status == PLM_E_LIMIT || status == PLM_E_NOMEM) && out.n == 0);
        plm_buf_wipe(&out);
    }
    json_decref(d.value);
}

/* In words of ours: the library would name a flag of its own. */
static void test_the_character_nul(void)
{
    static const char *const texts[] = {"[\"a\\u0000b\"]", "{\"a\\u0000b\": 1}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *value = NULL;
        said s;
        CHECK_STATUS(parse(&value, texts[i], strlen(texts[i]), &s), PLM_E_SYNTAX);
        CHECK_EQ_STR(s.reason, "not valid JSON: a text has the character U+0000 in it");
    }
}

int main(void)
{
    TAP_RUN(test_documents);
    TAP_RUN(test_depth);
    TAP_RUN(test_objects_and_arrays);
    TAP_RUN(test_strings);
    TAP_RUN(test_numbers);
    TAP_RUN(test_long_pointers);
    TAP_RUN(test_dump);
    TAP_RUN(test_the_character_nul);
    return tap_done();
}
