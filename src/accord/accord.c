/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.c - an accord's document: its first level, its hash and its life (spec/accord.md).
 */
#include "accord/parse.h"

#include "crypto/sign.h"

#include <stdlib.h>
#include <string.h>

enum {
    ARENA_MAX = 8 << 20
};

bool plm_accord_took(plm_accord_reader *r, plm_status status)
{
    /* Lack of memory outweighs a mistake in the document. */
    if (status != PLM_OK && (r->status == PLM_OK || r->status == PLM_E_INVALID)) {
        r->status = status;
    }
    return status == PLM_OK;
}

void plm_accord_read_text(plm_accord_reader *r, const plm_json_at *object, const char *key,
                          size_t min, size_t max, const char **out)
{
    const plm_json_at at = plm_json_member(object, key);
    const char *text;
    *out = "";
    if (plm_accord_took(r, plm_json_string(&at, min, max, &text))) {
        const char *copy = plm_arena_string(&r->accord->arena, plm_span_str(text));
        if (plm_accord_took(r, copy != NULL ? PLM_OK : PLM_E_NOMEM)) {
            *out = copy;
        }
    }
}

uint64_t plm_accord_read_number(plm_accord_reader *r, const plm_json_at *object, const char *key,
                                int64_t min, int64_t max)
{
    const plm_json_at at = plm_json_member(object, key);
    int64_t v = 0;
    (void)plm_accord_took(r, plm_json_integer(&at, min, max, &v));
    return (uint64_t)v;
}

static void read_head(plm_accord_reader *r, const plm_json_at *root)
{
    static const char *const versions[] = {"accord/2", NULL};
    plm_accord *accord = r->accord;
    const plm_json_at version = plm_json_member(root, "palermo");
    size_t which;
    if (json_is_string(version.value) &&
        strcmp(json_string_value(version.value), "accord/1") == 0) {
        (void)plm_accord_took(
            r, plm_json_error(&version, "is of version 1, which is read no more: draft it anew"));
    } else {
        (void)plm_accord_took(r, plm_json_choice(&version, versions, &which));
    }
    plm_accord_read_text(r, root, "title", 1, PLM_TEXT_MAX - 1, &accord->title);
    const plm_json_at recipe = plm_json_member(root, "recipe");
    (void)plm_accord_took(
        r, plm_json_hex(&recipe, accord->recipe_digest, sizeof accord->recipe_digest));
    accord->in_force_after =
        (uint32_t)plm_accord_read_number(r, root, "in_force_after", 2, PLM_PARTIES_MAX);
    const plm_json_at expires = plm_json_member(root, "expires");
    const char *text;
    if (plm_accord_took(r, plm_json_string(&expires, 10, 10, &text)) &&
        (plm_date_parse(&accord->expires, plm_span_str(text)) != PLM_OK ||
         accord->expires.day == 0 || accord->expires.month == 0)) {
        (void)plm_accord_took(r, plm_json_error(&expires, "is not a date, YYYY-MM-DD"));
    }
    accord->notice_days =
        (uint32_t)plm_accord_read_number(r, root, "notice_days", 0, PLM_NOTICE_DAYS_MAX);
    const plm_json_at amends = plm_json_member(root, "amends");
    if (amends.value != NULL) {
        accord->amends = plm_accord_took(
            r, plm_json_hex(&amends, accord->amended_hash, sizeof accord->amended_hash));
    }
}

static plm_status read_document(plm_accord *accord, const plm_json_at *root)
{
    static const char *const members[] = {"palermo",  "title",       "recipe", "in_force_after",
                                          "expires",  "notice_days", "amends", "parties",
                                          "purposes", NULL};
    plm_accord_reader r = {accord, PLM_OK};
    if (!json_is_object(root->value)) {
        return plm_json_object(root, members);
    }
    (void)plm_accord_took(&r, plm_json_object(root, members));
    read_head(&r, root);
    plm_accord_read_parties(&r, root);
    plm_accord_read_purposes(&r, root);
    if (r.status == PLM_OK && accord->in_force_after > accord->n_parties) {
        const plm_json_at at = plm_json_member(root, "in_force_after");
        return plm_json_error(&at, "is more than the %zu parties there are", accord->n_parties);
    }
    return r.status;
}

plm_status plm_accord_parse(plm_accord **out, plm_span bytes, const plm_diag_sink *sink,
                            const char *file)
{
    if (bytes.n > PLM_ACCORD_BYTES_MAX) {
        plm_diag_error(sink, file, 0, NULL, "longer than %d bytes", PLM_ACCORD_BYTES_MAX);
        return PLM_E_LIMIT;
    }
    json_t *document;
    plm_status status = plm_json_parse(&document, bytes, sink, file, 1);
    if (status != PLM_OK) {
        return status;
    }
    plm_accord *accord = (plm_accord *)calloc(1, sizeof *accord);
    if (accord == NULL) {
        json_decref(document);
        return PLM_E_NOMEM;
    }
    plm_arena_init(&accord->arena, ARENA_MAX);
    plm_accord_hash(accord->hash, bytes);
    const plm_json_at root = plm_json_root(document, sink, file, 0);
    status = read_document(accord, &root);
    json_decref(document);
    if (status != PLM_OK) {
        plm_accord_destroy(accord);
        return status;
    }
    *out = accord;
    return PLM_OK;
}

void plm_accord_destroy(plm_accord *accord)
{
    if (accord != NULL) {
        plm_arena_wipe(&accord->arena);
        free(accord);
    }
}

void plm_accord_hash(uint8_t out[static PLM_ACCORD_HASH_BYTES], plm_span bytes)
{
    plm_hash256(out, bytes);
}

const plm_party *plm_accord_party(const plm_accord *accord, const char *code)
{
    for (size_t i = 0; i < accord->n_parties; i++) {
        if (strcmp(accord->parties[i].code, code) == 0) {
            return &accord->parties[i];
        }
    }
    return NULL;
}

const plm_purpose *plm_accord_purpose(const plm_accord *accord, const char *code)
{
    for (size_t i = 0; i < accord->n_purposes; i++) {
        if (strcmp(accord->purposes[i].code, code) == 0) {
            return &accord->purposes[i];
        }
    }
    return NULL;
}
