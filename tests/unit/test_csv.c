/* SPDX-License-Identifier: Apache-2.0 */
#include "register/csv.h"
#include "tap.h"

#include <stdlib.h>

/* Every event as text: "1[a|b]" a row with its line, "!2.3" a fault in line 2, column 3. */
static char events[1 << 16];
static char last_reason[200];
static plm_status last_status;

static const char *parse(plm_span bytes, char separator, bool ends_at_sub)
{
    plm_import import = {0};
    plm_progress progress;
    plm_source source;
    static plm_csv csv;
    plm_csv_event event = PLM_CSV_ROW;
    size_t n = 0;
    plm_progress_init(&progress, &import);
    plm_source_open_bytes(&source, &progress, bytes, "t.csv");
    events[0] = '\0';
    last_reason[0] = '\0';
    CHECK_STATUS(plm_csv_init(&csv, &source, separator), PLM_OK);
    csv.ends_at_sub = ends_at_sub;
    while ((last_status = plm_csv_next(&csv, &event)) == PLM_OK && event != PLM_CSV_END) {
        char *at = events + n;
        size_t room = sizeof events - n;
        if (event == PLM_CSV_BROKEN) {
            n += (size_t)snprintf(at, room, "!%" PRIu64 ".%zu", csv.line, csv.column);
            (void)snprintf(last_reason, sizeof last_reason, "%s", csv.reason);
            continue;
        }
        n += (size_t)snprintf(at, room, "%" PRIu64 "[", csv.line);
        for (size_t i = 0; i < csv.n_fields && n < sizeof events; i++) {
            plm_span f = plm_csv_field(&csv, i);
            n += (size_t)snprintf(events + n, sizeof events - n, "%s%.*s", i > 0 ? "|" : "",
                                  (int)f.n, (const char *)f.p);
        }
        n += n < sizeof events ? (size_t)snprintf(events + n, sizeof events - n, "]") : 0;
        if (n >= sizeof events) {
            break;
        }
    }
    plm_csv_wipe(&csv);
    plm_source_close(&source);
    return events;
}

static const char *rows(const char *text)
{
    return parse(plm_span_str(text), ',', false);
}

static void test_plain_rows(void)
{
    CHECK_EQ_STR(rows("a,b\nc,d\n"), "1[a|b]2[c|d]");
    CHECK_EQ_STR(rows("a,b\r\nc,d\r\n"), "1[a|b]2[c|d]");
    CHECK_EQ_STR(rows("a,b\r\nc,d"), "1[a|b]2[c|d]");
    CHECK_EQ_STR(rows("a,b\nc,d\r"), "1[a|b]2[c|d]");
    CHECK_EQ_STR(rows(",\n,,\n"), "1[|]2[||]");
    CHECK_EQ_STR(rows("a\n\n\r\nb\n"), "1[a]4[b]"); /* empty lines have numbers too */
    CHECK_EQ_STR(rows(""), "");
    CHECK_EQ_STR(rows("\n"), "");
    CHECK_EQ_STR(rows(" a , b \n"), "1[ a | b ]"); /* blanks belong to the field */
    CHECK_EQ_INT(last_status, PLM_OK);
}

static void test_quotes(void)
{
    CHECK_EQ_STR(rows("\"a\",\"b,c\"\n"), "1[a|b,c]");
    CHECK_EQ_STR(rows("\"a\"\"b\",\"\"\"\"\n"), "1[a\"b|\"]");
    CHECK_EQ_STR(rows("\"\"\nx\n"), "1[]2[x]"); /* an empty field in quotes is a row */
    CHECK_EQ_STR(rows("\"a\nb\",c\nd,e\n"), "1[a\nb|c]3[d|e]");
    CHECK_EQ_STR(rows("\"a\r\nb\"\r\nc\r\n"), "1[a\r\nb]3[c]");
    CHECK_EQ_STR(rows("\"a\""), "1[a]");
    CHECK_EQ_STR(rows("a,\"\""), "1[a|]");
}

static void test_separators(void)
{
    CHECK_EQ_STR(parse(plm_span_str("a;b,c\n"), ';', false), "1[a|b,c]");
    CHECK_EQ_STR(parse(plm_span_str("a\tb\n"), '\t', false), "1[a|b]");
    CHECK_EQ_STR(parse(plm_span_str("\"a|\"|b\n"), '|', false), "1[a||b]");
}

static void test_bom(void)
{
    CHECK_EQ_STR(rows("\xEF\xBB\xBF"
                      "a,b\n"),
                 "1[a|b]");
    CHECK_EQ_STR(rows("\xEF\xBB\xBF\"a\"\n"), "1[a]");
    CHECK_EQ_STR(rows("\xEF\xBB\xBF"), "");
    CHECK_EQ_STR(rows("a\n\xEF\xBB\xBF"
                      "b\n"),
                 "1[a]2[\xEF\xBB\xBF"
                 "b]"); /* only at the start */
    (void)parse(plm_span_of("\xFF\xFE"
                            "a\0",
                            4),
                ',', false);
    CHECK_EQ_INT(last_status, PLM_E_SYNTAX);
    (void)parse(plm_span_of("\xFF\xFE", 2), ',', false);
    CHECK_EQ_INT(last_status, PLM_E_SYNTAX);
    (void)parse(plm_span_of("\xFE\xFF\0a", 4), ',', false);
    CHECK_EQ_INT(last_status, PLM_E_SYNTAX);
}

/* A broken row is one event; the next line is read on. */
static void test_faults(void)
{
    CHECK_EQ_STR(rows("a,b\n1,\"x\n2,y\n3,z"), "1[a|b]!2.23[2|y]4[3|z]");
    CHECK_EQ_STR(last_reason, "a quote that is never closed");
    CHECK_EQ_STR(rows("a\nx\"y,1\nb\n"), "1[a]!2.13[b]");
    CHECK_EQ_STR(last_reason, "a quote inside a field that does not begin with one");
    CHECK_EQ_STR(rows("a\n1,\"x\"y\nb\n"), "1[a]!2.23[b]");
    CHECK_EQ_STR(last_reason, "text after the closing quote of a field");
    CHECK_EQ_STR(rows("a\n1,\"x\" \nb\n"), "1[a]!2.23[b]");
    CHECK_EQ_STR(rows("a\rb\nc\n"), "!1.12[c]");
    CHECK_EQ_STR(last_reason, "a carriage return without its line feed");
    CHECK_EQ_STR(parse(plm_span_of("a,\0b\nc\n", 7), ',', false), "!1.22[c]");
    CHECK_EQ_STR(last_reason, "a zero byte; is this file UTF-8 text?");
    /* The fault's own line, not the row's, where a quoted field goes over several. */
    CHECK_EQ_STR(rows("\"a\nb\",\"c\nd\"e\nf\n"), "!3.2!2.1!3.14[f]");
}

static void test_utf8(void)
{
    CHECK_EQ_STR(rows("\xC3\xA9,b\nc\n"), "1[\xC3\xA9|b]2[c]");
    CHECK_EQ_STR(rows("a\nb,\xE9t\xE9\nc\n"), "1[a]!2.23[c]");
    CHECK_EQ_STR(last_reason, "not valid UTF-8");
    /* The fault is in line 4, in a field that began in line 2; line 4 alone is no row either. */
    CHECK_EQ_STR(rows("a\n\"x\n\ny\xFF\",z\nc\n"), "1[a]!4.1!4.15[c]");
}

static void test_utf8_over_borders(void)
{
    /* Two halves of a letter in two fields are not a letter. */
    CHECK_EQ_STR(rows("\xC3,\xA9\nc\n"), "!1.12[c]");
    CHECK_EQ_STR(rows("\xC0\xAF\nc\n"), "!1.12[c]");     /* overlong */
    CHECK_EQ_STR(rows("\xED\xA0\x80\nc\n"), "!1.12[c]"); /* surrogate */
}

static void test_dos_end(void)
{
    CHECK_EQ_STR(parse(plm_span_str("a,b\r\n\x1A"), ',', true), "1[a|b]");
    CHECK_EQ_STR(parse(plm_span_str("a,b\r\n\x1A\n"), ',', true), "1[a|b]");
    CHECK_EQ_STR(parse(plm_span_str("a,b\n\x1A\nc,d\n"), ',', true), "1[a|b]2[\x1A]3[c|d]");
    CHECK_EQ_STR(parse(plm_span_str("a,b\n\x1A"), ',', false), "1[a|b]2[\x1A]");
}

static void fill(uint8_t *p, size_t n, const char *head, const char *tail, uint8_t c)
{
    memset(p, c, n);
    memcpy(p, head, strlen(head));
    memcpy(p + n - strlen(tail), tail, strlen(tail));
}

static void test_limits(void)
{
    size_t n = (size_t)PLM_CSV_ROW_MAX + 4096;
    uint8_t *big = (uint8_t *)malloc(n);
    if (!CHECK(big != NULL)) {
        return;
    }
    fill(big, PLM_CSV_FIELD_MAX + 4, "x", "\nb\n", 'x'); /* a field of the maximum and one more */
    CHECK_EQ_STR(parse(plm_span_of(big, PLM_CSV_FIELD_MAX + 4), ',', false), "!1.12[b]");
    CHECK_EQ_STR(last_reason, "a field of more than 65536 bytes");
    big[PLM_CSV_FIELD_MAX] = ',';
    (void)parse(plm_span_of(big, PLM_CSV_FIELD_MAX + 4), ',', false);
    CHECK_EQ_STR(last_reason, "");

    memset(big, ',', n);
    big[n - 1] = '\n';
    CHECK_EQ_STR(parse(plm_span_of(big, n), ',', false), "!1.1024");
    CHECK_EQ_STR(last_reason, "more than 1024 columns");
    CHECK_EQ_STR(
        parse(plm_span_of(big + n - PLM_CSV_COLUMNS_MAX - 1, PLM_CSV_COLUMNS_MAX + 1), ',', false),
        "!1.1024");
    (void)parse(plm_span_of(big + n - PLM_CSV_COLUMNS_MAX, PLM_CSV_COLUMNS_MAX), ',', false);
    CHECK_EQ_STR(last_reason, ""); /* 1,023 separators: 1,024 columns are fine */

    /* A row of many fields that is too long as a whole; then the reader finds the next line. */
    for (size_t i = 0; i < n; i++) {
        big[i] = i % 60000 == 59999 ? ',' : 'y';
    }
    memcpy(big + n - 3, "\nb\n", 3);
    CHECK_EQ_STR(parse(plm_span_of(big, n), ',', false), "!1.02[b]");
    CHECK_EQ_STR(last_reason, "a row of more than 1048576 bytes");

    /* A quote opened in line 2 that swallows the limit of a field costs that row only. */
    for (size_t i = 0; i < n; i++) {
        big[i] = i % 4 == 3 ? '\n' : i % 4 == 1 ? ',' : 'z';
    }
    big[4] = '"';
    const char *text = parse(plm_span_of(big, 100000), ',', false);
    CHECK(strncmp(text, "1[z|z]!2.13[z|z]4[z|z]5[z|z]", 28) == 0);
    CHECK_EQ_STR(last_reason, "a quote that is not closed within 65536 bytes");
    free(big);
}

static uint64_t seed = 1;

static unsigned pick(unsigned n)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(seed >> 33) % n;
}

/* What a writer by RFC 4180 section 2 writes is read back; rows cross the reader's steps. */
static void test_round_trip(void)
{
    enum {
        N_ROWS = 20000
    };
    static const char *const alphabet[] = {"a", "Z", " ", ",", ";", "\"", "\n", "\r\n", "\xC3\xA9"};
    static plm_csv csv;
    plm_import import = {0};
    plm_progress progress;
    plm_source source;
    plm_buf text;
    plm_buf want;
    plm_csv_event event = PLM_CSV_ROW;
    plm_buf_init(&text, 1 << 24);
    plm_buf_init(&want, 1 << 24);
    bool good = true;
    for (size_t row = 0; row < N_ROWS; row++) {
        for (size_t field = 0; field < 3; field++) {
            unsigned n = pick(12);
            good = good && plm_buf_append(&text, ",\"", field == 0 ? 0 : 1) == PLM_OK &&
                   plm_buf_append(&text, "\"", 1) == PLM_OK;
            for (unsigned i = 0; i < n; i++) {
                const char *c = alphabet[pick(sizeof alphabet / sizeof *alphabet)];
                good = good && plm_buf_append(&want, c, strlen(c)) == PLM_OK &&
                       plm_buf_append(&text, c, strlen(c)) == PLM_OK;
                if (*c == '"') {
                    good = good && plm_buf_append(&text, c, 1) == PLM_OK;
                }
            }
            good = good && plm_buf_append(&text, "\"", 1) == PLM_OK &&
                   plm_buf_append_u8(&want, 0) == PLM_OK;
        }
        good = good && plm_buf_append(&text, "\r\n", 2) == PLM_OK;
    }
    CHECK(good);
    plm_progress_init(&progress, &import);
    plm_source_open_bytes(&source, &progress, plm_buf_span(&text), "t.csv");
    CHECK_STATUS(plm_csv_init(&csv, &source, ','), PLM_OK);
    size_t at = 0;
    size_t n_rows = 0;
    while (plm_csv_next(&csv, &event) == PLM_OK && event == PLM_CSV_ROW && csv.n_fields == 3) {
        for (size_t i = 0; i < 3; i++) {
            plm_span f = plm_csv_field(&csv, i);
            good = good && at + f.n < want.n && memcmp(want.data + at, f.p, f.n) == 0 &&
                   want.data[at + f.n] == 0;
            at += f.n + 1;
        }
        n_rows++;
    }
    CHECK_EQ_INT(event, PLM_CSV_END);
    CHECK_EQ_INT(n_rows, N_ROWS);
    CHECK(good && at == want.n);
    plm_csv_wipe(&csv);
    plm_buf_wipe(&text);
    plm_buf_wipe(&want);
}

int main(void)
{
    TAP_RUN(test_plain_rows);
    TAP_RUN(test_quotes);
    TAP_RUN(test_separators);
    TAP_RUN(test_bom);
    TAP_RUN(test_faults);
    TAP_RUN(test_utf8);
    TAP_RUN(test_utf8_over_borders);
    TAP_RUN(test_dos_end);
    TAP_RUN(test_limits);
    TAP_RUN(test_round_trip);
    return tap_done();
}
