/* SPDX-License-Identifier: Apache-2.0 */
#include "node/door.h"

#include <stdlib.h>
#include <string.h>

enum {
    HOUR_MS = 3600000
};

/* How often a party was refused: a bucket that holds an hour's refusals and leaks evenly. */
typedef struct record {
    uint8_t party[32];
    int64_t level_ms; /* what its refusals weigh, in milliseconds of the hour */
    int64_t at_ms;
} record;

struct plm_door {
    plm_door_limits limits;
    plm_guest guests[PLM_DOOR_GUESTS_MAX];
    record records[PLM_DOOR_PARTIES_MAX];
    size_t n_records;
    uint8_t known[PLM_DOOR_PARTIES_MAX][PLM_DOOR_ADDRESS_BYTES]; /* that a party has come from */
    size_t n_known;
    size_t next_known; /* whose entry the next one takes once all are taken */
};

plm_status plm_door_create(plm_door **out, const plm_door_limits *limits)
{
    if (limits->most_admitted == 0 || limits->most_admitted > PLM_DOOR_ADMITTED_MAX ||
        limits->most_of_party == 0 || limits->queue_ms < 0) {
        return PLM_E_ARGUMENT;
    }
    plm_door *door = (plm_door *)calloc(1, sizeof *door);
    if (door == NULL) {
        return PLM_E_NOMEM;
    }
    door->limits = *limits;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        door->guests[i].fd = -1;
    }
    *out = door;
    return PLM_OK;
}

void plm_door_destroy(plm_door *door)
{
    free(door);
}

plm_guest *plm_door_guests(plm_door *door, size_t *n)
{
    *n = PLM_DOOR_GUESTS_MAX;
    return door->guests;
}

static size_t count(const plm_door *door, plm_guest_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        n += door->guests[i].state == state;
    }
    return n;
}

static bool is_unknown(const plm_guest *g)
{
    return g->state == PLM_GUEST_SILENT || g->state == PLM_GUEST_READY ||
           g->state == PLM_GUEST_HANDSHAKE;
}

static bool is_from(const plm_guest *g, const uint8_t *address)
{
    return address == NULL || memcmp(g->address, address, PLM_DOOR_ADDRESS_BYTES) == 0;
}

static size_t count_from(const plm_door *door, const uint8_t *address)
{
    size_t n = 0;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        n += is_unknown(&door->guests[i]) && is_from(&door->guests[i], address);
    }
    return n;
}

static size_t count_of_party(const plm_door *door, const uint8_t *party)
{
    size_t n = 0;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        const plm_guest *g = &door->guests[i];
        n += (g->state == PLM_GUEST_QUEUED || g->state == PLM_GUEST_ADMITTED) &&
             memcmp(g->party, party, sizeof g->party) == 0;
    }
    return n;
}

static bool is_known_address(const plm_door *door, const uint8_t *address)
{
    for (size_t i = 0; i < door->n_known; i++) {
        if (memcmp(door->known[i], address, PLM_DOOR_ADDRESS_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static void know_address(plm_door *door, const uint8_t *address)
{
    if (is_known_address(door, address)) {
        return;
    }
    memcpy(door->known[door->next_known], address, PLM_DOOR_ADDRESS_BYTES);
    door->next_known = (door->next_known + 1) % PLM_DOOR_PARTIES_MAX;
    door->n_known += door->n_known < PLM_DOOR_PARTIES_MAX;
}

/* address NULL: of any. */
static plm_guest *oldest(plm_door *door, plm_guest_state state, const uint8_t *address)
{
    plm_guest *found = NULL;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        plm_guest *g = &door->guests[i];
        if (g->state == state && !g->is_told_to_go && is_from(g, address) &&
            (found == NULL || g->since_ms < found->since_ms)) {
            found = g;
        }
    }
    return found;
}

/* Who has been at the handshake for so long that another may have the place. */
static plm_guest *slowest(plm_door *door, const uint8_t *address, int64_t now_ms)
{
    plm_guest *found = oldest(door, PLM_GUEST_HANDSHAKE, address);
    return found != NULL && now_ms - found->since_ms > PLM_DOOR_GRACE_MS ? found : NULL;
}

/* Of those at the handshake from addresses that no party has come from, the oldest; their number.
 */
static plm_guest *oldest_stranger(plm_door *door, size_t *n)
{
    plm_guest *found = NULL;
    *n = 0;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        plm_guest *g = &door->guests[i];
        if (g->state != PLM_GUEST_HANDSHAKE || is_known_address(door, g->address)) {
            continue;
        }
        ++*n;
        if (!g->is_told_to_go && (found == NULL || g->since_ms < found->since_ms)) {
            found = g;
        }
    }
    return found;
}

static void enter(plm_guest *guest, plm_guest_state state, int64_t now_ms)
{
    guest->state = state;
    guest->since_ms = now_ms;
}

/* Who goes so that one more can come from the address; NULL: nobody. */
static plm_guest *gives_way(plm_door *door, const uint8_t *address, int64_t now_ms)
{
    plm_guest *silent = oldest(door, PLM_GUEST_SILENT, address);
    return silent != NULL ? silent : slowest(door, address, now_ms);
}

plm_guest *plm_door_arrive(plm_door *door, const uint8_t address[static PLM_DOOR_ADDRESS_BYTES],
                           int64_t now_ms, plm_guest **out_goes)
{
    plm_guest *place = NULL;
    *out_goes = NULL;
    for (size_t i = 0; place == NULL && i < PLM_DOOR_GUESTS_MAX; i++) {
        place = door->guests[i].state == PLM_GUEST_NONE ? &door->guests[i] : NULL;
    }
    bool is_share_taken = count_from(door, address) >= PLM_DOOR_OF_ADDRESS;
    bool is_full =
        count(door, PLM_GUEST_SILENT) + count(door, PLM_GUEST_READY) >= PLM_DOOR_WAITING_MAX;
    if (is_share_taken || is_full) {
        *out_goes = is_share_taken ? gives_way(door, address, now_ms)
                                   : oldest(door, PLM_GUEST_SILENT, NULL);
        if (*out_goes == NULL) {
            return NULL;
        }
        (*out_goes)->is_told_to_go = true;
    }
    if (place != NULL) {
        *place = (plm_guest){.fd = -1};
        memcpy(place->address, address, sizeof place->address);
        enter(place, PLM_GUEST_SILENT, now_ms);
    }
    return place;
}

void plm_door_speak(plm_guest *guest, int64_t now_ms)
{
    enter(guest, PLM_GUEST_READY, now_ms);
}

static bool is_one_going(const plm_door *door)
{
    bool is_going = false;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        const plm_guest *g = &door->guests[i];
        is_going = is_going || (g->state == PLM_GUEST_HANDSHAKE && g->is_told_to_go);
    }
    return is_going;
}

static plm_guest *next_ready(plm_door *door, bool is_known)
{
    plm_guest *found = NULL;
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        plm_guest *g = &door->guests[i];
        if (g->state == PLM_GUEST_READY && !g->is_told_to_go &&
            is_known_address(door, g->address) == is_known &&
            (found == NULL || g->since_ms < found->since_ms)) {
            found = g;
        }
    }
    return found;
}

plm_guest *plm_door_begin(plm_door *door, int64_t now_ms, plm_guest **out_goes)
{
    size_t n_strangers;
    plm_guest *stranger = oldest_stranger(door, &n_strangers);
    plm_guest *next = next_ready(door, true);
    *out_goes = NULL;
    if (next == NULL) {
        next = next_ready(door, false);
        if (next != NULL && n_strangers >= PLM_DOOR_HANDSHAKES_MAX) {
            /* One at a time: the next does not go before this one has gone. */
            bool may_go = stranger != NULL && !is_one_going(door) &&
                          now_ms - stranger->since_ms > PLM_DOOR_GRACE_MS;
            *out_goes = may_go ? stranger : NULL;
            next = NULL;
        }
    }
    if (*out_goes != NULL) {
        (*out_goes)->is_told_to_go = true;
    }
    if (next != NULL) {
        enter(next, PLM_GUEST_HANDSHAKE, now_ms);
    }
    return next;
}

/* NULL: there are more parties than one node has; the eldest record makes room. */
static record *record_of(plm_door *door, const uint8_t *party, int64_t now_ms)
{
    record *eldest = &door->records[0];
    for (size_t i = 0; i < door->n_records; i++) {
        record *r = &door->records[i];
        if (memcmp(r->party, party, sizeof r->party) == 0) {
            r->level_ms -= now_ms - r->at_ms < r->level_ms ? now_ms - r->at_ms : r->level_ms;
            r->at_ms = now_ms;
            return r;
        }
        eldest = r->at_ms < eldest->at_ms ? r : eldest;
    }
    record *r = door->n_records < PLM_DOOR_PARTIES_MAX ? &door->records[door->n_records++] : eldest;
    *r = (record){.at_ms = now_ms};
    memcpy(r->party, party, sizeof r->party);
    return r;
}

static bool was_refused_too_often(plm_door *door, const uint8_t *party, int64_t now_ms)
{
    return door->limits.refusals_per_hour > 0 &&
           record_of(door, party, now_ms)->level_ms + HOUR_MS / door->limits.refusals_per_hour >
               HOUR_MS;
}

plm_status plm_door_admit(plm_door *door, plm_guest *guest, const uint8_t party[static 32],
                          int64_t now_ms)
{
    if (count_of_party(door, party) >= door->limits.most_of_party ||
        was_refused_too_often(door, party, now_ms)) {
        return PLM_E_LIMIT;
    }
    memcpy(guest->party, party, sizeof guest->party);
    know_address(door, guest->address);
    if (count(door, PLM_GUEST_ADMITTED) >= door->limits.most_admitted) {
        enter(guest, PLM_GUEST_QUEUED, now_ms);
        return PLM_E_NOT_FOUND;
    }
    enter(guest, PLM_GUEST_ADMITTED, now_ms);
    return PLM_OK;
}

plm_guest *plm_door_next(plm_door *door, int64_t now_ms)
{
    if (count(door, PLM_GUEST_ADMITTED) >= door->limits.most_admitted) {
        return NULL;
    }
    plm_guest *next = oldest(door, PLM_GUEST_QUEUED, NULL);
    if (next != NULL) {
        enter(next, PLM_GUEST_ADMITTED, now_ms);
    }
    return next;
}

plm_guest *plm_door_overdue(plm_door *door, int64_t now_ms)
{
    for (size_t i = 0; i < PLM_DOOR_GUESTS_MAX; i++) {
        plm_guest *g = &door->guests[i];
        int64_t most = g->state == PLM_GUEST_SILENT || g->state == PLM_GUEST_READY
                           ? PLM_DOOR_WAIT_MS
                       : g->state == PLM_GUEST_HANDSHAKE ? PLM_DOOR_HANDSHAKE_MS
                       : g->state == PLM_GUEST_QUEUED    ? door->limits.queue_ms
                                                         : INT64_MAX;
        if (g->state != PLM_GUEST_NONE && !g->is_told_to_go && now_ms - g->since_ms > most) {
            g->is_told_to_go = true;
            return g;
        }
    }
    return NULL;
}

void plm_door_leave(plm_door *door, plm_guest *guest, bool was_refused, int64_t now_ms)
{
    bool is_known = guest->state == PLM_GUEST_QUEUED || guest->state == PLM_GUEST_ADMITTED;
    if (is_known && was_refused && door->limits.refusals_per_hour > 0) {
        record_of(door, guest->party, now_ms)->level_ms += HOUR_MS / door->limits.refusals_per_hour;
    }
    *guest = (plm_guest){.fd = -1};
}
