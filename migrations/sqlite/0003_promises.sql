-- +goose Up
-- what a new redeem rate means for points that were earned before it (N-02): one row for each
-- plan version that changes them.
CREATE TABLE promises (
  shop_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  choice TEXT NOT NULL,
  state TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  before_at INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  per_points INTEGER NOT NULL,
  after_id INTEGER NOT NULL,
  accounts INTEGER NOT NULL,
  lots INTEGER NOT NULL,
  points INTEGER NOT NULL,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, version)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE promises;
