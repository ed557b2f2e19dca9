/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_verdict.c - tells what our reader thinks of requests, for test_request_schema.py.
 *
 *     request_verdict FILE...    for each: "ok", "invalid", or what is missing, in one line
 */
#include "base/file.h"
#include "request/document.h"

#include <stdio.h>

static void tell_missing(void *context, const char *pointer, const char *what, const char *article)
{
    (void)context;
    (void)what;
    (void)article;
    (void)printf("%s ", pointer);
}

int main(int argc, char **argv)
{
    static const plm_diag_sink quiet = {NULL, NULL};
    for (int i = 1; i < argc; i++) {
        plm_document d = {0};
        plm_buf text;
        plm_buf_init(&text, PLM_REQUEST_DOCUMENT_MAX);
        plm_status status = plm_file_read(argv[i], &text);
        if (status == PLM_OK) {
            status =
                plm_document_parse(&d, NULL, plm_buf_span(&text), &quiet, NULL, tell_missing, NULL);
        }
        plm_buf_wipe(&text);
        (void)puts(status != PLM_OK ? "invalid" : d.n_missing == 0 ? "ok" : "missing");
    }
    return 0;
}
