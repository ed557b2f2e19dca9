/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "tap.h"

static void test_hex(void)
{
    uint8_t out[2];
    CHECK(plm_hex_decode(out, 2, "00fF") == 0 && out[1] == 255);
    CHECK(plm_hex_decode(out, 2, "00f") < 0);
}

int main(void)
{
    TAP_RUN(test_hex);
    return tap_done();
}
