/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.h - who may stay at a listener, for how long, and who has to go for whom: rules alone, no
 * descriptor, no process, no clock.
 *
 *   arrives          says its first word    a place is free      proves who it is
 *   ───────► SILENT ────────────────► READY ───────────► HANDSHAKE ────────► QUEUED ─► ADMITTED
 *            costs a descriptor       the same           costs two           a party of an accord,
 *            the oldest goes                             processes; the      with a place until it
 *            if there are too many                       oldest goes         leaves
 *
 * Adversary: a stranger who connects as often as he likes, says nothing, or says it slowly; a party
 * that keeps its places, or comes again and again to be refused. Strangers never take a place of
 * the parties', one address never more than its share of the rest, one party never more than its
 * share of the places. Whoever is longest at the door goes first, so a peer that does what is next
 * gets in although a crowd does not; from an address that a party has come from before, it does not
 * wait for strangers at all.
 */
#ifndef PLM_NODE_DOOR_H
#define PLM_NODE_DOOR_H

#include <palermo/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLM_DOOR_WAITING_MAX = 512,   /* silent or ready */
    PLM_DOOR_HANDSHAKES_MAX = 16, /* from addresses that no party has come from */
    PLM_DOOR_OF_ADDRESS = 16,     /* silent, ready or at the handshake, from one address */
    PLM_DOOR_ADMITTED_MAX = 1024,
    PLM_DOOR_GUESTS_MAX = PLM_DOOR_WAITING_MAX + PLM_DOOR_HANDSHAKES_MAX + PLM_DOOR_ADMITTED_MAX,
    PLM_DOOR_WAIT_MS = 10000,      /* silent or ready, each */
    PLM_DOOR_HANDSHAKE_MS = 10000, /* until it has proven its name */
    PLM_DOOR_GRACE_MS = 2000,      /* of a handshake that nobody takes the place of */
    PLM_DOOR_ADDRESS_BYTES = 16,
    PLM_DOOR_PARTIES_MAX = 256
};

typedef enum plm_guest_state {
    PLM_GUEST_NONE,
    PLM_GUEST_SILENT,
    PLM_GUEST_READY,
    PLM_GUEST_HANDSHAKE,
    PLM_GUEST_QUEUED, /* known, and waits for a place */
    PLM_GUEST_ADMITTED
} plm_guest_state;

typedef struct plm_guest {
    plm_guest_state state;
    bool is_told_to_go;
    uint8_t address[PLM_DOOR_ADDRESS_BYTES]; /* IPv6, mapped IPv4; of IPv6 the network of 64 bits */
    uint8_t party[32];                       /* identity key, once it is known */
    int64_t since_ms;                        /* in this state */
    /* The caller's: */
    int fd; /* the connection, then the channel to the principal */
    int pid;
    int64_t told_ms; /* when the principal was told to go; 0: it was not */
} plm_guest;

typedef struct plm_door_limits {
    unsigned most_admitted; /* 1 to PLM_DOOR_ADMITTED_MAX */
    unsigned most_of_party;
    unsigned refusals_per_hour; /* of one party; 0: any number */
    int64_t queue_ms;           /* how long a party waits for a place */
} plm_door_limits;

typedef struct plm_door plm_door;

/* PLM_E_ARGUMENT (a limit of 0, or over its maximum), PLM_E_NOMEM. */
plm_status plm_door_create(plm_door **out, const plm_door_limits *limits) PLM_MUST_CHECK;
void plm_door_destroy(plm_door *door);

/* All guests there may be, in an array whose entries stay where they are; PLM_GUEST_NONE: free. */
plm_guest *plm_door_guests(plm_door *door, size_t *n);

/*
 * Somebody has connected. NULL if there is no room: everybody here has more right to stay.
 * *out_goes: a guest that has to go for it, or NULL; the caller ends it, and calls plm_door_leave
 * when it has gone.
 */
plm_guest *plm_door_arrive(plm_door *door, const uint8_t address[static PLM_DOOR_ADDRESS_BYTES],
                           int64_t now_ms, plm_guest **out_goes);

/* A silent guest has said its first word. */
void plm_door_speak(plm_guest *guest, int64_t now_ms);

/*
 * The guest that has been ready longest, if there is a place at the handshake: it is there now.
 * NULL: none, or no place; *out_goes as above.
 */
plm_guest *plm_door_begin(plm_door *door, int64_t now_ms, plm_guest **out_goes);

/*
 * A guest at the handshake has proven to be a party. PLM_OK: it has a place. PLM_E_NOT_FOUND: it is
 * in the queue. PLM_E_LIMIT: it must go, since the party has its share of places or has been
 * refused too often.
 */
plm_status plm_door_admit(plm_door *door, plm_guest *guest, const uint8_t party[static 32],
                          int64_t now_ms);

/* The guest that has been in the queue longest, if it has a place now; NULL: none. */
plm_guest *plm_door_next(plm_door *door, int64_t now_ms);

/* A guest whose time is over and who was not told to go yet; NULL: none. It is told now. */
plm_guest *plm_door_overdue(plm_door *door, int64_t now_ms);

/* The guest is gone; was_refused counts against its party. */
void plm_door_leave(plm_door *door, plm_guest *guest, bool was_refused, int64_t now_ms);

#endif
