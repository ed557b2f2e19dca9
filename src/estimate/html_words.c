/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include <math.h>

/* "11,418" into the page. */
static void say(plm_page *page, double x)
{
    char number[PLM_PAGE_NUMBER];
    plm_page_put(page, "%s", plm_page_number(number, x));
}

static void say_range(plm_page *page, const plm_estimate *e)
{
    double low;
    double high;
    if (!plm_estimate_range(e, &low, &high)) {
        plm_page_put(page, "<p class=\"lead\">No method gives an estimate for this table.</p>\n");
        return;
    }
    plm_page_put(page, "<p class=\"range\">");
    say(page, low);
    plm_page_put(page, " \xE2\x80\x93 ");
    say(page, high);
    plm_page_put(page, "</p>\n<p class=\"lead\">That is from the lowest to the highest of the "
                       "methods' estimates of how many persons there are in all, those on no list "
                       "included. ");
    if (high > 1.5 * low) {
        plm_page_put(page, "The methods disagree. No single number among them is the result; what "
                           "can be said is how far they lie apart, and why. ");
    } else {
        plm_page_put(page, "The methods agree as far as such methods do; each has its own interval "
                           "below. ");
    }
    plm_page_put(page, "The lists hold <b>");
    say(page, e->n);
    plm_page_put(page, "</b> of them: between %.0f and %.0f of every hundred.</p>\n",
                 100 * e->n / high, 100 * e->n / low);
}

void plm_html_words(plm_page *page, const plm_estimate *e)
{
    plm_page_put(page, "<h2>In plain words</h2>\n");
    if (e->is_refused) {
        plm_page_put(page,
                     "<p class=\"lead\">No estimate is given for this table: the reasons stand "
                     "below. A number would be an invention.</p>\n");
        return;
    }
    say_range(page, e);
    plm_page_put(page,
                 "<p>Nobody has counted the persons on no list. Their number is inferred from "
                 "how much the lists overlap: if few persons of one list are on the others, "
                 "many must be on none. Chao\xE2\x80\x99s bound, <b>");
    say(page, e->chao.corrected);
    plm_page_put(page,
                 "</b>, is a floor if all lists find persons with the same ease and persons "
                 "differ; with lists of very different size it can lie above the truth.</p>\n");
    if (e->has_errors) {
        plm_page_put(page, "<p>With the stated noise and linkage errors taken out, the stepwise "
                           "estimate is <b>");
        say(page, plm_errors_point(&e->errors, &e->options.rates));
        plm_page_put(page, "</b> (");
        say(page, e->errors.low);
        plm_page_put(page, " to ");
        say(page, e->errors.high);
        plm_page_put(page, ").</p>\n");
    }
}

void plm_html_findings(plm_page *page, const plm_findings *f)
{
    static const plm_finding_level order[] = {PLM_FINDING_REFUSAL, PLM_FINDING_WARNING};
    bool has_notes = false;
    plm_page_put(page, "<h2>What to be careful about</h2>\n");
    for (size_t level = 0; level < 2; level++) {
        for (size_t i = 0; i < f->n; i++) {
            if (f->item[i].level == order[level]) {
                plm_page_put(page, "<div class=\"say %s\">",
                             plm_finding_level_name(f->item[i].level));
                plm_page_text(page, f->item[i].text);
                plm_page_put(page, "</div>\n");
            }
            has_notes = has_notes || f->item[i].level == PLM_FINDING_NOTE;
        }
    }
    if (!plm_findings_have(f, PLM_FINDING_WARNING) && !plm_findings_have(f, PLM_FINDING_REFUSAL)) {
        plm_page_put(page,
                     "<p>None of the checks gave a warning. The assumptions at the end of this "
                     "page hold or fail outside the data.</p>\n");
    }
    if (has_notes) {
        plm_page_put(page, "<details><summary>Notes</summary>\n");
        for (size_t i = 0; i < f->n; i++) {
            if (f->item[i].level == PLM_FINDING_NOTE) {
                plm_page_put(page, "<div class=\"say note\">");
                plm_page_text(page, f->item[i].text);
                plm_page_put(page, "</div>\n");
            }
        }
        plm_page_put(page, "</details>\n");
    }
}

void plm_html_assumptions(plm_page *page, const plm_estimate *e)
{
    (void)e;
    plm_page_put(
        page,
        "<h2>What has to be true, and what would break it</h2>\n<ul>\n"
        "<li><b>The population is closed.</b> Nobody enters or leaves it between the first and the "
        "last list. Lists of different years or places break this, and the estimate is of nobody "
        "in "
        "particular.</li>\n"
        "<li><b>The matching is right.</b> Each missed link makes two persons of one and raises "
        "the "
        "estimate; each false one makes one of two and lowers it.</li>\n"
        "<li><b>Everybody can be found.</b> A person whom no list could ever hold is in no "
        "estimate. Where catchability varies much, low estimates are too low.</li>\n"
        "<li><b>Given the model, lists are independent.</b> One list that refers persons to "
        "another "
        "makes them overlap more and lowers the estimate, unless the model has that pair; lists "
        "that avoid each other\xE2\x80\x99s persons raise it. That all lists together have no "
        "dependence of the highest order can\xE2\x80\x99t be tested with any data.</li>\n"
        "<li><b>All lists mean the same thing.</b> Persons on them are victims by one and the same "
        "definition.</li>\n</ul>\n");
}
