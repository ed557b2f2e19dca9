/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_policy.c - the bytes make an accord, reservations, denunciations, an amendment and a
 * proposal; the policy and a naive reader of spec/accord.md must say the same of them.
 */
#include "fuzz.h"
#include "policy_world.h"

#include <stdlib.h>

typedef struct byte_source {
    const uint8_t *p;
    size_t n;
} byte_source;

/* One byte at a time; zeroes when they are used up. */
static uint64_t next_byte(void *context)
{
    byte_source *source = (byte_source *)context;
    if (source->n == 0) {
        return 0;
    }
    source->n--;
    return *source->p++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    byte_source source = {data, size};
    const world_chance chance = {next_byte, &source};
    world w;
    naive_verdict naive;
    plm_refusal refusal;
    world_make(&w, &chance);
    if (!w.is_good || !world_agrees(&w, &naive, &refusal)) {
        abort();
    }
    world_wipe(&w);
    return 0;
}
