/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/store_work.h"

#include "base/bytes.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct work {
    plm_meter meter;
    const volatile sig_atomic_t *cancel;
} work;

static plm_status show(void *context, const char *table, uint64_t done, uint64_t total)
{
    work *w = (work *)context;
    plm_meter_show(&w->meter, table, done, total);
    return *w->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

plm_status plm_store_work_open(plm_store **out, const char *where, bool create, const char *command)
{
    char error[PLM_STORE_ERROR_MAX] = "";
    plm_status status = plm_store_open(out, where, create, error);
    if (status != PLM_OK) {
        plm_home_say_store(command, where, error[0] != '\0' ? error : plm_status_sentence(status));
    }
    return status;
}

/* Of the one that failed. */
static const char *words_of(const plm_store *to, const plm_store *from)
{
    const char *words = plm_store_error(to);
    words = words[0] != '\0' ? words : plm_store_error(from);
    return words[0] != '\0' ? words : "they do not have the same tables";
}

/* Whether an earlier copy came to its end, though whoever asked for it was never told. */
static plm_status is_there_already(plm_store *to, plm_store *from, work *w, plm_content *out)
{
    plm_content there;
    plm_status status = plm_store_content(to, show, w, &there);
    if (status == PLM_OK) {
        status = plm_store_content(from, show, w, out);
    }
    if (status == PLM_OK && (there.n_rows != out->n_rows ||
                             memcmp(there.digest, out->digest, sizeof there.digest) != 0)) {
        status = PLM_E_EXISTS;
    }
    return status;
}

plm_status plm_store_work_copy(plm_store *to, const char *where_to, plm_store *from,
                               const char *where_from, bool exclusive, const char *command,
                               plm_content *out)
{
    work w = {.cancel = plm_catch_signals()};
    plm_meter_init(&w.meter, "rows");
    plm_status status = plm_store_copy(to, from, exclusive, show, &w, out);
    if (status == PLM_E_EXISTS) {
        status = is_there_already(to, from, &w, out);
    }
    plm_meter_end(&w.meter);
    if (status == PLM_E_EXISTS) {
        plm_say_error(command, "%s: there is something else in it already; nothing was written",
                      where_to);
    } else if (status == PLM_E_PROOF) {
        plm_say_error(command, "%s: what was written is not what was read from %s; nothing stays",
                      where_to, where_from);
    } else if (status == PLM_E_STORE) {
        plm_say_error(command, "%s to %s: %s; nothing was written", where_from, where_to,
                      words_of(to, from));
    } else if (status != PLM_OK) {
        plm_say_error(command, "%s: %s; nothing was written", where_to,
                      plm_status_sentence(status));
    }
    return status;
}

plm_status plm_store_work_content(plm_store *store, const char *where, const char *command,
                                  plm_content *out)
{
    work w = {.cancel = plm_catch_signals()};
    plm_meter_init(&w.meter, "rows");
    plm_status status = plm_store_content(store, show, &w, out);
    plm_meter_end(&w.meter);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", where,
                      status == PLM_E_STORE ? plm_store_error(store) : plm_status_sentence(status));
    }
    return status;
}

json_t *plm_store_work_json(const plm_content *content)
{
    char hex[65];
    plm_hex_encode(hex, content->digest, sizeof content->digest);
    return json_pack("{s:I, s:I, s:s}", "tables", (json_int_t)content->n_tables, "rows",
                     (json_int_t)content->n_rows, "digest", hex);
}

plm_status plm_store_work_lock(const plm_home *home, int fds[static PLM_STORE_WORK_LOCKS],
                               const char *command)
{
    static const char *const names[PLM_STORE_WORK_LOCKS] = {"serve.lock", "match.lock"};
    static const char *const doing[PLM_STORE_WORK_LOCKS] = {
        "the node is being served: stop it first", "the node is asking: wait for it to end"};
    plm_status status = PLM_OK;
    for (size_t i = 0; i < PLM_STORE_WORK_LOCKS; i++) {
        fds[i] = -1;
        if (status == PLM_OK) {
            status = plm_home_lock(home, names[i], &fds[i]);
            if (status != PLM_OK) {
                plm_say_error(command, "%s/%s: %s", home->directory, names[i],
                              status == PLM_E_EXISTS ? doing[i] : strerror(errno));
            }
        }
    }
    return status;
}

void plm_store_work_unlock(const int fds[static PLM_STORE_WORK_LOCKS])
{
    for (size_t i = 0; i < PLM_STORE_WORK_LOCKS; i++) {
        if (fds[i] >= 0) {
            (void)close(fds[i]);
        }
    }
}
