/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident.c - names of types and reasons, and the way to each type's canonicaliser.
 */
#include "ident/ident.h"

#include "base/utf8.h"
#include "ident/explain.h"
#include "ident/family.h"

#include <stdarg.h>
#include <string.h>

static const struct {
    const char *name;
    plm_ident_fn *canonicalise;
    bool folds;       /* written in plain ASCII letters and digits, whatever the source's script */
    bool has_country; /* the country given beside it has a meaning */
    const char *words;
} types[PLM_IDENT_TYPE_COUNT] = {
    [PLM_IDENT_NAME] = {"name", plm_ident_name, false, false,
                        "name of a person or an organisation (Unicode, UAX #15)"},
    [PLM_IDENT_BIRTH_DATE] = {"birthDate", plm_ident_birth_date, true, false,
                              "date of birth (ISO 8601)"},
    [PLM_IDENT_NATIONALITY] = {"nationality", plm_ident_nationality, true, false,
                               "nationality (ISO 3166-1)"},
    [PLM_IDENT_DOCUMENT] = {"document", plm_ident_document, true, true,
                            "travel document (ICAO Doc 9303)"},
    [PLM_IDENT_PHONE] = {"phone", plm_ident_phone, true, true, "telephone number (ITU-T E.164)"},
    [PLM_IDENT_EMAIL] = {"email", plm_ident_email, false, false, "e-mail address (RFC 5321)"},
    [PLM_IDENT_IBAN] = {"iban", plm_ident_iban, true, false, "bank account (ISO 13616)"},
    [PLM_IDENT_IMEI] = {"imei", plm_ident_imei, true, false, "mobile device (3GPP TS 23.003)"},
    [PLM_IDENT_VIN] = {"vin", plm_ident_vin, true, false,
                       "vehicle identification number (ISO 3779)"},
    [PLM_IDENT_PLATE] = {"plate", plm_ident_plate, true, true, "registration plate"},
    [PLM_IDENT_IMO] = {"imo", plm_ident_imo, true, false, "ship (IMO Resolution A.1117(30))"},
    [PLM_IDENT_BTC] = {"btc", plm_ident_btc, true, false,
                       "Bitcoin address (Base58Check, BIP-173, BIP-350)"},
    [PLM_IDENT_ETH] = {"eth", plm_ident_eth, true, false, "Ethereum address (EIP-55)"},
    [PLM_IDENT_NATIONAL_ID] = {"nationalId", plm_ident_national_id, true, true,
                               "national, tax or company number (by country and scheme)"},
    [PLM_IDENT_IMSI] = {"imsi", plm_ident_imsi, true, false, "mobile subscriber (ITU-T E.212)"},
    [PLM_IDENT_ICCID] = {"iccid", plm_ident_iccid, true, false, "SIM card (ITU-T E.118)"},
    [PLM_IDENT_MAC] = {"mac", plm_ident_mac, true, false, "network card (EUI-48)"},
    [PLM_IDENT_PAN] = {"pan", plm_ident_pan, true, false, "payment card (ISO/IEC 7812-1)"},
    [PLM_IDENT_LEI] = {"lei", plm_ident_lei, true, false, "legal entity (ISO 17442)"},
    [PLM_IDENT_BIC] = {"bic", plm_ident_bic, true, false, "bank (ISO 9362)"},
    [PLM_IDENT_ACCOUNT] = {"account", plm_ident_account, true, true,
                           "bank account without IBAN (country, bank, account)"},
    [PLM_IDENT_CONTAINER] = {"container", plm_ident_container, true, false,
                             "freight container (ISO 6346)"},
    [PLM_IDENT_AIR_WAYBILL] = {"airWaybill", plm_ident_air_waybill, true, false,
                               "air waybill (IATA)"},
    [PLM_IDENT_FIREARM] = {"firearm", plm_ident_firearm, true, false,
                           "firearm (make, model, calibre, serial number, country)"},
    [PLM_IDENT_CAS] = {"cas", plm_ident_cas, true, false, "chemical (CAS Registry Number)"},
    [PLM_IDENT_IP] = {"ip", plm_ident_ip, true, false,
                      "Internet address (RFC 791, 4291), with port and time"},
    [PLM_IDENT_DOMAIN] = {"domain", plm_ident_domain, false, false, "domain (RFC 1035, UTS #46)"},
    [PLM_IDENT_URL] = {"url", plm_ident_url, false, false, "web address (RFC 3986)"},
    [PLM_IDENT_ONION] = {"onion", plm_ident_onion, true, false, "Tor service (rend-spec-v3)"},
    [PLM_IDENT_FILE_HASH] = {"fileHash", plm_ident_file_hash, true, false,
                             "hash of a file (RFC 1321, FIPS 180-4, FIPS 202)"},
    [PLM_IDENT_HANDLE] = {"handle", plm_ident_handle, false, false,
                          "account of a platform, by number or by name"},
    [PLM_IDENT_IMO_COMPANY] = {"imoCompany", plm_ident_imo_company, true, false,
                               "company or owner of ships (IMO)"},
    [PLM_IDENT_MMSI] = {"mmsi", plm_ident_mmsi, true, false,
                        "radio station of a ship (ITU-R M.585)"},
    [PLM_IDENT_ADDRESS] = {"address", plm_ident_place, false, false, "one line of an address"},
    [PLM_IDENT_POSTCODE] = {"postcode", plm_ident_postcode, true, false, "postal code"},
    [PLM_IDENT_BIRTH_PLACE] = {"birthPlace", plm_ident_place, false, false, "place of birth"},
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

const char *plm_ident_type_words(plm_ident_type type)
{
    return (unsigned)type < PLM_IDENT_TYPE_COUNT ? types[type].words : "unknown";
}

bool plm_ident_type_has_country(plm_ident_type type)
{
    return (unsigned)type < PLM_IDENT_TYPE_COUNT && types[type].has_country;
}

const char *plm_ident_reason_text(plm_ident_reason reason)
{
    return (unsigned)reason < PLM_REASON_COUNT ? reasons[reason] : "unknown";
}

plm_status plm_ident_reject(plm_ident *out, plm_ident_reason reason, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(out->detail, sizeof out->detail, format, args);
    va_end(args);
    out->canonical[0] = '\0';
    out->flags = 0;
    out->reason = reason;
    return PLM_E_REJECTED;
}

void plm_ident_step(plm_ident *out, const char *format, ...)
{
    plm_ident_steps *steps = out->steps;
    va_list args;
    if (steps == NULL || steps->n == PLM_IDENT_STEPS_MAX) {
        return;
    }
    char *text = steps->text[steps->n++];
    va_start(args, format);
    plm_utf8_vprint(text, PLM_IDENT_STEP_MAX, format, args);
    va_end(args);
}

void plm_ident_country_step(plm_ident *out, const char *code, const char *where)
{
    plm_ident_step(out, "its country is %s, %s", code, where);
}

void plm_ident_check(plm_ident *out, const char *by, char expected, char found)
{
    plm_ident_step(out, "check by %s: expected %c, found %c", by, expected, found);
    out->flags |= expected == found ? 0U : (unsigned)PLM_IDENT_CHECK_FAILED;
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

/* Where it stops being text. */
static plm_status refuse_encoding(plm_span value, plm_ident *out)
{
    size_t at = 0;
    size_t before = 0;
    value.n = plm_utf8_valid_prefix(value);
    while (at < value.n) {
        before = at;
        const uint32_t c = plm_utf8_next(value, &at);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
            return plm_ident_reject(out, PLM_REASON_ENCODING,
                                    "byte %zu is a control character (U+%04X)", before + 1,
                                    (unsigned)c);
        }
    }
    return plm_ident_reject(out, PLM_REASON_ENCODING, "byte %zu is no UTF-8", value.n + 1);
}

/* What every type asks of a value; *value is then trimmed, and in `plain` if it was not ASCII. */
static plm_status prepare(plm_ident_type type, plm_span *value, uint8_t *plain, plm_ident *out)
{
    const size_t n_raw = value->n;
    *value = plm_ident_trim(*value);
    if (value->n < n_raw) {
        plm_ident_step(out, "blanks at its ends cut");
    }
    if (value->n >= PLM_IDENT_CANONICAL_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu bytes, at most %d are taken", value->n,
                                PLM_IDENT_CANONICAL_MAX - 1);
    }
    if (!plm_utf8_is_text(*value)) {
        return refuse_encoding(*value, out);
    }
    if (!plm_ident_is_ascii(*value)) {
        if (has_lost_character(*value)) {
            return plm_ident_reject(out, PLM_REASON_ENCODING,
                                    "it holds U+FFFD, the mark of a failed conversion");
        }
        const plm_span written = *value;
        *value = plm_span_of(plain, plm_ident_plain(plain, *value, types[type].folds));
        if (!plm_span_equal(written, *value)) {
            plm_ident_step(out, "invisible characters left out, %s",
                           types[type].folds ? "digits, dashes and full-width forms made plain"
                                             : "blanks made plain");
        }
        *value = plm_ident_trim(*value);
    }
    if (value->n == 0) {
        return plm_ident_reject(out, PLM_REASON_EMPTY, "nothing but blanks");
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

static plm_status run(plm_ident_type type, const char *country, plm_span raw, plm_ident *out,
                      plm_ident_steps *steps)
{
    uint8_t plain[PLM_IDENT_CANONICAL_MAX];
    *out = (plm_ident){.reason = PLM_REASON_NONE, .steps = steps};
    if ((unsigned)type >= PLM_IDENT_TYPE_COUNT || country == NULL) {
        return PLM_E_ARGUMENT;
    }
    plm_span value = raw;
    plm_status status = prepare(type, &value, plain, out);
    const size_t n_prepared = steps != NULL ? steps->n : 0;
    if (status == PLM_OK) {
        out->value = value;
        status = types[type].canonicalise(country, value, out);
    }
    if (steps != NULL && (status == PLM_OK || status == PLM_E_REJECTED)) {
        plm_ident_tell(type, value, n_prepared, out);
    }
    out->value = plm_span_of(NULL, 0);
    out->steps = NULL;
    return status;
}

plm_status plm_ident_canonicalise(plm_ident_type type, const char *country, plm_span raw,
                                  plm_ident *out)
{
    return run(type, country, raw, out, NULL);
}

plm_status plm_ident_explain(plm_ident_type type, const char *country, plm_span raw, plm_ident *out,
                             plm_ident_steps *steps)
{
    steps->n = 0;
    return run(type, country, raw, out, steps);
}
