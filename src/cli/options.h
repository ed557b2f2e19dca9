/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - the command line: one table per subcommand, from which parsing and --help both come.
 */
#ifndef PLM_CLI_OPTIONS_H
#define PLM_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum plm_option_kind {
    PLM_OPTION_FLAG,   /* bool */
    PLM_OPTION_TEXT,   /* const char * */
    PLM_OPTION_NUMBER, /* int64_t, from min to max */
    PLM_OPTION_LIST    /* plm_text_list; the option may be given several times */
} plm_option_kind;

enum {
    PLM_LIST_MAX = 64
};

typedef struct plm_text_list {
    const char *items[PLM_LIST_MAX + 1]; /* NULL-terminated */
    size_t n;
} plm_text_list;

typedef struct plm_option {
    const char *name; /* without the dashes; NULL ends the table */
    plm_option_kind kind;
    void *target;
    const char *value; /* what stands for the value in --help; NULL for a flag */
    const char *help;
    int64_t min;
    int64_t max;
} plm_option;

/* Options that every subcommand takes. */
typedef struct plm_common {
    const char *home;            /* --home, PALERMO_HOME, ~/.palermo */
    const char *key_file;        /* --key-file, PALERMO_KEY_FILE */
    const char *passphrase_file; /* --passphrase-file */
    bool json;
} plm_common;

#define PLM_COMMON_OPTIONS(common)                                                                 \
    {                                                                                              \
        "home", PLM_OPTION_TEXT, &(common)->home, "DIR", "the node's directory (PALERMO_HOME)", 0, \
        0},                                                                                        \
    {                                                                                              \
        "json", PLM_OPTION_FLAG, &(common)->json, NULL, "print JSON", 0, 0                         \
    }

#define PLM_UNLOCK_OPTIONS(common)                                                          \
    {"key-file",                                                                            \
     PLM_OPTION_TEXT,                                                                       \
     &(common)->key_file,                                                                   \
     "FILE",                                                                                \
     "key file that opens the identity key (PALERMO_KEY_FILE)",                             \
     0,                                                                                     \
     0},                                                                                    \
    {                                                                                       \
        "passphrase-file", PLM_OPTION_TEXT, &(common)->passphrase_file, "FILE",             \
            "file whose first line is the passphrase; without either it is asked for", 0, 0 \
    }

#define PLM_OPTIONS_END                               \
    {                                                 \
        NULL, PLM_OPTION_FLAG, NULL, NULL, NULL, 0, 0 \
    }

/* What a subcommand is called with and what --help says of it. */
typedef struct plm_usage_text {
    const char *command;   /* "palermo match" */
    const char *arguments; /* "--with CODE --purpose P"; may be "" */
    const char *summary;   /* one sentence */
} plm_usage_text;

typedef enum plm_parse_result {
    PLM_PARSED,
    PLM_PARSE_HELP, /* --help was asked for and printed: exit 0 */
    PLM_PARSE_ERROR /* said on standard error: exit 2 */
} plm_parse_result;

/*
 * argv[0] is the subcommand. Options and positional arguments may be mixed; "--" ends options.
 * positional: room for max_positional; *n_positional says how many came, at least min_positional.
 */
plm_parse_result plm_options_parse(const plm_usage_text *usage, const plm_option *options, int argc,
                                   char **argv, const char **positional, size_t min_positional,
                                   size_t max_positional, size_t *n_positional);

/* Prints "palermo match: FORMAT" and a hint to --help on standard error; returns the exit status.
 */
int plm_usage_error(const plm_usage_text *usage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
