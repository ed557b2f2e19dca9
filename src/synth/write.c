/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/row.h"
#include "synth/synth.h"

#include <stdio.h>
#include <string.h>

enum {
    FLUSH_BYTES = 1 << 16,
    ID_MAX = 32,
    STREAM_ORDER_A = 6,
    STREAM_ORDER_B = 7
};

/* A file on its way to its sink, in pieces of whole lines. */
typedef struct output {
    const plm_synth_sink *sink;
    plm_buf buf;
} output;

static plm_status flush(output *out, size_t at_least)
{
    plm_status status = PLM_OK;
    if (out->buf.n > 0 && out->buf.n >= at_least) {
        status = out->sink->fn(out->sink->context, plm_buf_span(&out->buf));
        plm_buf_clear(&out->buf);
    }
    return status;
}

/* Person in line `line` of a register, and the other way round. */
static uint64_t person_at(const plm_synth_config *c, bool is_b, uint64_t line)
{
    uint64_t n = is_b ? c->n_b : c->n_a;
    uint64_t key = plm_synth_mix(c->seed ^ plm_synth_mix(is_b ? STREAM_ORDER_B : STREAM_ORDER_A));
    uint64_t person = plm_synth_permute(key, n, line);
    return is_b && person >= c->n_common ? c->n_a + (person - c->n_common) : person;
}

static uint64_t line_in_b_of_common(const plm_synth_config *c, uint64_t person)
{
    return plm_synth_unpermute(plm_synth_mix(c->seed ^ plm_synth_mix(STREAM_ORDER_B)), c->n_b,
                               person);
}

static void write_id(char out[ID_MAX], bool is_b, uint64_t line)
{
    (void)snprintf(out, ID_MAX, "%c-%09llu", is_b ? 'B' : 'A', (unsigned long long)line + 1);
}

static uint64_t total_persons(const plm_synth_config *c)
{
    return c->n_a + c->n_b - c->n_common;
}

static plm_status write_truth(const plm_synth_config *c, output *out, uint64_t line,
                              uint64_t number, const plm_synth_person *person,
                              const plm_synth_view *a, plm_synth_report *report)
{
    plm_synth_view b;
    char id_a[ID_MAX];
    char id_b[ID_MAX];
    char found_by[PLM_SYNTH_FOUND_MAX];
    plm_synth_view_draw(&b, person, c->seed, number, true);
    plm_synth_found_by(found_by, person, a, &b);
    write_id(id_a, false, line);
    write_id(id_b, true, line_in_b_of_common(c, number));
    report->n_pairs++;
    if (strcmp(found_by, "excluded") == 0) {
        report->n_excluded++;
    } else if (strcmp(found_by, "hard") == 0) {
        report->n_hard++;
    } else {
        report->n_findable++;
    }
    if (out->sink->fn == NULL) {
        return PLM_OK;
    }
    plm_status status =
        plm_buf_printf(&out->buf, "%s,%s,%s,%s\r\n", id_a, id_b, found_by, person->offence);
    return status == PLM_OK ? flush(out, FLUSH_BYTES) : status;
}

/* One register; with A goes the truth. */
static plm_status write_register(const plm_synth_config *c, bool is_b, output *out, output *truth,
                                 plm_synth_report *report)
{
    uint64_t n = is_b ? c->n_b : c->n_a;
    plm_span header = plm_synth_row_header();
    plm_status status = plm_buf_append(&out->buf, header.p, header.n);
    for (uint64_t line = 0; status == PLM_OK && line < n; line++) {
        plm_synth_person person;
        plm_synth_view view;
        char id[ID_MAX];
        uint64_t number = person_at(c, is_b, line);
        plm_synth_person_draw(&person, c->seed, total_persons(c), number);
        plm_synth_view_draw(&view, &person, c->seed, number, is_b);
        write_id(id, is_b, line);
        if (out->sink->fn != NULL) {
            status = plm_synth_row_append(&out->buf, &person, &view, c->seed, id);
            if (status == PLM_OK) {
                status = flush(out, FLUSH_BYTES);
            }
        }
        if (status == PLM_OK && !is_b && number < c->n_common) {
            status = write_truth(c, truth, line, number, &person, &view, report);
        }
    }
    if (status == PLM_OK && out->sink->fn != NULL) {
        status = flush(out, 0);
    }
    return status;
}

plm_status plm_synth_write(const plm_synth_config *config, const plm_synth_sinks *sinks,
                           plm_synth_report *report)
{
    if (config->n_a == 0 || config->n_a > PLM_SYNTH_PERSONS_MAX || config->n_b == 0 ||
        config->n_b > PLM_SYNTH_PERSONS_MAX || config->n_common > config->n_a ||
        config->n_common > config->n_b) {
        return PLM_E_ARGUMENT;
    }
    static const char truth_header[] = "id_a,id_b,found_by,offence\r\n";
    plm_synth_report counts = {0};
    output a = {.sink = &sinks->a};
    output b = {.sink = &sinks->b};
    output truth = {.sink = &sinks->truth};
    plm_buf_init(&a.buf, FLUSH_BYTES + PLM_SYNTH_ROW_MAX);
    plm_buf_init(&b.buf, FLUSH_BYTES + PLM_SYNTH_ROW_MAX);
    plm_buf_init(&truth.buf, FLUSH_BYTES + PLM_SYNTH_ROW_MAX);
    plm_status status = plm_buf_append(&truth.buf, truth_header, sizeof truth_header - 1);
    if (status == PLM_OK && (sinks->a.fn != NULL || sinks->truth.fn != NULL || report != NULL)) {
        status = write_register(config, false, &a, &truth, &counts);
    }
    if (status == PLM_OK && sinks->truth.fn != NULL) {
        status = flush(&truth, 0);
    }
    if (status == PLM_OK && sinks->b.fn != NULL) {
        status = write_register(config, true, &b, &truth, &counts);
    }
    if (status == PLM_OK && report != NULL) {
        *report = counts;
    }
    plm_buf_wipe(&a.buf);
    plm_buf_wipe(&b.buf);
    plm_buf_wipe(&truth.buf);
    return status;
}
