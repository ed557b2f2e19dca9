/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_limits.c - how much a worker may take. The worker can't change it: its filter has no
 * setrlimit. The principal raises it when a run's sizes are agreed, and by these alone.
 */
#include "node/session_internal.h"

#include "node/guard.h"

#include <sys/resource.h>

enum {
    MIB = 1 << 20,
    BEFORE_BYTES = 128 * MIB, /* buffers of messages, TLS, tables of the engines */
    CARRIED_BYTES = 512 * MIB,
    /*
     * Of a leg. What the engines take is less than half of it (docs/benchmarks.md): vectors of the
     * fast one with a fixed part, the tokens and their growing array, blinded elements.
     */
    LEG_BYTES = 256 * MIB,
    TOKEN_BYTES = 256,
    LABEL_TIMES = 4,
    STACK_MAX = 64 * MIB,
    CPU_SLACK_S = 60
};

/* Each thread's stack counts with what it may grow to. */
static uint64_t stacks(const plm_session *session)
{
    struct rlimit stack;
    uint64_t bytes = STACK_MAX;
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < STACK_MAX) {
        bytes = stack.rlim_cur;
    }
    return ((uint64_t)session->config.n_threads + 1) * (bytes + MIB);
}

static uint64_t beginning(const plm_session *session)
{
    const plm_carry *carry = session->config.carry;
    return BEFORE_BYTES + stacks(session) +
           (carry != NULL ? CARRIED_BYTES + 4 * (uint64_t)carry->in.n : 0);
}

plm_status plm_session_limit(const plm_session *session)
{
    const plm_session_config *config = &session->config;
    plm_status status = plm_guard_memory_most(session->worker, beginning(session));
    if (status == PLM_OK && config->longest_ms > 0) {
        const uint64_t s = (uint64_t)config->longest_ms / 1000 * (config->n_threads + 1);
        status = plm_guard_time_most(session->worker, s + CPU_SLACK_S);
    }
    return status;
}

plm_status plm_session_limit_leg(const plm_session *session, const plm_session_leg *leg)
{
    const uint64_t n = leg->n_padded + leg->n_peer;
    const uint64_t each = TOKEN_BYTES + (uint64_t)LABEL_TIMES * leg->label_bytes;
    return plm_guard_memory_most(session->worker, beginning(session) + LEG_BYTES + n * each);
}
