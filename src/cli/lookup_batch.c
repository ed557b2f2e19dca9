/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_batch.c - palermo lookup --batch: a passenger list in, a line of JSON for each passenger
 * out, in order. With --out a list that was broken off goes on behind the last whole line.
 *
 *     {"row": 17, "id": "...", "answers": [...]}      or      {"row": 17, "id": "...", "error":
 * "..."}
 */
#include "base/pool.h"
#include "cli/exit.h"
#include "cli/lookup.h"
#include "cli/lookup_table.h"
#include "cli/operation.h"
#include "cli/say.h"
#include "net/net.h"
#include "node/lookup_json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    CHUNK = 256,      /* rows between two writes, from here */
    CHUNK_FIRST = 64, /* at the node: as many as take about CHUNK_MS */
    CHUNK_MOST = 1024,
    CHUNK_MS = 500,
    BODY_STEP = 1 << 20, /* bytes of a question, about */
    LINE_MAX_BYTES = 1 << 20,
    CONNECT_MS = 10000
};

typedef struct batch {
    const plm_lookup_options *options;
    const char *command;
    plm_inquiry inquiry;
    bool is_at_node;
    plm_lookups *lookups; /* ours, if it is not asked for at the node */
    plm_lookup_table *table;
    plm_lookup_row rows[CHUNK_MOST];
    json_t *answers[CHUNK_MOST]; /* NULL where the row has an error */
    size_t n_rows;
    size_t most_rows; /* the next time */
    uint64_t n_done;  /* rows in the output */
    FILE *out;
    uint64_t n_failed; /* rows that could not be asked */
} batch;

/* The next rows, those behind what is in the output already; n_rows 0 at the end. */
static plm_status read_chunk(batch *b)
{
    plm_status status = PLM_OK;
    b->n_rows = 0;
    while (status == PLM_OK && b->n_rows < b->most_rows) {
        plm_lookup_row *row = &b->rows[b->n_rows];
        status = plm_lookup_table_next(b->table, row);
        if (status == PLM_OK && row->number <= b->n_done) {
            plm_lookup_row_wipe(row);
        } else if (status == PLM_OK) {
            b->answers[b->n_rows++] = NULL;
        }
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

static void ask_rows(void *context, size_t first, size_t last)
{
    batch *b = (batch *)context;
    const size_t n = plm_lookups_n_parties(b->lookups);
    plm_lookup_answer_of *answers = (plm_lookup_answer_of *)calloc(n, sizeof *answers);
    for (size_t i = first; i < last; i++) {
        plm_lookup_row *row = &b->rows[i];
        if (row->error[0] != '\0') {
            continue;
        }
        plm_status status = answers == NULL
                                ? PLM_E_NOMEM
                                : plm_lookups_ask(b->lookups, &row->subject.record,
                                                  (int)b->options->deadline_ms, answers);
        if (status == PLM_OK) {
            b->answers[i] = plm_lookup_answers_json(answers, n);
        } else {
            (void)snprintf(row->error, sizeof row->error, "%s", plm_lookup_row_fault(status));
        }
    }
    free(answers);
}

/* The answers to the rows from `first` on that could be asked. */
static void take_results(batch *b, size_t first, const json_t *results)
{
    size_t n = 0;
    for (size_t i = first; n < json_array_size(results); i++) {
        if (b->rows[i].error[0] != '\0') {
            continue;
        }
        json_t *one = json_array_get(results, n++);
        const char *error = json_string_value(json_object_get(one, "error"));
        if (error != NULL) {
            (void)snprintf(b->rows[i].error, sizeof b->rows[i].error, "%s", error);
        } else {
            b->answers[i] = json_incref(one);
        }
    }
}

/* One question, with the rows from *next on as far as there is room. The exit status. */
static int ask_node_once(batch *b, size_t *next)
{
    const size_t first = *next;
    json_t *subjects = json_array();
    json_t *results = NULL;
    size_t n_bytes = 0;
    for (; *next < b->n_rows && n_bytes < BODY_STEP; ++*next) {
        const plm_lookup_row *row = &b->rows[*next];
        if (row->error[0] == '\0') {
            n_bytes += json_dumpb(row->json, NULL, 0, JSON_COMPACT);
            (void)json_array_append(subjects, row->json);
        }
    }
    const int result = plm_lookups_at_node(&b->inquiry, b->options, subjects, &results);
    if (result == PLM_EXIT_OK) {
        take_results(b, first, results);
    }
    json_decref(subjects);
    json_decref(results);
    return result;
}

/* All rows; then as many more or fewer as the time that it took allows. */
static int ask_node(batch *b)
{
    const int64_t start_ms = plm_clock_ms();
    size_t next = 0;
    int result = PLM_EXIT_OK;
    while (result == PLM_EXIT_OK && next < b->n_rows) {
        result = ask_node_once(b, &next);
    }
    const int64_t took_ms = plm_clock_ms() - start_ms;
    if (took_ms < CHUNK_MS && b->most_rows < CHUNK_MOST) {
        b->most_rows *= 2;
    } else if (took_ms > (int64_t)2 * CHUNK_MS && b->most_rows > CHUNK_FIRST) {
        b->most_rows /= 2;
    }
    return result;
}

static plm_status write_row(batch *b, size_t i)
{
    plm_buf line;
    const plm_lookup_row *row = &b->rows[i];
    json_t *out = b->answers[i] != NULL ? b->answers[i] : json_pack("{s:s}", "error", row->error);
    b->n_failed += b->answers[i] == NULL;
    b->answers[i] = NULL;
    plm_buf_init(&line, LINE_MAX_BYTES);
    (void)json_object_set_new(out, "row", json_integer((json_int_t)row->number));
    if (row->id != NULL) {
        (void)json_object_set_new(out, "id", json_string(row->id));
    }
    plm_status status = plm_json_dump(out, false, &line);
    if (status == PLM_OK &&
        (fwrite(line.data, 1, line.n, b->out) != line.n || fputc('\n', b->out) == EOF)) {
        status = PLM_E_IO;
    }
    json_decref(out);
    plm_buf_wipe(&line);
    return status;
}

static plm_status write_chunk(batch *b)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; i < b->n_rows; i++) {
        if (status == PLM_OK) {
            status = write_row(b, i);
        }
        json_decref(b->answers[i]);
        plm_lookup_row_wipe(&b->rows[i]);
    }
    b->n_done += b->n_rows;
    return status == PLM_OK && fflush(b->out) != 0 ? PLM_E_IO : status;
}

/* Rows that are not answered. */
static void wipe_chunk(batch *b)
{
    for (size_t i = 0; i < b->n_rows; i++) {
        json_decref(b->answers[i]);
        plm_lookup_row_wipe(&b->rows[i]);
    }
    b->n_rows = 0;
}

/* The row that a line of the output is about; 0: it is no such line. */
static uint64_t row_of(const plm_buf *line)
{
    static const plm_diag_sink nobody = {NULL, NULL};
    json_t *root = NULL;
    uint64_t row = 0;
    if (plm_json_parse(&root, plm_buf_span(line), &nobody, NULL, 0) == PLM_OK) {
        row = (uint64_t)json_integer_value(json_object_get(root, "row"));
    }
    json_decref(root);
    return row;
}

/*
 * Counts the whole lines of the output so far; where the half of one stands behind them, *whole
 * says. PLM_E_INVALID: these are not the answers to the rows from the first on: another file.
 */
static plm_status count_lines(batch *b, FILE *file, long *whole)
{
    plm_buf line;
    plm_status status = PLM_OK;
    plm_buf_init(&line, LINE_MAX_BYTES);
    for (int c = fgetc(file); status == PLM_OK && c != EOF; c = fgetc(file)) {
        if (c != '\n') {
            const bool is_other = line.n == 0 && c != '{';
            status = is_other ? PLM_E_INVALID : plm_buf_append_u8(&line, (uint8_t)c);
        } else if (row_of(&line) == b->n_done + 1) {
            b->n_done++;
            *whole = ftell(file);
            plm_buf_clear(&line);
        } else {
            status = PLM_E_INVALID;
        }
    }
    plm_buf_wipe(&line);
    return status == PLM_E_LIMIT ? PLM_E_INVALID : status;
}

/* Goes on behind what is in the output already. */
static plm_status open_out(batch *b)
{
    if (b->options->out == NULL) {
        b->out = stdout;
        return PLM_OK;
    }
    int fd = open(b->options->out, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "r+") : NULL;
    if (file == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return PLM_E_IO;
    }
    long whole = 0;
    plm_status status = flock(fd, LOCK_EX | LOCK_NB) != 0 ? PLM_E_EXISTS : PLM_OK;
    if (status == PLM_OK) {
        status = count_lines(b, file, &whole);
    }
    if (status == PLM_OK &&
        (TEMP_FAILURE_RETRY(ftruncate(fd, whole)) != 0 || fseek(file, whole, SEEK_SET) != 0)) {
        status = PLM_E_IO;
    }
    if (status != PLM_OK) {
        (void)fclose(file);
        return status;
    }
    b->out = file;
    return PLM_OK;
}

static int say_no_output(const char *command, const char *path, plm_status status)
{
    plm_say_error(command, "%s: %s", path,
                  status == PLM_E_IO        ? strerror(errno)
                  : status == PLM_E_EXISTS  ? "another process writes there"
                  : status == PLM_E_INVALID ? "has something else in it than the answers to the "
                                              "first rows of this table"
                                            : plm_status_sentence(status));
    return status == PLM_E_INVALID ? PLM_EXIT_INPUT : PLM_EXIT_FAILED;
}

/* What ends a batch before its end is said. */
static int say_end(const batch *b, plm_status status)
{
    return status == PLM_OK ? PLM_EXIT_OK : plm_say_status(b->command, b->options->batch, status);
}

/* Connections of our own. -1, or the exit status of what was said. */
static int open_here(batch *b, const plm_usage_text *usage, plm_lookup_home *home)
{
    const int result = plm_lookup_home_open(home, usage, b->options);
    if (result < 0) {
        b->lookups = home->lookups;
        (void)plm_lookups_wait_ready(home->lookups, CONNECT_MS);
    }
    return result;
}

/*
 * The rows that were read, at the node or from here: if the node serves no lookups, from then on.
 * The exit status.
 */
static int ask_chunk(batch *b, const plm_usage_text *usage, plm_lookup_home *home, plm_pool *pool)
{
    int result = b->is_at_node ? ask_node(b) : (int)PLM_GO_ON;
    if (result == PLM_GO_ON && b->lookups == NULL) {
        b->is_at_node = false;
        b->most_rows = CHUNK;
        result = open_here(b, usage, home);
    }
    if (result == PLM_GO_ON) {
        plm_pool_run(pool, b->n_rows, 1, ask_rows, b);
        result = PLM_EXIT_OK;
    }
    return result;
}

static int ask_all(batch *b, const plm_usage_text *usage, plm_lookup_home *home)
{
    const volatile sig_atomic_t *cancel = plm_catch_signals();
    plm_pool *pool = NULL;
    plm_meter meter;
    plm_status status = plm_pool_create(&pool, (unsigned)b->options->at_once);
    int result = say_end(b, status);
    plm_meter_init(&meter, "rows");
    while (result == PLM_EXIT_OK) {
        status = *cancel != 0 ? PLM_E_CANCELLED : read_chunk(b);
        if (status == PLM_OK && b->n_rows == 0) {
            break;
        }
        if (status == PLM_OK) {
            result = ask_chunk(b, usage, home, pool);
        }
        if (status == PLM_OK && result == PLM_EXIT_OK) {
            status = write_chunk(b);
            plm_meter_show(&meter, "ask", b->n_done, 0);
        } else {
            wipe_chunk(b);
        }
        if (status != PLM_OK) {
            plm_meter_end(&meter);
            result = say_end(b, status);
        }
    }
    plm_meter_end(&meter);
    plm_pool_destroy(pool);
    return result == PLM_EXIT_OK && b->n_failed > 0 ? PLM_EXIT_QUARANTINED : result;
}

static int run(const plm_usage_text *usage, batch *b)
{
    plm_lookup_home home = {0};
    plm_status opened = open_out(b);
    if (opened != PLM_OK) {
        return say_no_output(usage->command, b->options->out, opened);
    }
    int result = plm_lookup_inquire(&b->inquiry, usage, b->options);
    b->is_at_node = b->inquiry.is_remote;
    b->most_rows = b->is_at_node ? CHUNK_FIRST : CHUNK;
    if (result == PLM_GO_ON && !b->is_at_node) {
        plm_inquiry_close(&b->inquiry);
        result = open_here(b, usage, &home);
    }
    if (result == PLM_GO_ON) {
        result = ask_all(b, usage, &home);
    }
    if (b->lookups != NULL) {
        plm_lookup_home_close(&home);
    }
    plm_inquiry_close(&b->inquiry);
    if (b->out != stdout && fclose(b->out) != 0 && result == PLM_EXIT_OK) {
        result = PLM_EXIT_FAILED;
    }
    return result;
}

int plm_lookup_batch(const plm_usage_text *usage, const plm_lookup_options *options)
{
    batch *b = (batch *)calloc(1, sizeof *b);
    if (b == NULL) {
        return PLM_EXIT_FAILED;
    }
    b->options = options;
    b->command = usage->command;
    int result = PLM_EXIT_INPUT;
    if (plm_lookup_table_open(&b->table, options->batch, plm_date_of_ms(plm_wall_ms())) == PLM_OK) {
        result = run(usage, b);
        plm_lookup_table_close(b->table);
    }
    free(b);
    return result;
}
