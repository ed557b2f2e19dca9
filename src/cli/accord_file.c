/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_file.c - what the verbs of palermo accord share: files, and accords found by their hash.
 */
#include "base/file.h"
#include "cli/accord.h"
#include "cli/say.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    SHORT_HASH = 8
};

plm_status plm_accord_read_file(const char *command, const char *path, plm_buf *out)
{
    plm_status status = plm_file_read(path, out);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    return status;
}

plm_status plm_accord_write_document(const char *command, const char *path, plm_span document)
{
    if (path == NULL) {
        return fwrite(document.p, 1, document.n, stdout) == document.n ? PLM_OK : PLM_E_IO;
    }
    plm_status status = plm_file_write(path, document, 0644, false);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path, strerror(errno));
    }
    return status;
}

typedef struct hash_search {
    const char *prefix;
    uint8_t hash[32];
    size_t n_found;
} hash_search;

static plm_status match_hash(void *context, const uint8_t hash[static 32], plm_span bytes,
                             int64_t adopted_ms)
{
    hash_search *search = (hash_search *)context;
    char text[65];
    (void)bytes;
    (void)adopted_ms;
    plm_hex_encode(text, hash, 32);
    if (strncmp(text, search->prefix, strlen(search->prefix)) == 0) {
        memcpy(search->hash, hash, 32);
        search->n_found++;
    }
    return PLM_OK;
}

plm_status plm_accord_load(const plm_home *home, const char *command, const char *text,
                           plm_agreement **out)
{
    hash_search search = {text, {0}, 0};
    size_t n = strlen(text);
    if (n < SHORT_HASH || n > 64 || strspn(text, "0123456789abcdef") != n) {
        plm_say_error(command, "\"%s\" is no hash of an accord: 64 hexadecimal digits", text);
        return PLM_E_INVALID;
    }
    plm_status status = plm_store_each_accord(home->store, match_hash, &search);
    if (status == PLM_OK && search.n_found > 1) {
        plm_say_error(command, "%s: more than one accord begins like that", text);
        return PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        status = search.n_found == 0 ? PLM_E_NOT_FOUND
                                     : plm_agreement_load(out, home->store, search.hash);
    }
    if (status != PLM_OK) {
        plm_say_error(command, "%.16s: %s", text,
                      status == PLM_E_NOT_FOUND ? "no such accord was adopted here"
                                                : plm_store_error(home->store));
    }
    return status;
}
