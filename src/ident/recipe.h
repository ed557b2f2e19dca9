/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recipe.h - rules, and the tokens they make (spec/tokens.md sections 4 to 6).
 *
 * The recipe is everything two parties must do alike for equal records to give equal tokens:
 * canonical forms, name tables, rules, encoding. Its digest goes into the accord and into every
 * handshake: a different digest aborts a run, since a silent loss of matches is worse than none.
 */
#ifndef PLM_IDENT_RECIPE_H
#define PLM_IDENT_RECIPE_H

#include "ident/person_gate.h"

#include <palermo/token.h>

enum {
    PLM_RECIPE_VERSION = 5, /* raised whenever equal records may give other tokens than before */
    PLM_RULES_MAX = 64,
    PLM_RULE_PERSON = 63, /* the rule "person", gated by information (person_gate.h) */
    PLM_RULE_NAME_MAX = 64,
    PLM_RECIPE_DIGEST_BYTES = 32,
    PLM_ACCORD_HASH_BYTES = 32,
    PLM_TOKENS_PER_RECORD_MAX = 1000, /* further ones are cut, and counted */
    PLM_COMMON_VALUE_RECORDS = 50,    /* a token that more records carry is ignored, and counted */
    PLM_LINKS_PER_TOKEN = 2           /* records that a token's label names */
};

/* Plain rules known to this recipe, 0 <= rule < plm_rule_count(). PLM_RULE_PERSON is one besides:
 * it has a name and words, and needs a gate. */
size_t plm_rule_count(void);
/* "phone", "document", "name+birthDate", "name+birthYear+nationality", ... */
const char *plm_rule_name(size_t rule);
/* In words: "name and full date of birth are equal". */
const char *plm_rule_words(size_t rule);
/* PLM_E_NOT_FOUND. */
plm_status plm_rule_find(size_t *out, const char *name) PLM_MUST_CHECK;

/* Digest over version, tables, rules, patterns, features and shipped frequencies of the recipe. */
void plm_recipe_digest(uint8_t out[PLM_RECIPE_DIGEST_BYTES]);

/* No record's number. */
#define PLM_NO_RECORD UINT32_MAX

/* One token of one record. */
typedef struct plm_token_entry {
    plm_token token;
    uint32_t record; /* the caller's number of the record */
    uint16_t rule;
    uint16_t pattern; /* of PLM_RULE_PERSON, else 0 */
} plm_token_entry;

typedef struct plm_token_report {
    uint64_t n_records; /* that were added */
    uint64_t n_without; /* of them, records from which no rule made a token */
    uint64_t n_cut;     /* tokens cut by PLM_TOKENS_PER_RECORD_MAX */
    uint64_t n_common;  /* distinct tokens dropped since too many records carry them */
    uint64_t n_per_rule[PLM_RULES_MAX];       /* entries kept, by rule */
    uint64_t n_per_pattern[PLM_PATTERNS_MAX]; /* and of PLM_RULE_PERSON by pattern */
} plm_token_report;

/*
 * Collects the tokens of many records under one accord.
 *
 *   entries   [ token a | rec 3 | rule 1 ][ token a | rec 9 | rule 1 ][ token b | ... ] sorted
 *   tokens    [ token a ][ token b ] ...                                      distinct, same order
 *   first     [ 0 ][ 2 ] ... [ n_entries ]       entries of tokens[i]: first[i] .. first[i + 1]
 */
typedef struct plm_token_set {
    plm_token_entry *entries;
    size_t n_entries;
    size_t capacity;
    plm_token *tokens;
    uint32_t *first;
    size_t n_tokens;
    uint8_t accord_hash[PLM_ACCORD_HASH_BYTES];
    uint32_t rules[PLM_RULES_MAX];
    size_t n_rules;
    plm_token_report report;
    bool has_gate;
    plm_person_gate gate;
    bool keeps_common;       /* set before the set is finished: */
    plm_token_entry *common; /* entries of the tokens that were dropped, sorted */
    size_t n_common;
    struct plm_token_scratch *scratch; /* keys of the rules, memory for the record being added */
} plm_token_set;

/* rules: n_rules rule numbers that apply. PLM_E_ARGUMENT for an unknown or repeated one,
 * PLM_E_NOMEM; on either the set is empty, and plm_token_set_wipe may be called. */
plm_status plm_token_set_init(plm_token_set *set,
                              const uint8_t accord_hash[static PLM_ACCORD_HASH_BYTES],
                              const uint32_t *rules, size_t n_rules) PLM_MUST_CHECK;
/*
 * What PLM_RULE_PERSON works with, before the first record is added. table: borrowed until the set
 * is finished. threshold: plm_person_gate_threshold of what both parties agreed on.
 * has_second_look: whether one follows (plm_person_gate_init).
 */
void plm_token_set_gate(plm_token_set *set, const plm_frequency *table, plm_bits threshold,
                        bool has_second_look);
/* Adds the record's tokens. PLM_E_NOMEM; PLM_E_ARGUMENT if PLM_RULE_PERSON is among the rules and
 * there is no gate; then nothing of this record is in. */
plm_status plm_token_set_add(plm_token_set *set, const plm_record *record,
                             uint32_t record_number) PLM_MUST_CHECK;
/* Adds a token that is known already, by whatever rule, of a record of that number. PLM_E_NOMEM. */
plm_status plm_token_set_put(plm_token_set *set, const plm_token *token,
                             uint32_t record_number) PLM_MUST_CHECK;
/*
 * Sorts, removes repeats, drops common values, fills tokens and first. Then no more adding.
 * PLM_E_NOMEM, PLM_E_LIMIT (2^32 - 2 entries); then the set is as before.
 */
plm_status plm_token_set_finish(plm_token_set *set) PLM_MUST_CHECK;
/*
 * Leaves those tokens of a finished set that is_kept (n_tokens of them) says, with all records that
 * carry them. The report stays as it was.
 */
void plm_token_set_keep(plm_token_set *set, const bool *is_kept);
/*
 * For each token of a finished set the records that carry it, PLM_LINKS_PER_TOKEN of them at most:
 * those that were named least so far. They are what the token's label says. out: room for
 * PLM_LINKS_PER_TOKEN * n_tokens; PLM_NO_RECORD where there are fewer. n_records: above all record
 * numbers. PLM_E_NOMEM.
 */
plm_status plm_token_set_name(uint32_t *out, const plm_token_set *set,
                              size_t n_records) PLM_MUST_CHECK;
/* Wipes and frees. */
void plm_token_set_wipe(plm_token_set *set);

#endif
