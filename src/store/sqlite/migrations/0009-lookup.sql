-- SPDX-License-Identifier: Apache-2.0
-- Lookups (spec/lookup.md): the epochs of our indexes with their sealed keys, what peers used of
-- their budgets, and the notices of hits that came back.

CREATE TABLE lookup_epoch (
    accord_hash  BLOB NOT NULL,
    purpose      TEXT NOT NULL,
    epoch        INTEGER NOT NULL,
    state        TEXT NOT NULL,
    public_key   BLOB NOT NULL,
    sealed_key   BLOB NOT NULL,
    root         BLOB NOT NULL,
    sequence     INTEGER NOT NULL,
    content      BLOB NOT NULL,
    n_entries    INTEGER NOT NULL,
    n_added      INTEGER NOT NULL,
    n_withdrawn  INTEGER NOT NULL,
    has_labels   INTEGER NOT NULL,
    urgent_roles INTEGER NOT NULL,
    handling     TEXT NOT NULL,
    made_ms      INTEGER NOT NULL,
    changed_ms   INTEGER NOT NULL,
    until_ms     INTEGER NOT NULL,
    PRIMARY KEY (accord_hash, purpose, epoch)
) STRICT;

CREATE TABLE lookup_usage (
    peer        TEXT NOT NULL,
    accord_hash BLOB NOT NULL,
    purpose     TEXT NOT NULL,
    hour        INTEGER NOT NULL,
    charged     INTEGER NOT NULL,
    refused     INTEGER NOT NULL,
    batches     INTEGER NOT NULL,
    hits        INTEGER NOT NULL,
    PRIMARY KEY (peer, accord_hash, purpose, hour)
) STRICT;

CREATE TABLE lookup_notice (
    id          BLOB PRIMARY KEY,
    peer        TEXT NOT NULL,
    accord_hash BLOB NOT NULL,
    purpose     TEXT NOT NULL,
    epoch       INTEGER NOT NULL,
    reference   BLOB NOT NULL,
    record      INTEGER NOT NULL,
    case_ref    TEXT NOT NULL,
    asked_ms    INTEGER NOT NULL,
    received_ms INTEGER NOT NULL
) STRICT;
