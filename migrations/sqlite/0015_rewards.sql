-- +goose Up
-- rewards: what points can be exchanged for besides discounts (S4-24)
CREATE TABLE rewards (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  points INTEGER NOT NULL,
  stock INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  per_member INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  delivery TEXT NOT NULL,
  doc TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (points > 0 AND taken >= 0 AND (stock < 0 OR taken <= stock)),
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX rewards_state ON rewards (shop_id, state, id);

-- reward_tickets: one code each, handed out once and to one person
CREATE TABLE reward_tickets (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  reward_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  redemption_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reward_tickets_code ON reward_tickets (shop_id, reward_id, code);
CREATE INDEX reward_tickets_free ON reward_tickets (shop_id, reward_id, redemption_id, id);

-- reward_redemptions: members who exchanged points for a reward
CREATE TABLE reward_redemptions (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  public_id TEXT NOT NULL,
  reward_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  client_key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  points INTEGER NOT NULL,
  hold_id INTEGER NOT NULL,
  plan_version INTEGER NOT NULL,
  state TEXT NOT NULL,
  ticket_id INTEGER NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reward_redemptions_public_id ON reward_redemptions (shop_id, public_id);
CREATE UNIQUE INDEX reward_redemptions_client_key ON reward_redemptions (shop_id, member_id, client_key);
CREATE INDEX reward_redemptions_state ON reward_redemptions (shop_id, state, id);
CREATE INDEX reward_redemptions_reward ON reward_redemptions (shop_id, reward_id, id);
CREATE INDEX reward_redemptions_account ON reward_redemptions (shop_id, account_id, id);

-- +goose Down
DROP TABLE reward_redemptions;
DROP TABLE reward_tickets;
DROP TABLE rewards;
