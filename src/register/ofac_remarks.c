/* SPDX-License-Identifier: Apache-2.0 */
#include "register/ofac_remarks.h"

#include "register/text.h"

#include <string.h>

static const char field[] = "Remarks";
static const plm_span nowhere = {NULL, 0};

/* "08 Feb 1963", "Feb 1963", "1963". */
static bool read_date(plm_span text, plm_date *date)
{
    static const char *const patterns[] = {"DD MON YYYY", "MON YYYY", "YYYY"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        if (plm_date_parse_pattern(date, patterns[i], text) == PLM_OK) {
            return true;
        }
    }
    return false;
}

/* "DATE", "circa DATE", "DATE to DATE", "YYYY-YYYY". */
static plm_status add_birth(plm_assembler *a, plm_span text)
{
    plm_date date;
    plm_date last;
    plm_span raw = text;
    bool is_circa = plm_text_skip(&text, "circa ");
    size_t middle = plm_text_find(text, " to ");
    size_t width = 4;
    if (middle == text.n && text.n == 9 && text.p[4] == '-') {
        middle = 4;
        width = 1;
    }
    bool is_range = middle < text.n;
    plm_span from = plm_text_trim(plm_text_slice(text, 0, middle));
    plm_span to = plm_text_trim(plm_text_slice(text, middle + width, text.n));
    if (!read_date(from, &date) || (is_range && !read_date(to, &last))) {
        plm_assemble_warn(a, field, "birthDate dropped: not a date OFAC writes");
        return PLM_OK;
    }
    if (is_range && !plm_date_common(&date, date, last)) {
        plm_assemble_warn(a, field, "birthDate dropped: a range of years is no date");
        return PLM_OK;
    }
    if (is_circa) {
        date.month = 0;
        date.day = 0;
    }
    return plm_assemble_date(a, field, date, raw);
}

/* "A1234 (Iran) issued 01 Jan 2000 expires 01 Jan 2010", "Booklet: A1234 (Pakistan)". */
static plm_status add_passport(plm_assembler *a, plm_span text)
{
    static const char *const prefixes[] = {"Booklet", "Number", "No.", "#", ":"};
    static const char *const stops[] = {"(", " issued ", " expire", " ["};
    plm_span country = nowhere;
    plm_span raw = text;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        (void)plm_text_skip(&text, prefixes[i]);
    }
    size_t end = text.n;
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        size_t at = plm_text_find(text, stops[i]);
        end = at < end ? at : end;
    }
    if (end < text.n && text.p[end] == '(') {
        plm_span rest = plm_text_slice(text, end + 1, text.n);
        country = plm_text_slice(rest, 0, plm_text_find(rest, ")"));
        country =
            plm_text_slice(country, 0, plm_text_find(country, ". ")); /* "X.  Previously Y." */
    }
    return plm_assemble_text(a, field, PLM_IDENT_DOCUMENT, country, raw,
                             plm_text_trim(plm_text_slice(text, 0, end)));
}

/* "982188526300", "(98)(21)(66153220)", "850-2-381-6144 ext. 1". */
static plm_status add_phone(plm_assembler *a, plm_span text, plm_span region)
{
    char digits[PLM_FIELD_MAX] = "+";
    size_t n = 1;
    plm_span raw = text;
    bool is_international = plm_text_skip(&text, "+") || plm_text_skip(&text, "00");
    text = plm_text_slice(text, 0, plm_text_find(text, " ext"));
    text = plm_text_slice(text, 0, plm_text_find(text, "/"));
    size_t trunk = plm_text_find(text, "(0)"); /* dialled within the country only */
    for (size_t i = 0; i < text.n && n + 1 < sizeof digits; i++) {
        i = i == trunk ? i + 2 : i;
        if (text.p[i] >= '0' && text.p[i] <= '9') {
            digits[n++] = (char)text.p[i];
        }
    }
    digits[n] = '\0';
    /* OFAC leaves the plus sign out; 11 digits or more begin with the country's code. */
    bool has_code = is_international || n - 1 >= 11;
    return plm_assemble_text(a, field, PLM_IDENT_PHONE, has_code ? nowhere : region, raw,
                             plm_span_str(has_code ? digits : digits + 1));
}

/* "- XBT 1A1zP1...": bitcoin; "- ETH 0x...", and tokens on the same kind of address. */
static plm_status add_wallet(plm_assembler *a, plm_span text)
{
    (void)plm_text_skip(&text, "-");
    size_t blank = plm_text_find(text, " ");
    plm_span currency = plm_text_slice(text, 0, blank);
    plm_span address = plm_text_trim(plm_text_slice(text, blank, text.n));
    plm_span rest = address;
    if (plm_text_is(currency, "XBT")) {
        return plm_assemble_value(a, field, PLM_IDENT_BTC, nowhere, address);
    }
    if (plm_text_skip(&rest, "0x")) {
        return plm_assemble_value(a, field, PLM_IDENT_ETH, nowhere, address);
    }
    return PLM_OK;
}

/* "'NAME'", in quotes or not. */
static plm_status add_alias(plm_assembler *a, plm_span text)
{
    while (text.n > 0 && text.p[0] == '\'') {
        text = plm_text_slice(text, 1, text.n);
    }
    while (text.n > 0 && text.p[text.n - 1] == '\'') {
        text = plm_text_slice(text, 0, text.n - 1);
    }
    plm_span name = text;
    if (a->record.kind == PLM_KIND_PERSON) {
        plm_status status = plm_text_uninvert(&a->arena, text, &name);
        if (status != PLM_OK) {
            return status;
        }
    }
    return name.n > 0 ? plm_assemble_value(a, field, PLM_IDENT_NAME, nowhere, name) : PLM_OK;
}

/* The first keyword with which the clause begins, and what follows; NULL if with none. */
static const char *skip_one_of(plm_span *clause, const char *const *keywords)
{
    for (size_t i = 0; keywords[i] != NULL; i++) {
        if (plm_text_skip(clause, keywords[i])) {
            return keywords[i];
        }
    }
    return NULL;
}

static plm_status read_person_clause(plm_assembler *a, plm_span clause)
{
    static const char *const births[] = {"DOB ", "D.O.B. ", NULL};
    static const char *const nations[] = {"nationality ", "citizen ", NULL};
    static const char *const passports[] = {"Passport ", "Diplomatic Passport ",
                                            "Official Passport ", "Service Passport ", NULL};
    if (skip_one_of(&clause, births) != NULL) {
        return add_birth(a, clause);
    }
    if (skip_one_of(&clause, nations) != NULL) {
        return plm_assemble_value(a, field, PLM_IDENT_NATIONALITY, nowhere, clause);
    }
    if (skip_one_of(&clause, passports) != NULL) {
        return add_passport(a, clause);
    }
    return PLM_OK;
}

static plm_status read_clause(plm_assembler *a, plm_span clause, plm_span region)
{
    static const char *const aliases[] = {"a.k.a. ", "f.k.a. ", "n.k.a. ", NULL};
    static const char *const mails[] = {"Email Address ", "E-mail Address ", "Email:", NULL};
    static const char *const phones[] = {
        "Phone Number ", "Phone No. ", "Telephone No. ", "Telephone Number ",
        "Telephone:",    "Telephone ", "Phone ",         NULL};
    (void)plm_text_skip(&clause, "alt. ");
    if (skip_one_of(&clause, aliases) != NULL) {
        return add_alias(a, clause);
    }
    if (skip_one_of(&clause, mails) != NULL) {
        return plm_assemble_value(a, field, PLM_IDENT_EMAIL, nowhere, clause);
    }
    if (skip_one_of(&clause, phones) != NULL) {
        return add_phone(a, clause, region);
    }
    if (plm_text_skip(&clause, "Digital Currency Address ")) {
        return add_wallet(a, clause);
    }
    if (plm_text_skip(&clause, "IBAN ")) {
        return plm_assemble_value(a, field, PLM_IDENT_IBAN, nowhere, clause);
    }
    if (a->record.kind == PLM_KIND_PERSON) {
        return read_person_clause(a, clause);
    }
    if (a->record.kind == PLM_KIND_VESSEL &&
        (plm_text_skip(&clause, "Vessel Registration Identification IMO ") ||
         plm_text_skip(&clause, "Identification Number IMO "))) {
        return plm_assemble_value(a, field, PLM_IDENT_IMO, nowhere, clause);
    }
    if (a->record.kind == PLM_KIND_AIRCRAFT && plm_text_skip(&clause, "Aircraft Tail Number ")) {
        return plm_assemble_value(a, field, PLM_IDENT_NAME, nowhere, clause);
    }
    return PLM_OK;
}

plm_status plm_ofac_remarks_read(plm_assembler *a, plm_span remarks, plm_span region)
{
    bool has_end = remarks.n > 0 && remarks.p[remarks.n - 1] == '.';
    bool is_cut = remarks.n >= PLM_OFAC_REMARKS_MAX && !has_end;
    plm_span clause;
    plm_status status = PLM_OK;
    remarks = plm_text_slice(remarks, 0, has_end ? remarks.n - 1 : remarks.n);
    while (status == PLM_OK && plm_text_next(&remarks, ';', &clause)) {
        if (is_cut && remarks.n == 0) {
            plm_assemble_warn(a, field, "the text is cut at %d bytes: its last clause is dropped",
                              PLM_OFAC_REMARKS_MAX);
            break;
        }
        status = read_clause(a, clause, region);
    }
    return status;
}
