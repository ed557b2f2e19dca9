/* SPDX-License-Identifier: Apache-2.0 */
/* An accord's own table of equivalent names: what it adds, and what it refuses with which words. */
#include "ident/name_classes.h"
#include "tap.h"

typedef struct heard {
    uint64_t line;
    char reason[128];
    size_t n;
} heard;

static void hear(void *context, const plm_diag *diag)
{
    heard *h = (heard *)context;
    h->line = diag->line;
    (void)snprintf(h->reason, sizeof h->reason, "%s", diag->reason);
    h->n++;
}

static plm_status parse(plm_name_classes **out, const char *text, heard *h)
{
    const plm_diag_sink sink = {hear, h};
    memset(h, 0, sizeof *h);
    return plm_name_classes_parse(out, plm_span_str(text), "names.tsv", &sink);
}

/* The class that the table gives the name's only part, as the part has them after it. */
static bool is_in(const plm_name_classes *classes, const char *name, const char *class_name)
{
    static plm_name_parts parts;
    CHECK_STATUS(plm_name_parts_of(&parts, plm_span_str(name)), PLM_OK);
    plm_name_part *part = &parts.parts[0];
    plm_name_classes_add(classes, part);
    for (size_t i = 0; i < part->n_classes; i++) {
        if (plm_span_equal(part->classes[i], plm_span_str(class_name))) {
            return true;
        }
    }
    return false;
}

static void test_adds(void)
{
    heard h;
    plm_name_classes *classes;
    CHECK_STATUS(parse(&classes,
                       "# comment\n\nzviad Звиад ზვიადი\r\ngurgen gourguen\n"
                       "alexander zviadi\nabdrahman Abdurrahman",
                       &h),
                 PLM_OK);
    CHECK_EQ_INT(h.n, 0);
    CHECK(is_in(classes, "ZVIAD", "zviad"));
    CHECK(is_in(classes, "Звиад", "zviad"));
    CHECK(is_in(classes, "ზვიადი", "zviad") && is_in(classes, "ზვიადი", "alexander"));
    CHECK(is_in(classes, "Gourguen", "gurgen"));
    CHECK(is_in(classes, "Oleksandr", "alexander")); /* of the table that ships */
    CHECK(!is_in(classes, "Gourgen", "gurgen"));
    CHECK(!is_in(classes, "Z.", "zviad"));
    plm_name_classes_destroy(classes);
    CHECK_STATUS(parse(&classes, "", &h), PLM_OK);
    CHECK(!is_in(classes, "Zviad", "zviad"));
    plm_name_classes_destroy(classes);
    plm_name_classes_destroy(NULL);
}

/* No part is in more classes than it has room for. */
static void test_many_classes(void)
{
    heard h;
    plm_name_classes *classes;
    static plm_name_parts parts;
    CHECK_STATUS(parse(&classes, "ba zviad\nbe zviad\nbi zviad\nbo zviad\nbu zviad\nba zviad", &h),
                 PLM_OK);
    CHECK_STATUS(plm_name_parts_of(&parts, plm_span_str("zviad")), PLM_OK);
    plm_name_classes_add(classes, &parts.parts[0]);
    CHECK_EQ_INT(parts.parts[0].n_classes, PLM_NAME_CLASSES_MAX);
    CHECK(plm_span_equal(parts.parts[0].classes[0], plm_span_str("ba")));
    plm_name_classes_destroy(classes);
}

static void test_refuses(void)
{
    static const struct {
        const char *text;
        uint64_t line;
        const char *reason;
    } bad[] = {
        {"zviad zviadi\nalone\n", 2, "a class has two names or more"},
        {"# a\nz zviad\n", 2, "each name is one word that counts in names, of letters only"},
        {"zviad mr\n", 1, "each name is one word that counts in names, of letters only"},
        {"zviad zvi-dato\n", 1, "each name is one word that counts in names, of letters only"},
        {"zviad \xff\n", 1, "each name is one word that counts in names, of letters only"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        heard h;
        plm_name_classes *classes;
        CHECK_STATUS(parse(&classes, bad[i].text, &h), PLM_E_SYNTAX);
        CHECK(classes == NULL);
        CHECK_EQ_INT(h.n, 1);
        CHECK_EQ_INT(h.line, bad[i].line);
        CHECK_EQ_STR(h.reason, bad[i].reason);
    }
    static char large[PLM_NAME_CLASSES_TEXT_MAX + 1];
    const plm_diag_sink none = {NULL, NULL};
    plm_name_classes *classes;
    CHECK_STATUS(
        plm_name_classes_parse(&classes, plm_span_of(large, sizeof large), "names.tsv", &none),
        PLM_E_LIMIT);
    CHECK(classes == NULL);
}

int main(void)
{
    TAP_RUN(test_adds);
    TAP_RUN(test_many_classes);
    TAP_RUN(test_refuses);
    return tap_done();
}
