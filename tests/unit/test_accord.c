/* SPDX-License-Identifier: Apache-2.0 */
/* Reading accords: what is taken in, and what is refused at which pointer. */
#include "accord/accord.h"
#include "accord_fixture.h"
#include "tap.h"

static void test_valid(void)
{
    plm_accord *a = fixture_accord();
    if (!CHECK(a != NULL)) {
        return;
    }
    CHECK_EQ_STR(a->title, "A test");
    CHECK_EQ_INT(a->in_force_after, 2);
    CHECK(a->expires.year == 2030 && a->expires.month == 6 && a->expires.day == 30);
    CHECK_EQ_INT(a->n_parties, 3);
    CHECK_EQ_STR(a->parties[2].code, "CC-3");
    CHECK_EQ_STR(a->parties[1].name, "Authorité № 1");
    CHECK_EQ_STR(a->parties[1].kind, "police");
    CHECK_EQ_STR(a->parties[1].address, "node.example.org:7143");
    CHECK_EQ_STR(a->parties[1].contact, "+39 06 0000");
    CHECK(a->parties[1].n_languages == 2 && a->parties[1].n_death_penalty == 1);
    CHECK_EQ_STR(a->parties[1].languages[1], "en");
    CHECK_EQ_STR(a->parties[1].death_penalty[0], "DRUGS88.3.1");
    CHECK_EQ_STR(a->parties[1].assurances, "neither sought nor carried out");
    CHECK(a->notice_days == 30 && !a->amends);
    uint8_t seed[32];
    uint8_t key[32];
    fixture_seed(seed, 1);
    plm_identity_public(key, seed);
    CHECK_EQ_MEM(a->parties[1].identity, key, 32);
    uint8_t digest[32];
    plm_recipe_digest(digest);
    CHECK_EQ_MEM(a->recipe_digest, digest, 32);
    CHECK(plm_accord_party(a, "BB-TWO") == &a->parties[1]);
    CHECK(plm_accord_party(a, "BB-TW") == NULL);
    CHECK(plm_accord_purpose(a, "protect-1") == &a->purposes[1]);
    CHECK(plm_accord_purpose(a, "protect") == NULL);
    plm_accord_destroy(a);
    plm_accord_destroy(NULL);
}

static void test_valid_purposes(void)
{
    plm_accord *a = fixture_accord();
    if (!CHECK(a != NULL) || !CHECK_EQ_INT(a->n_purposes, 2)) {
        return;
    }
    const plm_purpose *p = &a->purposes[0];
    CHECK_EQ_STR(p->code, "crime");
    CHECK_EQ_STR(p->title, "A purpose");
    CHECK_EQ_INT(p->aim, PLM_AIM_SUSPECT);
    CHECK_EQ_INT(p->n_offences, 2);
    CHECK_EQ_STR(p->offences[0], "UNTOC.5");
    CHECK_EQ_STR(p->offences[1], "TIP.5");
    CHECK_EQ_INT(p->asker_roles, 1 << PLM_ROLE_SUSPECT | 1 << PLM_ROLE_WANTED);
    CHECK_EQ_INT(p->holder_roles,
                 1 << PLM_ROLE_SUSPECT | 1 << PLM_ROLE_CONVICTED | 1 << PLM_ROLE_STOLEN);
    CHECK_EQ_INT(p->n_rules, 2);
    CHECK(p->rules[0] == 0 && p->rules[1] == 1); /* ascending, though written the other way round */
    CHECK_EQ_INT(p->engine, PLM_ENGINE_CHOICE_OPRF);
    CHECK_EQ_INT(p->learns, PLM_LEARNS_HOLDER);
    CHECK_EQ_INT(p->budget.tokens_per_run, 1000);
    CHECK_EQ_INT(p->budget.tokens_per_day, 2500);
    CHECK_EQ_INT(p->budget.runs_per_day, 3);
    CHECK_EQ_INT(p->smallest_set, 20);
    CHECK_EQ_INT(p->pad_to, 10);
    CHECK_EQ_INT(p->retention_days, 90);
    CHECK_EQ_INT(p->budget.lookups_per_hour, 60);
    CHECK_EQ_INT(p->approval, PLM_APPROVAL_OFFICER);
    CHECK(p->urgent_hours == 48 && p->ordinary_days == 14 && !p->has_person_rules);
    CHECK_EQ_STR(plm_label_name(1), "role");
    CHECK((p->labels & 2) != 0 && (p->labels & 1) == 0);
    CHECK_EQ_INT(a->purposes[1].aim, PLM_AIM_PROTECTION);
    CHECK_EQ_INT(a->purposes[1].asker_roles, 1 << PLM_ROLE_MISSING);
    CHECK_EQ_INT(a->purposes[1].holder_roles, 1 << PLM_ROLE_VICTIM | 1 << PLM_ROLE_WITNESS);
    CHECK_EQ_INT(a->purposes[1].learns, PLM_LEARNS_BOTH);
    plm_accord_destroy(a);
}

/* One change to the valid document, and the pointer that must be named; NULL: still valid. */
typedef struct change {
    const char *pointer;
    const char *value;
    const char *blamed;
} change;

#define BIG_TEXT                                                             \
    "0123456789012345678901234567890123456789012345678901234567890123456789" \
    "0123456789012345678901234567890123456789012345678901234567890123456789" \
    "0123456789012345678901234567890123456789012345678901234567890"
#define KEY32 "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\""

static const change changes[] = {
    {"/palermo", NULL, "/palermo"},
    {"/palermo", "\"accord/1\"", "/palermo"},
    {"/palermo", "\"accord/3\"", "/palermo"},
    {"/palermo", "1", "/palermo"},
    {"/title", NULL, "/title"},
    {"/title", "\"\"", "/title"},
    {"/title", "\"a\\u0007b\"", "/title"},
    {"/title", "\"a\\u009fb\"", "/title"},
    {"/title", "\"" BIG_TEXT "\"", "/title"},
    {"/title", "\"\\u0416\\ud83d\\ude00\"", NULL},
    {"/recipe", NULL, "/recipe"},
    {"/recipe", "\"00\"", "/recipe"},
    {"/recipe",
     "\""
     "00112233445566778899AABBccddeeff00112233445566778899aabbccddeeff"
     "\"",
     "/recipe"},
    {"/recipe", KEY32, NULL},
    {"/in_force_after", NULL, "/in_force_after"},
    {"/in_force_after", "1", "/in_force_after"},
    {"/in_force_after", "0", "/in_force_after"},
    {"/in_force_after", "-2", "/in_force_after"},
    {"/in_force_after", "3", NULL},
    {"/in_force_after", "4", "/in_force_after"},
    {"/in_force_after", "2.0", "/in_force_after"},
    {"/in_force_after", "\"2\"", "/in_force_after"},
    {"/in_force_after", "4294967298", "/in_force_after"}, /* 2 after a cast to 32 bits */
    {"/expires", NULL, "/expires"},
    {"/expires", "\"2030-06-31\"", "/expires"},
    {"/expires", "\"2030-02-29\"", "/expires"},
    {"/expires", "\"2028-02-29\"", NULL},
    {"/expires", "\"2030-06-XX\"", "/expires"},
    {"/expires", "\"2030-XX-30\"", "/expires"},
    {"/expires", "\"2030-06\"", "/expires"},
    {"/expires", "\"0000-06-01\"", "/expires"},
    {"/expires", "\"30.06.2030\"", "/expires"},
    {"/notice_days", NULL, "/notice_days"},
    {"/notice_days", "-1", "/notice_days"},
    {"/notice_days", "0", NULL},
    {"/notice_days", "3651", "/notice_days"},
    {"/amends", KEY32, NULL},
    {"/amends", "\"00\"", "/amends"},
    {"/parties", NULL, "/parties"},
    {"/parties", "{}", "/parties"},
    {"/parties", "[]", "/parties"},
    {"/parties/2", "7", "/parties/2"},
    {"/parties/1/code", NULL, "/parties/1/code"},
    {"/parties/1/code", "\"AA-ONE\"", "/parties/1/code"},
    {"/parties/1/code", "\"A\"", "/parties/1/code"},
    {"/parties/1/code", "\"A2\"", NULL},
    {"/parties/1/code", "\"aa-two\"", "/parties/1/code"},
    {"/parties/1/code", "\"AA/TWO\"", "/parties/1/code"},
    {"/parties/1/code", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345\"", NULL},
    {"/parties/1/code", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456\"", "/parties/1/code"},
    {"/parties/1/name", NULL, "/parties/1/name"},
    {"/parties/1/kind", "\"Police\"", "/parties/1/kind"},
    {"/parties/1/kind", "\"-x\"", "/parties/1/kind"},
    {"/parties/1/kind", "\"coast-guard\"", NULL},
    {"/parties/1/identity_key", NULL, "/parties/1/identity_key"},
    {"/parties/1/identity_key", "\"zz\"", "/parties/1/identity_key"},
    {"/parties/1/address", "\"node\"", "/parties/1/address"},
    {"/parties/1/address", "\":80\"", "/parties/1/address"},
    {"/parties/1/address", "\"node:0\"", "/parties/1/address"},
    {"/parties/1/address", "\"node:080\"", "/parties/1/address"},
    {"/parties/1/address", "\"node:65535\"", NULL},
    {"/parties/1/address", "\"node:65536\"", "/parties/1/address"},
    {"/parties/1/address", "\"node:99999\"", "/parties/1/address"},
    {"/parties/1/address", "\"no de:80\"", "/parties/1/address"},
    {"/parties/1/address", "\"node:80/x\"", "/parties/1/address"},
    {"/parties/1/address", "\"10.0.0.1:80\"", NULL},
    {"/parties/1/address", "\"[2001:db8::1]:80\"", NULL},
    {"/parties/1/address", "\"[2001:db8::1]\"", "/parties/1/address"},
    {"/parties/1/address", "\"2001:db8::1:80\"", "/parties/1/address"},
    {"/parties/1/contact", "\"\"", "/parties/1/contact"},
    {"/parties/1/languages", NULL, "/parties/1/languages"},
    {"/parties/1/languages", "[]", "/parties/1/languages"},
    {"/parties/1/languages/0", "\"ita\"", NULL},
    {"/parties/1/languages/0", "\"IT\"", "/parties/1/languages/0"},
    {"/parties/1/languages/0", "\"en\"", "/parties/1/languages/1"},
    {"/parties/1/languages/0", "\"i\"", "/parties/1/languages/0"},
    {"/parties/1/death_penalty", NULL, "/parties/1/death_penalty"},
    {"/parties/1/death_penalty", "[]", NULL},
    {"/parties/1/death_penalty/0", "\"APOSTASY\"", "/parties/1/death_penalty/0"},
    {"/parties/1/assurances", NULL, NULL},
    {"/parties/1/assurances", "\"\"", "/parties/1/assurances"},
    {"/parties/1/nickname", "\"x\"", "/parties/1"},
    {"/purposes", "[]", "/purposes"},
    {"/purposes/1", "null", "/purposes/1"},
    {"/purposes/1/code", "\"crime\"", "/purposes/1/code"},
    {"/purposes/1/code", "\"Crime\"", "/purposes/1/code"},
    {"/purposes/1/code", "\"\"", "/purposes/1/code"},
    {"/purposes/0/aim", "\"tally\"", "/purposes/0/aim"},
    {"/purposes/0/aim", NULL, "/purposes/0/aim"},
    {"/purposes/0/aim", "\"protection\"", NULL},
    {"/purposes/1/aim", "\"suspect\"", "/purposes/1/roles/asker/0"},
    {"/purposes/0/offences", "[]", "/purposes/0/offences"},
    {"/purposes/0/offences/1", "\"EXTREMISM\"", "/purposes/0/offences/1"},
    {"/purposes/0/offences/1", "\"untoc.5\"", "/purposes/0/offences/1"},
    {"/purposes/0/offences/1", "\"UNTOC.5\"", "/purposes/0/offences/1"},
    {"/purposes/0/offences/1", "5", "/purposes/0/offences/1"},
    {"/purposes/0/offences/-", "\"UNSC.41\"", NULL},
    {"/purposes/0/roles", NULL, "/purposes/0/roles"},
    {"/purposes/0/roles/both", "[]", "/purposes/0/roles"},
    {"/purposes/0/roles/holder", NULL, "/purposes/0/roles/holder"},
    {"/purposes/0/roles/holder", "[]", "/purposes/0/roles/holder"},
    {"/purposes/0/roles/holder/1", "\"suspect\"", "/purposes/0/roles/holder/1"},
    {"/purposes/0/roles/holder/1", "\"king\"", "/purposes/0/roles/holder/1"},
    {"/purposes/0/roles/holder/1", "\"victim\"", "/purposes/0/roles/holder/1"},
    {"/purposes/0/roles/holder/1", "\"witness\"", "/purposes/0/roles/holder/1"},
    {"/purposes/0/roles/asker/1", "\"missing\"", "/purposes/0/roles/asker/1"},
    {"/purposes/0/roles/asker/1", "\"lost\"", NULL},
    {"/purposes/0/rules", "[]", "/purposes/0/rules"},
    {"/purposes/0/rules/1", "\"shoe size\"", "/purposes/0/rules/1"},
    {"/purposes/0/rules/0", "false", "/purposes/0/rules/0"},
    {"/purposes/0/engine", "\"hashes\"", "/purposes/0/engine"},
    {"/purposes/0/engine", "\"by_size\"", "/purposes/0/engine"},
    {"/purposes/0/engine", "2", "/purposes/0/engine"},
    {"/purposes/0/engine", NULL, "/purposes/0/engine"},
    {"/purposes/0/engine", "\"vole\"", NULL},
    {"/purposes/0/engine", "\"by-size\"", NULL},
    {"/purposes/0/learns", "\"everybody\"", "/purposes/0/learns"},
    {"/purposes/0/learns", "\"asker\"", NULL},
    {"/purposes/0/budgets", "7", "/purposes/0/budgets"},
    {"/purposes/0/budgets/tokens", "7", "/purposes/0/budgets"},
    {"/purposes/0/budgets/tokens_per_run", "0", "/purposes/0/budgets/tokens_per_run"},
    {"/purposes/0/budgets/tokens_per_run", "2147483647", NULL},
    {"/purposes/0/budgets/tokens_per_run", "2147483648", "/purposes/0/budgets/tokens_per_run"},
    {"/purposes/0/budgets/tokens_per_day", "0", "/purposes/0/budgets/tokens_per_day"},
    {"/purposes/0/budgets/tokens_per_day", "1000000000000", NULL},
    {"/purposes/0/budgets/tokens_per_day", "1000000000001", "/purposes/0/budgets/tokens_per_day"},
    {"/purposes/0/budgets/runs_per_day", "-1", "/purposes/0/budgets/runs_per_day"},
    {"/purposes/0/budgets/runs_per_day", "1000001", "/purposes/0/budgets/runs_per_day"},
    {"/purposes/0/smallest_set", "0", "/purposes/0/smallest_set"},
    {"/purposes/0/pad_to", "0", "/purposes/0/pad_to"},
    {"/purposes/0/pad_to", "1e1", "/purposes/0/pad_to"},
    {"/purposes/0/retention_days", "0", "/purposes/0/retention_days"},
    {"/purposes/0/retention_days", "36501", "/purposes/0/retention_days"},
    {"/purposes/0/budgets/lookups_per_hour", NULL, "/purposes/0/budgets/lookups_per_hour"},
    {"/purposes/0/budgets/lookups_per_hour", "0", NULL},
    {"/purposes/0/budgets/lookups_per_hour", "1000001", "/purposes/0/budgets/lookups_per_hour"},
    {"/purposes/0/approval", NULL, "/purposes/0/approval"},
    {"/purposes/0/approval", "\"two-officers\"", NULL},
    {"/purposes/0/approval", "\"boss\"", "/purposes/0/approval"},
    {"/purposes/0/labels", NULL, "/purposes/0/labels"},
    {"/purposes/0/labels", "[]", NULL},
    {"/purposes/0/labels/0", "\"religion\"", "/purposes/0/labels/0"},
    {"/purposes/0/labels/0", "\"offences\"", "/purposes/0/labels/1"},
    {"/purposes/0/deadlines", NULL, "/purposes/0/deadlines"},
    {"/purposes/0/deadlines/urgent_hours", "0", "/purposes/0/deadlines/urgent_hours"},
    {"/purposes/0/deadlines/ordinary_days", "366", "/purposes/0/deadlines/ordinary_days"},
    {"/purposes/0/person_rules",
     "{\"tables\": [" KEY32 "], \"records\": 50, \"expected_overlap\": 9, \"c\": 4, \"second_look\": false}", NULL},
    {"/purposes/0/person_rules",
     "{\"tables\": [" KEY32 ", " KEY32
     "], \"records\": 50, \"expected_overlap\": 9, \"c\": 4, \"second_look\": false}",
     "/purposes/0/person_rules/tables"},
    {"/purposes/0/person_rules",
     "{\"tables\": [" KEY32 "], \"records\": 0, \"expected_overlap\": 9, \"c\": 4, "
     "\"second_look\": false}",
     "/purposes/0/person_rules/records"},
    {"/purposes/0/person_rules",
     "{\"tables\": [" KEY32 "], \"records\": 50, \"expected_overlap\": 0, \"c\": 33, \"second_look\": false}",
     "/purposes/0/person_rules/c"},
    {"/purposes/0/person_rules", "{}", "/purposes/0/person_rules/second_look"},
    {"/purposes/0/person_rules", "null", "/purposes/0/person_rules"},
    {"/purposes/0/colour", "\"red\"", "/purposes/0"},
    {"/note", "\"hello\"", "/"},
};

static void test_changes(void)
{
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const change *c = &changes[i];
        fixture_diags diags = {0};
        json_t *document = fixture_document();
        plm_accord *accord = NULL;
        CHECK(fixture_set(document, c->pointer, c->value));
        plm_status status = fixture_parse(&accord, document, &diags);
        bool good = c->blamed == NULL ? status == PLM_OK && accord != NULL && diags.n == 0
                                      : status == PLM_E_INVALID && accord == NULL &&
                                            fixture_said(&diags, c->blamed);
        if (!CHECK(good)) {
            printf("# %s = %s: status %d, %u said, first %s: %s\n", c->pointer,
                   c->value ? c->value : "(none)", (int)status, diags.n, diags.field[0],
                   diags.reason[0]);
        }
        plm_accord_destroy(accord);
        json_decref(document);
    }
}

static void test_same_key(void)
{
    fixture_diags diags = {0};
    json_t *document = fixture_document();
    plm_accord *accord = NULL;
    json_t *parties = json_object_get(document, "parties");
    json_t *key = json_object_get(json_array_get(parties, 0), "identity_key");
    CHECK(json_object_set(json_array_get(parties, 2), "identity_key", key) == 0);
    CHECK_STATUS(fixture_parse(&accord, document, &diags), PLM_E_INVALID);
    CHECK_EQ_STR(diags.field[0], "/parties/2/identity_key");
    json_decref(document);
}

static void test_all_mistakes_are_told(void)
{
    fixture_diags diags = {0};
    json_t *document = fixture_document();
    plm_accord *accord = NULL;
    CHECK(fixture_set(document, "/title", "7"));
    CHECK(fixture_set(document, "/parties/0/kind", "7"));
    CHECK(fixture_set(document, "/purposes/0/offences/0", "\"HERESY\""));
    CHECK(fixture_set(document, "/purposes/1/pad_to", "0"));
    CHECK_STATUS(fixture_parse(&accord, document, &diags), PLM_E_INVALID);
    CHECK_EQ_INT(diags.n, 4);
    CHECK(fixture_said(&diags, "/title") && fixture_said(&diags, "/parties/0/kind") &&
          fixture_said(&diags, "/purposes/0/offences/0") &&
          fixture_said(&diags, "/purposes/1/pad_to"));
    CHECK(strstr(diags.reason[2], "not in the catalogue of treaty offences") != NULL);
    json_decref(document);
}

static void test_bytes(void)
{
    static const char *const texts[] = {"", "{", "[]x", "{\"palermo\":1,\"palermo\":1}",
                                        "\"\xff\""};
    plm_accord *accord = NULL;
    fixture_diags diags = {0};
    const plm_diag_sink sink = {fixture_collect, &diags};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        diags.n = 0;
        CHECK_STATUS(plm_accord_parse(&accord, plm_span_str(texts[i]), &sink, "x"), PLM_E_SYNTAX);
        CHECK_EQ_INT(diags.n, 1);
    }
    CHECK_STATUS(plm_accord_parse(&accord, plm_span_str("[]"), &sink, "x"), PLM_E_INVALID);
    CHECK_STATUS(plm_accord_parse(&accord, plm_span_str("7"), &sink, "x"), PLM_E_INVALID);
    CHECK(accord == NULL);
    char *long_text = (char *)malloc(PLM_ACCORD_BYTES_MAX + 1);
    if (CHECK(long_text != NULL)) {
        memset(long_text, ' ', PLM_ACCORD_BYTES_MAX + 1);
        const plm_span too_long = plm_span_of(long_text, PLM_ACCORD_BYTES_MAX + 1);
        CHECK_STATUS(plm_accord_parse(&accord, too_long, &sink, "x"), PLM_E_LIMIT);
        const plm_span longest = plm_span_of(long_text, PLM_ACCORD_BYTES_MAX);
        CHECK_STATUS(plm_accord_parse(&accord, longest, &sink, "x"), PLM_E_SYNTAX);
    }
    free(long_text);
}

/* The hash is over the bytes: another blank is another accord. */
static void test_hash(void)
{
    json_t *document = fixture_document();
    char *compact = json_dumps(document, JSON_COMPACT);
    char *wide = json_dumps(document, JSON_INDENT(1));
    const plm_diag_sink sink = {NULL, NULL};
    plm_accord *a = NULL;
    plm_accord *b = NULL;
    uint8_t hash[32];
    CHECK_STATUS(plm_accord_parse(&a, plm_span_str(compact), &sink, NULL), PLM_OK);
    CHECK_STATUS(plm_accord_parse(&b, plm_span_str(wide), &sink, NULL), PLM_OK);
    plm_hash256(hash, plm_span_str(compact));
    if (CHECK(a != NULL && b != NULL)) {
        CHECK_EQ_MEM(a->hash, hash, 32);
        CHECK(memcmp(a->hash, b->hash, 32) != 0);
    }
    plm_accord_destroy(a);
    plm_accord_destroy(b);
    free(compact);
    free(wide);
    json_decref(document);
}

static long allocations_left;

static void *failing_malloc(size_t n)
{
    return allocations_left-- > 0 ? malloc(n) : NULL;
}

/*
 * Every allocation of the JSON reader fails once; nothing is leaked (ASan) or half-made. Jansson
 * calls some of its failed allocations a mistake of syntax.
 */
static void test_out_of_memory(void)
{
    json_t *document = fixture_document();
    char *text = json_dumps(document, 0);
    json_decref(document);
    const plm_diag_sink sink = {NULL, NULL};
    plm_accord *accord = NULL;
    plm_status status = PLM_E_NOMEM;
    long n = 0;
    json_set_alloc_funcs(failing_malloc, free);
    for (; status != PLM_OK && n < 10000; n++) {
        allocations_left = n;
        status = plm_accord_parse(&accord, plm_span_str(text), &sink, NULL);
        if (status != PLM_OK &&
            !CHECK((status == PLM_E_NOMEM || status == PLM_E_SYNTAX) && accord == NULL)) {
            break;
        }
    }
    json_set_alloc_funcs(malloc, free);
    CHECK(n > 100 && status == PLM_OK);
    plm_accord_destroy(accord);
    free(text);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_valid);
    TAP_RUN(test_valid_purposes);
    TAP_RUN(test_changes);
    TAP_RUN(test_same_key);
    TAP_RUN(test_all_mistakes_are_told);
    TAP_RUN(test_bytes);
    TAP_RUN(test_hash);
    TAP_RUN(test_out_of_memory);
    return tap_done();
}
