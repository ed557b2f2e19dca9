/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/recipe.h"

#include "ident/birth_date.h"
#include "ident/name_tables.h"
#include "ident/names0.h"
#include "ident/rules.h"

#include <sodium.h>
#include <string.h>

static const plm_rule rules[] = {
    {"document",
     "the travel document and its issuer are equal",
     {{PLM_IDENT_DOCUMENT, PLM_LEVEL_EXACT}},
     1},
    {"phone", "a phone number is equal", {{PLM_IDENT_PHONE, PLM_LEVEL_EXACT}}, 1},
    {"email", "an e-mail address is equal", {{PLM_IDENT_EMAIL, PLM_LEVEL_EXACT}}, 1},
    {"iban", "a bank account is equal", {{PLM_IDENT_IBAN, PLM_LEVEL_EXACT}}, 1},
    {"imei", "a mobile device is equal", {{PLM_IDENT_IMEI, PLM_LEVEL_EXACT}}, 1},
    {"vin", "a vehicle is equal", {{PLM_IDENT_VIN, PLM_LEVEL_EXACT}}, 1},
    {"plate",
     "a registration plate and its country are equal",
     {{PLM_IDENT_PLATE, PLM_LEVEL_EXACT}},
     1},
    {"imo", "a ship's IMO number is equal", {{PLM_IDENT_IMO, PLM_LEVEL_EXACT}}, 1},
    {"btc", "a Bitcoin address is equal", {{PLM_IDENT_BTC, PLM_LEVEL_EXACT}}, 1},
    {"eth", "an Ethereum address is equal", {{PLM_IDENT_ETH, PLM_LEVEL_EXACT}}, 1},
    {"name+birthDate",
     "the name sounds alike and the full date of birth is equal",
     {{PLM_IDENT_NAME, PLM_LEVEL_SOUND}, {PLM_IDENT_BIRTH_DATE, PLM_LEVEL_FULL}},
     2},
    {"name+birthYear+nationality",
     "the name, the year of birth and a nationality are equal",
     {{PLM_IDENT_NAME, PLM_LEVEL_FOLDED},
      {PLM_IDENT_BIRTH_DATE, PLM_LEVEL_YEAR},
      {PLM_IDENT_NATIONALITY, PLM_LEVEL_EXACT}},
     3},
};

size_t plm_rule_count(void)
{
    return sizeof rules / sizeof *rules;
}
const plm_rule *plm_rule_at(size_t rule)
{
    return &rules[rule];
}
const char *plm_rule_name(size_t rule)
{
    return rule < plm_rule_count() ? rules[rule].name : "unknown";
}
const char *plm_rule_words(size_t rule)
{
    return rule < plm_rule_count() ? rules[rule].words : "unknown";
}
plm_status plm_rule_find(size_t *out, const char *name)
{
    for (size_t i = 0; i < plm_rule_count(); i++) {
        if (strcmp(rules[i].name, name) == 0) {
            *out = i;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}
void plm_recipe_digest(uint8_t out[PLM_RECIPE_DIGEST_BYTES])
{
    crypto_generichash_state s;
    (void)crypto_generichash_init(&s, NULL, 0, 32);
    (void)crypto_generichash_update(&s, (const uint8_t *)"palermo recipe 0", 16);
    (void)crypto_generichash_update(&s, plm_tables_digest, 32);
    for (size_t i = 0; i < plm_rule_count(); i++) {
        (void)crypto_generichash_update(&s, (const uint8_t *)rules[i].name,
                                        strlen(rules[i].name) + 1);
    }
    (void)crypto_generichash_final(&s, out, 32);
}
