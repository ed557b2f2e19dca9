/* SPDX-License-Identifier: Apache-2.0 */
/*
 * absent.c - in place of the driver, where the program is built without libpq.
 */
#include "store/db.h"

#include <stdio.h>

const plm_db_driver plm_postgresql_driver = {0};

plm_status plm_postgresql_open(plm_db **out, const char *uri, bool create, char *error, size_t size)
{
    (void)out;
    (void)uri;
    (void)create;
    (void)snprintf(error, size, "this program was built without PostgreSQL");
    return PLM_E_STORE;
}
