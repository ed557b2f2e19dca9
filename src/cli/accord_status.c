/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_status.c - palermo accord status: what each party did about an accord, and what is in
 * force between us and each of them.
 */
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

static const plm_denunciation *denunciation_of(const plm_agreement *agreement, const char *party)
{
    for (size_t i = 0; i < agreement->n_denounced; i++) {
        if (strcmp(agreement->denounced[i]->head.party, party) == 0) {
            return agreement->denounced[i];
        }
    }
    return NULL;
}

static json_t *party_json(const plm_home *home, const plm_agreement *agreement,
                          const plm_in_force *state, const char *code)
{
    const plm_ratification *r = plm_in_force_ratification(state, code);
    const plm_denunciation *d = denunciation_of(agreement, code);
    char ratified[PLM_TIME_TEXT] = "";
    char last_day[PLM_DATE_TEXT] = "";
    plm_refusal refusal = {PLM_REFUSAL_NONE, ""};
    bool is_self = strcmp(code, home->code) == 0;
    bool in_force = !is_self && plm_policy_in_force(agreement->accord, state, home->code, code,
                                                    &refusal) == PLM_OK;
    if (r != NULL) {
        plm_say_time(ratified, r->head.time_ms);
    }
    if (d != NULL) {
        plm_date_format(last_day, d->last_day);
    }
    return json_pack("{s:s, s:s, s:I, s:s, s:b, s:b, s:s}", "code", code, "ratified", ratified,
                     "reservations", (json_int_t)(r != NULL ? r->n_reservations : 0), "bound_until",
                     last_day, "is_us", (int)is_self, "in_force_with_us", (int)in_force, "clause",
                     is_self ? "" : refusal.clause);
}

static json_t *status_json(const plm_home *home, const plm_agreement *agreement)
{
    const plm_accord *accord = agreement->accord;
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(plm_wall_ms()));
    char hash[65];
    char amends[65] = "";
    char expires[PLM_DATE_TEXT];
    json_t *parties = json_array();
    json_t *successors = json_array();
    plm_hex_encode(hash, accord->hash, sizeof accord->hash);
    plm_date_format(expires, accord->expires);
    if (accord->amends) {
        plm_hex_encode(amends, accord->amended_hash, sizeof accord->amended_hash);
    }
    for (size_t i = 0; i < accord->n_parties; i++) {
        (void)json_array_append_new(parties,
                                    party_json(home, agreement, &state, accord->parties[i].code));
    }
    for (size_t i = 0; i < agreement->n_successors; i++) {
        char later[65];
        plm_hex_encode(later, agreement->successors[i].accord->hash, 32);
        (void)json_array_append_new(successors, json_string(later));
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:o}", "accord", hash, "title",
                     accord->title, "expires", expires, "amends", amends, "amended_by", successors,
                     "ratifications", (json_int_t)agreement->n_ratified, "needed",
                     (json_int_t)accord->in_force_after, "parties", parties);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void print_party(const json_t *party)
{
    const char *ratified = text_of(party, "ratified");
    const char *until = text_of(party, "bound_until");
    json_int_t n = json_integer_value(json_object_get(party, "reservations"));
    (void)printf("  %-12s ", text_of(party, "code"));
    if (ratified[0] == '\0') {
        (void)printf("has not ratified");
    } else {
        (void)printf("ratified %s, %lld reservation%s", ratified, (long long)n, n == 1 ? "" : "s");
    }
    if (until[0] != '\0') {
        (void)printf("; denounced: bound until %s", until);
    }
    if (json_is_true(json_object_get(party, "is_us"))) {
        (void)printf(" (this authority)\n");
    } else if (json_is_true(json_object_get(party, "in_force_with_us"))) {
        (void)printf("; in force with us\n");
    } else {
        (void)printf("; not in force with us: clause %s\n", text_of(party, "clause"));
    }
}

static void print_status(const json_t *entry)
{
    size_t i;
    json_t *item;
    (void)printf("%s\n  %s, last day %s, %lld of %lld ratifications\n", text_of(entry, "accord"),
                 text_of(entry, "title"), text_of(entry, "expires"),
                 (long long)json_integer_value(json_object_get(entry, "ratifications")),
                 (long long)json_integer_value(json_object_get(entry, "needed")));
    if (text_of(entry, "amends")[0] != '\0') {
        (void)printf("  amends %s\n", text_of(entry, "amends"));
    }
    json_array_foreach(json_object_get(entry, "amended_by"), i, item)
    {
        (void)printf("  amended by %s\n", json_string_value(item));
    }
    json_array_foreach(json_object_get(entry, "parties"), i, item)
    {
        print_party(item);
    }
}

typedef struct hash_texts {
    json_t *list;
} hash_texts;

static plm_status collect(void *context, const uint8_t hash[static 32], plm_span bytes,
                          int64_t adopted_ms)
{
    char text[65];
    (void)bytes;
    (void)adopted_ms;
    plm_hex_encode(text, hash, 32);
    return json_array_append_new(((hash_texts *)context)->list, json_string(text)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

/* The state of each accord named, appended to out. */
static plm_status gather(const plm_home *home, const char *command, const json_t *hashes,
                         json_t *out)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < json_array_size(hashes); i++) {
        plm_agreement *agreement = NULL;
        status = plm_accord_load(home, command, json_string_value(json_array_get(hashes, i)),
                                 &agreement);
        if (status == PLM_OK) {
            (void)json_array_append_new(out, status_json(home, agreement));
        }
        plm_agreement_destroy(agreement);
    }
    return status;
}

int plm_accord_command_status(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord status", "[HASH]",
        "Says of each adopted accord (or of one) who ratified and denounced it, what amends it, "
        "and\n"
        "with whom it is in force; if it is not, which clause says so."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *hash = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &hash, 0, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home = {0};
    hash_texts hashes = {json_array()};
    json_t *list = json_array();
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK && hash != NULL) {
        (void)json_array_append_new(hashes.list, json_string(hash));
    } else if (status == PLM_OK) {
        status = plm_store_each_accord(home.store, collect, &hashes);
    }
    if (status == PLM_OK) {
        status = gather(&home, usage.command, hashes.list, list);
    }
    int result = plm_exit_status(status, 0);
    if (status == PLM_OK && common.json) {
        result = plm_say_json(json_incref(list));
    } else if (status == PLM_OK) {
        size_t i;
        json_t *entry;
        json_array_foreach(list, i, entry)
        {
            print_status(entry);
        }
    }
    json_decref(list);
    json_decref(hashes.list);
    plm_home_close(&home);
    return result;
}
