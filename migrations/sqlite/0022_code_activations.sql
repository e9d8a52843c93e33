-- +goose Up
-- codes of printed batches that the reading in of a file let work, kept longer than the file's lines
CREATE TABLE code_activations (
  shop_id INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  import_id INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  undone_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, code_id, import_id)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE code_activations;
