-- +goose Up
-- rewards: what points can be exchanged for besides discounts (S4-24)
CREATE TABLE IF NOT EXISTS rewards (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  state VARBINARY(12) NOT NULL,
  version BIGINT NOT NULL,
  points BIGINT NOT NULL,
  stock BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  per_member BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  delivery VARBINARY(12) NOT NULL,
  doc LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT rewards_sane CHECK (points > 0 AND taken >= 0 AND (stock < 0 OR taken <= stock)),
  KEY rewards_state (shop_id, state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- reward_tickets: one code each, handed out once and to one person
CREATE TABLE IF NOT EXISTS reward_tickets (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  reward_id BIGINT NOT NULL,
  code VARCHAR(120) NOT NULL,
  redemption_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY reward_tickets_code (shop_id, reward_id, code),
  KEY reward_tickets_free (shop_id, reward_id, redemption_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- reward_redemptions: members who exchanged points for a reward
CREATE TABLE IF NOT EXISTS reward_redemptions (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  public_id VARBINARY(36) NOT NULL,
  reward_id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  client_key VARBINARY(190) NOT NULL,
  fingerprint VARBINARY(32) NOT NULL,
  points BIGINT NOT NULL,
  hold_id BIGINT NOT NULL,
  plan_version BIGINT NOT NULL,
  state VARBINARY(12) NOT NULL,
  ticket_id BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY reward_redemptions_public_id (shop_id, public_id),
  UNIQUE KEY reward_redemptions_client_key (shop_id, member_id, client_key),
  KEY reward_redemptions_state (shop_id, state, id),
  KEY reward_redemptions_reward (shop_id, reward_id, id),
  KEY reward_redemptions_account (shop_id, account_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE reward_redemptions;
DROP TABLE reward_tickets;
DROP TABLE rewards;
