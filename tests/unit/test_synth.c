/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generator's parts: permutations, identifiers and their check digits, names, determinism.
 * What two whole registers have in common is looked at in tests/property/prop_synth.c.
 */
#include "crypto/sign.h"
#include "synth/codes.h"
#include "synth/random.h"
#include "synth/row.h"
#include "synth/synth.h"
#include "tap.h"

#include <stdlib.h>

static void test_permutation(void)
{
    const uint64_t sizes[] = {1, 2, 3, 5, 16, 17, 100, 4097};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t n = sizes[i];
        uint8_t *seen = (uint8_t *)calloc(n, 1);
        if (!CHECK(seen != NULL)) {
            return;
        }
        for (uint64_t x = 0; x < n; x++) {
            uint64_t y = plm_synth_permute(7, n, x);
            if (!CHECK(y < n && seen[y] == 0) || !CHECK(plm_synth_unpermute(7, n, y) == x)) {
                break;
            }
            seen[y] = 1;
        }
        free(seen);
    }
    CHECK(plm_synth_unpermute(1, UINT64_C(640000000), plm_synth_permute(1, 640000000, 12345)) ==
          12345);
    unsigned n_fixed = 0;
    for (uint64_t x = 0; x < 1000; x++) {
        n_fixed += plm_synth_permute(7, 1000, x) == x;
    }
    CHECK(n_fixed < 10); /* about one fixed point is expected */
}

static void test_random(void)
{
    plm_synth_random a;
    plm_synth_random b;
    plm_synth_random_init(&a, 1, 2, 3);
    plm_synth_random_init(&b, 1, 2, 3);
    CHECK(plm_synth_random_next(&a) == plm_synth_random_next(&b));
    plm_synth_random_init(&b, 1, 3, 2);
    CHECK(plm_synth_random_next(&a) != plm_synth_random_next(&b));
    unsigned counts[10] = {0};
    for (int i = 0; i < 10000; i++) {
        uint64_t x = plm_synth_random_below(&a, 10);
        if (CHECK(x < 10)) {
            counts[x]++;
        }
    }
    for (size_t i = 0; i < 10; i++) {
        CHECK(counts[i] > 850 && counts[i] < 1150); /* five standard deviations */
    }
    /* xoshiro256**, first outputs from the state 1, 2, 3, 4 (the authors' C code). */
    plm_synth_random known = {{1, 2, 3, 4}};
    CHECK(plm_synth_random_next(&known) == 11520);
    CHECK(plm_synth_random_next(&known) == 0);
    CHECK(plm_synth_random_next(&known) == 1509978240);
}

/* Remainder by 97 of the IBAN with its head moved behind, by schoolbook division of the digits. */
static unsigned iban_remainder(const char *iban)
{
    char turned[PLM_SYNTH_CODE_MAX * 2];
    char digits[PLM_SYNTH_CODE_MAX * 4];
    size_t n = 0;
    (void)snprintf(turned, sizeof turned, "%s%.4s", iban + 4, iban);
    for (size_t i = 0; turned[i] != '\0'; i++) {
        const char *from = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const char *at = strchr(from, turned[i]);
        n += (size_t)snprintf(digits + n, sizeof digits - n, "%d", (int)(at - from));
    }
    unsigned remainder = 0;
    for (size_t i = 0; i < n; i++) {
        remainder = (remainder * 10 + (unsigned)(digits[i] - '0')) % 97;
    }
    return remainder;
}

static void test_iban(void)
{
    CHECK_EQ_INT(iban_remainder("GB82WEST12345698765432"), 1); /* the check itself */
    CHECK(iban_remainder("GB82WEST12345698765433") != 1);
    const struct {
        const char *country;
        size_t length;
    } lengths[] = {{"DE", 22}, {"GB", 22}, {"NL", 18}, {"RO", 24}, {"BG", 22},
                   {"TR", 26}, {"AE", 23}, {"AT", 20}, {"CY", 28}, {"LV", 21}};
    char iban[PLM_SYNTH_CODE_MAX];
    for (uint64_t serial = 0; serial < 2000; serial++) {
        plm_synth_iban(iban, serial * 4999);
        CHECK_EQ_INT(iban_remainder(iban), 1);
        bool known = false;
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            known |= strncmp(iban, lengths[i].country, 2) == 0 && strlen(iban) == lengths[i].length;
        }
        CHECK(known);
    }
}

/* Luhn from the right, over all 15 digits. */
static unsigned luhn(const char *digits)
{
    unsigned sum = 0;
    size_t n = strlen(digits);
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(digits[n - 1 - i] - '0') * (i % 2 == 1 ? 2 : 1);
        sum += d / 10 + d % 10;
    }
    return sum % 10;
}

static void test_imei(void)
{
    CHECK_EQ_INT(luhn("490154203237518"), 0); /* the check itself: the example of TS 23.003 */
    CHECK(luhn("490154203237517") != 0);
    char imei[PLM_SYNTH_CODE_MAX];
    for (uint64_t serial = 0; serial < 1000; serial++) {
        plm_synth_imei(imei, serial * 77777);
        CHECK_EQ_INT(strlen(imei), 15);
        CHECK_EQ_INT(luhn(imei), 0);
        CHECK(strncmp(imei, "001", 3) == 0);
    }
}

/* True if the ninth character is the check digit; letters' values by their place in three rows. */
static bool vin_is_right(const char *vin)
{
    static const char rows[] = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
    static const unsigned weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    unsigned sum = 0;
    if (strlen(vin) != 17) {
        return false;
    }
    for (size_t i = 0; i < 17; i++) {
        const char *at = strchr(rows, vin[i]);
        if (at == NULL || vin[i] == '.') {
            return false;
        }
        sum += (unsigned)((at - rows) % 10) * weights[i];
    }
    return vin[8] == "0123456789X"[sum % 11];
}

static void test_vin(void)
{
    CHECK(vin_is_right("1M8GDM9AXKP042788")); /* the check itself */
    CHECK(!vin_is_right("1M8GDM9A1KP042788"));
    char vin[PLM_SYNTH_CODE_MAX];
    for (uint64_t serial = 0; serial < 1000; serial++) {
        plm_synth_vin(vin, serial * 991);
        CHECK(vin_is_right(vin));
        CHECK(strncmp(vin, "0ZZ", 3) == 0);
    }
}

static void test_wallets(void)
{
    /* The address of Bitcoin's first block. */
    uint8_t hash[20];
    char out[PLM_SYNTH_CODE_MAX];
    CHECK(plm_hex_decode(hash, 20, "62e907b15cbf27d5425399ebf6f0fb50ebb88f18") == 0);
    plm_synth_btc(out, hash);
    CHECK_EQ_STR(out, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
    plm_synth_eth(out, hash);
    CHECK_EQ_STR(out, "0x62e907b15cbf27d5425399ebf6f0fb50ebb88f18");
    /* Leading zero bytes stand as ones. */
    memset(hash, 0, sizeof hash);
    plm_synth_btc(out, hash);
    CHECK_EQ_STR(out, "1111111111111111111114oLvT2");
}

/* Phones that somebody may have would begin otherwise. */
static bool phone_is_nobodys(const char *phone)
{
    static const char *const kept[] = {
        "+442079460", "+447700900", "+441134960", "+441144960", "+441154960",
        "+441164960", "+441174960", "+441184960", "+441214960", "+441314960",
        "+441414960", "+441514960", "+441614960", "+441914980", "+441632960",
        "+442890180", "+442920180", "+6125550",   "+6127010",   "+6135550",
        "+6137010",   "+6175550",   "+6177010",   "+6185550",   "+6187010"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (strncmp(phone, kept[i], strlen(kept[i])) == 0) {
            return strlen(phone) == (phone[1] == '4' ? 13U : 12U);
        }
    }
    bool is_drama = strncmp(phone + 5, "55501", 5) == 0;
    bool is_expansion = phone[2] >= '2' && phone[3] == '9' && phone[5] >= '2';
    return strncmp(phone, "+1", 2) == 0 && strlen(phone) == 12 && (is_drama || is_expansion);
}

static void test_phone(void)
{
    char phone[PLM_SYNTH_CODE_MAX];
    for (uint64_t serial = 0; serial < 110000; serial++) {
        plm_synth_phone(phone, serial);
        if (!CHECK(phone_is_nobodys(phone))) {
            printf("# %s\n", phone);
            break;
        }
    }
    for (uint64_t serial = 110000; serial < 600000000; serial += 999983) {
        plm_synth_phone(phone, serial);
        CHECK(phone_is_nobodys(phone));
    }
    plm_synth_phone(phone, 0);
    CHECK_EQ_STR(phone, "+442079460000");
    plm_synth_phone(phone, 1999);
    CHECK_EQ_STR(phone, "+447700900999");
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

static void check_distinct(void (*make)(char *, uint64_t), const char *name)
{
    enum {
        N = 120000
    };
    char(*codes)[PLM_SYNTH_CODE_MAX] = (char(*)[PLM_SYNTH_CODE_MAX])calloc(N, sizeof *codes);
    if (!CHECK(codes != NULL)) {
        return;
    }
    for (uint64_t i = 0; i < N; i++) {
        make(codes[i], i);
    }
    qsort(codes, N, sizeof *codes, compare_codes);
    unsigned n_equal = 0;
    for (size_t i = 1; i < N; i++) {
        n_equal += strcmp(codes[i - 1], codes[i]) == 0;
    }
    if (!CHECK_EQ_INT(n_equal, 0)) {
        printf("# %s\n", name);
    }
    free(codes);
}

static void test_codes_are_distinct(void)
{
    check_distinct(plm_synth_phone, "phone");
    check_distinct(plm_synth_iban, "iban");
    check_distinct(plm_synth_imei, "imei");
    check_distinct(plm_synth_vin, "vin");
    check_distinct(plm_synth_passport, "passport");
    check_distinct(plm_synth_plate, "plate");
}

static void test_names(void)
{
    char name[PLM_SYNTH_NAME_MAX];
    plm_synth_person person = {.region = &plm_synth_russian,
                               .is_female = true,
                               .given = 3,
                               .middle = 1,
                               .second_root = PLM_SYNTH_ABSENT};
    plm_synth_view view = {.order = PLM_SYNTH_GIVEN_FIRST};
    plm_synth_name_write(name, &person, &view, 0);
    CHECK_EQ_STR(name, "Natalya Petrovna Ivanova");
    plm_synth_name_write(name, &person, &view, 1);
    CHECK_EQ_STR(name, "Natalia Petrovna Ivanova");
    plm_synth_name_write(name, &person, &view, 2);
    CHECK_EQ_STR(name, "Наталья Петровна Иванова");
    view.order = PLM_SYNTH_SURNAME_COMMA;
    view.drops_middle = true;
    plm_synth_name_write(name, &person, &view, 2);
    CHECK_EQ_STR(name, "Иванова, Наталья");
    view.order = PLM_SYNTH_SURNAME_FIRST;
    person.is_female = false;
    plm_synth_name_write(name, &person, &view, 2);
    CHECK_EQ_STR(name, "Иванов Андрей");
    person = (plm_synth_person){.region = &plm_synth_spanish, .second_root = 1};
    person.middle = PLM_SYNTH_ABSENT;
    view = (plm_synth_view){.order = PLM_SYNTH_GIVEN_FIRST};
    plm_synth_name_write(name, &person, &view, 0);
    CHECK_EQ_STR(name, "José García Rodríguez");
    plm_synth_name_write(name, &person, &view, 2); /* no native spelling: the nearest there is */
    CHECK_EQ_STR(name, "Jose Garcia Rodriguez");
}

static void test_misspelling(void)
{
    char right[PLM_SYNTH_NAME_MAX];
    char wrong[PLM_SYNTH_NAME_MAX];
    plm_synth_person person = {
        .region = &plm_synth_arabic, .middle = PLM_SYNTH_ABSENT, .second_root = PLM_SYNTH_ABSENT};
    plm_synth_view view = {.misspelling = 0};
    plm_synth_name_write(right, &person, &view, 2);
    size_t letter = strlen("م");
    for (uint64_t how = 0; how < 40; how++) {
        view.misspelling = how << 8 | 1;
        plm_synth_name_write(wrong, &person, &view, 2);
        CHECK_EQ_INT(strlen(wrong), strlen(right) - letter);
        CHECK(strncmp(wrong, right, letter) == 0);
    }
}

/* Whatever a register lacks of a minor, it does not lack that it is one. */
static void test_minors(void)
{
    unsigned n_minors = 0;
    unsigned n_flagged = 0;
    for (uint64_t number = 0; number < 50000; number++) {
        plm_synth_person person;
        plm_synth_person_draw(&person, 5, 50000, number);
        for (int side = 0; side < 2; side++) {
            plm_synth_view view;
            plm_synth_view_draw(&view, &person, 5, number, side == 1);
            bool flagged = (view.shows & PLM_SYNTH_MINOR_FLAG) != 0;
            CHECK(!person.is_minor || flagged || view.birth.year >= 2015);
            CHECK(person.is_minor || (!flagged && view.birth.year < 2004));
            n_minors += person.is_minor;
            n_flagged += flagged;
        }
    }
    CHECK(n_minors > 2500 && n_minors < 3500 && n_flagged > 1000 && n_flagged < n_minors);
}

/* Everything a run writes, a.csv, b.csv and truth.csv one after the other. */
static plm_status collect(void *context, plm_span bytes)
{
    return plm_buf_append((plm_buf *)context, bytes.p, bytes.n);
}

static plm_status write_all(plm_buf *out, uint64_t seed, uint64_t n)
{
    const plm_synth_config config = {seed, n, n + n / 2, n / 3};
    const plm_synth_sinks sinks = {{collect, out}, {collect, out}, {collect, out}};
    return plm_synth_write(&config, &sinks, NULL);
}

static void test_determinism(void)
{
    plm_buf first;
    plm_buf second;
    plm_buf other;
    plm_buf_init(&first, 1 << 24);
    plm_buf_init(&second, 1 << 24);
    plm_buf_init(&other, 1 << 24);
    CHECK_STATUS(write_all(&first, 42, 1500), PLM_OK);
    CHECK_STATUS(write_all(&second, 42, 1500), PLM_OK);
    CHECK_STATUS(write_all(&other, 43, 1500), PLM_OK);
    CHECK(plm_span_equal(plm_buf_span(&first), plm_buf_span(&second)));
    CHECK(!plm_span_equal(plm_buf_span(&first), plm_buf_span(&other)));
    /* Measurements name their seed: whoever changes the generator changes this hash knowingly. */
    uint8_t hash[32];
    char hex[65];
    plm_hash256(hash, plm_buf_span(&first));
    plm_hex_encode(hex, hash, sizeof hash);
    CHECK_EQ_STR(hex, "278d07217fafc01ccd0d511441daf0f86752e9f93949be77db94a6f8b91d50b1");
    plm_buf_wipe(&first);
    plm_buf_wipe(&second);
    plm_buf_wipe(&other);
}

static plm_status refuse(void *context, plm_span bytes)
{
    unsigned *left = (unsigned *)context;
    (void)bytes;
    return (*left)-- == 0 ? PLM_E_IO : PLM_OK;
}

static void test_arguments_and_sinks(void)
{
    const plm_synth_sinks none = {{0}, {0}, {0}};
    const plm_synth_config bad[] = {
        {1, 0, 1, 0}, {1, 1, 0, 0}, {1, 5, 6, 6}, {1, PLM_SYNTH_PERSONS_MAX + 1, 6, 1}};
    plm_synth_report report = {.n_pairs = 77};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(plm_synth_write(&bad[i], &none, &report), PLM_E_ARGUMENT);
        CHECK_EQ_INT(report.n_pairs, 77);
    }
    /* A sink's failure ends the writing, wherever it happens. */
    const plm_synth_config config = {1, 2000, 2000, 2000};
    for (unsigned at = 0; at < 6; at++) {
        unsigned left = at;
        const plm_synth_sinks sinks = {{refuse, &left}, {refuse, &left}, {refuse, &left}};
        CHECK_STATUS(plm_synth_write(&config, &sinks, &report), PLM_E_IO);
        CHECK_EQ_INT(report.n_pairs, 77);
    }
    CHECK_STATUS(plm_synth_write(&config, &none, &report), PLM_OK);
    CHECK_EQ_INT(report.n_pairs, 2000);
    CHECK_EQ_INT(report.n_findable + report.n_hard + report.n_excluded, 2000);
    CHECK(report.n_findable > 1400 && report.n_hard > 20 && report.n_excluded > 200);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_permutation);
    TAP_RUN(test_random);
    TAP_RUN(test_iban);
    TAP_RUN(test_imei);
    TAP_RUN(test_vin);
    TAP_RUN(test_wallets);
    TAP_RUN(test_phone);
    TAP_RUN(test_codes_are_distinct);
    TAP_RUN(test_names);
    TAP_RUN(test_misspelling);
    TAP_RUN(test_minors);
    TAP_RUN(test_determinism);
    TAP_RUN(test_arguments_and_sinks);
    return tap_done();
}
