-- +goose Up
-- whom a mail asked before many points are redeemed, and the one redemption that its link allows (G19); of the link only a hash
CREATE TABLE redeem_permits (
  shop_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  points INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  pressed_at INTEGER NOT NULL,
  granted INTEGER NOT NULL,
  granted_until INTEGER NOT NULL,
  PRIMARY KEY (shop_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX redeem_permits_token ON redeem_permits (shop_id, token_hash);
CREATE INDEX redeem_permits_age ON redeem_permits (shop_id, asked_at);

-- +goose Down
DROP TABLE redeem_permits;
