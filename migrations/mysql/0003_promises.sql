-- +goose Up
-- what a new redeem rate means for points that were earned before it (N-02): one row for each
-- plan version that changes them.
CREATE TABLE IF NOT EXISTS promises (
  shop_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  choice VARBINARY(20) NOT NULL,
  state VARBINARY(20) NOT NULL,
  from_at BIGINT NOT NULL,
  before_at BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  per_points BIGINT NOT NULL,
  after_id BIGINT NOT NULL,
  accounts BIGINT NOT NULL,
  lots BIGINT NOT NULL,
  points BIGINT NOT NULL,
  actor VARBINARY(120) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE promises;
