/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/explain.h"

plm_status plm_pair_fields_explain(plm_buf *out, const plm_model *model,
                                   const plm_pair_field *fields, size_t n, const plm_record *record)
{
    bool used[PLM_RESOLVE_FIELDS_MAX];
    double share[PLM_CATEGORIES_MAX];
    plm_status status = PLM_OK;
    n = n < PLM_RESOLVE_FIELDS_MAX ? n : PLM_RESOLVE_FIELDS_MAX;
    (void)plm_model_score(model, fields, n, used);
    for (size_t i = 0, n_said = 0; status == PLM_OK && i < n; i++) {
        const plm_pair_field *f = &fields[i];
        if (!used[i]) {
            continue;
        }
        size_t best = 0;
        const size_t row = plm_model_row(f);
        (void)plm_model_weight(model, f, share);
        for (size_t c = 1; c < plm_model_categories(row); c++) {
            best = share[c] > share[best] ? c : best;
        }
        status = plm_buf_printf(out, "%s%s", n_said++ > 0 ? "; " : "",
                                plm_ident_type_name((plm_ident_type)f->type));
        if (status == PLM_OK && f->class_ == PLM_PAIR_FIELD_WORD) {
            status = plm_buf_printf(out, " (word %u%s)", f->word + 1U,
                                    f->is_joined ? " and the next as one" : "");
        } else if (status == PLM_OK && record != NULL) {
            status = plm_buf_printf(out, " %s", record->values[f->value].canonical);
        }
        if (status == PLM_OK) {
            status = plm_buf_printf(out, ": %s%s", share[best] < 0.9 ? "probably " : "",
                                    plm_model_category_words(row, best));
        }
    }
    return status;
}
