/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.h - shared libraries that few commands need, loaded when one does.
 *
 * libpq, libmicrohttpd and libxml2 bring some twenty others with them (Kerberos, LDAP, GnuTLS,
 * ...). A program linked with them spends two thirds of its start on what most commands, and every
 * worker, never call. Here a table holds their functions under their own names and with the types
 * of their headers:
 *
 *     #define PLM_PQ_FUNCTIONS(F) F(PQclear) F(PQexec) ...
 *     typedef struct plm_pq_functions {
 *         PLM_PQ_FUNCTIONS(PLM_LIBRARY_FIELD)
 *     } plm_pq_functions;
 *     static plm_library library = PLM_LIBRARY("libpq.so.5", symbols, &plm_pq);
 *
 * The name under which a library is asked for is that of the one the headers came with
 * (tools/soname), so that a newer, incompatible one is not taken for it (decision 0064).
 */
#ifndef PLM_BASE_LIBRARY_H
#define PLM_BASE_LIBRARY_H

#include <palermo/attributes.h>
#include <palermo/status.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* In the struct of a table: a pointer to the function, under its name. */
#define PLM_LIBRARY_FIELD(name) __typeof__(name) *(name);

/* A function of the library, and where in the table its address goes. */
typedef struct plm_symbol {
    const char *name;
    size_t at; /* bytes from the table's beginning */
} plm_symbol;

/* A library with the table of its functions; one for each, with static storage. */
typedef struct plm_library {
    const char *soname;
    const plm_symbol *symbols;
    size_t n;
    void *table;
    pthread_mutex_t lock;
    bool is_loaded;
} plm_library;

#define PLM_LIBRARY(name, list, functions)                                       \
    {                                                                            \
        .soname = (name), .symbols = (list), .n = sizeof(list) / sizeof *(list), \
        .table = (functions), .lock = PTHREAD_MUTEX_INITIALIZER                  \
    }

/*
 * Fills the table from the library, which stays loaded as long as the process lives. Any thread,
 * any number of times. PLM_E_NOT_FOUND: there is no such library, or it lacks a function; error
 * says it.
 */
plm_status plm_library_load(plm_library *library, char *error, size_t size) PLM_MUST_CHECK;

#endif
