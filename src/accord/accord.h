/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.h - the document all parties sign (spec/accord.md, spec/accord.schema.json).
 *
 * An accord is identified by the BLAKE2b-256 hash of its bytes; nothing is ever re-serialised. Its
 * life here: draft (a file) -> adopted (frozen in the store) -> ratified by each party (detached
 * Ed25519 signature over the hash) -> in force between those that ratified, once `in_force_after`
 * of them have -> expired.
 */
#ifndef PLM_ACCORD_ACCORD_H
#define PLM_ACCORD_ACCORD_H

#include "base/diag.h"
#include "ident/recipe.h"
#include "wire/message.h"

enum {
    PLM_ACCORD_BYTES_MAX = 1 << 20,
    PLM_PARTIES_MAX = 200,
    PLM_PURPOSES_MAX = 64,
    PLM_PURPOSE_OFFENCES_MAX = 128
};

typedef struct plm_party {
    const char *code; /* 2 to 32 of A-Z 0-9 -, unique: "IT-GDF" */
    const char *name;
    const char *kind;     /* "police", "fiu", "border", "labour", "ngo", ... */
    uint8_t identity[32]; /* Ed25519 public key */
    const char *address;  /* "host:port" of its node */
    const char *contact;  /* urgent contact */
} plm_party;

typedef enum plm_aim {
    PLM_AIM_SUSPECT,   /* against persons: victims, witnesses and minors never take part */
    PLM_AIM_PROTECTION /* for the protection of victims, missing persons and minors */
} plm_aim;

/* How a purpose names its engine; plm_policy_engine says which one that is in a run. */
typedef enum plm_engine_choice {
    PLM_ENGINE_CHOICE_OPRF,
    PLM_ENGINE_CHOICE_VOLE,
    PLM_ENGINE_CHOICE_BY_SIZE /* by the asker's number of tokens */
} plm_engine_choice;

/* "oprf", "vole", "by-size", NULL: the words of an accord, in the order of plm_engine_choice. */
extern const char *const plm_engine_choices[];

/* Who decides that a hit is released where the holder learns it first. The stricter, the larger. */
typedef enum plm_approval {
    PLM_APPROVAL_AUTOMATIC,   /* hits that no gate holds back are released by the node itself */
    PLM_APPROVAL_OFFICER,     /* one officer decides on each */
    PLM_APPROVAL_TWO_OFFICERS /* two different officers do */
} plm_approval;

typedef struct plm_budget {
    uint64_t tokens_per_run; /* 0 is not allowed; every number is at least 1 */
    uint64_t tokens_per_day;
    uint64_t runs_per_day;
} plm_budget;

typedef struct plm_purpose {
    const char *code;
    const char *title;
    plm_aim aim;
    const char **offences; /* catalogue codes */
    size_t n_offences;
    uint32_t asker_roles; /* bit set of 1 << plm_role */
    uint32_t holder_roles;
    uint32_t rules[PLM_RULES_MAX]; /* numbers of recipe.h, ascending */
    size_t n_rules;
    plm_engine_choice engine;
    plm_learns learns;
    plm_budget budget;     /* of each asker against each holder */
    uint64_t smallest_set; /* fewer tokens than this may not take part, on either side */
    uint64_t pad_to;       /* numbers of tokens are told rounded up to a multiple; 1: exact */
    uint32_t retention_days;
    plm_approval approval;
} plm_purpose;

typedef struct plm_accord {
    uint8_t hash[PLM_ACCORD_HASH_BYTES];
    const char *title;
    uint8_t recipe_digest[PLM_RECIPE_DIGEST_BYTES];
    uint32_t in_force_after; /* number of ratifications */
    plm_date expires;        /* last day in force */
    plm_party *parties;
    size_t n_parties;
    plm_purpose *purposes;
    size_t n_purposes;
    plm_arena arena; /* owns everything above */
} plm_accord;

/*
 * Validates and takes in an accord's bytes. Every error is reported with its JSON pointer.
 * PLM_E_SYNTAX, PLM_E_INVALID, PLM_E_LIMIT, PLM_E_NOMEM. *out owned by caller.
 */
plm_status plm_accord_parse(plm_accord **out, plm_span bytes, const plm_diag_sink *sink,
                            const char *file) PLM_MUST_CHECK;
void plm_accord_destroy(plm_accord *accord);
/* Hash of an accord's bytes, as identifies it. */
void plm_accord_hash(uint8_t out[static PLM_ACCORD_HASH_BYTES], plm_span bytes);
/* NULL if there is none. */
const plm_party *plm_accord_party(const plm_accord *accord, const char *code);
const plm_purpose *plm_accord_purpose(const plm_accord *accord, const char *code);

/* A party's ratification; a JSON document of its own (spec/accord.md section 4). */
typedef struct plm_ratification {
    uint8_t accord_hash[PLM_ACCORD_HASH_BYTES];
    char party[PLM_CODE_MAX];
    int64_t time_ms;
    uint8_t signature[PLM_SIGNATURE_BYTES];
} plm_ratification;

/* Signs for `party` (which must be one of the accord's and have this seed's key: PLM_E_AUTH). */
plm_status plm_ratification_make(plm_ratification *out, const plm_accord *accord, const char *party,
                                 const uint8_t seed[static 32], int64_t time_ms) PLM_MUST_CHECK;
plm_status plm_ratification_write(const plm_ratification *r, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_ratification_parse(plm_ratification *out, plm_span bytes, const plm_diag_sink *sink,
                                  const char *file) PLM_MUST_CHECK;
/* PLM_E_AUTH: not of that party's key over that accord; PLM_E_NOT_FOUND: no such party. */
plm_status plm_ratification_verify(const plm_ratification *r,
                                   const plm_accord *accord) PLM_MUST_CHECK;

/* The closed catalogue of treaty offences (accord/catalogue.tsv, spec/accord.md section 6). */
typedef struct plm_offence {
    const char *code; /* "UNTOC.5", "TIP.5", ... */
    const char *title;
    const char *source; /* treaty and article */
} plm_offence;

size_t plm_offence_count(void);
const plm_offence *plm_offence_at(size_t i);
/* NULL: not in the catalogue. */
const plm_offence *plm_offence_find(const char *code);

#endif
