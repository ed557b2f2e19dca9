/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

plm_status plm_table_init(plm_table *table, unsigned n_lists)
{
    if (n_lists < PLM_TABLE_LISTS_MIN || n_lists > PLM_TABLE_LISTS_MAX) {
        return PLM_E_ARGUMENT;
    }
    memset(table, 0, sizeof *table);
    table->n_lists = n_lists;
    for (unsigned i = 0; i < n_lists; i++) {
        (void)snprintf(table->names[i], sizeof table->names[i], "%u", i + 1);
    }
    return PLM_OK;
}

void plm_table_set_name(plm_table *table, unsigned list, const char *name, size_t name_bytes)
{
    size_t n = name_bytes < PLM_TABLE_NAME_BYTES ? name_bytes : PLM_TABLE_NAME_BYTES - 1;
    while (n > 0 && n < name_bytes && ((unsigned char)name[n] & 0xC0U) == 0x80) {
        n--;
    }
    memcpy(table->names[list], name, n);
    table->names[list][n] = '\0';
}

plm_status plm_table_set(plm_table *table, unsigned history, double count)
{
    if (history == 0 || history >= plm_table_cells(table) || !(count >= 0) ||
        count > PLM_TABLE_COUNT_MAX) {
        return PLM_E_ARGUMENT;
    }
    table->count[history] = count;
    return PLM_OK;
}

double plm_table_total(const plm_table *table)
{
    return plm_table_on_all(table, 0);
}

double plm_table_on_all(const plm_table *table, unsigned theta)
{
    double sum = 0;
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        sum += (h & theta) == theta ? table->count[h] : 0;
    }
    return sum;
}

double plm_table_frequency(const plm_table *table, unsigned k)
{
    double sum = 0;
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        sum += (unsigned)__builtin_popcount(h) == k ? table->count[h] : 0;
    }
    return sum;
}

/* The history without bit `list`, the higher bits moved down. */
static unsigned without(unsigned history, unsigned list)
{
    unsigned low = (1U << list) - 1;
    return (history & low) | ((history >> 1) & ~low);
}

/* A table of one list fewer with the names of the others. */
static plm_status begin_without(plm_table *out, const plm_table *table, unsigned list)
{
    if (list >= table->n_lists || plm_table_init(out, table->n_lists - 1) != PLM_OK) {
        return PLM_E_ARGUMENT;
    }
    for (unsigned i = 0; i < out->n_lists; i++) {
        memcpy(out->names[i], table->names[i < list ? i : i + 1], PLM_TABLE_NAME_BYTES);
    }
    return PLM_OK;
}

plm_status plm_table_omit(plm_table *out, const plm_table *table, unsigned list)
{
    plm_status status = begin_without(out, table, list);
    if (status != PLM_OK) {
        return status;
    }
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        out->count[without(h, list)] += table->count[h];
    }
    out->count[0] = 0;
    return PLM_OK;
}

plm_status plm_table_merge(plm_table *out, const plm_table *table, unsigned a, unsigned b)
{
    char name[2 * PLM_TABLE_NAME_BYTES + 1];
    plm_status status = a < b ? begin_without(out, table, b) : PLM_E_ARGUMENT;
    if (status != PLM_OK) {
        return status;
    }
    (void)snprintf(name, sizeof name, "%s+%s", table->names[a], table->names[b]);
    plm_table_set_name(out, a, name, strlen(name));
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        out->count[without(h, b) | (h >> b & 1U) << a] += table->count[h];
    }
    return PLM_OK;
}

plm_status plm_table_condition(plm_table *out, const plm_table *table, unsigned list,
                               double *known_total)
{
    plm_status status = begin_without(out, table, list);
    if (status != PLM_OK) {
        return status;
    }
    *known_total = plm_table_on_all(table, 1U << list);
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        if ((h >> list & 1U) != 0) {
            out->count[without(h, list)] += table->count[h];
        }
    }
    out->count[0] = 0;
    return PLM_OK;
}
