-- SPDX-License-Identifier: Apache-2.0
-- The Merkle tree above the ledger's chain, the heads we signed, who countersigned them, and what we
-- know of other parties' ledgers (spec/ledger.md).

CREATE TABLE ledger_tree (
    sequence BIGINT PRIMARY KEY,
    nodes    BYTEA NOT NULL
);

CREATE TABLE ledger_head (
    size    BIGINT PRIMARY KEY,
    signed  BYTEA NOT NULL,
    time_ms BIGINT NOT NULL
);

CREATE TABLE ledger_witness (
    size        BIGINT NOT NULL,
    party       TEXT COLLATE "C" NOT NULL,
    identity    BYTEA NOT NULL,
    signed      BYTEA NOT NULL,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (size, party)
);

CREATE TABLE peer_head (
    party    TEXT COLLATE "C" PRIMARY KEY,
    identity BYTEA NOT NULL,
    size     BIGINT NOT NULL,
    signed   BYTEA NOT NULL,
    seen_ms  BIGINT NOT NULL
);

CREATE TABLE peer_finding (
    party         TEXT COLLATE "C" PRIMARY KEY,
    verdict       BIGINT NOT NULL,
    head_before   BYTEA NOT NULL,
    head_after    BYTEA NOT NULL,
    identity      BYTEA NOT NULL,
    size_after    BIGINT NOT NULL,
    found_ms      BIGINT NOT NULL
);
