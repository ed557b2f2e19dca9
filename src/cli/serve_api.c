/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_api.c - where the local API of palermo serve listens.
 */
#include "cli/serve_api.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "net/local.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int say_error(const char *address, plm_status status, const char *command)
{
    const char *why = status == PLM_E_ARGUMENT ? "is no address: HOST:PORT, or a path with a slash"
                      : status == PLM_E_LIMIT  ? "is too long for the path of a socket"
                      : status == PLM_E_EXISTS ? "somebody listens there already"
                      : status == PLM_E_REJECTED
                          ? "is not of this machine alone: the API listens on loopback, and a "
                            "proxy with TLS stands in front of it"
                          : strerror(errno);
    plm_say_error(command, "--api %s: %s", address, why);
    return plm_exit_status(status, 0);
}

static plm_status open_listener(plm_serve_api *api, const char *address)
{
    const size_t i = api->desk.n_listeners;
    plm_api_listener *listener = &api->desk.listeners[i];
    char *words = api->words[i];
    uint16_t port = 0;
    plm_status status;
    listener->is_local = strchr(address, '/') != NULL;
    if (listener->is_local) {
        status = plm_net_listen_local(address, &listener->fd);
        (void)snprintf(words, sizeof api->words[i], "%.4090s", address);
    } else {
        const char *colon = strrchr(address, ':');
        status = plm_net_listen(address, &listener->fd, &port);
        if (status == PLM_OK) {
            (void)snprintf(words, sizeof api->words[i], "http://%.*s:%u/", (int)(colon - address),
                           address, port);
        }
        if (status == PLM_OK && !plm_net_is_loopback(listener->fd)) {
            (void)close(listener->fd);
            status = PLM_E_REJECTED;
        }
    }
    api->desk.n_listeners += status == PLM_OK;
    return status;
}

int plm_serve_api_open(plm_serve_api *api, const char *directory, const char *command)
{
    char socket[PATH_MAX + 16];
    if (api->addresses.n >= PLM_API_LISTENERS_MAX) {
        plm_say_error(command, "--api: at most %d addresses", PLM_API_LISTENERS_MAX - 1);
        return PLM_EXIT_USAGE;
    }
    if (api->origin[0] != '\0' && strncmp(api->origin, "https://", 8) != 0 &&
        strncmp(api->origin, "http://", 7) != 0) {
        plm_say_error(command, "--api-origin %s: must begin with https:// or http://", api->origin);
        return PLM_EXIT_USAGE;
    }
    for (size_t i = 0; i < api->addresses.n; i++) {
        if (strcmp(api->addresses.items[i], "socket") == 0) {
            continue;
        }
        plm_status status = open_listener(api, api->addresses.items[i]);
        if (status != PLM_OK) {
            return say_error(api->addresses.items[i], status, command);
        }
    }
    (void)snprintf(socket, sizeof socket, "%s/api.sock", directory);
    plm_status status = api->addresses.n > 0 ? open_listener(api, socket) : PLM_OK;
    return status == PLM_OK ? PLM_EXIT_OK : say_error(socket, status, command);
}

void plm_serve_api_remove_sockets(const plm_serve_api *api)
{
    for (size_t i = 0; i < api->desk.n_listeners; i++) {
        if (api->desk.listeners[i].is_local) {
            (void)unlink(api->words[i]); /* one that stays is found to be nobody's */
        }
    }
}
