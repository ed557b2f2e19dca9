-- SPDX-License-Identifier: Apache-2.0
-- Tallies with discrete Gaussian noise: what each takes of the budget of privacy loss, in
-- thousandths of rho (spec/tally.md section 9).

ALTER TABLE tally ADD COLUMN rho_milli BIGINT NOT NULL DEFAULT 0;
