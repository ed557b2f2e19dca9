/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/tally_reason.h"

static const struct {
    const char *name;
    const char *sentence;
} reasons[] = {
    [PLM_TALLY_NOT_OVER] = {"none", "has ended nothing"},
    [PLM_TALLY_REFUSED] = {"refused", "says that the accord does not allow it"},
    [PLM_TALLY_BUDGET] = {"budget", "has used up its budget of privacy loss"},
    [PLM_TALLY_SMALL] = {"small", "has a list smaller than the accord asks for"},
    [PLM_TALLY_TOKENS] = {"tokens", "has a person with more tokens than are agreed"},
    [PLM_TALLY_CHANGED] = {"changed", "has a list that has grown beyond what it said"},
    [PLM_TALLY_SILENT] = {"silent", "was waited for in vain"},
    [PLM_TALLY_DEVIATED] = {"deviated", "sent what is not in the protocol"},
    [PLM_TALLY_CANCELLED] = {"cancelled", "wanted it ended"},
    [PLM_TALLY_FAILED] = {"failed", "could not go on"},
};

_Static_assert(sizeof reasons / sizeof *reasons == PLM_TALLY_REASON_COUNT, "every reason");

const char *plm_tally_reason_name(unsigned reason)
{
    return reason < PLM_TALLY_REASON_COUNT ? reasons[reason].name : "unknown";
}

const char *plm_tally_reason_sentence(unsigned reason)
{
    return reason < PLM_TALLY_REASON_COUNT ? reasons[reason].sentence
                                           : "ended it for a reason this version does not know";
}
