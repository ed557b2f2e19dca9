-- SPDX-License-Identifier: Apache-2.0
-- Cases at home, denunciations, and which accord amends which (spec/store.md). Accords of version 1
-- are read no more (spec/accord.md section 1): what was adopted of them falls away here; that it was
-- adopted stays in the ledger.

CREATE TABLE case_file (
    reference   TEXT PRIMARY KEY,
    opaque      TEXT NOT NULL UNIQUE,
    officer     TEXT NOT NULL,
    supervisor  TEXT NOT NULL,
    pseudonym   TEXT NOT NULL,
    purpose     TEXT NOT NULL,
    penalty     INTEGER NOT NULL,
    element     TEXT NOT NULL,
    is_group    INTEGER NOT NULL,
    opened_ms   INTEGER NOT NULL,
    closed_ms   INTEGER NOT NULL
) STRICT;

CREATE TABLE case_offence (
    reference TEXT NOT NULL REFERENCES case_file (reference) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    code      TEXT NOT NULL,
    PRIMARY KEY (reference, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE denunciation (
    accord_hash BLOB NOT NULL REFERENCES accord (hash),
    party       TEXT NOT NULL,
    document    BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (accord_hash, party)
) STRICT;

CREATE TABLE amendment (
    accord_hash BLOB PRIMARY KEY REFERENCES accord (hash),
    amends      BLOB NOT NULL
) STRICT;

CREATE INDEX amendment_amends ON amendment (amends);

DELETE FROM ratification WHERE accord_hash IN
    (SELECT hash FROM accord WHERE instr(bytes, CAST('"accord/1"' AS BLOB)) > 0);
DELETE FROM accord WHERE instr(bytes, CAST('"accord/1"' AS BLOB)) > 0;
