-- SPDX-License-Identifier: Apache-2.0
-- Lookups (spec/lookup.md): the epochs of our indexes with their sealed keys, what peers used of
-- their budgets, and the notices of hits that came back.

CREATE TABLE lookup_epoch (
    accord_hash  BYTEA NOT NULL,
    purpose      TEXT COLLATE "C" NOT NULL,
    epoch        BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    public_key   BYTEA NOT NULL,
    sealed_key   BYTEA NOT NULL,
    root         BYTEA NOT NULL,
    sequence     BIGINT NOT NULL,
    content      BYTEA NOT NULL,
    n_entries    BIGINT NOT NULL,
    n_added      BIGINT NOT NULL,
    n_withdrawn  BIGINT NOT NULL,
    has_labels   BIGINT NOT NULL,
    urgent_roles BIGINT NOT NULL,
    handling     TEXT COLLATE "C" NOT NULL,
    made_ms      BIGINT NOT NULL,
    changed_ms   BIGINT NOT NULL,
    until_ms     BIGINT NOT NULL,
    PRIMARY KEY (accord_hash, purpose, epoch)
);

CREATE TABLE lookup_usage (
    peer        TEXT COLLATE "C" NOT NULL,
    accord_hash BYTEA NOT NULL,
    purpose     TEXT COLLATE "C" NOT NULL,
    hour        BIGINT NOT NULL,
    charged     BIGINT NOT NULL,
    refused     BIGINT NOT NULL,
    batches     BIGINT NOT NULL,
    hits        BIGINT NOT NULL,
    PRIMARY KEY (peer, accord_hash, purpose, hour)
);

CREATE TABLE lookup_notice (
    id          BYTEA PRIMARY KEY,
    peer        TEXT COLLATE "C" NOT NULL,
    accord_hash BYTEA NOT NULL,
    purpose     TEXT COLLATE "C" NOT NULL,
    epoch       BIGINT NOT NULL,
    reference   BYTEA NOT NULL,
    record      BIGINT NOT NULL,
    case_ref    TEXT COLLATE "C" NOT NULL,
    asked_ms    BIGINT NOT NULL,
    received_ms BIGINT NOT NULL
);
