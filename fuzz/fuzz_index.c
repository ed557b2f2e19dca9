/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of indexes and of their changes, with signatures not looked at: whatever opens can be
 * asked and verified, and a label opens or does not.
 */
#include "fuzz.h"
#include "index/changes.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* Fingerprints made of the input's own bytes, so that some are there. */
static void ask(const plm_index_view *view, plm_span input)
{
    plm_index_key key = {{{0}}, {0}};
    plm_index_label label;
    for (size_t at = 0; at + sizeof key.fingerprint.b <= input.n && at < 4096; at += 97) {
        memcpy(key.fingerprint.b, input.p + at, sizeof key.fingerprint.b);
        plm_status status = plm_index_look(view, &key, &label);
        require(status == PLM_OK || status == PLM_E_NOT_FOUND || status == PLM_E_TAMPERED);
    }
}

static void try_index(plm_span bytes)
{
    plm_index index;
    if (plm_index_open_bytes(&index, bytes, NULL) == PLM_OK) {
        const plm_index_view view = {.index = &index};
        plm_status status = plm_index_verify(&index);
        require(status == PLM_OK || status == PLM_E_TAMPERED);
        ask(&view, bytes);
    }
}

static void try_changes(plm_span bytes)
{
    plm_changes changes;
    plm_span label;
    plm_fingerprint f = {{0}};
    if (plm_changes_open_bytes(&changes, bytes, NULL, NULL) == PLM_OK) {
        for (size_t at = 0; at + sizeof f.b <= changes.added.n; at += sizeof f.b) {
            memcpy(f.b, changes.added.p + at, sizeof f.b);
            require(plm_changes_find(&changes, &f, &label) == PLM_CHANGE_ADDED);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const plm_span bytes = plm_span_of(data, size);
    try_index(bytes);
    try_changes(bytes);
    return 0;
}
