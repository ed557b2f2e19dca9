/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h - the verbs of palermo index.
 */
#ifndef PLM_CLI_INDEX_H
#define PLM_CLI_INDEX_H

#include "cli/operation.h"

/* How long an index of others may be; 0: PLM_INDEX_BYTES_MOST. */
#define PLM_MOST_INDEX_OPTION(mib)                                                              \
    {                                                                                           \
        "most-index", PLM_OPTION_NUMBER, (mib), "MIB", "of an index that is fetched (4096)", 1, \
            INT32_MAX                                                                           \
    }

int plm_index_verb_build(int argc, char **argv);
int plm_index_verb_publish(int argc, char **argv);
int plm_index_verb_rotate(int argc, char **argv);
int plm_index_verb_update(int argc, char **argv);
int plm_index_verb_fetch(int argc, char **argv);
int plm_index_verb_show(int argc, char **argv);

extern const plm_operation plm_operation_index_list;    /* index_list.c */
extern const plm_operation plm_operation_index_notices; /* index_list.c */
extern const plm_operation plm_operation_index_watch;   /* index_list.c */

/*
 * A question whose answer comes as events, the last of them *end: a new reference. The exit status,
 * after saying what is wrong; Ctrl-C cancels it, at the node too.
 */
int plm_index_ask(plm_inquiry *inquiry, const char *target, const json_t *body, const char *unit,
                  json_t **end);
/* What the end says went wrong; the exit status for it. */
int plm_index_say_end(const char *command, const json_t *end);

/* An opened home with its identity key, and the node that it is; closed by plm_index_home_close. */
typedef struct plm_index_home {
    plm_home home;
    plm_node node;
} plm_index_home;

plm_status plm_index_home_open(plm_index_home *out, const plm_common *common,
                               const char *command) PLM_MUST_CHECK;
void plm_index_home_close(plm_index_home *home);

#endif
