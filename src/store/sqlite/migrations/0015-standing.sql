-- SPDX-License-Identifier: Apache-2.0
-- Runs that repeat on a schedule (spec/standing.md section 7): the series that this node asks and
-- that are asked of it, which tokens of a record were entered last (keyed hashes), and which pairs
-- were told. What is of a record goes with it.

CREATE TABLE standing (
    id            BLOB PRIMARY KEY,
    is_asker      INTEGER NOT NULL,
    peer          TEXT NOT NULL,
    accord_hash   BLOB NOT NULL,
    purpose       TEXT NOT NULL,
    case_ref      TEXT NOT NULL,
    offence       TEXT NOT NULL,
    officer       TEXT NOT NULL,
    state         TEXT NOT NULL,
    every_ms      INTEGER NOT NULL,
    key           BLOB NOT NULL,
    created_ms    INTEGER NOT NULL,
    next_ms       INTEGER NOT NULL,
    last_ms       INTEGER NOT NULL,
    whole_ms      INTEGER NOT NULL,
    last_run      BLOB NOT NULL,
    confirmed_run BLOB NOT NULL,
    n_done        INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    failed_ms     INTEGER NOT NULL,
    failure       TEXT NOT NULL,
    clause        TEXT NOT NULL
) STRICT;

CREATE TABLE standing_mark (
    record_id   INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    standing_id BLOB NOT NULL REFERENCES standing (id) ON DELETE CASCADE,
    marks       BLOB NOT NULL,
    PRIMARY KEY (record_id, standing_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing_told (
    record_id   INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    standing_id BLOB NOT NULL REFERENCES standing (id) ON DELETE CASCADE,
    evidence    BLOB NOT NULL,
    link        BLOB NOT NULL,
    run_id      BLOB NOT NULL,
    number      INTEGER NOT NULL,
    PRIMARY KEY (record_id, standing_id, evidence, link)
) STRICT, WITHOUT ROWID;
