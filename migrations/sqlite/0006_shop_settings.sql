-- +goose Up
CREATE TABLE IF NOT EXISTS shop_settings (
  shop_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, name)
) STRICT, WITHOUT ROWID;

-- staff_seen: who of the merchant's staff has used the admin, by the host's own id of a person.
CREATE TABLE IF NOT EXISTS staff_seen (
  shop_id INTEGER NOT NULL,
  staff_key TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, staff_key)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE staff_seen;
DROP TABLE shop_settings;
