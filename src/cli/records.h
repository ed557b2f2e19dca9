/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.h - all records of a file in memory, for commands that work on a list without a store.
 */
#ifndef PLM_CLI_RECORDS_H
#define PLM_CLI_RECORDS_H

#include "register/import.h"

typedef struct plm_records {
    plm_record *items;
    size_t n;
    size_t capacity;
    plm_arena arena; /* of everything the records point to */
} plm_records;

/*
 * Reads a CSV file with its mapping, or with mapping NULL a file of FollowTheMoney entities. What
 * is wrong with rows and values goes to standard error, the first few of it. *records is to be
 * wiped in any case. Statuses of plm_import_csv; said on standard error.
 */
plm_status plm_records_read(plm_records *records, const char *command, const char *mapping,
                            const char *path) PLM_MUST_CHECK;
void plm_records_wipe(plm_records *records);

#endif
