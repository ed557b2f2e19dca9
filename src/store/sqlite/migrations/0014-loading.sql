-- SPDX-License-Identifier: Apache-2.0
-- Registers are loaded in pieces that nobody sees before the last (spec/store.md section 7).

-- Which records have a value; it takes the place of an index over record_value, since a load can
-- fill it in order and in pieces. An entry goes with the value that it is of.
CREATE TABLE record_search (
    canonical TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    PRIMARY KEY (canonical, record_id)
) STRICT, WITHOUT ROWID;

INSERT INTO record_search
SELECT DISTINCT canonical, record_id FROM record_value ORDER BY canonical, record_id;

DROP INDEX record_value_canonical;

CREATE TRIGGER record_value_gone AFTER DELETE ON record_value
BEGIN
    DELETE FROM record_search
    WHERE canonical = OLD.canonical AND record_id = OLD.record_id;
END;

-- The load that is under way, or that died: one row at most. Records and quarantined rows from the
-- two numbers on are its own, and nobody's else until it is done.
CREATE TABLE loading (
    id               INTEGER PRIMARY KEY,
    token            INTEGER NOT NULL,
    state            TEXT NOT NULL,
    register_id      INTEGER NOT NULL,
    is_new           INTEGER NOT NULL,
    first_record     INTEGER NOT NULL,
    first_quarantine INTEGER NOT NULL,
    now_ms           INTEGER NOT NULL
) STRICT;

-- What records that are there already are to become, and their parts.
CREATE TABLE loading_record (
    id            INTEGER PRIMARY KEY,
    register_id   INTEGER NOT NULL,
    source_id     TEXT NOT NULL,
    kind          TEXT NOT NULL,
    role          TEXT NOT NULL,
    is_minor      INTEGER NOT NULL,
    is_assessment INTEGER NOT NULL,
    grading       TEXT NOT NULL,
    retention     INTEGER NOT NULL,
    digest        BLOB NOT NULL,
    loaded_ms     INTEGER NOT NULL,
    sex           INTEGER NOT NULL,
    exploitation  INTEGER NOT NULL,
    year          INTEGER NOT NULL
) STRICT;

CREATE TABLE loading_offence (
    record_id INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    code      TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE loading_value (
    record_id INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    type      TEXT NOT NULL,
    flags     INTEGER NOT NULL,
    raw       TEXT NOT NULL,
    canonical TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;
