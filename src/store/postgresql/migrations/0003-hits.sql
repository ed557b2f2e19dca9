-- SPDX-License-Identifier: Apache-2.0
-- A hit is one row: a record of ours, the peer's pseudonym for its own, all rules that agreed, and
-- what became of it (spec/release.md). Before, each rule was a row.

CREATE TABLE hit_pair (
    run_id      BYTEA NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    number      BIGINT NOT NULL,
    record_id   BIGINT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    link        BYTEA NOT NULL,
    grade       BIGINT NOT NULL,
    score       BIGINT NOT NULL,
    rules       TEXT COLLATE "C" NOT NULL,
    words       TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    cleared     BIGINT NOT NULL,
    officer     TEXT COLLATE "C" NOT NULL,
    second      TEXT COLLATE "C" NOT NULL,
    remark      TEXT COLLATE "C" NOT NULL,
    peer_number BIGINT NOT NULL,
    fields      TEXT COLLATE "C" NOT NULL,
    outcome     TEXT COLLATE "C" NOT NULL,
    retention   BIGINT NOT NULL,
    PRIMARY KEY (run_id, number)
);

INSERT INTO hit_pair
SELECT run_id, row_number() OVER (PARTITION BY run_id ORDER BY record_id), record_id, '\x', 0, 0,
       string_agg(rule, ' ' ORDER BY rule), '', 'known', 0, '', '', '', 0, '', '', min(retention)
FROM hit GROUP BY run_id, record_id;

DROP TABLE hit;
ALTER TABLE hit_pair RENAME TO hit;
CREATE INDEX hit_record ON hit (record_id);
CREATE INDEX hit_state ON hit (state);

-- The key under which a run's links were made (secret); it goes when no batch can come any more.
CREATE TABLE run_link (
    run_id BYTEA PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    key    BYTEA NOT NULL
);

-- What follows a run that the holder learns first: its batches, on both sides.
CREATE TABLE run_release (
    run_id    BYTEA PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    is_holder BIGINT NOT NULL,
    slots     BIGINT NOT NULL,
    every_ms  BIGINT NOT NULL,
    n_batches BIGINT NOT NULL,
    next      BIGINT NOT NULL,
    since_ms  BIGINT NOT NULL
);
