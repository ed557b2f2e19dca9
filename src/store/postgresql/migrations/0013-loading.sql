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

CREATE FUNCTION delete_search_of_values() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM record_search USING gone
    WHERE record_search.canonical = gone.canonical AND record_search.record_id = gone.record_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER record_value_gone AFTER DELETE ON record_value REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION delete_search_of_values();

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

-- What records that are there already are to become.
CREATE TABLE loading_change (
    record_id BIGINT NOT NULL PRIMARY KEY,
    record    BYTEA NOT NULL
);
