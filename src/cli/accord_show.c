/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_show.c - palermo accord list, show, offences.
 */
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "node/agreement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The hashes first: an agreement is read by further queries on the same store. */
typedef struct hash_list {
    uint8_t (*hashes)[PLM_HASH_BYTES];
    size_t n;
} hash_list;

static plm_status collect(void *context, const uint8_t hash[static 32], plm_span bytes,
                          int64_t adopted_ms)
{
    hash_list *list = (hash_list *)context;
    (void)bytes;
    (void)adopted_ms;
    uint8_t(*hashes)[PLM_HASH_BYTES] =
        (uint8_t(*)[PLM_HASH_BYTES])realloc(list->hashes, (list->n + 1) * sizeof *hashes);
    if (hashes == NULL) {
        return PLM_E_NOMEM;
    }
    list->hashes = hashes;
    memcpy(list->hashes[list->n++], hash, PLM_HASH_BYTES);
    return PLM_OK;
}

static json_t *agreement_json(const plm_home *home, const plm_agreement *agreement)
{
    const plm_accord *accord = agreement->accord;
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(plm_wall_ms()));
    char hash[65];
    char expires[PLM_DATE_TEXT];
    json_t *parties = json_array();
    json_t *purposes = json_array();
    plm_hex_encode(hash, accord->hash, sizeof accord->hash);
    plm_date_format(expires, accord->expires);
    for (size_t i = 0; i < accord->n_parties; i++) {
        const char *code = accord->parties[i].code;
        plm_refusal refusal;
        bool ratified = plm_in_force_ratification(&state, code) != NULL;
        bool is_self = strcmp(code, home->code) == 0;
        bool in_force =
            !is_self && plm_policy_in_force(accord, &state, home->code, code, &refusal) == PLM_OK;
        (void)json_array_append_new(parties,
                                    json_pack("{s:s, s:b, s:b}", "code", code, "ratified",
                                              (int)ratified, "in_force_with_us", (int)in_force));
    }
    for (size_t i = 0; i < accord->n_purposes; i++) {
        (void)json_array_append_new(purposes, json_string(accord->purposes[i].code));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o}", "accord", hash, "title", accord->title, "expires",
                     expires, "parties", parties, "purposes", purposes);
}

static void print_agreement(const json_t *entry)
{
    size_t i;
    json_t *party;
    (void)printf("%s\n  %s, until %s\n", json_string_value(json_object_get(entry, "accord")),
                 json_string_value(json_object_get(entry, "title")),
                 json_string_value(json_object_get(entry, "expires")));
    json_array_foreach(json_object_get(entry, "parties"), i, party)
    {
        (void)printf("  %-14s %s%s\n", json_string_value(json_object_get(party, "code")),
                     json_is_true(json_object_get(party, "ratified")) ? "ratified" : "not ratified",
                     json_is_true(json_object_get(party, "in_force_with_us")) ? ", in force with us"
                                                                              : "");
    }
}

int plm_accord_command_list(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo accord list", "[OPTIONS]",
                                         "Lists the adopted accords and who ratified them."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    hash_list list = {NULL, 0};
    json_t *entries = json_array();
    status = plm_store_each_accord(home.store, collect, &list);
    for (size_t i = 0; status == PLM_OK && i < list.n; i++) {
        plm_agreement *agreement;
        status = plm_agreement_load(&agreement, home.store, list.hashes[i]);
        if (status == PLM_OK) {
            json_t *entry = agreement_json(&home, agreement);
            if (!common.json) {
                print_agreement(entry);
            }
            (void)json_array_append_new(entries, entry);
            plm_agreement_destroy(agreement);
        }
    }
    free(list.hashes);
    plm_home_close(&home);
    if (status != PLM_OK) {
        json_decref(entries);
        return plm_say_status(usage.command, home.store_path, status);
    }
    if (common.json) {
        return plm_say_json(entries);
    }
    json_decref(entries);
    return PLM_EXIT_OK;
}

static plm_status parse_hash(const char *command, const char *text, uint8_t hash[static 32])
{
    if (plm_hex_decode(hash, 32, text) < 0) {
        plm_say_error(command, "\"%s\" is no hash of an accord: 64 hexadecimal digits", text);
        return PLM_E_INVALID;
    }
    return PLM_OK;
}

int plm_accord_command_show(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo accord show", "HASH",
                                         "Prints an adopted accord's own bytes."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *text;
    uint8_t hash[32];
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &text, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home = {0};
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    plm_status status = parse_hash(usage.command, text, hash);
    if (status == PLM_OK) {
        status = plm_home_open(&home, &common, usage.command);
    }
    if (status == PLM_OK) {
        status = plm_store_get_accord(home.store, hash, &bytes);
        if (status == PLM_OK) {
            (void)fwrite(bytes.data, 1, bytes.n, stdout);
        } else {
            (void)plm_say_status(usage.command, text, status);
        }
    }
    plm_buf_wipe(&bytes);
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

int plm_accord_command_offences(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord offences", "[--json]",
        "Lists the closed catalogue of treaty offences, from which accords pick."};
    bool json = false;
    const plm_option options[] = {
        {"json", PLM_OPTION_FLAG, &json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < plm_offence_count(); i++) {
        const plm_offence *offence = plm_offence_at(i);
        if (!json) {
            (void)printf("%-14s %s\n%14s %s\n", offence->code, offence->title, "", offence->source);
        }
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:s, s:s}", "code", offence->code, "title",
                                              offence->title, "source", offence->source));
    }
    if (json) {
        return plm_say_json(list);
    }
    json_decref(list);
    return PLM_EXIT_OK;
}
