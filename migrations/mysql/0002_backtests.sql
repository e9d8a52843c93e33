-- +goose Up
-- what a plan would have meant for past orders (N-01). slot is 0 while one runs and its id
-- afterwards: a shop has one at a time.
CREATE TABLE IF NOT EXISTS backtests (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  slot BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  months BIGINT NOT NULL,
  plan_version BIGINT NOT NULL,
  plan LONGTEXT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  result LONGTEXT NOT NULL,
  actor VARBINARY(120) NOT NULL,
  owner VARBINARY(120) NOT NULL,
  lease_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  started_ms BIGINT NOT NULL,
  ended_ms BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY backtests_slot (shop_id, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;


-- +goose Down
DROP TABLE backtests;
