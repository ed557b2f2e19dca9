/* SPDX-License-Identifier: Apache-2.0 */
/*
 * denunciation.c - a party leaves an accord (spec/accord.md section 4.4).
 */
#include "accord/ratification.h"

#include <string.h>

#define NAME_DENUNCIATION "denunciation"

enum {
    ARENA_MAX = 1 << 20,
    DOCUMENT_MAX = 64 << 10
};

/* The first day that may be the last: the notice counts from the day after it was given. */
static plm_date earliest(const plm_accord *accord, int64_t time_ms)
{
    return plm_date_from_days(plm_date_days(plm_date_of_ms(time_ms)) +
                              (int64_t)accord->notice_days);
}

plm_status plm_denunciation_make(plm_buf *document, const plm_accord *accord, const char *party,
                                 const uint8_t seed[static 32], int64_t time_ms, plm_date last_day,
                                 const char *reason, const plm_diag_sink *sink)
{
    char day[PLM_DATE_TEXT];
    char first[PLM_DATE_TEXT];
    const plm_date soonest = earliest(accord, time_ms);
    const plm_date last = last_day.year == 0 ? soonest : last_day;
    plm_date_format(first, soonest);
    plm_date_format(day, last);
    if (plm_date_compare(last, soonest) < 0) {
        plm_diag_error(sink, NULL, 0, "/last_day",
                       "the accord asks for %u days of notice: %s is the first that may be the "
                       "last day",
                       accord->notice_days, first);
        return PLM_E_INVALID;
    }
    json_t *json = json_pack("{s:s, s:s, s:s}", "palermo", "denunciation/1", "last_day", day,
                             "reason", reason);
    if (json == NULL) {
        return PLM_E_NOMEM;
    }
    size_t before = document->n;
    plm_status status =
        plm_signed_write(document, json, accord, party, seed, time_ms, NAME_DENUNCIATION);
    json_decref(json);
    if (status == PLM_OK) {
        plm_denunciation d;
        const plm_span text = plm_span_of(document->data + before, document->n - before);
        status = plm_denunciation_parse(&d, text, sink, NULL);
        if (status == PLM_OK) {
            plm_denunciation_wipe(&d);
        }
    }
    if (status != PLM_OK) {
        document->n = before;
    }
    return status;
}

static plm_status read_document(plm_denunciation *d, const plm_json_at *root)
{
    static const char *const members[] = {"palermo",  "accord", "party",     "time",
                                          "last_day", "reason", "signature", NULL};
    static const char *const versions[] = {"denunciation/1", NULL};
    const plm_json_at version = plm_json_member(root, "palermo");
    const plm_json_at day = plm_json_member(root, "last_day");
    const plm_json_at reason = plm_json_member(root, "reason");
    const char *text;
    const char *why;
    size_t which;
    plm_status status;
    if ((status = plm_json_object(root, members)) != PLM_OK ||
        (status = plm_json_choice(&version, versions, &which)) != PLM_OK ||
        (status = plm_json_string(&day, 10, 10, &text)) != PLM_OK ||
        (status = plm_json_string(&reason, 1, PLM_TEXT_MAX - 1, &why)) != PLM_OK) {
        return status;
    }
    if (plm_date_parse(&d->last_day, plm_span_str(text)) != PLM_OK || d->last_day.day == 0 ||
        d->last_day.month == 0) {
        return plm_json_error(&day, "is not a date, YYYY-MM-DD");
    }
    d->reason = plm_arena_string(&d->arena, plm_span_str(why));
    return d->reason == NULL ? PLM_E_NOMEM : plm_signed_read(&d->head, root, &d->arena);
}

plm_status plm_denunciation_parse(plm_denunciation *out, plm_span bytes, const plm_diag_sink *sink,
                                  const char *file)
{
    if (bytes.n > DOCUMENT_MAX) {
        plm_diag_error(sink, file, 0, NULL, "longer than %d bytes", DOCUMENT_MAX);
        return PLM_E_LIMIT;
    }
    json_t *document;
    plm_status status = plm_json_parse(&document, bytes, sink, file, 1);
    if (status != PLM_OK) {
        return status;
    }
    plm_denunciation d = {0};
    plm_arena_init(&d.arena, ARENA_MAX);
    const plm_json_at root = plm_json_root(document, sink, file, 0);
    status = read_document(&d, &root);
    json_decref(document);
    if (status != PLM_OK) {
        plm_arena_wipe(&d.arena);
        return status;
    }
    *out = d;
    return PLM_OK;
}

void plm_denunciation_wipe(plm_denunciation *d)
{
    plm_arena_wipe(&d->arena);
    *d = (plm_denunciation){0};
}

plm_status plm_denunciation_verify(const plm_denunciation *d, const plm_accord *accord,
                                   const plm_diag_sink *sink, const char *file)
{
    plm_status status = plm_signed_verify(&d->head, accord, NAME_DENUNCIATION);
    if (status == PLM_OK && plm_date_compare(d->last_day, earliest(accord, d->head.time_ms)) < 0) {
        plm_diag_error(sink, file, 0, "/last_day",
                       "comes before the accord's notice of %u days is over", accord->notice_days);
        return PLM_E_INVALID;
    }
    return status;
}
