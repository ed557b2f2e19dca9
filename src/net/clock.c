/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"

#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec t = {0, 0};
    (void)clock_gettime(id, &t); /* can't fail for these two clocks */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t plm_clock_us(void)
{
    struct timespec t = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t plm_clock_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t plm_wall_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}
