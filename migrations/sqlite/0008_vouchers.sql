-- +goose Up
-- what a merchant calls a voucher. Its conditions are in the versions, which are never changed.
CREATE TABLE templates (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  partners INTEGER NOT NULL,
  auto TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX templates_state ON templates (shop_id, state, id);

CREATE TABLE template_versions (
  shop_id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  doc TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, template_id, version)
) STRICT, WITHOUT ROWID;

-- a code of a template is judged by the version it was made with
ALTER TABLE codes ADD COLUMN template_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE codes ADD COLUMN template_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE codes ADD COLUMN issuer_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE codes ADD COLUMN batch_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX codes_template ON codes (shop_id, template_id, id);
CREATE INDEX codes_issuer ON codes (shop_id, issuer_id, id);
CREATE INDEX codes_batch ON codes (shop_id, batch_id, id);
CREATE INDEX codes_member ON codes (shop_id, member_id, id);

-- doc is the decision with its VAT; flag says which condition the host let pass
ALTER TABLE code_uses ADD COLUMN person_key BLOB NOT NULL DEFAULT x'';
ALTER TABLE code_uses ADD COLUMN template_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE code_uses ADD COLUMN issuer_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE code_uses ADD COLUMN flag TEXT NOT NULL DEFAULT '';
ALTER TABLE code_uses ADD COLUMN doc TEXT NOT NULL DEFAULT '';
CREATE INDEX code_uses_template ON code_uses (shop_id, template_id, used_at);
CREATE INDEX code_uses_member ON code_uses (shop_id, member_id, used_at);

-- what all codes of a template may do together; changed only by a conditional UPDATE. 0 is without limit
CREATE TABLE template_totals (
  shop_id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  max_uses INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  budget_minor INTEGER NOT NULL,
  PRIMARY KEY (shop_id, template_id),
  CONSTRAINT template_totals_sane CHECK (uses >= 0 AND minor >= 0)
) STRICT, WITHOUT ROWID;

-- the n-th use of a template by one person; a limit for each person is the largest n
CREATE TABLE voucher_persons (
  shop_id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  person_key BLOB NOT NULL,
  n INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  PRIMARY KEY (shop_id, template_id, person_key, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX voucher_persons_sale ON voucher_persons (shop_id, sale_key);

-- a person becomes a customer once: one claim over all vouchers for new customers
CREATE TABLE newcustomer_claims (
  shop_id INTEGER NOT NULL,
  person_key BLOB NOT NULL,
  code_id INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  state TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop_id, person_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX newcustomer_claims_sale ON newcustomer_claims (shop_id, sale_key);

-- how often a template was shown, applied and refused on a day of the shop
CREATE TABLE voucher_days (
  shop_id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  local_day INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  applied INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (shop_id, template_id, local_day)
) STRICT, WITHOUT ROWID;

-- a discount of the host that stands for a template or a batch of it; marker finds it again when its answer was lost
CREATE TABLE host_discounts (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  batch_id INTEGER NOT NULL,
  host_ref TEXT NOT NULL,
  state TEXT NOT NULL,
  marker TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_discounts_template ON host_discounts (shop_id, template_id, batch_id);
CREATE INDEX host_discounts_ref ON host_discounts (shop_id, host_ref);

-- codes a shopper brought before their conditions hold; holder is a member or a visitor
CREATE TABLE pending_codes (
  shop_id INTEGER NOT NULL,
  holder TEXT NOT NULL,
  code_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, holder, code_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_codes_age ON pending_codes (shop_id, created_at);

-- uses of codes that are kept for a checkout under way
CREATE TABLE code_holds (
  shop_id INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  holder TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, code_id, holder)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_holds_due ON code_holds (shop_id, until_ms);

-- +goose Down
DROP TABLE code_holds;
DROP TABLE pending_codes;
DROP TABLE host_discounts;
DROP TABLE voucher_days;
DROP TABLE newcustomer_claims;
DROP TABLE voucher_persons;
DROP TABLE template_totals;
DROP INDEX code_uses_template;
DROP INDEX code_uses_member;
ALTER TABLE code_uses DROP COLUMN person_key;
ALTER TABLE code_uses DROP COLUMN template_id;
ALTER TABLE code_uses DROP COLUMN issuer_id;
ALTER TABLE code_uses DROP COLUMN flag;
ALTER TABLE code_uses DROP COLUMN doc;
DROP INDEX codes_template;
DROP INDEX codes_issuer;
DROP INDEX codes_batch;
DROP INDEX codes_member;
ALTER TABLE codes DROP COLUMN template_id;
ALTER TABLE codes DROP COLUMN template_version;
ALTER TABLE codes DROP COLUMN issuer_id;
ALTER TABLE codes DROP COLUMN batch_id;
DROP TABLE template_versions;
DROP TABLE templates;
