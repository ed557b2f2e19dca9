/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/frequency_make.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADER_BYTES_MOST = 2048, /* three lines of PLM_FREQUENCY_TEXT_MAX, and what stands there */
    ROW_BYTES_MORE = 23       /* two tabs, a number, a line end */
};

typedef struct plm_frequency_seen {
    uint64_t record;
    plm_span value;
    plm_ident_type type;
} seen;

void plm_frequency_maker_init(plm_frequency_maker *maker)
{
    memset(maker, 0, sizeof *maker);
    plm_arena_init(&maker->arena, SIZE_MAX / 2);
}

void plm_frequency_maker_wipe(plm_frequency_maker *maker)
{
    plm_arena_wipe(&maker->arena);
    free(maker->seen);
    memset(maker, 0, sizeof *maker);
}

static plm_status put(plm_frequency_maker *m, plm_ident_type type, plm_span value)
{
    if (m->n == m->capacity) {
        const size_t capacity = m->capacity == 0 ? 4096 : 2 * m->capacity;
        seen *all = (seen *)realloc(m->seen, capacity * sizeof *all);
        if (all == NULL) {
            return PLM_E_NOMEM;
        }
        m->seen = all;
        m->capacity = capacity;
    }
    const char *copy = plm_arena_string(&m->arena, value);
    if (copy == NULL) {
        return PLM_E_NOMEM;
    }
    m->seen[m->n++] = (seen){m->n_records, plm_span_of(copy, value.n), type};
    return PLM_OK;
}

/* What a table's rows count: words folded, years, other values as they are. */
static bool is_counted(const plm_feature *f)
{
    return !f->is_joined && (f->kind == PLM_FEATURE_FOLDED || f->kind == PLM_FEATURE_YEAR ||
                             f->kind == PLM_FEATURE_VALUE);
}

/* Numbers that are given to one person each say nothing about frequency, and much about a person.
 */
static bool is_public(plm_ident_type type)
{
    return type == PLM_IDENT_NAME || type == PLM_IDENT_BIRTH_DATE ||
           type == PLM_IDENT_NATIONALITY || type == PLM_IDENT_ADDRESS ||
           type == PLM_IDENT_POSTCODE || type == PLM_IDENT_BIRTH_PLACE;
}

plm_status plm_frequency_maker_add(plm_frequency_maker *maker, const plm_record *record)
{
    plm_features features;
    plm_arena arena;
    if (record->kind != PLM_KIND_PERSON) {
        return PLM_OK;
    }
    plm_arena_init(&arena, SIZE_MAX / 2);
    plm_status status = plm_features_of(&features, record, NULL, false, &arena);
    for (size_t i = 0; status == PLM_OK && i < features.n; i++) {
        const plm_feature *f = &features.items[i];
        const plm_ident_type type = (plm_ident_type)f->type;
        if (is_counted(f) && is_public(type)) {
            status = put(maker, type,
                         type == PLM_IDENT_BIRTH_DATE ? plm_span_of(f->text.p, 4) : f->text);
        }
    }
    plm_arena_wipe(&arena);
    maker->n_records += status == PLM_OK;
    return status;
}

static int compare_value(const seen *x, const seen *y)
{
    if (x->type != y->type) {
        return x->type < y->type ? -1 : 1;
    }
    const size_t n = x->value.n < y->value.n ? x->value.n : y->value.n;
    const int order = memcmp(x->value.p, y->value.p, n);
    return order != 0 ? order : (x->value.n > y->value.n) - (x->value.n < y->value.n);
}

static int compare_seen(const void *a, const void *b)
{
    const seen *x = (const seen *)a;
    const seen *y = (const seen *)b;
    const int order = compare_value(x, y);
    return order != 0 ? order : (x->record > y->record) - (x->record < y->record);
}

static bool is_line(const char *text)
{
    return text != NULL && text[0] != '\0' && strchr(text, '\n') == NULL &&
           strlen(text) < PLM_FREQUENCY_TEXT_MAX;
}

static uint64_t rounded(uint64_t n)
{
    const uint64_t r = (n + PLM_FREQUENCY_ROUND / 2) / PLM_FREQUENCY_ROUND * PLM_FREQUENCY_ROUND;
    return r == 0 ? PLM_FREQUENCY_ROUND : r;
}

/* The next value's group of what was seen: its end, and in *n how many records have it. */
static size_t next_group(const plm_frequency_maker *m, size_t i, uint64_t *n)
{
    size_t end = i + 1;
    for (*n = 1; end < m->n && compare_value(&m->seen[i], &m->seen[end]) == 0; end++) {
        *n += m->seen[end].record != m->seen[end - 1].record;
    }
    return end;
}

static bool fits(const plm_frequency_maker *m, uint64_t least, uint64_t most_rows)
{
    uint64_t n_rows = 0;
    uint64_t n_bytes = HEADER_BYTES_MOST;
    uint64_t n;
    for (size_t i = 0, end; i < m->n; i = end) {
        end = next_group(m, i, &n);
        if (n >= least) {
            n_rows++;
            n_bytes +=
                strlen(plm_ident_type_name(m->seen[i].type)) + m->seen[i].value.n + ROW_BYTES_MORE;
        }
    }
    return n_rows <= most_rows && n_bytes <= PLM_FREQUENCY_BYTES_MAX;
}

static void sort(plm_frequency_maker *maker)
{
    if (maker->n > 0) {
        qsort(maker->seen, maker->n, sizeof *maker->seen, compare_seen);
    }
}

uint64_t plm_frequency_maker_least(plm_frequency_maker *maker, uint64_t least, uint64_t most_rows)
{
    sort(maker);
    while (!fits(maker, least, most_rows)) {
        least++;
    }
    return least;
}

static plm_status write_rows(const plm_frequency_maker *m, uint64_t least, plm_buf *out,
                             uint64_t *n_left_out)
{
    plm_status status = PLM_OK;
    uint64_t n;
    for (size_t i = 0, end; status == PLM_OK && i < m->n; i = end) {
        end = next_group(m, i, &n);
        if (n < least) {
            (*n_left_out)++;
        } else {
            status = plm_buf_printf(out, "%s\t%.*s\t%llu\n", plm_ident_type_name(m->seen[i].type),
                                    (int)m->seen[i].value.n, (const char *)m->seen[i].value.p,
                                    (unsigned long long)rounded(n));
        }
    }
    return status;
}

plm_status plm_frequency_maker_write(plm_frequency_maker *maker, const plm_frequency_title *title,
                                     uint64_t least, plm_buf *out, uint64_t *n_left_out)
{
    *n_left_out = 0;
    if (least < PLM_FREQUENCY_LEAST || maker->n_records == 0 || !is_line(title->name) ||
        strlen(title->name) >= PLM_FREQUENCY_NAME_MAX || !is_line(title->population) ||
        !is_line(title->date)) {
        return PLM_E_ARGUMENT;
    }
    sort(maker);
    plm_status status = plm_buf_printf(
        out,
        "palermo-frequencies/1\nname: %s\npopulation: %s\ndate: %s\npersons: %llu\n"
        "made: from a register's own records; values of fewer than %llu persons are left out, "
        "counts are rounded to multiples of %d\n\n",
        title->name, title->population, title->date, (unsigned long long)rounded(maker->n_records),
        (unsigned long long)least, PLM_FREQUENCY_ROUND);
    return status == PLM_OK ? write_rows(maker, least, out, n_left_out) : status;
}
