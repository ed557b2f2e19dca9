/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation.h - commands that are operations of the API: a table says which, from which come the
 * command line, --help, the question, and what is printed.
 *
 *   words and options ─► question ─► inquiry (node or store) ─► JSON ─► --json, or the printer
 *
 * There is one printer for each command and one question: whichever way the answer came, output and
 * exit status are the same. A problem (RFC 9457) is said on standard error, with --json also
 * printed; its fields are named by the option that they came from.
 */
#ifndef PLM_CLI_OPERATION_H
#define PLM_CLI_OPERATION_H

#include "cli/inquiry.h"

enum {
    PLM_OPERATION_OPTIONS_MAX = 16,
    PLM_OPERATION_WORDS_MAX = 4,
    PLM_OPERATION_LIST_MAX = 1000 /* words that are a list */
};

/* What becomes of an option's value. */
typedef enum plm_operation_place {
    PLM_TO_BODY,    /* the member of the body's JSON */
    PLM_TO_QUERY,   /* the parameter */
    PLM_TO_OFFICER, /* who acts, for the operator */
    PLM_TO_COMMAND  /* for prepare or print */
} plm_operation_place;

typedef struct plm_operation_option {
    const char *name; /* without the dashes; NULL ends the table */
    plm_option_kind kind;
    plm_operation_place place;
    const char *member; /* of the body, or parameter */
    const char *value;  /* what stands for the value in --help; NULL for a flag */
    const char *help;
    int64_t min;
    int64_t max;
} plm_operation_option;

enum {
    PLM_OPERATION_PAGED = 1,     /* all pages; the answer is the list of their items */
    PLM_OPERATION_FLOWS = 2,     /* without --json the printer gets each page as it comes */
    PLM_OPERATION_BYTES = 4,     /* the answer is a document: to --out, or standard output */
    PLM_OPERATION_FILE = 8,      /* the body is the file that the last word names, as it is */
    PLM_OPERATION_KEEPS = 16,    /* on the store itself: time does its work on requests first */
    PLM_OPERATION_EXPIRES = 32,  /* records whose retention is over are deleted first */
    PLM_OPERATION_PRIVATE = 128, /* a document that others on this machine may not read */
    PLM_OPERATION_SIGNS = 64 /* takes a key's options, though not each of its routes needs one */
};

enum {
    PLM_GO_ON = -1 /* of prepare */
};

typedef struct plm_operation_call plm_operation_call;

typedef struct plm_operation {
    plm_usage_text usage;
    const char *method;
    const char *path;  /* of the route: "/v1/hits/{run}/{hit}"; {...} are the words, in order */
    const char *query; /* always in the query: "order=oldest"; NULL: nothing */
    unsigned flags;
    size_t min_words;
    size_t max_words;
    /* What the words are besides {...}: members of the body; "?NAME": parameters. NULL: nothing. */
    const char *members[PLM_OPERATION_WORDS_MAX];
    const char *list; /* all words together: the body's list of that name. NULL: they are not */
    const plm_operation_option *options; /* NULL: none */
    /*
     * Checks and completes what is asked before anything is opened. PLM_GO_ON; or an exit status,
     * after saying what is wrong, or doing here what is no operation. May be NULL.
     */
    int (*prepare)(plm_operation_call *call);
    /* Makes what is printed of the answer (consumed), with --json too; a reference. May be NULL. */
    json_t *(*shape)(const plm_operation_call *call, json_t *answer);
    const char *document; /* the answer's member that is written as with PLM_OPERATION_BYTES */
    /* As text. */
    void (*print)(const plm_operation_call *call, const json_t *answer);
    /* The exit status that an answer stands for; NULL: 0. */
    int (*judge)(const plm_operation_call *call, const json_t *answer);
    int wrong; /* the exit status of a value that is not allowed; 0: USAGE, of a file's INPUT */
    /* What else is to be printed of a problem, as text. May be NULL. */
    void (*print_problem)(const plm_operation_call *call, const json_t *problem);
} plm_operation;

typedef struct plm_operation_value {
    const char *text; /* NULL: not given */
    int64_t number;   /* INT64_MIN: not given */
    bool flag;
    plm_text_list list;
} plm_operation_value;

/* An operation at work. */
struct plm_operation_call {
    const plm_operation *operation;
    plm_common common;
    plm_access access;
    plm_operation_value values[PLM_OPERATION_OPTIONS_MAX]; /* as the options stand in the table */
    const char *words[PLM_OPERATION_LIST_MAX];
    size_t n_words;
    const char *arguments[PLM_API_ARGUMENTS_MAX]; /* for {...}; the words, unless prepared */
    char scratch[PLM_API_ARGUMENT_MAX];           /* for what prepare makes of a word */
    json_t *body;                                 /* members; NULL: a route without a body */
    const char *file;                             /* the body's, or NULL */
    const char *out_path;                         /* of a document; NULL: standard output */
    bool is_remote;
};

/* The exit status. */
int plm_operation_run(const plm_operation *operation, int argc, char **argv);

/*
 * Asks for something else first, for prepare: *out is a new reference. PLM_GO_ON, or the exit
 * status after saying what is wrong.
 */
int plm_operation_fetch(const plm_operation_call *call, const char *target, json_t **out);

/* The option's value. */
const plm_operation_value *plm_operation_value_of(const plm_operation_call *call, const char *name);
/* A shape: the last first, as the API's lists of what happened come the other way round. */
json_t *plm_oldest_first(const plm_operation_call *call, json_t *items);

/* A shape: the list of {"items": ...} that comes as a whole. */
json_t *plm_items_of(const plm_operation_call *call, json_t *answer);

/* A member that is text; "" if there is none. */
const char *plm_text_of(const json_t *object, const char *key);
/* A member that is a number; 0 if there is none. */
long long plm_number_of(const json_t *object, const char *key);

#define PLM_OFFICER_OPTION(help)                                             \
    {                                                                        \
        "officer", PLM_OPTION_TEXT, PLM_TO_OFFICER, NULL, "NAME", help, 0, 0 \
    }
#define PLM_OPERATION_OPTIONS_END                                     \
    {                                                                 \
        NULL, PLM_OPTION_FLAG, PLM_TO_COMMAND, NULL, NULL, NULL, 0, 0 \
    }

#endif
