-- SPDX-License-Identifier: Apache-2.0
-- Registers are loaded in pieces that nobody sees before the last (spec/store.md section 7).

-- Which records have a value; it takes the place of an index over record_value, since a load can
-- fill it in order and in pieces. An entry goes with the value that it is of.
CREATE TABLE record_search (
    canonical TEXT COLLATE "C" NOT NULL,
    record_id BIGINT NOT NULL,
    PRIMARY KEY (canonical, record_id)
);

INSERT INTO record_search
SELECT DISTINCT canonical, record_id FROM record_value ORDER BY canonical, record_id;

DROP INDEX record_value_canonical;

-- Row by row, so that each is looked up by its key: how many rows a statement deletes, and how many
-- there are, a planner may not know for a while after a load.
CREATE FUNCTION delete_search_of_values() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM record_search WHERE canonical = OLD.canonical AND record_id = OLD.record_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER record_value_gone AFTER DELETE ON record_value
    FOR EACH ROW EXECUTE FUNCTION delete_search_of_values();

CREATE OR REPLACE FUNCTION delete_parts_of_records() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number BIGINT;
BEGIN
    FOR number IN SELECT id FROM gone LOOP
        DELETE FROM record_value WHERE record_id = number;
        DELETE FROM record_offence WHERE record_id = number;
    END LOOP;
    RETURN NULL;
END
$$;

-- The load that is under way, or that died: one row at most. Records and quarantined rows from the
-- two numbers on are its own, and nobody's else until it is done.
CREATE TABLE loading (
    id               BIGINT NOT NULL PRIMARY KEY,
    token            BIGINT NOT NULL,
    state            TEXT COLLATE "C" NOT NULL,
    register_id      BIGINT NOT NULL,
    is_new           BIGINT NOT NULL,
    first_record     BIGINT NOT NULL,
    first_quarantine BIGINT NOT NULL,
    now_ms           BIGINT NOT NULL
);

-- What records that are there already are to become, and their parts.
CREATE TABLE loading_record (
    id            BIGINT NOT NULL PRIMARY KEY,
    register_id   BIGINT NOT NULL,
    source_id     TEXT COLLATE "C" NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    role          TEXT COLLATE "C" NOT NULL,
    is_minor      BIGINT NOT NULL,
    is_assessment BIGINT NOT NULL,
    grading       TEXT COLLATE "C" NOT NULL,
    retention     BIGINT NOT NULL,
    digest        BYTEA NOT NULL,
    loaded_ms     BIGINT NOT NULL,
    sex           BIGINT NOT NULL,
    exploitation  BIGINT NOT NULL,
    year          BIGINT NOT NULL
);

CREATE TABLE loading_offence (
    record_id BIGINT NOT NULL,
    position  BIGINT NOT NULL,
    code      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (record_id, position)
);

CREATE TABLE loading_value (
    record_id BIGINT NOT NULL,
    position  BIGINT NOT NULL,
    type      TEXT COLLATE "C" NOT NULL,
    flags     BIGINT NOT NULL,
    raw       TEXT COLLATE "C" NOT NULL,
    canonical TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (record_id, position)
);
