-- SPDX-License-Identifier: Apache-2.0
-- Who may use the local API (spec/api.md): users, their tokens and sessions, failed sign-ins, and
-- the answers that repeated requests get again. Of a secret there is never more than a hash.

CREATE TABLE api_user (
    name       TEXT PRIMARY KEY,
    role       TEXT NOT NULL,
    password   TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_token (
    id         BLOB PRIMARY KEY,
    user_name  TEXT NOT NULL REFERENCES api_user (name) ON DELETE CASCADE,
    hash       BLOB NOT NULL UNIQUE,
    label      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    used_ms    INTEGER NOT NULL
) STRICT;

CREATE INDEX api_token_user ON api_token (user_name);

CREATE TABLE api_session (
    hash       BLOB PRIMARY KEY,
    user_name  TEXT NOT NULL REFERENCES api_user (name) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL
) STRICT;

CREATE INDEX api_session_user ON api_session (user_name);

-- key: a hash of the name that was given, or of nothing for all of them.
CREATE TABLE api_attempt (
    key      BLOB PRIMARY KEY,
    failures INTEGER NOT NULL,
    next_ms  INTEGER NOT NULL,
    last_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE api_answer (
    user_name  TEXT NOT NULL,
    key        TEXT NOT NULL,
    digest     BLOB NOT NULL,
    status     INTEGER NOT NULL,
    type       TEXT NOT NULL,
    body       BLOB NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (user_name, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_answer_created ON api_answer (created_ms);

-- Hits and runs are read page by page.
CREATE INDEX record_source_id ON record (source_id);
CREATE INDEX run_started ON run (started_ms, id);
