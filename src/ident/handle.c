/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handle.c - accounts of platforms: PLATFORM:id:ACCOUNT, or PLATFORM:name:HANDLE.
 *
 * The number a platform gives an account stays with it; a handle may be changed, and taken by
 * somebody else. The two are never compared with each other. Handles are compared without regard to
 * case, as the platforms do; ids are not changed, since some tell case apart.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    PLATFORM_MAX = 32,
    ACCOUNT_MAX = 128, /* bytes */
    WIDE_MAX = 4 * ACCOUNT_MAX
};

/* Names of one platform; the second is the canonical one. */
static const char *const aliases[][2] = {
    {"x", "twitter"},
    {"x.com", "twitter"},
    {"twitter.com", "twitter"},
    {"tg", "telegram"},
    {"t.me", "telegram"},
    {"vk.com", "vk"},
    {"vkontakte", "vk"},
    {"fb", "facebook"},
    {"facebook.com", "facebook"},
    {"insta", "instagram"},
    {"instagram.com", "instagram"},
    {"ig", "instagram"},
    {"yt", "youtube"},
    {"youtube.com", "youtube"},
    {"tiktok.com", "tiktok"},
    {"ok.ru", "odnoklassniki"},
    {"ok", "odnoklassniki"},
    {"github.com", "github"},
    {"discordapp", "discord"},
    {"linkedin.com", "linkedin"},
};

static plm_status read_platform(char out[PLATFORM_MAX], plm_span field, plm_ident *reject)
{
    if (field.n == 0 || field.n >= PLATFORM_MAX) {
        return plm_ident_reject(reject, PLM_REASON_FORMAT,
                                "write the platform before it, as in telegram:");
    }
    for (size_t i = 0; i < field.n; i++) {
        int c = plm_to_lower(field.p[i]);
        if (!plm_is_lower(c) && !plm_is_digit(c) && c != '.' && c != '-') {
            return plm_ident_reject_character(reject, field, i);
        }
        out[i] = (char)c;
    }
    out[field.n] = '\0';
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (strcmp(aliases[i][0], out) == 0) {
            (void)snprintf(out, PLATFORM_MAX, "%s", aliases[i][1]);
            break;
        }
    }
    return PLM_OK;
}

/* NFKC with case folded; false if it is too long. */
static bool fold_name(char out[ACCOUNT_MAX + 1], plm_span name)
{
    UChar a[WIDE_MAX];
    UChar b[WIDE_MAX];
    int32_t n = 0;
    UErrorCode error = U_ZERO_ERROR;
    if (plm_ident_is_ascii(name)) {
        if (name.n > ACCOUNT_MAX) {
            return false;
        }
        for (size_t i = 0; i < name.n; i++) {
            out[i] = (char)plm_to_lower(name.p[i]);
        }
        out[name.n] = '\0';
        return true;
    }
    /* NFKC_Casefold (UAX #15, Unicode 5.18 D147), which also leaves out what is not seen. */
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&error);
    (void)u_strFromUTF8(a, WIDE_MAX, &n, (const char *)name.p, (int32_t)name.n, &error);
    n = unorm2_normalize(fold, a, n, b, WIDE_MAX, &error);
    (void)u_strToUTF8(out, ACCOUNT_MAX, &n, b, n, &error);
    if (U_FAILURE(error)) {
        return false;
    }
    out[n] = '\0';
    return true;
}

/* Letters, digits, marks and what platforms allow beside them. */
static plm_status check_characters(plm_span text, plm_ident *out)
{
    for (size_t at = 0; at < text.n;) {
        size_t start = at;
        uint32_t c = plm_utf8_next(text, &at);
        bool is_mark = (U_MASK(u_charType((UChar32)c)) & U_GC_M_MASK) != 0;
        if (c < 0x80 ? !plm_is_letter((int)c) && !plm_is_digit((int)c) &&
                           strchr("._-#@+:=", (int)c) == NULL
                     : !u_isalnum((UChar32)c) && !is_mark) {
            return plm_ident_reject_character(out, text, start);
        }
    }
    return PLM_OK;
}

plm_status plm_ident_handle(const char *country, plm_span value, plm_ident *out)
{
    char platform[PLATFORM_MAX] = "";
    char account[ACCOUNT_MAX + 1] = "";
    plm_span field;
    (void)country;
    size_t colon = 0;
    while (colon < value.n && value.p[colon] != ':') {
        colon++;
    }
    field = plm_ident_trim(plm_span_of(value.p, colon < value.n ? colon : 0));
    plm_status status = read_platform(platform, field, out);
    if (status != PLM_OK) {
        return status;
    }
    value = plm_ident_trim(plm_span_of(value.p + colon + 1, value.n - colon - 1));
    bool is_id = plm_ident_skip(&value, "id:");
    bool is_name = !is_id && plm_ident_skip(&value, "name:");
    while (!is_id && value.n > 0 && value.p[0] == '@') {
        value = plm_ident_trim(plm_span_of(value.p + 1, value.n - 1));
    }
    if (is_id ? value.n > ACCOUNT_MAX : !fold_name(account, value)) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "more than %d bytes", ACCOUNT_MAX);
    }
    if (is_id) {
        memcpy(account, value.p, value.n);
        account[value.n] = '\0';
    }
    size_t n = strlen(account);
    if (n == 0) {
        return plm_ident_reject(out, PLM_REASON_EMPTY, "there is no account");
    }
    if (!is_id && !is_name && strspn(account, "0123456789") == n) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "digits alone: write id: or name: before them");
    }
    status = check_characters(plm_span_str(account), out);
    if (status != PLM_OK) {
        return status;
    }
    if (account[0] == '@' || plm_ident_is_placeholder(plm_span_str(account)) ||
        (is_id && (plm_ident_is_monotone(account) || plm_ident_is_counting(account, 4)))) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%.60s", account);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s:%s:%s", platform,
                   is_id ? "id" : "name", account);
    plm_ident_step(out, "the platform: %s", platform);
    plm_ident_step(out, "%s",
                   is_id ? "the platform's own number of the account, which stays"
                         : "a handle, in lower case; it may change hands");
    return PLM_OK;
}
