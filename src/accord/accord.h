/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.h - the document all parties sign (spec/accord.md, spec/accord.schema.json).
 *
 * An accord is identified by the BLAKE2b-256 hash of its bytes; nothing is ever re-serialised. Its
 * life here: draft (a file) -> adopted (frozen in the store) -> ratified by each party, with that
 * party's reservations (accord/ratification.h) -> in force between those that ratified, once
 * `in_force_after` of them have -> amended (a newer accord names it) or denounced by a party, after
 * a notice -> expired.
 */
#ifndef PLM_ACCORD_ACCORD_H
#define PLM_ACCORD_ACCORD_H

#include "accord/standing_terms.h"
#include "accord/tally_terms.h"
#include "base/diag.h"
#include "ident/recipe.h"
#include "wire/message.h"

enum {
    PLM_ACCORD_BYTES_MAX = 1 << 20,
    PLM_PARTIES_MAX = 200,
    PLM_PURPOSES_MAX = 64,
    PLM_PURPOSE_OFFENCES_MAX = 128,
    PLM_PARTY_LANGUAGES_MAX = 8,
    PLM_PERSON_TABLES_MAX = 1,
    PLM_TALLY_TOKENS_EACH_MAX = 64
};

typedef struct plm_party {
    const char *code; /* 2 to 32 of A-Z 0-9 -, unique: "IT-GDF" */
    const char *name;
    const char *kind;           /* "police", "fiu", "border", "labour", "ngo", ... */
    uint8_t identity[32];       /* Ed25519 public key */
    const char *address;        /* "host:port" of its node */
    const char *contact;        /* urgent contact */
    const char **languages;     /* ISO 639 codes in which it takes requests, the best first */
    size_t n_languages;         /* 1 to PLM_PARTY_LANGUAGES_MAX */
    const char **death_penalty; /* catalogue codes for which its law knows the death penalty */
    size_t n_death_penalty;
    const char *assurances; /* its assurance that it is neither sought nor carried out; "": none */
} plm_party;

typedef enum plm_aim {
    PLM_AIM_SUSPECT,    /* against persons: victims, witnesses and minors never take part */
    PLM_AIM_PROTECTION, /* for the protection of victims, missing persons and minors */
    PLM_AIM_STATISTICS  /* tallies alone: nobody is ever matched */
} plm_aim;

/* "suspect", "protection", "statistics", NULL: in the order of plm_aim. */
extern const char *const plm_aims[];

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

/* "automatic", "officer", "two-officers", NULL: in the order of plm_approval. */
extern const char *const plm_approvals[];

typedef struct plm_budget {
    uint64_t tokens_per_run; /* at least 1, as the next two */
    uint64_t tokens_per_day;
    uint64_t runs_per_day;
    uint64_t lookups_per_hour; /* 0: no lookups */
} plm_budget;

/*
 * What the gated person rules of a purpose need both sides to agree on (spec/accord.md section 3).
 */
typedef struct plm_person_rules {
    uint8_t (*tables)[PLM_HASH_BYTES]; /* hashes of the frequency tables both sides use */
    size_t n_tables;
    bool has_equivalents; /* a table of equivalent given names of the parties' own */
    uint8_t equivalents[PLM_HASH_BYTES];
    uint64_t records;          /* persons that each side's list is taken to have */
    uint64_t expected_overlap; /* number of persons both sides are taken to have in common */
    uint64_t c;                /* bits a combination must carry beyond log2(|A| |B| / overlap) */
    bool second_look;          /* candidates are compared once more by a second stage */
} plm_person_rules;

/*
 * The fields that a released hit may disclose ("labels"): what is said of a record (kind, role,
 * offences, grading, assessment, retention), then the types of identifiers under their own names.
 */
size_t plm_label_count(void);
/* NULL from plm_label_count() on. */
const char *plm_label_name(size_t label);
/* PLM_E_NOT_FOUND. */
plm_status plm_label_find(size_t *out, const char *name) PLM_MUST_CHECK;

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
    uint64_t labels;        /* bit set of 1 << label: told with a released hit */
    uint32_t urgent_hours;  /* within which an urgent request is to be answered */
    uint32_t ordinary_days; /* within which any other is */
    bool has_person_rules;
    plm_person_rules person_rules;
    /* The batches in which released hits reach the asker, or nothing does (release/batch.h). */
    uint32_t release_slots;
    uint32_t release_minutes; /* between two of them */
    uint32_t release_batches;
    bool has_tally;
    plm_tally_terms tally;
    bool has_standing; /* a run may be repeated on a schedule */
    plm_standing_terms standing;
} plm_purpose;

typedef struct plm_accord {
    uint8_t hash[PLM_ACCORD_HASH_BYTES];
    const char *title;
    uint8_t recipe_digest[PLM_RECIPE_DIGEST_BYTES];
    uint32_t in_force_after; /* number of ratifications */
    plm_date expires;        /* last day in force */
    uint32_t notice_days;    /* between a denunciation and its effect */
    bool amends;             /* replaces another accord between those who ratify both */
    uint8_t amended_hash[PLM_ACCORD_HASH_BYTES]; /* that one */
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

/* The closed catalogue of treaty offences (accord/catalogue.tsv, spec/accord.md section 7). */
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
