-- +goose Up
-- codes of printed batches that the reading in of a file let work, kept longer than the file's lines
CREATE TABLE IF NOT EXISTS code_activations (
  shop_id BIGINT NOT NULL,
  code_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  undone_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, code_id, import_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE code_activations;
