-- SPDX-License-Identifier: Apache-2.0
-- Tallies (spec/tally.md section 9, spec/store.md): facts of a record for statistics alone, by the
-- numbers of ident/facts.h, and a tally's course. States are the numbers of tally/course.h.

ALTER TABLE record ADD COLUMN sex BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN exploitation BIGINT NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN year BIGINT NOT NULL DEFAULT 0;

CREATE TABLE tally (
    id            BYTEA PRIMARY KEY,
    is_counter    BIGINT NOT NULL,
    accord_hash   BYTEA NOT NULL,
    purpose       TEXT COLLATE "C" NOT NULL,
    state         BIGINT NOT NULL,
    revision      BIGINT NOT NULL,
    proposal      BYTEA NOT NULL,
    start         BYTEA NOT NULL,
    result        BYTEA NOT NULL,
    secret        BYTEA NOT NULL,
    officer       TEXT COLLATE "C" NOT NULL,
    epsilon_milli BIGINT NOT NULL,
    charged_ms    BIGINT NOT NULL,
    created_ms    BIGINT NOT NULL,
    deadline_ms   BIGINT NOT NULL,
    ended_ms      BIGINT NOT NULL,
    reason        BIGINT NOT NULL,
    blamed        TEXT COLLATE "C" NOT NULL,
    clause        TEXT COLLATE "C" NOT NULL
);

CREATE INDEX tally_charged ON tally (charged_ms) WHERE charged_ms > 0;

-- What each party said: its signed word to take part, its signature under the table.
CREATE TABLE tally_word (
    tally_id BYTEA NOT NULL REFERENCES tally (id) ON DELETE CASCADE,
    place    BIGINT NOT NULL,
    kind     BIGINT NOT NULL,
    bytes    BYTEA NOT NULL,
    PRIMARY KEY (tally_id, place, kind)
);

-- How far each list has come, as this party knows.
CREATE TABLE tally_list (
    tally_id BYTEA NOT NULL REFERENCES tally (id) ON DELETE CASCADE,
    owner    BIGINT NOT NULL,
    hop      BIGINT NOT NULL,
    PRIMARY KEY (tally_id, owner)
);

-- Pieces of lists that came in, until the list is passed on.
CREATE TABLE tally_piece (
    tally_id BYTEA NOT NULL REFERENCES tally (id) ON DELETE CASCADE,
    owner    BIGINT NOT NULL,
    hop      BIGINT NOT NULL,
    number   BIGINT NOT NULL,
    n_pieces BIGINT NOT NULL,
    bytes    BYTEA NOT NULL,
    PRIMARY KEY (tally_id, owner, hop, number)
);
