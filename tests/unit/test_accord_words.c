/* SPDX-License-Identifier: Apache-2.0 */
/* What counts between two parties, and what changed between two accords, in plain words. */
#include "accord/explain.h"
#include "policy_fixture.h"
#include "tap.h"

static const plm_date day = {2030, 1, 1};
#define CATALOGUE "[\"TIP.5\", \"UNTOC.5\"]"

static bool has(const plm_buf *text, const char *what)
{
    /* Lines are broken at blanks: blanks and line feeds count as one blank. */
    char flat[1 << 16];
    size_t n = 0;
    for (size_t i = 0; i < text->n && n + 1 < sizeof flat; i++) {
        char c = text->data[i] == '\n' ? ' ' : (char)text->data[i];
        if (c != ' ' || n == 0 || flat[n - 1] != ' ') {
            flat[n++] = c;
        }
    }
    flat[n] = '\0';
    return strstr(flat, what) != NULL;
}

static bool says(const plm_buf *text, const char *what)
{
    return CHECK(has(text, what)) ||
           printf("# not said: %s\n%.*s", what, (int)text->n, (const char *)text->data) < 0;
}

static void explain(plm_buf *out, const plm_accord *a, const char *theirs, const char *ours)
{
    fixture_force force = {.state.today = day};
    CHECK(fixture_ratify(&force, "AA-ONE", ours, CATALOGUE));
    CHECK(fixture_ratify(&force, "BB-TWO", theirs, "[\"TIP.5\"]"));
    plm_buf_clear(out);
    CHECK_STATUS(plm_accord_explain(a, &force.state, "AA-ONE", "BB-TWO", out), PLM_OK);
    fixture_force_wipe(&force);
}

static void test_reservations_are_said_and_why(void)
{
    plm_accord *a = fixture_accord();
    plm_buf text;
    plm_buf_init(&text, 1 << 18);
    explain(&text, a,
            "[{\"reason\": \"our parliament said so\", \"purposes\": [\"crime\"], "
            "\"categories\": [\"stolen\"], \"labels\": [\"name\"], \"budgets\": "
            "{\"tokens_per_run\": 700}, \"approval\": \"two-officers\"}]",
            "[]");
    says(&text, "in force between the two");
    says(&text, "by BB-TWO (/ratifications/BB-TWO/reservations/0): our parliament said so");
    says(&text, "- without records with the role stolen");
    says(&text, "- a released hit does not disclose name");
    says(&text, "- no more tokens a run than 700");
    says(&text, "UNTOC.5 is not punishable under its law");
    /* And what is left says the same: in that purpose, not in the other. */
    says(&text, "up to 700 tokens a run");
    says(&text, "up to 1,000 tokens a run");
    says(&text, "of who is asked, with the role suspect, convicted rules");
    says(&text, "Two different officers decide on each hit.");
    CHECK(!has(&text, "UNTOC.5: Participation"));
    plm_buf_wipe(&text);
    plm_accord_destroy(a);
}

static void test_nothing_left(void)
{
    plm_accord *a = fixture_accord();
    plm_buf text;
    plm_buf_init(&text, 1 << 18);
    explain(&text, a, "[]", "[{\"reason\": \"no\", \"purposes\": [\"crime\"], \"refuses\": true}]");
    says(&text, "- the whole of it");
    says(&text, "Nothing is left of it between the two");
    says(&text, "clause /ratifications/AA-ONE/reservations/0/purposes");
    explain(&text, a, "[{\"reason\": \"no\", \"counterparties\": [\"AA-ONE\"], \"refuses\": true}]",
            "[]");
    says(&text, "not in force between the two: clause "
                "/ratifications/BB-TWO/reservations/0/counterparties");
    plm_buf_wipe(&text);
    plm_accord_destroy(a);
}

/* Changes to the fixture's document and what is said of each. */
static const struct {
    const char *pointer;
    const char *value;
    const char *said;
} changes[] = {
    {"/title", "\"Another\"", "title: was \"A test\", is \"Another\""},
    {"/in_force_after", "3", "ratifications needed: was 2, is 3 (more)"},
    {"/notice_days", "10", "days of notice: was 30, is 10 (less)"},
    {"/expires", "\"2031-01-01\"", "last day: was \"2030-06-30\", is \"2031-01-01\""},
    {"/parties/2", NULL, "Party CC-3 falls away"},
    {"/parties/1/contact", "\"x\"", "Party BB-TWO urgent contact: was \"+39 06 0000\""},
    {"/parties/1/languages/-", "\"fr\"", "language: fr is new"},
    {"/parties/1/death_penalty", "[]", "death penalty: DRUGS88.3.1 falls away"},
    {"/purposes/1", NULL, "Purpose protect-1 falls away"},
    {"/purposes/1/code", "\"other\"", "Purpose other is new"},
    {"/purposes/0/offences/0", "\"SOM.6\"", "Purpose crime offence: UNTOC.5 falls away"},
    {"/purposes/0/offences/-", "\"SOM.6\"", "offence: SOM.6 is new"},
    {"/purposes/0/roles/holder/0", "\"listed\"", "role on the holder's side: listed is new"},
    {"/purposes/0/roles/asker/1", NULL, "role on the asker's side: wanted falls away"},
    {"/purposes/0/engine", "\"vole\"", "engine: was \"oprf\", is \"vole\""},
    {"/purposes/0/learns", "\"asker\"", "who learns: was \"holder\", is \"asker\""},
    {"/purposes/0/approval", "\"automatic\"", "release: was \"officer\", is \"automatic\""},
    {"/purposes/0/labels/-", "\"phone\"", "field told with a released hit: phone is new"},
    {"/purposes/0/budgets/tokens_per_run", "1001", "tokens_per_run: was 1,000, is 1,001 (more)"},
    {"/purposes/0/deadlines/urgent_hours", "24", "urgent_hours: was 48, is 24 (less)"},
    {"/purposes/0/pad_to", "20", "pad_to: was 10, is 20 (more)"},
    {"/purposes/0/retention_days", "91", "retention_days: was 90, is 91 (more)"},
    {"/purposes/0/person_rules",
     "{\"tables\": [\"0011223344556677889900112233445566778899001122334455667788990011\"], "
     "\"records\": 10, \"expected_overlap\": 5, \"c\": 2, \"second_look\": true}",
     "person rules: are new"},
};

static void test_diff(void)
{
    plm_accord *a = fixture_accord();
    plm_buf text;
    plm_buf_init(&text, 1 << 18);
    CHECK_STATUS(plm_accord_diff(a, a, &text), PLM_OK);
    CHECK_EQ_MEM(text.data, "Nothing changed.\n", 17);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture_diags diags = {0};
        json_t *document = fixture_document();
        plm_accord *b = NULL;
        CHECK(fixture_set(document, changes[i].pointer, changes[i].value));
        if (CHECK_STATUS(fixture_parse(&b, document, &diags), PLM_OK)) {
            plm_buf_clear(&text);
            CHECK_STATUS(plm_accord_diff(a, b, &text), PLM_OK);
            says(&text, changes[i].said);
        } else {
            printf("# %s: %s\n", diags.field[0], diags.reason[0]);
        }
        plm_accord_destroy(b);
        json_decref(document);
    }
    plm_buf_wipe(&text);
    plm_accord_destroy(a);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_reservations_are_said_and_why);
    TAP_RUN(test_nothing_left);
    TAP_RUN(test_diff);
    return tap_done();
}
