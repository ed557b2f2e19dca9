/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_verdict.c - tells what our readers think of documents, for test_schema.py.
 *
 *     accord_verdict draft                 prints a draft
 *     accord_verdict accord FILE...        "ok", "invalid" or "error" for each
 *     accord_verdict ratification FILE...
 *     accord_verdict denunciation FILE...
 *     accord_verdict labels                prints the names of all fields a hit can disclose
 */
#include "accord/draft.h"
#include "accord/ratification.h"
#include "accord_fixture.h"
#include "base/file.h"

static const plm_diag_sink quiet = {NULL, NULL};

static int print_draft(void)
{
    plm_party parties[3];
    plm_buf text;
    const plm_draft_options options = {.expires = {2031, 12, 31}};
    plm_buf_init(&text, PLM_ACCORD_BYTES_MAX);
    for (unsigned i = 0; i < 3; i++) {
        uint8_t seed[32];
        const plm_party party = {.code = fixture_codes[i],
                                 .name = "Authorité",
                                 .kind = "fiu",
                                 .address = "[::1]:7143",
                                 .contact = "-"};
        parties[i] = party;
        fixture_seed(seed, i);
        plm_identity_public(parties[i].identity, seed);
    }
    plm_status status = plm_accord_draft(&text, parties, 3, &options, &quiet);
    if (status == PLM_OK) {
        (void)fwrite(text.data, 1, text.n, stdout);
    }
    plm_buf_wipe(&text);
    return status != PLM_OK;
}

static plm_status judge(const char *kind, plm_span text)
{
    plm_accord *accord = NULL;
    plm_ratification ratification;
    plm_denunciation denunciation;
    plm_status status;
    if (strcmp(kind, "accord") == 0) {
        status = plm_accord_parse(&accord, text, &quiet, NULL);
        plm_accord_destroy(accord);
    } else if (strcmp(kind, "ratification") == 0) {
        status = plm_ratification_parse(&ratification, text, &quiet, NULL);
        if (status == PLM_OK) {
            plm_ratification_wipe(&ratification);
        }
    } else {
        status = plm_denunciation_parse(&denunciation, text, &quiet, NULL);
        if (status == PLM_OK) {
            plm_denunciation_wipe(&denunciation);
        }
    }
    return status;
}

static const char *verdict(const char *kind, plm_span text)
{
    plm_status status = judge(kind, text);
    return status == PLM_OK                                    ? "ok"
           : status == PLM_E_INVALID || status == PLM_E_SYNTAX ? "invalid"
                                                               : "error";
}

int main(int argc, char **argv)
{
    if (argc < 2 || plm_crypto_init() != PLM_OK) {
        return 2;
    }
    if (strcmp(argv[1], "draft") == 0) {
        return print_draft();
    }
    for (size_t i = 0; strcmp(argv[1], "labels") == 0 && i < plm_label_count(); i++) {
        (void)puts(plm_label_name(i));
    }
    for (int i = 2; i < argc; i++) {
        plm_buf text;
        plm_buf_init(&text, 1 << 24);
        plm_status status = plm_file_read(argv[i], &text);
        (void)puts(status == PLM_OK ? verdict(argv[1], plm_buf_span(&text)) : "error");
        plm_buf_wipe(&text);
    }
    return 0;
}
