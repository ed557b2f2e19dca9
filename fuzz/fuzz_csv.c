/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CSV reader under a mapping. Input: a mapping, a zero byte, the CSV file; without a zero byte
 * all of it is a CSV file under a mapping that uses everything. Then the same bytes as the remarks
 * of an OFAC row.
 */
#include "fuzz.h"
#include "import_check.h"
#include "register/ofac_remarks.h"

static const char mapping[] =
    "{\"format\":\"palermo-mapping/1\",\"header\":false,\"null\":[\"-0-\"],"
    "\"id\":{\"column\":1},\"kind\":{\"constant\":\"person\"},"
    "\"role\":{\"column\":2,\"values\":{\"S\":\"suspect\",\"V\":\"victim\"}},"
    "\"offences\":{\"column\":2,\"split\":\" \"},\"properties\":["
    "{\"type\":\"name\",\"template\":\"{#3} {#1}\"},{\"type\":\"name\",\"column\":3,"
    "\"split\":\";\"},{\"type\":\"birthDate\",\"column\":4,\"dateFormat\":[\"DD/MM/YYYY\","
    "\"D MON YYYY\",\"YYYY\"]},{\"type\":\"document\",\"column\":5,\"country\":{\"column\":6}},"
    "{\"type\":\"phone\",\"column\":5},{\"type\":\"nationality\",\"column\":6}]}";

static void read_remarks(plm_span bytes)
{
    static plm_assembler assembler;
    import_check check;
    plm_span region = plm_span_str("DE");
    check_init(&check);
    plm_assembler_init(&assembler, &check.import);
    for (plm_kind kind = PLM_KIND_PERSON; kind <= PLM_KIND_AIRCRAFT; kind++) {
        plm_assemble_begin(&assembler, "remarks", kind + 1, kind);
        plm_status status = plm_assemble_id(&assembler, "id", plm_span_of(&"ABCDEFGH"[kind], 1));
        must(status == PLM_OK);
        status = plm_ofac_remarks_read(&assembler, bytes, region);
        must(status == PLM_OK);
        status = plm_assemble_finish(&assembler);
        must(status == PLM_OK);
    }
    plm_assembler_wipe(&assembler);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    import_check check;
    const uint8_t *zero = size > 0 ? (const uint8_t *)memchr(data, 0, size) : NULL;
    plm_span csv = plm_span_of(data, size);
    plm_span map = plm_span_str(mapping);
    if (zero != NULL) {
        map = plm_span_of(data, (size_t)(zero - data));
        csv = plm_span_of(zero + 1, size - map.n - 1);
    }
    check_init(&check);
    plm_status status = plm_import_csv_bytes(&check.import, map, "mapping", csv, "csv");
    check_counts(&check, status);
    must(status == PLM_OK || status == PLM_E_SYNTAX || status == PLM_E_INVALID);
    if (size > 0 && size <= 65536) {
        read_remarks(plm_span_of(data, size));
    }
    return 0;
}
