/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_list.c - palermo index list, show, watch, notices.
 */
#include "cli/index.h"

#include "cli/exit.h"
#include "cli/say.h"
#include "index/changes.h"
#include "node/agreement.h"
#include "node/lookup_watch.h"
#include "store/lookups.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct listing {
    bool json;
    json_t *list;
} listing;

static int end_list(listing *l)
{
    int result = l->json ? plm_say_json(json_incref(l->list)) : PLM_EXIT_OK;
    json_decref(l->list);
    return result;
}

static int open_home(plm_home *home, plm_common *common, const plm_usage_text *usage, int argc,
                     char **argv)
{
    const plm_option options[] = {PLM_COMMON_OPTIONS(common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(home, common, usage->command);
    return status == PLM_OK ? -1 : plm_exit_status(status, 0);
}

/* --- list ------------------------------------------------------------------------------------ */

static plm_status list_epoch(void *context, const plm_stored_epoch *e)
{
    listing *l = (listing *)context;
    char hash[65];
    char made[PLM_TIME_TEXT];
    char changed[PLM_TIME_TEXT];
    char until[PLM_TIME_TEXT] = "";
    char n[PLM_NUMBER_TEXT];
    plm_hex_encode(hash, e->accord_hash, sizeof e->accord_hash);
    plm_say_time(made, e->made_ms);
    plm_say_time(changed, e->changed_ms);
    if (e->until_ms != 0) {
        plm_say_time(until, e->until_ms);
    }
    if (l->json) {
        (void)json_array_append_new(
            l->list,
            json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:I, s:I, s:I, s:b, s:s, s:s, s:s}", "party",
                      "", "accord", hash, "purpose", e->purpose, "epoch", (json_int_t)e->epoch,
                      "state", plm_epoch_state_name(e->state), "sequence", (json_int_t)e->sequence,
                      "entries", (json_int_t)e->n_entries, "added", (json_int_t)e->n_added,
                      "withdrawn", (json_int_t)e->n_withdrawn, "labels", (int)e->has_labels, "made",
                      made, "changed", changed, "until", until));
        return PLM_OK;
    }
    (void)printf("ours       %.8s %-16s epoch %" PRIu32 "  %-9s %s entries", hash, e->purpose,
                 e->epoch, plm_epoch_state_name(e->state), plm_say_number(n, e->n_entries));
    (void)printf(", +%s", plm_say_number(n, e->n_added));
    (void)printf(" -%s by changes %" PRIu64 "  of %s%s%s\n", plm_say_number(n, e->n_withdrawn),
                 e->sequence, changed, until[0] != '\0' ? ", until " : "", until);
    return PLM_OK;
}

/* A fetched index: its header alone is read. */
static void list_fetched(listing *l, const char *directory, const char *name)
{
    char path[PATH_MAX + 300];
    char hash[65];
    char made[PLM_TIME_TEXT];
    char n[PLM_NUMBER_TEXT];
    plm_map map;
    plm_index index;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    if (plm_map_open(&map, path) != PLM_OK) {
        return;
    }
    if (plm_index_open_bytes(&index, plm_span_of(map.p, map.n), NULL) == PLM_OK) {
        const plm_index_header *h = &index.header;
        plm_hex_encode(hash, h->accord_hash, sizeof h->accord_hash);
        plm_say_time(made, h->made_ms);
        if (l->json) {
            (void)json_array_append_new(
                l->list,
                json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:b, s:s}", "party", h->party, "accord",
                          hash, "purpose", h->purpose, "epoch", (json_int_t)h->epoch, "state",
                          "fetched", "entries", (json_int_t)h->n_entries, "labels",
                          (int)(h->label_bytes > 0), "made", made));
        } else {
            (void)printf("%-10s %.8s %-16s epoch %" PRIu32 "  fetched   %s entries  of %s\n",
                         h->party, hash, h->purpose, h->epoch, plm_say_number(n, h->n_entries),
                         made);
        }
    }
    plm_map_close(&map);
}

static void list_peers(listing *l, const plm_home *home)
{
    char directory[PATH_MAX + 16];
    (void)snprintf(directory, sizeof directory, "%s/peers", home->directory);
    struct dirent **names;
    int n = scandir(directory, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        const char *ending = strrchr(names[i]->d_name, '.');
        if (ending != NULL && strcmp(ending, ".index") == 0) {
            list_fetched(l, directory, names[i]->d_name);
        }
        free(names[i]);
    }
    if (n >= 0) {
        free(names);
    }
}

int plm_index_verb_list(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo index list", "[OPTIONS]",
                                         "The indexes here: ours, and those fetched from others."};
    plm_common common = {0};
    plm_home home = {0};
    int result = open_home(&home, &common, &usage, argc, argv);
    if (result >= 0) {
        return result;
    }
    listing l = {.json = common.json, .list = json_array()};
    plm_status status = plm_store_each_epoch(home.store, NULL, NULL, list_epoch, &l);
    list_peers(&l, &home);
    plm_home_close(&home);
    result = end_list(&l);
    return status == PLM_OK ? result : plm_say_status(usage.command, "the store", status);
}

/* --- show ------------------------------------------------------------------------------------ */

static int show_index(const char *command, const char *path, bool json, const uint8_t *identity)
{
    plm_map map;
    plm_index index;
    plm_status status = plm_map_open(&map, path);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path, strerror(errno));
        return PLM_EXIT_INPUT;
    }
    const plm_span bytes = plm_span_of(map.p, map.n);
    status = plm_index_open_bytes(&index, bytes, identity);
    if (status == PLM_OK) {
        status = plm_index_verify(&index);
    }
    if (status != PLM_OK) {
        plm_map_close(&map);
        return plm_say_status(command, path, status);
    }
    const plm_index_header *h = &index.header;
    const double per_entry =
        h->n_entries == 0 ? 0 : (double)(map.n - index.labels.n) / (double)h->n_entries;
    char root[65];
    plm_hex_encode(root, h->root, sizeof h->root);
    if (json) {
        (void)plm_say_json(json_pack(
            "{s:s, s:s, s:I, s:I, s:I, s:I, s:f, s:s, s:b}", "party", h->party, "purpose",
            h->purpose, "epoch", (json_int_t)h->epoch, "entries", (json_int_t)h->n_entries, "bytes",
            (json_int_t)map.n, "label_bytes", (json_int_t)h->label_bytes, "bytes_per_entry",
            per_entry, "root", root, "signed", (int)(identity != NULL)));
    } else {
        char n[PLM_NUMBER_TEXT];
        (void)printf("%s, purpose %s, epoch %" PRIu32 "\n", h->party, h->purpose, h->epoch);
        (void)printf("%s entries", plm_say_number(n, h->n_entries));
        (void)printf(", %s bytes: ", plm_say_number(n, map.n));
        (void)printf("%.2f an entry without labels\n", per_entry);
        (void)printf("a token that is not in it is taken for one with probability 2^-40 at most\n");
        (void)printf("every byte is as it was signed%s\n",
                     identity != NULL ? "" : " (by whom was not looked at: give --with CODE)");
    }
    plm_map_close(&map);
    return PLM_EXIT_OK;
}

int plm_index_verb_show(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo index show", "FILE [--with CODE] [OPTIONS]",
                                         "Checks every byte of an index file and says what it is."};
    plm_common common = {0};
    plm_home home = {0};
    const char *path = NULL;
    const char *with = NULL;
    size_t n;
    const plm_option options[] = {
        {"with", PLM_OPTION_TEXT, &with, "CODE", "must be signed by this party", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, &n);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (with == NULL) {
        return show_index(usage.command, path, common.json, NULL);
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_tls_pin *pins = NULL;
    status = plm_agreement_pins(&pins, &n, home.store, home.code, with);
    int result = status == PLM_OK ? show_index(usage.command, path, common.json, pins[0].identity)
                                  : plm_say_status(usage.command, with, status);
    free(pins);
    plm_home_close(&home);
    return result;
}

/* --- notices --------------------------------------------------------------------------------- */

static plm_status list_notice(void *context, const plm_stored_notice *n)
{
    listing *l = (listing *)context;
    char reference[33];
    char asked[PLM_TIME_TEXT];
    plm_hex_encode(reference, n->reference, sizeof n->reference);
    plm_say_time(asked, n->asked_ms);
    if (l->json) {
        (void)json_array_append_new(l->list, json_pack("{s:s, s:s, s:I, s:s, s:I, s:s, s:s}",
                                                       "party", n->peer, "purpose", n->purpose,
                                                       "epoch", (json_int_t)n->epoch, "reference",
                                                       reference, "record", (json_int_t)n->record,
                                                       "case", n->case_ref, "asked", asked));
    } else {
        (void)printf("%s  %-10s %-16s record %" PRId64 "  reference %.8s  their case %.8s\n", asked,
                     n->peer, n->purpose, n->record, reference, n->case_ref);
    }
    return PLM_OK;
}

int plm_index_verb_notices(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index notices", "[OPTIONS]",
        "Hits of other parties on entries of our indexes, the newest first."};
    plm_common common = {0};
    plm_home home = {0};
    int result = open_home(&home, &common, &usage, argc, argv);
    if (result >= 0) {
        return result;
    }
    listing l = {.json = common.json, .list = json_array()};
    plm_status status = plm_store_each_notice(home.store, list_notice, &l);
    plm_home_close(&home);
    result = end_list(&l);
    return status == PLM_OK ? result : plm_say_status(usage.command, "the store", status);
}

/* --- watch ----------------------------------------------------------------------------------- */

static void take_watched(void *context, const plm_watched *w)
{
    listing *l = (listing *)context;
    if (l->json) {
        (void)json_array_append_new(
            l->list,
            json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:o}", "party",
                      w->peer, "purpose", w->purpose, "hours", (json_int_t)w->n_hours, "active",
                      (json_int_t)w->n_active, "evaluated", (json_int_t)w->charged, "refused",
                      (json_int_t)w->refused, "hits", (json_int_t)w->hits, "median_hour",
                      (json_int_t)w->median, "highest_hour", (json_int_t)w->highest, "hit_ratio",
                      w->hit_ratio, "night_share", w->night_share, "remarks",
                      plm_say_words(w->remarks)));
        return;
    }
    char n[PLM_NUMBER_TEXT];
    (void)printf("%-10s %-16s %s evaluated", w->peer, w->purpose, plm_say_number(n, w->charged));
    (void)printf(" in %" PRIu64 " of %" PRIu64 " hours", w->n_active, w->n_hours);
    (void)printf(", %s refused", plm_say_number(n, w->refused));
    (void)printf("; median %s", plm_say_number(n, w->median));
    (void)printf(", highest %s an hour", plm_say_number(n, w->highest));
    (void)printf("; %s hits told, %.6f of all\n", plm_say_number(n, w->hits), w->hit_ratio);
    if (w->remarks[0] != '\0') {
        (void)printf("           look at this: %s\n", w->remarks);
    }
}

int plm_index_verb_watch(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index watch", "[--hours N] [OPTIONS]",
        "Who asks how much, how evenly, and how often it hits. What is asked can't be seen:\n"
        "questions are blind, so one who walks through numbers shows in these figures or not at "
        "all."};
    plm_common common = {0};
    plm_home home = {0};
    int64_t hours = 168;
    const plm_option options[] = {
        {"hours", PLM_OPTION_NUMBER, &hours, "N", "back from now (168)", 1, 8760},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    listing l = {.json = common.json, .list = json_array()};
    status = plm_lookup_watch(home.store, plm_wall_ms(), (unsigned)hours, take_watched, &l);
    plm_home_close(&home);
    int result = end_list(&l);
    return status == PLM_OK ? result : plm_say_status(usage.command, "the store", status);
}
