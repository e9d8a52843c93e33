-- +goose Up
-- whom a mail asked before many points are redeemed, and the one redemption that its link allows (G19); of the link only a hash
CREATE TABLE IF NOT EXISTS redeem_permits (
  shop_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  token_hash VARBINARY(32) NOT NULL,
  points BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  pressed_at BIGINT NOT NULL,
  granted BIGINT NOT NULL,
  granted_until BIGINT NOT NULL,
  PRIMARY KEY (shop_id, member_id),
  UNIQUE KEY redeem_permits_token (shop_id, token_hash),
  KEY redeem_permits_age (shop_id, asked_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE redeem_permits;
