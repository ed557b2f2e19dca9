/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/rule.h"

#include <sodium.h>
#include <string.h>

/*
 * Recipe 2. A change here, as of any text below that is hashed, asks for a higher
 * PLM_RECIPE_VERSION (recipe.c). The order is the accord's numbering of no one: rules are named.
 */
static const plm_rule rules[] = {
    {"document",
     "a travel document, its kind and its issuer are equal",
     false,
     1,
     {{PLM_IDENT_DOCUMENT, PLM_LEVEL_EXACT}}},
    {"phone", "a phone number is equal", false, 1, {{PLM_IDENT_PHONE, PLM_LEVEL_EXACT}}},
    {"email", "an e-mail address is equal", false, 1, {{PLM_IDENT_EMAIL, PLM_LEVEL_EXACT}}},
    {"iban", "a bank account is equal", false, 1, {{PLM_IDENT_IBAN, PLM_LEVEL_EXACT}}},
    {"imei", "a mobile device is equal", false, 1, {{PLM_IDENT_IMEI, PLM_LEVEL_EXACT}}},
    {"vin",
     "a vehicle's identification number is equal",
     false,
     1,
     {{PLM_IDENT_VIN, PLM_LEVEL_EXACT}}},
    {"plate",
     "a registration plate and its country are equal",
     false,
     1,
     {{PLM_IDENT_PLATE, PLM_LEVEL_EXACT}}},
    {"imo", "a ship's IMO number is equal", false, 1, {{PLM_IDENT_IMO, PLM_LEVEL_EXACT}}},
    {"btc", "a Bitcoin address is equal", false, 1, {{PLM_IDENT_BTC, PLM_LEVEL_EXACT}}},
    {"eth", "an Ethereum address is equal", false, 1, {{PLM_IDENT_ETH, PLM_LEVEL_EXACT}}},
    {"nationalId",
     "a national, tax or company number and its scheme are equal",
     false,
     1,
     {{PLM_IDENT_NATIONAL_ID, PLM_LEVEL_EXACT}}},
    {"imsi", "a mobile subscriber is equal", false, 1, {{PLM_IDENT_IMSI, PLM_LEVEL_EXACT}}},
    {"iccid", "a SIM card is equal", false, 1, {{PLM_IDENT_ICCID, PLM_LEVEL_EXACT}}},
    {"mac", "a network card's address is equal", false, 1, {{PLM_IDENT_MAC, PLM_LEVEL_EXACT}}},
    {"pan", "a payment card is equal", false, 1, {{PLM_IDENT_PAN, PLM_LEVEL_EXACT}}},
    {"lei", "a legal entity's LEI is equal", false, 1, {{PLM_IDENT_LEI, PLM_LEVEL_EXACT}}},
    {"account",
     "a bank account without IBAN, its bank and country are equal",
     false,
     1,
     {{PLM_IDENT_ACCOUNT, PLM_LEVEL_EXACT}}},
    {"container",
     "a freight container is equal",
     false,
     1,
     {{PLM_IDENT_CONTAINER, PLM_LEVEL_EXACT}}},
    {"airWaybill", "an air waybill is equal", false, 1, {{PLM_IDENT_AIR_WAYBILL, PLM_LEVEL_EXACT}}},
    {"firearm",
     "a firearm's make, model, calibre and serial number are equal",
     false,
     1,
     {{PLM_IDENT_FIREARM, PLM_LEVEL_EXACT}}},
    {"domain", "a domain is equal", false, 1, {{PLM_IDENT_DOMAIN, PLM_LEVEL_EXACT}}},
    {"url", "a web address is equal", false, 1, {{PLM_IDENT_URL, PLM_LEVEL_EXACT}}},
    {"onion", "a Tor service is equal", false, 1, {{PLM_IDENT_ONION, PLM_LEVEL_EXACT}}},
    {"fileHash", "a file's hash is equal", false, 1, {{PLM_IDENT_FILE_HASH, PLM_LEVEL_EXACT}}},
    {"handle",
     "an account of a platform is equal",
     false,
     1,
     {{PLM_IDENT_HANDLE, PLM_LEVEL_EXACT}}},
    {"imoCompany",
     "an IMO number of a company is equal",
     false,
     1,
     {{PLM_IDENT_IMO_COMPANY, PLM_LEVEL_EXACT}}},
    {"mmsi", "a ship's radio station is equal", false, 1, {{PLM_IDENT_MMSI, PLM_LEVEL_EXACT}}},
    {"name+birthDate",
     "a name sounds alike and the full date of birth is equal",
     true,
     2,
     {{PLM_IDENT_NAME, PLM_LEVEL_SOUND}, {PLM_IDENT_BIRTH_DATE, PLM_LEVEL_FULL}}},
    {"name+birthYear+nationality",
     "a name, the year of birth and a nationality are equal",
     true,
     3,
     {{PLM_IDENT_NAME, PLM_LEVEL_FOLDED},
      {PLM_IDENT_BIRTH_DATE, PLM_LEVEL_YEAR},
      {PLM_IDENT_NATIONALITY, PLM_LEVEL_EXACT}}},
};

_Static_assert(sizeof rules / sizeof *rules <= PLM_RULE_PERSON, "an accord can name all rules");

static const char person_name[] = "person";
static const char person_words[] =
    "names, dates of birth and other details agree that are too rare together to be chance";

static const char *const level_names[PLM_LEVEL_COUNT] = {
    [PLM_LEVEL_EXACT] = "exact",   [PLM_LEVEL_FULL] = "full",   [PLM_LEVEL_YEAR] = "year",
    [PLM_LEVEL_FOLDED] = "folded", [PLM_LEVEL_SOUND] = "sound",
};

size_t plm_rule_count(void)
{
    return sizeof rules / sizeof *rules;
}

const plm_rule *plm_rule_get(size_t rule)
{
    return &rules[rule];
}

const char *plm_level_name(plm_level level)
{
    return level_names[level];
}

const char *plm_rule_name(size_t rule)
{
    return rule == PLM_RULE_PERSON   ? person_name
           : rule < plm_rule_count() ? rules[rule].name
                                     : "unknown";
}

const char *plm_rule_words(size_t rule)
{
    return rule == PLM_RULE_PERSON   ? person_words
           : rule < plm_rule_count() ? rules[rule].words
                                     : "unknown";
}

plm_status plm_rule_find(size_t *out, const char *name)
{
    for (size_t i = 0; i < plm_rule_count(); i++) {
        if (strcmp(rules[i].name, name) == 0) {
            *out = i;
            return PLM_OK;
        }
    }
    if (strcmp(name, person_name) == 0) {
        *out = PLM_RULE_PERSON;
        return PLM_OK;
    }
    return PLM_E_NOT_FOUND;
}

void plm_rule_key(uint8_t out[32], const uint8_t accord_hash[static PLM_ACCORD_HASH_BYTES],
                  const plm_rule *rule)
{
    static const char domain[] = "palermo token 1";
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, accord_hash, PLM_ACCORD_HASH_BYTES, 32);
    (void)crypto_generichash_update(&state, (const uint8_t *)domain, sizeof domain - 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)rule->name, strlen(rule->name));
    (void)crypto_generichash_final(&state, out, 32);
}

static void hash_part(crypto_generichash_state *state, plm_span part)
{
    uint8_t length[2];
    plm_store_u16(length, (uint16_t)part.n);
    (void)crypto_generichash_update(state, length, sizeof length);
    (void)crypto_generichash_update(state, part.p, part.n);
}

void plm_rule_token(plm_token *out, const uint8_t key[static 32], const plm_rule *rule,
                    const plm_span *items)
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, key, 32, PLM_TOKEN_BYTES);
    for (size_t i = 0; i < rule->n_components; i++) {
        const plm_component *c = &rule->components[i];
        hash_part(&state, plm_span_str(plm_ident_type_name(c->type)));
        hash_part(&state, plm_span_str(plm_level_name(c->level)));
        hash_part(&state, items[i]);
    }
    (void)crypto_generichash_final(&state, out->b, PLM_TOKEN_BYTES);
}
