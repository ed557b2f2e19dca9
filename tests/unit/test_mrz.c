/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machine-readable zones: the specimens of ICAO Doc 9303 parts 4 to 7 (eighth edition, 2021), long
 * numbers, dates and centuries, cut names, codes beside ISO's, misread characters, hostile text.
 */
#include "ident/mrz.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

static const plm_date today = {2026, 11, 25};

#define TD1                                                                                        \
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<" \
    "<<"
#define TD2 "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
#define TD3 \
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define MRV_A \
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"
#define MRV_B "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"

static plm_mrz parse(const char *text)
{
    plm_mrz mrz;
    CHECK_STATUS(plm_mrz_parse(&mrz, plm_span_str(text), today), PLM_OK);
    return mrz;
}

static void check_date(plm_date date, const char *want)
{
    char text[PLM_DATE_TEXT];
    plm_date_format(text, date);
    CHECK_EQ_STR(text, want);
}

static void test_specimens(void)
{
    static const struct {
        const char *text;
        plm_mrz_format format;
        const char *number;
        const char *optional;
        const char *nationality;
        const char *birth;
        const char *expiry;
        size_t n_checks;
    } specimens[] = {
        {TD1, PLM_MRZ_TD1, "D23145890", "", "UTO", "1974-08-12", "2012-04-15", 4},
        {TD2, PLM_MRZ_TD2, "D23145890", "", "UTO", "1974-08-12", "2012-04-15", 4},
        {TD3, PLM_MRZ_TD3, "L898902C3", "ZE184226B", "UTO", "1974-08-12", "2012-04-15", 5},
        {MRV_A, PLM_MRZ_MRV_A, "L8988901C", "6ZE184226B", "XXX", "1940-09-07", "1996-12-10", 3},
        {MRV_B, PLM_MRZ_MRV_B, "L8988901C", "", "XXX", "1940-09-07", "1996-12-10", 3},
    };
    for (size_t i = 0; i < sizeof specimens / sizeof *specimens; i++) {
        const plm_mrz mrz = parse(specimens[i].text);
        CHECK(mrz.is_valid && mrz.n_notes == 0 && mrz.n_corrections == 0 && !mrz.name_may_be_cut);
        CHECK_EQ_INT(mrz.format, specimens[i].format);
        CHECK_EQ_STR(mrz.issuer, "UTO");
        CHECK_EQ_STR(mrz.number, specimens[i].number);
        CHECK_EQ_STR(mrz.optional[0], specimens[i].optional);
        CHECK_EQ_STR(mrz.nationality, specimens[i].nationality);
        CHECK_EQ_STR(mrz.primary, "ERIKSSON");
        CHECK_EQ_STR(mrz.secondary, "ANNA MARIA");
        CHECK_EQ_INT(mrz.sex, 'F');
        check_date(mrz.birth, specimens[i].birth);
        check_date(mrz.expiry, specimens[i].expiry);
        CHECK_EQ_INT(mrz.n_checks, specimens[i].n_checks);
    }
    CHECK_EQ_STR(parse(TD3).document_code, "P");
    CHECK_EQ_INT(plm_mrz_check_digit(plm_span_str("L898902C3")), '6');
    CHECK_EQ_INT(plm_mrz_check_digit(plm_span_str("740812")), '2');
    CHECK_EQ_INT(plm_mrz_check_digit(plm_span_str("AB2134<<<")), '5'); /* part 3, example 1 */
}

/* Blanks, small letters, other line ends, no line ends, guillemets. */
static void test_however_written(void)
{
    const plm_mrz want = parse(TD3);
    static const char *const others[] = {
        "p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<\r\nl898902c36uto7408122f1204159ze184226b<<<<<"
        "10\r\n",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
        "\n P<UTO ERIKSSON<<ANNA<MARIA <<<<<<<<<<<<<<<<<<<\n\n L898902C3 6 "
        "UTO7408122F1204159ZE184226B<<<<<10",
        "P<UTOERIKSSON\xC2\xAB"
        "ANNA<MARIA<\xC2\xAB\xC2\xAB\xC2\xAB\xC2\xAB\xC2\xAB\xC2\xAB\xC2\xAB\xC2\xAB\xC2\xAB\n"
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const plm_mrz mrz = parse(others[i]);
        CHECK(mrz.is_valid);
        CHECK_EQ_STR(mrz.lines[0], want.lines[0]);
        CHECK_EQ_STR(mrz.lines[1], want.lines[1]);
    }
}

/* Every character that a check digit covers, changed to every other digit. */
static void test_single_errors(void)
{
    static const char *const zones[] = {TD1, TD2, TD3};
    for (size_t z = 0; z < 3; z++) {
        char text[PLM_MRZ_TEXT_MAX];
        (void)snprintf(text, sizeof text, "%s", zones[z]);
        size_t first = (size_t)(strchr(text, '\n') - text) + 1;
        for (size_t i = z == 0 ? 5 : first; text[i] != '\0'; i++) {
            const char c = text[i];
            for (char other = '0'; other <= '9' && c >= '0' && c <= '9'; other++) {
                text[i] = other;
                plm_mrz mrz;
                CHECK_STATUS(plm_mrz_parse(&mrz, plm_span_str(text), today), PLM_OK);
                CHECK(mrz.is_valid == (other == c));
                CHECK_EQ_INT(mrz.n_corrections, 0);
            }
            text[i] = c;
        }
    }
}

/* Part 5 section 4.2.2.1 note j: D23145890 and 7349 with their check digit 6 (part 5, appendix). */
static void test_long_number(void)
{
    const plm_mrz mrz = parse("I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\n"
                              "STEVENSON<<PETER<JOHN<<<<<<<<<");
    CHECK_EQ_STR(mrz.number, "D23145890734");
    CHECK_EQ_STR(mrz.optional[0], "");
    CHECK_EQ_INT(mrz.checks[0].found, '9');
    CHECK(mrz.checks[0].fits && mrz.is_valid);
    check_date(mrz.birth, "1934-07-12");
    check_date(mrz.expiry, "1995-07-12");
    const plm_mrz wrong = parse("I<UTOD23145890<7348<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\n"
                                "STEVENSON<<PETER<JOHN<<<<<<<<<");
    CHECK(!wrong.checks[0].fits && !wrong.is_valid);
}

/* A passport of D with the fields given, its check digits computed here. */
static void make(char out[PLM_MRZ_TEXT_MAX], const char *issuer, const char *name,
                 const char *number, const char *birth, const char *expiry)
{
    char line[96];
    char field[48];
    char all[96];
    (void)snprintf(line, sizeof line, "%s%c%s%s%cM%s%c<<<<<<<<<<<<<<<", number,
                   plm_mrz_check_digit(plm_span_str(number)), issuer, birth,
                   plm_mrz_check_digit(plm_span_str(birth)), expiry,
                   plm_mrz_check_digit(plm_span_str(expiry)));
    (void)snprintf(all, sizeof all, "%.10s%.7s%.22s", line, line + 13, line + 21);
    (void)snprintf(field, sizeof field, "%.39s", name);
    for (size_t n = strlen(field); n < 39; n++) {
        field[n] = '<';
        field[n + 1] = '\0';
    }
    (void)snprintf(out, PLM_MRZ_TEXT_MAX, "P<%s%s\n%s%c", issuer, field, line,
                   plm_mrz_check_digit(plm_span_str(all)));
}

static plm_mrz made(const char *issuer, const char *name, const char *birth, const char *expiry)
{
    char text[PLM_MRZ_TEXT_MAX];
    make(text, issuer, name, "C01X00T47", birth, expiry);
    return parse(text);
}

static void test_centuries(void)
{
    check_date(made("D<<", "M<<E", "261125", "301125").birth, "2026-11-25");
    check_date(made("D<<", "M<<E", "261126", "301125").birth, "1926-11-26");
    check_date(made("D<<", "M<<E", "270101", "301125").birth, "1927-01-01");
    check_date(made("D<<", "M<<E", "64<<<<", "301125").birth, "1964-XX-XX");
    check_date(made("D<<", "M<<E", "6408<<", "761125").expiry, "2076-11-25");
    check_date(made("D<<", "M<<E", "640812", "771125").expiry, "1977-11-25");
    check_date(made("D<<", "M<<E", "640812", "991231").expiry, "1999-12-31");
    CHECK_EQ_INT(made("D<<", "M<<E", "<<<<<<", "301125").birth.year, 0);
    CHECK(made("D<<", "M<<E", "<<<<<<", "301125").is_valid);
    const plm_mrz none = made("D<<", "M<<E", "640230", "301125");
    CHECK(!none.is_valid && none.n_notes == 1 && none.birth.year == 0);
    plm_mrz mrz;
    CHECK_STATUS(plm_mrz_parse(&mrz, plm_span_str(TD3), (plm_date){2026, 0, 0}), PLM_E_ARGUMENT);
}

static void test_names(void)
{
    const plm_mrz cut =
        made("D<<", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<KRA", "640812", "301125");
    CHECK(cut.name_may_be_cut && cut.is_valid);
    CHECK_EQ_STR(cut.primary, "NILAVADHANANANDA");
    CHECK_EQ_STR(cut.secondary, "CHAYAPA DEJTHAMRONG K");
    const plm_mrz one = made("D<<", "ARKFREITH", "640812", "301125");
    CHECK_EQ_STR(one.primary, "ARKFREITH");
    CHECK_EQ_STR(one.secondary, "");
    const plm_mrz parts = made("D<<", "VAN<DER<MUELLEN<<MARTIN", "640812", "301125");
    CHECK_EQ_STR(parts.primary, "VAN DER MUELLEN");
    CHECK(!made("D<<", "<<MARTIN", "640812", "301125").is_valid);
    CHECK(!made("D<<", "MUELL3N<<MARTIN", "640812", "301125").is_valid);
}

static void test_states(void)
{
    static const char *const codes[] = {"D<<", "GBD", "GBN", "GBO", "GBP", "GBS", "UNO",
                                        "UNA", "UNK", "XXA", "XXB", "XXC", "XXX", "EUE",
                                        "XPO", "XOM", "RKS", "RUS", "AFG"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        CHECK(made(codes[i], "M<<E", "640812", "301125").is_valid);
    }
    CHECK(!made("QQQ", "M<<E", "640812", "301125").is_valid);
    CHECK(!made("DE<", "M<<E", "640812", "301125").is_valid);
    CHECK(plm_mrz_state_words("RUS") == NULL && plm_mrz_state_words("") == NULL);
    CHECK_EQ_STR(plm_mrz_state_words("XPO"), "INTERPOL");
}

static void check_ident(const plm_mrz *mrz, plm_ident_type type, const char *want, unsigned flags)
{
    plm_ident ident;
    CHECK_STATUS(plm_mrz_ident(mrz, type, &ident), PLM_OK);
    CHECK_EQ_STR(ident.canonical, want);
    CHECK_EQ_INT(ident.flags, flags);
}

static void test_identifiers(void)
{
    plm_ident ident;
    plm_mrz mrz = made("D<<", "MUSTERMANN<<ERIKA", "640812", "301125");
    check_ident(&mrz, PLM_IDENT_NAME, "ERIKA MUSTERMANN", 0);
    check_ident(&mrz, PLM_IDENT_BIRTH_DATE, "1964-08-12", 0);
    check_ident(&mrz, PLM_IDENT_NATIONALITY, "DE", 0);
    check_ident(&mrz, PLM_IDENT_DOCUMENT, "DE:P:C01X00T47", 0);
    CHECK_STATUS(plm_mrz_ident(&mrz, PLM_IDENT_NATIONAL_ID, &ident), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_mrz_ident(&mrz, PLM_IDENT_IMEI, &ident), PLM_E_NOT_FOUND);
    mrz.checks[0].fits = false;
    check_ident(&mrz, PLM_IDENT_DOCUMENT, "DE:P:C01X00T47", PLM_IDENT_CHECK_FAILED);
    check_ident(&mrz, PLM_IDENT_BIRTH_DATE, "1964-08-12", 0);
    mrz = parse(TD3);
    CHECK_STATUS(plm_mrz_ident(&mrz, PLM_IDENT_DOCUMENT, &ident), PLM_E_REJECTED);
    CHECK_EQ_INT(ident.reason, PLM_REASON_COUNTRY);
    mrz = parse(MRV_B);
    CHECK_STATUS(plm_mrz_ident(&mrz, PLM_IDENT_DOCUMENT, &ident), PLM_E_NOT_FOUND);
    /* An Estonian card: its optional data is the personal code (python-stdnum 1.18 ee.ik). */
    mrz = parse("IDEST1234567890<<<<<<<<<<<<<<<\n6805289M3001018EST<<<<<<<<<<<0\nTAMM<<JAAN<<<<<<<<"
                "<<<<<<<<<<<<");
    (void)snprintf(mrz.optional[0], sizeof mrz.optional[0], "36805280109");
    check_ident(&mrz, PLM_IDENT_NATIONAL_ID, "EE:IK:36805280109", 0);
    (void)snprintf(mrz.optional[0], sizeof mrz.optional[0], "36805280108");
    CHECK_STATUS(plm_mrz_ident(&mrz, PLM_IDENT_NATIONAL_ID, &ident), PLM_E_NOT_FOUND);
}

/* The zone with characters replaced, "line column character" each from 1. */
static plm_mrz misread(const char *line1, const char *line2)
{
    char text[PLM_MRZ_TEXT_MAX];
    (void)snprintf(text, sizeof text, "%s\n%s", line1, line2);
    return parse(text);
}

static void test_corrections(void)
{
    static const char first[] = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    /* O for 0 in a date, Z for 2 in its check digit, S for 5: only digits can stand there. */
    plm_mrz mrz = misread(first, "L898902C36UTO74O812ZF1Z04159ZE184226B<<<<<10");
    CHECK(mrz.is_valid);
    CHECK_EQ_INT(mrz.n_corrections, 3);
    CHECK(mrz.corrections[0].line == 2 && mrz.corrections[0].column == 16 &&
          mrz.corrections[0].from == 'O' && mrz.corrections[0].to == '0');
    CHECK_EQ_STR(mrz.lines[1], "L898902C36UTO7408122F1204159ZE184226B<<<<<10");
    /* The number is left as read; what it may be is listed. */
    mrz = misread(first, "L898902CS6UTO7408122F1204159ZE184226B<<<<<10");
    CHECK(!mrz.is_valid && mrz.n_corrections == 0 && !mrz.checks[0].fits);
    CHECK_EQ_STR(mrz.number, "L898902CS");
    mrz = misread(first, "LB98902C36UTO7408122F1204159ZE184226B<<<<<10");
    CHECK(!mrz.is_valid && mrz.n_alternatives >= 1);
    bool is_listed = false;
    for (size_t i = 0; i < mrz.n_alternatives; i++) {
        is_listed = is_listed || strcmp(mrz.alternatives[i], "L898902C3") == 0;
        CHECK_EQ_INT(plm_mrz_check_digit(plm_span_str(mrz.alternatives[i])), '6');
    }
    CHECK(is_listed);
    mrz = misread(first, "L898902C36UTO7408122F1204159ZE184226B<<<<<1O");
    CHECK(mrz.is_valid && mrz.n_corrections == 1);
    /* Not confirmed: the date's check digit is another one. */
    mrz = misread(first, "L898902C36UTO74O8123F1204159ZE184226B<<<<<10");
    CHECK(!mrz.is_valid && mrz.n_corrections == 0);
    CHECK_EQ_INT(mrz.lines[1][15], 'O');
    /* A wrong digit that looks like no letter stays wrong. */
    mrz = misread(first, "L898903C36UTO7408122F1204159ZE184226B<<<<<10");
    CHECK(!mrz.is_valid && mrz.n_corrections == 0);
    CHECK_EQ_STR(mrz.number, "L898903C3");
}

static void check_rejected(plm_span text, plm_ident_reason reason)
{
    plm_mrz mrz;
    CHECK_STATUS(plm_mrz_parse(&mrz, text, today), PLM_E_REJECTED);
    CHECK_EQ_INT(mrz.reason, reason);
    CHECK(mrz.detail[0] != '\0' && mrz.number[0] == '\0');
}

static void test_rejected(void)
{
    static char big[PLM_MRZ_TEXT_MAX + 1];
    memset(big, '<', sizeof big);
    check_rejected(plm_span_of(NULL, 0), PLM_REASON_EMPTY);
    check_rejected(plm_span_str(" \n\n "), PLM_REASON_EMPTY);
    check_rejected(plm_span_of(big, sizeof big), PLM_REASON_LENGTH);
    check_rejected(plm_span_of(big, sizeof big - 1), PLM_REASON_LENGTH);
    check_rejected(plm_span_of(TD3, sizeof TD3 - 2), PLM_REASON_LENGTH);
    check_rejected(plm_span_str("P<UTO\nL89"), PLM_REASON_LENGTH);
    check_rejected(plm_span_str("A\nB\nC\nD"), PLM_REASON_LENGTH);
    check_rejected(plm_span_str("P<UTO\xD0\x90"), PLM_REASON_CHARACTER);
    check_rejected(plm_span_of("P<\0UTO", 6), PLM_REASON_CHARACTER);
    /* The right number of characters, in lines of other lengths. */
    char text[sizeof TD3];
    memcpy(text, TD3, sizeof text);
    text[44] = text[43];
    text[43] = '\n';
    check_rejected(plm_span_str(text), PLM_REASON_LENGTH);
}

int main(void)
{
    TAP_RUN(test_specimens);
    TAP_RUN(test_however_written);
    TAP_RUN(test_single_errors);
    TAP_RUN(test_long_number);
    TAP_RUN(test_centuries);
    TAP_RUN(test_names);
    TAP_RUN(test_states);
    TAP_RUN(test_identifiers);
    TAP_RUN(test_corrections);
    TAP_RUN(test_rejected);
    return tap_done();
}
