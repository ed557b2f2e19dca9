/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of names: the examples of spec/tokens.md section 3.7, and the limits. Thousands more are
 * compared with a second implementation by tests/e2e/oracle/test_oracle.py.
 */
#include "ident/name_keys.h"
#include "tap.h"

#include <pthread.h>
#include <stdlib.h>

static plm_name_keys keys_of(const char *name)
{
    plm_name_keys keys;
    memset(&keys, 0xa5, sizeof keys);
    CHECK_STATUS(plm_name_keys_of(&keys, plm_span_str(name)), PLM_OK);
    return keys;
}

static bool is_text(const uint8_t *p, size_t n, const char *text)
{
    bool good = strlen(text) == n && memcmp(p, text, n) == 0;
    if (!good) {
        printf("# \"%.*s\", not \"%s\"\n", (int)n, (const char *)p, text);
    }
    return good;
}

static bool share_sound(const char *a, const char *b)
{
    const plm_name_keys x = keys_of(a);
    const plm_name_keys y = keys_of(b);
    for (size_t i = 0; i < x.n_sounds; i++) {
        for (size_t j = 0; j < y.n_sounds; j++) {
            if (plm_span_equal(plm_span_of(x.sound[i], x.sound_bytes[i]),
                               plm_span_of(y.sound[j], y.sound_bytes[j]))) {
                return true;
            }
        }
    }
    return false;
}

static void test_examples(void)
{
    static const struct {
        const char *name;
        const char *folded;
        const char *first_sound;
        size_t n_sounds;
    } examples[] = {
        {"Иван Щербаков", "ivan shcherbakov", "N XRBK", 1},
        {"SCHERBAKOW, Iwan", "iwan scherbakow", "N XRBK", 1},
        {"محمد عبدالرحمن", "abdrhmn mhmd", "BDRHMN MHMD", 1},
        {"Mohamed Abdul Rahman", "abdrahman mohamed", "BDRHMN MHMD", 1},
        {"Haji Abdullah NUR", "abdallah nur", "BDL NR", 1},
        {"عبد الله نور", "abdallah nwr", "BDL NR", 1},
        {"Ivan Ivanov", "ivan ivanov", "+AVN AVNV", 1},
        {"Šašić Đorđe", "dorde sasic", "DRD XXX", 4},
        {"O’Brien-Smith, John", "john obrien smith", "BRN JHN SMT", 2},
        {"Abou Bakr al-Masri", "abubakr masri", "BBKR MSR", 1},
        {"Nour ed-Din Zangi", "nourdin zangi", "NRDN SNH", 1},
        {"Παπαδόπουλος Γιώργος", "γιωργοσ παπαδοπουλοσ", "γιωργοσ παπαδοπουλοσ", 1},
        {"Straße Ægir", "aegir strasse", "HR STRS", 1},
        {"ﷴ ١٢٣", "123 mhmd", "123 MHMD", 1},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const plm_name_keys k = keys_of(examples[i].name);
        CHECK(is_text(k.folded, k.folded_bytes, examples[i].folded));
        CHECK_EQ_INT(k.n_sounds, examples[i].n_sounds);
        CHECK(k.n_sounds > 0 && is_text(k.sound[0], k.sound_bytes[0], examples[i].first_sound));
    }
}

static void test_spellings_meet(void)
{
    static const char *const same[][5] = {
        {"Иван Щербаков", "Ivan Shcherbakov", "Iwan Scherbakow", "Ivan Chtcherbakov",
         "Shcherbakoff Iván"},
        {"محمد صالح قاسم", "Muhammad Salih Qasim", "Mohamed Saleh Kassem", "MOHAMMAD, Saleh Gasim",
         "Mohammed Salah Qassem"},
        {"عبد الرحمن نورالدين", "Abdul Rahman Nureddin", "Abdurrahman Nur al-Din",
         "Abd-er-Rahman Noureddine", "Abdulrahman Nureldin"},
        {"Đorđe Šašić", "Ђорђе Шашић", "Djordje Shashich", "Dorde Sasic", "Ђорђе Шашич"},
        {"أبو بكر حبيب الله", "Abu Bakr Habibullah", "Abou Bakr Habib Allah", "Abubakr Habib Ullah",
         "ابوبكر حبيب الله"},
        {"رمضان ذاکر", "Ramazan Zakir", "Ramadan Dhakir", "RAMADHAN DHAKIR", "Ramazan Zaker"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        for (size_t j = 1; j < 5; j++) {
            if (!CHECK(share_sound(same[i][0], same[i][j]))) {
                printf("# %s, %s\n", same[i][0], same[i][j]);
            }
        }
    }
    CHECK(!share_sound("Ivan Shcherbakov", "Ivan Gorbachov"));
    CHECK(!share_sound("Muhammad Salih Qasim", "Muhammad Salim Qasim"));
    CHECK(!share_sound("Ivan Ivanov", "Ian Hanna"));
}

static void test_lookalikes(void)
{
    /* Latin a, o, p, e, x in a Cyrillic word, capitals too; Cyrillic а, о in a Latin one. */
    CHECK(share_sound("Петров Захар", "Пeтpoв Зaxap"));
    CHECK(share_sound("ПЕТРОВ ЗАХАР", "ПETPOB ЗAXAP"));
    const plm_name_keys k = keys_of("Jоhn Smаrt");
    CHECK(is_text(k.folded, k.folded_bytes, "john smart"));
    /* Letters of both that look like none of the other script stay what they are. */
    const plm_name_keys mixed = keys_of("жuz Smart");
    CHECK(is_text(mixed.folded, mixed.folded_bytes, "smart zhuz"));
}

static void test_too_little(void)
{
    static const char *const names[] = {
        "",       " ", "Muhammad", "Haji Muhammad", "al-Masri", "A. Kabir", "Li Wei",
        "Ali Lu", "-", "' ’",      "明 小",         "Abd",      "Dr. Mr."};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const plm_name_keys k = keys_of(names[i]);
        if (!CHECK(k.n_sounds == 0 && k.folded_bytes == 0)) {
            printf("# \"%s\"\n", names[i]);
        }
    }
}

static size_t n_sounds_of(const char *word, size_t n_words, size_t n_letters)
{
    static char text[8192];
    size_t at = 0;
    for (size_t i = 0; i < n_words; i++) {
        memcpy(text + at, word, strlen(word));
        at += strlen(word);
        text[at++] = ' ';
    }
    memset(text + at, 'b', n_letters);
    text[at + n_letters] = '\0';
    return keys_of(text).n_sounds;
}

static void test_limits(void)
{
    CHECK_EQ_INT(n_sounds_of("bab", PLM_NAME_WORDS_MAX, 0), 1);
    CHECK_EQ_INT(n_sounds_of("bab", PLM_NAME_WORDS_MAX + 1, 0), 0);
    CHECK_EQ_INT(n_sounds_of("baba", 1, PLM_NAME_LETTERS_MAX - 4), 0); /* one sound: doubles */
    CHECK_EQ_INT(n_sounds_of("bdlm", 1, PLM_NAME_LETTERS_MAX - 4), 1);
    CHECK_EQ_INT(n_sounds_of("bdlm", 1, PLM_NAME_LETTERS_MAX - 3), 0);
    /* Two readings for each of four words would be 16 keys. */
    CHECK_EQ_INT(keys_of("chabam jolur shimed rojat").n_sounds, PLM_NAME_SOUNDS_MAX);
    /* One character that NFKC makes 18 of (U+FDFA), as often as it fits, and once more. */
    CHECK_EQ_INT(n_sounds_of("ﷺ", 8, 0) > 0, 1);
    CHECK_EQ_INT(n_sounds_of("ﷺ", 18, 0), 0);
}

/* Every code point alone, between two names: nothing overflows, no key is made of nothing. */
static void test_every_character(void)
{
    for (uint32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 31) {
        uint8_t text[32] = "marta ";
        size_t n = 6;
        if (c >= 0xd800 && c < 0xe000) {
            continue;
        }
        for (unsigned i = 0; i < 3; i++) {
            uint8_t bytes[4];
            size_t length = (c < 0x80) ? 1 : (c < 0x800) ? 2 : (c < 0x10000) ? 3 : 4;
            bytes[0] = length == 1   ? (uint8_t)c
                       : length == 2 ? (uint8_t)(0xc0 | c >> 6)
                       : length == 3 ? (uint8_t)(0xe0 | c >> 12)
                                     : (uint8_t)(0xf0 | c >> 18);
            for (size_t j = 1; j < length; j++) {
                bytes[j] = (uint8_t)(0x80 | (c >> (6 * (length - 1 - j)) & 0x3f));
            }
            memcpy(text + n, bytes, length);
            n += length;
        }
        plm_name_keys k;
        if (!CHECK_STATUS(plm_name_keys_of(&k, plm_span_of(text, n)), PLM_OK) ||
            !CHECK((k.n_sounds == 0) == (k.folded_bytes == 0))) {
            return;
        }
    }
}

static void *many(void *context)
{
    const plm_name_keys *want = (const plm_name_keys *)context;
    for (int i = 0; i < 2000; i++) {
        plm_name_keys k;
        if (plm_name_keys_of(&k, plm_span_str("Đorđe Ќосев محمد")) != PLM_OK ||
            k.folded_bytes != want->folded_bytes ||
            memcmp(k.folded, want->folded, k.folded_bytes) != 0) {
            return NULL;
        }
    }
    return context;
}

static void test_threads(void)
{
    static plm_name_keys want;
    pthread_t threads[4];
    want = keys_of("Đorđe Ќосев محمد");
    for (size_t i = 0; i < 4; i++) {
        CHECK_EQ_INT(pthread_create(&threads[i], NULL, many, &want), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *result = NULL;
        CHECK_EQ_INT(pthread_join(threads[i], &result), 0);
        CHECK(result == &want);
    }
}

int main(void)
{
    TAP_RUN(test_examples);
    TAP_RUN(test_spellings_meet);
    TAP_RUN(test_lookalikes);
    TAP_RUN(test_too_little);
    TAP_RUN(test_limits);
    TAP_RUN(test_every_character);
    TAP_RUN(test_threads);
    return tap_done();
}
