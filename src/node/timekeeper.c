/* SPDX-License-Identifier: Apache-2.0 */
#include "node/timekeeper.h"

#include "net/net.h"
#include "node/standing.h"

#include <string.h>
#include <unistd.h>

/* Each one once: what can't be written down is not to be tried without end. */
static plm_status repeat_all(const plm_serve_config *config, plm_node *node)
{
    uint8_t before[PLM_STANDING_ID_BYTES] = {0};
    plm_standing_row row;
    plm_status status = plm_standing_next(node->store, plm_wall_ms(), &row);
    while (status == PLM_OK && *config->stop == 0 && memcmp(before, row.id, sizeof before) != 0) {
        plm_outcome outcome;
        plm_status came = plm_standing_repeat(node, row.id, false, &outcome);
        config->repeated(config->context, came, row.id, &outcome);
        memcpy(before, row.id, sizeof before);
        status = plm_standing_next(node->store, plm_wall_ms(), &row);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

void plm_timekeeper_run(const plm_serve_config *config)
{
    plm_node node = {0};
    int lock = -1;
    plm_status status = config->prepare(config->context, &node);
    if (status != PLM_OK) {
        _exit(1);
    }
    status = plm_standing_lock(&node, &lock);
    if (status == PLM_OK) {
        status = repeat_all(config, &node);
        (void)close(lock);
    }
    config->rested(config->context, &node);
    _exit(status == PLM_OK || status == PLM_E_EXISTS ? 0 : 1);
}
