-- SPDX-License-Identifier: Apache-2.0
-- Large registers (spec/store.md section 7). Ids are looked for within a register, by its own key:
-- an index over all of them is only written.

DROP INDEX record_source_id;

-- As with a record's parts (0010): checked row by row, and not needed. Who deletes a register
-- deletes its records first.
ALTER TABLE record DROP CONSTRAINT record_register_id_fkey;

-- Who deletes many records deletes their parts, and the entries of these, before: in order, and by
-- ranges. Then there is nothing for the triggers to find, and palermo.parts_are_gone says so.
DROP TRIGGER record_parts ON record;
CREATE TRIGGER record_parts AFTER DELETE ON record REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT
    WHEN (current_setting('palermo.parts_are_gone', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION delete_parts_of_records();

DROP TRIGGER record_value_gone ON record_value;
CREATE TRIGGER record_value_gone AFTER DELETE ON record_value
    FOR EACH ROW
    WHEN (current_setting('palermo.parts_are_gone', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION delete_search_of_values();
