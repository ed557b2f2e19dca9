/* SPDX-License-Identifier: Apache-2.0 */
#include "node/tables.h"

#include <stdio.h>
#include <string.h>

static const plm_diag_sink nobody = {NULL, NULL};

/* The shipped table of that hash; empty if there is none. */
static plm_span shipped(const uint8_t hash[static PLM_HASH_BYTES])
{
    for (size_t i = 0; i < plm_frequency_builtin_count(); i++) {
        uint8_t own[PLM_FREQUENCY_HASH_BYTES];
        const plm_span text = plm_frequency_builtin_text(i);
        plm_frequency_hash(own, text);
        if (memcmp(own, hash, sizeof own) == 0) {
            return text;
        }
    }
    return plm_span_of(NULL, 0);
}

/* Appends a stored table's text, which must have its hash still. */
static plm_status get_stored(plm_store *store, const char *kind,
                             const uint8_t hash[static PLM_HASH_BYTES], plm_buf *out)
{
    uint8_t own[PLM_FREQUENCY_HASH_BYTES];
    plm_status status = plm_store_get_table(store, hash, kind, out);
    if (status == PLM_OK) {
        plm_frequency_hash(own, plm_buf_span(out));
        status = memcmp(own, hash, sizeof own) == 0 ? PLM_OK : PLM_E_STORE;
    }
    return status;
}

static plm_status open_equivalents(plm_name_classes **out, plm_store *store,
                                   const plm_person_rules *rules)
{
    plm_buf text;
    *out = NULL;
    if (!rules->has_equivalents) {
        return PLM_OK;
    }
    plm_buf_init(&text, PLM_NAME_CLASSES_TEXT_MAX);
    plm_status status = get_stored(store, PLM_STORE_EQUIVALENTS, rules->equivalents, &text);
    if (status == PLM_OK) {
        status = plm_name_classes_parse(out, plm_buf_span(&text), "", &nobody);
        status = status == PLM_OK || status == PLM_E_NOMEM ? status : PLM_E_STORE;
    }
    plm_buf_wipe(&text);
    return status;
}

plm_status plm_tables_open(plm_frequency **out, plm_store *store, const plm_person_rules *rules)
{
    plm_name_classes *equivalents;
    plm_buf stored;
    plm_span text = shipped(rules->tables[0]);
    *out = NULL;
    plm_status status = open_equivalents(&equivalents, store, rules);
    plm_buf_init(&stored, PLM_FREQUENCY_BYTES_MAX);
    if (status == PLM_OK && text.n == 0) {
        status = get_stored(store, PLM_STORE_FREQUENCIES, rules->tables[0], &stored);
        text = plm_buf_span(&stored);
    }
    if (status == PLM_OK) {
        status = plm_frequency_parse_with(out, text, equivalents, &nobody, "");
        status = status == PLM_OK || status == PLM_E_NOMEM ? status : PLM_E_STORE;
    } else {
        plm_name_classes_destroy(equivalents);
    }
    plm_buf_wipe(&stored);
    return status;
}

typedef struct checking {
    plm_store *store;
    const plm_diag_sink *sink;
    const char *file;
    size_t n_missing;
} checking;

static plm_status check_one(checking *c, size_t purpose, const char *member, const char *kind,
                            const uint8_t hash[static PLM_HASH_BYTES])
{
    char clause[64];
    char hex[2 * PLM_HASH_BYTES + 1];
    plm_buf text;
    if (shipped(hash).n > 0 && strcmp(kind, PLM_STORE_FREQUENCIES) == 0) {
        return PLM_OK;
    }
    plm_buf_init(&text, PLM_FREQUENCY_BYTES_MAX);
    plm_status status = get_stored(c->store, kind, hash, &text);
    plm_buf_wipe(&text);
    if (status != PLM_E_NOT_FOUND) {
        return status;
    }
    (void)snprintf(clause, sizeof clause, "/purposes/%zu/person_rules/%s", purpose, member);
    plm_hex_encode(hex, hash, PLM_HASH_BYTES);
    plm_diag_error(c->sink, c->file, 0, clause,
                   "this node has no table of %s with the hash %s (palermo rules add)", kind, hex);
    c->n_missing++;
    return PLM_OK;
}

plm_status plm_tables_check(plm_store *store, const plm_accord *accord, const plm_diag_sink *sink,
                            const char *file)
{
    checking c = {store, sink, file, 0};
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < accord->n_purposes; i++) {
        const plm_person_rules *rules = &accord->purposes[i].person_rules;
        if (!accord->purposes[i].has_person_rules) {
            continue;
        }
        status = check_one(&c, i, "tables/0", PLM_STORE_FREQUENCIES, rules->tables[0]);
        if (status == PLM_OK && rules->has_equivalents) {
            status = check_one(&c, i, "equivalents", PLM_STORE_EQUIVALENTS, rules->equivalents);
        }
    }
    return status == PLM_OK && c.n_missing > 0 ? PLM_E_NOT_FOUND : status;
}
