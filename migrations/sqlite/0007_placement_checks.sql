-- +goose Up
-- placement_checks: what was found on the shop's pages, newest kept only.
CREATE TABLE IF NOT EXISTS placement_checks (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE placement_checks;
