/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/grading.h"

#include <stdio.h>
#include <string.h>

/* What the letters and digits of a system mean. */
static const struct {
    const char *name; /* behind the slash */
    const char *letters;
    const char *digits;
    const char *source[6]; /* in the order of letters */
    const char *information[6];
} systems[] = {
    {"4x4",
     "ABCX",
     "1234",
     {"no doubt about the source, or it was reliable in all instances",
      "source reliable in most instances", "source unreliable in most instances",
      "reliability of the source can't be assessed"},
     {"accuracy not in doubt", "known to the source itself, not to the official who passes it on",
      "not known to the source itself, but corroborated",
      "not known to the source itself, and can't be corroborated"}},
    {"6x6",
     "ABCDEF",
     "123456",
     {"source completely reliable", "source usually reliable", "source fairly reliable",
      "source not usually reliable", "source unreliable",
      "reliability of the source can't be judged"},
     {"confirmed by other sources", "probably true", "possibly true", "doubtful", "improbable",
      "truth can't be judged"}},
};

enum {
    N_SYSTEMS = sizeof systems / sizeof *systems
};

static bool is_of(const char *grading, size_t system)
{
    return grading[0] != '\0' && strchr(systems[system].letters, grading[0]) != NULL &&
           grading[1] != '\0' && strchr(systems[system].digits, grading[1]) != NULL;
}

/* The system a grading is of: its number; N_SYSTEMS if it could be of either; -1 if of none. */
static int system_of(const char *grading)
{
    if (grading[0] == '\0' || grading[1] == '\0') {
        return -1;
    }
    const char *name = grading + 2;
    bool may_be[N_SYSTEMS];
    for (size_t i = 0; i < N_SYSTEMS; i++) {
        may_be[i] = is_of(grading, i);
        if (name[0] == '/' && strcmp(name + 1, systems[i].name) == 0) {
            return may_be[i] ? (int)i : -1;
        }
    }
    if (name[0] != '\0' || (!may_be[0] && !may_be[1])) {
        return -1;
    }
    return may_be[0] && may_be[1] ? N_SYSTEMS : may_be[0] ? 0 : 1;
}

bool plm_grading_is_valid(const char *grading)
{
    return grading[0] == '\0' || system_of(grading) >= 0;
}

plm_status plm_grading_normalise(char out[static PLM_GRADING_MAX], const char *grading)
{
    int system = system_of(grading);
    out[0] = '\0';
    if (grading[0] == '\0') {
        return PLM_OK;
    }
    if (system < 0) {
        return PLM_E_INVALID;
    }
    (void)snprintf(out, PLM_GRADING_MAX, "%.2s%s%.3s", grading, system < N_SYSTEMS ? "/" : "",
                   system < N_SYSTEMS ? systems[system].name : "");
    return PLM_OK;
}

const char *plm_grading_words(char out[static PLM_GRADING_WORDS], const char *grading)
{
    int system = system_of(grading);
    out[0] = '\0';
    if (system == N_SYSTEMS) {
        (void)snprintf(out, PLM_GRADING_WORDS,
                       "source %.1s, information %.1s; whether of the 4x4 or the 6x6 system was "
                       "not said",
                       grading, grading + 1);
    } else if (system >= 0) {
        const char *letter = strchr(systems[system].letters, grading[0]);
        const char *digit = strchr(systems[system].digits, grading[1]);
        (void)snprintf(out, PLM_GRADING_WORDS, "%s; %s (%s)",
                       systems[system].source[letter - systems[system].letters],
                       systems[system].information[digit - systems[system].digits],
                       systems[system].name);
    }
    return out;
}
