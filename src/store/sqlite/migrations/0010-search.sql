-- SPDX-License-Identifier: Apache-2.0
-- Records are found by any of their identifiers (spec/store.md section 7).

CREATE INDEX IF NOT EXISTS record_value_canonical ON record_value (canonical, type);
