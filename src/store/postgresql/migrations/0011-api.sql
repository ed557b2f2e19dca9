-- SPDX-License-Identifier: Apache-2.0
-- Who may use the local API (spec/api.md): users, their tokens and sessions, failed sign-ins, and
-- the answers that repeated requests get again. Of a secret there is never more than a hash.

CREATE TABLE api_user (
    name       TEXT COLLATE "C" PRIMARY KEY,
    role       TEXT COLLATE "C" NOT NULL,
    password   TEXT COLLATE "C" NOT NULL,
    created_ms BIGINT NOT NULL
);

CREATE TABLE api_token (
    id         BYTEA PRIMARY KEY,
    user_name  TEXT COLLATE "C" NOT NULL REFERENCES api_user (name) ON DELETE CASCADE,
    hash       BYTEA NOT NULL UNIQUE,
    label      TEXT COLLATE "C" NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms    BIGINT NOT NULL
);

CREATE INDEX api_token_user ON api_token (user_name);

CREATE TABLE api_session (
    hash       BYTEA PRIMARY KEY,
    user_name  TEXT COLLATE "C" NOT NULL REFERENCES api_user (name) ON DELETE CASCADE,
    created_ms BIGINT NOT NULL,
    seen_ms    BIGINT NOT NULL
);

CREATE INDEX api_session_user ON api_session (user_name);

-- key: a hash of the name that was given, or of nothing for all of them.
CREATE TABLE api_attempt (
    key      BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    next_ms  BIGINT NOT NULL,
    last_ms  BIGINT NOT NULL
);

CREATE TABLE api_answer (
    user_name  TEXT COLLATE "C" NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    digest     BYTEA NOT NULL,
    status     BIGINT NOT NULL,
    type       TEXT COLLATE "C" NOT NULL,
    body       BYTEA NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (user_name, key)
);

CREATE INDEX api_answer_created ON api_answer (created_ms);

-- Hits and runs are read page by page.
CREATE INDEX record_source_id ON record (source_id);
CREATE INDEX run_started ON run (started_ms, id);
