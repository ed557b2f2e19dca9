/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict UTF-8: every scalar value, every pair and many triples of bytes against a naive oracle
 * that decodes by arithmetic and refuses what is not the shortest form of a scalar value.
 */
#include "base/utf8.h"
#include "tap.h"

/* Length of the valid sequence at p, 0 if there is none; by RFC 3629's definition, not its table.
 */
static size_t oracle(const uint8_t *p, size_t n)
{
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xC0 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (length == 0 || n < length || p[0] >= 0xF8) {
        return 0;
    }
    uint32_t value = length == 1 ? p[0] : p[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF) {
            return 0;
        }
        value = value << 6 | (p[i] & 0x3FU);
    }
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return value < least[length] || value > 0x10FFFF || surrogate ? 0 : length;
}

static void test_every_scalar(void)
{
    uint32_t n_wrong = 0;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c == 0xD800) {
            c = 0xE000;
        }
        uint8_t bytes[4];
        size_t at = 0;
        plm_span s = plm_span_of(bytes, plm_utf8_encode(bytes, c));
        n_wrong += plm_utf8_valid_prefix(s) != s.n || plm_utf8_next(s, &at) != c || at != s.n;
    }
    CHECK_EQ_INT(n_wrong, 0);
}

static void test_every_pair(void)
{
    uint32_t n_wrong = 0;
    for (uint32_t pair = 0; pair < 0x10000; pair++) {
        const uint8_t bytes[2] = {(uint8_t)(pair >> 8), (uint8_t)pair};
        size_t first = oracle(bytes, 2);
        size_t want = first == 1 ? 1 + oracle(bytes + 1, 1) : first;
        n_wrong += plm_utf8_valid_prefix(plm_span_of(bytes, 2)) != want;
    }
    CHECK_EQ_INT(n_wrong, 0);
}

static void test_long_sequences(void)
{
    static const uint8_t tails[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    uint32_t n_wrong = 0;
    for (unsigned lead = 0xC0; lead <= 0xFF; lead++) {
        for (unsigned second = 0; second <= 0xFF; second++) {
            for (size_t i = 0; i < 100; i++) {
                const uint8_t bytes[4] = {(uint8_t)lead, (uint8_t)second, tails[i / 10],
                                          tails[i % 10]};
                size_t want = 0;
                for (size_t n = 1; n != 0 && want < 4; want += n) {
                    n = oracle(bytes + want, 4 - want);
                }
                n_wrong += plm_utf8_valid_prefix(plm_span_of(bytes, 4)) != want;
            }
        }
    }
    CHECK_EQ_INT(n_wrong, 0);
}

static bool is_text(const char *s)
{
    return plm_utf8_is_text(plm_span_str(s));
}

static void test_text(void)
{
    CHECK(is_text(""));
    CHECK(is_text("Đorđe Ђорђе محمد 𐍈"));
    CHECK(!is_text("a\nb"));
    CHECK(!is_text("a\x7F"));
    CHECK(!is_text("a\xC2\x85")); /* U+0085 */
    CHECK(is_text("a\xC2\xA0"));  /* U+00A0 */
    CHECK(!is_text("a\xC3"));
    CHECK(!is_text("\xED\xA0\x80")); /* a surrogate */
    CHECK(!plm_utf8_is_text(plm_span_of("a\0b", 3)));
}

/* Cut anywhere, by a precision or by the room there is, and whatever stands in it. */
static void test_print(void)
{
    static const char name[] = "Đorđe Ђорђе محمد 𐍈";
    uint32_t n_wrong = 0;
    for (int most = 0; most <= (int)sizeof name; most++) {
        char out[64];
        const size_t shown = (size_t)most < strlen(name) ? (size_t)most : strlen(name);
        const size_t want = plm_utf8_valid_prefix(plm_span_of(name, shown));
        plm_utf8_print(out, sizeof out, "\"%.*s\" is", most, name);
        n_wrong += strlen(out) != want + 5 || memcmp(out + 1, name, want) != 0 ||
                   strcmp(out + 1 + want, "\" is") != 0;
        plm_utf8_print(out, (size_t)most + 1, "%s", name);
        n_wrong += strlen(out) != want || memcmp(out, name, want) != 0;
    }
    CHECK_EQ_INT(n_wrong, 0);
    char out[8];
    plm_utf8_print(out, sizeof out, "%s",
                   "\x80"
                   "a\xE2\x82"
                   "b\xFF");
    CHECK_EQ_STR(out, "ab");
}

static void test_disarm(void)
{
    char text[] = "a\x1b[31m\t\r\x7f\n \xc2\x9b"
                  "2J\xc2\xa0\xc3\x9f\xe2\x80\x9b";
    plm_utf8_disarm(text);
    CHECK_EQ_STR(text, "a?[31m???\n ??2J\xc2\xa0\xc3\x9f\xe2\x80\x9b");
}

int main(void)
{
    TAP_RUN(test_every_scalar);
    TAP_RUN(test_every_pair);
    TAP_RUN(test_long_sequences);
    TAP_RUN(test_text);
    TAP_RUN(test_print);
    TAP_RUN(test_disarm);
    return tap_done();
}
