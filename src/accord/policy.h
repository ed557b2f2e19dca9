/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h - what an accord allows: the safeguards, in one place, as pure functions.
 *
 * Between two parties counts the accord, less what each of them reserved when it ratified, less the
 * offences that are not punishable under the law of both. A refusal names its clause: a JSON
 * pointer into the accord, or, if it begins with one of these, into what is attached to it:
 *
 *     /ratifications/CODE/...   that party's ratification
 *     /denunciations/CODE/...   that party's denunciation
 *     /amendments/HASH          the newer accord that took its place
 */
#ifndef PLM_ACCORD_POLICY_H
#define PLM_ACCORD_POLICY_H

#include "accord/ratification.h"
#include "wire/lookup.h"

/*
 * Where a purpose says "by-size": from so many tokens of the asker's on, padding included, the
 * vector-OLE engine is the faster one. Part of the accord's meaning (spec/accord.md section 3):
 * both sides must have the same number.
 */
enum {
    PLM_ENGINE_BY_SIZE = 256
};

/* Values are on the wire (spec/wire.md section 5) and must not change. */
typedef enum plm_refusal_code {
    PLM_REFUSAL_NONE = 0,
    PLM_REFUSAL_NOT_IN_FORCE = 1, /* unknown here, not ratified by both, too few, or expired */
    PLM_REFUSAL_PARTY = 2,        /* asker or holder is not a party, or is the same */
    PLM_REFUSAL_PURPOSE = 3,      /* no such purpose */
    PLM_REFUSAL_OFFENCE = 4,      /* outside the purpose's catalogue */
    PLM_REFUSAL_RULES = 5,        /* rules other than the purpose's */
    PLM_REFUSAL_ENGINE = 6,       /* another than the purpose gives for that many tokens */
    PLM_REFUSAL_LEARNS = 7,
    PLM_REFUSAL_RECIPE = 8,        /* another recipe digest */
    PLM_REFUSAL_BUDGET_RUN = 9,    /* tokens per run */
    PLM_REFUSAL_BUDGET_DAY = 10,   /* tokens per day */
    PLM_REFUSAL_BUDGET_RUNS = 11,  /* runs per day */
    PLM_REFUSAL_SMALLEST_SET = 12, /* too few tokens on the asker's side */
    PLM_REFUSAL_REPLAYED = 13,     /* this run id was used, or belongs to another connection */
    PLM_REFUSAL_CLOCK = 14,        /* the proposal's time is more than 10 minutes off */
    PLM_REFUSAL_SIGNATURE = 15,
    PLM_REFUSAL_UNAVAILABLE = 16,    /* the holder's set is too small, or it can't answer now */
    PLM_REFUSAL_PADDING = 17,        /* the number of tokens is not padded as agreed */
    PLM_REFUSAL_CASE = 18,           /* it names no case or no officer */
    PLM_REFUSAL_LEDGER = 19,         /* a ledger does not go on from what it showed before */
    PLM_REFUSAL_BUDGET_LOOKUPS = 20, /* lookups per hour, or none at all */
    PLM_REFUSAL_INDEX = 21,          /* no index is published for the purpose */
    PLM_REFUSAL_STANDING = 22,       /* no runs on a schedule, or too soon after the last one */
    PLM_REFUSAL_COUNT
} plm_refusal_code;

/* "budget-day", ...; and a sentence for people. Never NULL, whatever the number. */
const char *plm_refusal_name(unsigned code);
const char *plm_refusal_sentence(unsigned code);
/* The code that has that name; 0 (PLM_REFUSAL_NONE) if none has. */
unsigned plm_refusal_named(const char *name);

typedef struct plm_refusal {
    plm_refusal_code code;
    char clause[PLM_TEXT_MAX]; /* as above: "/purposes/0/budgets/tokens_per_day" */
} plm_refusal;

/* A newer accord that amends this one, or one that does, and who ratified it. */
typedef struct plm_successor {
    const plm_accord *accord;
    const char *const *ratified; /* codes of parties */
    size_t n_ratified;
} plm_successor;

/* What the parties did about an accord; every signature is verified already. */
typedef struct plm_in_force {
    const plm_ratification *const *ratified;
    size_t n_ratified;
    const plm_denunciation *const *denounced;
    size_t n_denounced;
    const plm_successor *successors;
    size_t n_successors;
    plm_date today;
} plm_in_force;

/* The first ratification of that party, or NULL. */
const plm_ratification *plm_in_force_ratification(const plm_in_force *state, const char *party);

/* What the asker used of its budget so far today, as the holder counted it. */
typedef struct plm_usage {
    uint64_t tokens_today;
    uint64_t runs_today;
    /* Of a standing run's series: how long ago the last one was accepted that came to its end. */
    bool has_last;
    int64_t since_last_ms;
    bool has_whole; /* the same of the last one with everything */
    int64_t since_whole_ms;
} plm_usage;

/*
 * PLM_E_REFUSED with the clause unless the accord is in force between a and b on that day. The code
 * is PLM_REFUSAL_PARTY if one of them is no party or both are the same, else
 * PLM_REFUSAL_NOT_IN_FORCE. On PLM_OK *refusal is zeroed.
 */
plm_status plm_policy_in_force(const plm_accord *accord, const plm_in_force *state, const char *a,
                               const char *b, plm_refusal *refusal) PLM_MUST_CHECK;

/* What made a term of the effective policy what it is: the accord (by is NULL) or a reservation. */
typedef struct plm_source {
    const plm_ratification *by;
    size_t reservation;
} plm_source;

/*
 * A purpose as it counts between two parties. Made in place, not to be copied: the purpose's list
 * of offences is the struct's own.
 */
typedef struct plm_effective {
    plm_purpose purpose;
    const char *offences[PLM_PURPOSE_OFFENCES_MAX];
    size_t index; /* of the purpose in the accord */
    plm_source engine;
    plm_source learns;
    plm_source standing; /* who took it out */
    plm_source terms[PLM_TERM_COUNT];
} plm_effective;

bool plm_purpose_has_offence(const plm_purpose *purpose, const char *code);
bool plm_purpose_has_rule(const plm_purpose *purpose, uint32_t rule);
/* Leaves of *all the offences, rules and roles that the other has too: what counts among several.
 */
void plm_effective_meet(plm_effective *all, const plm_purpose *other);

/* True if the reservation is about that purpose and that counterparty. */
bool plm_reservation_applies(const plm_reservation *reservation, const char *purpose,
                             const char *counterparty);

/*
 * The purpose as it counts between a and b, whoever of them asks. PLM_E_REFUSED: the accord is not
 * in force between them, has no such purpose, or reservations leave nothing of it; or its aim is
 * statistics, and nothing may be but a tally. *out is then undefined. *refusal is zeroed on PLM_OK.
 */
plm_status plm_policy_effective(plm_effective *out, const plm_accord *accord,
                                const plm_in_force *state, const char *a, const char *b,
                                const char *purpose, plm_refusal *refusal) PLM_MUST_CHECK;

/* The same of any aim: for words about it, and for what counts among several. */
plm_status plm_policy_narrow(plm_effective *out, const plm_accord *accord,
                             const plm_in_force *state, const char *a, const char *b,
                             const char *purpose, plm_refusal *refusal) PLM_MUST_CHECK;

/*
 * What counts of a purpose between all of n parties of a tally: of each two of them, what both
 * have. PLM_E_REFUSED as above; or the aim is neither protection nor statistics, or the purpose
 * says nothing of tallies.
 */
plm_status plm_policy_tally(plm_effective *out, const plm_accord *accord, const plm_in_force *state,
                            const char *const *parties, size_t n_parties, const char *purpose,
                            plm_refusal *refusal) PLM_MUST_CHECK;

/* What a proposal says of the case: 32 and 16 hexadecimal digits (spec/accord.md section 6). */
enum {
    PLM_CASE_OPAQUE_DIGITS = 32,
    PLM_OFFICER_DIGITS = 16
};

/*
 * Checks everything in a proposal but its signature, channel and freshness, in this order: in
 * force, parties, purpose, offence, rules, engine, learns, recipe, case, standing, padding,
 * smallest set, budgets.
 * Both sides call it: the asker before it asks, the holder before it answers.
 * PLM_E_REFUSED with *refusal set.
 */
plm_status plm_policy_check_proposal(const plm_accord *accord, const plm_in_force *state,
                                     const plm_usage *usage, const plm_proposal *proposal,
                                     plm_refusal *refusal) PLM_MUST_CHECK;

/*
 * Checks everything in an asker's opening of a connection for lookups but its signature, channel
 * and freshness: in force, parties, purpose, offence, recipe, case, and that there may be lookups
 * at all. The effective purpose in *effective, as of plm_policy_effective. Both sides call it.
 * PLM_E_REFUSED with *refusal set.
 */
plm_status plm_policy_check_lookup(plm_effective *effective, const plm_accord *accord,
                                   const plm_in_force *state, const plm_lookup_open *open,
                                   plm_refusal *refusal) PLM_MUST_CHECK;

/* Why a record does not take part. */
typedef enum plm_exclusion {
    PLM_ADMITTED = 0,
    PLM_EXCLUDED_ROLE,      /* not a role the purpose has for this side; or accused, of age, and the
                               aim is protection - whatever the accord says */
    PLM_EXCLUDED_PROTECTED, /* victim or witness in a suspect purpose - whatever the accord says */
    PLM_EXCLUDED_MINOR,     /* may be a minor, in a suspect purpose - whatever the accord says */
    PLM_EXCLUDED_OFFENCE,   /* none of its offences is in the purpose's catalogue */
    PLM_EXCLUDED_RETENTION, /* its retention date has passed */
    PLM_EXCLUSION_COUNT
} plm_exclusion;

const char *plm_exclusion_sentence(plm_exclusion why);

plm_exclusion plm_policy_admit(const plm_purpose *purpose, bool is_asker, const plm_record *record,
                               plm_date today);

/* The part of it that every aim has: is it one of the roles; offence; retention. */
plm_exclusion plm_policy_admit_listed(const plm_purpose *purpose, uint32_t roles,
                                      const plm_record *record, plm_date today);
/* In a tally under a purpose of plm_policy_tally, in which all sides are alike: persons only. */
plm_exclusion plm_policy_admit_tally(const plm_purpose *purpose, const plm_record *record,
                                     plm_date today);

/*
 * The part of it about repetitions: that the purpose has them, not too late, not too soon. A
 * proposal of a run by itself passes.
 */
plm_status plm_policy_check_standing(const plm_effective *effective, plm_date today,
                                     const plm_usage *usage, const plm_proposal *proposal,
                                     plm_refusal *refusal) PLM_MUST_CHECK;
/*
 * How much sooner than agreed a repetition may come, in milliseconds: neither clocks nor the time
 * that a run takes to begin are the same twice. A tenth of the interval, ten minutes at most.
 */
int64_t plm_policy_standing_slack(int64_t interval_ms);
/*
 * The number of tokens that a standing run is proposed with in which the asker enters n of its
 * n_all: the smallest pad_to * 2^k that holds them and the purpose's smallest set, so that the size
 * of a change is told to within a factor of two; but no more than all of them would be, nor than a
 * run may have if n fit into one.
 */
uint64_t plm_policy_standing_class(const plm_purpose *purpose, uint64_t n, uint64_t n_all);

/* The engine of a run in which the asker has n_tokens, padding included. */
plm_match_engine plm_policy_engine(const plm_purpose *purpose, uint64_t n_tokens);

/* n rounded up to the purpose's pad_to (at least one multiple); UINT64_MAX if no multiple fits. */
uint64_t plm_policy_padded(const plm_purpose *purpose, uint64_t n);

#endif
