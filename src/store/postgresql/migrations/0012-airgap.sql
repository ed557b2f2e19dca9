-- SPDX-License-Identifier: Apache-2.0
-- Runs across an air gap (spec/airgap.md): what each has drawn, said and taken so far, so that it
-- can be gone on with. Notes hold secrets; those of a run that is over are deleted but for its last
-- file and the hashes of those it took.

CREATE TABLE carry (
    id         BYTEA NOT NULL PRIMARY KEY,
    is_asker   BIGINT NOT NULL,
    peer       TEXT COLLATE "C" NOT NULL,
    created_ms BIGINT NOT NULL,
    ended_ms   BIGINT NOT NULL,
    n_taken    BIGINT NOT NULL,
    n_written  BIGINT NOT NULL
);

CREATE TABLE carry_note (
    id    BYTEA NOT NULL,
    name  TEXT COLLATE "C" NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (id, name)
);
