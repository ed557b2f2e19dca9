/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every import with its n-th allocation failing, for each n: it says so, hands over no half record,
 * and loses no memory (the sanitizers' build sees to the last). Linked with --wrap of malloc,
 * calloc and realloc; what shared libraries allocate for themselves is left alone.
 */
#include "import_log.h"

#include "base/file.h"

static uint64_t n_until_failure; /* 0: never */

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

static bool fails(void)
{
    return n_until_failure > 0 && --n_until_failure == 0;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
    return fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

static const char mapping[] =
    "{\"format\":\"palermo-mapping/1\",\"header\":true,\"id\":{\"column\":\"a\"},"
    "\"kind\":{\"constant\":\"person\"},\"properties\":["
    "{\"type\":\"name\",\"template\":\"{b} {a}\"},{\"type\":\"document\",\"column\":\"c\"},"
    "{\"type\":\"nationality\",\"constant\":\"RU\"}]}";
static const char csv[] = "a,b,c\n1,Ivan,4509123456\n2,Olga,4509123457\n";
static const char ftm[] =
    "{\"id\":\"p\",\"schema\":\"Person\",\"properties\":{\"firstName\":[\"Ivan\"],"
    "\"lastName\":[\"Petrov\"],\"passportNumber\":[\"4509123456\"],\"nationality\":[\"ru\"]}}\n";
static const char un[] =
    "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>A</FIRST_NAME>"
    "<INDIVIDUAL_ALIAS><ALIAS_NAME>B, C (D); E</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    "<NATIONALITY><VALUE>Iraq</VALUE></NATIONALITY></INDIVIDUAL></INDIVIDUALS>"
    "</CONSOLIDATED_LIST>";
static const char sdn[] = "7,\"PETROV, Ivan\",individual,-0-,-0-,-0-,-0-,-0-,-0-,-0-,-0-,"
                          "\"nationality Iran; a.k.a. 'X, Y'; Passport A1234567.\"\n";
static const char alt[] = "7,1,aka,\"SIDOROV, Ivan\",-0-\n";

static char sdn_path[64];
static char alt_path[64];

static plm_status import_csv(plm_import *import)
{
    return plm_import_csv_bytes(import, plm_span_str(mapping), "m", plm_span_str(csv), "c");
}

static plm_status import_ftm(plm_import *import)
{
    return plm_import_ftm_bytes(import, plm_span_str(ftm), "f");
}

static plm_status import_un(plm_import *import)
{
    return plm_import_un_bytes(import, plm_span_str(un), "u");
}

static plm_status import_ofac(plm_import *import)
{
    return plm_import_ofac(import, sdn_path, alt_path, NULL);
}

static void fail_each(plm_status (*run)(plm_import *import), uint64_t n_records)
{
    import_log log;
    uint64_t n = 1;
    for (bool failed = true; failed && n < 10000; n++) {
        import_log_init(&log);
        log.is_quiet = true;
        n_until_failure = n;
        plm_status status = run(&log.import);
        failed = n_until_failure == 0;
        n_until_failure = 0;
        CHECK_STATUS(status, failed ? PLM_E_NOMEM : PLM_OK);
        CHECK(failed ? log.import.n_records <= n_records : log.import.n_records == n_records);
        import_log_wipe(&log);
    }
    CHECK(n > 5 && n < 10000);
}

static void test_csv(void)
{
    fail_each(import_csv, 2);
}

static void test_ftm(void)
{
    fail_each(import_ftm, 1);
}

static void test_un(void)
{
    fail_each(import_un, 1);
}

static void test_ofac(void)
{
    (void)snprintf(sdn_path, sizeof sdn_path, "/tmp/palermo-sdn-%ld.csv", (long)getpid());
    (void)snprintf(alt_path, sizeof alt_path, "/tmp/palermo-alt-%ld.csv", (long)getpid());
    CHECK_STATUS(plm_file_write(sdn_path, plm_span_str(sdn), 0600, false), PLM_OK);
    CHECK_STATUS(plm_file_write(alt_path, plm_span_str(alt), 0600, false), PLM_OK);
    fail_each(import_ofac, 1);
    (void)unlink(sdn_path);
    (void)unlink(alt_path);
}

int main(void)
{
    TAP_RUN(test_csv);
    TAP_RUN(test_ftm);
    TAP_RUN(test_un);
    TAP_RUN(test_ofac);
    return tap_done();
}
