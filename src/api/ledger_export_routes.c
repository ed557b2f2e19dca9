/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_export_routes.c - the whole ledger as one file, of any size: it is written to the disk, so
 * that its length is known and whoever gets less knows that it was cut, and goes out from there.
 */
#include "api/answer.h"
#include "api/ledger_view.h"
#include "api/routes.h"
#include "api/upload.h"
#include "ledger/export.h"
#include "node/party_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STEP = 1 << 16
};

typedef struct export
{
    FILE *file;
}
export;

static plm_status take_bytes(void *context, plm_span bytes)
{
    FILE *file = (FILE *)context;
    return bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, file) == bytes.n ? PLM_OK : PLM_E_IO;
}

static plm_status write_out(const plm_node *node, FILE *file, uint64_t *n)
{
    uint8_t identity[32];
    plm_party_key *keys = NULL;
    size_t n_keys = 0;
    plm_api_own_identity(node, identity);
    plm_status status = plm_party_keys(node->store, node->code, identity, &keys, &n_keys);
    if (status == PLM_OK) {
        const plm_audit_config config = {node->code, keys, n_keys, false};
        status = plm_export_write(node->store, &config, identity, take_bytes, file);
    }
    free(keys);
    const long end = status == PLM_OK ? ftell(file) : 0;
    if (status == PLM_OK && (fflush(file) != 0 || end <= 0)) {
        status = PLM_E_IO;
    }
    rewind(file);
    *n = (uint64_t)end;
    return status;
}

static plm_status send_out(plm_api_call *call, void *context)
{
    const export *e = (const export *)context;
    uint8_t *bytes = (uint8_t *)malloc(STEP);
    plm_status status = bytes != NULL ? PLM_OK : PLM_E_NOMEM;
    for (size_t n = 1; status == PLM_OK && n > 0;) {
        n = fread(bytes, 1, STEP, e->file);
        status =
            ferror(e->file) ? PLM_E_IO : call->write(call->write_context, plm_span_of(bytes, n));
    }
    free(bytes);
    (void)fclose(e->file);
    return status;
}

static plm_status export_ledger(plm_api_call *call)
{
    int fd = -1;
    export *e = (export *)calloc(1, sizeof *e);
    uint64_t n = 0;
    plm_status status = e != NULL ? plm_upload_scratch(call->api, &fd) : PLM_E_NOMEM;
    call->answer.after_context = e;
    if (status == PLM_OK && (e->file = fdopen(fd, "w+")) == NULL) {
        (void)close(fd);
        status = PLM_E_IO;
    }
    if (status == PLM_OK) {
        status = write_out(call->api->node, e->file, &n);
        if (status == PLM_OK) {
            status = plm_api_bytes(call, "application/octet-stream", plm_span_of(NULL, 0),
                                   "palermo-ledger.bin");
        }
        if (status != PLM_OK) {
            (void)fclose(e->file);
        }
    }
    call->answer.stream_bytes = n;
    call->answer.is_stream = status == PLM_OK;
    call->answer.after = status == PLM_OK ? send_out : NULL;
    return status;
}

static const plm_api_route routes[] = {
    {"GET", "/v1/ledger/export", PLM_API_OVERSIGHT, 0, PLM_API_NO_BODY, 0, export_ledger, NULL},
};

const plm_api_table plm_api_ledger_export_routes = {routes, sizeof routes / sizeof *routes};
