/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_answer.c - what the parties answered, as palermo lookup prints it, and its exit status.
 */
#include "cli/exit.h"
#include "cli/lookup.h"
#include "cli/operation.h"
#include "cli/say.h"
#include "node/lookup_json.h"

#include <stdio.h>
#include <string.h>

static bool says(const json_t *answer, plm_lookup_word word)
{
    return strcmp(plm_text_of(answer, "answer"), plm_lookup_word_name(word)) == 0;
}

static void print_refusal(const json_t *refusal)
{
    const char *clause = plm_text_of(refusal, "clause");
    (void)printf("  %s%s%s", plm_refusal_sentence(plm_refusal_named(plm_text_of(refusal, "code"))),
                 clause[0] != '\0' ? ": " : "", clause);
}

static void print_rules(const json_t *rules)
{
    size_t i;
    json_t *rule;
    json_array_foreach(rules, i, rule)
    {
        (void)printf("%s%s", i > 0 ? ", " : "  ", json_string_value(rule));
    }
}

static void print_answer(const json_t *answer)
{
    const json_t *label = json_object_get(answer, "label");
    (void)printf("%-10s %-12s %5.1f ms", plm_text_of(answer, "party"),
                 plm_text_of(answer, "answer"),
                 json_number_value(json_object_get(answer, "took_ms")));
    if (says(answer, PLM_WORD_NO_ANSWER)) {
        (void)printf("  %s", plm_status_sentence(plm_status_named(plm_text_of(answer, "status"))));
    } else if (says(answer, PLM_WORD_REFUSED)) {
        print_refusal(json_object_get(answer, "refusal"));
    } else if (says(answer, PLM_WORD_HIT)) {
        print_rules(json_object_get(answer, "rules"));
    }
    (void)printf("\n");
    if (label != NULL && says(answer, PLM_WORD_HIT)) {
        const char *handling = plm_text_of(label, "handling");
        (void)printf("           %scontact %s; reference %s%s%s\n",
                     json_is_true(json_object_get(label, "urgent")) ? "URGENT: " : "",
                     plm_text_of(label, "contact"), plm_text_of(label, "reference"),
                     handling[0] != '\0' ? "; " : "", handling);
    }
}

/* 0 if it is an answer. */
static int exit_of(const json_t *answer)
{
    if (says(answer, PLM_WORD_NO_ANSWER)) {
        return plm_exit_status(plm_status_named(plm_text_of(answer, "status")), 0);
    }
    if (says(answer, PLM_WORD_REFUSED)) {
        const json_t *refusal = json_object_get(answer, "refusal");
        return plm_exit_status(PLM_E_REFUSED, plm_refusal_named(plm_text_of(refusal, "code")));
    }
    return says(answer, PLM_WORD_INDEX_OLD) ? PLM_EXIT_NOT_FOUND : PLM_EXIT_OK;
}

int plm_lookup_tell(json_t *answers, bool json)
{
    int result = PLM_EXIT_OK;
    size_t i;
    json_t *answer;
    json_array_foreach(json_object_get(answers, "answers"), i, answer)
    {
        result = result == PLM_EXIT_OK ? exit_of(answer) : result;
        if (!json) {
            print_answer(answer);
        }
    }
    if (json) {
        const int said = plm_say_json(answers);
        return said != PLM_EXIT_OK ? said : result;
    }
    json_decref(answers);
    return result;
}
