/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate.h - bringing a PostgreSQL store's schema up to date.
 *
 * The store's tables stand in the first schema of the connection's search path. The table
 * `migration` says how far it has come, with the digest of each migration.
 */
#ifndef PLM_STORE_POSTGRESQL_MIGRATE_H
#define PLM_STORE_POSTGRESQL_MIGRATE_H

#include "store/postgresql/internal.h"

extern const plm_migration plm_postgresql_migrations[];
extern const size_t plm_postgresql_n_migrations;

/*
 * create: a schema without tables may become a store. PLM_E_NOT_FOUND: there are no tables.
 * PLM_E_STORE: not a store, or a newer one, or of other migrations. Words in error.
 */
plm_status plm_postgresql_migrate(plm_db *db, bool create, char *error, size_t size) PLM_MUST_CHECK;

#endif
