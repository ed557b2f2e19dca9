-- SPDX-License-Identifier: Apache-2.0
-- Runs that repeat on a schedule (spec/standing.md section 7): the series that this node asks and
-- that are asked of it, which tokens of a record were entered last (keyed hashes), and which pairs
-- were told. What is of a record goes with it.

CREATE TABLE standing (
    id            BYTEA PRIMARY KEY,
    is_asker      BIGINT NOT NULL,
    peer          TEXT COLLATE "C" NOT NULL,
    accord_hash   BYTEA NOT NULL,
    purpose       TEXT COLLATE "C" NOT NULL,
    case_ref      TEXT COLLATE "C" NOT NULL,
    offence       TEXT COLLATE "C" NOT NULL,
    officer       TEXT COLLATE "C" NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    every_ms      BIGINT NOT NULL,
    key           BYTEA NOT NULL,
    created_ms    BIGINT NOT NULL,
    next_ms       BIGINT NOT NULL,
    last_ms       BIGINT NOT NULL,
    whole_ms      BIGINT NOT NULL,
    last_run      BYTEA NOT NULL,
    confirmed_run BYTEA NOT NULL,
    n_done        BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    failed_ms     BIGINT NOT NULL,
    failure       TEXT COLLATE "C" NOT NULL,
    clause        TEXT COLLATE "C" NOT NULL
);

CREATE TABLE standing_mark (
    record_id   BIGINT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    standing_id BYTEA NOT NULL REFERENCES standing (id) ON DELETE CASCADE,
    marks       BYTEA NOT NULL,
    PRIMARY KEY (record_id, standing_id)
);

CREATE TABLE standing_told (
    record_id   BIGINT NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    standing_id BYTEA NOT NULL REFERENCES standing (id) ON DELETE CASCADE,
    evidence    BYTEA NOT NULL,
    link        BYTEA NOT NULL,
    run_id      BYTEA NOT NULL,
    number      BIGINT NOT NULL,
    PRIMARY KEY (record_id, standing_id, evidence, link)
);
