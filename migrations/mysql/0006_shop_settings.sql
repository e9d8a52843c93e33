-- +goose Up
CREATE TABLE IF NOT EXISTS shop_settings (
  shop_id BIGINT NOT NULL,
  name VARBINARY(40) NOT NULL,
  version BIGINT NOT NULL,
  body LONGTEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- staff_seen: who of the merchant's staff has used the admin, by the host's own id of a person.
CREATE TABLE IF NOT EXISTS staff_seen (
  shop_id BIGINT NOT NULL,
  staff_key VARBINARY(120) NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, staff_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE staff_seen;
DROP TABLE shop_settings;
