/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of names out of hostile text: valid UTF-8, as canonical forms are, of any script and length.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "ident/name_keys.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* Words in the order of their bytes, one blank between them, two or more. */
static void check_words(const uint8_t *p, size_t n)
{
    plm_span before = {NULL, 0};
    size_t n_words = 0;
    require(n > 0 && n <= PLM_NAME_KEY_MAX && plm_utf8_is_text(plm_span_of(p, n)));
    for (size_t at = 0; at <= n; n_words++) {
        const uint8_t *end = (const uint8_t *)memchr(p + at, ' ', n - at);
        size_t length = end == NULL ? n - at : (size_t)(end - p) - at;
        plm_span word = plm_span_of(p + at, length);
        size_t shared = before.n < word.n ? before.n : word.n;
        int order = shared == 0 ? 0 : memcmp(before.p, word.p, shared);
        require(length > 0 && (order < 0 || (order == 0 && before.n <= word.n)));
        before = word;
        at += length + 1;
    }
    require(n_words >= 2 && n_words <= PLM_NAME_WORDS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static plm_name_keys keys;
    plm_span name = plm_span_of(data, size);
    name.n = plm_utf8_valid_prefix(name);
    require(plm_name_keys_of(&keys, name) == PLM_OK);
    require(keys.n_sounds <= PLM_NAME_SOUNDS_MAX);
    require((keys.n_sounds == 0) == (keys.folded_bytes == 0));
    if (keys.folded_bytes > 0) {
        check_words(keys.folded, keys.folded_bytes);
    }
    for (size_t i = 0; i < keys.n_sounds; i++) {
        bool is_thick = keys.sound[i][0] == '+';
        check_words(keys.sound[i] + is_thick, keys.sound_bytes[i] - is_thick);
        for (size_t j = 0; j < i; j++) {
            require(!plm_span_equal(plm_span_of(keys.sound[i], keys.sound_bytes[i]),
                                    plm_span_of(keys.sound[j], keys.sound_bytes[j])));
        }
    }
    return 0;
}
