/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/frequency_builtin.h"

#include "ident/frequency.h"

#include <string.h>

size_t plm_frequency_builtin_count(void)
{
    return plm_frequency_n_files;
}

const char *plm_frequency_builtin_name(size_t i)
{
    return plm_frequency_files[i].name;
}

plm_span plm_frequency_builtin_text(size_t i)
{
    return plm_span_of(plm_frequency_files[i].text, plm_frequency_files[i].n_bytes);
}

plm_status plm_frequency_builtin(plm_frequency **out, const char *name)
{
    static const plm_diag_sink nobody = {NULL, NULL};
    *out = NULL;
    for (size_t i = 0; i < plm_frequency_n_files; i++) {
        if (strcmp(plm_frequency_files[i].name, name) == 0) {
            return plm_frequency_parse(out, plm_frequency_builtin_text(i), &nobody, name);
        }
    }
    return PLM_E_NOT_FOUND;
}
