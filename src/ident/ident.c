/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident.c - names of types and reasons, and the way to each type's canonicaliser.
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
    bool folds; /* written in plain ASCII letters and digits, whatever the source's script */
} types[PLM_IDENT_TYPE_COUNT] = {
    [PLM_IDENT_NAME] = {"name", plm_ident_name, false},
    [PLM_IDENT_BIRTH_DATE] = {"birthDate", plm_ident_birth_date, true},
    [PLM_IDENT_NATIONALITY] = {"nationality", plm_ident_nationality, true},
    [PLM_IDENT_DOCUMENT] = {"document", plm_ident_document, true},
    [PLM_IDENT_PHONE] = {"phone", plm_ident_phone, true},
    [PLM_IDENT_EMAIL] = {"email", plm_ident_email, false},
    [PLM_IDENT_IBAN] = {"iban", plm_ident_iban, true},
    [PLM_IDENT_IMEI] = {"imei", plm_ident_imei, true},
    [PLM_IDENT_VIN] = {"vin", plm_ident_vin, true},
    [PLM_IDENT_PLATE] = {"plate", plm_ident_plate, true},
    [PLM_IDENT_IMO] = {"imo", plm_ident_imo, true},
    [PLM_IDENT_BTC] = {"btc", plm_ident_btc, true},
    [PLM_IDENT_ETH] = {"eth", plm_ident_eth, true},
    [PLM_IDENT_ADDRESS] = {"address", plm_ident_place, false},
    [PLM_IDENT_POSTCODE] = {"postcode", plm_ident_postcode, true},
    [PLM_IDENT_BIRTH_PLACE] = {"birthPlace", plm_ident_place, false},
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

/* U+FFFD is what a failed conversion leaves: the character that stood there is lost. */
static bool has_lost_character(plm_span s)
{
    static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD};
    for (size_t i = 0; i + sizeof replacement <= s.n; i++) {
        if (memcmp(s.p + i, replacement, sizeof replacement) == 0) {
            return true;
        }
    }
    return false;
}

/* What every type asks of a value; *value is then trimmed, and in `plain` if it was not ASCII. */
static plm_status prepare(plm_ident_type type, plm_span *value, uint8_t *plain, plm_ident *out)
{
    *value = plm_ident_trim(*value);
    if (value->n >= PLM_IDENT_CANONICAL_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu bytes, at most %d are taken", value->n,
                                PLM_IDENT_CANONICAL_MAX - 1);
    }
    if (!plm_utf8_is_text(*value)) {
        return plm_ident_reject(out, PLM_REASON_ENCODING, "%s", "");
    }
    if (!plm_ident_is_ascii(*value)) {
        if (has_lost_character(*value)) {
            return plm_ident_reject(out, PLM_REASON_ENCODING,
                                    "it holds U+FFFD, the mark of a failed conversion");
        }
        *value = plm_span_of(plain, plm_ident_plain(plain, *value, types[type].folds));
        *value = plm_ident_trim(*value);
    }
    if (value->n == 0) {
        return plm_ident_reject(out, PLM_REASON_EMPTY, "%s", "");
    }
    /* Namibia's code, in upper case only: "na" and "n/a" say that nothing is known. */
    bool is_namibia =
        type == PLM_IDENT_NATIONALITY && value->n == 2 && value->p[0] == 'N' && value->p[1] == 'A';
    if (!is_namibia && plm_ident_is_placeholder(*value)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "\"%.*s\"",
                                (int)(value->n < 40 ? value->n : 40), (const char *)value->p);
    }
    return PLM_OK;
}

plm_status plm_ident_canonicalise(plm_ident_type type, const char *country, plm_span raw,
                                  plm_ident *out)
{
    uint8_t plain[PLM_IDENT_CANONICAL_MAX];
    *out = (plm_ident){.reason = PLM_REASON_NONE};
    if ((unsigned)type >= PLM_IDENT_TYPE_COUNT || country == NULL) {
        return PLM_E_ARGUMENT;
    }
    plm_span value = raw;
    plm_status status = prepare(type, &value, plain, out);
    return status == PLM_OK ? types[type].canonicalise(country, value, out) : status;
}
