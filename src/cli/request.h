/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - the verbs of palermo request, and what they share.
 */
#ifndef PLM_CLI_REQUEST_H
#define PLM_CLI_REQUEST_H

#include "cli/home.h"
#include "node/request_draft.h"
#include "node/request_view.h"

/* Each gets its own name as argv[0]. */
int plm_request_command_new(int argc, char **argv);
int plm_request_command_edit(int argc, char **argv);
int plm_request_command_check(int argc, char **argv);
int plm_request_command_send(int argc, char **argv);
int plm_request_command_step(int argc, char **argv); /* accept, refuse, answer, ... */
int plm_request_command_attach(int argc, char **argv);
int plm_request_command_list(int argc, char **argv);
int plm_request_command_show(int argc, char **argv);
int plm_request_command_export(int argc, char **argv); /* and print */
int plm_request_command_grounds(int argc, char **argv);

/* A verb at work: the store, and the request it is about. */
typedef struct plm_request_job {
    const char *command;
    plm_home home;
    plm_node node; /* seed: SECRET, if unlocked */
    plm_request_book book;
} plm_request_job;

/*
 * Opens the node and, unless NULL, the request whose id begins with `prefix`; with `unlock` the
 * identity key too. Lets time do its work first (plm_request_keep). Says what is wrong; end the
 * job in any case.
 */
plm_status plm_request_job_begin(plm_request_job *job, const plm_common *common,
                                 const char *command, const char *prefix,
                                 bool unlock) PLM_MUST_CHECK;
/* The exit status for `status`. */
int plm_request_job_end(plm_request_job *job, plm_status status);

/* A document from a file ("-": standard input); new reference. Says what is wrong. */
plm_status plm_request_read_file(const char *command, const char *path,
                                 json_t **out) PLM_MUST_CHECK;
/* The document of the job's draft; new reference. Says so if it is none any more. */
plm_status plm_request_open_draft(const plm_request_job *job, json_t **out) PLM_MUST_CHECK;
/* A plm_missing_fn; context is a JSON array that gets {"field", "what", "article"}. */
plm_missing_fn plm_request_missing;

/*
 * Puts "name=value" or "group.name=value" into a document. PLM_E_INVALID, said: no such field, or a
 * value that is none.
 */
plm_status plm_request_set(json_t *document, const char *assignment,
                           const char *command) PLM_MUST_CHECK;

#endif
