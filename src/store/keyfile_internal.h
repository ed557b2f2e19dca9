/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile_internal.h - sealing with other costs than the default, for tests.
 */
#ifndef PLM_STORE_KEYFILE_INTERNAL_H
#define PLM_STORE_KEYFILE_INTERNAL_H

#include "store/keyfile.h"

/*
 * RFC 9106 section 4, the second recommended option: 64 MiB, 3 passes. For a secret that is as good
 * as a key already: the least that Argon2id takes.
 */
enum {
    PLM_KEYFILE_OPSLIMIT = 3,
    PLM_KEYFILE_MEMLIMIT_KIB = 64 * 1024,
    PLM_KEYFILE_UNIFORM_OPSLIMIT = 1,
    PLM_KEYFILE_UNIFORM_MEMLIMIT_KIB = 8
};

plm_status plm_keyfile_seal_with(plm_buf *out, plm_unlock_kind kind, plm_span secret,
                                 const uint8_t seed[static 32], uint32_t opslimit,
                                 uint32_t memlimit_kib) PLM_MUST_CHECK;

#endif
