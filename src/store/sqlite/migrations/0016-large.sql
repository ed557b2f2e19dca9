-- SPDX-License-Identifier: Apache-2.0
-- Large registers (spec/store.md section 7). Ids are looked for within a register, by its own key:
-- an index over all of them is only written.

DROP INDEX record_source_id;
