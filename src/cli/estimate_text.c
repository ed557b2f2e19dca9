/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/estimate.h"

#include "cli/say.h"
#include "estimate/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    COLUMNS = 96,
    NAME_COLUMNS = 38,
    NUMBER_COLUMNS = 9
};

/* A paragraph, broken at blanks, after a mark in the margin. */
static void say_paragraph(const char *mark, const char *text)
{
    int margin = (int)strlen(mark);
    int at = printf("%s", mark);
    while (*text != '\0') {
        int n = (int)strcspn(text, " ");
        if (at > margin && at + 1 + n > COLUMNS) {
            at = printf("\n%*s", margin, "") - 1;
        } else if (at > margin) {
            at += printf(" ");
        }
        at += printf("%.*s", n, text);
        text += n;
        while (*text == ' ') {
            text++;
        }
    }
    (void)printf("\n");
}

static void say_number(double x)
{
    char number[PLM_PAGE_NUMBER];
    (void)plm_page_number(number, x);
    /* The dash and the infinity sign are three bytes and one column. */
    int width = (unsigned char)number[0] == 0xE2 ? NUMBER_COLUMNS + 2 : NUMBER_COLUMNS;
    (void)printf(" %*s", width, number);
}

static void say_methods(const plm_estimate *e)
{
    plm_method methods[PLM_ESTIMATE_METHODS_MAX];
    size_t n = plm_estimate_methods(e, methods);
    (void)printf("\n%-*s %*s %*s %*s  model\n", NAME_COLUMNS, "method", NUMBER_COLUMNS, "estimate",
                 NUMBER_COLUMNS, "low", NUMBER_COLUMNS, "high");
    for (size_t i = 0; i < n; i++) {
        const plm_method *m = &methods[i];
        (void)printf("%-*s", NAME_COLUMNS, m->name);
        say_number(m->estimate);
        say_number(m->low);
        say_number(m->high);
        (void)printf("  %s\n", m->why_none != NULL ? m->why_none : m->model);
    }
}

static void say_range(const plm_estimate *e)
{
    double low;
    double high;
    char a[PLM_PAGE_NUMBER];
    char b[PLM_PAGE_NUMBER];
    char text[512];
    if (!plm_estimate_range(e, &low, &high)) {
        say_paragraph("", "No method gives an estimate for this table.");
        return;
    }
    (void)snprintf(
        text, sizeof text,
        "From %s to %s persons in all, by the lowest and the highest of the methods; the "
        "lists hold %.0f to %.0f of every hundred of them. %s",
        plm_page_number(a, low), plm_page_number(b, high), 100 * e->n / high, 100 * e->n / low,
        high > 1.5 * low ? "The methods disagree, and that is the result: no single number is."
                         : "");
    say_paragraph("", text);
}

static void say_spans(const plm_estimate *e)
{
    if (!e->has_search) {
        return;
    }
    (void)printf("\n");
    for (int distance = 2; distance <= 10; distance += 4) {
        double low;
        double high;
        size_t n = plm_search_span(&e->search, distance, &low, &high);
        (void)printf("%-4zu model%s within %2d of the best BIC:", n, n == 1 ? " " : "s", distance);
        say_number(low);
        (void)printf(" to");
        say_number(high);
        (void)printf("\n");
    }
}

static void say_strata(const plm_estimate *e)
{
    if (e->n_strata > 0) {
        (void)printf("\n%-*s %*s %*s %*s %*s\n", NAME_COLUMNS, "stratum", NUMBER_COLUMNS, "persons",
                     NUMBER_COLUMNS, "stepwise", NUMBER_COLUMNS, "low", NUMBER_COLUMNS, "high");
    }
    for (size_t i = 0; i < e->n_strata; i++) {
        const plm_stratum_estimate *s = &e->strata[i];
        char name[2 * PLM_TABLE_NAME_BYTES + 2];
        (void)snprintf(name, sizeof name, "%s: %s", s->stratum->column, s->stratum->value);
        plm_say_padded(name, NAME_COLUMNS);
        say_number(s->n);
        if (s->is_refused) {
            (void)printf("  no estimate\n");
            continue;
        }
        say_number(s->stepwise);
        say_number(s->low);
        say_number(s->high);
        (void)printf("\n");
    }
}

static void say_findings(const plm_findings *findings)
{
    for (int level = PLM_FINDING_REFUSAL; level >= PLM_FINDING_NOTE; level--) {
        static const char *const marks[] = {"  note     ", "  WARNING  ", "  REFUSED  "};
        for (size_t i = 0; i < findings->n; i++) {
            if ((int)findings->item[i].level == level) {
                say_paragraph(marks[level], findings->item[i].text);
            }
        }
    }
}

void plm_say_estimate(const plm_estimate *e, const char *file)
{
    char number[PLM_PAGE_NUMBER];
    (void)printf("%s: %s persons on %u lists\n", file, plm_page_number(number, e->n),
                 e->table.n_lists);
    if (!e->is_refused) {
        say_range(e);
        say_methods(e);
        say_spans(e);
        say_strata(e);
    }
    if (e->findings.n > 0) {
        (void)printf("\n");
        say_findings(&e->findings);
    }
    if (!e->is_refused) {
        (void)printf("\n");
        say_paragraph("",
                      "All of this assumes that nobody entered or left the population between "
                      "the lists, that the matching is right, that everybody could be found, and "
                      "that lists are independent but for what the model has. --html FILE shows "
                      "what changes if not.");
    }
}
