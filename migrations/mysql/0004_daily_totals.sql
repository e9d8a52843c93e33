-- +goose Up
-- what the entries of a shop's local day sum to, by kind and by rule; made from the entries, so it can be made again
CREATE TABLE IF NOT EXISTS daily_totals (
  shop_id BIGINT NOT NULL,
  local_day BIGINT NOT NULL,
  metric VARBINARY(120) NOT NULL,
  points BIGINT NOT NULL,
  times BIGINT NOT NULL,
  PRIMARY KEY (shop_id, local_day, metric)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- a day that is over: upto_id is its last entry, points what all members held at its end, minor what that was worth then
CREATE TABLE IF NOT EXISTS day_closings (
  shop_id BIGINT NOT NULL,
  local_day BIGINT NOT NULL,
  upto_id BIGINT NOT NULL,
  points BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  PRIMARY KEY (shop_id, local_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE day_closings;
DROP TABLE daily_totals;
