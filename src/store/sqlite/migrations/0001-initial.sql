-- SPDX-License-Identifier: Apache-2.0
-- The store's first schema (spec/store.md). Times are UTC milliseconds since 1970, dates are days
-- as YYYYMMDD (0: none), digests and hashes are bytes.

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE register (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,
    format    TEXT NOT NULL,
    loaded_ms INTEGER NOT NULL
) STRICT;

-- No column for ethnicity, religion or opinion exists, and none may be added.
CREATE TABLE record (
    id            INTEGER PRIMARY KEY,
    register_id   INTEGER NOT NULL REFERENCES register (id) ON DELETE CASCADE,
    source_id     TEXT NOT NULL,
    kind          TEXT NOT NULL,
    role          TEXT NOT NULL,
    is_minor      INTEGER NOT NULL,
    is_assessment INTEGER NOT NULL,
    grading       TEXT NOT NULL,
    retention     INTEGER NOT NULL,
    digest        BLOB NOT NULL,
    loaded_ms     INTEGER NOT NULL,
    UNIQUE (register_id, source_id)
) STRICT;

CREATE INDEX record_retention ON record (retention) WHERE retention > 0;

CREATE TABLE record_offence (
    record_id INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    code      TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_value (
    record_id INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    type      TEXT NOT NULL,
    flags     INTEGER NOT NULL,
    raw       TEXT NOT NULL,
    canonical TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id          INTEGER PRIMARY KEY,
    register_id INTEGER NOT NULL REFERENCES register (id) ON DELETE CASCADE,
    file        TEXT NOT NULL,
    line        INTEGER NOT NULL,
    field       TEXT,
    reason      TEXT NOT NULL,
    seen_ms     INTEGER NOT NULL
) STRICT;

CREATE INDEX quarantine_register ON quarantine (register_id);

CREATE TABLE accord (
    hash       BLOB PRIMARY KEY,
    bytes      BLOB NOT NULL,
    adopted_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE ratification (
    accord_hash BLOB NOT NULL REFERENCES accord (hash),
    party       TEXT NOT NULL,
    document    BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (accord_hash, party)
) STRICT;

CREATE TABLE run (
    id          BLOB PRIMARY KEY,
    is_asker    INTEGER NOT NULL,
    peer        TEXT NOT NULL,
    accord_hash BLOB NOT NULL,
    purpose     TEXT NOT NULL,
    case_ref    TEXT NOT NULL,
    officer     TEXT NOT NULL,
    state       TEXT NOT NULL,
    failure     TEXT,
    clause      TEXT,
    n_own       INTEGER NOT NULL,
    n_peer      INTEGER NOT NULL,
    charged     INTEGER NOT NULL,
    started_ms  INTEGER NOT NULL,
    ended_ms    INTEGER NOT NULL,
    proposal    BLOB NOT NULL,
    acceptance  BLOB NOT NULL,
    receipt     BLOB NOT NULL
) STRICT;

CREATE INDEX run_usage ON run (peer, accord_hash, purpose, started_ms);

CREATE TABLE hit (
    run_id    BLOB NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    record_id INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    rule      TEXT NOT NULL,
    retention INTEGER NOT NULL,
    PRIMARY KEY (run_id, record_id, rule)
) STRICT, WITHOUT ROWID;

CREATE INDEX hit_record ON hit (record_id);

CREATE TABLE ledger (
    sequence INTEGER PRIMARY KEY,
    time_ms  INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    body     BLOB NOT NULL,
    hash     BLOB NOT NULL
) STRICT;
