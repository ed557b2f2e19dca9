/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/config.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    CONFIG_MAX = 1 << 16
};

/* A piece of the file, without the blanks around it. */
static plm_span trim(const char *start, const char *end)
{
    while (start < end && strchr(" \t\r", *start) != NULL) {
        start++;
    }
    while (end > start && strchr(" \t\r", end[-1]) != NULL) {
        end--;
    }
    return plm_span_of(start, (size_t)(end - start));
}

static plm_status take_line(plm_config *out, const char *line, const char *end, const char *path,
                            uint64_t number, const plm_diag_sink *sink)
{
    const char *equals = (const char *)memchr(line, '=', (size_t)(end - line));
    plm_span name = trim(line, equals != NULL ? equals : end);
    if (name.n == 0 && equals == NULL) {
        return PLM_OK;
    }
    if (name.n > 0 && name.p[0] == '#') {
        return PLM_OK;
    }
    if (equals == NULL) {
        plm_diag_error(sink, path, number, NULL, "is not NAME = VALUE");
        return PLM_E_INVALID;
    }
    plm_span value = trim(equals + 1, end);
    if (!plm_span_equal(name, plm_span_str("store"))) {
        plm_diag_error(sink, path, number, NULL, "there is no setting \"%.*s\"",
                       (int)(name.n < 64 ? name.n : 64), (const char *)name.p);
        return PLM_E_INVALID;
    }
    if (out->store[0] != '\0' || value.n == 0 || value.n >= sizeof out->store) {
        plm_diag_error(sink, path, number, "store",
                       out->store[0] != '\0' ? "stands there twice"
                       : value.n == 0        ? "is empty"
                                             : "is too long");
        return PLM_E_INVALID;
    }
    memcpy(out->store, value.p, value.n);
    out->store[value.n] = '\0';
    return PLM_OK;
}

plm_status plm_config_read(plm_config *out, const char *path, const plm_diag_sink *sink)
{
    plm_buf text;
    plm_config config = {.store = ""};
    plm_buf_init(&text, CONFIG_MAX);
    plm_status status = plm_file_read(path, &text);
    if (status == PLM_E_IO && errno == ENOENT) {
        *out = config;
        return PLM_OK;
    }
    if (status == PLM_OK && text.n > 0 && memchr(text.data, '\0', text.n) != NULL) {
        plm_diag_error(sink, path, 0, NULL, "is no text");
        status = PLM_E_INVALID;
    }
    const char *line = (const char *)text.data;
    const char *end = line + text.n;
    for (uint64_t number = 1; status == PLM_OK && text.n > 0 && line < end; number++) {
        const char *next = (const char *)memchr(line, '\n', (size_t)(end - line));
        next = next != NULL ? next : end;
        status = take_line(&config, line, next, path, number, sink);
        line = next < end ? next + 1 : end;
    }
    if (status == PLM_OK) {
        *out = config;
    }
    plm_buf_wipe(&text);
    return status;
}

plm_status plm_config_write(const plm_config *config, const char *path, bool exclusive)
{
    plm_buf text;
    plm_buf_init(&text, CONFIG_MAX);
    plm_status status = plm_buf_printf(
        &text, "# Settings of this node; see palermo(1), FILES. Nothing secret belongs here.\n");
    if (status == PLM_OK && config->store[0] != '\0') {
        status = plm_buf_printf(&text, "store = %s\n", config->store);
    }
    if (status == PLM_OK) {
        status = plm_file_write(path, plm_buf_span(&text), 0600, exclusive);
    }
    plm_buf_wipe(&text);
    return status;
}
