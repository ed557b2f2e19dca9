/* SPDX-License-Identifier: Apache-2.0 */
/* Files that must be new, on a file system on which a file has one name only: FAT, say. */
#include "base/file.h"

#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool is_refused;

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
    if (is_refused) {
        errno = EPERM;
        return -1;
    }
    return __real_link(from, to);
}

static void test_a_file_is_written_once(void)
{
    char directory[] = "/tmp/plm-name-XXXXXX";
    char path[64];
    plm_buf text;
    plm_buf_init(&text, 16);
    CHECK(mkdtemp(directory) != NULL);
    (void)snprintf(path, sizeof path, "%s/file", directory);
    for (int i = 0; i < 2; i++) {
        is_refused = i == 1;
        CHECK_STATUS(plm_file_write(path, plm_span_str("one"), 0600, true), PLM_OK);
        CHECK_STATUS(plm_file_write(path, plm_span_str("two"), 0600, true), PLM_E_EXISTS);
        plm_buf_clear(&text);
        CHECK_STATUS(plm_file_read(path, &text), PLM_OK);
        CHECK(plm_span_equal(plm_buf_span(&text), plm_span_str("one")));
        CHECK(unlink(path) == 0);
    }
    CHECK(rmdir(directory) == 0); /* nothing else was left in it */
    plm_buf_wipe(&text);
}

int main(void)
{
    TAP_RUN(test_a_file_is_written_once);
    return tap_done();
}
