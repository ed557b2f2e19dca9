-- SPDX-License-Identifier: Apache-2.0
-- Tallies (spec/tally.md section 9, spec/store.md): facts of a record for statistics alone, by the
-- numbers of ident/facts.h, and a tally's course. States are the numbers of tally/course.h.

ALTER TABLE record ADD COLUMN sex INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN exploitation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN year INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tally (
    id            BLOB PRIMARY KEY,
    is_counter    INTEGER NOT NULL,
    accord_hash   BLOB NOT NULL,
    purpose       TEXT NOT NULL,
    state         INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    proposal      BLOB NOT NULL,
    start         BLOB NOT NULL,
    result        BLOB NOT NULL,
    secret        BLOB NOT NULL,
    officer       TEXT NOT NULL,
    epsilon_milli INTEGER NOT NULL,
    charged_ms    INTEGER NOT NULL,
    created_ms    INTEGER NOT NULL,
    deadline_ms   INTEGER NOT NULL,
    ended_ms      INTEGER NOT NULL,
    reason        INTEGER NOT NULL,
    blamed        TEXT NOT NULL,
    clause        TEXT NOT NULL
) STRICT;

CREATE INDEX tally_charged ON tally (charged_ms) WHERE charged_ms > 0;

-- What each party said: its signed word to take part, its signature under the table.
CREATE TABLE tally_word (
    tally_id BLOB NOT NULL REFERENCES tally (id) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    bytes    BLOB NOT NULL,
    PRIMARY KEY (tally_id, place, kind)
) STRICT;

-- How far each list has come, as this party knows.
CREATE TABLE tally_list (
    tally_id BLOB NOT NULL REFERENCES tally (id) ON DELETE CASCADE,
    owner    INTEGER NOT NULL,
    hop      INTEGER NOT NULL,
    PRIMARY KEY (tally_id, owner)
) STRICT;

-- Pieces of lists that came in, until the list is passed on.
CREATE TABLE tally_piece (
    tally_id BLOB NOT NULL REFERENCES tally (id) ON DELETE CASCADE,
    owner    INTEGER NOT NULL,
    hop      INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    n_pieces INTEGER NOT NULL,
    bytes    BLOB NOT NULL,
    PRIMARY KEY (tally_id, owner, hop, number)
) STRICT;
