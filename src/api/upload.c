/* SPDX-License-Identifier: Apache-2.0 */
#include "api/upload.h"

#include "base/file.h"
#include "crypto/sign.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEEP_S = 60 * 60
};

static int join(char out[static PATH_MAX], const plm_api *api, const char *name)
{
    if (api->home == NULL) {
        return -1;
    }
    const int n = snprintf(out, PATH_MAX, "%.3800s/uploads/%.64s", api->home, name);
    return n > 0 && n < PATH_MAX ? 0 : -1;
}

plm_status plm_upload_path(const plm_api *api, const char *id, char out[static PATH_MAX])
{
    if (strlen(id) != (size_t)2 * PLM_UPLOAD_ID_BYTES ||
        strspn(id, "0123456789abcdef") != strlen(id) || join(out, api, id) < 0 ||
        access(out, R_OK) != 0) {
        return PLM_E_NOT_FOUND;
    }
    return PLM_OK;
}

int plm_upload_beside(const plm_api *api, const char *id, const char *ending,
                      char out[static PATH_MAX])
{
    char name[(size_t)2 * PLM_UPLOAD_ID_BYTES + sizeof ".12345"];
    (void)snprintf(name, sizeof name, "%.*s.%.5s", 2 * PLM_UPLOAD_ID_BYTES, id, ending);
    return join(out, api, name);
}

/* The path of the file with the name of the upload. */
static int name_path(char out[static PATH_MAX], const plm_api *api, const char *id)
{
    return plm_upload_beside(api, id, "name", out);
}

void plm_upload_name(const plm_api *api, const char *id, char out[static PLM_UPLOAD_NAME_MAX])
{
    char path[PATH_MAX];
    plm_buf text;
    plm_buf_init(&text, PLM_UPLOAD_NAME_MAX - 1);
    out[0] = '\0';
    if (name_path(path, api, id) == 0 && plm_file_read(path, &text) == PLM_OK) {
        memcpy(out, text.data, text.n);
        out[text.n] = '\0';
    }
    plm_buf_wipe(&text);
}

plm_status plm_upload_drop(const plm_api *api, const char *id)
{
    char path[PATH_MAX];
    plm_status status = plm_upload_path(api, id, path);
    if (status == PLM_OK && unlink(path) != 0) {
        status = errno == ENOENT ? PLM_E_NOT_FOUND : PLM_E_IO;
    }
    if (status == PLM_OK && name_path(path, api, id) == 0) {
        (void)unlink(path);
    }
    return status;
}

void plm_upload_sweep(const plm_api *api)
{
    char path[PATH_MAX];
    struct stat about;
    if (join(path, api, "") < 0) {
        return;
    }
    DIR *directory = opendir(path);
    const struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.' && join(path, api, entry->d_name) == 0 &&
            stat(path, &about) == 0 && api->now_ms / 1000 - about.st_mtime > KEEP_S) {
            (void)unlink(path);
        }
    }
    if (directory != NULL) {
        (void)closedir(directory);
    }
}

static int random_path(char out[static PATH_MAX], const plm_api *api,
                       char id[static 2 * PLM_UPLOAD_ID_BYTES + 1])
{
    uint8_t random[PLM_UPLOAD_ID_BYTES];
    plm_random(random, sizeof random);
    plm_hex_encode(id, random, sizeof random);
    return join(out, api, id);
}

plm_status plm_upload_keep(const plm_api_call *call, const char *name,
                           char id[static 2 * PLM_UPLOAD_ID_BYTES + 1])
{
    char path[PATH_MAX];
    if (call->spool == NULL || random_path(path, call->api, id) < 0 ||
        rename(call->spool, path) != 0 || name_path(path, call->api, id) < 0) {
        return PLM_E_IO;
    }
    plm_status status = plm_file_write(path, plm_span_str(name), 0600, true);
    if (status != PLM_OK && join(path, call->api, id) == 0) {
        (void)unlink(path); /* nobody is told its id */
    }
    return status;
}

plm_status plm_upload_temporary(const plm_api *api, plm_span bytes, char path[static PATH_MAX])
{
    char id[2 * PLM_UPLOAD_ID_BYTES + 1];
    return random_path(path, api, id) < 0 ? PLM_E_IO : plm_file_write(path, bytes, 0600, true);
}

plm_status plm_upload_scratch(const plm_api *api, int *fd)
{
    char path[PATH_MAX];
    if (join(path, api, "") < 0 || (mkdir(path, 0700) != 0 && errno != EEXIST) ||
        join(path, api, "scratch-XXXXXX") < 0) {
        return PLM_E_IO;
    }
    *fd = mkostemp(path, O_CLOEXEC);
    if (*fd < 0) {
        return PLM_E_IO;
    }
    (void)unlink(path);
    return PLM_OK;
}
