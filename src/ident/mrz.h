/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mrz.h - machine-readable zones of travel documents (ICAO Doc 9303, eighth edition, parts 3 to 7):
 * text as a reader or a camera gives it, to fields, check digits and identifiers.
 *
 *   TD1    3 lines of 30   identity cards          MRV-A  2 lines of 44   visas
 *   TD2    2 lines of 36   identity documents      MRV-B  2 lines of 36   visas
 *   TD3    2 lines of 44   passports
 *
 * A zone is read although check digits fail: each failure is told, and the value that it covers is
 * marked as PLM_IDENT_CHECK_FAILED. A letter that looks like a digit is corrected where only digits
 * can stand, at most two in a date, if the check digit then fits; each correction is told. A
 * document number is never corrected: the readings that would fit are listed beside it. The text is
 * hostile: it is at most PLM_MRZ_TEXT_MAX bytes, and every position is checked.
 */
#ifndef PLM_IDENT_MRZ_H
#define PLM_IDENT_MRZ_H

#include "ident/ident.h"

enum {
    PLM_MRZ_TEXT_MAX = 512, /* bytes of the text, with blanks and line ends */
    PLM_MRZ_LINES_MAX = 3,
    PLM_MRZ_WIDTH_MAX = 44,
    PLM_MRZ_FIELD_MAX = 48, /* bytes of a field, terminator included */
    PLM_MRZ_CHECKS_MAX = 5,
    PLM_MRZ_CORRECTIONS_MAX = 8,
    PLM_MRZ_ALTERNATIVES_MAX = 4,
    PLM_MRZ_NOTES_MAX = 8,
    PLM_MRZ_NOTE_MAX = 120
};

typedef enum plm_mrz_format {
    PLM_MRZ_TD1,
    PLM_MRZ_TD2,
    PLM_MRZ_TD3,
    PLM_MRZ_MRV_A,
    PLM_MRZ_MRV_B,
    PLM_MRZ_FORMAT_COUNT
} plm_mrz_format;

typedef enum plm_mrz_check_kind {
    PLM_MRZ_NUMBER,
    PLM_MRZ_BIRTH,
    PLM_MRZ_EXPIRY,
    PLM_MRZ_OPTIONAL, /* TD3 only; '<' may stand for 0 where the field is empty */
    PLM_MRZ_COMPOSITE /* not in visas */
} plm_mrz_check_kind;

typedef struct plm_mrz_check {
    plm_mrz_check_kind kind;
    char expected; /* computed */
    char found;    /* as it stands there, after corrections */
    bool fits;
} plm_mrz_check;

typedef struct plm_mrz_correction {
    unsigned line;   /* from 1 */
    unsigned column; /* from 1 */
    char from;
    char to;
} plm_mrz_correction;

typedef struct plm_mrz {
    plm_mrz_format format;
    char lines[PLM_MRZ_LINES_MAX][PLM_MRZ_WIDTH_MAX + 1]; /* corrected */
    char document_code[3];                                /* "P", "I", "AC", ... */
    char issuer[4];                 /* as it stands there: "D", "GBD", "UTO" */
    char nationality[4];            /* likewise */
    char number[PLM_MRZ_FIELD_MAX]; /* without filler, with what overflowed into optional data */
    /* If its check digit fails: what it may be, one of 0/O 1/I 2/Z 5/S 8/B exchanged. */
    char alternatives[PLM_MRZ_ALTERNATIVES_MAX][PLM_MRZ_FIELD_MAX];
    size_t n_alternatives;
    char optional[2][PLM_MRZ_FIELD_MAX]; /* without filler at its end; the second in TD1 only */
    char primary[PLM_MRZ_FIELD_MAX];     /* surname, or whatever the issuer puts first */
    char secondary[PLM_MRZ_FIELD_MAX];   /* given names; "" if there are none */
    bool name_may_be_cut;                /* the name reaches the end of its field */
    char sex;                            /* 'F', 'M', or 'X' for '<' */
    plm_date birth;                      /* month or day 0 if unknown; year 0 if all of it is */
    plm_date expiry;                     /* likewise */
    plm_mrz_check checks[PLM_MRZ_CHECKS_MAX];
    size_t n_checks;
    plm_mrz_correction corrections[PLM_MRZ_CORRECTIONS_MAX];
    size_t n_corrections;
    char notes[PLM_MRZ_NOTES_MAX][PLM_MRZ_NOTE_MAX]; /* what else is odd, in words */
    size_t n_notes;
    bool is_valid;                 /* all check digits fit, and all fields are what they must be */
    plm_ident_reason reason;       /* of a rejection */
    char detail[PLM_MRZ_NOTE_MAX]; /* of a rejection, in words */
} plm_mrz;

/*
 * text: the lines, with line ends or without; blanks are left out, small letters taken as capitals.
 * today: the day from which centuries are told. A birth is in the latest century that does not put
 * it into the future; an expiry within 50 years of today.
 * PLM_OK: the zone is of a known form, and all of *out is set. PLM_E_REJECTED: out->reason and
 * detail say why. PLM_E_ARGUMENT: today is no full date.
 */
plm_status plm_mrz_parse(plm_mrz *out, plm_span text, plm_date today) PLM_MUST_CHECK;

/*
 * What the zone says as an identifier in canonical form: name, birthDate, nationality, document, or
 * nationalId (optional data which fits the issuer's one scheme with its check digit). Marked with
 * PLM_IDENT_CHECK_FAILED if its own check digit fails.
 * PLM_E_NOT_FOUND: the zone has none (a visa's number names no travel document). PLM_E_REJECTED:
 * as of plm_ident_canonicalise; an issuer like UNO or UTO is no country.
 */
plm_status plm_mrz_ident(const plm_mrz *mrz, plm_ident_type type, plm_ident *out) PLM_MUST_CHECK;

/* "TD1", ...; "document number", ...; never NULL. */
const char *plm_mrz_format_name(plm_mrz_format format);
const char *plm_mrz_check_name(plm_mrz_check_kind kind);

/* In words, what a code of Doc 9303 part 3 section 5 that is not of ISO 3166-1 means: "stateless
 * person (1954 Convention)"; NULL for any other text. */
const char *plm_mrz_state_words(const char *code);

/* Check digit of Doc 9303 part 3 section 4.9: weights 7 3 1, letters from A as 10, '<' as 0. */
char plm_mrz_check_digit(plm_span field);

#endif
