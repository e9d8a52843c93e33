-- +goose Up
-- placement_checks: what was found on the shop's pages, newest kept only.
CREATE TABLE IF NOT EXISTS placement_checks (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  checked_at BIGINT NOT NULL,
  body LONGTEXT NOT NULL,
  PRIMARY KEY (shop_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE placement_checks;
