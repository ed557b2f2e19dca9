-- SPDX-License-Identifier: Apache-2.0
-- Cases at home, denunciations, and which accord amends which (spec/store.md). Accords of version 1
-- are read no more (spec/accord.md section 1): what was adopted of them falls away here; that it was
-- adopted stays in the ledger.

CREATE TABLE case_file (
    reference   TEXT COLLATE "C" PRIMARY KEY,
    opaque      TEXT COLLATE "C" NOT NULL UNIQUE,
    officer     TEXT COLLATE "C" NOT NULL,
    supervisor  TEXT COLLATE "C" NOT NULL,
    pseudonym   TEXT COLLATE "C" NOT NULL,
    purpose     TEXT COLLATE "C" NOT NULL,
    penalty     BIGINT NOT NULL,
    element     TEXT COLLATE "C" NOT NULL,
    is_group    BIGINT NOT NULL,
    opened_ms   BIGINT NOT NULL,
    closed_ms   BIGINT NOT NULL
);

CREATE TABLE case_offence (
    reference TEXT COLLATE "C" NOT NULL REFERENCES case_file (reference) ON DELETE CASCADE,
    position  BIGINT NOT NULL,
    code      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (reference, position)
);

CREATE TABLE denunciation (
    accord_hash BYTEA NOT NULL REFERENCES accord (hash),
    party       TEXT COLLATE "C" NOT NULL,
    document    BYTEA NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (accord_hash, party)
);

CREATE TABLE amendment (
    accord_hash BYTEA PRIMARY KEY REFERENCES accord (hash),
    amends      BYTEA NOT NULL
);

CREATE INDEX amendment_amends ON amendment (amends);

DELETE FROM ratification WHERE accord_hash IN
    (SELECT hash FROM accord WHERE position('"accord/1"'::bytea IN bytes) > 0);
DELETE FROM accord WHERE position('"accord/1"'::bytea IN bytes) > 0;
