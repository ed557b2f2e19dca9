/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corpus.c - runs a fuzz target over every file of a corpus directory, as a plain test.
 */
#include "base/file.h"
#include "fuzz.h"
#include "tap.h"

#include <dirent.h>
#include <limits.h>

static int run_file(const char *path)
{
    plm_buf bytes;
    plm_buf_init(&bytes, 1 << 24);
    plm_status status = plm_file_read(path, &bytes);
    if (CHECK_STATUS(status, PLM_OK)) {
        CHECK_EQ_INT(LLVMFuzzerTestOneInput(bytes.data, bytes.n), 0);
    }
    plm_buf_wipe(&bytes);
    return status == PLM_OK;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
        return 2;
    }
    DIR *directory = opendir(argv[1]);
    unsigned n = 0;
    if (CHECK(directory != NULL)) {
        for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
            char path[PATH_MAX];
            if (entry->d_name[0] != '.') {
                (void)snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
                n += (unsigned)run_file(path);
            }
        }
        (void)closedir(directory);
    }
    CHECK(n > 0); /* an empty corpus tests nothing */
    tap_n_tests = 1;
    tap_n_failed = tap_n_bad_checks > 0;
    printf("%sok 1 - %u inputs\n", tap_n_failed ? "not " : "", n);
    return tap_done();
}
