/* SPDX-License-Identifier: Apache-2.0 */
#include "import_log.h"

#include "base/file.h"
#include "register/csv.h"

static import_log logged;

static plm_status run(const char *mapping, const char *csv)
{
    plm_status status = plm_import_csv_bytes(&logged.import, plm_span_str(mapping), "m.json",
                                             plm_span_str(csv), "r.csv");
    if (status == PLM_OK) {
        import_log_check_counts(&logged);
    }
    return status;
}

/* Imports with a fresh log and compares all of it. */
static void expect(const char *mapping, const char *csv, const char *want)
{
    import_log_init(&logged);
    CHECK_STATUS(run(mapping, csv), PLM_OK);
    CHECK_EQ_STR(import_log_text(&logged), want);
    import_log_wipe(&logged);
}

static const char basic[] =
    "{\"format\":\"palermo-mapping/1\",\"separator\":\";\",\"header\":true,"
    "\"null\":[\"\",\"-0-\",\"NULL\"],\"id\":{\"column\":\"ID\"},\"kind\":{\"constant\":\"person\"}"
    ","
    "\"role\":{\"column\":\"STATUS\",\"values\":{\"S\":\"suspect\",\"V\":\"victim\"}},"
    "\"properties\":[{\"type\":\"name\",\"template\":\"{GIVEN} {SURNAME}\"},"
    "{\"type\":\"name\",\"column\":\"ALIAS\",\"split\":\"|\"},"
    "{\"type\":\"birthDate\",\"column\":\"BORN\",\"dateFormat\":[\"DD/MM/YYYY\",\"YYYY\"]},"
    "{\"type\":\"nationality\",\"column\":\"NAT\"},"
    "{\"type\":\"document\",\"column\":\"PASS\",\"country\":{\"column\":\"ISSUER\"}}]}";
#define HEAD "ID;STATUS;GIVEN;SURNAME;ALIAS;BORN;NAT;PASS;ISSUER\n"

static void test_whole_row(void)
{
    expect(basic, HEAD "7;S; Ivan ;Petrov;Vanya|Johnny;03/12/1974;RU;4509123456;RU\n",
           "2 id=7 person suspect\n"
           "  name=Ivan Petrov\n  name=Vanya\n  name=Johnny\n  birthDate=1974-12-03\n"
           "  nationality=RU\n  document=RU:P:4509123456\n");
}

static void test_nulls_and_templates(void)
{
    expect(basic, HEAD "7;-0-;NULL;Petrov;-0-| |Vanya;;-0- ;;\n8;V;;;Vanya;1974;;;\n",
           "2 id=7 person suspect\n  name=Petrov\n  name=Vanya\n"
           "3 id=8 person victim\n  name=Vanya\n  birthDate=1974-XX-XX\n");
}

static void test_duplicate_values_and_ids(void)
{
    expect(basic, HEAD "7;S;A;B;A B|A B|C;;;;\n7;S;D;E;;;;;\n8;S;D;E;;;;;\n",
           "2 id=7 person suspect\n  name=A B\n  name=C\n"
           "E r.csv:3:: its id is that of the record in line 2\n"
           "4 id=8 person suspect\n  name=D E\n");
}

/* A bad value costs the value, a bad row the row. */
static void test_bad_values(void)
{
    expect(basic, HEAD "7;S;A;B;;1974-12-03;;;\n8;S;A;B;;31/02/1974;;;\n9;S;A;B;;01/07/2026;;;\n",
           "W r.csv:2:BORN: birthDate dropped: it does not fit the date format\n"
           "2 id=7 person suspect\n  name=A B\n"
           "W r.csv:3:BORN: birthDate dropped: there is no such date\n"
           "3 id=8 person suspect\n  name=A B\n"
           "W r.csv:4:BORN: birthDate dropped: it lies in the future\n"
           "4 id=9 person suspect\n  name=A B\n");
    expect(basic, HEAD "7;X;A;B;;;;;\n;S;A;B;;;;;\n9;S;;;;1974;RU;;\n10;S;A;B\n",
           "E r.csv:2:STATUS: the value is not among the mapping's values\n"
           "E r.csv:3:ID: the id is empty\n"
           "E r.csv:4:: no usable identifier\n"
           "E r.csv:5:: 4 columns instead of 9\n");
    expect(basic, HEAD "7;S;A;B;\"x;;;;\n8;S;A;B;;;;;\n9;S;A\xFF;B;;;;;\n",
           "E r.csv:2:column 5: a quote that is never closed\n"
           "3 id=8 person suspect\n  name=A B\n"
           "E r.csv:4:column 3: not valid UTF-8\n");
    expect(basic, HEAD "7;S;A;B;;;;4509123456;Atlantis\n",
           "W r.csv:2:PASS: document dropped: its country is not known\n"
           "2 id=7 person suspect\n  name=A B\n");
}

/* A document without issuer: the one nationality, wherever it stands; else the default country. */
static void test_issuer(void)
{
    expect(basic, HEAD "7;S;A;B;;;RU;4509123456;\n",
           "2 id=7 person suspect\n  name=A B\n  nationality=RU\n  document=RU:P:4509123456\n");
    import_log_init(&logged);
    (void)snprintf(logged.import.defaults.country, 3, "DE");
    CHECK_STATUS(run(basic, HEAD "7;S;A;B;;;;C01X00T47;\n8;S;A;B;;;RU;4509123456;\n"), PLM_OK);
    CHECK_EQ_STR(import_log_text(&logged),
                 "2 id=7 person suspect\n  name=A B\n  document=DE:P:C01X00T47\n"
                 "3 id=8 person suspect\n  name=A B\n  nationality=RU\n"
                 "  document=RU:P:4509123456\n");
    import_log_wipe(&logged);
    import_log_init(&logged);
    CHECK_STATUS(run(basic, HEAD "7;S;A;B;;;;4509123456;\n"), PLM_OK);
    CHECK_EQ_INT(logged.n_warnings, 1); /* no issuer: dropped, with the reason of the type */
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_DOCUMENT], 0);
    import_log_wipe(&logged);
}

static const char full[] =
    "{\"format\":\"palermo-mapping/1\",\"header\":false,\"id\":{\"template\":\"{#1}-{#2}\"},"
    "\"kind\":{\"column\":3,\"values\":{\"P\":\"person\",\"C\":\"vehicle\"}},"
    "\"role\":{\"column\":4},\"grading\":{\"column\":5},"
    "\"retention\":{\"column\":6,\"dateFormat\":\"YYYY-MM-DD\"},"
    "\"minor\":{\"column\":7,\"values\":{\"J\":\"true\",\"N\":\"false\"}},"
    "\"assessment\":{\"constant\":\"true\"},"
    "\"offences\":{\"column\":8,\"split\":\" \",\"values\":{\"a\":\"theft\",\"b\":\"fraud\","
    "\"c\":\"chess\"}},"
    "\"properties\":[{\"type\":\"name\",\"column\":9},"
    "{\"type\":\"nationality\",\"constant\":\"RU\"},"
    "{\"type\":\"plate\",\"column\":10,\"country\":{\"constant\":\"Germany\"}}]}";

static bool is_offence(const char *code)
{
    return strcmp(code, "theft") == 0 || strcmp(code, "fraud") == 0;
}

static void test_steering_columns(void)
{
    import_log_init(&logged);
    logged.import.is_offence = is_offence;
    static const char *const defaults[] = {"murder"};
    logged.import.defaults.offences = defaults;
    logged.import.defaults.n_offences = 1;
    CHECK_STATUS(run(full, "a,1,P,wanted,B2,2030-01-31,J,a b a,A,\n"
                           "a,2,C,,,,,,,B XY 123\n"
                           "a,3,P,,,,,c x,A,\n"
                           "a,4,Q,,,,,,A,\n"
                           "a,5,,,,,,,A,\n"
                           "a,6,P,boss,,,,,A,\n"
                           "a,7,P,,B9,,,,A,\n"
                           "a,8,P,,,2030-01,,,A,\n"
                           "a,8,P,,,2030-01-XX,,,A,\n"
                           "a,9,P,,,,?,,A,\n"
                           "a\x01,9,P,,,,,,A,\n"
                           ",9,P,,,,,,A,\n"),
                 PLM_OK);
    CHECK_EQ_STR(
        import_log_text(&logged),
        "1 id=a-1 person wanted B2 until=2030-01-31 minor assessment offences=theft,fraud\n"
        "  name=A\n  nationality=RU\n"
        "2 id=a-2 vehicle suspect assessment offences=murder\n"
        "  nationality=RU\n  plate=DE:BXY123\n"
        "W r.csv:3:column 8: offence dropped: \"chess\" is not in the catalogue\n"
        "W r.csv:3:column 8: dropped: the value is not among the mapping's values\n"
        "3 id=a-3 person suspect assessment\n  name=A\n  nationality=RU\n"
        "E r.csv:4:column 3: the value is not among the mapping's values\n"
        "E r.csv:5:column 3: the kind is missing or unknown\n"
        "E r.csv:6:column 4: the role is unknown\n"
        "E r.csv:7:column 5: a grading is of the 4x4 or the 6x6 system, as B2/4x4 or B2/6x6\n"
        "E r.csv:8:column 6: retention: it does not fit the date format\n"
        "E r.csv:9:column 6: retention: not a full date\n"
        "E r.csv:10:column 7: the value is not among the mapping's values\n"
        "E r.csv:11:{#1}-{#2}: the id is not valid UTF-8 or holds a control character\n"
        "E r.csv:12:{#1}-{#2}: the id is empty\n");
    import_log_wipe(&logged);
}

static void test_defaults(void)
{
    import_log_init(&logged);
    logged.import.defaults.role = PLM_ROLE_WANTED;
    memcpy(logged.import.defaults.grading, "A1", 3);
    logged.import.defaults.retention = (plm_date){2031, 2, 3};
    CHECK_STATUS(run("{\"format\":\"palermo-mapping/1\",\"header\":true,\"id\":{\"column\":\"a\"},"
                     "\"kind\":{\"constant\":\"person\"},"
                     "\"properties\":[{\"type\":\"name\",\"column\":\"b\"}]}",
                     "\xEF\xBB\xBF"
                     "a,b\r\n1,\"Ivan\r\n Petrov\"\r\n"),
                 PLM_OK);
    CHECK_EQ_STR(import_log_text(&logged),
                 "2 id=1 person wanted A1 until=2031-02-03\n  name=Ivan Petrov\n");
    import_log_wipe(&logged);
}

/* Value maps of ids and countries; a null country is none, one that is not in the map drops. */
static void test_value_maps(void)
{
    expect("{\"format\":\"palermo-mapping/1\",\"header\":true,\"id\":{\"column\":\"a\","
           "\"values\":{\"1\":\"one\",\"2\":\"two\",\"3\":\"three\"}},"
           "\"kind\":{\"constant\":\"person\"},\"properties\":[{\"type\":\"phone\","
           "\"column\":\"b\",\"country\":{\"column\":\"c\",\"values\":{\"D\":\"DE\"}}}]}",
           "a,b,c\n1,030 123456,D\n2,+4930123456,\n3,030 123456,X\n4,+4930123456,D\n",
           "2 id=one person suspect\n  phone=+4930123456\n"
           "3 id=two person suspect\n  phone=+4930123456\n"
           "W r.csv:4:c: phone dropped: its country is not among the mapping's values\n"
           "E r.csv:4:: no usable identifier\n"
           "E r.csv:5:a: the id is not among the mapping's values\n");
}

/* The day of the import itself is not in the future. Counts begin anew with each import. */
static void test_today_and_counts(void)
{
    import_log_init(&logged);
    CHECK_STATUS(run(basic, HEAD ";S;A;B;;;;;\n"), PLM_OK);
    CHECK_EQ_INT(logged.import.n_quarantined, 1);
    logged.n_errors = 0;
    logged.last_done = 0;
    CHECK_STATUS(run(basic, HEAD "7;S;A;B;;15/06/2026;;;\n8;S;A;B;;16/06/2026;;;\n"), PLM_OK);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_BIRTH_DATE], 1);
    CHECK_EQ_INT(logged.import.n_warnings, 1);
    import_log_wipe(&logged);
}

static void write_file(char *path, size_t size, const char *name, const char *text)
{
    (void)snprintf(path, size, "/tmp/palermo-csv-%ld-%s", (long)getpid(), name);
    CHECK_STATUS(plm_file_write(path, plm_span_str(text), 0600, false), PLM_OK);
}

/* From files, and from standard input, of which the length is not known. */
static void test_files(void)
{
    char mapping_path[64];
    char csv_path[64];
    write_file(mapping_path, sizeof mapping_path, "m.json", basic);
    write_file(csv_path, sizeof csv_path, "r.csv", HEAD "7;S;A;B;;;;;\n");
    import_log_init(&logged);
    CHECK_STATUS(plm_import_csv(&logged.import, mapping_path, csv_path), PLM_OK);
    CHECK_EQ_STR(import_log_text(&logged), "2 id=7 person suspect\n  name=A B\n");
    CHECK_EQ_INT(logged.last_total, strlen(HEAD "7;S;A;B;;;;;\n"));
    CHECK_EQ_INT(logged.last_done, logged.last_total);
    import_log_wipe(&logged);
    import_log_init(&logged);
    CHECK(freopen(csv_path, "r", stdin) != NULL);
    CHECK_STATUS(plm_import_csv(&logged.import, mapping_path, "-"), PLM_OK);
    CHECK_EQ_INT(logged.import.n_records, 1);
    CHECK_EQ_INT(logged.last_total, 0);
    import_log_wipe(&logged);
    import_log_init(&logged);
    CHECK_STATUS(plm_import_csv(&logged.import, mapping_path, "/"), PLM_E_IO); /* a directory */
    CHECK_EQ_INT(logged.n_errors, 1);
    import_log_wipe(&logged);
    (void)unlink(mapping_path);
    (void)unlink(csv_path);
}

/* A mapping's members in a frame that is otherwise fine, and what the one error says. */
static void expect_refused(const char *mapping, plm_status status, const char *want)
{
    import_log_init(&logged);
    CHECK_STATUS(run(mapping, "a,b,b\n1,x,y\n"), status);
    CHECK_EQ_STR(import_log_text(&logged), want);
    CHECK_EQ_INT(logged.import.n_records, 0);
    import_log_wipe(&logged);
}
#define FRAME \
    "{\"format\":\"palermo-mapping/1\",\"header\":true,\"kind\":{\"constant\":\"person\"},"
#define ID  "\"id\":{\"column\":\"a\"},"
#define ONE "\"properties\":[{\"type\":\"name\",\"column\":\"a\"}]"

static void test_mapping_errors(void)
{
    const struct {
        const char *mapping;
        const char *want;
    } cases[] = {
        {"{\"format\":\"palermo-mapping/2\",\"header\":true}",
         "/format: \"palermo-mapping/2\" is not one of: palermo-mapping/1\n"},
        {"{\"format\":\"palermo-mapping/1\"}", "/header: is missing\n"},
        {FRAME ID ONE ",\"sep\":1}", "/: has an unknown member \"sep\"\n"},
        {FRAME ID ONE ",\"separator\":\"x\"}",
         "/separator: must be \"tab\" or one of , ; | : ~ ^ #\n"},
        {FRAME ONE "}", "/id: is missing\n"},
        {FRAME "\"id\":{\"constant\":\"1\"}," ONE "}",
         "/id: can't be a constant: it must differ from row to row\n"},
        {FRAME "\"id\":{\"column\":\"c\"}," ONE "}",
         "/id/column: the CSV file has no column \"c\"\n"},
        {FRAME "\"id\":{\"column\":\"b\"}," ONE "}",
         "/id/column: the CSV file has more than one column \"b\"\n"},
        {FRAME "\"id\":{\"column\":4}," ONE "}", "/id/column: the CSV file has 3 columns\n"},
        {FRAME "\"id\":{\"template\":\"{a}{c}\"}," ONE "}",
         "/id/template: the CSV file has no column \"c\"\n"},
        {FRAME "\"id\":{\"template\":\"{a\"}," ONE "}",
         "/id/template: must hold column names in braces: \"{GIVEN} {NAME}\"\n"},
        {FRAME "\"id\":{\"template\":\"a\"}," ONE "}", "/id/template: names no column\n"},
        {FRAME "\"id\":{\"template\":\"{#9}\"}," ONE "}",
         "/id/template: the CSV file has 3 columns\n"},
        {FRAME "\"id\":{}," ONE "}", "/id: must have exactly one of constant, column, template\n"},
        {FRAME ID "\"role\":{\"constant\":\"boss\"}," ONE "}",
         "/role/constant: \"boss\" is not allowed here\n"},
        {FRAME ID "\"role\":{\"column\":\"a\",\"values\":{\"S\":\"boss\"}}," ONE "}",
         "/role/values/S: \"boss\" is not allowed here\n"},
        {FRAME ID "\"role\":{\"column\":\"a\",\"values\":{}}," ONE "}",
         "/role/values: must be an object with at least one member\n"},
        {FRAME ID "\"role\":{\"column\":\"a\",\"split\":\";\"}," ONE "}",
         "/role: has an unknown member \"split\"\n"},
        {FRAME ID "\"minor\":{\"column\":\"a\"}," ONE "}", "/minor/values: is missing\n"},
        {FRAME ID "\"retention\":{\"column\":\"a\"}," ONE "}",
         "/retention/dateFormat: is missing\n"},
        {FRAME ID "\"properties\":[]}", "/properties: must have 1 to 256 elements, not 0\n"},
        {FRAME ID "\"properties\":[{\"type\":\"nickname\",\"column\":\"a\"}]}",
         "/properties/0/type: \"nickname\" is no type of identifier\n"},
        {FRAME ID "\"properties\":[{\"type\":\"birthDate\",\"column\":\"a\"}]}",
         "/properties/0/dateFormat: is missing\n"},
        {FRAME ID "\"properties\":[{\"type\":\"birthDate\",\"column\":\"a\",\"dateFormat\":"
                  "[\"YYYY\",\"dd.mm.yyyy\"]}]}",
         "/properties/0/dateFormat/1: must hold YYYY and may hold MM, M, MON or MONTH, and with "
         "it DD or D, as in \"DD/MM/YYYY\"\n"},
        {FRAME ID "\"properties\":[{\"type\":\"name\",\"column\":\"a\",\"dateFormat\":\"YYYY\"}]}",
         "/properties/0: has an unknown member \"dateFormat\"\n"},
        {FRAME ID "\"properties\":[{\"type\":\"name\",\"column\":\"a\",\"country\":"
                  "{\"constant\":\"DE\"}}]}",
         "/properties/0/country: has no use for a value of type name\n"},
        {FRAME ID "\"properties\":[{\"type\":\"phone\",\"column\":\"a\",\"country\":"
                  "{\"constant\":\"Atlantis\"}}]}",
         "/properties/0/country/constant: \"Atlantis\" is not allowed here\n"},
        {FRAME ID "\"properties\":[{\"type\":\"name\",\"column\":\"a\",\"split\":\", \"}]}",
         "/properties/0/split: must be 1 to 1 bytes long, not 2\n"},
        {FRAME ID ONE ",\"null\":\"x\"}", "/null: must be an array\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char want[300];
        (void)snprintf(want, sizeof want, "E m.json:0:%s", cases[i].want);
        expect_refused(cases[i].mapping, PLM_E_INVALID, want);
    }
    expect_refused("{\"a\":1,\"a\":2}", PLM_E_SYNTAX,
                   "E m.json:1:: not valid JSON: duplicate object key near '\"a\"'\n");
    expect_refused("{\"format\":\"palermo-mapping/1\",\"header\":false,\"kind\":{\"constant\":"
                   "\"person\"}," ID ONE "}",
                   PLM_E_INVALID,
                   "E m.json:0:/id/column: without a header columns are numbers, counted from 1\n");
}

static void test_bad_files(void)
{
    static const char mapping[] = FRAME ID ONE "}";
    import_log_init(&logged);
    CHECK_STATUS(run(mapping, ""), PLM_E_SYNTAX);
    CHECK_STATUS(run(mapping, "a,\"b\n1,2\n"), PLM_E_SYNTAX);
    CHECK_STATUS(plm_import_csv(&logged.import, "/nonexistent.json", "/nonexistent.csv"), PLM_E_IO);
    CHECK_EQ_STR(import_log_text(&logged),
                 "E r.csv:1:: the file is empty; a header was expected\n"
                 "E r.csv:1:: the header can't be read: a quote that is never closed\n"
                 "E /nonexistent.json:0:: No such file or directory\n");
    import_log_wipe(&logged);
    expect(mapping, "a,b\n", ""); /* a register may be empty */
}

/* What the callbacks return stops the import and is returned. */
static void test_callbacks(void)
{
    import_log_init(&logged);
    logged.record_status = PLM_E_NOT_FOUND;
    CHECK_STATUS(run(basic, HEAD "7;S;A;B;;;;;\n8;S;A;B;;;;;\n"), PLM_E_NOT_FOUND);
    CHECK_EQ_INT(logged.import.n_records, 1);
    import_log_wipe(&logged);
    import_log_init(&logged);
    logged.progress_status = PLM_E_CANCELLED;
    CHECK_STATUS(run(basic, HEAD "7;S;A;B;;;;;\n"), PLM_E_CANCELLED);
    import_log_wipe(&logged);
}

static void test_value_limits(void)
{
    plm_buf csv;
    plm_buf_init(&csv, 1 << 21);
    CHECK_STATUS(plm_buf_printf(&csv, HEAD "7;S;A;B;"), PLM_OK);
    for (unsigned i = 0; i < 600; i++) {
        CHECK_STATUS(
            plm_buf_printf(&csv, "N%c%c%c|", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26),
            PLM_OK);
    }
    CHECK_STATUS(plm_buf_printf(&csv, ";;;;\n8;S;"), PLM_OK);
    for (unsigned i = 0; i < 5000; i++) {
        CHECK_STATUS(plm_buf_append_u8(&csv, 'x'), PLM_OK);
    }
    CHECK_STATUS(plm_buf_printf(&csv, ";;C;;;;\n"), PLM_OK);
    CHECK_STATUS(plm_buf_append_u8(&csv, 0), PLM_OK);
    import_log_init(&logged);
    logged.is_quiet = true;
    CHECK_STATUS(run(basic, (const char *)csv.data), PLM_OK);
    CHECK_EQ_INT(logged.import.n_records, 2);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_NAME], PLM_RECORD_VALUES_MAX + 1);
    CHECK_EQ_INT(logged.n_warnings, 2); /* the 513th value; the name that is too long */
    import_log_wipe(&logged);

    /* A fault of the whole row names no column. */
    plm_buf_clear(&csv);
    CHECK_STATUS(plm_buf_printf(&csv, HEAD), PLM_OK);
    for (unsigned i = 0; i < PLM_CSV_ROW_MAX; i++) {
        CHECK_STATUS(plm_buf_append_u8(&csv, i % 60000 == 0 ? ';' : 'x'), PLM_OK);
    }
    CHECK_STATUS(plm_buf_printf(&csv, "xx\n8;S;A;B;;;;;\n"), PLM_OK);
    CHECK_STATUS(plm_buf_append_u8(&csv, 0), PLM_OK);
    expect(basic, (const char *)csv.data,
           "E r.csv:2:: a row of more than 1048576 bytes\n"
           "3 id=8 person suspect\n  name=A B\n");
    plm_buf_wipe(&csv);
}

/* A column that holds what no record may: used, it is refused; left alone, that is said. */
static void test_forbidden_columns(void)
{
    static const char *const used[] = {"Religion",       "ETHNIC_GROUP", "political opinion",
                                       "race",           "Trade Union",  "sexual orientation",
                                       "Вероисповедание"};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
        char mapping[400];
        char csv[200];
        import_log_init(&logged);
        (void)snprintf(
            mapping, sizeof mapping,
            "{\"format\":\"palermo-mapping/1\",\"header\":true,\"id\":{\"column\":\"a\"},"
            "\"kind\":{\"constant\":\"person\"},\"properties\":[{\"type\":\"name\","
            "\"%s\":%s%s%s}]}",
            i % 2 == 0 ? "column" : "template", i % 2 == 0 ? "\"" : "\"x {", used[i],
            i % 2 == 0 ? "\"" : "}\"");
        (void)snprintf(csv, sizeof csv, "a,%s\n1,x\n", used[i]);
        CHECK_STATUS(run(mapping, csv), PLM_E_INVALID);
        if (!CHECK(strstr(import_log_text(&logged), "can't be used: no record may hold") != NULL)) {
            printf("# %s\n", import_log_text(&logged));
        }
        import_log_wipe(&logged);
    }
    import_log_init(&logged);
    CHECK_STATUS(run("{\"format\":\"palermo-mapping/1\",\"header\":true,\"id\":{\"column\":\"a\"},"
                     "\"kind\":{\"constant\":\"person\"},"
                     "\"properties\":[{\"type\":\"name\",\"column\":\"trace\"}]}",
                     "a,trace,religion\n1,A B,x\n"),
                 PLM_OK);
    CHECK_EQ_STR(
        import_log_text(&logged),
        "W r.csv:1:: the column \"religion\" is left alone: no record may hold religion or "
        "belief\n2 id=1 person suspect\n  name=A B\n");
    import_log_wipe(&logged);
}

int main(void)
{
    TAP_RUN(test_whole_row);
    TAP_RUN(test_nulls_and_templates);
    TAP_RUN(test_duplicate_values_and_ids);
    TAP_RUN(test_bad_values);
    TAP_RUN(test_issuer);
    TAP_RUN(test_steering_columns);
    TAP_RUN(test_defaults);
    TAP_RUN(test_forbidden_columns);
    TAP_RUN(test_value_maps);
    TAP_RUN(test_today_and_counts);
    TAP_RUN(test_files);
    TAP_RUN(test_mapping_errors);
    TAP_RUN(test_bad_files);
    TAP_RUN(test_callbacks);
    TAP_RUN(test_value_limits);
    return tap_done();
}
