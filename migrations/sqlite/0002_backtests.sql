-- +goose Up
-- what a plan would have meant for past orders (N-01). slot is 0 while one runs and its id
-- afterwards: a shop has one at a time.
CREATE TABLE backtests (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  state TEXT NOT NULL,
  months INTEGER NOT NULL,
  plan_version INTEGER NOT NULL,
  plan TEXT NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  result TEXT NOT NULL,
  actor TEXT NOT NULL,
  owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX backtests_slot ON backtests (shop_id, slot);

-- +goose Down
DROP TABLE backtests;
