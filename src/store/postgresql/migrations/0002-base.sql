-- SPDX-License-Identifier: Apache-2.0
-- What a run leaves behind so that the next one with the same peer, in the same role, is faster
-- (palermo/match.h; spec/store.md). Secret: deleted when it is used.

CREATE TABLE base (
    identity    BYTEA NOT NULL,
    is_receiver BIGINT NOT NULL,
    peer        TEXT COLLATE "C" NOT NULL,
    bytes       BYTEA NOT NULL,
    created_ms  BIGINT NOT NULL,
    PRIMARY KEY (identity, is_receiver)
);
