/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident.c - names of types and reasons, what all types share, and the way to each family.
 */
#include "ident/ident.h"

#include "base/utf8.h"
#include "ident/family.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    plm_ident_fn *canonicalise;
} types[PLM_IDENT_TYPE_COUNT] = {
    [PLM_IDENT_NAME] = {"name", plm_ident_name},
    [PLM_IDENT_BIRTH_DATE] = {"birthDate", plm_ident_birth_date},
    [PLM_IDENT_NATIONALITY] = {"nationality", plm_ident_nationality},
    [PLM_IDENT_DOCUMENT] = {"document", plm_ident_document},
    [PLM_IDENT_PHONE] = {"phone", plm_ident_phone},
    [PLM_IDENT_EMAIL] = {"email", plm_ident_email},
    [PLM_IDENT_IBAN] = {"iban", plm_ident_iban},
    [PLM_IDENT_IMEI] = {"imei", plm_ident_imei},
    [PLM_IDENT_VIN] = {"vin", plm_ident_vin},
    [PLM_IDENT_PLATE] = {"plate", plm_ident_plate},
    [PLM_IDENT_IMO] = {"imo", plm_ident_imo},
    [PLM_IDENT_BTC] = {"btc", plm_ident_btc},
    [PLM_IDENT_ETH] = {"eth", plm_ident_eth},
};

static const char *const reasons[PLM_REASON_COUNT] = {
    [PLM_REASON_NONE] = "accepted",
    [PLM_REASON_EMPTY] = "it is empty",
    [PLM_REASON_ENCODING] = "it is not text: invalid UTF-8, or control characters",
    [PLM_REASON_PLACEHOLDER] = "it is a placeholder, not a value",
    [PLM_REASON_LENGTH] = "it has the wrong length",
    [PLM_REASON_CHARACTER] = "it has a character that can't stand there",
    [PLM_REASON_FORMAT] = "it is not in a form that is known",
    [PLM_REASON_CHECK] = "its check does not fit",
    [PLM_REASON_COUNTRY] = "its country is missing or unknown",
    [PLM_REASON_RANGE] = "it is out of range",
};

const char *plm_ident_type_name(plm_ident_type type)
{
    return (unsigned)type < PLM_IDENT_TYPE_COUNT ? types[type].name : "unknown";
}

plm_status plm_ident_type_find(plm_ident_type *out, const char *name)
{
    for (unsigned i = 0; i < PLM_IDENT_TYPE_COUNT; i++) {
        if (strcmp(types[i].name, name) == 0) {
            *out = (plm_ident_type)i;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

const char *plm_ident_reason_text(plm_ident_reason reason)
{
    return (unsigned)reason < PLM_REASON_COUNT ? reasons[reason] : "unknown";
}

plm_status plm_ident_reject(plm_ident *out, plm_ident_reason reason, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(out->detail, sizeof out->detail, format, args);
    va_end(args);
    /* Cut by bytes, the text may end within a character. */
    out->detail[plm_utf8_valid_prefix(plm_span_str(out->detail))] = '\0';
    out->canonical[0] = '\0';
    out->flags = 0;
    out->reason = reason;
    return PLM_E_REJECTED;
}

size_t plm_ident_compact(char *out, size_t size, plm_span value, const char *separators)
{
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        int c = plm_to_upper(value.p[i]);
        if (c == ' ' || (c != 0 && strchr(separators, c) != NULL)) {
            continue;
        }
        if ((!plm_is_digit(c) && !plm_is_upper(c)) || n + 1 >= size) {
            return SIZE_MAX;
        }
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return n;
}

bool plm_ident_is_monotone(const char *text)
{
    return text[0] != '\0' && strspn(text, (const char[]){text[0], '\0'}) == strlen(text);
}

bool plm_luhn_is_valid(const char *digits)
{
    size_t n = strlen(digits);
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(digits[n - 1 - i] - '0');
        d = i % 2 == 1 ? 2 * d : d;
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

/* What people and programs write where they know nothing; compared without case. */
static bool is_placeholder(plm_span value)
{
    static const char *const words[] = {
        "unknown", "unk", "n/a",       "na",        "n.a.",          "none",    "null",
        "nil",     "nan", "tbd",       "not known", "not available", "no data", "missing",
        "test",    "-0-", "undefined", "anonymous", "xxx",           "xx"};
    char folded[32];
    bool has_letter_or_digit = false;
    for (size_t i = 0; i < value.n; i++) {
        uint8_t c = value.p[i];
        has_letter_or_digit = has_letter_or_digit || c >= 0x80 || plm_is_digit(c) ||
                              plm_is_upper(c) || plm_is_lower(c);
    }
    if (!has_letter_or_digit) {
        return true;
    }
    if (value.n >= sizeof folded) {
        return false;
    }
    for (size_t i = 0; i < value.n; i++) {
        folded[i] = (char)plm_to_lower(value.p[i]);
    }
    folded[value.n] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], folded) == 0) {
            return true;
        }
    }
    return false;
}

static plm_span trim(plm_span s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
        s = plm_span_of(s.p + 1, s.n - 1);
    }
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) {
        s.n--;
    }
    return s;
}

plm_status plm_ident_canonicalise(plm_ident_type type, const char *country, plm_span raw,
                                  plm_ident *out)
{
    *out = (plm_ident){.reason = PLM_REASON_NONE};
    if ((unsigned)type >= PLM_IDENT_TYPE_COUNT) {
        return PLM_E_ARGUMENT;
    }
    plm_span value = trim(raw);
    if (value.n == 0) {
        return plm_ident_reject(out, PLM_REASON_EMPTY, "%s", "");
    }
    if (!plm_utf8_is_text(value)) {
        return plm_ident_reject(out, PLM_REASON_ENCODING, "%s", "");
    }
    if (value.n >= PLM_IDENT_CANONICAL_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu bytes", value.n);
    }
    if (is_placeholder(value)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", "");
    }
    return types[type].canonicalise(country, value, out);
}
