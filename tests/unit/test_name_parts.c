/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of names: spellings of all scripts that must meet, passports' forms letter by letter, and
 * the limits. Thousands more are compared with a second implementation by
 * tests/e2e/oracle/test_oracle.py.
 */
#include "base/utf8.h"
#include "ident/name_parts.h"
#include "tap.h"

#include <pthread.h>
#include <stdlib.h>

static const plm_name_parts *parts_of(plm_name_parts *parts, const char *name)
{
    memset(parts, 0xa5, sizeof *parts);
    CHECK_STATUS(plm_name_parts_of(parts, plm_span_str(name)), PLM_OK);
    return parts;
}

static bool has(const plm_span *values, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (plm_span_equal(values[i], plm_span_str(text))) {
            return true;
        }
    }
    return false;
}

static bool share(const plm_span *a, size_t n_a, const plm_span *b, size_t n_b)
{
    for (size_t i = 0; i < n_a; i++) {
        for (size_t j = 0; j < n_b; j++) {
            if (plm_span_equal(a[i], b[j])) {
                return true;
            }
        }
    }
    return false;
}

static bool share_skeleton(const char *a, const char *b)
{
    static plm_name_parts x;
    static plm_name_parts y;
    (void)parts_of(&x, a);
    (void)parts_of(&y, b);
    return CHECK(x.n > 0 && y.n > 0) && share(x.parts[0].skeletons, x.parts[0].n_skeletons,
                                              y.parts[0].skeletons, y.parts[0].n_skeletons);
}

static bool share_class(const char *a, const char *b)
{
    static plm_name_parts x;
    static plm_name_parts y;
    (void)parts_of(&x, a);
    (void)parts_of(&y, b);
    return x.n > 0 && y.n > 0 &&
           share(x.parts[0].classes, x.parts[0].n_classes, y.parts[0].classes,
                 y.parts[0].n_classes);
}

static void test_spellings_meet(void)
{
    static const char *const same[][6] = {
        {"Щербаков", "Shcherbakov", "Chtcherbakov", "Scherbakow", "SHCHERBAKOFF", "Schtscherbakow"},
        {"Хрущёв", "Khrushchev", "Chruschtschow", "Khrouchtchev", "Hruščov", "Chruszczow"},
        {"Чайковский", "Tchaikovsky", "Tschaikowski", "Chaikovskii", "Czajkowski", "Čajkovskij"},
        {"Жуков", "Zhukov", "Schukow", "Joukov", "Žukov", "Żukow"},
        {"Лукашэнка", "Lukashenka", "Лукашенко", "Lukaschenko", "Loukachenko", "Łukaszenka"},
        {"Іванівна", "Ivanivna", "Ивановна", "Iwanowna", "Ivanovna", "IVANOVNA"},
        {"Георгиев", "Georgiev", "Gueorguiev", "Georgiew", "GEORGIEV", "Георгиева"},
        {"Вучић", "Vučić", "Vucic", "Vuchich", "Wucic", "VUCIC"},
        {"Ђорђевић", "Đorđević", "Djordjević", "Dordevic", "Đorđevic", "DJORDJEVIC"},
        {"Нурсұлтан", "Nursultan", "Нурсултан", "NURSULTAN", "Noursoultan", "Nūrsultan"},
        {"محمد", "Muhammad", "Mohamed", "Mohammed", "Muhamed", "MOHAMMAD"},
        {"حسين", "Hussein", "Husayn", "Hossein", "Hussain", "Husain"},
        {"يوسف", "Yusuf", "Youssef", "Yousef", "Yusef", "Yousuf"},
        {"خالد", "Khalid", "Khaled", "KHALED", "Chalid", "Halid"},
        {"القذافي", "Qadhafi", "Gaddafi", "al-Qaddafi", "Kadhafi", "Alqadhafi"},
        {"شیرازی", "Shirazi", "Chirazi", "Schirazi", "SHIRAZI", "شيرازي"},
        {"ذاکر", "Zakir", "Dhakir", "Zaker", "Dakir", "ZAKER"},
        {"Παπαδόπουλος", "Papadopoulos", "Papadopulos", "Παπαδοπουλοσ", "PAPADOPOULOS",
         "Papadopoylos"},
        {"Γιώργος", "Giorgos", "Yiorgos", "Yorgos", "Γιωργος", "GIORGOS"},
        {"Μπάμπης", "Bambis", "Babis", "Bampis", "BAMPIS", "Μπαμπης"},
        {"Հովհաննիսյան", "Hovhannisyan", "Hovhannisian", "Hovhannesyan", "Hovhanissian",
         "HOVHANNISYAN"},
        {"შევარდნაძე", "Shevardnadze", "Шеварднадзе", "Schewardnadse", "Chevardnadze",
         "Szewardnadze"},
        {"ყაზბეგი", "Qazbegi", "Kazbegi", "Казбеги", "Qasbegi", "KAZBEGI"},
        {"רבינוביץ", "Rabinovich", "Rabinowitz", "Рабинович", "Rabinovitch", "Rabinowicz"},
        {"Schröder", "Schroeder", "Шрёдер", "Schroder", "SCHROEDER", "Shreder"},
        {"Åström", "Aastroem", "Astrom", "ASTROEM", "AASTROEM", "Astroem"},
        {"Müller", "Mueller", "Muller", "Мюллер", "MUELLER", "Miuller"},
        {"Łukaszewicz", "Lukaszewicz", "Lukashevich", "Лукашевич", "Lukaschewitsch", "Лукашевіч"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        for (size_t j = 1; j < 6; j++) {
            if (!CHECK(share_skeleton(same[i][0], same[i][j]))) {
                printf("# %s, %s\n", same[i][0], same[i][j]);
            }
        }
    }
    static const char *const different[][2] = {{"Shcherbakov", "Gorbachov"}, {"Salih", "Salim"},
                                               {"Karim", "Kamil"},           {"Petrov", "Sidorov"},
                                               {"Hassan", "Hamid"},          {"Maria", "Marta"}};
    for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
        CHECK(!share_skeleton(different[i][0], different[i][1]));
    }
}

/* ICAO Doc 9303 part 3 section 6: each letter's form in machine-readable zones is a folded form. */
static void test_passport_forms(void)
{
    /* National letters, all in one word each with x around where it could be dropped. */
    static const char *const latin[][3] = {
        {"Á", "a", ""},  {"À", "a", ""},   {"Â", "a", ""},   {"Ä", "ae", "a"},   {"Å", "aa", "a"},
        {"Ã", "a", ""},  {"Ă", "a", ""},   {"Ā", "a", ""},   {"Ą", "a", ""},     {"Ć", "c", ""},
        {"Ĉ", "c", ""},  {"Č", "c", ""},   {"Ċ", "c", ""},   {"Ç", "c", ""},     {"Đ", "d", ""},
        {"Ď", "d", ""},  {"É", "e", ""},   {"È", "e", ""},   {"Ê", "e", ""},     {"Ë", "e", ""},
        {"Ě", "e", ""},  {"Ė", "e", ""},   {"Ē", "e", ""},   {"Ę", "e", ""},     {"Ĕ", "e", ""},
        {"Ĝ", "g", ""},  {"Ğ", "g", ""},   {"Ġ", "g", ""},   {"Ģ", "g", ""},     {"Ħ", "h", ""},
        {"Ĥ", "h", ""},  {"I", "i", ""},   {"ı", "i", ""},   {"Í", "i", ""},     {"Ì", "i", ""},
        {"Î", "i", ""},  {"Ï", "i", ""},   {"Ĩ", "i", ""},   {"İ", "i", ""},     {"Ī", "i", ""},
        {"Į", "i", ""},  {"Ĵ", "j", ""},   {"Ķ", "k", ""},   {"Ł", "l", ""},     {"Ĺ", "l", ""},
        {"Ľ", "l", ""},  {"Ļ", "l", ""},   {"Ń", "n", ""},   {"Ñ", "n", "nxx"},  {"Ň", "n", ""},
        {"Ņ", "n", ""},  {"Ŋ", "n", ""},   {"Ø", "oe", "o"}, {"Ó", "o", ""},     {"Ò", "o", ""},
        {"Ô", "o", ""},  {"Ö", "oe", "o"}, {"Õ", "o", ""},   {"Ő", "o", ""},     {"Ō", "o", ""},
        {"Ŕ", "r", ""},  {"Ř", "r", ""},   {"Ŗ", "r", ""},   {"Ś", "s", ""},     {"Ŝ", "s", ""},
        {"Š", "s", ""},  {"Ş", "s", ""},   {"Ť", "t", ""},   {"Ţ", "t", ""},     {"Ŧ", "t", ""},
        {"Ú", "u", ""},  {"Ù", "u", ""},   {"Û", "u", ""},   {"Ü", "ue", "uxx"}, {"Ũ", "u", ""},
        {"Ŭ", "u", ""},  {"Ű", "u", ""},   {"Ů", "u", ""},   {"Ū", "u", ""},     {"Ų", "u", ""},
        {"Ŵ", "w", ""},  {"Ý", "y", ""},   {"Ŷ", "y", ""},   {"Ÿ", "y", ""},     {"Ź", "z", ""},
        {"Ž", "z", ""},  {"Ż", "z", ""},   {"Þ", "th", ""},  {"Æ", "ae", ""},    {"Œ", "oe", ""},
        {"ẞ", "ss", ""}, {"ß", "ss", ""},  {"Ĳ", "ij", ""},  {"Ð", "d", ""},
    };
    static plm_name_parts parts;
    for (size_t i = 0; i < sizeof latin / sizeof *latin; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%sn", latin[i][0]);
        const plm_name_part *part = &parts_of(&parts, name)->parts[0];
        for (size_t j = 1; j < 3 && latin[i][j][0] != '\0'; j++) {
            (void)snprintf(name, sizeof name, "m%sn", latin[i][j]);
            if (!CHECK(has(part->folded, part->n_folded, name))) {
                printf("# %s, %s\n", latin[i][0], latin[i][j]);
            }
        }
    }
}

/* The same, section 6 B, in words that tell their language where it matters. */
static void test_cyrillic_passport_forms(void)
{
    static const char *const words[][2] = {
        {"абвгдеёжз", "abvgdeezhz"},
        {"ийклмнопрст", "iiklmnoprst"},
        {"уфхцчшщ", "ufkhtschshshch"},
        {"съыьэюя", "sieyeiuia"},
        {"Щербаков", "shcherbakov"},
        {"Юрий", "iurii"},
        {"Яковлев", "iakovlev"},
        {"Подъячев", "podieiachev"},
        {"Аляксандр Ўлад", "aliaksandr"},
        {"Міхась", "mikhas"},
        {"Ігар", "ihar"},
        {"Сяргеў", "siarheu"},
        {"Андрій", "andrii"},
        {"Згурський Ґудзь", "zgurskii"},
        {"Гнатюк Ї", "gnatiuk"},
        {"Георгій", "heorhii"},
        {"Їжакевич", "izhakevych"},
        {"Євген", "ievhen"},
        {"Щастлива", "shtastliva"},
        {"Ђорђевић", "dordevic"},
        {"Жељко", "zeljko"},
        {"Чедомир Џ", "cedomir"},
        {"Љубиша", "ljubisa"},
        {"Њушић", "njusic"},
        {"Хаџић", "hadzic"},
        {"Ѓорѓи", "gorgi"},
        {"Ѕвезда", "dzvezda"},
    };
    static plm_name_parts parts;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const plm_name_part *part = &parts_of(&parts, words[i][0])->parts[0];
        if (!CHECK(has(part->folded, part->n_folded, words[i][1]))) {
            printf("# %s, %s: \"%.*s\"\n", words[i][0], words[i][1], (int)part->folded[0].n,
                   (const char *)part->folded[0].p);
        }
    }
}

static void test_lookalikes(void)
{
    /* Latin a, o, p, e, x in a Cyrillic word, capitals too; Cyrillic а, о in a Latin one. */
    static const char *const pairs[][2] = {
        {"Пeтpoв", "petrov"},
        {"Зaxap", "zakhar"},
        {"ПETPOB", "petrov"},
        {"Jоhn", "john"},
        {"Smаrt", "smart"},
        {"ΠAΠAΔOΠOYΛOΣ", "papadopoylos"},
        {"Μaria", "maria"},
        {"жuz", "zhuz"}, /* of both scripts for sure: nothing is done */
        {"Pοbert", "pobert"},
        {"ΑNNΑ", "anna"},
        /* Every letter could be of either script: another word decides, and the other script else.
         */
        {"Ιvan Petrov", "ivan"},
        {"Ιvan", "inan"},
        {"Ιvan Πέτροφ", "inan"},
    };
    static plm_name_parts parts;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const plm_name_part *part = &parts_of(&parts, pairs[i][0])->parts[0];
        if (!CHECK(has(part->folded, part->n_folded, pairs[i][1]))) {
            printf("# %s: \"%.*s\"\n", pairs[i][0], (int)part->folded[0].n,
                   (const char *)part->folded[0].p);
        }
    }
}

static void test_parts(void)
{
    static plm_name_parts parts;
    const plm_name_parts *p = parts_of(&parts, "Dr. Юрий А. ЩЕРБАКОВ");
    CHECK_EQ_INT(p->n, 3);
    CHECK(has(p->parts[0].folded, 1, "yuriy"));
    CHECK(has(p->parts[0].folded, p->parts[0].n_folded, "iurii"));
    CHECK(has(p->parts[1].folded, p->parts[1].n_folded, "a"));
    CHECK_EQ_INT(p->parts[1].flags, PLM_NAME_INITIAL);
    CHECK_EQ_INT(p->parts[1].n_skeletons, 0);
    CHECK(has(p->parts[2].skeletons, p->parts[2].n_skeletons, "XRBK"));
    CHECK_EQ_INT(p->parts[2].flags, 0);
    p = parts_of(&parts, "عبد الرحمن بن أبي بكر");
    CHECK_EQ_INT(p->n, 2);
    CHECK_EQ_INT(p->parts[0].flags, PLM_NAME_JOINED);
    CHECK(has(p->parts[0].folded, 1, "abdrhmn"));
    CHECK(has(p->parts[1].folded, 1, "abubkr"));
    p = parts_of(&parts, "Ivan Petrovich / Іванівна Петровна");
    CHECK_EQ_INT(p->n, 4);
    CHECK_EQ_INT(p->parts[0].flags, 0);
    for (size_t i = 1; i < 4; i++) {
        CHECK_EQ_INT(p->parts[i].flags, PLM_NAME_PATRONYMIC);
    }
    p = parts_of(&parts, "Ben van der Berg-Ben");
    CHECK_EQ_INT(p->n, 2); /* a particle only where a name does not begin with it */
    p = parts_of(&parts, "明 小龍");
    CHECK_EQ_INT(p->n, 2);
    CHECK(has(p->parts[0].skeletons, 1, "明"));
    CHECK_EQ_INT(p->parts[0].flags, 0);
    CHECK_EQ_INT(parts_of(&parts, "")->n, 0);
    CHECK_EQ_INT(parts_of(&parts, "Haji Mr. - ' ’")->n, 0);
}

static void test_classes(void)
{
    static const char *const same[][2] = {
        {"Aliaksandr", "Oleksandr"}, {"Александр", "Alexander"},
        {"Sasha", "Alejandro"},      {"Yuri", "Jury"},
        {"Iouri", "Юрий"},           {"محمد", "Mehmet"},
        {"Mohamed", "Muhammad"},     {"Ivan", "John"},
        {"يوسف", "Joseph"},          {"Ibrahim", "Abraham"},
        {"Катя", "Catherine"},       {"Γιώργος", "George"},
        {"Mykola", "Nicholas"},      {"Giovanni", "Jan"},
        {"Huseyin", "حسین"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (!CHECK(share_class(same[i][0], same[i][1]))) {
            printf("# %s, %s\n", same[i][0], same[i][1]);
        }
    }
    CHECK(!share_class("Ivan", "Igor"));
    CHECK(!share_class("Mohamed", "Mahmoud"));
    CHECK(!share_class("Shcherbakov", "Shcherbakov"));
}

static void test_deletions(void)
{
    static plm_name_deletions d;
    plm_name_deletions_of(&d, plm_span_str("anna"));
    CHECK_EQ_INT(d.n, 4);
    CHECK(has(d.values, 1, "anna") && has(d.values, d.n, "nna") && has(d.values, d.n, "ana") &&
          has(d.values, d.n, "ann"));
    plm_name_deletions_of(&d, plm_span_str("ann"));
    CHECK_EQ_INT(d.n, 1);
    plm_name_deletions_of(&d, plm_span_str("aaaa"));
    CHECK_EQ_INT(d.n, 2);
    plm_name_deletions_of(&d, plm_span_str(""));
    CHECK_EQ_INT(d.n, 1);
    plm_name_deletions_of(&d, plm_span_str("明明小小龍"));
    CHECK_EQ_INT(d.n, 4);
    CHECK(has(d.values, d.n, "明明小小") && has(d.values, d.n, "明小小龍"));
    plm_name_deletions_of(&d, plm_span_str("abcdefghijklmnopqrstuvwxyzabcdefghijklmnop"));
    CHECK_EQ_INT(d.n, PLM_NAME_DELETIONS_MAX);
    CHECK(has(d.values, 1, "abcdefghijklmnopqrstuvwxyzabcdef"));
}

static plm_status status_of(const char *word, size_t n_words, size_t n_letters, size_t *n)
{
    static char text[8192];
    static plm_name_parts parts;
    size_t at = 0;
    for (size_t i = 0; i < n_words; i++) {
        memcpy(text + at, word, strlen(word));
        at += strlen(word);
        text[at++] = ' ';
    }
    memset(text + at, 'b', n_letters);
    plm_status status = plm_name_parts_of(&parts, plm_span_of(text, at + n_letters));
    *n = parts.n + parts.n_cut;
    return status;
}

static void test_limits(void)
{
    static plm_name_parts parts;
    static char large[1 << 20];
    size_t n;
    CHECK_STATUS(status_of("bab", PLM_NAME_WORDS_MAX, 0, &n), PLM_OK);
    CHECK_EQ_INT(n, PLM_NAME_WORDS_MAX);
    CHECK_STATUS(status_of("bab", PLM_NAME_WORDS_MAX + 1, 0, &n), PLM_E_LIMIT);
    CHECK_EQ_INT(n, 0);
    CHECK_STATUS(status_of("bdlm", 1, PLM_NAME_LETTERS_MAX - 4, &n), PLM_OK);
    CHECK_EQ_INT(n, 2);
    CHECK_STATUS(status_of("bdlm", 1, PLM_NAME_LETTERS_MAX - 3, &n), PLM_E_LIMIT);
    CHECK_EQ_INT(n, 0);
    /* One character that NFKC makes 18 of (U+FDFA), as often as it fits, and once more. */
    CHECK_STATUS(status_of("ﷺ", 8, 0, &n), PLM_OK);
    CHECK_STATUS(status_of("ﷺ", 18, 0, &n), PLM_E_LIMIT);
    /* A megabyte of anything, and of combining marks, within the limit of bytes and above it. */
    for (size_t i = 0; i + 1 < sizeof large; i += 2) {
        memcpy(large + i, "\xcc\x81", 2);
    }
    CHECK_STATUS(plm_name_parts_of(&parts, plm_span_of(large, sizeof large)), PLM_E_LIMIT);
    CHECK_STATUS(plm_name_parts_of(&parts, plm_span_of(large, PLM_NAME_BYTES_MAX)), PLM_OK);
    CHECK_EQ_INT(parts.n, 0);
    CHECK_STATUS(plm_name_parts_of(&parts, plm_span_of("Iv\xff", 3)), PLM_E_SYNTAX);
    CHECK_STATUS(plm_name_parts_of(&parts, plm_span_of("Iv\xd0", 3)), PLM_E_SYNTAX);
    /* Every letter in four forms, every part with four skeletons: the pool holds them. */
    CHECK_STATUS(status_of("щщщщщщщщщщщщщщщщ", 16, 0, &n), PLM_OK);
    CHECK_EQ_INT(n, 16);
}

/* Every code point alone and in a name: nothing overflows, no part is empty. */
static void test_every_character(void)
{
    static plm_name_parts parts;
    for (uint32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 31) {
        uint8_t text[32] = "marta ";
        size_t n = 6;
        if (c >= 0xd800 && c < 0xe000) {
            continue;
        }
        for (unsigned i = 0; i < 3; i++) {
            n += plm_utf8_encode(text + n, c);
        }
        if (!CHECK_STATUS(plm_name_parts_of(&parts, plm_span_of(text, n)), PLM_OK) ||
            !CHECK(parts.n >= 1 && has(parts.parts[0].folded, 1, "marta") == (parts.n > 0))) {
            return;
        }
    }
}

static void *many(void *context)
{
    const plm_name_parts *want = (const plm_name_parts *)context;
    for (int i = 0; i < 2000; i++) {
        plm_name_parts got;
        if (plm_name_parts_of(&got, plm_span_str("Đorđe Ќосев محمد")) != PLM_OK ||
            got.n != want->n || got.n_pool != want->n_pool ||
            memcmp(got.pool, want->pool, got.n_pool) != 0) {
            return NULL;
        }
    }
    return context;
}

static void test_threads(void)
{
    static plm_name_parts want;
    pthread_t threads[4];
    (void)parts_of(&want, "Đorđe Ќосев محمد");
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
    TAP_RUN(test_spellings_meet);
    TAP_RUN(test_passport_forms);
    TAP_RUN(test_cyrillic_passport_forms);
    TAP_RUN(test_lookalikes);
    TAP_RUN(test_parts);
    TAP_RUN(test_classes);
    TAP_RUN(test_deletions);
    TAP_RUN(test_limits);
    TAP_RUN(test_every_character);
    TAP_RUN(test_threads);
    return tap_done();
}
