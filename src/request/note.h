/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.h - the content of a step: random bytes, then JSON (spec/request.md section 5.2). For SEND
 * the JSON is the document; for the others a note.
 */
#ifndef PLM_REQUEST_NOTE_H
#define PLM_REQUEST_NOTE_H

#include "request/document.h"
#include "request/transition.h"

enum {
    PLM_ATTACHMENT_CHUNK = 1 << 19, /* bytes of a file in one parcel */
    PLM_ATTACHMENT_MAX = 256 << 20, /* bytes of a file */
    PLM_SEALED_KEY_BYTES = 80       /* wire: a sealed 32-byte key */
};

typedef struct plm_attachment {
    char name[PLM_TEXT_MAX]; /* a file name without a path */
    char media_type[PLM_CODE_MAX * 2];
    uint64_t bytes;
    uint32_t n_chunks;
    uint8_t hash[PLM_HASH_BYTES]; /* of the file */
    uint8_t sealed_key[PLM_SEALED_KEY_BYTES];
} plm_attachment;

typedef struct plm_note {
    char *text; /* owned; NULL if none */
    bool has_conditions;
    plm_conditions conditions; /* of ACCEPT, ANSWER and ATTACH */
    plm_attachment attachment; /* of ATTACH */
    plm_document document;     /* of SEND */
} plm_note;

/*
 * Reads the content of a step; what its action must have must be there, what it can't have may
 * not: a complete document, a reason, an attachment. PLM_E_PROTOCOL, PLM_E_NOMEM. wipe afterwards.
 */
plm_status plm_note_read(plm_note *out, plm_request_action action, plm_span content) PLM_MUST_CHECK;
void plm_note_wipe(plm_note *note);

/* Salt, then the JSON. PLM_E_NOMEM, PLM_E_LIMIT. */
plm_status plm_content_write(plm_buf *out, const json_t *value) PLM_MUST_CHECK;
/* The JSON of a content; new reference in *out. PLM_E_PROTOCOL: there is none; PLM_E_NOMEM. */
plm_status plm_content_json(json_t **out, plm_span content) PLM_MUST_CHECK;
/* A note as JSON: each part if it is not NULL; new reference. */
json_t *plm_note_json(const char *text, const json_t *conditions, const plm_attachment *attachment);

#endif
