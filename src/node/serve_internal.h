/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_internal.h - what the files of the listener share.
 *
 *   serve.c            the door: who comes in, who goes, whose turn it is
 *   serve_principal.c  the process that answers a guest, and what is left of one that died
 *   serve_beside.c     the processes that the listener keeps besides: rounds, and the API's desk
 */
#ifndef PLM_NODE_SERVE_INTERNAL_H
#define PLM_NODE_SERVE_INTERNAL_H

#include "node/door.h"
#include "node/serve.h"

#include <poll.h>
#include <sys/types.h>

enum {
    PLM_LISTENER_POLL_MS = 250,
    /* How a principal ends, beside 0 and 1: */
    PLM_EXIT_REFUSED = 2, /* a run stands in the store that came to nothing */
    PLM_EXIT_CAME = 4     /* something came that the postman may have to go on with */
};

/* A process that is sent out now and then: the postman, the timekeeper. */
typedef struct plm_round {
    void (*run)(const plm_serve_config *config); /* never returns */
    pid_t pid;                                   /* 0: it is not on its way */
    unsigned n_failures;
    int64_t sent_out_ms;
} plm_round;

enum {
    PLM_ROUND_POSTMAN,
    PLM_ROUND_TIMEKEEPER,
    PLM_ROUNDS
};

typedef struct plm_listener {
    const plm_serve_config *config;
    int fd;
    plm_door *door;
    plm_guest *guests;
    size_t n_guests;
    struct pollfd *polls;
    plm_guest **polled; /* whose each of polls is; NULL: the listener's own */
    unsigned n_scarce;  /* times in a row that we could not take or begin one */
    int64_t scarce_until_ms;
    plm_round rounds[PLM_ROUNDS];
    pid_t beside; /* 0: none */
    int64_t beside_started_ms;
    int64_t beside_wait_ms;
} plm_listener;

/* Descriptors or processes have run out: nothing is taken for a while, longer each time. */
void plm_listener_note_scarcity(plm_listener *l);
/* The guest's place is free. was_refused: its run came to nothing. */
void plm_listener_leave(plm_listener *l, plm_guest *guest, bool was_refused);

/*
 * In a child: it does not outlive its listener, which has the node's lock, or nobody could serve
 * the node before its run is over.
 */
void plm_listener_end_with(pid_t parent);
/* In a child: closes what is the listener's and its guests', but for one (NULL: for none). */
void plm_listener_close_others(const plm_listener *l, const plm_guest *guest);

/* Before the first fork, so that every principal is told by SIGUSR1 that the node drains. */
void plm_listener_prepare_leaving(void);
/* A process for a guest that has spoken; the guest's descriptor is the channel to it from now on.
 */
void plm_listener_start_principal(plm_listener *l, plm_guest *guest);
/*
 * how: of waitpid. Where a principal died in a run, a process in its place marks that broken, and
 * ends; false: there is nothing to mend.
 */
bool plm_listener_mend_after(plm_listener *l, plm_guest *guest, int how);

/* One at a time: the next looks around when the one before has come back. */
void plm_listener_send_out(plm_listener *l, plm_round *r);
/* Starts the process beside the listener, again if it has ended. */
void plm_listener_keep_beside(plm_listener *l);
/* Of both: those that have ended. */
void plm_listener_reap_others(plm_listener *l);

#endif
