/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A field, quoted where RFC 4180 asks for it. */
static plm_status put_field(plm_buf *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        return plm_buf_append(out, text, strlen(text));
    }
    plm_status status = plm_buf_append_u8(out, '"');
    for (const char *p = text; *p != '\0' && status == PLM_OK; p++) {
        status = *p == '"' ? plm_buf_append(out, "\"\"", 2) : plm_buf_append(out, p, 1);
    }
    return status == PLM_OK ? plm_buf_append_u8(out, '"') : status;
}

static plm_status put_number(plm_buf *out, double x)
{
    return isnan(x)   ? PLM_OK
           : isinf(x) ? plm_buf_append(out, "Inf", 3)
                      : plm_buf_printf(out, "%.10g", x);
}

/* section,name,model,truth,estimate,low,high */
static plm_status put_row(plm_buf *out, const char *const text[3], const double numbers[4])
{
    plm_status status = PLM_OK;
    for (size_t i = 0; i < 3 && status == PLM_OK; i++) {
        status = put_field(out, text[i]);
        status = status == PLM_OK ? plm_buf_append_u8(out, ',') : status;
    }
    for (size_t i = 0; i < 4 && status == PLM_OK; i++) {
        status = put_number(out, numbers[i]);
        status = status == PLM_OK ? plm_buf_append_u8(out, i < 3 ? ',' : '\n') : status;
    }
    return status;
}

static plm_status put_methods(const plm_estimate *e, plm_buf *out)
{
    plm_method methods[PLM_ESTIMATE_METHODS_MAX];
    size_t n = plm_estimate_methods(e, methods);
    plm_status status = PLM_OK;
    for (size_t i = 0; i < n && status == PLM_OK; i++) {
        const plm_method *m = &methods[i];
        const char *text[] = {"method", m->code, m->model};
        const double numbers[] = {(double)NAN, m->estimate, m->low, m->high};
        status = put_row(out, text, numbers);
    }
    return status;
}

static plm_status put_models(const plm_estimate *e, plm_buf *out)
{
    double low;
    double high;
    size_t n = e->has_search ? plm_search_span(&e->search, 10, &low, &high) : 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; i < n && status == PLM_OK; i++) {
        const plm_loglin_fit *fit = &e->search.model[i].fit;
        plm_model model;
        char name[PLM_MODEL_NAME_BYTES];
        char distance[32];
        plm_model_of_set(&model, e->table.n_lists, e->search.model[i].set);
        plm_model_name(&model, name);
        (void)snprintf(distance, sizeof distance, "BIC+%.3f",
                       fit->bic - e->search.model[0].fit.bic);
        const char *text[] = {"model", distance, name};
        const double numbers[] = {(double)NAN, fit->estimate,
                                  plm_loglin_wald(fit, e->n, -1.959963984540054),
                                  plm_loglin_wald(fit, e->n, 1.959963984540054)};
        status = put_row(out, text, numbers);
    }
    return status;
}

static plm_status put_views(const plm_estimate *e, plm_buf *out)
{
    static const char *const kinds[] = {"full", "condition", "omit", "merge"};
    plm_status status = PLM_OK;
    for (size_t i = 0; i < e->views.n && status == PLM_OK; i++) {
        const plm_view *v = &e->views.item[i];
        const char *names[] = {"main", "stepwise", "graphs", "chao"};
        const double estimates[] = {v->main, v->stepwise, v->graphs, v->chao};
        for (size_t m = 0; m < 4 && status == PLM_OK; m++) {
            char section[32];
            (void)snprintf(section, sizeof section, "%s-%s", kinds[v->kind], names[m]);
            const char *text[] = {section, v->what, ""};
            const double numbers[] = {v->truth, estimates[m], (double)NAN, (double)NAN};
            status = put_row(out, text, numbers);
        }
    }
    return status;
}

static plm_status put_strata(const plm_estimate *e, plm_buf *out)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; i < e->n_strata && status == PLM_OK; i++) {
        const plm_stratum_estimate *s = &e->strata[i];
        char name[2 * PLM_TABLE_NAME_BYTES];
        (void)snprintf(name, sizeof name, "%s=%s", s->stratum->column, s->stratum->value);
        const char *text[] = {s->is_refused ? "stratum-refused" : "stratum", name, s->model};
        const double none = (double)NAN;
        const double numbers[] = {none, s->is_refused ? none : s->stepwise,
                                  s->is_refused ? none : s->low, s->is_refused ? none : s->high};
        status = put_row(out, text, numbers);
    }
    return status;
}

static plm_status put_findings(const plm_estimate *e, plm_buf *out)
{
    const double none[] = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    plm_status status = PLM_OK;
    for (size_t i = 0; i < e->findings.n && status == PLM_OK; i++) {
        const plm_finding *f = &e->findings.item[i];
        const char *text[] = {plm_finding_level_name(f->level), f->code, f->text};
        status = put_row(out, text, none);
    }
    return status;
}

plm_status plm_report_csv(const plm_estimate *e, plm_buf *out)
{
    size_t before = out->n;
    plm_status status = plm_buf_printf(out, "section,name,model,truth,estimate,low,high\n");
    if (status == PLM_OK) {
        status = put_findings(e, out);
    }
    if (status == PLM_OK && !e->is_refused) {
        status = put_methods(e, out);
        status = status == PLM_OK ? put_models(e, out) : status;
        status = status == PLM_OK ? put_views(e, out) : status;
        status = status == PLM_OK ? put_strata(e, out) : status;
    }
    if (status != PLM_OK) {
        out->n = before;
    }
    return status;
}
