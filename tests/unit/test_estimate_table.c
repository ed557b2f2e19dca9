/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/finding.h"
#include "mse.h"

#include <stdlib.h>

typedef struct told {
    size_t n;
    uint64_t line;
    char field[64];
    char reason[256];
} told;

static void keep(void *context, const plm_diag *diag)
{
    told *l = (told *)context;
    l->n++;
    l->line = diag->line;
    (void)snprintf(l->field, sizeof l->field, "%s", diag->field != NULL ? diag->field : "");
    (void)snprintf(l->reason, sizeof l->reason, "%s", diag->reason);
    CHECK_EQ_STR(diag->file, "t.csv");
}

static plm_status read_text(const char *text, const plm_table_format *format, plm_table_file *file,
                            told *l)
{
    const plm_diag_sink sink = {keep, l};
    memset(l, 0, sizeof *l);
    return plm_table_read(file, plm_span_str(text), "t.csv", format, &sink);
}

static const plm_table_format plain = {NULL, false};

/* The text is refused with one diagnostic at that line and field. */
static void check_refused(const char *text, const plm_table_format *format, uint64_t line,
                          const char *field, const char *reason)
{
    plm_table_file file;
    told l;
    CHECK(read_text(text, format, &file, &l) != PLM_OK);
    CHECK_EQ_INT(l.n, 1);
    CHECK_EQ_INT(l.line, line);
    CHECK_EQ_STR(l.field, field);
    if (!CHECK(strstr(l.reason, reason) != NULL)) {
        printf("# %s\n", l.reason);
    }
    plm_table_file_wipe(&file);
}

static void test_read(void)
{
    plm_table_file file;
    told l;
    CHECK_STATUS(read_text("\xEF\xBB\xBF\"A,1\", B ,C,Count\r\n1,0,0,5\r\n\r\n1, 1 ,0,7\r\n"
                           "0,1,1,0\r\n1,1,1,2",
                           &plain, &file, &l),
                 PLM_OK);
    CHECK_EQ_INT(l.n, 0);
    CHECK_EQ_INT(file.table.n_lists, 3);
    CHECK_EQ_STR(file.table.names[0], "A,1");
    CHECK_EQ_STR(file.table.names[1], "B");
    CHECK(file.table.count[1] == 5 && file.table.count[3] == 7 && file.table.count[7] == 2);
    CHECK(plm_table_total(&file.table) == 14);
    CHECK(plm_table_on_all(&file.table, 3) == 9);
    CHECK(plm_table_frequency(&file.table, 2) == 7);
    plm_table_file_wipe(&file);
    CHECK_STATUS(read_text("A;B;count\n1;0;3\n0;1;4\n", &plain, &file, &l), PLM_OK);
    CHECK(file.table.count[2] == 4);
    plm_table_file_wipe(&file);
}

static void test_refused(void)
{
    check_refused("", &plain, 1, "", "empty");
    check_refused("A,B,C\n1,0,0\n", &plain, 1, "", "no column \"count\"");
    check_refused("A,count\n1,3\n", &plain, 1, "", "1 list columns");
    check_refused("A,A,count\n", &plain, 1, "A", "two columns");
    check_refused("A,,count\n", &plain, 1, "", "column 2 has no name");
    check_refused("A,B,C,D,E,F,G,H,I,count\n", &plain, 1, "", "9 list columns");
    check_refused("A,B,count\n1,0,3\n1,2,4\n", &plain, 3, "B", "neither 0 nor 1");
    check_refused("A,B,count\n1,0,3\n1,1,x\n", &plain, 3, "count", "not a whole number");
    check_refused("A,B,count\n1,0,3.5\n", &plain, 2, "count", "not a whole number");
    check_refused("A,B,count\n1,0,\n", &plain, 2, "count", "not a whole number");
    check_refused("A,B,count\n1,0,1000000001\n", &plain, 2, "count", "not a whole number");
    check_refused("A,B,count\n1,0,-1\n", &plain, 2, "count", "negative");
    check_refused("A,B,count\n0,0,9\n", &plain, 2, "", "what is to be estimated");
    check_refused("A,B,count\n1,0,3\n0,1,3\n1,0,4\n", &plain, 4, "", "in line 2 already");
    check_refused("A,B,count\n1,0\n", &plain, 2, "", "2 fields, not 3");
    check_refused("A,B,count\n1,0,0\n", &plain, 0, "", "nobody");
    check_refused("A,B,count\n1,\"0,3\n", &plain, 2, "", "does not end");
    check_refused("A,B,count\n1,0\"0,3\n", &plain, 2, "", "quote inside");
}

static void test_strata(void)
{
    static const char *const columns[] = {"sex", "age", NULL};
    static const char *const missing[] = {"nothing", NULL};
    const plm_table_format format = {columns, false};
    const plm_table_format wrong = {missing, false};
    const char *text = "A,sex,B,count,age\n1,f,0,5,child\n1,m,0,6,child\n1,f,0,1,adult\n"
                       "1,f,1,2,adult\n";
    plm_table_file file;
    told l;
    CHECK_STATUS(read_text(text, &format, &file, &l), PLM_OK);
    CHECK_EQ_INT(file.table.n_lists, 2);
    CHECK(file.table.count[1] == 12 && file.table.count[3] == 2);
    CHECK_EQ_INT(file.n_strata, 4);
    for (size_t i = 0; i < file.n_strata; i++) {
        const plm_stratum *s = &file.strata[i];
        double n = plm_table_total(&s->table);
        CHECK(strcmp(s->value, "f") != 0 || (n == 8 && strcmp(s->column, "sex") == 0));
        CHECK(strcmp(s->value, "child") != 0 || (n == 11 && strcmp(s->column, "age") == 0));
    }
    plm_table_file_wipe(&file);
    check_refused(text, &wrong, 1, "nothing", "no such stratum column");
    check_refused("A,sex,B,count,age\n1,f,0,5,c\n1,f,0,6,c\n", &format, 3, "", "line 2 already");
    check_refused("A,sex,B,count,age\n1,,0,5,c\n", &format, 2, "sex", "empty");
}

static void test_noised(void)
{
    const plm_table_format format = {NULL, true};
    plm_table_file file;
    told l;
    CHECK_STATUS(read_text("A,B,count\n1,0,-3\n0,1,4\n", &format, &file, &l), PLM_OK);
    CHECK(file.table.count[1] == 0 && file.table.count[2] == 4);
    plm_table_file_wipe(&file);
}

static void test_derived(void)
{
    const double count[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    plm_table table = mse_make(3, count);
    plm_table out;
    double truth = 0;
    plm_table_set_name(&table, 0, "P", 1);
    plm_table_set_name(&table, 2, "R", 1);
    CHECK_STATUS(plm_table_omit(&out, &table, 1), PLM_OK);
    CHECK(out.n_lists == 2 && out.count[1] == 4 && out.count[2] == 10 && out.count[3] == 12);
    CHECK(out.count[0] == 0);
    CHECK_EQ_STR(out.names[1], "R");
    CHECK_STATUS(plm_table_merge(&out, &table, 0, 2), PLM_OK);
    CHECK(out.count[1] == 10 && out.count[2] == 2 && out.count[3] == 16);
    CHECK_EQ_STR(out.names[0], "P+R");
    CHECK_EQ_STR(out.names[1], "2");
    CHECK_STATUS(plm_table_condition(&out, &table, 1, &truth), PLM_OK);
    CHECK(truth == 18 && out.count[1] == 3 && out.count[2] == 6 && out.count[3] == 7);
    CHECK_STATUS(plm_table_merge(&out, &table, 2, 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_table_set(&table, 0, 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_table_set(&table, 8, 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_table_set(&table, 1, (double)NAN), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_table_set(&table, 1, -1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_table_init(&table, 9), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_table_init(&table, 1), PLM_E_ARGUMENT);
}

static bool finds(const plm_table *table, const char *code, plm_finding_level level)
{
    plm_findings findings = {0};
    plm_table_judge(table, &findings);
    for (size_t i = 0; i < findings.n; i++) {
        if (strcmp(findings.item[i].code, code) == 0) {
            return findings.item[i].level == level;
        }
    }
    return false;
}

static void test_judged(void)
{
    const double two[4] = {0, 50, 60, 20};
    const double empty[8] = {0, 50, 60, 20, 0, 0, 0, 0};
    const double apart[8] = {0, 50, 60, 0, 70, 0, 0, 0};
    const double small[8] = {0, 50, 60, 20, 5, 1, 1, 0};
    const double dominant[8] = {0, 900, 5, 30, 4, 40, 1, 3};
    const double isolated[8] = {0, 50, 60, 20, 30, 0, 0, 0};
    const double good[8] = {0, 50, 60, 20, 70, 20, 20, 4};
    plm_table table = mse_make(2, two);
    CHECK(finds(&table, "two-lists", PLM_FINDING_REFUSAL));
    table = mse_make(3, empty);
    CHECK(finds(&table, "list-empty", PLM_FINDING_REFUSAL));
    table = mse_make(3, apart);
    CHECK(finds(&table, "no-overlap", PLM_FINDING_REFUSAL));
    table = mse_make(3, small);
    CHECK(finds(&table, "list-small", PLM_FINDING_WARNING));
    table = mse_make(3, dominant);
    CHECK(finds(&table, "list-dominant", PLM_FINDING_WARNING));
    table = mse_make(3, isolated);
    CHECK(finds(&table, "list-isolated", PLM_FINDING_WARNING));
    CHECK(finds(&table, "pair-empty", PLM_FINDING_NOTE));
    plm_findings findings = {0};
    table = mse_make(3, good);
    plm_table_judge(&table, &findings);
    CHECK_EQ_INT(findings.n, 0);
}

int main(void)
{
    TAP_RUN(test_read);
    TAP_RUN(test_refused);
    TAP_RUN(test_strata);
    TAP_RUN(test_noised);
    TAP_RUN(test_derived);
    TAP_RUN(test_judged);
    return tap_done();
}
