/* SPDX-License-Identifier: Apache-2.0 */
#include <palermo/status.h>

static const struct {
    const char *name;
    const char *sentence;
} statuses[PLM_STATUS_COUNT] = {
    [PLM_OK] = {"ok", "done"},
    [PLM_E_ARGUMENT] = {"argument", "a function was called with arguments it does not take"},
    [PLM_E_NOMEM] = {"nomem", "out of memory"},
    [PLM_E_IO] = {"io", "a file or socket could not be read or written"},
    [PLM_E_STORE] = {"store", "the store failed"},
    [PLM_E_LIMIT] = {"limit", "a declared maximum would be exceeded"},
    [PLM_E_NOT_FOUND] = {"not-found", "there is no such thing"},
    [PLM_E_EXISTS] = {"exists", "it exists already and differs"},
    [PLM_E_CANCELLED] = {"cancelled", "cancelled"},
    [PLM_E_CRYPTO] = {"crypto", "a cryptographic primitive failed"},
    [PLM_E_LOCKED] = {"locked", "the key could not be opened: wrong passphrase or key file"},
    [PLM_E_SYNTAX] = {"syntax", "the input is not in the format it claims to be"},
    [PLM_E_INVALID] = {"invalid", "the input holds a value that is not allowed"},
    [PLM_E_REJECTED] = {"rejected", "the value was rejected"},
    [PLM_E_PROTOCOL] = {"protocol", "the peer sent a message the protocol does not allow here"},
    [PLM_E_TAMPERED] = {"tampered", "a message was changed on its way"},
    [PLM_E_REPLAYED] = {"replayed", "a message arrived that had been taken before"},
    [PLM_E_TRUNCATED] = {"truncated", "the connection ended in the middle of the run"},
    [PLM_E_TIMEOUT] = {"timeout", "the peer was silent for too long"},
    [PLM_E_AUTH] = {"auth", "the peer is not who the accord says"},
    [PLM_E_PROOF] = {"proof", "the peer's proof does not verify"},
    [PLM_E_REFUSED] = {"refused", "the run was refused"},
    [PLM_E_PEER_CANCEL] = {"peer-cancel", "the peer cancelled the run"},
    [PLM_E_UNREACHABLE] = {"unreachable", "the peer could not be reached"},
    [PLM_E_WORKER_DIED] = {"worker-died", "the process that speaks to the peer died"},
    [PLM_E_PEER_FAILED] = {"peer-failed",
                           "the peer ended the run because of a failure on its side"},
    [PLM_E_NO_WORKER] = {"no-worker", "the program palermo-worker, which speaks to the peer, is "
                                      "missing here or is not of this version"},
};

const char *plm_status_name(plm_status status)
{
    if ((unsigned)status >= PLM_STATUS_COUNT) {
        return "unknown";
    }
    return statuses[status].name;
}

const char *plm_status_sentence(plm_status status)
{
    if ((unsigned)status >= PLM_STATUS_COUNT) {
        return "unknown";
    }
    return statuses[status].sentence;
}
