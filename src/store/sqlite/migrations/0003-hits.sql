-- SPDX-License-Identifier: Apache-2.0
-- A hit is one row: a record of ours, the peer's pseudonym for its own, all rules that agreed, and
-- what became of it (spec/release.md). Before, each rule was a row.

CREATE TABLE hit_pair (
    run_id      BLOB NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    record_id   INTEGER NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    link        BLOB NOT NULL,
    grade       INTEGER NOT NULL,
    score       INTEGER NOT NULL,
    rules       TEXT NOT NULL,
    words       TEXT NOT NULL,
    state       TEXT NOT NULL,
    cleared     INTEGER NOT NULL,
    officer     TEXT NOT NULL,
    second      TEXT NOT NULL,
    remark      TEXT NOT NULL,
    peer_number INTEGER NOT NULL,
    fields      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    retention   INTEGER NOT NULL,
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

INSERT INTO hit_pair
SELECT run_id, row_number() OVER (PARTITION BY run_id ORDER BY record_id), record_id, x'', 0, 0,
       group_concat(rule, ' '), '', 'known', 0, '', '', '', 0, '', '', min(retention)
FROM (SELECT * FROM hit ORDER BY run_id, record_id, rule)
GROUP BY run_id, record_id;

DROP TABLE hit;
ALTER TABLE hit_pair RENAME TO hit;
CREATE INDEX hit_record ON hit (record_id);
CREATE INDEX hit_state ON hit (state);

-- The key under which a run's links were made (secret); it goes when no batch can come any more.
CREATE TABLE run_link (
    run_id BLOB PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    key    BLOB NOT NULL
) STRICT;

-- What follows a run that the holder learns first: its batches, on both sides.
CREATE TABLE run_release (
    run_id    BLOB PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    is_holder INTEGER NOT NULL,
    slots     INTEGER NOT NULL,
    every_ms  INTEGER NOT NULL,
    n_batches INTEGER NOT NULL,
    next      INTEGER NOT NULL,
    since_ms  INTEGER NOT NULL
) STRICT;
