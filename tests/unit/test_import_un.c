/* SPDX-License-Identifier: Apache-2.0 */
#include "import_log.h"
#include "register/un_xml.h"

static import_log logged;

#define HEAD "<?xml version='1.0' encoding='UTF-8'?>\n<CONSOLIDATED_LIST>\n"
#define TAIL "\n</CONSOLIDATED_LIST>\n"
#define PERSON(inside) \
    HEAD "<INDIVIDUALS><INDIVIDUAL>\n" inside "\n</INDIVIDUAL></INDIVIDUALS>" TAIL
#define NAMED "<REFERENCE_NUMBER>QDi.1</REFERENCE_NUMBER><FIRST_NAME>A</FIRST_NAME>"

static void expect(const char *xml, plm_status status, const char *want)
{
    import_log_init(&logged);
    logged.import.defaults.role = PLM_ROLE_SUSPECT; /* the list itself says "listed" */
    CHECK_STATUS(plm_import_un_bytes(&logged.import, plm_span_str(xml), "u.xml"), status);
    CHECK_EQ_STR(import_log_text(&logged), want);
    if (status == PLM_OK) {
        import_log_check_counts(&logged);
    }
    import_log_wipe(&logged);
}

static void test_individual(void)
{
    expect(PERSON("<DATAID>1</DATAID><FIRST_NAME>MUHAMMAD</FIRST_NAME>\n"
                  "<SECOND_NAME>TAHER</SECOND_NAME><THIRD_NAME> ANWARI\n </THIRD_NAME>\n"
                  "<FOURTH_NAME>na</FOURTH_NAME><UN_LIST_TYPE>Taliban</UN_LIST_TYPE>\n"
                  "<REFERENCE_NUMBER>TAi.005</REFERENCE_NUMBER>\n"
                  "<NAME_ORIGINAL_SCRIPT>محمد طاهر أنوري</NAME_ORIGINAL_SCRIPT>\n"
                  "<NATIONALITY><VALUE>Afghanistan</VALUE><VALUE>na</VALUE></NATIONALITY>\n"
                  "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><DATE_OF_BIRTH>1973-09-26"
                  "</DATE_OF_BIRTH><ALIAS_NAME>Mohammad Taher</ALIAS_NAME></INDIVIDUAL_ALIAS>\n"
                  "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Mudir, Haji</ALIAS_NAME>"
                  "</INDIVIDUAL_ALIAS><INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/>"
                  "</INDIVIDUAL_ALIAS><SORT_KEY/><UNKNOWN><DEEP><ER>x</ER></DEEP></UNKNOWN>"),
           PLM_OK,
           "3 id=TAi.005 person listed\n  name=MUHAMMAD TAHER ANWARI\n"
           "  name=محمد طاهر أنوري\n  nationality=AF\n  birthDate=1973-09-26\n"
           "  name=Mohammad Taher\n  name=Haji Mudir\n");
}

static void test_entity(void)
{
    expect(HEAD "<INDIVIDUALS/>\n<ENTITIES><ENTITY><DATAID>9</DATAID>\n"
                "<FIRST_NAME>COMPAGNIE (CAGL) ; GREAT &amp; CO</FIRST_NAME>"
                "<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME><![CDATA[A < B]]></ALIAS_NAME>"
                "</ENTITY_ALIAS></ENTITY><ENTITY/></ENTITIES>\n<OTHER><X><FIRST_NAME>y</FIRST_NAME>"
                "</X></OTHER>" TAIL,
           PLM_OK,
           "4 id=9 organisation listed\n  name=COMPAGNIE (CAGL)\n  name=GREAT & CO\n"
           "  name=A < B\n"
           "E u.xml:5:ENTITY: neither REFERENCE_NUMBER nor DATAID\n");
}

#define BORN(inside) "<INDIVIDUAL_DATE_OF_BIRTH>" inside "</INDIVIDUAL_DATE_OF_BIRTH>\n"

static void test_dates(void)
{
    expect(PERSON(NAMED BORN("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1961-02-03</DATE>")
                      BORN("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1962-02-03+01:00</DATE>")
                          BORN("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1963</YEAR>")
                              BORN("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE>"
                                   "<DATE>1964-02-03</DATE>")
                                  BORN("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE>"
                                       "<FROM_YEAR>1965</FROM_YEAR><TO_YEAR>1965</TO_YEAR>")
                                      BORN("<NOTE>about 40</NOTE>")),
           PLM_OK,
           "3 id=QDi.1 person listed\n  name=A\n  birthDate=1961-02-03\n  birthDate=1962-02-03\n"
           "  birthDate=1963-XX-XX\n  birthDate=1964-XX-XX\n  birthDate=1965-XX-XX\n");
    expect(PERSON(NAMED BORN("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE>\n<FROM_YEAR>1965</FROM_YEAR>"
                             "<TO_YEAR>1967</TO_YEAR>") BORN("<YEAR>19x6</YEAR>")
                      BORN("<DATE>1961-02-30</DATE>") BORN("<YEAR>2027</YEAR>")),
           PLM_OK,
           "W u.xml:5:INDIVIDUAL/INDIVIDUAL_DATE_OF_BIRTH/FROM_YEAR: birthDate dropped: a range of "
           "years is no date\n"
           "W u.xml:6:INDIVIDUAL/INDIVIDUAL_DATE_OF_BIRTH/YEAR: birthDate dropped: not a date or "
           "year\n"
           "W u.xml:7:INDIVIDUAL/INDIVIDUAL_DATE_OF_BIRTH/DATE: birthDate dropped: not a date or "
           "year\n"
           "W u.xml:8:INDIVIDUAL/INDIVIDUAL_DATE_OF_BIRTH/YEAR: birthDate dropped: it lies in the "
           "future\n"
           "3 id=QDi.1 person listed\n  name=A\n");
}

#define DOCUMENT(inside) "<INDIVIDUAL_DOCUMENT>" inside "</INDIVIDUAL_DOCUMENT>\n"
#define PASSPORT         "<TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>"

static void test_documents(void)
{
    expect(
        PERSON(NAMED DOCUMENT(
            PASSPORT "<NUMBER>OR1961825</NUMBER><ISSUING_COUNTRY>Afghanistan</ISSUING_COUNTRY>"
                     "<COUNTRY_OF_ISSUE>Yemen</COUNTRY_OF_ISSUE>")
                   DOCUMENT("<TYPE_OF_DOCUMENT>Número de pasaporte</TYPE_OF_DOCUMENT>"
                            "<NUMBER>D 000769</NUMBER>"
                            "<COUNTRY_OF_ISSUE>Yemen</COUNTRY_OF_ISSUE>")
                       DOCUMENT(PASSPORT "<NUMBER>Libya B014995</NUMBER>") DOCUMENT(
                           PASSPORT "<NUMBER>X12345678</NUMBER>")
                           DOCUMENT(PASSPORT "<NOTE>lost</NOTE>") DOCUMENT(
                               "<TYPE_OF_DOCUMENT>National Identification Number"
                               "</TYPE_OF_DOCUMENT><NUMBER>1</NUMBER>") "<NATIONALITY><VALUE>Iraq</"
                                                                        "VALUE></NATIONALITY>"),
        PLM_OK,
        "W u.xml:9:INDIVIDUAL/INDIVIDUAL_DOCUMENT/NUMBER: document dropped: \"National "
        "Identification Number\" is no passport\n"
        "3 id=QDi.1 person listed\n  name=A\n  document=AF:P:OR1961825\n"
        "  document=YE:P:D000769\n  document=LY:P:B014995\n  nationality=IQ\n"
        "  document=IQ:P:X12345678\n");
}

static void test_quarantine(void)
{
    expect(HEAD "<INDIVIDUALS>\n<INDIVIDUAL><DATAID>1</DATAID>\n<NATIONALITY><VALUE>Iraq</VALUE>"
                "</NATIONALITY></INDIVIDUAL>\n"
                "<INDIVIDUAL><DATAID>2</DATAID><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>\n"
                "<INDIVIDUAL><DATAID>2</DATAID><FIRST_NAME>B</FIRST_NAME></INDIVIDUAL>\n"
                "</INDIVIDUALS>" TAIL,
           PLM_OK,
           "E u.xml:4:INDIVIDUAL: no usable identifier\n"
           "6 id=2 person listed\n  name=A\n"
           "E u.xml:7:INDIVIDUAL: its id is that of the record in line 6\n");
}

static void add(plm_buf *text, const char *piece, unsigned n)
{
    bool good = true;
    for (unsigned i = 0; i < n; i++) {
        good = good && plm_buf_append(text, piece, strlen(piece)) == PLM_OK;
    }
    CHECK(good);
}

static plm_status import_buf(plm_buf *text)
{
    import_log_init(&logged);
    plm_status status = plm_import_un_bytes(&logged.import, plm_buf_span(text), "u.xml");
    plm_buf_clear(text);
    return status;
}

/* Records well before the fault are out already; the file as a whole is refused. */
static void test_malformed(void)
{
    plm_buf text;
    plm_buf_init(&text, 1 << 20);
    add(&text, HEAD "<INDIVIDUALS><INDIVIDUAL>" NAMED "</INDIVIDUAL>", 1);
    add(&text, "          ", 10000); /* the parser reads ahead */
    add(&text, "\n<INDIVIDUAL>\n</WRONG>" TAIL, 1);
    CHECK_STATUS(import_buf(&text), PLM_E_SYNTAX);
    CHECK_EQ_STR(import_log_text(&logged),
                 "3 id=QDi.1 person listed\n  name=A\n"
                 "E u.xml:5:: not well-formed XML: Opening and ending tag mismatch: INDIVIDUAL "
                 "line 4 and WRONG\n");
    import_log_wipe(&logged);
    plm_buf_wipe(&text);
    expect("<html></html>", PLM_E_SYNTAX,
           "E u.xml:1:: the root element is html, not CONSOLIDATED_LIST\n");
    import_log_init(&logged);
    logged.is_quiet = true;
    static const char *const bad[] = {
        "",
        "a,b\n",
        HEAD "<INDIVIDUALS>",
        "<CONSOLIDATED_LIST>&unknown;</CONSOLIDATED_LIST>",
        HEAD "\xFF" TAIL,
        PERSON(NAMED "<THIRD_NAME>\xE9</THIRD_NAME>"),
        "\xFF\xFE<\0",
        "\xFE\xFF\0<",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t n = i + 2 < sizeof bad / sizeof *bad ? strlen(bad[i]) : 4;
        logged.last_done = 0;
        CHECK_STATUS(plm_import_un_bytes(&logged.import, plm_span_of(bad[i], n), "u"),
                     PLM_E_SYNTAX);
        CHECK_EQ_INT(logged.n_errors, i + 1);
    }
    import_log_wipe(&logged);
}

/* Any document type declaration is refused, whatever is in it. */
static void test_hostile_dtd(void)
{
    static const char refused[] =
        "E u.xml:0:: holds a document type declaration, which the list has not: refused\n";
    expect("<?xml version='1.0'?>\n<!DOCTYPE lolz [<!ENTITY a 'ha'>"
           "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>"
           "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>]>\n"
           "<CONSOLIDATED_LIST>&d;</CONSOLIDATED_LIST>",
           PLM_E_SYNTAX, refused);
    expect("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
           "<CONSOLIDATED_LIST>&e;</CONSOLIDATED_LIST>",
           PLM_E_SYNTAX, refused);
    expect("<!DOCTYPE CONSOLIDATED_LIST SYSTEM 'http://127.0.0.1:9/x.dtd'><CONSOLIDATED_LIST/>",
           PLM_E_SYNTAX, refused);
    expect("<<!DOCTYPE x><CONSOLIDATED_LIST/>", PLM_E_SYNTAX, refused);
    expect("<CONSOLIDATED_LIST/>", PLM_OK, "");
    /* Instructions to include are elements like others. */
    expect(HEAD "<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='/etc/hostname'/>" TAIL,
           PLM_OK, "");
}

static void test_hostile_size(void)
{
    plm_buf text;
    plm_buf_init(&text, 1 << 26);
    add(&text, HEAD, 1);
    add(&text, "<a>", 100);
    CHECK_STATUS(import_buf(&text), PLM_E_SYNTAX);
    CHECK_EQ_STR(import_log_text(&logged), "E u.xml:3:: elements nested deeper than 16\n");
    import_log_wipe(&logged);

    add(&text, HEAD, 1); /* deeper than the parser's own limit */
    add(&text, "<a>", 100000);
    CHECK_STATUS(import_buf(&text), PLM_E_SYNTAX);
    import_log_wipe(&logged);

    add(&text, HEAD "<INDIVIDUALS><INDIVIDUAL>" NAMED "<THIRD_NAME>", 1);
    add(&text, "x", PLM_UN_TEXT_MAX + 1);
    add(&text, "</THIRD_NAME></INDIVIDUAL>\n<INDIVIDUAL><DATAID>1</DATAID>", 1);
    for (unsigned i = 0; i < 5; i++) {
        add(&text, "<COMMENTS1>", 1);
        add(&text, "x", PLM_UN_ENTITY_MAX / 5 + 1);
        add(&text, "</COMMENTS1>", 1);
    }
    add(&text, "</INDIVIDUAL>\n<INDIVIDUAL><DATAID>1</DATAID>", 1);
    add(&text, "<T>1</T>", PLM_UN_LEAVES_MAX);
    add(&text, "</INDIVIDUAL>\n<INDIVIDUAL>" NAMED, 1);
    add(&text, "<T/>", PLM_UN_LEAVES_MAX);
    add(&text, "</INDIVIDUAL></INDIVIDUALS>" TAIL, 1);
    CHECK_STATUS(import_buf(&text), PLM_OK);
    CHECK_EQ_STR(import_log_text(&logged), "E u.xml:3:INDIVIDUAL: an element with too much text\n"
                                           "E u.xml:4:INDIVIDUAL: too much text\n"
                                           "E u.xml:5:INDIVIDUAL: too many elements\n"
                                           "6 id=QDi.1 person listed\n  name=A\n");
    import_log_check_counts(&logged);
    import_log_wipe(&logged);

    /* The parser's own limit for one text, 10 million bytes. */
    add(&text, HEAD "<INDIVIDUALS><INDIVIDUAL><THIRD_NAME>", 1);
    add(&text, "xxxxxxxxxxxxxxxx", 1 << 20);
    add(&text, "</THIRD_NAME></INDIVIDUAL></INDIVIDUALS>" TAIL, 1);
    CHECK_STATUS(import_buf(&text), PLM_E_SYNTAX);
    import_log_wipe(&logged);
    plm_buf_wipe(&text);
}

/* Beyond the 65,535 lines that libxml2 keeps in an element, lines are right within a few. */
static void test_many_lines(void)
{
    enum {
        N = 500,
        FIRST = 100000
    };
    plm_buf text;
    unsigned wrong = 0;
    unsigned n = 0;
    plm_buf_init(&text, 1 << 20);
    add(&text, HEAD "<INDIVIDUALS>", 1);
    add(&text, "\n", FIRST - 3);
    for (unsigned i = 0; i < N; i++) { /* four lines each */
        add(&text, "<INDIVIDUAL>\n<DATAID>1</DATAID>\n<SORT_KEY/>\n</INDIVIDUAL>\n", 1);
    }
    add(&text, "</INDIVIDUALS>" TAIL, 1);
    CHECK_STATUS(import_buf(&text), PLM_OK);
    const char *line = import_log_text(&logged);
    while ((line = strstr(line, "u.xml:")) != NULL) {
        int64_t off = strtoll(line + 6, NULL, 10) - (FIRST + 4 * (int64_t)n++);
        wrong += off < -8 || off > 8;
        line++;
    }
    CHECK_EQ_INT(n, N);
    CHECK_EQ_INT(wrong, 0);
    import_log_wipe(&logged);
    plm_buf_wipe(&text);
}

/* A name too long for anything is dropped where it stands; the rest is kept. */
static void test_long_name(void)
{
    plm_buf text;
    plm_buf_init(&text, 1 << 20);
    add(&text, HEAD "<INDIVIDUALS><INDIVIDUAL>" NAMED "\n\n<INDIVIDUAL_ALIAS>\n<ALIAS_NAME>", 1);
    add(&text, "x", 5000);
    add(&text, "</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL></INDIVIDUALS>" TAIL, 1);
    CHECK_STATUS(import_buf(&text), PLM_OK);
    CHECK_EQ_STR(import_log_text(&logged),
                 "W u.xml:6:INDIVIDUAL/INDIVIDUAL_ALIAS/ALIAS_NAME: name dropped: 5000 bytes, more "
                 "than 4096\n3 id=QDi.1 person listed\n  name=A\n");
    import_log_wipe(&logged);
    plm_buf_wipe(&text);
}

static void test_callbacks(void)
{
    import_log_init(&logged);
    logged.record_status = PLM_E_NOT_FOUND; /* not to be taken for the end of the list */
    CHECK_STATUS(plm_import_un_bytes(&logged.import, plm_span_str(PERSON(NAMED)), "u"),
                 PLM_E_NOT_FOUND);
    import_log_wipe(&logged);
    import_log_init(&logged);
    logged.progress_status = PLM_E_CANCELLED;
    CHECK_STATUS(plm_import_un_bytes(&logged.import, plm_span_str(PERSON(NAMED)), "u"),
                 PLM_E_CANCELLED);
    CHECK_STATUS(plm_import_un(&logged.import, "/nonexistent.xml"), PLM_E_IO);
    import_log_wipe(&logged);
}

/*
 * The list as published on 19 April 2025. Counted with Python's xml.etree.ElementTree:
 * len(root.findall("INDIVIDUALS/INDIVIDUAL")) = 684, len(root.findall("ENTITIES/ENTITY")) = 193;
 * dates of birth as distinct values of each individual by the rules of spec/imports.md (DATE, else
 * YEAR, year only if APPROXIMATELY, ranges of one year, aliases' dates) = 830; distinct values of
 * NATIONALITY/VALUE of each individual but "na" = 645, of which one is "former Soviet Union".
 */
static void test_published_list(void)
{
    char path[600];
    if (import_log_data(path, sizeof path, __FILE__, "un-consolidated-2025-04-19.xml") == NULL) {
        return;
    }
    import_log_init(&logged);
    logged.is_quiet = true;
    CHECK_STATUS(plm_import_un(&logged.import, path), PLM_OK);
    CHECK_EQ_INT(logged.n_by_kind[PLM_KIND_PERSON], 684);
    CHECK_EQ_INT(logged.n_by_kind[PLM_KIND_ORGANISATION], 193);
    CHECK_EQ_INT(logged.import.n_records, 684 + 193);
    CHECK_EQ_INT(logged.import.n_quarantined, 0);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_BIRTH_DATE], 830);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_NATIONALITY], 645 - 1);
    CHECK_EQ_INT(logged.last_done, logged.last_total);
    import_log_check_counts(&logged);
    import_log_wipe(&logged);
}

int main(void)
{
    TAP_RUN(test_individual);
    TAP_RUN(test_entity);
    TAP_RUN(test_dates);
    TAP_RUN(test_documents);
    TAP_RUN(test_quarantine);
    TAP_RUN(test_malformed);
    TAP_RUN(test_hostile_dtd);
    TAP_RUN(test_hostile_size);
    TAP_RUN(test_many_lines);
    TAP_RUN(test_long_name);
    TAP_RUN(test_callbacks);
    TAP_RUN(test_published_list);
    return tap_done();
}
