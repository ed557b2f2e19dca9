-- SPDX-License-Identifier: Apache-2.0
-- Which records were changed or deleted since an index was built (spec/lookup.md section 6), noted
-- while there is an index: the first row is a mark. New records are known by their numbers. Who
-- deletes a register in pieces (0016) notes its records before, since triggers are off meanwhile.

CREATE TABLE record_change (
    id        INTEGER PRIMARY KEY,
    record_id INTEGER NOT NULL
) STRICT;

CREATE TRIGGER record_changed AFTER UPDATE ON record
WHEN EXISTS (SELECT 1 FROM record_change)
BEGIN
    INSERT INTO record_change (record_id) VALUES (NEW.id);
END;

CREATE TRIGGER record_gone AFTER DELETE ON record
WHEN EXISTS (SELECT 1 FROM record_change)
BEGIN
    INSERT INTO record_change (record_id) VALUES (OLD.id);
END;

ALTER TABLE lookup_epoch ADD COLUMN changes_from INTEGER NOT NULL DEFAULT 0;
