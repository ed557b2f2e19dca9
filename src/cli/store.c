/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c - palermo store: show, copy.
 */
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/store_work.h"
#include "cli/verbs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int show(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo store show", "[OPTIONS]",
        "Says where the node's data are, how many rows they have, and the digest over all of "
        "them,\nwhich is the same for the same content in SQLite and in PostgreSQL."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_home home;
    plm_content content;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_store_work_content(home.store, home.store_path, usage.command, &content);
    int result = plm_exit_status(status, 0);
    const char *database = plm_store_is_postgresql(home.store_path) ? "postgresql" : "sqlite";
    if (status == PLM_OK && common.json) {
        json_t *out = plm_store_work_json(&content);
        (void)json_object_set_new(out, "store", json_string(home.store_path));
        (void)json_object_set_new(out, "database", json_string(database));
        result = plm_say_json(out);
    } else if (status == PLM_OK) {
        char hex[65];
        char rows[PLM_NUMBER_TEXT];
        plm_hex_encode(hex, content.digest, sizeof content.digest);
        (void)printf("%s (%s)\n  rows    %s in %" PRIu64 " tables\n  digest  %s\n", home.store_path,
                     database, plm_say_number(rows, content.n_rows), content.n_tables, hex);
    }
    plm_home_close(&home);
    return result;
}

typedef struct copying {
    plm_common common;
    const char *from; /* NULL: the node's */
    const char *to;
    bool switch_over;
    plm_home home;
    char to_path[PATH_MAX];
} copying;

static plm_status switch_over(const copying *c, const char *command)
{
    plm_config config = {.store = ""};
    (void)snprintf(config.store, sizeof config.store, "%s", c->to);
    plm_status status = plm_config_write(&config, c->home.config_path, false);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s; the copy is complete, but the node still uses %s",
                      c->home.config_path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status),
                      c->home.store_path);
    }
    return status;
}

static int report(const copying *c, const plm_content *content)
{
    if (c->common.json) {
        json_t *out = plm_store_work_json(content);
        (void)json_object_set_new(out, "from", json_string(c->home.store_path));
        (void)json_object_set_new(out, "to", json_string(c->to_path));
        (void)json_object_set_new(out, "switched", json_boolean(c->switch_over));
        return plm_say_json(out);
    }
    char hex[65];
    char rows[PLM_NUMBER_TEXT];
    plm_hex_encode(hex, content->digest, sizeof content->digest);
    (void)printf("%s rows copied, read again and found the same\n  digest  %s\n",
                 plm_say_number(rows, content->n_rows), hex);
    if (c->switch_over) {
        (void)printf("The node uses %s from now on.\n", c->to_path);
    } else {
        (void)printf("The node still uses %s. To change that, write into %s:\n  store = %s\n",
                     c->home.store_path, c->home.config_path, c->to);
    }
    return PLM_EXIT_OK;
}

static plm_status run_copy(copying *c, const char *command, plm_content *content)
{
    plm_store *from = NULL;
    plm_store *to = NULL;
    if (strcmp(c->home.store_path, c->to_path) == 0) {
        plm_say_error(command, "%s: is the store itself", c->to_path);
        return PLM_E_ARGUMENT;
    }
    plm_status status = plm_store_work_open(&from, c->home.store_path, false, command);
    if (status == PLM_OK) {
        status = plm_store_work_open(&to, c->to_path, true, command);
    }
    if (status == PLM_OK) {
        status =
            plm_store_work_copy(to, c->to_path, from, c->home.store_path, true, command, content);
    }
    plm_store_close(to);
    plm_store_close(from);
    return status;
}

static int copy(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo store copy", "--to WHERE [OPTIONS]",
        "Copies all of the node's data into an empty store: a file, or postgresql://... The copy "
        "is\nread again and compared before it is kept. The node must not be serving."};
    copying c = {.from = NULL};
    int fds[PLM_STORE_WORK_LOCKS];
    plm_content content;
    const plm_option options[] = {
        {"from", PLM_OPTION_TEXT, &c.from, "WHERE", "not the node's own store, but this", 0, 0},
        {"to", PLM_OPTION_TEXT, &c.to, "WHERE", "a file, or postgresql://...", 0, 0},
        {"switch", PLM_OPTION_FLAG, &c.switch_over, NULL, "have the node use the copy from now on",
         0, 0},
        PLM_COMMON_OPTIONS(&c.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (c.to == NULL || c.to[0] == '\0' || strlen(c.to) >= PATH_MAX / 2) {
        return plm_usage_error(&usage, "--to is needed");
    }
    plm_status status = plm_home_paths(&c.home, &c.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    /* Both are named as the configuration names them. */
    plm_home there = c.home;
    plm_home_place_store(&there, c.to);
    memcpy(c.to_path, there.store_path, sizeof c.to_path);
    if (c.from != NULL) {
        plm_home_place_store(&c.home, c.from);
    }
    status = plm_store_work_lock(&c.home, fds, usage.command);
    if (status == PLM_OK) {
        status = run_copy(&c, usage.command, &content);
    }
    if (status == PLM_OK && c.switch_over) {
        status = switch_over(&c, usage.command);
    }
    int result = status == PLM_OK ? report(&c, &content) : plm_exit_status(status, 0);
    plm_store_work_unlock(fds);
    return result;
}

int plm_command_store(int argc, char **argv)
{
    static const plm_verb verbs[] = {
        {"show", show, "where the data are, how many rows, and the digest over all of them", NULL},
        {"copy", copy, "copy everything into another file or database, and prove it", NULL},
    };
    return plm_verbs_run("palermo store", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
