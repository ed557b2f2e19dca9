/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who gets in at a listener while strangers crowd it, and which party has had its share.
 */
#include "node/door.h"

#include "tap.h"

#include <string.h>

static const plm_door_limits limits = {
    .most_admitted = 4, .most_of_party = 2, .refusals_per_hour = 3, .queue_ms = 1000};

static plm_door *make(void)
{
    plm_door *door = NULL;
    CHECK_STATUS(plm_door_create(&door, &limits), PLM_OK);
    return door;
}

static plm_guest *arrive(plm_door *door, unsigned from, int64_t now, plm_guest **goes)
{
    uint8_t address[PLM_DOOR_ADDRESS_BYTES] = {(uint8_t)(from >> 8), (uint8_t)from};
    return plm_door_arrive(door, address, now, goes);
}

/* Up to the handshake, with nobody in the way. */
static plm_guest *knock(plm_door *door, unsigned from, int64_t now)
{
    plm_guest *goes;
    plm_guest *guest = arrive(door, from, now, &goes);
    if (!CHECK(guest != NULL && goes == NULL)) {
        return NULL;
    }
    plm_door_speak(guest, now);
    CHECK(plm_door_begin(door, now, &goes) == guest && goes == NULL);
    return guest;
}

static plm_status admit(plm_door *door, plm_guest *guest, uint8_t party, int64_t now)
{
    const uint8_t key[32] = {party};
    return plm_door_admit(door, guest, key, now);
}

static void test_silent_strangers_hold_no_place(void)
{
    plm_door *door = make();
    plm_guest *goes = NULL;
    for (unsigned i = 0; i < 2 * PLM_DOOR_WAITING_MAX; i++) {
        plm_guest *g = arrive(door, i, i, &goes);
        CHECK(g != NULL);
        CHECK((goes != NULL) == (i >= PLM_DOOR_WAITING_MAX));
        if (goes != NULL) {
            CHECK_EQ_INT(goes->since_ms, i - PLM_DOOR_WAITING_MAX); /* the oldest */
            plm_door_leave(door, goes, false, i);
        }
    }
    /* A peer comes, speaks at once, and is in. */
    plm_guest *peer = arrive(door, 5000, 5000, &goes);
    CHECK(peer != NULL && goes != NULL && goes != peer);
    plm_door_leave(door, goes, false, 5000);
    plm_door_speak(peer, 5001);
    CHECK(plm_door_begin(door, 5002, &goes) == peer && goes == NULL);
    CHECK_STATUS(admit(door, peer, 1, 5003), PLM_OK);
    plm_door_destroy(door);
}

static void test_one_address_has_its_share(void)
{
    plm_door *door = make();
    plm_guest *goes = NULL;
    for (unsigned i = 0; i < PLM_DOOR_OF_ADDRESS; i++) {
        CHECK(arrive(door, 7, i, &goes) != NULL && goes == NULL);
    }
    CHECK(arrive(door, 8, 100, &goes) != NULL && goes == NULL);
    CHECK(arrive(door, 7, 101, &goes) != NULL && goes != NULL);
    CHECK_EQ_INT(goes->since_ms, 0);
    plm_door_leave(door, goes, false, 101);
    plm_door_destroy(door);
}

/* All at the handshake, and silent from then on: they keep it as long as nobody else wants it. */
static void test_a_crowd_at_the_handshake(void)
{
    plm_door *door = make();
    plm_guest *goes = NULL;
    plm_guest *first = knock(door, 0, 0);
    for (unsigned i = 1; i < PLM_DOOR_HANDSHAKES_MAX; i++) {
        (void)knock(door, i, i);
    }
    plm_guest *peer = arrive(door, 99, 400, &goes);
    plm_door_speak(peer, 400);
    CHECK(plm_door_begin(door, PLM_DOOR_GRACE_MS, &goes) == NULL && goes == NULL);
    CHECK(plm_door_begin(door, PLM_DOOR_GRACE_MS + 1, &goes) == NULL && goes == first);
    CHECK(plm_door_begin(door, PLM_DOOR_GRACE_MS + 9, &goes) == NULL && goes == NULL);
    plm_door_leave(door, first, false, PLM_DOOR_GRACE_MS + 10);
    CHECK(plm_door_begin(door, PLM_DOOR_GRACE_MS + 11, &goes) == peer && goes == NULL);
    plm_door_destroy(door);
}

/* A party that has been here before does not wait for strangers, however many there are. */
static void test_a_known_address_goes_first(void)
{
    plm_door *door = make();
    plm_guest *goes = NULL;
    plm_guest *before = knock(door, 99, 0);
    CHECK_STATUS(admit(door, before, 1, 0), PLM_OK);
    plm_door_leave(door, before, false, 0);
    for (unsigned i = 0; i < PLM_DOOR_HANDSHAKES_MAX; i++) {
        (void)knock(door, i, 1);
    }
    plm_guest *stranger = arrive(door, 98, 2, &goes);
    plm_guest *peer = arrive(door, 99, 3, &goes);
    plm_door_speak(stranger, 2);
    plm_door_speak(peer, 3);
    CHECK(plm_door_begin(door, 3, &goes) == peer && goes == NULL);
    CHECK(plm_door_begin(door, 4, &goes) == NULL && goes == NULL);
    plm_door_destroy(door);
}

static void test_time_at_the_door(void)
{
    plm_door *door = make();
    plm_guest *goes = NULL;
    plm_guest *silent = arrive(door, 1, 0, &goes);
    plm_guest *slow = knock(door, 2, 10);
    plm_guest *peer = knock(door, 3, 20);
    CHECK_STATUS(admit(door, peer, 1, 30), PLM_OK);
    CHECK(plm_door_overdue(door, PLM_DOOR_WAIT_MS) == NULL);
    CHECK(plm_door_overdue(door, PLM_DOOR_WAIT_MS + 1) == silent);
    CHECK(plm_door_overdue(door, PLM_DOOR_WAIT_MS + 1) == NULL); /* told once */
    CHECK(plm_door_overdue(door, PLM_DOOR_HANDSHAKE_MS + 11) == slow);
    CHECK(plm_door_overdue(door, INT64_MAX / 2) == NULL); /* a run has limits of its own */
    plm_door_destroy(door);
}

static void test_places_of_parties(void)
{
    plm_door *door = make();
    plm_guest *guests[6];
    for (unsigned i = 0; i < 6; i++) {
        guests[i] = knock(door, i, i);
    }
    CHECK_STATUS(admit(door, guests[0], 1, 10), PLM_OK);
    CHECK_STATUS(admit(door, guests[1], 1, 11), PLM_OK);
    CHECK_STATUS(admit(door, guests[2], 1, 12), PLM_E_LIMIT); /* its share */
    plm_door_leave(door, guests[2], false, 13);
    CHECK_STATUS(admit(door, guests[3], 2, 14), PLM_OK);
    CHECK_STATUS(admit(door, guests[4], 3, 15), PLM_OK);
    CHECK_STATUS(admit(door, guests[5], 2, 16), PLM_E_NOT_FOUND); /* all are taken: it waits */
    CHECK(plm_door_next(door, 17) == NULL);
    plm_door_leave(door, guests[0], false, 18);
    CHECK(plm_door_next(door, 19) == guests[5]);
    CHECK_EQ_INT(guests[5]->state, PLM_GUEST_ADMITTED);
    CHECK(plm_door_next(door, 20) == NULL);
    plm_door_destroy(door);
}

static void test_the_queue_has_an_end(void)
{
    plm_door *door = make();
    for (uint8_t i = 0; i < 4; i++) {
        CHECK_STATUS(admit(door, knock(door, i, 0), i, 0), PLM_OK);
    }
    plm_guest *late = knock(door, 9, 0);
    CHECK_STATUS(admit(door, late, 9, 0), PLM_E_NOT_FOUND);
    CHECK(plm_door_overdue(door, limits.queue_ms) == NULL);
    CHECK(plm_door_overdue(door, limits.queue_ms + 1) == late);
    plm_door_destroy(door);
}

static void test_refused_too_often(void)
{
    plm_door *door = make();
    const int64_t third_ms = 3600000 / 3;
    for (int i = 0; i < 3; i++) {
        plm_guest *guest = knock(door, 1, i);
        CHECK_STATUS(admit(door, guest, 1, i), PLM_OK);
        plm_door_leave(door, guest, true, i);
    }
    plm_guest *again = knock(door, 1, 10);
    CHECK_STATUS(admit(door, again, 1, 10), PLM_E_LIMIT);
    plm_door_leave(door, again, false, 10);
    plm_guest *other = knock(door, 1, 11);
    CHECK_STATUS(admit(door, other, 2, 11), PLM_OK); /* from the same address */
    plm_door_leave(door, other, false, 11);
    again = knock(door, 1, third_ms - 10);
    CHECK_STATUS(admit(door, again, 1, third_ms - 10), PLM_E_LIMIT);
    CHECK_STATUS(admit(door, again, 1, third_ms + 10), PLM_OK); /* one has been forgiven */
    plm_door_destroy(door);
}

static void test_limits_are_checked(void)
{
    plm_door *door = NULL;
    plm_door_limits bad = limits;
    bad.most_admitted = 0;
    CHECK_STATUS(plm_door_create(&door, &bad), PLM_E_ARGUMENT);
    bad.most_admitted = PLM_DOOR_ADMITTED_MAX + 1;
    CHECK_STATUS(plm_door_create(&door, &bad), PLM_E_ARGUMENT);
    bad = limits;
    bad.most_of_party = 0;
    CHECK_STATUS(plm_door_create(&door, &bad), PLM_E_ARGUMENT);
    CHECK(door == NULL);
}

int main(void)
{
    TAP_RUN(test_silent_strangers_hold_no_place);
    TAP_RUN(test_one_address_has_its_share);
    TAP_RUN(test_a_crowd_at_the_handshake);
    TAP_RUN(test_a_known_address_goes_first);
    TAP_RUN(test_time_at_the_door);
    TAP_RUN(test_places_of_parties);
    TAP_RUN(test_the_queue_has_an_end);
    TAP_RUN(test_refused_too_often);
    TAP_RUN(test_limits_are_checked);
    return tap_done();
}
