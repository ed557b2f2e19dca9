/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ident.h - identifiers: typed values in their standard's canonical form (spec/identifiers.md).
 *
 * A raw value is either brought into its canonical form, or rejected with a reason a person can act
 * on. A value whose check digit fails is kept but marked. Canonicalising a canonical form gives the
 * same form again (tests/property).
 */
#ifndef PLM_IDENT_IDENT_H
#define PLM_IDENT_IDENT_H

#include "base/bytes.h"
#include "base/date.h"

/*
 * Version of the canonical forms; part of the recipe's digest. Raised by one whenever some value
 * gets another canonical form than before, is now accepted or refused, or gets other flags: two
 * parties on different versions would miss matches without a word. Not for better details of a
 * refusal.
 */
#define PLM_IDENT_VERSION 4

typedef enum plm_ident_type {
    PLM_IDENT_NAME,        /* of a person or organisation; canonical: NFC, blanks collapsed */
    PLM_IDENT_BIRTH_DATE,  /* YYYY-MM-DD with XX for unknown parts */
    PLM_IDENT_NATIONALITY, /* ISO 3166-1 alpha-2, upper case */
    PLM_IDENT_DOCUMENT,    /* travel document: ISSUER:KIND:NUMBER, "RU:P:4509123456" */
    PLM_IDENT_PHONE,       /* E.164: +digits */
    PLM_IDENT_EMAIL,       /* lower case, domain as A-labels */
    PLM_IDENT_IBAN,        /* upper case, no blanks */
    PLM_IDENT_IMEI,        /* first 14 digits */
    PLM_IDENT_VIN,         /* 17 characters, upper case */
    PLM_IDENT_PLATE,       /* COUNTRY:PLATE, upper case, no separators */
    PLM_IDENT_IMO,         /* vessel: 7 digits */
    PLM_IDENT_BTC,         /* network and script hash */
    PLM_IDENT_ETH,         /* 40 hexadecimal digits, lower case */
    PLM_IDENT_NATIONAL_ID, /* COUNTRY:SCHEME:NUMBER, "RU:INN:7707083893" */
    PLM_IDENT_IMSI,        /* 14 or 15 digits */
    PLM_IDENT_ICCID,       /* SIM card: 19 or 20 digits */
    PLM_IDENT_MAC,         /* 12 hexadecimal digits, lower case */
    PLM_IDENT_PAN,         /* payment card: 12 to 19 digits */
    PLM_IDENT_LEI,         /* 20 characters, upper case */
    PLM_IDENT_BIC,         /* 8 characters, or 11 with a branch */
    PLM_IDENT_ACCOUNT,     /* COUNTRY:BANK:ACCOUNT, where there is no IBAN */
    PLM_IDENT_CONTAINER,   /* 4 letters, 7 digits */
    PLM_IDENT_AIR_WAYBILL, /* 11 digits */
    PLM_IDENT_FIREARM,     /* MAKE:MODEL:CALIBRE:SERIAL, and :COUNTRY if given */
    PLM_IDENT_CAS,         /* chemical: digits without hyphens */
    PLM_IDENT_IP,          /* 32 hexadecimal digits; then :PORT and @TIME if given */
    PLM_IDENT_DOMAIN,      /* A-labels, lower case */
    PLM_IDENT_URL,         /* RFC 3986 section 6 */
    PLM_IDENT_ONION,       /* 56 characters of base32 */
    PLM_IDENT_FILE_HASH,   /* ALGORITHM:HEX */
    PLM_IDENT_HANDLE,      /* PLATFORM:id:ACCOUNT or PLATFORM:name:HANDLE */
    PLM_IDENT_IMO_COMPANY, /* 7 digits */
    PLM_IDENT_MMSI,        /* radio station of a ship: 9 digits */
    PLM_IDENT_ADDRESS,     /* one line of an address: letters and digits, case folded */
    PLM_IDENT_POSTCODE,    /* letters and digits, upper case, no blanks */
    PLM_IDENT_BIRTH_PLACE, /* as an address */
    PLM_IDENT_TYPE_COUNT
} plm_ident_type;

enum {
    PLM_IDENT_CANONICAL_MAX = 512
}; /* bytes of a canonical form, terminator included */

enum {
    PLM_IDENT_CHECK_FAILED =
        1,                   /* the check digit does not fit; matched only by rules allowing it */
    PLM_IDENT_UNCHECKED = 2, /* the standard has a check here that could not be applied */
    PLM_IDENT_TEST = 4,      /* published for tests, so it is nobody's; matched by no rule */
    PLM_IDENT_CONTRADICTED = 8, /* the record's own date of birth is not the one it tells */
    PLM_IDENT_UNMATCHED = PLM_IDENT_CHECK_FAILED | PLM_IDENT_TEST /* any of them: in no token */
};

/* What was done to a value, one sentence a step, in the order in which it was done. */
enum {
    PLM_IDENT_STEPS_MAX = 16,
    PLM_IDENT_STEP_MAX = 160 /* bytes, terminator included */
};

typedef struct plm_ident_steps {
    size_t n;
    char text[PLM_IDENT_STEPS_MAX][PLM_IDENT_STEP_MAX];
} plm_ident_steps;

/* Why a value was rejected. plm_ident_reason_text says it in words. */
typedef enum plm_ident_reason {
    PLM_REASON_NONE = 0,
    PLM_REASON_EMPTY,
    PLM_REASON_ENCODING,    /* not valid UTF-8, or holds control characters */
    PLM_REASON_PLACEHOLDER, /* UNKNOWN, N/A, 000000, 1900-01-01, ... */
    PLM_REASON_LENGTH,
    PLM_REASON_CHARACTER,
    PLM_REASON_FORMAT,
    PLM_REASON_CHECK,   /* a check that makes the value meaningless when it fails (Base58Check) */
    PLM_REASON_COUNTRY, /* unknown country, or one is needed and missing */
    PLM_REASON_RANGE, /* a date that does not exist or lies in the future, a number out of range */
    PLM_REASON_COUNT
} plm_ident_reason;

typedef struct plm_ident {
    char canonical[PLM_IDENT_CANONICAL_MAX];
    unsigned flags;
    plm_ident_reason reason;
    char detail[128]; /* words about this value: "11 digits, an IMEI has 14 to 16"; may be "" */
    plm_ident_steps *steps; /* where plm_ident_explain writes; NULL otherwise */
    plm_span value;         /* while it is read: what the places in a refusal are counted in */
} plm_ident;

/* "name", "birthDate", "nationality", ... as in spec/identifiers.md; never NULL. */
const char *plm_ident_type_name(plm_ident_type type);
/* The type of that name. PLM_E_NOT_FOUND. */
plm_status plm_ident_type_find(plm_ident_type *out, const char *name) PLM_MUST_CHECK;
/* In words, with its standard: "bank account (ISO 13616)". */
const char *plm_ident_type_words(plm_ident_type type);
/* True if the country given beside a value of that type has a meaning. */
bool plm_ident_type_has_country(plm_ident_type type);
const char *plm_ident_reason_text(plm_ident_reason reason);

/*
 * raw: text as the source gives it (any bytes; hostile). country: ISO 3166-1 alpha-2 or "" - the
 * issuer of a document, the region a national phone number is dialled in, a plate's country.
 * PLM_OK: out->canonical and flags are set. PLM_E_REJECTED: out->reason and detail say why, and
 * canonical is "".
 */
plm_status plm_ident_canonicalise(plm_ident_type type, const char *country, plm_span raw,
                                  plm_ident *out) PLM_MUST_CHECK;
/* The same with an explanation. steps is filled whatever the result. */
plm_status plm_ident_explain(plm_ident_type type, const char *country, plm_span raw, plm_ident *out,
                             plm_ident_steps *steps) PLM_MUST_CHECK;

/*
 * Another form of a canonical value, for people and for searches at home: no rule compares it,
 * since it would join what the canonical form keeps apart, or depends on lists that change
 * (decision 0015). number counts from 0. PLM_E_NOT_FOUND behind the last.
 */
typedef struct plm_ident_form {
    const char *name; /* "registrable domain" */
    char text[PLM_IDENT_CANONICAL_MAX];
} plm_ident_form;
plm_status plm_ident_second_form(plm_ident_type type, const char *canonical, size_t number,
                                 plm_ident_form *out) PLM_MUST_CHECK;

/*
 * ISO 3166-1 alpha-2 code (upper case) of a country given as alpha-2, alpha-3, or English name as
 * the UN and OFAC write it ("Iran, Islamic Republic of", "Russian Federation", "Burma"). "" for out
 * on PLM_E_NOT_FOUND.
 */
plm_status plm_country_find(char out[3], plm_span text) PLM_MUST_CHECK;

#endif
