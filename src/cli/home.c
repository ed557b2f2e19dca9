/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/home.h"

#include "base/ct.h"
#include "base/file.h"
#include "cli/config.h"
#include "cli/say.h"
#include "crypto/sign.h"
#include "node/guard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void plm_home_place_store(plm_home *home, const char *where)
{
    if (where[0] == '/' || plm_store_is_postgresql(where)) {
        (void)snprintf(home->store_path, sizeof home->store_path, "%s", where);
    } else {
        (void)snprintf(home->store_path, sizeof home->store_path, "%.2000s/%.2000s",
                       home->directory, where);
    }
}

plm_status plm_home_paths(plm_home *home, const plm_common *common, const char *command)
{
    *home = (plm_home){0};
    const char *directory = common->home;
    int n = 0;
    if (directory == NULL) {
        directory = getenv("PALERMO_HOME");
    }
    if (directory != NULL) {
        n = snprintf(home->directory, sizeof home->directory, "%s", directory);
    } else if (getenv("HOME") != NULL) {
        n = snprintf(home->directory, sizeof home->directory, "%s/.palermo", getenv("HOME"));
    }
    if (n <= 0 || (size_t)n > sizeof home->directory - 32) {
        (void)fprintf(stderr, "%s: no directory for the node: give --home DIR\n", command);
        return PLM_E_ARGUMENT;
    }
    (void)snprintf(home->key_path, sizeof home->key_path, "%.4000s/identity.key", home->directory);
    (void)snprintf(home->config_path, sizeof home->config_path, "%.4000s/palermo.conf",
                   home->directory);
    plm_config config;
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_status status = plm_config_read(&config, home->config_path, &sink);
    if (status != PLM_OK) {
        (void)fprintf(stderr, "%s: %s: %s\n", command, home->config_path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        return status;
    }
    plm_home_place_store(home, config.store[0] != '\0' ? config.store : "palermo.db");
    return PLM_OK;
}

plm_status plm_home_setting(const plm_home *home, const char *key, char *out, size_t size)
{
    plm_buf value;
    plm_buf_init(&value, size - 1);
    plm_status status = plm_store_get_setting(home->store, key, &value);
    if (status == PLM_OK || status == PLM_E_NOT_FOUND) {
        if (value.n > 0) {
            memcpy(out, value.data, value.n);
        }
        out[value.n] = '\0';
        status = PLM_OK;
    }
    plm_buf_wipe(&value);
    return status;
}

void plm_home_say_store(const char *command, const char *where, const char *why)
{
    char shown[PATH_MAX];
    plm_store_shown(shown, sizeof shown, where);
    plm_say_error(command, "%s: %s", shown, why);
}

plm_status plm_home_open(plm_home *home, const plm_common *common, const char *command)
{
    char error[PLM_STORE_ERROR_MAX] = "";
    char identity[65];
    plm_status status = plm_home_paths(home, common, command);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_open(&home->store, home->store_path, false, error);
    if (status == PLM_E_NOT_FOUND) {
        (void)fprintf(stderr, "%s: there is no node in %s: make one with 'palermo init'\n", command,
                      home->directory);
        return status;
    }
    if (status != PLM_OK) {
        plm_home_say_store(command, home->store_path, error);
        return status;
    }
    status = plm_home_setting(home, "authority.code", home->code, sizeof home->code);
    if (status == PLM_OK) {
        status = plm_home_setting(home, "authority.identity", identity, sizeof identity);
    }
    const char *why = plm_status_sentence(status);
    if (status == PLM_OK &&
        (home->code[0] == '\0' || plm_hex_decode(home->identity, 32, identity) < 0)) {
        status = PLM_E_STORE;
        why = "does not say whose node it is";
    }
    if (status != PLM_OK) {
        (void)fprintf(stderr, "%s: %s: %s\n", command, home->store_path, why);
        plm_home_close(home);
    }
    return status;
}

void plm_home_close(plm_home *home)
{
    plm_store_close(home->store);
    home->store = NULL;
}

plm_status plm_home_lock(const plm_home *home, const char *name, int *fd)
{
    char path[PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/%s", home->directory, name);
    return plm_file_lock(path, fd);
}

/* Asks on the terminal without echo; the answer without its line end. */
static plm_status ask(const char *prompt, plm_buf *out)
{
    FILE *tty = fopen("/dev/tty", "r+");
    struct termios before;
    if (tty == NULL || tcgetattr(fileno(tty), &before) != 0) {
        if (tty != NULL) {
            (void)fclose(tty);
        }
        return PLM_E_IO;
    }
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    (void)fputs(prompt, tty);
    (void)fflush(tty);
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
    plm_status status = PLM_OK;
    for (int c = fgetc(tty); status == PLM_OK && c != EOF && c != '\n'; c = fgetc(tty)) {
        status = plm_buf_append_u8(out, (uint8_t)c);
    }
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &before);
    (void)fputs("\n", tty);
    (void)fclose(tty);
    return status;
}

static plm_status ask_passphrase(bool is_new, plm_buf *out, const char *command)
{
    plm_status status = ask(is_new ? "New passphrase: " : "Passphrase: ", out);
    if (status != PLM_OK) {
        (void)fprintf(stderr,
                      "%s: no terminal to ask for the passphrase on: give --key-file or "
                      "--passphrase-file\n",
                      command);
        return status;
    }
    if (!is_new) {
        return PLM_OK;
    }
    plm_buf again;
    plm_buf_init(&again, PLM_UNLOCK_SECRET_MAX);
    status = ask("The same once more: ", &again);
    if (status == PLM_OK && !plm_span_equal(plm_buf_span(out), plm_buf_span(&again))) {
        (void)fprintf(stderr, "%s: the two are not the same\n", command);
        status = PLM_E_INVALID;
    }
    plm_buf_wipe(&again);
    return status;
}

static void cut_first_line(plm_buf *text)
{
    const uint8_t *end = text->n > 0 ? (const uint8_t *)memchr(text->data, '\n', text->n) : NULL;
    if (end != NULL) {
        text->n = (size_t)(end - text->data);
    }
}

plm_status plm_home_secret(const plm_common *common, plm_unlock_kind kind, bool is_new,
                           plm_buf *out, const char *command)
{
    const char *path = common->passphrase_file;
    if (kind == PLM_UNLOCK_KEY_FILE) {
        path = common->key_file != NULL ? common->key_file : getenv("PALERMO_KEY_FILE");
        if (path == NULL) {
            (void)fprintf(stderr,
                          "%s: the identity key is sealed under a key file: give "
                          "--key-file FILE\n",
                          command);
            return PLM_E_LOCKED;
        }
    }
    plm_status status;
    if (path == NULL) {
        status = ask_passphrase(is_new, out, command);
    } else {
        status = plm_file_read(path, out);
        if (status == PLM_OK && kind == PLM_UNLOCK_PASSPHRASE) {
            cut_first_line(out);
        }
        if (status != PLM_OK) {
            (void)fprintf(stderr, "%s: %s: %s\n", command, path,
                          status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        }
    }
    if (status == PLM_OK && out->n == 0) {
        (void)fprintf(stderr, "%s: %s is empty\n", command, path != NULL ? path : "the passphrase");
        status = PLM_E_INVALID;
    }
    return status;
}

plm_status plm_home_unlock(const plm_home *home, const plm_common *common, uint8_t seed[static 32],
                           const char *command)
{
    plm_buf file;
    plm_buf secret;
    plm_unlock_kind kind;
    uint8_t identity[32];
    plm_buf_init(&file, 4096);
    plm_buf_init(&secret, PLM_UNLOCK_SECRET_MAX);
    plm_status status = plm_file_read(home->key_path, &file);
    if (status == PLM_OK) {
        status = plm_keyfile_peek(&kind, identity, plm_buf_span(&file));
    }
    if (status != PLM_OK) {
        (void)fprintf(stderr, "%s: %s: %s\n", command, home->key_path,
                      status == PLM_E_IO      ? strerror(errno)
                      : status == PLM_E_NOMEM ? plm_status_sentence(status)
                                              : "not an identity key of Palermo");
        goto out;
    }
    status = plm_home_secret(common, kind, false, &secret, command);
    if (status != PLM_OK) {
        goto out;
    }
    status = plm_guard_process();
    if (status == PLM_OK) {
        plm_status locked = plm_guard_memory(seed, 32);
        (void)locked; /* tried for a command; palermo serve says what it could not lock */
        status = plm_keyfile_open(seed, plm_buf_span(&file), plm_buf_span(&secret));
    }
    if (status == PLM_OK) {
        plm_identity_public(identity, seed);
        if (memcmp(identity, home->identity, sizeof identity) != 0) {
            plm_wipe(seed, 32);
            status = PLM_E_LOCKED;
        }
    }
    if (status != PLM_OK) {
        (void)fprintf(stderr, "%s: %s: %s\n", command, home->key_path, plm_status_sentence(status));
    }
out:
    plm_buf_wipe(&secret);
    plm_buf_wipe(&file);
    return status;
}
