/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/population.h"

#include "ident/frequency_text.h"
#include "synth/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 48,
    ROW_MAX = 256,
    FIRST_YEAR = 1930,
    N_YEARS = 76,
    STREAM_PERSON = 101,
    STREAM_ERRORS = 102
};

/* Names and the sums of their counts up to each. */
typedef struct name_list {
    plm_span *names;
    uint64_t *sums;
    size_t n;
    size_t capacity;
} name_list;

typedef struct person {
    char given[NAME_MAX_BYTES];
    char surname[NAME_MAX_BYTES];
    plm_date birth;
} person;

typedef struct writing {
    const plm_population_config *config;
    const plm_synth_sinks *sinks;
    name_list given;
    name_list surnames;
} writing;

static plm_status take_row(void *context, plm_ident_type type, plm_span value, uint64_t persons)
{
    name_list *list = (name_list *)context;
    if (type != PLM_IDENT_NAME || value.n + 2 > NAME_MAX_BYTES) {
        return PLM_OK;
    }
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 4096 : 2 * list->capacity;
        plm_span *names = (plm_span *)realloc(list->names, capacity * sizeof *names);
        if (names == NULL) {
            return PLM_E_NOMEM;
        }
        list->names = names;
        uint64_t *sums = (uint64_t *)realloc(list->sums, capacity * sizeof *sums);
        if (sums == NULL) {
            return PLM_E_NOMEM;
        }
        list->sums = sums;
        list->capacity = capacity;
    }
    list->names[list->n] = value;
    list->sums[list->n] = persons + (list->n == 0 ? 0 : list->sums[list->n - 1]);
    list->n++;
    return PLM_OK;
}

static plm_status read_names(name_list *list, const char *table)
{
    static const plm_diag_sink nobody = {NULL, NULL};
    for (size_t i = 0; i < plm_frequency_builtin_count(); i++) {
        if (strcmp(plm_frequency_builtin_name(i), table) == 0) {
            plm_frequency_header_lines header;
            return plm_frequency_read(&header, plm_frequency_builtin_text(i), take_row, list,
                                      &nobody, table);
        }
    }
    return PLM_E_NOT_FOUND;
}

static void draw_name(char out[NAME_MAX_BYTES], const name_list *list, plm_synth_random *r)
{
    const uint64_t at = plm_synth_random_below(r, list->sums[list->n - 1]);
    size_t low = 0;
    for (size_t high = list->n - 1; low < high;) {
        const size_t middle = low + (high - low) / 2;
        if (list->sums[middle] > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    memcpy(out, list->names[low].p, list->names[low].n);
    out[list->names[low].n] = '\0';
}

static plm_date draw_date(plm_synth_random *r)
{
    const plm_date first = {FIRST_YEAR, 1, 1};
    const plm_date end = {FIRST_YEAR + N_YEARS, 1, 1};
    const int64_t days = plm_date_days(end) - plm_date_days(first);
    return plm_date_from_days(plm_date_days(first) +
                              (int64_t)plm_synth_random_below(r, (uint64_t)days));
}

static void draw_person(const writing *w, person *p, uint64_t number)
{
    plm_synth_random r;
    plm_synth_random_init(&r, w->config->sizes.seed, STREAM_PERSON, number);
    draw_name(p->given, &w->given, &r);
    draw_name(p->surname, &w->surnames, &r);
    p->birth = draw_date(&r);
}

/* One typing error; a name of one letter gets one more. */
static void mistype(char name[NAME_MAX_BYTES], plm_synth_random *r)
{
    const size_t n = strlen(name);
    const size_t at = (size_t)plm_synth_random_below(r, n);
    const char letter = (char)('a' + (int)plm_synth_random_below(r, 26));
    const uint64_t kind = n == 1 ? 0 : plm_synth_random_below(r, 4);
    if (kind == 0 && n + 2 <= NAME_MAX_BYTES) {
        memmove(name + at + 1, name + at, n - at + 1);
        name[at] = letter;
    } else if (kind == 1) {
        memmove(name + at, name + at + 1, n - at);
    } else if (kind == 2 && at + 1 < n) {
        const char c = name[at];
        name[at] = name[at + 1];
        name[at + 1] = c;
    } else {
        name[at] = letter;
    }
}

/* Another date: a digit of the year or the day, day and month exchanged, or any day. */
static plm_date misdate(plm_date d, plm_synth_random *r)
{
    const uint64_t kind = plm_synth_random_below(r, 4);
    plm_date out = d;
    if (kind == 0) {
        out.year = (uint16_t)(d.year - d.year % 10 + plm_synth_random_below(r, 10));
    } else if (kind == 1) {
        out.day = (uint8_t)(d.day - d.day % 10 + plm_synth_random_below(r, 10));
    } else if (kind == 2) {
        out.day = d.month;
        out.month = d.day;
    }
    const bool is_another = plm_date_compare(out, d) != 0 && out.day > 0 && plm_date_is_valid(out);
    return is_another ? out : draw_date(r);
}

static void spoil(const writing *w, person *p, uint64_t number)
{
    const plm_population_config *c = w->config;
    plm_synth_random r;
    plm_synth_random_init(&r, c->sizes.seed, STREAM_ERRORS, number);
    if (plm_synth_random_percent(&r, c->surname_percent)) {
        draw_name(p->surname, &w->surnames, &r);
    }
    if (plm_synth_random_percent(&r, c->typo_percent)) {
        mistype(plm_synth_random_percent(&r, 50) ? p->given : p->surname, &r);
    }
    if (plm_synth_random_percent(&r, c->date_percent)) {
        p->birth = misdate(p->birth, &r);
    }
}

static plm_status put(const plm_synth_sink *sink, const char *text)
{
    return sink->fn == NULL ? PLM_OK : sink->fn(sink->context, plm_span_str(text));
}

static plm_status write_list(const writing *w, const plm_synth_sink *sink, bool is_b)
{
    const plm_synth_config *s = &w->config->sizes;
    const uint64_t n = is_b ? s->n_b : s->n_a;
    char row[ROW_MAX];
    plm_status status = put(sink, "id,given,surname,birth\n");
    for (uint64_t i = 0; status == PLM_OK && i < n; i++) {
        /* Each list in an order of its own; the first n_common numbers are in both. */
        const uint64_t at = plm_synth_permute(s->seed + is_b, n, i);
        const uint64_t number = at < s->n_common || !is_b ? at : s->n_a + at - s->n_common;
        char date[PLM_DATE_TEXT];
        person p;
        draw_person(w, &p, number);
        if (is_b && at < s->n_common) {
            spoil(w, &p, number);
        }
        plm_date_format(date, p.birth);
        (void)snprintf(row, sizeof row, "%c%llu,%s,%s,%s\n", is_b ? 'B' : 'A',
                       (unsigned long long)i + 1, p.given, p.surname, date);
        status = put(sink, row);
    }
    return status;
}

static plm_status write_truth(const writing *w)
{
    const plm_synth_config *s = &w->config->sizes;
    char row[ROW_MAX];
    plm_status status = put(&w->sinks->truth, "id_a,id_b\n");
    for (uint64_t i = 0; status == PLM_OK && i < s->n_common; i++) {
        (void)snprintf(row, sizeof row, "A%llu,B%llu\n",
                       (unsigned long long)plm_synth_unpermute(s->seed, s->n_a, i) + 1,
                       (unsigned long long)plm_synth_unpermute(s->seed + 1, s->n_b, i) + 1);
        status = put(&w->sinks->truth, row);
    }
    return status;
}

static bool is_valid(const plm_population_config *c)
{
    const plm_synth_config *s = &c->sizes;
    return s->n_a >= 1 && s->n_a <= PLM_SYNTH_PERSONS_MAX && s->n_b >= 1 &&
           s->n_b <= PLM_SYNTH_PERSONS_MAX && s->n_common <= s->n_a && s->n_common <= s->n_b &&
           c->typo_percent <= 100 && c->surname_percent <= 100 && c->date_percent <= 100;
}

plm_status plm_population_write(const plm_population_config *config, const plm_synth_sinks *sinks)
{
    writing w = {.config = config, .sinks = sinks};
    if (!is_valid(config)) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = read_names(&w.given, "us-given");
    if (status == PLM_OK) {
        status = read_names(&w.surnames, "us-surnames");
    }
    if (status == PLM_OK) {
        status = write_list(&w, &sinks->a, false);
    }
    if (status == PLM_OK) {
        status = write_list(&w, &sinks->b, true);
    }
    if (status == PLM_OK) {
        status = write_truth(&w);
    }
    free(w.given.names);
    free(w.given.sums);
    free(w.surnames.names);
    free(w.surnames.sums);
    return status;
}

plm_span plm_population_mapping(void)
{
    return plm_span_str(
        "{\n"
        "  \"format\": \"palermo-mapping/1\",\n"
        "  \"header\": true,\n"
        "  \"id\": {\"column\": \"id\"},\n"
        "  \"kind\": {\"constant\": \"person\"},\n"
        "  \"properties\": [\n"
        "    {\"type\": \"name\", \"template\": \"{given} {surname}\"},\n"
        "    {\"type\": \"birthDate\", \"column\": \"birth\", \"dateFormat\": \"YYYY-MM-DD\"}\n"
        "  ]\n"
        "}\n");
}
