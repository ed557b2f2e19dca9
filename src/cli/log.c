/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/log.h"

#include "base/utf8.h"
#include "cli/say.h"
#include "net/net.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static plm_log_level limit = PLM_LOG_INFO;

plm_status plm_log_level_of(plm_log_level *out, const char *word)
{
    static const struct {
        const char *word;
        plm_log_level level;
    } levels[] = {{"error", PLM_LOG_ERROR},
                  {"warning", PLM_LOG_WARNING},
                  {"notice", PLM_LOG_NOTICE},
                  {"info", PLM_LOG_INFO}};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(word, levels[i].word) == 0) {
            *out = levels[i].level;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

void plm_log_limit(plm_log_level level)
{
    limit = level;
}

/* Standard error is journald's: JOURNAL_STREAM names its device and inode (systemd.exec(5)). */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    uint64_t device;
    uint64_t inode;
    struct stat s;
    return stream != NULL && sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &s) == 0 && s.st_dev == device && s.st_ino == inode;
}

void plm_log(plm_log_level level, const char *format, ...)
{
    char start[PLM_TIME_TEXT];
    char line[700];
    va_list args;
    if (level > limit) {
        return;
    }
    va_start(args, format);
    plm_utf8_vprint(line, sizeof line, format, args);
    va_end(args);
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = '?';
        }
    }
    if (is_journal()) {
        (void)fprintf(stderr, "<%d>%s\n", (int)level, line);
    } else {
        plm_say_time(start, plm_wall_ms());
        (void)fprintf(stderr, "%s %s\n", start, line);
    }
}

void plm_log_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t n = path != NULL ? strlen(path) : 0;
    if (n < 2 || n >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) {
        return;
    }
    memcpy(address.sun_path, path, n);
    if (path[0] == '@') { /* an abstract socket's name begins with a zero byte */
        address.sun_path[0] = '\0';
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
                     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
        (void)close(fd);
    }
}
