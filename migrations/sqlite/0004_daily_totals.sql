-- +goose Up
-- what the entries of a shop's local day sum to, by kind and by rule; made from the entries, so it can be made again
CREATE TABLE IF NOT EXISTS daily_totals (
  shop_id INTEGER NOT NULL,
  local_day INTEGER NOT NULL,
  metric TEXT NOT NULL,
  points INTEGER NOT NULL,
  times INTEGER NOT NULL,
  PRIMARY KEY (shop_id, local_day, metric)
) STRICT, WITHOUT ROWID;

-- a day that is over: upto_id is its last entry, points what all members held at its end, minor what that was worth then
CREATE TABLE IF NOT EXISTS day_closings (
  shop_id INTEGER NOT NULL,
  local_day INTEGER NOT NULL,
  upto_id INTEGER NOT NULL,
  points INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  PRIMARY KEY (shop_id, local_day)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE day_closings;
DROP TABLE daily_totals;
