/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLM_IDENT_NAMES_H
#define PLM_IDENT_NAMES_H
#include "base/bytes.h"
enum {
    PLM_NAME_KEY_MAX = 256
};
/* Keys of a canonical name; "" where there is none. */
void plm_name_keys(plm_span name, char folded[PLM_NAME_KEY_MAX], char sound[PLM_NAME_KEY_MAX]);
#endif
