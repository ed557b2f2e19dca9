/* SPDX-License-Identifier: Apache-2.0 */
#include "import_log.h"

#include "base/file.h"

static import_log logged;
static char directory[] = "/tmp/palermo-ofac-XXXXXX";
static char sdn_path[64];
static char alt_path[64];
static char add_path[64];

static void put(char *path, const char *name, const char *text)
{
    (void)snprintf(path, sizeof sdn_path, "%s/%s", directory, name);
    CHECK_STATUS(plm_file_write(path, plm_span_str(text), 0600, false), PLM_OK);
}

/* Imports three files (alt and add may be NULL) and compares all of it, without the directory. */
static void expect(const char *sdn, const char *alt, const char *add, const char *want)
{
    char got[8192];
    size_t n = 0;
    put(sdn_path, "sdn.csv", sdn);
    put(alt_path, "alt.csv", alt != NULL ? alt : "");
    put(add_path, "add.csv", add != NULL ? add : "");
    import_log_init(&logged);
    CHECK_STATUS(plm_import_ofac(&logged.import, sdn_path, alt != NULL ? alt_path : NULL,
                                 add != NULL ? add_path : NULL),
                 PLM_OK);
    import_log_check_counts(&logged);
    CHECK_EQ_INT(logged.last_done, logged.last_total); /* over all three files */
    const char *text = import_log_text(&logged);
    while (*text != '\0' && n + 1 < sizeof got) {
        if (strncmp(text, directory, strlen(directory)) == 0) {
            text += strlen(directory) + 1;
        } else {
            got[n++] = *text++;
        }
    }
    got[n] = '\0';
    CHECK_EQ_STR(got, want);
    import_log_wipe(&logged);
}

#define NULLS           "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"
#define PERSON(remarks) "7,\"PETROV, Ivan\",individual," NULLS "\"" remarks "\"\n"
#define IS_PERSON       "1 id=7 person listed\n  name=Ivan PETROV\n"

static void test_join(void)
{
    expect("36,AEROCARIBBEAN AIRLINES,-0- ," NULLS "-0- \n"
           "173,\"DELOS REYES, Feliciano, Jr.\",individual," NULLS "-0- \n"
           "15038,ARGO I,vessel," NULLS "\"Former Vessel Flag Malta; Vessel Registration "
           "Identification IMO 9187667; MMSI 256843000.\"\n"
           "15436,EX-35011,aircraft," NULLS "\"Aircraft Tail Number EP-MNB.\"\n\x1A",
           "173,57,aka,\"REYES, Fely\",-0- \n36,12,aka,AERO-CARIBBEAN,-0- \n99,1,aka,X,-0- \n"
           "x,1,aka,X,-0- \n173,2,aka\n36,13,aka,-0- ,\n\x1A",
           "36,25,-0- ,\"Havana\",\"Cuba\",-0- \n98,25,-0- ,\"Havana\",\"Cuba\",-0- \n",
           "E alt.csv:4:ent_num: not a number\n"
           "E alt.csv:5:: 3 columns instead of 5\n"
           "1 id=36 organisation listed\n  name=AEROCARIBBEAN AIRLINES\n  name=AERO-CARIBBEAN\n"
           "2 id=173 person listed\n  name=Feliciano Jr. DELOS REYES\n  name=Fely REYES\n"
           "3 id=15038 vessel listed\n  name=ARGO I\n  imo=9187667\n"
           "4 id=15436 aircraft listed\n  name=EX-35011\n  name=EP-MNB\n"
           "E alt.csv:3:ent_num: no entity 99 in the SDN file\n"
           "E add.csv:2:ent_num: no entity 98 in the SDN file\n");
}

static void test_dates(void)
{
    expect(PERSON("DOB 08 Feb 1963; alt. DOB Mar 1964; alt. DOB 1965; alt. DOB circa 1966; "
                  "alt. DOB circa 01 Jan 1967; alt. DOB 01 Jan 1968 to 31 Dec 1968; "
                  "alt. DOB 1969 to 1970; alt. DOB 1971-1971; alt. DOB Mar 1972 to Mar 1972; "
                  "alt. DOB early 1973; alt. DOB 08 Feb 1963; DOB 30 Feb 1975; DOB 2031."),
           NULL, NULL,
           "W sdn.csv:1:Remarks: birthDate dropped: a range of years is no date\n"
           "W sdn.csv:1:Remarks: birthDate dropped: not a date OFAC writes\n"
           "W sdn.csv:1:Remarks: birthDate dropped: not a date OFAC writes\n"
           "W sdn.csv:1:Remarks: birthDate dropped: it lies in the future\n" IS_PERSON
           "  birthDate=1963-02-08\n  birthDate=1964-03-XX\n  birthDate=1965-XX-XX\n"
           "  birthDate=1966-XX-XX\n  birthDate=1967-XX-XX\n  birthDate=1968-XX-XX\n"
           "  birthDate=1971-XX-XX\n  birthDate=1972-03-XX\n");
}

static void test_clauses(void)
{
    expect(PERSON("POB Tehran, Iran; nationality Iran; citizen Iraq; Passport A1234567 (Iran) "
                  "issued 01 Jan 2000 expires 01 Jan 2010; alt. Passport Booklet: B7654321 (Iraq. "
                  " Previously X.); Diplomatic Passport D1234567 (Iran); "
                  "National ID No. 12345 (Iran); a.k.a. 'IVANOV, Petr'; f.k.a. 'VANYA'; "
                  "Email Address a@example.org; IBAN GB82WEST12345698765432; "
                  "Digital Currency Address - ETH 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed; "
                  "alt. Digital Currency Address - LTC LaizKtS5DUhPuP1nTQcc83MS7HwK6vk85z; "
                  "Vessel Registration Identification IMO 9187667; Gender Male"),
           NULL, NULL,
           IS_PERSON "  nationality=IR\n  nationality=IQ\n  document=IR:P:A1234567\n"
                     "  document=IQ:P:B7654321\n  document=IR:P:D1234567\n  name=Petr IVANOV\n"
                     "  name=VANYA\n  email=a@example.org\n  iban=GB82WEST12345698765432\n"
                     "  eth=5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\n");
    /* What is said of persons only is passed over for others. */
    expect("8,ACME,-0- ," NULLS "\"DOB 1963; nationality Iran; a.k.a. 'A, B'.\"\n", NULL, NULL,
           "1 id=8 organisation listed\n  name=ACME\n  name=A, B\n");
}

static void test_passport_without_country(void)
{
    expect(PERSON("Passport A1234567; nationality Iran"), NULL, NULL,
           IS_PERSON "  nationality=IR\n  document=IR:P:A1234567\n");
    import_log_init(&logged);
    logged.is_quiet = true;
    put(sdn_path, "sdn.csv", PERSON("Passport A1234567; nationality Iran; citizen Iraq"));
    CHECK_STATUS(plm_import_ofac(&logged.import, sdn_path, NULL, NULL), PLM_OK);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_DOCUMENT], 0); /* two nationalities: no issuer */
    CHECK_EQ_INT(logged.n_warnings, 1);
    import_log_wipe(&logged);
}

/* Numbers of 11 digits and more have their country's code; others are of the address' country. */
static void test_phones(void)
{
    expect("8,ACME,-0- ," NULLS "\"Phone Number 982188526300; Telephone (98)(21)(66153220); "
           "Telephone No. (218) (0)214778301; Phone No. 0030 123456 ext. 4; "
           "Telephone: +49 30 123456\"\n"
           "9,B,-0- ," NULLS "\"Phone Number 030 123456\"\n",
           NULL, "9,1,x,Berlin,Germany,-0- \n9,2,x,Bonn,Germany,-0- \n9,3,x,Bonn,-0- ,-0- \n",
           "1 id=8 organisation listed\n  name=ACME\n  phone=+982188526300\n"
           "  phone=+982166153220\n  phone=+218214778301\n  phone=+30123456\n"
           "  phone=+4930123456\n"
           "2 id=9 organisation listed\n  name=B\n  phone=+4930123456\n");
    import_log_init(&logged);
    put(sdn_path, "sdn.csv", "9,B,-0- ," NULLS "\"Phone Number 030 123456\"\n");
    put(add_path, "add.csv", "9,1,x,Berlin,Germany,-0- \n9,2,x,Bern,Switzerland,-0- \n");
    CHECK_STATUS(plm_import_ofac(&logged.import, sdn_path, NULL, add_path), PLM_OK);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_PHONE], 0); /* two countries: no region */
    CHECK_EQ_INT(logged.n_warnings, 1);
    import_log_wipe(&logged);
}

/* OFAC cuts the column at 1,000 bytes; half a clause is not read. */
static void test_cut_remarks(void)
{
    char remarks[1001];
    char sdn[1200];
    static const char first[] = "DOB 1963; ";
    static const char last[] = "; nationality Iran; Passport A1234";
    memset(remarks, 'x', sizeof remarks);
    memcpy(remarks, first, sizeof first - 1);
    memcpy(remarks + 1000 - (sizeof last - 1), last, sizeof last);
    (void)snprintf(sdn, sizeof sdn, "7,\"PETROV, Ivan\",individual," NULLS "%s\n", remarks);
    expect(
        sdn, NULL, NULL,
        "W sdn.csv:1:Remarks: the text is cut at 1000 bytes: its last clause is dropped\n" IS_PERSON
        "  birthDate=1963-XX-XX\n  nationality=IR\n");
    (void)snprintf(sdn, sizeof sdn, "7,\"PETROV, Ivan\",individual," NULLS "%s\n", remarks + 1);
    import_log_init(&logged);
    put(sdn_path, "sdn.csv", sdn);
    CHECK_STATUS(plm_import_ofac(&logged.import, sdn_path, NULL, NULL), PLM_OK);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_DOCUMENT], 1);
    import_log_wipe(&logged);
}

static void test_bad_rows(void)
{
    expect("123456789012345678,A,-0- ," NULLS "-0- \n1234567890123456789,A,-0- ," NULLS "-0- \n",
           NULL, NULL,
           "1 id=123456789012345678 organisation listed\n  name=A\n"
           "E sdn.csv:2:ent_num: not a number\n");
    expect("7,A\n8,B,-0- ," NULLS "-0- \nx,C,-0- ," NULLS "-0- \n9,D,-0- ," NULLS "\"a\" \n"
           "8,E,-0- ," NULLS "-0- \n10,-0- ,-0- ," NULLS "-0- \n",
           NULL, NULL,
           "E sdn.csv:1:: 2 columns instead of 12\n"
           "2 id=8 organisation listed\n  name=B\n"
           "E sdn.csv:3:ent_num: not a number\n"
           "E sdn.csv:4:column 12: text after the closing quote of a field\n"
           "E sdn.csv:5:: its id is that of the record in line 2\n"
           "E sdn.csv:6:: no usable identifier\n");
    import_log_init(&logged);
    put(sdn_path, "sdn.csv", "7,A\n8,B\n");
    CHECK_STATUS(plm_import_ofac(&logged.import, sdn_path, NULL, NULL), PLM_E_SYNTAX);
    CHECK_STATUS(plm_import_ofac(&logged.import, "/nonexistent.csv", NULL, NULL), PLM_E_IO);
    CHECK_STATUS(plm_import_ofac(&logged.import, sdn_path, "/nonexistent.csv", NULL), PLM_E_IO);
    import_log_wipe(&logged);
}

/*
 * The list as published in January 2022: 9,044 rows, counted with Python's csv module by the third
 * column: individual 4,643, vessel 420, aircraft 280, "-0- " 3,701. Number 2677 stands there twice
 * (lines 57 and 9044, the second of an organisation), so that one row is refused; alt.csv has no
 * row without its entity, add.csv has one (34489, whose entity is missing).
 * Distinct values of each entity, by the rules of spec/imports.md in Python: dates of birth 5,132,
 * IMO numbers of vessels 417, XBT addresses 99, 0x addresses 7, mail addresses 229, nationalities
 * and citizenships 2,896. Of these one IMO number has 5 digits, and three nationalities are
 * "possibly Palestinian".
 */
static void test_published_list(void)
{
    char sdn[600];
    char alt[600];
    char add[600];
    if (import_log_data(sdn, sizeof sdn, __FILE__, "ofac-sdn-2022-01.csv") == NULL ||
        import_log_data(alt, sizeof alt, __FILE__, "ofac-alt-2022-01.csv") == NULL ||
        import_log_data(add, sizeof add, __FILE__, "ofac-add-2022-01.csv") == NULL) {
        return;
    }
    import_log_init(&logged);
    logged.is_quiet = true;
    CHECK_STATUS(plm_import_ofac(&logged.import, sdn, alt, add), PLM_OK);
    CHECK_EQ_INT(logged.n_by_kind[PLM_KIND_PERSON], 4643);
    CHECK_EQ_INT(logged.n_by_kind[PLM_KIND_VESSEL], 420);
    CHECK_EQ_INT(logged.n_by_kind[PLM_KIND_AIRCRAFT], 280);
    CHECK_EQ_INT(logged.n_by_kind[PLM_KIND_ORGANISATION], 3700);
    CHECK_EQ_INT(logged.import.n_quarantined, 2);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_BIRTH_DATE], 5132);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_NATIONALITY], 2896 - 3);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_IMO], 417 - 1);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_BTC], 99);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_ETH], 7);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_EMAIL], 229);
    CHECK_EQ_INT(logged.last_done, logged.last_total);
    import_log_check_counts(&logged);
    import_log_wipe(&logged);
}

int main(void)
{
    if (mkdtemp(directory) == NULL) {
        return 1;
    }
    TAP_RUN(test_join);
    TAP_RUN(test_dates);
    TAP_RUN(test_clauses);
    TAP_RUN(test_passport_without_country);
    TAP_RUN(test_phones);
    TAP_RUN(test_cut_remarks);
    TAP_RUN(test_bad_rows);
    TAP_RUN(test_published_list);
    (void)unlink(sdn_path);
    (void)unlink(alt_path);
    (void)unlink(add_path);
    (void)rmdir(directory);
    return tap_done();
}
