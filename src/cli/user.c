/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.c - palermo user: who may use the local API, in which role.
 */
#include "api/identify.h"
#include "base/ct.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "cli/verbs.h"
#include "crypto/sign.h"
#include "net/net.h"
#include "node/user_book.h"

#include <stdio.h>
#include <string.h>

enum {
    PASSWORD_MIN = 12,
    PASSWORD_MAX = 1024
};

#define DAY_MS INT64_C(86400000)

/* The password from a file's first line, or asked for twice; terminated. SECRET. */
static plm_status read_password(const plm_common *common, plm_buf *out, const char *command)
{
    plm_status status = plm_home_secret(common, PLM_UNLOCK_PASSPHRASE, true, out, command);
    if (status == PLM_OK && (out->n < PASSWORD_MIN || out->n > PASSWORD_MAX ||
                             memchr(out->data, '\0', out->n) != NULL)) {
        plm_say_error(command, "a password has %d to %d bytes", PASSWORD_MIN, PASSWORD_MAX);
        status = PLM_E_INVALID;
    }
    return status == PLM_OK ? plm_buf_append_u8(out, '\0') : status;
}

static plm_status set_password(const plm_common *common, char hash[static PLM_PASSWORD_HASH_MAX],
                               const char *command)
{
    plm_buf password;
    plm_buf_init(&password, PLM_UNLOCK_SECRET_MAX);
    plm_status status = read_password(common, &password, command);
    if (status == PLM_OK) {
        status = plm_api_password_hash(hash, (const char *)password.data);
    }
    plm_buf_wipe(&password);
    return status;
}

static int command_add(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo user add", "NAME --role analyst|officer|supervisor|auditor",
        "Adds somebody who may use the local API and the console. The password is asked for, or\n"
        "read from --passphrase-file; with --no-password there are tokens only."};
    plm_common common = {0};
    const char *role = NULL;
    const char *name;
    bool no_password = false;
    const plm_option options[] = {
        {"role", PLM_OPTION_TEXT, &role, "ROLE", "what the user may do", 0, 0},
        {"no-password", PLM_OPTION_FLAG, &no_password, NULL, "a program: tokens only", 0, 0},
        {"passphrase-file", PLM_OPTION_TEXT, &common.passphrase_file, "FILE",
         "file whose first line is the password", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &name, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_user user = {.created_ms = plm_wall_ms()};
    if (role == NULL || plm_user_role_find(&user.role, role) != PLM_OK) {
        return plm_usage_error(&usage, "--role is analyst, officer, supervisor or auditor");
    }
    if (!plm_api_is_user_name(name)) {
        return plm_usage_error(&usage, "\"%s\" is no name: 1 to 64 of a-z, 0-9, dot, hyphen", name);
    }
    (void)snprintf(user.name, sizeof user.name, "%s", name);
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    if (!no_password) {
        status = set_password(&common, user.password, usage.command);
    }
    if (status == PLM_OK) {
        status = plm_user_book_add(home.store, &user);
    }
    if (status == PLM_E_EXISTS) {
        plm_say_error(usage.command, "%s: there is a user of that name", name);
    } else if (status == PLM_E_STORE || status == PLM_E_NOMEM) {
        plm_say_error(usage.command, "%s: %s", home.store_path,
                      plm_store_words(home.store, status));
    } else if (status == PLM_OK && !common.json) {
        (void)printf("%s may use the API as %s\n", name, role);
    } else if (status == PLM_OK) {
        (void)plm_say_json(json_pack("{s:s, s:s}", "name", name, "role", role));
    }
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

static int command_password(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo user password", "NAME",
                                         "Sets a user's password anew; sessions of that user end."};
    plm_common common = {0};
    const char *name;
    char hash[PLM_PASSWORD_HASH_MAX];
    const plm_option options[] = {
        {"passphrase-file", PLM_OPTION_TEXT, &common.passphrase_file, "FILE",
         "file whose first line is the password", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &name, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = set_password(&common, hash, usage.command);
    if (status == PLM_OK) {
        status = plm_store_set_password(home.store, name, hash, NULL);
        if (status != PLM_OK) {
            (void)plm_say_status(usage.command, name, status);
        }
    }
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

static int command_remove(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo user remove", "NAME",
                                         "Removes a user, with all sessions and tokens."};
    plm_common common = {0};
    const char *name;
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &name, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_user_book_remove(home.store, name, plm_wall_ms());
    if (status != PLM_OK) {
        (void)plm_say_status(usage.command, name, status);
    }
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

static void print_users(const plm_operation_call *call, const json_t *users)
{
    size_t i;
    json_t *user;
    (void)call;
    json_array_foreach(users, i, user)
    {
        const long long n = plm_number_of(user, "tokens");
        (void)printf("%-24s %-10s since %s, %lld token%s%s\n", plm_text_of(user, "name"),
                     plm_text_of(user, "role"), plm_text_of(user, "created"), n, n == 1 ? "" : "s",
                     json_is_true(json_object_get(user, "has_password")) ? "" : ", no password");
    }
}

static const plm_operation list = {
    .usage = {"palermo user list", "", "Lists who may use the local API."},
    .method = "GET",
    .path = "/v1/users",
    .shape = plm_items_of,
    .print = print_users,
};

static int command_token(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo user token", "NAME --label TEXT [--days N]",
        "Makes an API token with the role of a user, and prints it this once."};
    plm_common common = {0};
    const char *name;
    const char *label = NULL;
    int64_t days = 0;
    char secret[PLM_API_SECRET_TEXT];
    const plm_option options[] = {
        {"label", PLM_OPTION_TEXT, &label, "TEXT", "what it is for", 0, 0},
        {"days", PLM_OPTION_NUMBER, &days, "N", "it counts for so long; without, for ever", 1,
         3650},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &name, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (label == NULL || label[0] == '\0' || strlen(label) > 64) {
        return plm_usage_error(&usage, "--label is needed, up to 64 bytes");
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_user user;
    plm_api_token_row row = {.user_name = name, .label = label, .created_ms = plm_wall_ms()};
    row.expires_ms = days > 0 ? row.created_ms + days * DAY_MS : 0;
    plm_random(row.id, sizeof row.id);
    plm_api_secret_make(secret, row.hash, PLM_API_LABEL_TOKEN);
    status = plm_store_get_user(home.store, name, &user);
    if (status == PLM_OK) {
        status = plm_store_add_token(home.store, &row);
    }
    if (status != PLM_OK) {
        (void)plm_say_status(usage.command, name, status);
    } else if (common.json) {
        char text[sizeof PLM_API_TOKEN_PREFIX + PLM_API_SECRET_TEXT];
        (void)snprintf(text, sizeof text, "%s%s", PLM_API_TOKEN_PREFIX, secret);
        (void)plm_say_json(json_pack("{s:s, s:s}", "user", name, "secret", text));
    } else {
        (void)printf("%s%s\n", PLM_API_TOKEN_PREFIX, secret);
    }
    plm_wipe(secret, sizeof secret);
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

static const plm_verb verbs[] = {
    {"add", command_add, "let somebody use the API and the console, in a role", NULL},
    {"list", NULL, "list who may", &list},
    {"password", command_password, "set a password anew", NULL},
    {"token", command_token, "make an API token, which is shown once", NULL},
    {"remove", command_remove, "take somebody's access away", NULL},
};

int plm_command_user(int argc, char **argv)
{
    return plm_verbs_run("palermo user", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
