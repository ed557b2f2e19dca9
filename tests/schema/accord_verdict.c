/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_verdict.c - tells what our readers think of documents, for test_schema.py.
 *
 *     accord_verdict draft                 prints a draft
 *     accord_verdict accord FILE...        "ok", "invalid" or "error" for each
 *     accord_verdict ratification FILE...
 */
#include "accord/draft.h"
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
        const plm_party party = {fixture_codes[i], "Authorité", "fiu", {0}, "[::1]:7143", "-"};
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

static const char *verdict(const char *kind, plm_span text)
{
    plm_accord *accord = NULL;
    plm_ratification ratification;
    plm_status status = strcmp(kind, "accord") == 0
                            ? plm_accord_parse(&accord, text, &quiet, NULL)
                            : plm_ratification_parse(&ratification, text, &quiet, NULL);
    plm_accord_destroy(accord);
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
    for (int i = 2; i < argc; i++) {
        plm_buf text;
        plm_buf_init(&text, 1 << 24);
        plm_status status = plm_file_read(argv[i], &text);
        (void)puts(status == PLM_OK ? verdict(argv[1], plm_buf_span(&text)) : "error");
        plm_buf_wipe(&text);
    }
    return 0;
}
