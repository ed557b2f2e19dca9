/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/say.h"

#include "base/utf8.h"
#include "cli/exit.h"
#include "net/net.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum {
    OUTPUT_MAX = 1 << 30,
    ERROR_MAX = 8192, /* two paths */
    SHOW_EVERY_MS = 100
};

int plm_say_json(json_t *value)
{
    plm_buf out;
    plm_buf_init(&out, OUTPUT_MAX);
    plm_status status = value == NULL ? PLM_E_NOMEM : plm_json_dump(value, true, &out);
    if (status == PLM_OK && (fwrite(out.data, 1, out.n, stdout) != out.n || fflush(stdout) != 0)) {
        status = PLM_E_IO;
    }
    json_decref(value);
    plm_buf_wipe(&out);
    return status == PLM_OK ? PLM_EXIT_OK : plm_say_status("palermo", "standard output", status);
}

void plm_say_error(const char *command, const char *format, ...)
{
    char words[ERROR_MAX];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(words, sizeof words, format, args);
    va_end(args);
    plm_utf8_disarm(words); /* names of files come from elsewhere too */
    (void)fprintf(stderr, "%s: %s\n", command, words);
}

plm_status plm_status_named(const char *name)
{
    plm_status status = PLM_OK;
    while (status < PLM_STATUS_COUNT - 1 && strcmp(plm_status_name(status), name) != 0) {
        status++;
    }
    return status;
}

int plm_say_status(const char *command, const char *what, plm_status status)
{
    plm_say_error(command, "%s: %s", what, plm_status_sentence(status));
    return plm_exit_status(status, 0);
}

void plm_say_time(char out[PLM_TIME_TEXT], int64_t unix_ms)
{
    plm_time_format(out, unix_ms);
}

const char *plm_say_clock_ahead(char out[PLM_CLOCK_TEXT], int64_t now_ms, int64_t seen_ms)
{
    char now[PLM_TIME_TEXT];
    char seen[PLM_TIME_TEXT];
    plm_say_time(now, now_ms);
    plm_say_time(seen, seen_ms);
    (void)snprintf(out, PLM_CLOCK_TEXT,
                   "the clock says %s, and this node has last seen it at %s: nothing is deleted "
                   "for its age until another party has agreed to the time in a run, or "
                   "'palermo check --clock-is-right' says so",
                   now, seen);
    return out;
}

const char *plm_say_number(char out[PLM_NUMBER_TEXT], uint64_t n)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, n);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            out[at++] = ',';
        }
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

void plm_say_padded(const char *text, int columns)
{
    const plm_span s = plm_span_str(text);
    int width = 0;
    bool is_valid = plm_utf8_valid_prefix(s) == s.n;
    for (size_t at = 0; is_valid && at < s.n;) {
        int w = wcwidth((wchar_t)plm_utf8_next(s, &at));
        width += w > 0 ? w : 0;
    }
    (void)printf("%s%*s", text, width < columns ? columns - width : 0, "");
}

void plm_meter_init(plm_meter *meter, const char *unit)
{
    *meter = (plm_meter){.unit = unit};
}

static void print_rate(const plm_meter *meter, uint64_t done, uint64_t total, int64_t elapsed_ms)
{
    char rate_text[PLM_NUMBER_TEXT];
    uint64_t here = done - meter->phase_first;
    if (elapsed_ms < 300 || here == 0) {
        return;
    }
    double rate = (double)here * 1000.0 / (double)elapsed_ms;
    (void)fprintf(stderr, "  %s %s/s", plm_say_number(rate_text, (uint64_t)rate), meter->unit);
    if (total > done) {
        uint64_t left = (uint64_t)((double)(total - done) / rate + 0.5);
        (void)fprintf(stderr, "  %" PRIu64 ":%02" PRIu64 " left", left / 60, left % 60);
    }
}

void plm_meter_show(plm_meter *meter, const char *phase, uint64_t done, uint64_t total)
{
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    int64_t now = plm_clock_ms();
    bool is_new = strncmp(meter->phase, phase, sizeof meter->phase - 1) != 0;
    if (meter->started_ms == 0 || done < meter->phase_first) {
        meter->started_ms = now;
        meter->phase_first = done;
    }
    if (!is_new && now - meter->shown_ms < SHOW_EVERY_MS) {
        return;
    }
    (void)snprintf(meter->phase, sizeof meter->phase, "%s", phase);
    meter->shown_ms = now;
    meter->is_shown = true;
    (void)fprintf(stderr, "\r\033[K%-10s", phase);
    if (total > 0) {
        (void)fprintf(stderr, " %3u %%", (unsigned)((double)done * 100.0 / (double)total));
        print_rate(meter, done, total, now - meter->started_ms);
    }
    (void)fflush(stderr);
}

void plm_meter_end(plm_meter *meter)
{
    if (meter->is_shown) {
        (void)fprintf(stderr, "\r\033[K");
        meter->is_shown = false;
    }
}

void plm_meter_progress(void *context, const plm_run_progress *progress)
{
    plm_meter_show((plm_meter *)context, progress->phase, progress->done, progress->total);
}

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    (void)number;
    caught = caught + 1;
    if (caught > 2) {
        _exit(PLM_EXIT_CANCELLED);
    }
}

const volatile sig_atomic_t *plm_catch_signals(void)
{
    struct sigaction action = {0};
    action.sa_handler = on_signal;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    return &caught;
}

json_t *plm_say_words(const char *text)
{
    json_t *list = json_array();
    while (list != NULL && *text != '\0') {
        size_t n = strcspn(text, " ");
        if (n > 0 && json_array_append_new(list, json_stringn(text, n)) != 0) {
            json_decref(list);
            list = NULL;
            break;
        }
        text += n + (text[n] == ' ');
    }
    return list;
}
