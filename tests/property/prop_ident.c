/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers: canonical forms stay as they are; every way to write a date or a telephone number
 * gives one form; no bytes do harm.
 */
#include "base/utf8.h"
#include "ident/phone_table.h"
#include "ident_vectors.h"

enum {
    ROUNDS = 100000
};

/* What holds of every answer; then that a canonical form gives itself. */
static plm_status check_answer(plm_ident_type type, const char *country, plm_span raw,
                               plm_ident *out)
{
    static plm_ident again;
    unsigned before = tap_n_bad_checks;
    plm_status status = plm_ident_canonicalise(type, country, raw, out);
    plm_span text = plm_span_str(out->canonical);
    CHECK(plm_utf8_is_text(plm_span_str(out->detail)));
    if (status == PLM_OK) {
        CHECK(text.n > 0 && text.n < PLM_IDENT_CANONICAL_MAX && plm_utf8_is_text(text));
        CHECK(out->reason == PLM_REASON_NONE);
        CHECK_STATUS(plm_ident_canonicalise(type, "", text, &again), PLM_OK);
        CHECK_EQ_STR(again.canonical, out->canonical);
    } else {
        CHECK_STATUS(status, PLM_E_REJECTED);
        CHECK(text.n == 0 && out->flags == 0);
        CHECK(out->reason > PLM_REASON_NONE && out->reason < PLM_REASON_COUNT);
    }
    if (tap_n_bad_checks != before) {
        printf("# %s of ", plm_ident_type_name(type));
        for (size_t i = 0; i < raw.n; i++) {
            printf("%02x", raw.p[i]);
        }
        printf("\n");
    }
    return status;
}

static const char *const countries[] = {"", "RU", "DE", "US", "IT", "KZ", "NA", "GB"};

static void mutate(uint8_t *bytes, size_t *n, size_t max)
{
    static const char *const pieces[] = {"\xCC\x88",
                                         "\xE2\x80\x8C",
                                         "\xC2\xA0",
                                         "\xD9\xA3",
                                         "\xEF\xBC\xA1",
                                         "\xE1\x84\x80",
                                         "\xE1\x85\xA1",
                                         "\xD0\x90",
                                         "\xCE\x91",
                                         "\xC3\x9F",
                                         "\xE0\xA5\x98",
                                         "\xEF\xAC\x81",
                                         "0",
                                         "X",
                                         " ",
                                         "-",
                                         ".",
                                         ":",
                                         "(0)",
                                         "00",
                                         "P:",
                                         "no.",
                                         "passport",
                                         "(",
                                         ")",
                                         "<",
                                         "@",
                                         "/"};
    const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
    size_t at = below((uint32_t)*n + 1);
    switch (below(4)) {
    case 0:
        if (at < *n) {
            bytes[at] = (uint8_t)below(256);
        }
        break;
    case 1:
        if (at < *n) {
            memmove(bytes + at, bytes + at + 1, *n - at - 1);
            (*n)--;
        }
        break;
    default:
        if (*n + strlen(piece) <= max) {
            memmove(bytes + at + strlen(piece), bytes + at, *n - at);
            memcpy(bytes + at, piece, strlen(piece));
            *n += strlen(piece);
        }
        break;
    }
}

static void check_mutants(const ident_vector *v)
{
    static plm_ident out;
    for (unsigned round = 0; round < 400; round++) {
        uint8_t bytes[1100];
        size_t n = v->n_raw;
        memcpy(bytes, v->raw, n);
        for (uint32_t k = below(4); k-- > 0;) {
            mutate(bytes, &n, sizeof bytes);
        }
        plm_ident_type type =
            round % 8 == 0 ? (plm_ident_type)below(PLM_IDENT_TYPE_COUNT) : v->type;
        (void)check_answer(type, round % 2 == 0 ? v->country : countries[below(8)],
                           plm_span_of(bytes, n), &out);
    }
}

static void test_canonical_forms_stay(void)
{
    CHECK(ident_vectors_each(__FILE__, check_mutants) > 400);
}

static void test_random_bytes(void)
{
    static plm_ident out;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t bytes[64];
        size_t n = below(sizeof bytes);
        for (size_t i = 0; i < n; i++) {
            bytes[i] = (uint8_t)(round % 2 == 0 ? below(256) : 0x20 + below(0x5F));
        }
        (void)check_answer((plm_ident_type)(round % PLM_IDENT_TYPE_COUNT), countries[below(8)],
                           plm_span_of(bytes, n), &out);
    }
}

/* Random letters of many scripts, so that names, plates and mailboxes get far. */
static void test_random_letters(void)
{
    static const uint32_t starts[] = {
        0x41,   0xC0,   0x300,  0x391,  0x410,  0x5D0,  0x621, 0x915,  0x1100, 0x1161,  0x1E00,
        0x1F00, 0x3041, 0x4E00, 0xAC00, 0xFB00, 0xFF21, 0x660, 0x200B, 0x2000, 0x1D400, 0x130};
    static const plm_ident_type types[] = {PLM_IDENT_NAME, PLM_IDENT_PLATE, PLM_IDENT_EMAIL,
                                           PLM_IDENT_DOCUMENT, PLM_IDENT_NATIONALITY};
    static plm_ident out;
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t bytes[128];
        size_t n = 0;
        for (uint32_t k = 1 + below(12); k-- > 0;) {
            uint32_t start = starts[below(22)];
            n += plm_utf8_encode(bytes + n, start + below(40));
        }
        if (types[round % 5] == PLM_IDENT_EMAIL) {
            memcpy(bytes + n, "@example.org", 12);
            n += 12;
        }
        (void)check_answer(types[round % 5], "RU", plm_span_of(bytes, n), &out);
    }
}

static void expect(plm_ident_type type, const char *country, const char *raw, const char *want)
{
    static plm_ident out;
    unsigned before = tap_n_bad_checks;
    CHECK_STATUS(plm_ident_canonicalise(type, country, plm_span_str(raw), &out), PLM_OK);
    CHECK_EQ_STR(out.canonical, want);
    if (tap_n_bad_checks != before) {
        printf("# %s \"%s\" %s\n", country, raw, out.detail);
    }
}

static void test_dates_however_written(void)
{
    static const char *const months[] = {"Jan", "Feb", "Mar",  "Apr", "May", "June",
                                         "Jul", "Aug", "Sept", "Oct", "Nov", "December"};
    for (unsigned round = 0; round < 2000; round++) {
        const plm_date d = plm_date_from_days((int64_t)below(120000) - 60000);
        char want[PLM_DATE_TEXT];
        char raw[32];
        plm_date_format(want, d);
        if (d.year < 1801) {
            continue;
        }
        if (strcmp(want, "1900-01-01") == 0 || strncmp(want, "1899-12-3", 9) == 0) {
            continue;
        }
        expect(PLM_IDENT_BIRTH_DATE, "", want, want);
        (void)snprintf(raw, sizeof raw, "%04u%02u%02u", d.year, d.month, d.day);
        expect(PLM_IDENT_BIRTH_DATE, "", raw, want);
        (void)snprintf(raw, sizeof raw, "%u.%u.%u", d.day, d.month, d.year);
        expect(PLM_IDENT_BIRTH_DATE, "", raw, want);
        (void)snprintf(raw, sizeof raw, "%u %s %u", d.day, months[d.month - 1], d.year);
        expect(PLM_IDENT_BIRTH_DATE, "", raw, want);
        if (d.day > 12 || d.day == d.month) {
            (void)snprintf(raw, sizeof raw, "%02u/%02u/%u", d.day, d.month, d.year);
            expect(PLM_IDENT_BIRTH_DATE, "", raw, want);
            (void)snprintf(raw, sizeof raw, "%u/%u/%u", d.month, d.day, d.year);
            expect(PLM_IDENT_BIRTH_DATE, "", raw, want);
        }
        memcpy(raw, want, 5);
        memcpy(raw + 5, "XX-XX", 6);
        expect(PLM_IDENT_BIRTH_DATE, "", raw, raw);
    }
}

/* National with trunk prefix, with +, with 00: one form, in every region. */
static void test_phones_however_dialled(void)
{
    for (size_t i = 0; i < plm_phone_n_regions; i++) {
        const plm_phone_region *r = &plm_phone_regions[i];
        char national[16];
        char raw[48];
        char want[32];
        char trunk[8];
        random_digits(national, r->n_national != 0 ? r->n_national : 8);
        national[0] = (char)('2' + below(6));
        national[1] = '1'; /* no row of one digit, no counting */
        national[2] = '7';
        (void)snprintf(want, sizeof want, "+%u%s", r->code, national);
        expect(PLM_IDENT_PHONE, "", want, want);
        expect(PLM_IDENT_PHONE, r->region, want, want);
        expect(PLM_IDENT_PHONE, r->region, national, want);
        (void)snprintf(trunk, sizeof trunk, "%.*s", (int)strcspn(r->trunk, "|"), r->trunk);
        (void)snprintf(raw, sizeof raw, "%s %.3s-%s", trunk, national, national + 3);
        expect(PLM_IDENT_PHONE, r->region, raw, want);
        (void)snprintf(raw, sizeof raw, "00%u %s", r->code, national);
        expect(PLM_IDENT_PHONE, "", raw, want);
        (void)snprintf(raw, sizeof raw, "(+%u) (0) %s", r->code, national);
        expect(PLM_IDENT_PHONE, "FR", raw, want);
    }
}

int main(void)
{
    TAP_RUN(test_canonical_forms_stay);
    TAP_RUN(test_random_bytes);
    TAP_RUN(test_random_letters);
    TAP_RUN(test_dates_however_written);
    TAP_RUN(test_phones_however_dialled);
    return tap_done();
}
