/* SPDX-License-Identifier: Apache-2.0 */
#include "register/ftm_model.h"

#include <string.h>

static const plm_ftm_schema schemata[] = {
    {"Person", PLM_FTM_PERSON, PLM_KIND_PERSON},
    {"LegalEntity", PLM_FTM_BODY, PLM_KIND_ORGANISATION},
    {"Company", PLM_FTM_BODY, PLM_KIND_ORGANISATION},
    {"Organization", PLM_FTM_BODY, PLM_KIND_ORGANISATION},
    {"PublicBody", PLM_FTM_BODY, PLM_KIND_ORGANISATION},
    {"Vehicle", PLM_FTM_VEHICLE, PLM_KIND_VEHICLE},
    {"Vessel", PLM_FTM_VESSEL, PLM_KIND_VESSEL},
    {"Airplane", PLM_FTM_AIRPLANE, PLM_KIND_AIRCRAFT},
    {"Passport", PLM_FTM_PASSPORT, PLM_KIND_DOCUMENT},
    {"Identification", PLM_FTM_IDENTIFICATION, PLM_KIND_DOCUMENT},
    {"BankAccount", PLM_FTM_BANK_ACCOUNT, PLM_KIND_ACCOUNT},
    {"CryptoWallet", PLM_FTM_WALLET, PLM_KIND_ACCOUNT},
    {"UserAccount", PLM_FTM_USER_ACCOUNT, PLM_KIND_ACCOUNT},
};

enum {
    NAMED = PLM_FTM_PERSON | PLM_FTM_BODY | PLM_FTM_VEHICLE | PLM_FTM_VESSEL | PLM_FTM_AIRPLANE,
    REACHABLE = PLM_FTM_PERSON | PLM_FTM_BODY
};

static const plm_ftm_property properties[] = {
    {"name", NAMED, PLM_IDENT_NAME, false, NULL},
    {"alias", NAMED, PLM_IDENT_NAME, false, NULL},
    {"weakAlias", NAMED, PLM_IDENT_NAME, false, NULL},
    {"previousName", NAMED, PLM_IDENT_NAME, false, NULL},
    {"nationality", PLM_FTM_PERSON, PLM_IDENT_NATIONALITY, false, NULL},
    {"citizenship", PLM_FTM_PERSON, PLM_IDENT_NATIONALITY, false, NULL},
    {"birthDate", PLM_FTM_PERSON, PLM_IDENT_BIRTH_DATE, false, NULL},
    {"passportNumber", PLM_FTM_PERSON, PLM_IDENT_DOCUMENT, false, NULL},
    {"passportNumber", PLM_FTM_PASSPORT, PLM_IDENT_DOCUMENT, true, NULL},
    {"number", PLM_FTM_PASSPORT, PLM_IDENT_DOCUMENT, true, NULL},
    {"phone", REACHABLE, PLM_IDENT_PHONE, false, NULL},
    {"number", PLM_FTM_USER_ACCOUNT, PLM_IDENT_PHONE, false, NULL},
    {"phone", PLM_FTM_USER_ACCOUNT, PLM_IDENT_PHONE, false, NULL},
    {"email", REACHABLE | PLM_FTM_USER_ACCOUNT, PLM_IDENT_EMAIL, false, NULL},
    {"iban", PLM_FTM_BANK_ACCOUNT, PLM_IDENT_IBAN, false, NULL},
    {"imoNumber", PLM_FTM_VESSEL, PLM_IDENT_IMO, false, NULL},
    {"registrationNumber", PLM_FTM_VEHICLE, PLM_IDENT_PLATE, true, NULL},
    {"mmsi", PLM_FTM_VESSEL, PLM_IDENT_MMSI, false, NULL},
    {"imoNumber", PLM_FTM_BODY, PLM_IDENT_IMO_COMPANY, false, NULL},
    {"innCode", REACHABLE, PLM_IDENT_NATIONAL_ID, false, "RU"},
    {"ogrnCode", REACHABLE, PLM_IDENT_NATIONAL_ID, false, "RU"},
    {"leiCode", REACHABLE, PLM_IDENT_LEI, false, NULL},
    {"swiftBic", PLM_FTM_BODY, PLM_IDENT_BIC, false, NULL},
    {"bic", PLM_FTM_BANK_ACCOUNT, PLM_IDENT_BIC, false, NULL},
    {"website", REACHABLE, PLM_IDENT_URL, false, NULL},
    {"registrationNumber", PLM_FTM_AIRPLANE, PLM_IDENT_NAME, false, NULL},
};

static const struct {
    const char *topic;
    bool with_subtopics; /* "crime" also stands for "crime.fraud" */
    plm_role role;
} topics[] = {
    {"wanted", false, PLM_ROLE_WANTED},
    {"sanction", false, PLM_ROLE_LISTED},
    {"crime", true, PLM_ROLE_SUSPECT},
    {"sanction.linked", false, PLM_ROLE_ASSOCIATE},
};

const plm_ftm_schema *plm_ftm_schema_find(const char *name)
{
    for (size_t i = 0; i < sizeof schemata / sizeof *schemata; i++) {
        if (strcmp(schemata[i].name, name) == 0) {
            return &schemata[i];
        }
    }
    return NULL;
}

const plm_ftm_property *plm_ftm_property_at(size_t i)
{
    return i < sizeof properties / sizeof *properties ? &properties[i] : NULL;
}

bool plm_ftm_topic_role(const char *topic, plm_role *role, unsigned *rank)
{
    for (unsigned i = 0; i < sizeof topics / sizeof *topics; i++) {
        size_t n = strlen(topics[i].topic);
        if (strncmp(topic, topics[i].topic, n) == 0 &&
            (topic[n] == '\0' || (topics[i].with_subtopics && topic[n] == '.'))) {
            *role = topics[i].role;
            *rank = i;
            return true;
        }
    }
    return false;
}
