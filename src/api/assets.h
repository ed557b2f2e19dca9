/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assets.h - the console's files and the API's description, built into the program
 * (tools/embed-assets.py). Without a built console there is one page that says so.
 */
#ifndef PLM_API_ASSETS_H
#define PLM_API_ASSETS_H

#include "base/bytes.h"

typedef struct plm_asset {
    const char *path; /* "/app.js" */
    const char *type;
    const char *etag;  /* with its quotation marks: SHA-256 of the bytes, cut */
    bool is_immutable; /* its name has a hash in it: another content has another name */
    const uint8_t *bytes;
    size_t n;
    const uint8_t *gzip; /* the same compressed; NULL where that saves nothing */
    size_t gzip_n;
} plm_asset;

extern const plm_asset plm_assets[];
extern const size_t plm_n_assets;
/* api/openapi.json */
extern const plm_asset plm_api_description;

/*
 * The file for a path; for a path of the console's own pages, which have no dot in their last
 * segment, its index. NULL: there is none.
 */
const plm_asset *plm_asset_find(const char *path);

#endif
