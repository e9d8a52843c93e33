-- +goose Up
-- a customer who looks like the partner by whose code they bought: commissions wait for the merchant (G10)
CREATE TABLE IF NOT EXISTS partner_checks (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  state VARBINARY(12) NOT NULL,
  signals VARBINARY(200) NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  note VARCHAR(500) NOT NULL,
  decided_by VARBINARY(120) NOT NULL,
  created_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY partner_checks_pair (shop_id, member_id, partner_id),
  KEY partner_checks_partner (shop_id, partner_id, id),
  KEY partner_checks_state (shop_id, state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE partner_checks;
