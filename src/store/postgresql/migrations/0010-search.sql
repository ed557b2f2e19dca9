-- SPDX-License-Identifier: Apache-2.0
-- Records are found by any of their identifiers (spec/store.md section 7).
--
-- A foreign key is checked row by row, which takes as long as everything else in a load of millions
-- of identifiers together. Writers being serial, and a record's parts being written with it, what is
-- needed of it is that a record's parts go with the record: all at once, by a trigger.

CREATE INDEX IF NOT EXISTS record_value_canonical ON record_value (canonical, type);

ALTER TABLE record_value DROP CONSTRAINT record_value_record_id_fkey;
ALTER TABLE record_offence DROP CONSTRAINT record_offence_record_id_fkey;

CREATE FUNCTION delete_parts_of_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM record_value USING gone WHERE record_value.record_id = gone.id;
    DELETE FROM record_offence USING gone WHERE record_offence.record_id = gone.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER record_parts AFTER DELETE ON record REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION delete_parts_of_records();
