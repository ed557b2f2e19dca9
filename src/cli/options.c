/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/exit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HELP_COLUMN = 28
};

static void print_help(const plm_usage_text *usage, const plm_option *options)
{
    printf("usage: %s %s\n\n%s\n\noptions:\n", usage->command, usage->arguments, usage->summary);
    for (const plm_option *o = options; o->name != NULL; o++) {
        int width = printf("  --%s%s%s", o->name, o->value != NULL ? " " : "",
                           o->value != NULL ? o->value : "");
        printf("%*s%s\n", width < HELP_COLUMN ? HELP_COLUMN - width : 2, "", o->help);
    }
    printf("  --help%*sthis text\n", HELP_COLUMN - 8, "");
}

int plm_usage_error(const plm_usage_text *usage, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fprintf(stderr, "%s: ", usage->command);
    (void)vfprintf(stderr, format, args);
    (void)fprintf(stderr, "\nTry '%s --help'.\n", usage->command);
    va_end(args);
    return PLM_EXIT_USAGE;
}

static const plm_option *find_option(const plm_option *options, const char *name, size_t n)
{
    for (const plm_option *o = options; o->name != NULL; o++) {
        if (strlen(o->name) == n && strncmp(o->name, name, n) == 0) {
            return o;
        }
    }
    return NULL;
}

static bool set_number(const plm_usage_text *usage, const plm_option *o, const char *text)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || v < o->min || v > o->max) {
        (void)plm_usage_error(
            usage, "--%s takes a whole number from %" PRId64 " to %" PRId64 ", not \"%s\"", o->name,
            o->min, o->max, text);
        return false;
    }
    *(int64_t *)o->target = v;
    return true;
}

static bool set_option(const plm_usage_text *usage, const plm_option *o, const char *text)
{
    plm_text_list *list;
    switch (o->kind) {
    case PLM_OPTION_FLAG:
        *(bool *)o->target = true;
        return true;
    case PLM_OPTION_TEXT:
        *(const char **)o->target = text;
        return true;
    case PLM_OPTION_NUMBER:
        return set_number(usage, o, text);
    case PLM_OPTION_LIST:
    default:
        list = (plm_text_list *)o->target;
        if (list->n == PLM_LIST_MAX) {
            (void)plm_usage_error(usage, "--%s may be given %d times at most", o->name,
                                  PLM_LIST_MAX);
            return false;
        }
        list->items[list->n++] = text;
        return true;
    }
}

/* One "--name", "--name=value" or "--name value"; *i moves to the last argument used. */
static bool take_option(const plm_usage_text *usage, const plm_option *options, int argc,
                        char **argv, int *i)
{
    const char *name = argv[*i] + 2;
    const char *equals = strchr(name, '=');
    size_t n = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const plm_option *o = find_option(options, name, n);
    if (o == NULL) {
        (void)plm_usage_error(usage, "there is no option --%.*s", (int)n, name);
        return false;
    }
    if (o->kind == PLM_OPTION_FLAG) {
        if (equals != NULL) {
            (void)plm_usage_error(usage, "--%s takes no value", o->name);
            return false;
        }
        return set_option(usage, o, NULL);
    }
    if (equals != NULL) {
        return set_option(usage, o, equals + 1);
    }
    if (*i + 1 >= argc) {
        (void)plm_usage_error(usage, "--%s needs a value: %s", o->name, o->value);
        return false;
    }
    *i += 1;
    return set_option(usage, o, argv[*i]);
}

plm_parse_result plm_options_parse(const plm_usage_text *usage, const plm_option *options, int argc,
                                   char **argv, const char **positional, size_t min_positional,
                                   size_t max_positional, size_t *n_positional)
{
    size_t n = 0;
    bool options_over = false;
    for (int i = 1; i < argc; i++) {
        bool is_option = !options_over && strncmp(argv[i], "--", 2) == 0;
        if (is_option && argv[i][2] == '\0') {
            options_over = true;
        } else if (is_option && strcmp(argv[i], "--help") == 0) {
            print_help(usage, options);
            return PLM_PARSE_HELP;
        } else if (is_option) {
            if (!take_option(usage, options, argc, argv, &i)) {
                return PLM_PARSE_ERROR;
            }
        } else if (n == max_positional) {
            (void)plm_usage_error(usage, "one argument too many: \"%s\"", argv[i]);
            return PLM_PARSE_ERROR;
        } else {
            positional[n++] = argv[i];
        }
    }
    if (n < min_positional) {
        (void)plm_usage_error(usage, "an argument is missing: %s", usage->arguments);
        return PLM_PARSE_ERROR;
    }
    if (n_positional != NULL) {
        *n_positional = n;
    }
    return PLM_PARSED;
}
