/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_main.c - palermo-worker: the process that speaks to the peer (node/worker.h).
 */
#include "node/worker.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* libsodium can't go on; without this it would leave a core. */
static void end_without_randomness(void)
{
    _exit(1);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        (void)printf("palermo-worker %s\n", PALERMO_VERSION);
        return 0;
    }
    if (argc != 3 || strcmp(argv[1], PLM_WORKER_ARGUMENT) != 0 ||
        strcmp(argv[2], PALERMO_VERSION) != 0) {
        (void)fprintf(stderr, "palermo-worker %s is started by palermo %s, not by hand\n",
                      PALERMO_VERSION, PALERMO_VERSION);
        return PLM_WORKER_EXIT_FOREIGN;
    }
    (void)sodium_set_misuse_handler(end_without_randomness);
    return plm_worker_main();
}
