/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mrz_ident.c - what a machine-readable zone says, as identifiers.
 */
#include "ident/family.h"
#include "ident/mrz.h"
#include "ident/national.h"

#include <stdio.h>
#include <string.h>

/* Doc 9303 part 3 section 5, parts B to D: codes beside those of ISO 3166-1. */
static const struct {
    const char *code;
    const char *words;
} states[] = {
    {"D", "Germany"},
    {"EUE", "European Union"},
    {"GBD", "British overseas territories citizen"},
    {"GBN", "British national (overseas)"},
    {"GBO", "British overseas citizen"},
    {"GBP", "British protected person"},
    {"GBS", "British subject"},
    {"NTZ", "neutral zone"},
    {"RKS", "Kosovo"},
    {"UNA", "specialised agency of the United Nations"},
    {"UNK", "resident of Kosovo with a document of UNMIK"},
    {"UNO", "United Nations Organization"},
    {"UTO", "Utopia, of specimens"},
    {"XBA", "African Development Bank"},
    {"XCC", "Caribbean Community"},
    {"XCE", "Council of Europe"},
    {"XCO", "Common Market for Eastern and Southern Africa"},
    {"XDC", "Southern African Development Community"},
    {"XEC", "Economic Community of West African States"},
    {"XES", "Organization of Eastern Caribbean States"},
    {"XIM", "African Export-Import Bank"},
    {"XMP", "Parliamentary Assembly of the Mediterranean"},
    {"XOM", "Sovereign Military Order of Malta"},
    {"XPO", "INTERPOL"},
    {"XXA", "stateless person (1954 Convention)"},
    {"XXB", "refugee (1951 Convention)"},
    {"XXC", "refugee not under the 1951 Convention"},
    {"XXX", "person of unspecified nationality"},
};

const char *plm_mrz_state_words(const char *code)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (strcmp(states[i].code, code) == 0) {
            return states[i].words;
        }
    }
    return NULL;
}

static bool fits(const plm_mrz *mrz, plm_mrz_check_kind kind)
{
    for (size_t i = 0; i < mrz->n_checks; i++) {
        if (mrz->checks[i].kind == kind) {
            return mrz->checks[i].fits;
        }
    }
    return true;
}

static plm_status mark(plm_status status, const plm_mrz *mrz, plm_mrz_check_kind kind,
                       plm_ident *out)
{
    if (status == PLM_OK && !fits(mrz, kind)) {
        out->flags |= PLM_IDENT_CHECK_FAILED;
    }
    return status;
}

/* Given names first, as most registers write it; keys of names do not depend on it. */
static plm_status name_of(const plm_mrz *mrz, plm_ident *out)
{
    char text[2 * PLM_MRZ_FIELD_MAX];
    (void)snprintf(text, sizeof text, "%s%s%s", mrz->secondary,
                   mrz->secondary[0] != '\0' ? " " : "", mrz->primary);
    return text[0] == '\0' ? PLM_E_NOT_FOUND
                           : plm_ident_canonicalise(PLM_IDENT_NAME, "", plm_span_str(text), out);
}

static plm_status document_of(const plm_mrz *mrz, plm_ident *out)
{
    char text[2 * PLM_MRZ_FIELD_MAX];
    char issuer[3] = "";
    char c = mrz->document_code[0];
    if (c == 'V' || mrz->number[0] == '\0') {
        return PLM_E_NOT_FOUND;
    }
    if (plm_country_find(issuer, plm_span_str(mrz->issuer)) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "the issuer \"%s\" is no country",
                                mrz->issuer);
    }
    (void)snprintf(text, sizeof text, "%s:%c:%s", issuer, c == 'P' ? 'P' : 'I', mrz->number);
    return mark(plm_ident_canonicalise(PLM_IDENT_DOCUMENT, "", plm_span_str(text), out), mrz,
                PLM_MRZ_NUMBER, out);
}

/* Issuers put their national number into optional data; which, only a scheme's check can tell. */
static plm_status national_of(const plm_mrz *mrz, plm_ident *out)
{
    char issuer[3] = "";
    if (plm_country_find(issuer, plm_span_str(mrz->issuer)) != PLM_OK) {
        return PLM_E_NOT_FOUND;
    }
    for (size_t i = 0; i < 2; i++) {
        plm_status status = plm_ident_canonicalise(PLM_IDENT_NATIONAL_ID, issuer,
                                                   plm_span_str(mrz->optional[i]), out);
        if (status == PLM_OK && out->flags == 0 && plm_scheme_has_check(out->canonical)) {
            return mark(PLM_OK, mrz, PLM_MRZ_OPTIONAL, out);
        }
    }
    *out = (plm_ident){.reason = PLM_REASON_NONE};
    return PLM_E_NOT_FOUND;
}

plm_status plm_mrz_ident(const plm_mrz *mrz, plm_ident_type type, plm_ident *out)
{
    char text[PLM_DATE_TEXT];
    *out = (plm_ident){.reason = PLM_REASON_NONE};
    if (type == PLM_IDENT_NAME) {
        return name_of(mrz, out);
    }
    if (type == PLM_IDENT_DOCUMENT) {
        return document_of(mrz, out);
    }
    if (type == PLM_IDENT_NATIONAL_ID) {
        return national_of(mrz, out);
    }
    if (type == PLM_IDENT_NATIONALITY) {
        return plm_ident_canonicalise(type, "", plm_span_str(mrz->nationality), out);
    }
    if (type != PLM_IDENT_BIRTH_DATE || mrz->birth.year == 0) {
        return PLM_E_NOT_FOUND;
    }
    plm_date_format(text, mrz->birth);
    return mark(plm_ident_canonicalise(type, "", plm_span_str(text), out), mrz, PLM_MRZ_BIRTH, out);
}
