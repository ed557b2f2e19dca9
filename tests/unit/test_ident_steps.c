/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is told of a value: of each type a good one with its steps and a bad one with its reason;
 * and, on all vectors, that every value gets an explanation and none gets another form by it.
 */
#include "ident_vectors.h"

typedef struct told {
    plm_ident_type type;
    const char *country;
    const char *value;
    const char *steps; /* those before the form of its type, a line each */
    const char *bad;
    const char *detail; /* of the refusal */
} told;

/* The values are of tests/vectors/data/ident*.tsv or of the standards that these name. */
static const told table[] = {
    {PLM_IDENT_NAME, "", "Jos\xC3\xA9  \xC3\x81lvarez",
     "between its characters: \"  \" made \" \"\n", "42", "a name has at least one letter"},
    {PLM_IDENT_BIRTH_DATE, "", "12 Jun 1965",
     "written as ISO 8601 does\nread as year 1965, month 6, day 12\n", "1965-02-30",
     "there is no day 30 of month 2 in 1965"},
    {PLM_IDENT_NATIONALITY, "", "Russian Federation",
     "looked up among the codes and names of ISO 3166-1\n", "Atlantis",
     "\"Atlantis\" is no country of ISO 3166-1"},
    {PLM_IDENT_DOCUMENT, "", "passport no. A1234567 (Afghanistan)",
     "taken off its front: \"passport no.\"\ntaken off its end: \"(Afghanistan)\"\n"
     "its country is AF, named behind it\na passport (P), since no kind is given\n"
     "no check digit is given with it\n",
     "AF:P:A12*4567", "\"*\" (U+002A), character 9 of it"},
    {PLM_IDENT_PHONE, "RU", "8 (916) 123-45-67",
     "written as it is dialled from abroad\nthe trunk prefix 8 of RU left out\n"
     "dialled in RU: its code +7 put before it\nthe country's code: +7\n",
     "+7 916 1234O67", "\"O\" (U+004F), character 12 of it"},
    {PLM_IDENT_EMAIL, "", "mailto:Joe@Example.ORG",
     "taken off its front: \"mailto:\"\nletters made small\n", "joe.example.org", "there is no @"},
    {PLM_IDENT_IBAN, "", "IBAN: gb82 WEST 1234-5698 7654 32",
     "taken off its front: \"IBAN:\"\nleft out between its characters: blanks, \"-\"\n"
     "letters made capitals\n22 characters, as many as an IBAN of GB has\n"
     "check by ISO/IEC 7064 MOD 97-10: expected 82, found 82\n",
     "GB82WEST123456987654", "20 characters, one of GB has 22"},
    {PLM_IDENT_IMEI, "", "49-015420-323751-8",
     "taken off its end: \"-8\"\nleft out between its characters: \"-\"\n"
     "15 digits, cut to the 14 that name the device\n"
     "check by Luhn's formula: expected 8, found 8\n",
     "49O154203237518", "\"O\" (U+004F), character 3 of it"},
    {PLM_IDENT_VIN, "", "1M8GDM9AXKP042788",
     "nothing to change\ncheck by 49 CFR 565.15: expected X, found X\n", "1M8GDM9AXKPO42788",
     "O: a VIN has no I, O or Q"},
    {PLM_IDENT_PLATE, "RU", "\xD0\x90 123 \xD0\x92\xD0\xA1 77",
     "capitals; letters of one look made those of one script\n"
     "its country is RU, given beside it\n",
     "A123BC", "the country of the plate is missing"},
    {PLM_IDENT_IMO, "", "IMO 9074729",
     "taken off its front: \"IMO\"\ncheck by weights 7 to 2 modulo 10: expected 9, found 9\n",
     "907472", "6 digits, a ship's number has 7"},
    {PLM_IDENT_BTC, "", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
     "decoded to what the address stands for\n"
     "check by Base58Check: expected c29b7d93, found c29b7d93\n",
     "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "Base58Check: expected c29b7d93, found c29b7d94"},
    {PLM_IDENT_ETH, "", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
     "taken off its front: \"0x\"\nletters made small\n"
     "check by the case of its letters (EIP-55): fits\n",
     "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "39 hexadecimal digits, an address has 40"},
    {PLM_IDENT_NATIONAL_ID, "RU", "7707083894",
     "its country is RU, given beside it\nread as RU:INN, ", "RU:77070838",
     "8 characters that are no "},
    {PLM_IDENT_IMSI, "", "IMSI: 250-01-1234567890",
     "taken off its front: \"IMSI:\"\nleft out between its characters: \"-\"\n"
     "mobile country code 250\n",
     "2500112345678", "13 digits, an IMSI has 14 or 15"},
    {PLM_IDENT_ICCID, "", "8944500102198304826",
     "nothing to change\ncheck by Luhn's formula: expected 6, found 6\n", "8844500102198304826",
     "it does not begin with 89 as all do"},
    {PLM_IDENT_MAC, "", "00-1B-63-84-45-E6",
     "left out between its characters: \"-\"\nletters made small\ngiven by the manufacturer\n",
     "00-1B-63-84-45-G6", "\"G\" (U+0047), character 16 of it"},
    {PLM_IDENT_PAN, "", "4012 8888 8888 1882",
     "left out between its characters: blanks\ncheck by Luhn's formula: expected 1, found 2\n",
     "0012888888881881", "no card's number begins with 0"},
    {PLM_IDENT_LEI, "", "5493001KJTIIGC8Y1R12",
     "nothing to change\ncheck by ISO/IEC 7064 MOD 97-10: expected 12, found 12\n",
     "5493001KJTIIGC8Y1RAB", "the last two characters are digits"},
    {PLM_IDENT_BIC, "", "deutdeffxxx",
     "taken off its end: \"xxx\"\nletters made capitals\n"
     "XXX stands for the head office and is left out\nthe country in its middle: DE\n",
     "DEUTQQFF", "\"QQ\" in its middle is no country"},
    {PLM_IDENT_ACCOUNT, "", "US:021000021/98765432109",
     "between its characters: \"/\" made \":\"\nits country is US, before the colon\n"
     "check of the routing number: expected remainder 0, found 0\n",
     "US:021000021", "write the bank's code, a colon and the account"},
    {PLM_IDENT_CONTAINER, "", "CSQU 305438-3",
     "left out between its characters: blanks, \"-\"\n"
     "check by ISO 6346 modulo 11: expected 3, found 3\n",
     "CSQA3054383", "A: the fourth letter is U, J or Z, for what kind it is"},
    {PLM_IDENT_AIR_WAYBILL, "", "125-32145676",
     "left out between its characters: \"-\"\n"
     "check by the serial number modulo 7: expected 6, found 6\n",
     "02012345", "8 digits, an air waybill has 11"},
    {PLM_IDENT_FIREARM, "", "Glock;17;9 mm Luger;ABC-123",
     "letters and digits of each part kept, as capitals\ncalibre 9MMLUGER read as 9X19\n",
     "Glock;17;9x19", "the serial number is missing; write make:model:calibre:serial"},
    {PLM_IDENT_CAS, "", "50-00-0",
     "left out between its characters: \"-\"\n"
     "check by weights by place modulo 10: expected 0, found 0\n",
     "5000-0", "hyphens stand before the last three digits and before the last"},
    {PLM_IDENT_IP, "", "8.8.8.8:53",
     "the 16 bytes of the address in hexadecimal\n"
     "without a time: behind a translator it is many customers' (RFC 6302)\n",
     "10.0.0.1", "a private address (RFC 1918): it names nothing outside"},
    {PLM_IDENT_DOMAIN, "", "Palermo.Example.",
     "taken off its end: \".\"\nletters made small\n"
     "reserved for examples and private use (RFC 2606, RFC 6762)\n",
     "192.0.2.1", "\"192.0.2.1\" is no domain"},
    {PLM_IDENT_URL, "", "HTTP://Palermo.it:80/a/../b",
     "brought to the normal form of RFC 3986 section 6\n", "palermo.it",
     "write its scheme, as in https://"},
    {PLM_IDENT_ONION, "", "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion",
     "taken off its end: \".onion\"\n", "expyuzz4wqqyqhjn",
     "16 characters, an address has 56; version 2 is no longer in use"},
    {PLM_IDENT_FILE_HASH, "", "MD5: 9E107D9D372BB6826BD81D3542A419D6",
     "between its characters: \": \" made \":\"\nletters made small\n"
     "32 digits, as its name asks for: md5\n",
     "sha1:9e107d9d372bb6826bd81d3542a419d6", "32 digits, not those of its algorithm"},
    {PLM_IDENT_HANDLE, "", "t.me:@Paypal",
     "taken off its front: \"t.me:@\"\nletters made small\nthe platform: telegram\n"
     "a handle, in lower case; it may change hands\n",
     "telegram:123456", "digits alone: write id: or name: before them"},
    {PLM_IDENT_IMO_COMPANY, "", "IMO company 5107460",
     "taken off its front: \"IMO company\"\n"
     "check by weights 8 6 4 2 9 7 modulo 11: expected ",
     "51074", "5 digits, a company's number has 7"},
    {PLM_IDENT_MMSI, "", "MMSI 247320700",
     "taken off its front: \"MMSI\"\nits first digits name a ship\n", "147320700",
     "no station's number begins with 147"},
    {PLM_IDENT_ADDRESS, "", "12, Rue  Verdi",
     "between its characters: \", \" made \" \", \"  \" made \" \"\nletters made small\n", "-,-",
     "\"-,-\""},
    {PLM_IDENT_POSTCODE, "", "SW1A 1AA", "left out between its characters: blanks\n", "A1",
     "2 characters, a postcode has 3 to 16"},
    {PLM_IDENT_BIRTH_PLACE, "", "Palermo (PA)",
     "taken off its end: \")\"\nbetween its characters: \" (\" made \" \"\nletters made small\n",
     "unknown", "\"unknown\""},
};

enum {
    N_TOLD = sizeof table / sizeof *table,
    TEXT_MAX = PLM_IDENT_STEPS_MAX * PLM_IDENT_STEP_MAX
};

static void join(char out[TEXT_MAX], const plm_ident_steps *steps)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < steps->n; i++) {
        n += (size_t)snprintf(out + n, TEXT_MAX - n, "%s\n", steps->text[i]);
    }
}

static bool has_form(const plm_ident_steps *steps)
{
    for (size_t i = 0; i < steps->n; i++) {
        if (strncmp(steps->text[i], "the form of its type: ", 22) == 0) {
            return true;
        }
    }
    return false;
}

static void test_each_type_is_told(void)
{
    static plm_ident ident;
    static plm_ident_steps steps;
    bool is_there[PLM_IDENT_TYPE_COUNT] = {false};
    char text[TEXT_MAX];
    for (size_t i = 0; i < N_TOLD; i++) {
        const told *t = &table[i];
        const unsigned before = tap_n_bad_checks;
        is_there[t->type] = true;
        CHECK_STATUS(plm_ident_explain(t->type, t->country, plm_span_str(t->value), &ident, &steps),
                     PLM_OK);
        join(text, &steps);
        CHECK(strstr(text, t->steps) == text);
        CHECK(has_form(&steps) && strstr(text, "check") != NULL);
        if (tap_n_bad_checks != before) {
            printf("# %s gives %s\n# %s\n", t->value, ident.canonical, text);
        }
        CHECK_STATUS(plm_ident_explain(t->type, "", plm_span_str(t->bad), &ident, &steps),
                     PLM_E_REJECTED);
        if (!CHECK(strstr(ident.detail, t->detail) == ident.detail)) {
            printf("# %s: %s\n", t->bad, ident.detail);
        }
    }
    for (size_t i = 0; i < PLM_IDENT_TYPE_COUNT; i++) {
        CHECK(is_there[i]);
    }
}

/* Of every vector: the same form with an explanation as without, and something that explains it. */
static void check_vector(const ident_vector *v)
{
    static plm_ident plain;
    static plm_ident told_of;
    static plm_ident_steps steps;
    const unsigned before = tap_n_bad_checks;
    const plm_span raw = plm_span_of(v->raw, v->n_raw);
    const plm_status status = plm_ident_canonicalise(v->type, v->country, raw, &plain);
    CHECK_STATUS(plm_ident_explain(v->type, v->country, raw, &told_of, &steps), status);
    CHECK_EQ_STR(told_of.canonical, plain.canonical);
    CHECK_EQ_STR(told_of.detail, plain.detail);
    CHECK_EQ_INT(told_of.flags, plain.flags);
    CHECK(has_form(&steps) && steps.n < PLM_IDENT_STEPS_MAX);
    CHECK(status != PLM_OK || strncmp(steps.text[0], "the form", 8) != 0);
    CHECK(status == PLM_OK || told_of.detail[0] != '\0');
    if (tap_n_bad_checks != before) {
        printf("# %s:%u: %s: %s\n", v->file, v->line, told_of.detail, steps.text[0]);
    }
}

static void test_each_vector_is_told(void)
{
    CHECK(ident_vectors_each(__FILE__, check_vector) > 500);
}

/* The check that fails is told with what it asks for. */
static void test_failed_checks(void)
{
    static const struct {
        plm_ident_type type;
        const char *value;
        const char *step;
    } failed[] = {
        {PLM_IDENT_IBAN, "GB83WEST12345698765432",
         "check by ISO/IEC 7064 MOD 97-10: expected 82, found 83\n"},
        {PLM_IDENT_LEI, "5493001KJTIIGC8Y1R13",
         "check by ISO/IEC 7064 MOD 97-10: expected 12, found 13\n"},
        {PLM_IDENT_ETH, "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
         "check by the case of its letters (EIP-55): digit 3 expected A, found a\n"},
        {PLM_IDENT_DOCUMENT, "IT:L898902C<4",
         "check by Doc 9303, weights 7 3 1: expected 3, found 4\n"},
        {PLM_IDENT_NATIONAL_ID, "RU:INN:7707083894", "expected 3, found 4\n"},
    };
    static plm_ident ident;
    static plm_ident_steps steps;
    char text[TEXT_MAX];
    for (size_t i = 0; i < sizeof failed / sizeof *failed; i++) {
        CHECK_STATUS(
            plm_ident_explain(failed[i].type, "", plm_span_str(failed[i].value), &ident, &steps),
            PLM_OK);
        join(text, &steps);
        CHECK((ident.flags & PLM_IDENT_CHECK_FAILED) != 0);
        if (!CHECK(strstr(text, failed[i].step) != NULL)) {
            printf("# %s\n", text);
        }
    }
}

int main(void)
{
    TAP_RUN(test_each_type_is_told);
    TAP_RUN(test_each_vector_is_told);
    TAP_RUN(test_failed_checks);
    return tap_done();
}
