-- SPDX-License-Identifier: Apache-2.0
-- Requests and offers, and what is delivered between nodes (spec/store.md). States and actions are
-- the numbers of request/machine.h, verdicts those of wire/parcel.h.

CREATE TABLE outbox (
    number          INTEGER PRIMARY KEY,
    id              BLOB NOT NULL UNIQUE,
    peer            TEXT NOT NULL,
    kind            INTEGER NOT NULL,
    bytes           BLOB NOT NULL,
    created_ms      INTEGER NOT NULL,
    ended_ms        INTEGER NOT NULL,
    verdict         INTEGER NOT NULL,
    acknowledgement BLOB NOT NULL
) STRICT;

CREATE INDEX outbox_waiting ON outbox (peer, number) WHERE ended_ms = 0;

CREATE TABLE inbox (
    id              BLOB PRIMARY KEY,
    peer            TEXT NOT NULL,
    received_ms     INTEGER NOT NULL,
    acknowledgement BLOB NOT NULL
) STRICT;

CREATE TABLE delivery (
    peer     TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    next_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE request (
    id          BLOB PRIMARY KEY,
    is_ours     INTEGER NOT NULL,
    peer        TEXT NOT NULL,
    accord_hash BLOB NOT NULL,
    kind        INTEGER NOT NULL,
    is_offer    INTEGER NOT NULL,
    is_urgent   INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    sent_ms     INTEGER NOT NULL,
    due_ms      INTEGER NOT NULL,
    alarm       INTEGER NOT NULL,
    changed_ms  INTEGER NOT NULL,
    draft       BLOB NOT NULL
) STRICT;

CREATE TABLE request_step (
    request_id   BLOB NOT NULL REFERENCES request (id) ON DELETE CASCADE,
    side         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,
    id           BLOB NOT NULL UNIQUE,
    action       INTEGER NOT NULL,
    seen         INTEGER NOT NULL,
    is_void      INTEGER NOT NULL,
    time_ms      INTEGER NOT NULL,
    signed       BLOB NOT NULL,
    content      BLOB NOT NULL,
    retention    INTEGER NOT NULL,
    erased       INTEGER NOT NULL,
    PRIMARY KEY (request_id, side, sequence)
) STRICT;

CREATE INDEX request_step_retention ON request_step (retention) WHERE retention > 0;

-- Sealed pieces of attachments that came in, under the step that announced them.
CREATE TABLE request_chunk (
    step_id BLOB NOT NULL REFERENCES request_step (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    bytes   BLOB NOT NULL,
    PRIMARY KEY (step_id, number)
) STRICT;
