/* SPDX-License-Identifier: Apache-2.0 */
#include "node/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 5,
    QUEUE_MAX = 4 * PLM_CONTROL_MESSAGE_MAX,
    READ_STEP = 1 << 18
};

plm_status plm_control_init(plm_control *control, int fd)
{
    *control = (plm_control){.fd = fd};
    plm_buf_init(&control->in, PLM_CONTROL_MESSAGE_MAX + HEADER_BYTES + READ_STEP);
    plm_buf_init(&control->out, QUEUE_MAX);
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? PLM_E_IO : PLM_OK;
}

void plm_control_wipe(plm_control *control)
{
    if (control->fd >= 0) {
        (void)close(control->fd);
    }
    control->fd = -1;
    plm_buf_wipe(&control->in);
    plm_buf_wipe(&control->out);
}

plm_status plm_control_queue(plm_control *control, plm_control_type type, plm_span payload)
{
    if (payload.n > PLM_CONTROL_MESSAGE_MAX) {
        return PLM_E_LIMIT;
    }
    plm_status status = plm_buf_reserve(&control->out, HEADER_BYTES + payload.n);
    if (status == PLM_OK) {
        status = plm_buf_append_u32(&control->out, (uint32_t)payload.n);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&control->out, (uint8_t)type);
    }
    return status == PLM_OK ? plm_buf_append(&control->out, payload.p, payload.n) : status;
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EINTR;
}

plm_status plm_control_flush(plm_control *control)
{
    while (control->out.n > 0) {
        ssize_t n = send(control->fd, control->out.data, control->out.n, MSG_NOSIGNAL);
        if (n < 0) {
            if (errno == EPIPE || errno == ECONNRESET) {
                /* Nobody reads any more, but their last words may still be there to be read. */
                plm_buf_clear(&control->out);
                return PLM_OK;
            }
            return would_block() ? PLM_OK : PLM_E_IO;
        }
        plm_buf_consume(&control->out, (size_t)n);
    }
    return PLM_OK;
}

/* One read, if there is room for it. */
static plm_status read_some(plm_control *control)
{
    control->is_drained = false;
    if (control->ended || control->in.max - control->in.n < READ_STEP) {
        return PLM_OK;
    }
    plm_status status = plm_buf_reserve(&control->in, READ_STEP);
    if (status != PLM_OK) {
        return status;
    }
    ssize_t n = recv(control->fd, control->in.data + control->in.n, READ_STEP, 0);
    control->is_drained = n < READ_STEP; /* a stream gives all it has */
    if (n < 0 && would_block()) {
        return PLM_OK;
    }
    if (n <= 0) {
        control->ended = true;
        return n == 0 || errno == ECONNRESET ? PLM_OK : PLM_E_IO;
    }
    control->in.n += (size_t)n;
    return PLM_OK;
}

plm_status plm_control_hear(plm_control *control)
{
    plm_status status = plm_control_flush(control);
    return status == PLM_OK ? read_some(control) : status;
}

plm_status plm_control_step(plm_control *control)
{
    plm_status status = plm_control_flush(control);
    size_t before;
    do {
        before = control->in.n;
        status = status == PLM_OK ? read_some(control) : status;
    } while (status == PLM_OK && control->in.n > before);
    return status;
}

short plm_control_events(const plm_control *control)
{
    return (short)(POLLIN | (control->out.n > 0 ? POLLOUT : 0));
}

plm_status plm_control_next(plm_control *control, plm_control_message *out)
{
    plm_buf_consume(&control->in, control->taken);
    control->taken = 0;
    plm_reader r = plm_buf_span(&control->in);
    uint32_t n = 0;
    uint8_t type = 0;
    plm_span payload = {NULL, 0};
    if (plm_rd_u32(&r, &n) == 0 && n > PLM_CONTROL_MESSAGE_MAX) {
        return PLM_E_PROTOCOL;
    }
    if (plm_rd_u8(&r, &type) < 0 || plm_rd_take(&r, n, &payload) < 0) {
        return control->ended ? PLM_E_TRUNCATED : PLM_E_NOT_FOUND;
    }
    control->taken = HEADER_BYTES + (size_t)n;
    out->type = (plm_control_type)type;
    out->payload = payload;
    return PLM_OK;
}
