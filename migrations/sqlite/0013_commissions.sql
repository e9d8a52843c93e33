-- +goose Up
-- what a statement of commissions says: for whose order, in which money, from when on it can be paid, and what was paid of it
ALTER TABLE commissions ADD COLUMN member_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commissions ADD COLUMN code_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commissions ADD COLUMN currency TEXT NOT NULL DEFAULT '';
ALTER TABLE commissions ADD COLUMN available_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commissions ADD COLUMN paid_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commissions ADD COLUMN paid_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commissions ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX commissions_at ON commissions (shop_id, partner_id, at_ms);

-- partners who say that a customer is theirs
CREATE TABLE appeals (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  answer TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX appeals_state ON appeals (shop_id, state, id);
CREATE INDEX appeals_member ON appeals (shop_id, member_id, partner_id);

-- +goose Down
DROP TABLE appeals;
DROP INDEX commissions_at;
ALTER TABLE commissions DROP COLUMN member_id;
ALTER TABLE commissions DROP COLUMN code_id;
ALTER TABLE commissions DROP COLUMN currency;
ALTER TABLE commissions DROP COLUMN available_at;
ALTER TABLE commissions DROP COLUMN paid_minor;
ALTER TABLE commissions DROP COLUMN paid_at;
ALTER TABLE commissions DROP COLUMN updated_at;
