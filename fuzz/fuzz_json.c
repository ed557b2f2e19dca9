/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_json.c - any bytes as JSON: what was read and is written again must read the same.
 */
#include "base/json.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static const plm_diag_sink quiet = {NULL, NULL};

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_dump(const json_t *value, bool pretty)
{
    plm_buf out;
    json_t *back = NULL;
    plm_buf_init(&out, 1 << 26);
    require(plm_json_dump(value, pretty, &out) == PLM_OK);
    require(plm_json_parse(&back, plm_buf_span(&out), &quiet, "dump", 1) == PLM_OK);
    require(json_equal(back, value));
    json_decref(back);
    plm_buf_wipe(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *value = NULL;
    if (plm_json_parse(&value, plm_span_of(data, size), &quiet, "fuzz", 1) == PLM_OK) {
        check_dump(value, false);
        check_dump(value, true);
        json_decref(value);
    } else {
        require(value == NULL);
    }
    return 0;
}
