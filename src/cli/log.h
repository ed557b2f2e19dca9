/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - the log of a long-lived command: one line a message on standard error, with a level.
 *
 * Under systemd the line starts with the level as journald reads it (sd-daemon(3): "<6>") and bears
 * no time, since journald adds its own; elsewhere it starts with the time. What a caller must never
 * put in: names, values of records, keys, texts of requests. Codes of parties, run ids and counts
 * may stand there.
 */
#ifndef PLM_CLI_LOG_H
#define PLM_CLI_LOG_H

#include "base/bytes.h"

/* The numbers of syslog(3), as journald wants them. */
typedef enum plm_log_level {
    PLM_LOG_ERROR = 3,
    PLM_LOG_WARNING = 4,
    PLM_LOG_NOTICE = 5,
    PLM_LOG_INFO = 6
} plm_log_level;

/* "error", "warning", "notice" or "info". PLM_E_NOT_FOUND. */
plm_status plm_log_level_of(plm_log_level *out, const char *word) PLM_MUST_CHECK;
/* From now on only messages of this level or a graver one are written (PLM_LOG_INFO at first). */
void plm_log_limit(plm_log_level level);
/* One line, without its end: control characters, a peer's for instance, become '?'; cut at 700
 * bytes. */
void plm_log(plm_log_level level, const char *format, ...) PLM_PRINTF(2, 3);

/*
 * Tells systemd how things stand (sd_notify(3): "READY=1", "STOPPING=1", "STATUS=..."), where
 * NOTIFY_SOCKET is set; else nothing. What can't be sent is no error: nobody waits for it.
 */
void plm_log_notify(const char *state);

#endif
