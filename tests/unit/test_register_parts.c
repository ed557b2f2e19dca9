/* SPDX-License-Identifier: Apache-2.0 */
#include "register/idset.h"
#include "register/lines.h"
#include "register/text.h"
#include "register/un_text.h"
#include "tap.h"

#include <stdlib.h>

#define SPAN(s) (int)(s).n, (const char *)(s).p

static char shown[1024];

static const char *show(plm_span s)
{
    (void)snprintf(shown, sizeof shown, "%.*s", SPAN(s));
    return shown;
}

static void test_text(void)
{
    plm_arena arena;
    plm_span out;
    plm_arena_init(&arena, 1 << 16);
    CHECK_EQ_STR(show(plm_text_trim(plm_span_str(" \t a b\r\n "))), "a b");
    CHECK_EQ_STR(show(plm_text_trim(plm_span_str(" \n"))), "");
    CHECK_STATUS(plm_text_collapse(&arena, plm_span_str("  a \n\t b  c "), &out), PLM_OK);
    CHECK_EQ_STR(show(out), "a b c");
    CHECK_STATUS(plm_text_uninvert(&arena, plm_span_str("DELOS REYES, Feliciano, Jr."), &out),
                 PLM_OK);
    CHECK_EQ_STR(show(out), "Feliciano Jr. DELOS REYES");
    CHECK_STATUS(plm_text_uninvert(&arena, plm_span_str("SANTOSO"), &out), PLM_OK);
    CHECK_EQ_STR(show(out), "SANTOSO");
    plm_span s = plm_span_str("Passport  A1");
    CHECK(plm_text_skip(&s, "passport "));
    CHECK_EQ_STR(show(s), "A1");
    CHECK(!plm_text_skip(&s, "A12"));
    CHECK_EQ_INT(plm_text_find(plm_span_str("xxISSUED"), "issued"), 2);
    CHECK_EQ_INT(plm_text_find(plm_span_str("issue"), "issued"), 5);
    CHECK(plm_text_is(plm_span_str("NA"), "na") && !plm_text_is(plm_span_str("nan"), "na"));
    plm_span rest = plm_span_str("a; b ;;c");
    plm_span piece;
    char joined[32] = "";
    while (plm_text_next(&rest, ';', &piece)) {
        (void)snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "[%.*s]",
                       SPAN(piece));
    }
    CHECK_EQ_STR(joined, "[a][b][][c]");
    plm_arena_wipe(&arena);
}

static const char *dated(const char *pattern, const char *text)
{
    static char out[40];
    plm_date date = {1, 1, 1};
    plm_status status = plm_date_parse_pattern(&date, pattern, plm_span_str(text));
    if (status != PLM_OK) {
        CHECK(date.year == 1 && date.month == 1 && date.day == 1);
        (void)snprintf(out, sizeof out, "%s", plm_status_name(status));
        return out;
    }
    plm_date_format(out, date);
    return out;
}

static void test_date_patterns(void)
{
    CHECK_EQ_STR(dated("DD/MM/YYYY", "03/12/1974"), "1974-12-03");
    CHECK_EQ_STR(dated("DD/MM/YYYY", "3/12/1974"), "syntax");
    CHECK_EQ_STR(dated("D.M.YYYY", "3.12.1974"), "1974-12-03");
    CHECK_EQ_STR(dated("D.M.YYYY", "03.2.1974"), "1974-02-03");
    CHECK_EQ_STR(dated("MM/DD/YYYY", "13/12/1974"), "invalid");
    CHECK_EQ_STR(dated("DD/MM/YYYY", "31/04/1974"), "invalid");
    CHECK_EQ_STR(dated("DD/MM/YYYY", "29/02/1900"), "invalid");
    CHECK_EQ_STR(dated("DD/MM/YYYY", "00/00/1974"), "1974-XX-XX");
    CHECK_EQ_STR(dated("DD/MM/YYYY", "XX/05/1974"), "1974-05-XX");
    CHECK_EQ_STR(dated("D/M/YYYY", "0/5/1974"), "1974-05-XX");
    CHECK_EQ_STR(dated("YYYYMMDD", "19741203"), "1974-12-03");
    CHECK_EQ_STR(dated("YYYYMMDD", "197412030"), "syntax");
    CHECK_EQ_STR(dated("YYYY", "1974"), "1974-XX-XX");
    CHECK_EQ_STR(dated("YYYY", "0000"), "invalid");
    CHECK_EQ_STR(dated("DD MON YYYY", "08 feb 1963"), "1963-02-08");
    CHECK_EQ_STR(dated("D MONTH YYYY", "8 September 1963"), "1963-09-08");
    CHECK_EQ_STR(dated("D MONTH YYYY", "8 Sep 1963"), "syntax");
    CHECK_EQ_STR(dated("DD/MM/YYYY", ""), "syntax");
    CHECK(plm_date_pattern_is_valid("DD/MM/YYYY") && plm_date_pattern_is_valid("YYYY"));
    CHECK(!plm_date_pattern_is_valid("dd/mm/yyyy")); /* a misspelt pattern is no literal */
    CHECK(!plm_date_pattern_is_valid("DD/MM/YY") && !plm_date_pattern_is_valid("DD/YYYY"));
    CHECK(!plm_date_pattern_is_valid("YYYY YYYY") && !plm_date_pattern_is_valid(""));
}

static void test_date_common(void)
{
    plm_date out = {9, 9, 9};
    CHECK(plm_date_common(&out, (plm_date){1963, 1, 1}, (plm_date){1963, 12, 31}));
    CHECK(out.year == 1963 && out.month == 0 && out.day == 0);
    CHECK(plm_date_common(&out, (plm_date){1963, 5, 1}, (plm_date){1963, 5, 9}));
    CHECK(out.year == 1963 && out.month == 5 && out.day == 0);
    CHECK(!plm_date_common(&out, (plm_date){1963, 5, 1}, (plm_date){1964, 5, 1}));
    CHECK(out.year == 1963 && out.month == 5);
}

static void test_idset(void)
{
    enum {
        N = 50000
    };
    plm_idset set;
    uint64_t first = 7;
    unsigned wrong = 0;
    plm_idset_init(&set);
    CHECK_EQ_INT(plm_idset_find(&set, plm_span_str("x")), 0);
    for (uint64_t i = 1; i <= N; i++) {
        wrong += plm_idset_add(&set, plm_span_of(&i, sizeof i), i, &first) != PLM_OK || first != 0;
    }
    for (uint64_t i = 1; i <= N; i++) {
        wrong += plm_idset_find(&set, plm_span_of(&i, sizeof i)) != i;
    }
    CHECK_EQ_INT(wrong, 0);
    uint64_t five = 5;
    CHECK_STATUS(plm_idset_add(&set, plm_span_of(&five, sizeof five), N + 1, &first), PLM_OK);
    CHECK_EQ_INT(first, 5);
    CHECK_EQ_INT(set.n_used, N);
    plm_idset_wipe(&set);
}

static unsigned n_progress;

static plm_status count_progress(void *context, uint64_t done, uint64_t total)
{
    (void)context;
    n_progress++;
    CHECK(done <= total);
    return PLM_OK;
}

/* "1[a]2[]" per line, "3!" for one that is too long. */
static void test_lines(void)
{
    plm_import import = {.progress = count_progress};
    plm_progress progress;
    plm_source source;
    plm_lines lines;
    plm_line_event event = PLM_LINE;
    plm_span line;
    size_t n = (size_t)PLM_LINE_MAX * 4;
    char *bytes = (char *)malloc(n);
    char got[128] = "";
    if (!CHECK(bytes != NULL)) {
        return;
    }
    memset(bytes, 'x', n);
    memcpy(bytes,
           "\xEF\xBB\xBF"
           "a\r\n\nb\n",
           9);
    bytes[9 + PLM_LINE_MAX] = '\n';    /* line 4: just fits */
    memcpy(bytes + n - 4, "\nend", 4); /* line 5: too long */
    plm_progress_init(&progress, &import);
    plm_source_open_bytes(&source, &progress, plm_span_of(bytes, n), "t");
    CHECK_STATUS(plm_lines_init(&lines, &source), PLM_OK);
    while (plm_lines_next(&lines, &event, &line) == PLM_OK && event != PLM_LINE_END) {
        size_t used = strlen(got);
        if (event == PLM_LINE_TOO_LONG) {
            (void)snprintf(got + used, sizeof got - used, "%" PRIu64 "!", lines.line);
        } else if (line.n > 10) {
            (void)snprintf(got + used, sizeof got - used, "%" PRIu64 "[%zu]", lines.line, line.n);
        } else {
            (void)snprintf(got + used, sizeof got - used, "%" PRIu64 "[%.*s]", lines.line,
                           SPAN(line));
        }
    }
    CHECK_EQ_STR(got, "1[a]2[]3[b]4[1048576]5!6[end]");
    CHECK(n_progress >= 60 && n_progress <= 70);
    CHECK_EQ_INT(progress.reported, n);
    plm_lines_wipe(&lines);
    free(bytes);
}

static const char *names(const char *text, bool is_person)
{
    static char out[512];
    plm_un_names found;
    plm_arena arena;
    plm_arena_init(&arena, 1 << 16);
    out[0] = '\0';
    CHECK_STATUS(plm_un_names_find(&found, &arena, plm_span_str(text), is_person), PLM_OK);
    for (size_t i = 0; i < found.n; i++) {
        (void)snprintf(out + strlen(out), sizeof out - strlen(out), "[%.*s]", SPAN(found.name[i]));
    }
    plm_arena_wipe(&arena);
    return out;
}

/* All from the published list, or shortened from it. */
static void test_un_names(void)
{
    CHECK_EQ_STR(names("Abdul Rehman; Abd Ur-Rehman", true), "[Abdul Rehman][Abd Ur-Rehman]");
    CHECK_EQ_STR(names("Majeed, Abdul", true), "[Abdul Majeed]");
    CHECK_EQ_STR(names("\"ZUBEYR, Abu\"", true), "[Abu ZUBEYR]");
    CHECK_EQ_STR(names("Encep Nurjaman (birth name)", true), "[Encep Nurjaman]");
    CHECK_EQ_STR(names("(Sheikh) Musa Hilal", true), "[Musa Hilal]");
    CHECK_EQ_STR(names("Jin Tiesan (金铁三)", true), "[Jin Tiesan][金铁三]");
    CHECK_EQ_STR(names("Abubakar (original script: Абубакар)", true), "[Abubakar][Абубакар]");
    CHECK_EQ_STR(names("حسن غول (Hassan Ghul; Hassan Gul)", true),
                 "[حسن غول][Hassan Ghul][Hassan Gul]");
    CHECK_EQ_STR(names("Khirullah Khairkhwa, born in Kandahar on 01 Jan.1967", true),
                 "[Khirullah Khairkhwa]");
    CHECK_EQ_STR(names("a (b (c) d", true), "[a]"); /* never closed */
    CHECK_EQ_STR(names("a) b", true), "[a) b]");
    CHECK_EQ_STR(names("AL-HARAMAYN FOUNDATION (KENYA)", false),
                 "[AL-HARAMAYN FOUNDATION (KENYA)]");
    CHECK_EQ_STR(names("COMPAGNIE (CAGL) ; GREAT (x; y)", false),
                 "[COMPAGNIE (CAGL)][GREAT (x; y)]");
    CHECK_EQ_STR(names("a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;q;r", false),
                 "[a][b][c][d][e][f][g][h][i][j][k][l][m][n][o][p]");
    CHECK_EQ_STR(names("", true), "");
}

static const char *passport(const char *text)
{
    static char out[128];
    plm_span number;
    char issuer[3];
    if (!plm_un_passport_find(plm_span_str(text), &number, issuer)) {
        return "?";
    }
    (void)snprintf(out, sizeof out, "%s:%.*s", issuer, SPAN(number));
    return out;
}

static void test_un_passports(void)
{
    CHECK_EQ_STR(passport("OA 454044"), ":OA 454044");
    CHECK_EQ_STR(passport("000737"), ":000737");
    CHECK_EQ_STR(passport("Afghan passport number SE 012820"), "AF:SE 012820");
    CHECK_EQ_STR(passport("British number 094629366"), "GB:094629366");
    CHECK_EQ_STR(passport("Libya B014995"), "LY:B014995");
    CHECK_EQ_STR(passport("Libyan passport No. 513519"), "LY:513519");
    CHECK_EQ_STR(passport("Diplomatic Passport D014433"), ":D014433");
    CHECK_EQ_STR(passport("CAR diplomatic passport no. D00000898"), "CF:D00000898");
    CHECK_EQ_STR(passport("R00005943, South Sudan"), "SS:R00005943");
    CHECK_EQ_STR(passport("403062567 (US)"), "US:403062567");
    CHECK_EQ_STR(passport("381110042 (Expired 25 Jan. 2016)"), ":381110042");
    CHECK_EQ_STR(passport("Central African Republic number O00065772"), "CF:O00065772");
    CHECK_EQ_STR(passport("TR-P 614 166"), ":TR-P 614 166");
    CHECK_EQ_STR(passport("No34409/129"), ":34409/129");
    CHECK_EQ_STR(passport("Russian passport number 8208 No. 555627"), "?");
    CHECK_EQ_STR(passport("unknown"), "?");
    CHECK_EQ_STR(passport(""), "?");
}

int main(void)
{
    TAP_RUN(test_text);
    TAP_RUN(test_date_patterns);
    TAP_RUN(test_date_common);
    TAP_RUN(test_idset);
    TAP_RUN(test_lines);
    TAP_RUN(test_un_names);
    TAP_RUN(test_un_passports);
    return tap_done();
}
