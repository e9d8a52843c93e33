-- +goose Up
-- work on many rows that goes part by part and can be gone on with: codes from a file (kind
-- codes), the codes of a printed batch (batch), or a change of those (activate, handout, block)
CREATE TABLE imports (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  template_id INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  file_size INTEGER NOT NULL,
  options TEXT NOT NULL,
  total INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  next_part INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  activated INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  after_text TEXT NOT NULL,
  reason TEXT NOT NULL,
  lease_token INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  undone_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX imports_due ON imports (state, shop_id, lease_until);
CREATE INDEX imports_kind ON imports (shop_id, kind, id);
CREATE INDEX imports_batch ON imports (shop_id, batch_id, id);

-- a file as it was sent, until its import has ended
CREATE TABLE import_files (
  shop_id INTEGER NOT NULL,
  import_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (shop_id, import_id, seq)
) STRICT, WITHOUT ROWID;

-- 1,000 lines of a file with what became of each, packed
CREATE TABLE import_parts (
  shop_id INTEGER NOT NULL,
  import_id INTEGER NOT NULL,
  part INTEGER NOT NULL,
  line_count INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  activated INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (shop_id, import_id, part)
) STRICT, WITHOUT ROWID;

-- codes that were printed or read in together
CREATE TABLE batches (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  import_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  prefix TEXT NOT NULL,
  pattern TEXT NOT NULL,
  first_no INTEGER NOT NULL,
  last_no INTEGER NOT NULL,
  codes INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  activated_at INTEGER NOT NULL,
  handed_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX batches_template ON batches (shop_id, template_id, id);
CREATE INDEX batches_name ON batches (shop_id, template_id, name);
CREATE INDEX batches_import ON batches (shop_id, import_id);

-- what became of a batch or of a range of its numbers: handed out, blocked, activated
CREATE TABLE batch_moves (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  from_text TEXT NOT NULL,
  until_text TEXT NOT NULL,
  partner_id INTEGER NOT NULL,
  codes INTEGER NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_moves_batch ON batch_moves (shop_id, batch_id, id);

-- +goose Down
DROP TABLE batch_moves;
DROP TABLE batches;
DROP TABLE import_parts;
DROP TABLE import_files;
DROP TABLE imports;
