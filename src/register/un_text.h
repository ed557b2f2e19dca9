/* SPDX-License-Identifier: Apache-2.0 */
/*
 * un_text.h - what the UN list writes into free text: several names in one alias, and passport
 * numbers with the issuer in words. Rules and examples: spec/imports.md section 4.
 */
#ifndef PLM_REGISTER_UN_TEXT_H
#define PLM_REGISTER_UN_TEXT_H

#include "base/arena.h"

enum {
    PLM_UN_NAMES_MAX = 16 /* names in one text; further ones are left out */
};

typedef struct plm_un_names {
    plm_span name[PLM_UN_NAMES_MAX];
    size_t n;
} plm_un_names;

/*
 * The names in a text (blanks collapsed, valid UTF-8). Always split at ";" outside of
 * parentheses. Of a person also: quotes are dropped, "SURNAME, Given" is turned round, what
 * follows ", born " is cut, and parentheses are taken out; if their text is in another script than
 * the rest, it is a name (or several) too. Names live in text or in the arena. PLM_E_NOMEM.
 */
plm_status plm_un_names_find(plm_un_names *names, plm_arena *arena, plm_span text,
                             bool is_person) PLM_MUST_CHECK;

/*
 * The number in "Afghan passport number SE 012820", "Libya B014995", "R00005943, South Sudan",
 * and the issuer ("AF", "LY", "SS"; "" if the text does not say). False if it can't be told.
 */
bool plm_un_passport_find(plm_span text, plm_span *number, char issuer[static 3]);

#endif
