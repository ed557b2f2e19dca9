/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of whole names. Their parts are tested in test_name_parts.c.
 */
#include "ident/name_keys.h"
#include "tap.h"

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
        {"Иван Щербаков", "ivan shcherbakov", "AN XRBK", 1},
        {"SCHERBAKOW, Iwan", "iwan scherbakow", "AN XRBK", 2},
        {"محمد عبدالرحمن", "abdrhmn mhmd", "BDRHMN MHMD", 1},
        {"Mohamed Abdul Rahman", "abdrahman mohamed", "BDRMN MHMD", 2},
        {"Ivan Ivanov", "ivan ivanov", "AN AN", 1},
        {"Šašić Đorđe", "dorde sasic", "DRD XXX", 8},
        {"O’Brien-Smith, John", "john obrien smith", "BRN JN SMT", 4},
        {"Abou Bakr al-Masri", "abubakr masri", "BBKR MSR", 1},
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
    static const char *const names[] = {"",         " ",        "Muhammad", "Haji Muhammad",
                                        "al-Masri", "A. Kabir", "Li Wei",   "-",
                                        "' ’",      "明",       "Abd",      "Dr. Mr."};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const plm_name_keys k = keys_of(names[i]);
        if (!CHECK(k.n_sounds == 0 && k.folded_bytes == 0)) {
            printf("# \"%s\"\n", names[i]);
        }
    }
}

int main(void)
{
    TAP_RUN(test_examples);
    TAP_RUN(test_spellings_meet);
    TAP_RUN(test_lookalikes);
    TAP_RUN(test_too_little);
    return tap_done();
}
