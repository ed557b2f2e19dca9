/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate.h - bringing a SQLite store's schema up to date.
 *
 * A store says what it is by PRAGMA application_id ("PLMO") and how far it has come by
 * user_version, the number of its last migration; the table `migration` keeps the digest of each,
 * so that a store made by other statements under the same number is noticed.
 */
#ifndef PLM_STORE_SQLITE_MIGRATE_H
#define PLM_STORE_SQLITE_MIGRATE_H

#include "store/db.h"

#include <sqlite3.h>

extern const plm_migration plm_sqlite_migrations[];
extern const size_t plm_sqlite_n_migrations;

/* create: an empty file may become a store. PLM_E_STORE with words in error. */
plm_status plm_sqlite_migrate(sqlite3 *db, bool create, char *error, size_t size) PLM_MUST_CHECK;

#endif
