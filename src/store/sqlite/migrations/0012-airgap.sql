-- SPDX-License-Identifier: Apache-2.0
-- Runs across an air gap (spec/airgap.md): what each has drawn, said and taken so far, so that it
-- can be gone on with. Notes hold secrets; those of a run that is over are deleted but for its last
-- file and the hashes of those it took.

CREATE TABLE carry (
    id         BLOB NOT NULL PRIMARY KEY,
    is_asker   INTEGER NOT NULL,
    peer       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ended_ms   INTEGER NOT NULL,
    n_taken    INTEGER NOT NULL,
    n_written  INTEGER NOT NULL
) STRICT;

CREATE TABLE carry_note (
    id    BLOB NOT NULL,
    name  TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (id, name)
) STRICT;
