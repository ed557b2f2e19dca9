/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parties.c - "parties" of an accord (spec/accord.md section 2).
 */
#include "accord/parse.h"

#include "wire/field.h"

#include <string.h>

/* One to five digits without leading zero, 1 to 65535, to the end. */
static bool is_port(const char *text)
{
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 5 || text[n] != '\0' || text[0] == '0') {
        return false;
    }
    unsigned v = 0;
    for (size_t i = 0; i < n; i++) {
        v = v * 10 + (unsigned)(text[i] - '0');
    }
    return v <= 65535;
}

bool plm_accord_is_address(const char *text)
{
    static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t n;
    if (text[0] == '[') {
        n = strspn(text + 1, "0123456789abcdefABCDEF:.");
        if (n < 2 || n > 45 || text[n + 1] != ']') {
            return false;
        }
        n += 2;
    } else {
        n = strspn(text, name);
        if (n == 0 || n > 253) {
            return false;
        }
    }
    return text[n] == ':' && is_port(text + n + 1);
}

/* A word of small letters and hyphens that begins with a letter. */
static bool is_kind(const char *text)
{
    return text[0] >= 'a' && text[0] <= 'z' &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

/* ISO 639-1 or 639-3: two or three small letters. */
static bool is_language(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz");
    return (n == 2 || n == 3) && text[n] == '\0';
}

static void read_languages(plm_accord_reader *r, const plm_json_at *at, plm_party *party)
{
    const plm_json_at list = plm_json_member(at, "languages");
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 1, PLM_PARTY_LANGUAGES_MAX, &n))) {
        return;
    }
    party->languages =
        (const char **)plm_arena_array(&r->accord->arena, n, sizeof *party->languages);
    if (party->languages == NULL) {
        (void)plm_accord_took(r, PLM_E_NOMEM);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at element = plm_json_element(&list, i);
        const char *text;
        if (!plm_accord_took(r, plm_json_string(&element, 2, 3, &text))) {
            continue;
        }
        if (!is_language(text)) {
            (void)plm_accord_took(
                r, plm_json_error(&element, "is no code of a language (ISO 639), as \"it\""));
            continue;
        }
        for (size_t j = 0; j < party->n_languages; j++) {
            if (party->languages[j] != NULL && strcmp(party->languages[j], text) == 0) {
                (void)plm_accord_took(r, plm_json_error(&element, "stands there twice"));
            }
        }
        const char *copy = plm_arena_string(&r->accord->arena, plm_span_str(text));
        if (!plm_accord_took(r, copy != NULL ? PLM_OK : PLM_E_NOMEM)) {
            return;
        }
        party->languages[party->n_languages++] = copy;
    }
}

static void read_party(plm_accord_reader *r, const plm_json_at *at, plm_party *party)
{
    static const char *const members[] = {"code",       "name",    "kind",      "identity_key",
                                          "address",    "contact", "languages", "death_penalty",
                                          "assurances", NULL};
    if (!plm_accord_took(r, plm_json_object(at, members)) && !json_is_object(at->value)) {
        party->code = party->name = party->kind = party->address = party->contact = "";
        party->assurances = "";
        return;
    }
    plm_accord_read_text(r, at, "code", 2, PLM_CODE_MAX - 1, &party->code);
    plm_accord_read_text(r, at, "name", 1, PLM_TEXT_MAX - 1, &party->name);
    plm_accord_read_text(r, at, "kind", 1, PLM_CODE_MAX - 1, &party->kind);
    plm_accord_read_text(r, at, "address", 3, 260, &party->address);
    plm_accord_read_text(r, at, "contact", 1, PLM_TEXT_MAX - 1, &party->contact);
    party->assurances = "";
    if (plm_json_member(at, "assurances").value != NULL) {
        plm_accord_read_text(r, at, "assurances", 1, PLM_TEXT_MAX - 1, &party->assurances);
    }
    read_languages(r, at, party);
    plm_accord_read_offences(r, at, "death_penalty", 0, &party->death_penalty,
                             &party->n_death_penalty);
    const plm_json_at key = plm_json_member(at, "identity_key");
    (void)plm_accord_took(r, plm_json_hex(&key, party->identity, sizeof party->identity));
    const plm_json_at code = plm_json_member(at, "code");
    const plm_json_at kind = plm_json_member(at, "kind");
    const plm_json_at address = plm_json_member(at, "address");
    if (party->code[0] != '\0' && !plm_field_fits(PLM_FIELD_PARTY, plm_span_str(party->code))) {
        (void)plm_accord_took(r, plm_json_error(&code, "may hold A-Z, 0-9 and - only"));
    }
    if (party->kind[0] != '\0' && !is_kind(party->kind)) {
        (void)plm_accord_took(r, plm_json_error(&kind, "must be a word of a-z and -"));
    }
    if (party->address[0] != '\0' && !plm_accord_is_address(party->address)) {
        (void)plm_accord_took(r, plm_json_error(&address, "is not \"host:port\""));
    }
}

/* Codes and keys are what parties are told apart by. */
static void check_unique(plm_accord_reader *r, const plm_json_at *at, const plm_party *parties,
                         size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(parties[i].code, parties[j].code) == 0) {
            const plm_json_at code = plm_json_member(at, "code");
            (void)plm_accord_took(r, plm_json_error(&code, "is the code of /parties/%zu too", j));
        }
        if (memcmp(parties[i].identity, parties[j].identity, sizeof parties[i].identity) == 0) {
            const plm_json_at key = plm_json_member(at, "identity_key");
            (void)plm_accord_took(r, plm_json_error(&key, "is the key of /parties/%zu too", j));
        }
    }
}

void plm_accord_read_parties(plm_accord_reader *r, const plm_json_at *root)
{
    const plm_json_at list = plm_json_member(root, "parties");
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 2, PLM_PARTIES_MAX, &n))) {
        return;
    }
    plm_party *parties =
        (plm_party *)plm_arena_array(&r->accord->arena, n, sizeof *r->accord->parties);
    if (parties == NULL) {
        (void)plm_accord_took(r, PLM_E_NOMEM);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        read_party(r, &at, &parties[i]);
        if (r->status == PLM_OK) {
            check_unique(r, &at, parties, i);
        }
    }
    r->accord->parties = parties;
    r->accord->n_parties = n;
}
