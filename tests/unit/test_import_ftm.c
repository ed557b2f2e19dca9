/* SPDX-License-Identifier: Apache-2.0 */
#include "import_log.h"

static import_log logged;

static void expect(const char *lines, plm_status status, const char *want)
{
    import_log_init(&logged);
    CHECK_STATUS(plm_import_ftm_bytes(&logged.import, plm_span_str(lines), "e.json"), status);
    CHECK_EQ_STR(import_log_text(&logged), want);
    if (status == PLM_OK) {
        import_log_check_counts(&logged);
    }
    import_log_wipe(&logged);
}

static void test_person(void)
{
    expect("{\"id\":\"p1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ivan Petrov\"],"
           "\"alias\":[\"Ivan Petrov\",\"Vanya\"],\"weakAlias\":[\"Johnny\"],"
           "\"previousName\":[\"Ivan Sidorov\"],\"passportNumber\":[\"4509123456\"],"
           "\"birthDate\":[\"1974-12\",\"1974-12-03T00:00:00\"],\"nationality\":[\"ru\"],"
           "\"citizenship\":[\"ru\"],\"email\":[\"a@example.org\"],"
           "\"phone\":[\"+4930123456\"],\"idNumber\":[\"12\"],\"topics\":[\"role.pep\"]},"
           "\"caption\":\"x\",\"referents\":[]}\n",
           PLM_OK,
           "1 id=p1 person suspect\n  name=Ivan Petrov\n  name=Vanya\n  name=Johnny\n"
           "  name=Ivan Sidorov\n  nationality=RU\n  birthDate=1974-12-XX\n"
           "  birthDate=1974-12-03\n  phone=+4930123456\n  email=a@example.org\n"
           "  document=RU:P:4509123456\n");
}

static void test_name_from_parts(void)
{
    expect("{\"id\":\"p1\",\"schema\":\"Person\",\"properties\":{\"firstName\":[\"Ivan\",\"I.\"],"
           "\"lastName\":[\"Petrov\"],\"fatherName\":[\"Ilyich\"]}}\n",
           PLM_OK, "1 id=p1 person suspect\n  name=Ivan Ilyich Petrov\n");
    expect("{\"id\":\"p1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"],"
           "\"lastName\":[\"Petrov\"]}}\n",
           PLM_OK, "1 id=p1 person suspect\n  name=A B\n");
}

static void test_other_kinds(void)
{
    expect("{\"id\":\"c\",\"schema\":\"Company\",\"properties\":{\"name\":[\"ACME\"],"
           "\"country\":[\"de\"],\"birthDate\":[\"1974\"]}}\n"
           "{\"id\":\"v\",\"schema\":\"Vessel\",\"properties\":{\"name\":[\"ARGO\"],"
           "\"imoNumber\":[\"9187667\"]}}\n"
           "{\"id\":\"k\",\"schema\":\"Vehicle\",\"properties\":{\"country\":[\"de\"],"
           "\"registrationNumber\":[\"B XY 123\"]}}\n"
           "{\"id\":\"a\",\"schema\":\"Airplane\",\"properties\":{"
           "\"registrationNumber\":[\"EX-35011\"]}}\n",
           PLM_OK,
           "1 id=c organisation suspect\n  name=ACME\n"
           "2 id=v vessel suspect\n  name=ARGO\n  imo=9187667\n"
           "3 id=k vehicle suspect\n  plate=DE:BXY123\n"
           "4 id=a aircraft suspect\n  name=EX-35011\n");
}

/* Numbers whose scheme the property tells; those whose scheme it does not are left out. */
static void test_company_numbers(void)
{
    expect("{\"id\":\"c\",\"schema\":\"Company\",\"properties\":{\"name\":[\"ACME\"],"
           "\"country\":[\"ua\"],\"innCode\":[\"7707083893\"],\"ogrnCode\":[\"1027700132195\"],"
           "\"leiCode\":[\"5493001KJTIIGC8Y1R12\"],\"swiftBic\":[\"SABRRUMMXXX\"],"
           "\"imoNumber\":[\"0289239\"],\"website\":[\"https://www.ACME.ru\"],"
           "\"taxNumber\":[\"7707083893\"],\"registrationNumber\":[\"12\"]}}\n"
           "{\"id\":\"v\",\"schema\":\"Vessel\",\"properties\":{\"name\":[\"ARGO\"],"
           "\"mmsi\":[\"211331640\"]}}\n",
           PLM_OK,
           "1 id=c organisation suspect\n  name=ACME\n  imoCompany=0289239\n"
           "  nationalId=RU:INN:7707083893\n  nationalId=RU:OGRN:1027700132195\n"
           "  lei=5493001KJTIIGC8Y1R12\n  bic=SABRRUMM\n  url=https://www.acme.ru/\n"
           "2 id=v vessel suspect\n  name=ARGO\n  mmsi=211331640\n");
    expect("{\"id\":\"u\",\"schema\":\"UserAccount\",\"properties\":{"
           "\"service\":[\"Telegram\"],\"username\":[\"@Petrov\"]}}\n"
           "{\"id\":\"w\",\"schema\":\"UserAccount\",\"properties\":{\"email\":[\"a@gov.uk\"],"
           "\"service\":[\"Telegram\",\"VK\"],\"username\":[\"petrov\"]}}\n",
           PLM_OK,
           "1 id=u account suspect\n  handle=telegram:name:petrov\n"
           "2 id=w account suspect\n  email=a@gov.uk\n");
    expect(
        "{\"id\":\"c\",\"schema\":\"Company\",\"properties\":{\"name\":[\"ACME\"],"
        "\"swiftBic\":[\"DEUTDEF0\"]}}\n",
        PLM_OK,
        "W e.json:1:/properties/swiftBic/0: bic kept, but it was made for tests and is nobody's\n"
        "1 id=c organisation suspect\n  name=ACME\n  bic=DEUTDEF0\n");
}

/* Documents are records of their own; their holder is another entity. */
static void test_documents(void)
{
    expect("{\"id\":\"a\",\"schema\":\"Passport\",\"properties\":{\"holder\":[\"p1\"],"
           "\"passportNumber\":[\"4509123456\"],\"country\":[\"ru\"]}}\n"
           "{\"id\":\"b\",\"schema\":\"Passport\",\"properties\":{\"number\":[\"4509123457\"],"
           "\"country\":[\"ru\"]}}\n"
           "{\"id\":\"c\",\"schema\":\"Identification\",\"properties\":{\"type\":[\"Passport\"],"
           "\"number\":[\"4509123458\"],\"country\":[\"ru\"]}}\n"
           "{\"id\":\"d\",\"schema\":\"Identification\",\"properties\":{\"type\":[\"INN\"],"
           "\"number\":[\"4509123459\"],\"country\":[\"ru\"]}}\n",
           PLM_OK,
           "1 id=a document suspect\n  document=RU:P:4509123456\n"
           "2 id=b document suspect\n  document=RU:P:4509123457\n"
           "3 id=c document suspect\n  document=RU:P:4509123458\n"
           "E e.json:4:: no usable identifier\n");
}

static void test_accounts(void)
{
    expect("{\"id\":\"a\",\"schema\":\"BankAccount\",\"properties\":{"
           "\"iban\":[\"GB82WEST12345698765432\"],\"accountNumber\":[\"98765432\"]}}\n"
           "{\"id\":\"b\",\"schema\":\"UserAccount\",\"properties\":{"
           "\"email\":[\"a@example.org\"],\"number\":[\"+4930123456\"],\"username\":[\"x\"]}}\n"
           "{\"id\":\"c\",\"schema\":\"CryptoWallet\",\"properties\":{\"currency\":[\"ETH\"],"
           "\"publicKey\":[\"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\"]}}\n"
           "{\"id\":\"d\",\"schema\":\"CryptoWallet\",\"properties\":{\"currency\":[\"LTC\"],"
           "\"publicKey\":[\"LaizKtS5DUhPuP1nTQcc83MS7HwK6vk85z\"]}}\n",
           PLM_OK,
           "1 id=a account suspect\n  iban=GB82WEST12345698765432\n"
           "2 id=b account suspect\n  phone=+4930123456\n  email=a@example.org\n"
           "3 id=c account suspect\n  eth=5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\n"
           "E e.json:4:: no usable identifier\n");
    import_log_init(&logged);
    static const char wallet[] =
        "{\"id\":\"e\",\"schema\":\"CryptoWallet\",\"properties\":{\"currency\":[\"XBT\"],"
        "\"publicKey\":[\"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\"]}}";
    CHECK_STATUS(plm_import_ftm_bytes(&logged.import, plm_span_str(wallet), "e.json"), PLM_OK);
    CHECK_EQ_INT(logged.n_by_type[PLM_IDENT_BTC], 1);
    import_log_wipe(&logged);
}

static void test_topics(void)
{
    static const struct {
        const char *topics;
        const char *role;
    } cases[] = {
        {"\"sanction\"", "listed"},
        {"\"crime.fraud\",\"sanction\"", "listed"},
        {"\"sanction\",\"wanted\"", "wanted"},
        {"\"wanted\",\"sanction\"", "wanted"},
        {"\"crime\"", "suspect"},
        {"\"crime.traffick.human\"", "suspect"},
        {"\"sanction.linked\"", "associate"},
        {"\"crimean\"", "missing"}, /* no topic that gives a role: the default */
        {"\"sanction.counter\",\"role.pep\",\"poi\"", "missing"},
        {"", "missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[256];
        char want[256];
        (void)snprintf(line, sizeof line,
                       "{\"id\":\"p\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"],"
                       "\"topics\":[%s]}}",
                       cases[i].topics);
        (void)snprintf(want, sizeof want, "1 id=p person %s\n  name=A B\n", cases[i].role);
        import_log_init(&logged);
        logged.import.defaults.role = PLM_ROLE_MISSING;
        CHECK_STATUS(plm_import_ftm_bytes(&logged.import, plm_span_str(line), "e"), PLM_OK);
        CHECK_EQ_STR(import_log_text(&logged), want);
        import_log_wipe(&logged);
    }
}

static void test_bad_lines(void)
{
    expect("\xEF\xBB\xBF"
           "{\"id\":\"p\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"]}}\r\n"
           "\n"
           "{\"id\":\"q\",\n"
           "[1]\n"
           "{\"id\":\"p\",\"schema\":\"Person\",\"properties\":{\"name\":[\"C D\"]}}\n"
           "{\"id\":7,\"schema\":\"Person\",\"properties\":{\"name\":[\"C D\"]}}\n"
           "{\"id\":\"r\",\"properties\":{\"name\":[\"C D\"]}}\n"
           "{\"id\":\"s\",\"schema\":\"Person\",\"properties\":[]}\n"
           "{\"id\":\"t\",\"schema\":\"Person\",\"properties\":{\"name\":\"C D\"}}\n"
           "{\"id\":\"u\",\"schema\":\"Person\",\"properties\":{\"name\":[7,\"C D\"],"
           "\"birthDate\":[\"1974-13\",\"2030\"]}}",
           PLM_OK,
           "1 id=p person suspect\n  name=A B\n"
           "E e.json:3:: not valid JSON: string or '}' expected near end of file\n"
           "E e.json:4:: not a JSON object\n"
           "E e.json:5:: its id is that of the record in line 1\n"
           "E e.json:6:/id: must be a string\n"
           "E e.json:7:/schema: must be a string\n"
           "E e.json:8:/properties: must be an object\n"
           "W e.json:9:/properties/name: dropped: must be an array of strings\n"
           "E e.json:9:: no usable identifier\n"
           "W e.json:10:/properties/name/0: dropped: must be a string\n"
           "W e.json:10:/properties/birthDate/0: birthDate dropped: must be YYYY, YYYY-MM or "
           "YYYY-MM-DD\n"
           "W e.json:10:/properties/birthDate/1: birthDate dropped: it lies in the future\n"
           "10 id=u person suspect\n  name=C D\n");
}

#define PERSON "{\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"]},\"id\":"

static void test_handling(void)
{
    expect(PERSON "\"a\",\"palermo\":{\"role\":\"victim\",\"minor\":true,\"assessment\":true,"
                  "\"grading\":\"B2/6x6\",\"retention\":\"2031-12-31\"}}\n" PERSON
                  "\"b\",\"palermo\":{}}\n" PERSON
                  "\"c\",\"palermo\":{\"grading\":\"X4\"}}\n" PERSON
                  "\"d\",\"palermo\":{\"role\":\"king\"}}\n" PERSON
                  "\"e\",\"palermo\":{\"minor\":\"yes\"}}\n" PERSON
                  "\"f\",\"palermo\":{\"grading\":\"X4/6x6\"}}\n" PERSON
                  "\"g\",\"palermo\":{\"retention\":\"2031\"}}\n" PERSON
                  "\"h\",\"palermo\":{\"offences\":\"TIP.5\"}}\n" PERSON
                  "\"i\",\"palermo\":{\"religion\":\"x\"}}\n" PERSON "\"j\",\"palermo\":7}\n",
           PLM_OK,
           "1 id=a person victim B2/6x6 until=2031-12-31 minor assessment\n  name=A B\n"
           "2 id=b person suspect\n  name=A B\n"
           "3 id=c person suspect X4/4x4\n  name=A B\n"
           "E e.json:4:/palermo/role: the role is unknown\n"
           "E e.json:5:/palermo/minor: must be true or false\n"
           "E e.json:6:/palermo/grading: a grading is of the 4x4 or the 6x6 system, as B2/4x4 or "
           "B2/6x6\n"
           "E e.json:7:/palermo/retention: must be a full date, YYYY-MM-DD\n"
           "E e.json:8:/palermo/offences: must be an array of strings\n"
           "E e.json:9:/palermo: has an unknown member\n"
           "E e.json:10:/palermo: must be an object\n");
}

static void test_forbidden_properties(void)
{
    expect("{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"],"
           "\"ethnicity\":[\"x\"],\"religion\":[\"y\"],\"political\":[\"z\"]}}\n",
           PLM_OK,
           "1 id=a person suspect\n  name=A B\n"
           "W e.json:0:/properties: 3 properties that no record may hold (ethnicity, religion, "
           "political, ...) were left out\n");
}

static void test_skipped_schemata(void)
{
    expect("{\"id\":\"o\",\"schema\":\"Ownership\",\"properties\":{}}\n"
           "{\"id\":\"s\",\"schema\":\"Sanction\",\"properties\":{}}\n"
           "{\"id\":\"p\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A B\"]}}\n",
           PLM_OK,
           "3 id=p person suspect\n  name=A B\n"
           "W e.json:0:/schema: 2 entities of schemata that a register does not hold were "
           "skipped\n");
}

static void test_not_ftm(void)
{
    expect("", PLM_OK, "");
    expect("a,b\n", PLM_E_SYNTAX,
           "E e.json:1:: not valid JSON: invalid token near 'a'\n"
           "E e.json:0:: no line of this file is a JSON object; is it FollowTheMoney JSON "
           "lines?\n");
}

static void test_long_and_deep_lines(void)
{
    plm_buf text;
    plm_buf_init(&text, 1 << 22);
    bool good = plm_buf_printf(&text, "{\"id\":\"") == PLM_OK;
    for (unsigned i = 0; good && i < 1100000; i++) {
        good = plm_buf_append_u8(&text, 'x') == PLM_OK;
    }
    good = good && plm_buf_printf(&text, "\"}\n{\"id\":") == PLM_OK;
    for (unsigned i = 0; good && i < 5000; i++) {
        good = plm_buf_append_u8(&text, '[') == PLM_OK;
    }
    good = good && plm_buf_printf(&text, "\n{\"id\":\"p\",\"schema\":\"Person\",\"properties\":"
                                         "{\"name\":[\"A B\"]}}") == PLM_OK;
    CHECK(good);
    import_log_init(&logged);
    CHECK_STATUS(plm_import_ftm_bytes(&logged.import, plm_buf_span(&text), "e.json"), PLM_OK);
    CHECK_EQ_STR(import_log_text(&logged), "E e.json:1:: a line of more than 1048576 bytes\n"
                                           "E e.json:2:: nested deeper than 32 levels\n"
                                           "3 id=p person suspect\n  name=A B\n");
    import_log_check_counts(&logged);
    import_log_wipe(&logged);
    plm_buf_wipe(&text);
}

int main(void)
{
    TAP_RUN(test_person);
    TAP_RUN(test_name_from_parts);
    TAP_RUN(test_other_kinds);
    TAP_RUN(test_company_numbers);
    TAP_RUN(test_documents);
    TAP_RUN(test_accounts);
    TAP_RUN(test_topics);
    TAP_RUN(test_bad_lines);
    TAP_RUN(test_handling);
    TAP_RUN(test_forbidden_properties);
    TAP_RUN(test_skipped_schemata);
    TAP_RUN(test_not_ftm);
    TAP_RUN(test_long_and_deep_lines);
    return tap_done();
}
