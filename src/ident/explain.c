/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.c - a value beside its canonical form.
 *
 * Most types only leave out and change case. Then the letters and digits of the canonical form, or
 * of its last fields, stand in the value in the same order, and the two are laid side by side:
 *
 *     value       IBAN: GB82 WEST-1234 ...      before    "IBAN:"
 *     canonical         GB82WEST1234...         between   blank, "-"
 *
 * What stands before and behind was taken off, what stands between was left out or made something
 * else. Where that can't be done the type's row says what was done instead.
 */
#include "ident/explain.h"

#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>
#include <unicode/uchar.h>

enum {
    GAP_MAX = 12,  /* bytes of one gap that are shown */
    GAPS_MAX = 100 /* bytes of all of them */
};

typedef struct row {
    const char *form;  /* the canonical form, in words */
    const char *anew;  /* what was done where more than characters were left out */
    const char *check; /* NULL: the type's own code tells of its check */
    bool is_anew;      /* the value is never laid beside the form */
} row;

#define NO_CHECK "it has no check digit"

static const row rows[PLM_IDENT_TYPE_COUNT] = {
    [PLM_IDENT_NAME] = {"a letter or more, composed (NFC), single blanks",
                        "letters and their marks composed (NFC)", NO_CHECK, false},
    [PLM_IDENT_BIRTH_DATE] = {"YYYY-MM-DD, XX for what is unknown", "written as ISO 8601 does",
                              "no check but that the day exists", false},
    [PLM_IDENT_NATIONALITY] = {"two letters of ISO 3166-1",
                               "looked up among the codes and names of ISO 3166-1",
                               "no check but the closed list", true},
    [PLM_IDENT_DOCUMENT] = {"ISSUER:KIND:NUMBER, 5 to 20 letters and digits in the number",
                            "look-alikes of Latin letters made Latin", NULL, false},
    [PLM_IDENT_PHONE] = {"+ and 7 to 15 digits", "written as it is dialled from abroad",
                         "no check but that the country's code is assigned", false},
    [PLM_IDENT_EMAIL] = {"mailbox in lower case, @, domain in A-labels",
                         "brought to lower case, the domain to A-labels (UTS #46)", NO_CHECK,
                         false},
    [PLM_IDENT_IBAN] = {"country, two check digits, as many letters and digits as the country has",
                        NULL, NULL, false},
    [PLM_IDENT_IMEI] = {"14 digits", NULL, NULL, false},
    [PLM_IDENT_VIN] = {"17 letters and digits without I, O and Q", NULL, NULL, false},
    [PLM_IDENT_PLATE] = {"COUNTRY:PLATE, 2 to 16 letters and digits",
                         "capitals; letters of one look made those of one script", NO_CHECK, false},
    [PLM_IDENT_IMO] = {"7 digits", NULL, NULL, false},
    [PLM_IDENT_BTC] = {"btc:KIND:HASH, the hash in hexadecimal",
                       "decoded to what the address stands for", NULL, true},
    [PLM_IDENT_ETH] = {"40 hexadecimal digits in lower case", NULL, NULL, false},
    [PLM_IDENT_NATIONAL_ID] = {"COUNTRY:SCHEME:NUMBER", "the number as its scheme writes it", NULL,
                               false},
    [PLM_IDENT_IMSI] = {"14 or 15 digits", NULL, NO_CHECK, false},
    [PLM_IDENT_ICCID] = {"19 or 20 digits", NULL, NULL, false},
    [PLM_IDENT_MAC] = {"12 hexadecimal digits in lower case", NULL, NO_CHECK, false},
    [PLM_IDENT_PAN] = {"12 to 19 digits", NULL, NULL, false},
    [PLM_IDENT_LEI] = {"20 letters and digits", NULL, NULL, false},
    [PLM_IDENT_BIC] = {"8 letters and digits, 11 with a branch", NULL, NO_CHECK, false},
    [PLM_IDENT_ACCOUNT] = {"COUNTRY:BANK:ACCOUNT", NULL, NULL, false},
    [PLM_IDENT_CONTAINER] = {"4 letters and 7 digits", NULL, NULL, false},
    [PLM_IDENT_AIR_WAYBILL] = {"11 digits", NULL, NULL, false},
    [PLM_IDENT_FIREARM] = {"MAKE:MODEL:CALIBRE:SERIAL, and :COUNTRY if given",
                           "letters and digits of each part kept, as capitals", NO_CHECK, true},
    [PLM_IDENT_CAS] = {"5 to 10 digits", NULL, NULL, false},
    [PLM_IDENT_IP] = {"32 hexadecimal digits, :PORT and @TIME if given",
                      "the 16 bytes of the address in hexadecimal", NO_CHECK, true},
    [PLM_IDENT_DOMAIN] = {"two labels or more, in lower case and A-labels",
                          "brought to lower case and A-labels (UTS #46)", NO_CHECK, false},
    [PLM_IDENT_URL] = {"the normal form of RFC 3986 section 6",
                       "brought to the normal form of RFC 3986 section 6", NO_CHECK, true},
    [PLM_IDENT_ONION] = {"56 characters of base32 in lower case", NULL, NULL, false},
    [PLM_IDENT_FILE_HASH] = {"ALGORITHM:HASH, the hash in hexadecimal", NULL,
                             "no check but the algorithm's length", false},
    [PLM_IDENT_HANDLE] = {"PLATFORM:id:NUMBER or PLATFORM:name:HANDLE",
                          "the handle in NFKC_Casefold", NO_CHECK, false},
    [PLM_IDENT_IMO_COMPANY] = {"7 digits", NULL, NULL, false},
    [PLM_IDENT_MMSI] = {"9 digits", NULL, NO_CHECK, false},
    [PLM_IDENT_ADDRESS] = {"letters and digits in lower case, single blanks",
                           "folded by NFKC_Casefold", NO_CHECK, false},
    [PLM_IDENT_POSTCODE] = {"3 to 16 letters and digits", NULL, NO_CHECK, false},
    [PLM_IDENT_BIRTH_PLACE] = {"letters and digits in lower case, single blanks",
                               "folded by NFKC_Casefold", NO_CHECK, false},
};

/* The letters, digits and marks of a text, and where each begins and ends. */
typedef struct letters {
    plm_span text;
    size_t n;
    struct {
        uint32_t c;
        size_t at;
        size_t end;
    } of[PLM_IDENT_CANONICAL_MAX];
} letters;

static void take_letters(letters *out, plm_span text)
{
    out->text = text;
    out->n = 0;
    for (size_t at = 0; at < text.n && out->n < PLM_IDENT_CANONICAL_MAX;) {
        const size_t begin = at;
        const uint32_t c = plm_utf8_next(text, &at);
        if (u_isalnum((UChar32)c) || (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK) != 0) {
            out->of[out->n].c = c;
            out->of[out->n].at = begin;
            out->of[out->n++].end = at;
        }
    }
}

static bool is_same(uint32_t a, uint32_t b)
{
    return a == b || u_tolower((UChar32)a) == u_tolower((UChar32)b);
}

/* Where the form's letters from `first` on stand in a row among the value's; SIZE_MAX: nowhere. */
static size_t find(const letters *value, const letters *form, size_t first)
{
    const size_t n = form->n - first;
    for (size_t at = 0; at + n <= value->n; at++) {
        size_t i = 0;
        while (i < n && is_same(value->of[at + i].c, form->of[first + i].c)) {
            i++;
        }
        if (i == n) {
            return at;
        }
    }
    return SIZE_MAX;
}

/* What stands between the letters i and i + 1. */
static plm_span gap(const letters *l, size_t i)
{
    return plm_span_of(l->text.p + l->of[i].end, l->of[i + 1].at - l->of[i].end);
}

/* Adds an entry to a list, unless it is in it or there is no more room. */
static void list(char all[GAPS_MAX], const char *entry)
{
    const size_t used = strlen(all);
    if (strstr(all, entry) == NULL && used + strlen(entry) + 3 < GAPS_MAX) {
        plm_utf8_print(all + used, GAPS_MAX - used, "%s%s", used > 0 ? ", " : "", entry);
    }
}

static int shown(plm_span gap)
{
    return (int)(gap.n < GAP_MAX ? gap.n : GAP_MAX);
}

/* What was left out, put in or exchanged between the letters that both have. */
static void tell_gaps(const letters *value, size_t at, const letters *form, size_t first,
                      plm_ident *out)
{
    char left_out[GAPS_MAX] = "";
    char changed[GAPS_MAX] = "";
    for (size_t i = 0; first + i + 1 < form->n; i++) {
        const plm_span a = gap(value, at + i);
        const plm_span b = gap(form, first + i);
        if (plm_span_equal(a, b)) {
            continue;
        }
        char entry[4 * GAP_MAX];
        if (b.n == 0) {
            plm_utf8_print(entry, sizeof entry, "\"%.*s\"", shown(a), (const char *)a.p);
            list(left_out, a.p[0] == ' ' ? "blanks" : entry);
        } else {
            plm_utf8_print(entry, sizeof entry, "\"%.*s\" made \"%.*s\"", shown(a),
                           (const char *)a.p, shown(b), (const char *)b.p);
            list(changed, entry);
        }
    }
    if (left_out[0] != '\0') {
        plm_ident_step(out, "left out between its characters: %s", left_out);
    }
    if (changed[0] != '\0') {
        plm_ident_step(out, "between its characters: %s", changed);
    }
}

static void tell_case(const letters *value, size_t at, const letters *form, size_t first,
                      plm_ident *out)
{
    bool to_upper = false;
    bool to_lower = false;
    for (size_t i = 0; first + i < form->n; i++) {
        const uint32_t was = value->of[at + i].c;
        const uint32_t is = form->of[first + i].c;
        to_upper = to_upper || (was != is && u_isupper((UChar32)is));
        to_lower = to_lower || (was != is && !u_isupper((UChar32)is));
    }
    if (to_upper || to_lower) {
        plm_ident_step(out, "letters made %s", to_upper ? "capitals" : "small");
    }
}

/* The text before the letter `at` and behind the letter `end`, if any. */
static void tell_ends(const letters *value, size_t at, size_t end, plm_ident *out)
{
    const plm_span text = value->text;
    const plm_span front = plm_ident_trim(plm_span_of(text.p, value->of[at].at));
    const size_t behind = value->of[end - 1].end;
    const plm_span back = plm_ident_trim(plm_span_of(text.p + behind, text.n - behind));
    if (front.n > 0 && !(front.n == 1 && front.p[0] == (uint8_t)out->canonical[0])) {
        plm_ident_step(out, "taken off its front: \"%.*s\"", (int)front.n, (const char *)front.p);
    }
    if (back.n > 0) {
        plm_ident_step(out, "taken off its end: \"%.*s\"", (int)back.n, (const char *)back.p);
    }
}

/* False if the form's last field does not stand in the value. */
static bool tell_difference(plm_span value, plm_ident *out)
{
    letters written;
    letters form;
    take_letters(&written, value);
    take_letters(&form, plm_span_str(out->canonical));
    for (size_t first = 0; first < form.n; first++) {
        /* The whole form, or what stands behind one of its colons. */
        const bool is_field = first == 0 || out->canonical[form.of[first].at - 1] == ':';
        const size_t at = is_field ? find(&written, &form, first) : SIZE_MAX;
        if (at != SIZE_MAX) {
            tell_ends(&written, at, at + form.n - first, out);
            tell_gaps(&written, at, &form, first, out);
            tell_case(&written, at, &form, first, out);
            return true;
        }
    }
    return false;
}

static void tell_changes(const row *r, plm_span value, plm_ident *out)
{
    if (plm_span_equal(value, plm_span_str(out->canonical))) {
        plm_ident_step(out, "nothing to change");
    } else if ((r->is_anew || !tell_difference(value, out)) && r->anew != NULL) {
        plm_ident_step(out, "%s", r->anew);
    }
}

void plm_ident_tell(plm_ident_type type, plm_span value, size_t n_prepared, plm_ident *out)
{
    const row *r = &rows[type];
    const plm_ident_steps own = *out->steps;
    const bool is_accepted = out->canonical[0] != '\0';
    out->steps->n = n_prepared;
    if (is_accepted) {
        tell_changes(r, value, out);
    }
    for (size_t i = n_prepared; i < own.n; i++) {
        plm_ident_step(out, "%s", own.text[i]);
    }
    plm_ident_step(out, "the form of its type: %s", r->form);
    if (is_accepted && r->check != NULL) {
        plm_ident_step(out, "%s", r->check);
    }
}
