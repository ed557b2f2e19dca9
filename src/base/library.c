/* SPDX-License-Identifier: Apache-2.0 */
#include "base/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

plm_status plm_library_load(const char *soname, const plm_symbol *symbols, size_t n, void *table,
                            char *error, size_t size)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *why = dlerror();
        (void)snprintf(error, size, "%s", why != NULL ? why : soname);
        return PLM_E_NOT_FOUND;
    }
    for (size_t i = 0; i < n; i++) {
        void *function = dlsym(library, symbols[i].name);
        if (function == NULL) {
            (void)snprintf(error, size, "%s: there is no %s in it", soname, symbols[i].name);
            (void)dlclose(library);
            return PLM_E_NOT_FOUND;
        }
        memcpy((char *)table + symbols[i].at, &function, sizeof function);
    }
    return PLM_OK;
}
