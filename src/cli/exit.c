/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/exit.h"

static const int exits[PLM_STATUS_COUNT] = {
    [PLM_OK] = PLM_EXIT_OK,
    [PLM_E_NOT_FOUND] = PLM_EXIT_NOT_FOUND,
    [PLM_E_SYNTAX] = PLM_EXIT_INPUT,
    [PLM_E_INVALID] = PLM_EXIT_INPUT,
    [PLM_E_REJECTED] = PLM_EXIT_INPUT,
    [PLM_E_LOCKED] = PLM_EXIT_LOCKED,
    [PLM_E_STORE] = PLM_EXIT_STORE,
    [PLM_E_CANCELLED] = PLM_EXIT_CANCELLED,
    [PLM_E_UNREACHABLE] = PLM_EXIT_UNREACHABLE,
    [PLM_E_TIMEOUT] = PLM_EXIT_TIMEOUT,
    [PLM_E_TRUNCATED] = PLM_EXIT_TRUNCATED,
    [PLM_E_TAMPERED] = PLM_EXIT_TAMPERED,
    [PLM_E_REPLAYED] = PLM_EXIT_REPLAYED,
    [PLM_E_AUTH] = PLM_EXIT_AUTH,
    [PLM_E_PROTOCOL] = PLM_EXIT_PROTOCOL,
    [PLM_E_PROOF] = PLM_EXIT_PROOF,
    [PLM_E_PEER_CANCEL] = PLM_EXIT_PEER_CANCEL,
    [PLM_E_PEER_FAILED] = PLM_EXIT_PEER_FAILED,
    [PLM_E_WORKER_DIED] = PLM_EXIT_WORKER_DIED,
    [PLM_E_NO_WORKER] = PLM_EXIT_WORKER_DIED,
    [PLM_E_REFUSED] = PLM_EXIT_REFUSED,
};

int plm_exit_status(plm_status status, unsigned refusal_code)
{
    if ((unsigned)status >= PLM_STATUS_COUNT) {
        return PLM_EXIT_FAILED;
    }
    if (status == PLM_E_REFUSED) {
        return PLM_EXIT_REFUSED + (int)(refusal_code < 64 ? refusal_code : 0);
    }
    int value = exits[status];
    return value == PLM_EXIT_OK && status != PLM_OK ? PLM_EXIT_FAILED : value;
}
