/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of names, their deletion neighbourhoods, and tables of equivalent names, out of hostile
 * text of any script and length.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "ident/name_classes.h"
#include "ident/name_keys.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* Distinct, none empty, each valid text without blanks. */
static void check_values(const plm_span *values, size_t n, size_t max)
{
    require(n <= max);
    for (size_t i = 0; i < n; i++) {
        require(values[i].n > 0 && plm_utf8_valid_prefix(values[i]) == values[i].n);
        require(memchr(values[i].p, ' ', values[i].n) == NULL);
        for (size_t j = 0; j < i; j++) {
            require(!plm_span_equal(values[i], values[j]));
        }
    }
}

static void check_deletions(plm_span folded)
{
    static plm_name_deletions d;
    plm_name_deletions_of(&d, folded);
    require(d.n >= 1 && d.n <= PLM_NAME_DELETIONS_MAX);
    check_values(d.values, d.n, PLM_NAME_DELETIONS_MAX);
    require(d.values[0].n <= folded.n && memcmp(d.values[0].p, folded.p, d.values[0].n) == 0);
    for (size_t i = 1; i < d.n; i++) {
        require(d.values[i].n < d.values[0].n && d.values[i].n + 4 >= d.values[0].n);
    }
}

static void check_part(const plm_name_part *part)
{
    const bool is_initial = (part->flags & PLM_NAME_INITIAL) != 0;
    require(part->n_folded >= 1 && (part->n_skeletons == 0) == is_initial);
    check_values(part->folded, part->n_folded, PLM_NAME_FOLDED_MAX);
    check_values(part->skeletons, part->n_skeletons, PLM_NAME_SKELETONS_MAX);
    check_values(part->classes, part->n_classes, PLM_NAME_CLASSES_MAX);
    for (size_t i = 0; i < part->n_folded; i++) {
        check_deletions(part->folded[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static plm_name_parts parts;
    static plm_name_keys keys;
    const plm_span name = plm_span_of(data, size);
    const plm_diag_sink none = {NULL, NULL};
    plm_name_classes *classes;
    const plm_status status = plm_name_parts_of(&parts, name);
    require(status == PLM_OK || status == PLM_E_LIMIT || status == PLM_E_SYNTAX);
    require(status == PLM_OK || parts.n == 0);
    require(parts.n <= PLM_NAME_PARTS_MAX && parts.n_pool <= PLM_NAME_PARTS_POOL);
    for (size_t i = 0; i < parts.n; i++) {
        check_part(&parts.parts[i]);
    }
    if (status != PLM_E_SYNTAX) {
        require(plm_name_keys_of(&keys, name) == PLM_OK);
        require((keys.n_sounds == 0) == (keys.folded_bytes == 0));
    }
    if (plm_name_classes_parse(&classes, name, NULL, &none) == PLM_OK) {
        for (size_t i = 0; i < parts.n; i++) {
            plm_name_classes_add(classes, &parts.parts[i]);
            check_part(&parts.parts[i]);
        }
        plm_name_classes_destroy(classes);
    }
    return 0;
}
