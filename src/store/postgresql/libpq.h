/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libpq.h - libpq's functions, loaded with the first store that is in PostgreSQL (base/library.h).
 */
#ifndef PLM_STORE_POSTGRESQL_LIBPQ_H
#define PLM_STORE_POSTGRESQL_LIBPQ_H

#include "base/library.h"

#include <libpq-fe.h>

/* clang-format off */
#define PLM_PQ_FUNCTIONS(F) \
    F(PQclear) \
    F(PQconnectdbParams) \
    F(PQconninfo) \
    F(PQconninfoFree) \
    F(PQconninfoParse) \
    F(PQenterPipelineMode) \
    F(PQerrorMessage) \
    F(PQexec) \
    F(PQexecParams) \
    F(PQexecPrepared) \
    F(PQexitPipelineMode) \
    F(PQfinish) \
    F(PQfreemem) \
    F(PQftype) \
    F(PQgetResult) \
    F(PQgetisnull) \
    F(PQgetlength) \
    F(PQgetvalue) \
    F(PQntuples) \
    F(PQpipelineSync) \
    F(PQprepare) \
    F(PQputCopyData) \
    F(PQputCopyEnd) \
    F(PQreset) \
    F(PQresultErrorField) \
    F(PQresultErrorMessage) \
    F(PQresultStatus) \
    F(PQsendQueryParams) \
    F(PQsendQueryPrepared) \
    F(PQsetErrorVerbosity) \
    F(PQstatus) \
    F(PQtransactionStatus)
/* clang-format on */

typedef struct plm_pq_functions {
    PLM_PQ_FUNCTIONS(PLM_LIBRARY_FIELD)
} plm_pq_functions;

/* Filled by plm_pq_load; nothing of it may be called before. */
extern plm_pq_functions plm_pq;

/* PLM_E_NOT_FOUND: the library is not there; error says it. Any thread, any number of times. */
plm_status plm_pq_load(char *error, size_t size) PLM_MUST_CHECK;

#endif
