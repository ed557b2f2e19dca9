/* SPDX-License-Identifier: Apache-2.0 */
#include "node/user_book.h"

#include "ledger/ledger.h"
#include "node/pseudonym.h"

/* 'user-add' and 'user-remove': the pseudonym and the role. */
static plm_status write_ledger(plm_store *store, const char *kind, const plm_user *user,
                               int64_t now_ms)
{
    char pseudonym[PLM_OFFICER_DIGITS + 1];
    plm_buf body;
    plm_buf_init(&body, 256);
    plm_status status = plm_pseudonym_of(store, user->name, pseudonym);
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(pseudonym));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(plm_user_role_name(user->role)));
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, kind, plm_buf_span(&body), now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_user_book_add(plm_store *store, const plm_user *user)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_add_user(store, user);
    if (status == PLM_OK) {
        status = write_ledger(store, "user-add", user, user->created_ms);
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_user_book_remove(plm_store *store, const char *name, int64_t now_ms)
{
    plm_user user;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_get_user(store, name, &user);
    if (status == PLM_OK) {
        status = plm_store_drop_user(store, name);
    }
    if (status == PLM_OK) {
        status = write_ledger(store, "user-remove", &user, now_ms);
    }
    return plm_store_leave(store, mine, status);
}
