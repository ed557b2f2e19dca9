-- SPDX-License-Identifier: Apache-2.0
-- The Merkle tree above the ledger's chain, the heads we signed, who countersigned them, and what we
-- know of other parties' ledgers (spec/ledger.md).

CREATE TABLE ledger_tree (
    sequence INTEGER PRIMARY KEY,
    nodes    BLOB NOT NULL
) STRICT;

CREATE TABLE ledger_head (
    size    INTEGER PRIMARY KEY,
    signed  BLOB NOT NULL,
    time_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_witness (
    size        INTEGER NOT NULL,
    party       TEXT NOT NULL,
    identity    BLOB NOT NULL,
    signed      BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (size, party)
) STRICT;

CREATE TABLE peer_head (
    party    TEXT PRIMARY KEY,
    identity BLOB NOT NULL,
    size     INTEGER NOT NULL,
    signed   BLOB NOT NULL,
    seen_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE peer_finding (
    party         TEXT PRIMARY KEY,
    verdict       INTEGER NOT NULL,
    head_before   BLOB NOT NULL,
    head_after    BLOB NOT NULL,
    identity      BLOB NOT NULL,
    size_after    INTEGER NOT NULL,
    found_ms      INTEGER NOT NULL
) STRICT;
