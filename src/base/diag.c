/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

void plm_diag_report(const plm_diag_sink *sink, const plm_diag *diag)
{
    if (sink != NULL && sink->fn != NULL) {
        sink->fn(sink->context, diag);
    }
}

void plm_diag_error(const plm_diag_sink *sink, const char *file, uint64_t line, const char *field,
                    const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(reason, sizeof reason, format, args);
    va_end(args);
    const plm_diag diag = {PLM_ERROR, file, line, field, reason};
    plm_diag_report(sink, &diag);
}

/* What a file is called, or says, may come from somebody who means ill. */
static void print_disarmed(FILE *out, const char *text, const char *end)
{
    char words[PATH_MAX];
    plm_utf8_print(words, sizeof words, "%s", text);
    plm_utf8_disarm(words);
    (void)fprintf(out, "%s%s", words, end);
}

void plm_diag_print(void *context, const plm_diag *diag)
{
    FILE *out = (FILE *)context;
    if (diag->file != NULL) {
        print_disarmed(out, diag->file, ":");
    }
    if (diag->line > 0) {
        (void)fprintf(out, "%" PRIu64 ":", diag->line);
    }
    if (diag->field != NULL) {
        print_disarmed(out, diag->field, ":");
    }
    (void)fprintf(out, "%s%s", diag->file != NULL || diag->field != NULL ? " " : "",
                  diag->severity == PLM_WARNING ? "warning: " : "");
    print_disarmed(out, diag->reason, "\n");
}
