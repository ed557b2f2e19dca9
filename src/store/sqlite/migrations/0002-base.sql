-- SPDX-License-Identifier: Apache-2.0
-- What a run leaves behind so that the next one with the same peer, in the same role, is faster
-- (palermo/match.h; spec/store.md). Secret: deleted when it is used.

CREATE TABLE base (
    identity    BLOB NOT NULL,
    is_receiver INTEGER NOT NULL,
    peer        TEXT NOT NULL,
    bytes       BLOB NOT NULL,
    created_ms  INTEGER NOT NULL,
    PRIMARY KEY (identity, is_receiver)
) STRICT;
