-- +goose Up
-- A column that is there already is passed over: MySQL cannot take a schema change back, so a
-- start that was interrupted is gone on with from the top.
-- what a merchant calls a voucher. Its conditions are in the versions, which are never changed.
CREATE TABLE IF NOT EXISTS templates (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name VARCHAR(190) NOT NULL,
  kind VARBINARY(20) NOT NULL,
  state VARBINARY(20) NOT NULL,
  version BIGINT NOT NULL,
  partners BIGINT NOT NULL,
  auto VARBINARY(20) NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY templates_state (shop_id, state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS template_versions (
  shop_id BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  doc LONGTEXT NOT NULL,
  actor VARBINARY(120) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, template_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- a code of a template is judged by the version it was made with
SET @there = (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'codes' AND column_name = 'template_id');
SET @change = IF(@there > 0, 'DO 0', 'ALTER TABLE codes
  ADD COLUMN template_id BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN template_version BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN issuer_id BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN batch_id BIGINT NOT NULL DEFAULT 0,
  ADD KEY codes_template (shop_id, template_id, id),
  ADD KEY codes_issuer (shop_id, issuer_id, id),
  ADD KEY codes_batch (shop_id, batch_id, id),
  ADD KEY codes_member (shop_id, member_id, id)');
PREPARE change_codes FROM @change;
EXECUTE change_codes;
DEALLOCATE PREPARE change_codes;

-- doc is the decision with its VAT; flag says which condition the host let pass
SET @there = (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'code_uses' AND column_name = 'person_key');
SET @change = IF(@there > 0, 'DO 0', 'ALTER TABLE code_uses
  ADD COLUMN person_key VARBINARY(32) NOT NULL DEFAULT '''',
  ADD COLUMN template_id BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN issuer_id BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN flag VARBINARY(40) NOT NULL DEFAULT '''',
  ADD COLUMN doc LONGTEXT NOT NULL DEFAULT (''''),
  ADD KEY code_uses_template (shop_id, template_id, used_at),
  ADD KEY code_uses_member (shop_id, member_id, used_at)');
PREPARE change_code_uses FROM @change;
EXECUTE change_code_uses;
DEALLOCATE PREPARE change_code_uses;

-- what all codes of a template may do together; changed only by a conditional UPDATE. 0 is without limit
CREATE TABLE IF NOT EXISTS template_totals (
  shop_id BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  uses BIGINT NOT NULL,
  max_uses BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  budget_minor BIGINT NOT NULL,
  PRIMARY KEY (shop_id, template_id),
  CONSTRAINT template_totals_sane CHECK (uses >= 0 AND minor >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- the n-th use of a template by one person; a limit for each person is the largest n
CREATE TABLE IF NOT EXISTS voucher_persons (
  shop_id BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  person_key VARBINARY(32) NOT NULL,
  n BIGINT NOT NULL,
  code_id BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  PRIMARY KEY (shop_id, template_id, person_key, n),
  KEY voucher_persons_sale (shop_id, sale_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- a person becomes a customer once: one claim over all vouchers for new customers
CREATE TABLE IF NOT EXISTS newcustomer_claims (
  shop_id BIGINT NOT NULL,
  person_key VARBINARY(32) NOT NULL,
  code_id BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  state VARBINARY(20) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (shop_id, person_key),
  KEY newcustomer_claims_sale (shop_id, sale_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- how often a template was shown, applied and refused on a day of the shop
CREATE TABLE IF NOT EXISTS voucher_days (
  shop_id BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  local_day BIGINT NOT NULL,
  shown BIGINT NOT NULL,
  applied BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  PRIMARY KEY (shop_id, template_id, local_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- a discount of the host that stands for a template or a batch of it; marker finds it again when its answer was lost
CREATE TABLE IF NOT EXISTS host_discounts (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  batch_id BIGINT NOT NULL,
  host_ref VARBINARY(190) NOT NULL,
  state VARBINARY(20) NOT NULL,
  marker VARBINARY(100) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY host_discounts_template (shop_id, template_id, batch_id),
  KEY host_discounts_ref (shop_id, host_ref)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- codes a shopper brought before their conditions hold; holder is a member or a visitor
CREATE TABLE IF NOT EXISTS pending_codes (
  shop_id BIGINT NOT NULL,
  holder VARBINARY(100) NOT NULL,
  code_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, holder, code_id),
  KEY pending_codes_age (shop_id, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- uses of codes that are kept for a checkout under way
CREATE TABLE IF NOT EXISTS code_holds (
  shop_id BIGINT NOT NULL,
  code_id BIGINT NOT NULL,
  holder VARBINARY(100) NOT NULL,
  until_ms BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, code_id, holder),
  KEY code_holds_due (shop_id, until_ms)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE code_holds;
DROP TABLE pending_codes;
DROP TABLE host_discounts;
DROP TABLE voucher_days;
DROP TABLE newcustomer_claims;
DROP TABLE voucher_persons;
DROP TABLE template_totals;
ALTER TABLE code_uses
  DROP KEY code_uses_template,
  DROP KEY code_uses_member,
  DROP COLUMN person_key,
  DROP COLUMN template_id,
  DROP COLUMN issuer_id,
  DROP COLUMN flag,
  DROP COLUMN doc;
ALTER TABLE codes
  DROP KEY codes_template,
  DROP KEY codes_issuer,
  DROP KEY codes_batch,
  DROP KEY codes_member,
  DROP COLUMN template_id,
  DROP COLUMN template_version,
  DROP COLUMN issuer_id,
  DROP COLUMN batch_id;
DROP TABLE template_versions;
DROP TABLE templates;
