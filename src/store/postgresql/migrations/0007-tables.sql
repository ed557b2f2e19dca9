-- SPDX-License-Identifier: Apache-2.0
-- Tables that the parties of an accord made themselves and that the accord names by their hash:
-- frequencies of names, equivalent given names (spec/tokens.md sections 3.6 and 4.4).

CREATE TABLE own_table (
    hash     BYTEA PRIMARY KEY,
    kind     TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    bytes    BYTEA NOT NULL,
    added_ms BIGINT NOT NULL
);
