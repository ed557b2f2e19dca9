/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_explain.c - palermo rules explain: what the rule "person" asks for, in words and numbers,
 * before anybody signs it.
 */
#include "cli/evaluate.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/rules.h"

#include <stdio.h>
#include <string.h>

static const char command[] = "palermo rules explain";

enum {
    EXAMPLE_VALUES_MAX = PLM_LIST_MAX + 1,
    COLUMN = 28
};

static const uint8_t no_accord[PLM_ACCORD_HASH_BYTES] = {0};

typedef struct explain_options {
    const char *table;
    const char *equivalents;
    int64_t n_a;
    int64_t n_b;
    int64_t n_expected;
    int64_t c;
    bool has_second_look;
    plm_text_list names;
    const char *birth_date;
} explain_options;

static void print_rules(void)
{
    (void)printf("Rules that need one identifier or one fixed combination:\n");
    for (size_t i = 0; i < plm_rule_count(); i++) {
        (void)printf("  %-*s%s\n", COLUMN, plm_rule_name(i), plm_rule_words(i));
    }
    (void)printf("\nThe rule \"person\": %s.\nIts patterns; each asks for as much information as T "
                 "says:\n",
                 plm_rule_words(PLM_RULE_PERSON));
    for (size_t i = 0; i < plm_pattern_count(); i++) {
        const plm_pattern *p = plm_pattern_get(i);
        plm_bits most = 0;
        for (size_t s = 0; s < p->n; s++) {
            most += plm_pattern_slot_cap((plm_pattern_slot)p->slots[s]);
        }
        (void)printf("  %-*s%s (up to %.1f bits)\n", COLUMN, p->name, p->words,
                     plm_bits_value(most));
    }
}

static plm_bits threshold_of(const explain_options *o)
{
    return plm_person_gate_threshold((uint64_t)o->n_a, (uint64_t)o->n_b, (uint64_t)o->n_expected,
                                     (plm_bits)(o->c * PLM_BIT));
}

static void print_threshold(const explain_options *o, const plm_frequency *table)
{
    const plm_bits prior =
        plm_person_gate_prior((uint64_t)o->n_a, (uint64_t)o->n_b, (uint64_t)o->n_expected);
    const plm_bits threshold = threshold_of(o);
    (void)printf(
        "\nTable \"%s\": %s, %s; %llu persons.\n  Made: %s.\n", plm_frequency_header(table, "name"),
        plm_frequency_header(table, "population"), plm_frequency_header(table, "date"),
        (unsigned long long)plm_frequency_persons(table), plm_frequency_header(table, "made"));
    (void)printf(
        "\n%lld and %lld persons, %lld expected in common: log2(%lld x %lld / %lld) = %.1f "
        "bits,\nand c = %lld bits: a combination must carry T = %.2f bits.\n",
        (long long)o->n_a, (long long)o->n_b, (long long)o->n_expected, (long long)o->n_a,
        (long long)o->n_b, (long long)o->n_expected, plm_bits_value(prior), (long long)o->c,
        plm_bits_value(threshold));
    if (threshold <= plm_pattern_slot_cap(PLM_FILL_DATE) && !o->has_second_look) {
        (void)printf("A date of birth would carry it; without a second look it is not enough by "
                     "itself.\n");
    }
}

/* The example as a record; idents keeps the canonical forms. */
static bool make_record(const explain_options *o, plm_record *record, plm_value *values,
                        plm_ident *idents)
{
    size_t n = 0;
    for (size_t i = 0; i <= o->names.n; i++) {
        const bool is_date = i == o->names.n;
        const char *raw = is_date ? o->birth_date : o->names.items[i];
        const plm_ident_type type = is_date ? PLM_IDENT_BIRTH_DATE : PLM_IDENT_NAME;
        if (raw == NULL) {
            continue;
        }
        if (plm_ident_canonicalise(type, "", plm_span_str(raw), &idents[n]) != PLM_OK) {
            plm_say_error(command, "%s \"%s\": %s", plm_ident_type_name(type), raw,
                          plm_ident_reason_text(idents[n].reason));
            return false;
        }
        values[n] = (plm_value){.type = type, .raw = raw, .canonical = idents[n].canonical};
        n++;
    }
    *record =
        (plm_record){.id = "example", .kind = PLM_KIND_PERSON, .values = values, .n_values = n};
    return true;
}

static void print_features(const plm_features *features)
{
    (void)printf("\nWhat can agree with another record, and how much that says:\n");
    for (size_t i = 0; i < features->n; i++) {
        const plm_feature *f = &features->items[i];
        (void)printf("  %-*s%-24.*s%5.1f bits\n", COLUMN,
                     plm_feature_kind_name((plm_feature_kind)f->kind), (int)f->text.n,
                     (const char *)f->text.p, plm_bits_value(f->bits));
    }
}

static void print_combinations(const plm_features *features, const plm_combinations *made)
{
    (void)printf("\nIts tokens (%zu%s):\n", made->n, made->n_cut > 0 ? ", others were cut" : "");
    for (size_t i = 0; i < made->n; i++) {
        const plm_combination *c = &made->items[i];
        (void)printf("  %-*s%5.1f bits ", COLUMN, plm_pattern_get(c->pattern)->name,
                     plm_bits_value(c->bits));
        for (size_t s = 0; s < c->n; s++) {
            const plm_feature *f = &features->items[c->features[s]];
            (void)printf(" %.*s", (int)f->text.n, (const char *)f->text.p);
        }
        (void)printf("\n");
    }
}

static plm_status print_example(const explain_options *o, const plm_frequency *table)
{
    plm_record record;
    plm_value values[EXAMPLE_VALUES_MAX];
    plm_ident idents[EXAMPLE_VALUES_MAX];
    plm_features features;
    plm_combinations made;
    plm_person_gate gate;
    plm_arena arena;
    if (!make_record(o, &record, values, idents)) {
        return PLM_E_REJECTED;
    }
    plm_arena_init(&arena, SIZE_MAX / 2);
    plm_person_gate_init(&gate, table, threshold_of(o), o->has_second_look, no_accord);
    plm_status status = plm_features_of(&features, &record, table, false, &arena);
    if (status == PLM_OK) {
        status =
            plm_person_gate_combine(&made, &gate, &features, PLM_TOKENS_PER_RECORD_MAX, &arena);
    }
    if (status == PLM_OK) {
        print_features(&features);
        print_combinations(&features, &made);
    }
    plm_arena_wipe(&arena);
    return status;
}

int plm_rules_command_explain(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo rules explain", "[--name NAME... --birth-date DATE] [OPTIONS]",
        "Says what the rules ask for, how much information T is for lists of a size, and which "
        "tokens\na person would make."};
    explain_options o = {.table = "international", .n_a = 1000000, .n_b = 1000000, .c = 4};
    const plm_option options[] = {
        {"table", PLM_OPTION_TEXT, &o.table, "NAME", "frequencies: a shipped table or a file", 0,
         0},
        {"equivalents", PLM_OPTION_TEXT, &o.equivalents, "FILE",
         "equivalent given names of the parties' own", 0, 0},
        {"size-a", PLM_OPTION_NUMBER, &o.n_a, "N", "persons of one side (1000000)", 1, INT64_MAX},
        {"size-b", PLM_OPTION_NUMBER, &o.n_b, "N", "and of the other (1000000)", 1, INT64_MAX},
        {"overlap", PLM_OPTION_NUMBER, &o.n_expected, "N",
         "persons in common expected (half of the smaller side)", 1, INT64_MAX},
        {"c", PLM_OPTION_NUMBER, &o.c, "BITS", "strictness (4)", 0, 16},
        {"second-look", PLM_OPTION_FLAG, &o.has_second_look, NULL, "a second look follows", 0, 0},
        {"name", PLM_OPTION_LIST, &o.names, "NAME", "of an example; repeatable", 0, 0},
        {"birth-date", PLM_OPTION_TEXT, &o.birth_date, "DATE", "of the example", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_frequency *table = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.n_expected == 0) {
        o.n_expected = ((o.n_a < o.n_b ? o.n_a : o.n_b) + 1) / 2;
    }
    plm_status status = plm_evaluation_table(&table, command, o.table, o.equivalents);
    if (status == PLM_OK) {
        print_rules();
        print_threshold(&o, table);
    }
    if (status == PLM_OK && (o.names.n > 0 || o.birth_date != NULL)) {
        status = print_example(&o, table);
    }
    plm_frequency_destroy(table);
    return plm_exit_status(status, 0);
}
