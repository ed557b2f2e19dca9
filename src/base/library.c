/* SPDX-License-Identifier: Apache-2.0 */
#include "base/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static plm_status fill(const plm_library *l, char *error, size_t size)
{
    void *handle = dlopen(l->soname, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *why = dlerror();
        (void)snprintf(error, size, "%s", why != NULL ? why : l->soname);
        return PLM_E_NOT_FOUND;
    }
    for (size_t i = 0; i < l->n; i++) {
        void *function = dlsym(handle, l->symbols[i].name);
        if (function == NULL) {
            (void)snprintf(error, size, "%s: there is no %s in it", l->soname, l->symbols[i].name);
            (void)dlclose(handle);
            return PLM_E_NOT_FOUND;
        }
        memcpy((char *)l->table + l->symbols[i].at, &function, sizeof function);
    }
    return PLM_OK;
}

plm_status plm_library_load(plm_library *library, char *error, size_t size)
{
    (void)pthread_mutex_lock(&library->lock);
    plm_status status = library->is_loaded ? PLM_OK : fill(library, error, size);
    library->is_loaded = status == PLM_OK;
    (void)pthread_mutex_unlock(&library->lock);
    return status;
}
