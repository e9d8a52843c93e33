-- +goose Up
-- a customer who looks like the partner by whose code they bought: commissions wait for the merchant (G10)
CREATE TABLE partner_checks (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  signals TEXT NOT NULL,
  sale_key TEXT NOT NULL,
  note TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX partner_checks_pair ON partner_checks (shop_id, member_id, partner_id);
CREATE INDEX partner_checks_partner ON partner_checks (shop_id, partner_id, id);
CREATE INDEX partner_checks_state ON partner_checks (shop_id, state, id);

-- +goose Down
DROP TABLE partner_checks;
