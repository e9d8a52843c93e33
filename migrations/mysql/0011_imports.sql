-- +goose Up
-- work on many rows that goes part by part and can be gone on with: codes from a file (kind
-- codes), the codes of a printed batch (batch), or a change of those (activate, handout, block)
CREATE TABLE IF NOT EXISTS imports (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind VARBINARY(20) NOT NULL,
  state VARBINARY(20) NOT NULL,
  template_id BIGINT NOT NULL,
  batch_id BIGINT NOT NULL,
  file_name VARCHAR(190) NOT NULL,
  file_size BIGINT NOT NULL,
  options LONGTEXT NOT NULL,
  total BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  next_part BIGINT NOT NULL,
  ok BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  duplicates BIGINT NOT NULL,
  activated BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  after_text VARBINARY(200) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  lease_token BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  created_by VARBINARY(120) NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  undone_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY imports_due (state, shop_id, lease_until),
  KEY imports_kind (shop_id, kind, id),
  KEY imports_batch (shop_id, batch_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- a file as it was sent, until its import has ended
CREATE TABLE IF NOT EXISTS import_files (
  shop_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (shop_id, import_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- 1,000 lines of a file with what became of each, packed
CREATE TABLE IF NOT EXISTS import_parts (
  shop_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  part BIGINT NOT NULL,
  line_count BIGINT NOT NULL,
  ok BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  duplicates BIGINT NOT NULL,
  activated BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (shop_id, import_id, part)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- codes that were printed or read in together
CREATE TABLE IF NOT EXISTS batches (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  name VARCHAR(190) NOT NULL,
  state VARBINARY(20) NOT NULL,
  prefix VARBINARY(40) NOT NULL,
  pattern VARBINARY(64) NOT NULL,
  first_no BIGINT NOT NULL,
  last_no BIGINT NOT NULL,
  codes BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  created_by VARBINARY(120) NOT NULL,
  created_at BIGINT NOT NULL,
  activated_at BIGINT NOT NULL,
  handed_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY batches_template (shop_id, template_id, id),
  KEY batches_name (shop_id, template_id, name),
  KEY batches_import (shop_id, import_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- what became of a batch or of a range of its numbers: handed out, blocked, activated
CREATE TABLE IF NOT EXISTS batch_moves (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  batch_id BIGINT NOT NULL,
  kind VARBINARY(20) NOT NULL,
  from_text VARBINARY(200) NOT NULL,
  until_text VARBINARY(200) NOT NULL,
  partner_id BIGINT NOT NULL,
  codes BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  actor VARBINARY(120) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY batch_moves_batch (shop_id, batch_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE batch_moves;
DROP TABLE batches;
DROP TABLE import_parts;
DROP TABLE import_files;
DROP TABLE imports;
