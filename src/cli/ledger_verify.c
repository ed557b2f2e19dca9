/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_verify.c - palermo ledger verify, export.
 */
#include "cli/ledger.h"

#include "base/file.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "ledger/export.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OUT_BUFFER = 1 << 20
};

#define EXPORT_BYTES_MAX ((size_t)64 << 30)

static int say_result(const char *command, const char *party, plm_status status,
                      const plm_audit_result *result, uint64_t n_open, bool json)
{
    bool is_good = status == PLM_OK;
    if (json) {
        int printed = plm_say_json(json_pack(
            "{s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:s, s:I}", "good", (int)is_good, "party", party,
            "entries", (json_int_t)result->n_entries, "bad", (json_int_t)result->bad, "heads",
            (json_int_t)result->n_heads, "countersignatures", (json_int_t)result->n_witnesses,
            "signatures", (json_int_t)result->n_signatures, "finding",
            is_good ? "" : plm_audit_sentence(result->fault), "open_findings", (json_int_t)n_open));
        return is_good ? printed : PLM_EXIT_STORE;
    }
    if (!is_good) {
        plm_say_error(command, "%s %" PRIu64, plm_audit_sentence(result->fault), result->bad);
        return PLM_EXIT_STORE;
    }
    (void)printf(
        "%s: %" PRIu64 " entries, every one where it was written; %" PRIu64
        " heads signed, %" PRIu64 " countersignatures, %" PRIu64 " signatures in the entries\n",
        party, result->n_entries, result->n_heads, result->n_witnesses, result->n_signatures);
    if (n_open > 0) {
        (void)printf("%" PRIu64 " ledgers of other parties do not go on from what they showed: see "
                     "'palermo ledger peers'\n",
                     n_open);
    }
    return PLM_EXIT_OK;
}

static int verify_file(const char *command, const char *path, const uint8_t *identity, bool bodies,
                       bool json)
{
    plm_buf file;
    plm_export_owner owner;
    plm_audit_result result;
    plm_buf_init(&file, EXPORT_BYTES_MAX);
    plm_status status = plm_file_read(path, &file);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        return PLM_EXIT_INPUT;
    }
    status = plm_export_check(plm_buf_span(&file), identity, bodies, &owner, &result);
    plm_buf_wipe(&file);
    if (status != PLM_OK && status != PLM_E_STORE) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_SYNTAX ? "this is no whole export of a ledger"
                      : status == PLM_E_AUTH ? "this is the ledger of another identity key"
                                             : plm_status_sentence(status));
        return plm_exit_status(status, 0);
    }
    return say_result(command, owner.party, status, &result, 0, json);
}

static plm_status count_finding(void *context, const plm_stored_head *finding)
{
    (void)finding;
    *(uint64_t *)context += 1;
    return PLM_OK;
}

static int verify_store(const char *command, const plm_common *common, bool bodies)
{
    plm_home home;
    plm_audit audit;
    plm_party_key *keys = NULL;
    size_t n_keys = 0;
    uint64_t n_open = 0;
    plm_status status = plm_home_open(&home, common, command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_party_keys(home.store, home.code, home.identity, &keys, &n_keys);
    const plm_audit_config config = {home.code, keys, n_keys, bodies};
    plm_audit_init(&audit, &config);
    if (status == PLM_OK) {
        status = plm_store_each_finding(home.store, count_finding, &n_open);
    }
    if (status == PLM_OK) {
        status = plm_audit_store(&audit, home.store);
    }
    bool is_judged = status == PLM_OK || audit.result.fault != PLM_AUDIT_GOOD;
    int result = is_judged
                     ? say_result(command, home.code, status, &audit.result, n_open, common->json)
                     : plm_say_status(command, home.store_path, status);
    plm_audit_wipe(&audit);
    free(keys);
    plm_home_close(&home);
    return result;
}

int plm_ledger_verify_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger verify", "[--file EXPORT [--identity KEY]] [--quick]",
        "Checks that no entry was changed, dropped, added or moved: the chain, the tree, the "
        "heads\n"
        "that were signed, other parties' countersignatures, and every signature in the entries."};
    plm_common common = {0};
    const char *path = NULL;
    const char *key = NULL;
    bool is_quick = false;
    uint8_t identity[32];
    const plm_option options[] = {
        {"file", PLM_OPTION_TEXT, &path, "EXPORT", "a file of 'palermo ledger export'", 0, 0},
        {"identity", PLM_OPTION_TEXT, &key, "KEY", "the identity key its owner must have", 0, 0},
        {"quick", PLM_OPTION_FLAG, &is_quick, NULL, "leave out the signatures in the entries", 0,
         0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (key != NULL && (path == NULL || plm_hex_decode(identity, sizeof identity, key) < 0)) {
        return plm_usage_error(&usage, "--identity takes 64 hexadecimal digits, and needs --file");
    }
    return path != NULL ? verify_file(usage.command, path, key != NULL ? identity : NULL, !is_quick,
                                      common.json)
                        : verify_store(usage.command, &common, !is_quick);
}

static plm_status write_bytes(void *context, plm_span bytes)
{
    FILE *out = (FILE *)context;
    return bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, out) == bytes.n ? PLM_OK : PLM_E_IO;
}

/* Written beside, then moved there, so that a file of that name is a whole one. */
static plm_status export_to(const plm_home *home, const char *path)
{
    char part[PATH_MAX];
    plm_party_key *keys = NULL;
    size_t n_keys = 0;
    (void)snprintf(part, sizeof part, "%s.part", path);
    FILE *out = fopen(part, "wbe");
    if (out == NULL) {
        return PLM_E_IO;
    }
    (void)setvbuf(out, NULL, _IOFBF, OUT_BUFFER);
    plm_status status = plm_party_keys(home->store, home->code, home->identity, &keys, &n_keys);
    if (status == PLM_OK) {
        const plm_audit_config config = {home->code, keys, n_keys, false};
        status = plm_export_write(home->store, &config, home->identity, write_bytes, out);
    }
    free(keys);
    if (status == PLM_OK && (fflush(out) != 0 || fsync(fileno(out)) != 0)) {
        status = PLM_E_IO;
    }
    if (fclose(out) != 0 && status == PLM_OK) {
        status = PLM_E_IO;
    }
    if (status == PLM_OK) {
        status = plm_file_rename(part, path);
    }
    if (status != PLM_OK) {
        (void)remove(part);
    }
    return status;
}

int plm_ledger_export_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger export", "FILE",
        "Writes the whole ledger, with heads, countersignatures and keys, to one file that\n"
        "'palermo ledger verify --file' can check elsewhere."};
    plm_common common = {0};
    const char *path = NULL;
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = export_to(&home, path);
    plm_home_close(&home);
    return status == PLM_OK ? PLM_EXIT_OK : plm_say_status(usage.command, path, status);
}
