/* SPDX-License-Identifier: Apache-2.0 */
#include "index/rows.h"

#include <string.h>

size_t plm_rows_find(const uint8_t *rows, size_t n, size_t row_bytes, const uint8_t *key,
                     size_t key_bytes)
{
    size_t first = 0;
    size_t last = n;
    while (first < last) {
        const size_t middle = first + (last - first) / 2;
        const int order = memcmp(rows + middle * row_bytes, key, key_bytes);
        if (order == 0) {
            return middle;
        }
        if (order < 0) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return SIZE_MAX;
}
