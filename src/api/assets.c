/* SPDX-License-Identifier: Apache-2.0 */
#include "api/assets.h"

#include <string.h>

static const plm_asset *find_exactly(const char *path)
{
    for (size_t i = 0; i < plm_n_assets; i++) {
        if (strcmp(plm_assets[i].path, path) == 0) {
            return &plm_assets[i];
        }
    }
    return NULL;
}

const plm_asset *plm_asset_find(const char *path)
{
    const plm_asset *asset = find_exactly(path);
    const char *last = strrchr(path, '/');
    if (asset == NULL && last != NULL && strchr(last, '.') == NULL) {
        asset = find_exactly("/index.html");
    }
    return asset;
}
