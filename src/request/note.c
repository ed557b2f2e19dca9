/* SPDX-License-Identifier: Apache-2.0 */
#include "request/note.h"

#include "crypto/sign.h"
#include "wire/field.h"

#include <stdlib.h>
#include <string.h>

static const plm_diag_sink quiet = {NULL, NULL};

enum {
    NOTE_TEXT_MAX = 1 << 16,
    MEDIA_MAX = 60
};

/* What a note of an action has: n none, o perhaps, m must. */
static const struct shape {
    char text;
    char conditions;
    char attachment;
} shapes[PLM_REQUEST_ACTION_COUNT] = {
    [PLM_REQUEST_RECEIVE] = {'n', 'n', 'n'},  [PLM_REQUEST_CONSULT] = {'m', 'n', 'n'},
    [PLM_REQUEST_ACCEPT] = {'o', 'o', 'n'},   [PLM_REQUEST_POSTPONE] = {'m', 'n', 'n'},
    [PLM_REQUEST_REFUSE] = {'m', 'n', 'n'},   [PLM_REQUEST_ANSWER] = {'m', 'o', 'n'},
    [PLM_REQUEST_CLOSE] = {'o', 'n', 'n'},    [PLM_REQUEST_WITHDRAW] = {'m', 'n', 'n'},
    [PLM_REQUEST_ATTACH] = {'o', 'o', 'm'},   [PLM_REQUEST_RECALL] = {'m', 'n', 'n'},
    [PLM_REQUEST_RECALLED] = {'n', 'n', 'n'},
};

static bool agrees(char rule, bool is_there)
{
    return rule == 'o' || (rule == 'm') == is_there;
}

static plm_status read_text(plm_note *note, const plm_json_at *at)
{
    const char *text = json_string_value(at->value);
    size_t n = json_string_length(at->value);
    if (text == NULL || n == 0 || n > NOTE_TEXT_MAX || strlen(text) != n) {
        return PLM_E_PROTOCOL;
    }
    note->text = strdup(text);
    return note->text != NULL ? PLM_OK : PLM_E_NOMEM;
}

/* A name that can't leave a directory, whatever is done with it. */
static bool is_file_name(const char *name)
{
    return plm_field_fits(PLM_FIELD_TEXT, plm_span_str(name)) && strchr(name, '/') == NULL &&
           strchr(name, '\\') == NULL && name[0] != '.';
}

static plm_status read_attachment(plm_attachment *a, const plm_json_at *at)
{
    static const char *const members[] = {"name", "media_type", "bytes", "hash", "key", NULL};
    const plm_json_at name = plm_json_member(at, "name");
    const plm_json_at media_type = plm_json_member(at, "media_type");
    const plm_json_at bytes = plm_json_member(at, "bytes");
    const plm_json_at hash = plm_json_member(at, "hash");
    const plm_json_at key = plm_json_member(at, "key");
    const char *name_text;
    const char *media_text;
    int64_t n = 0;
    if (plm_json_object(at, members) != PLM_OK ||
        plm_json_string(&name, 1, sizeof a->name - 1, &name_text) != PLM_OK ||
        !is_file_name(name_text) ||
        plm_json_string(&media_type, 1, MEDIA_MAX, &media_text) != PLM_OK ||
        plm_json_integer(&bytes, 1, PLM_ATTACHMENT_MAX, &n) != PLM_OK ||
        plm_json_hex(&hash, a->hash, sizeof a->hash) != PLM_OK ||
        plm_json_hex(&key, a->sealed_key, sizeof a->sealed_key) != PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    memcpy(a->name, name_text, strlen(name_text));
    memcpy(a->media_type, media_text, strlen(media_text));
    a->bytes = (uint64_t)n;
    a->n_chunks = (uint32_t)((a->bytes + PLM_ATTACHMENT_CHUNK - 1) / PLM_ATTACHMENT_CHUNK);
    return PLM_OK;
}

static plm_status read_note(plm_note *note, plm_request_action action, json_t *root)
{
    static const char *const members[] = {"text", "conditions", "attachment", NULL};
    const plm_json_at at = plm_json_root(root, &quiet, NULL, 0);
    const plm_json_at text = plm_json_member(&at, "text");
    const plm_json_at conditions = plm_json_member(&at, "conditions");
    const plm_json_at attachment = plm_json_member(&at, "attachment");
    const struct shape *shape = &shapes[action];
    if (plm_json_object(&at, members) != PLM_OK || !agrees(shape->text, text.value != NULL) ||
        !agrees(shape->conditions, conditions.value != NULL) ||
        !agrees(shape->attachment, attachment.value != NULL) ||
        plm_conditions_read(&note->conditions, &conditions) != PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    note->has_conditions = conditions.value != NULL;
    plm_status status = text.value != NULL ? read_text(note, &text) : PLM_OK;
    if (status == PLM_OK && attachment.value != NULL) {
        status = read_attachment(&note->attachment, &attachment);
    }
    return status;
}

plm_status plm_content_json(json_t **out, plm_span content)
{
    if (content.n <= PLM_PARCEL_SALT_BYTES) {
        return PLM_E_PROTOCOL;
    }
    const plm_status status = plm_json_parse(
        out, plm_span_of(content.p + PLM_PARCEL_SALT_BYTES, content.n - PLM_PARCEL_SALT_BYTES),
        &quiet, NULL, 0);
    return status == PLM_OK || status == PLM_E_NOMEM ? status : PLM_E_PROTOCOL;
}

plm_status plm_note_read(plm_note *out, plm_request_action action, plm_span content)
{
    plm_note note = {0};
    if (content.n > PLM_REQUEST_DOCUMENT_MAX + PLM_PARCEL_SALT_BYTES) {
        return PLM_E_PROTOCOL;
    }
    json_t *root = NULL;
    plm_status status = plm_content_json(&root, content);
    if (status != PLM_OK) {
        return status;
    }
    if (action == PLM_REQUEST_SEND) {
        status = plm_document_read(&note.document, root, &quiet, NULL, NULL, NULL);
        if (status == PLM_OK && note.document.n_missing > 0) {
            status = PLM_E_PROTOCOL;
        }
        note.conditions = note.document.conditions;
        note.has_conditions = true;
    } else {
        status = read_note(&note, action, root);
    }
    json_decref(root);
    if (status != PLM_OK) {
        plm_note_wipe(&note);
        return status == PLM_E_NOMEM ? status : PLM_E_PROTOCOL;
    }
    *out = note;
    return PLM_OK;
}

void plm_note_wipe(plm_note *note)
{
    free(note->text);
    *note = (plm_note){0};
}

plm_status plm_content_write(plm_buf *out, const json_t *value)
{
    uint8_t salt[PLM_PARCEL_SALT_BYTES];
    plm_random(salt, sizeof salt);
    plm_status status = plm_buf_append(out, salt, sizeof salt);
    return status == PLM_OK ? plm_json_dump(value, false, out) : status;
}

static json_t *attachment_json(const plm_attachment *a)
{
    char hash[2 * PLM_HASH_BYTES + 1];
    char key[2 * PLM_SEALED_KEY_BYTES + 1];
    plm_hex_encode(hash, a->hash, sizeof a->hash);
    plm_hex_encode(key, a->sealed_key, sizeof a->sealed_key);
    return json_pack("{s:s, s:s, s:I, s:s, s:s}", "name", a->name, "media_type", a->media_type,
                     "bytes", (json_int_t)a->bytes, "hash", hash, "key", key);
}

json_t *plm_note_json(const char *text, const json_t *conditions, const plm_attachment *attachment)
{
    json_t *note = json_object();
    int failed = note == NULL;
    if (!failed && text != NULL) {
        failed |= json_object_set_new(note, "text", json_string(text));
    }
    if (!failed && conditions != NULL) {
        failed |= json_object_set_new(note, "conditions", json_deep_copy(conditions));
    }
    if (!failed && attachment != NULL) {
        failed |= json_object_set_new(note, "attachment", attachment_json(attachment));
    }
    if (failed) {
        json_decref(note);
        return NULL;
    }
    return note;
}
