-- +goose Up
-- shops and leases are the two tables without a shop in front: they are the directory.
CREATE TABLE shops (
  id INTEGER NOT NULL,
  host TEXT NOT NULL,
  domain TEXT NOT NULL,
  path_key TEXT NOT NULL,
  host_shop_id TEXT NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  language TEXT NOT NULL,
  state TEXT NOT NULL,
  host_plan TEXT NOT NULL,
  settings TEXT NOT NULL,
  version INTEGER NOT NULL,
  installed_at INTEGER NOT NULL,
  uninstalled_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX shops_domain ON shops (host, domain);
CREATE UNIQUE INDEX shops_path_key ON shops (path_key);

CREATE TABLE leases (
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  token INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- secrets: AES-256-GCM; the key's id and shop + purpose as AAD make a row useless in another shop.
CREATE TABLE shop_secrets (
  shop_id INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  seq INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  sealed BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, purpose, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  state INTEGER NOT NULL,
  host TEXT NOT NULL,
  topic TEXT NOT NULL,
  delivery_key TEXT NOT NULL,
  dedupe BLOB NOT NULL,
  body BLOB NOT NULL,
  body_size INTEGER NOT NULL,
  triggered_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT;
CREATE UNIQUE INDEX deliveries_dedupe ON deliveries (shop_id, dedupe);
CREATE INDEX deliveries_due ON deliveries (state, lane, shop_id, id);

CREATE TABLE plans (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE plan_versions (
  shop_id INTEGER NOT NULL,
  plan_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  effective_from INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, plan_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  public_id TEXT NOT NULL,
  customer_key TEXT NOT NULL,
  person_key BLOB NOT NULL,
  email TEXT NOT NULL,
  email_fold TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  locale TEXT NOT NULL,
  birthday TEXT NOT NULL,
  birthday_set_at INTEGER NOT NULL,
  member_type TEXT NOT NULL,
  tags TEXT NOT NULL,
  state TEXT NOT NULL,
  merged_into INTEGER NOT NULL,
  referral_code TEXT NOT NULL,
  block_earn INTEGER NOT NULL,
  block_redeem INTEGER NOT NULL,
  factor_num INTEGER NOT NULL,
  factor_den INTEGER NOT NULL,
  cap_points INTEGER NOT NULL,
  first_order_at INTEGER NOT NULL,
  has_login INTEGER NOT NULL,
  host_updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX members_public_id ON members (shop_id, public_id);
CREATE UNIQUE INDEX members_referral_code ON members (shop_id, referral_code);
CREATE INDEX members_email ON members (shop_id, email_fold, id);
CREATE INDEX members_name ON members (shop_id, name_fold, id);
CREATE INDEX members_person ON members (shop_id, person_key, id);

-- every host id that ever meant this person; a merge points both at one member.
CREATE TABLE member_keys (
  shop_id INTEGER NOT NULL,
  customer_key TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  PRIMARY KEY (shop_id, customer_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_keys_member ON member_keys (shop_id, member_id);

CREATE TABLE accounts (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  plan_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  available INTEGER NOT NULL,
  held INTEGER NOT NULL,
  debt INTEGER NOT NULL,
  lock_seq INTEGER NOT NULL,
  entry_seq INTEGER NOT NULL,
  publish_due INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT accounts_sane CHECK (pending >= 0 AND held >= 0 AND debt >= 0 AND available >= -debt
    AND available <= 1000000000000 AND pending <= 1000000000000 AND debt <= 1000000000000)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_member ON accounts (shop_id, plan_id, member_id);
CREATE INDEX accounts_balance ON accounts (shop_id, plan_id, available, id);

CREATE TABLE entries (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  account_seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  points INTEGER NOT NULL,
  source_key TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  plan_version INTEGER NOT NULL,
  limited_to INTEGER NOT NULL,
  breakdown TEXT NOT NULL,
  note TEXT NOT NULL,
  actor TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  posted_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT entries_sane CHECK (points <= 1000000000 AND points >= -1000000000)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entries_source ON entries (shop_id, source_key, rule_id, seq);
CREATE UNIQUE INDEX entries_account ON entries (shop_id, account_id, account_seq);

-- state 0 pending (due_at = when it becomes available), 1 open (due_at = expiry), 2 closed (due_at = 0)
CREATE TABLE lots (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  entry_id INTEGER NOT NULL,
  source_key TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  original INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  state INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  available_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  promise_minor INTEGER NOT NULL,
  promise_per INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT lots_sane CHECK (remaining >= 0 AND remaining <= original)
) STRICT, WITHOUT ROWID;
CREATE INDEX lots_account ON lots (shop_id, account_id, state, expires_at, id);
CREATE INDEX lots_due ON lots (shop_id, state, due_at, id);

-- which lots an entry or a hold took its points from
CREATE TABLE allocations (
  shop_id INTEGER NOT NULL,
  owner_id INTEGER NOT NULL,
  lot_id INTEGER NOT NULL,
  points INTEGER NOT NULL,
  PRIMARY KEY (shop_id, owner_id, lot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX allocations_lot ON allocations (shop_id, lot_id);

CREATE TABLE holds (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  redemption_id INTEGER NOT NULL,
  points INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT holds_sane CHECK (points > 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_account ON holds (shop_id, account_id, state, id);

CREATE TABLE sales (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  number TEXT NOT NULL,
  customer_key TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  status TEXT NOT NULL,
  currency TEXT NOT NULL,
  total INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  placed_at INTEGER NOT NULL,
  host_updated_at INTEGER NOT NULL,
  host_rank INTEGER NOT NULL,
  hash BLOB NOT NULL,
  plan_version INTEGER NOT NULL,
  audience TEXT NOT NULL,
  version INTEGER NOT NULL,
  earned INTEGER NOT NULL,
  used INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sales_key ON sales (shop_id, sale_key);
CREATE INDEX sales_member ON sales (shop_id, member_id, placed_at, id);
CREATE INDEX sales_placed ON sales (shop_id, placed_at, id);
CREATE INDEX sales_number ON sales (shop_id, number, id);
CREATE INDEX sales_customer ON sales (shop_id, customer_key, id);

CREATE TABLE sale_versions (
  shop_id INTEGER NOT NULL,
  sale_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  delivery_id INTEGER NOT NULL,
  body BLOB NOT NULL,
  stored_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, sale_id, version)
) STRICT;

CREATE TABLE activities (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  activity_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  customer_key TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  happened_at INTEGER NOT NULL,
  host_updated_at INTEGER NOT NULL,
  plan_version INTEGER NOT NULL,
  audience TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX activities_key ON activities (shop_id, activity_key);
CREATE INDEX activities_member ON activities (shop_id, member_id, kind, subject);
CREATE INDEX activities_customer ON activities (shop_id, customer_key, id);

-- limits and budgets: one row per rule, member (0 = all) and window; changed only by a conditional UPDATE
CREATE TABLE counters (
  shop_id INTEGER NOT NULL,
  rule_id TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  win TEXT NOT NULL,
  times INTEGER NOT NULL,
  points INTEGER NOT NULL,
  PRIMARY KEY (shop_id, rule_id, member_id, win)
) STRICT, WITHOUT ROWID;

CREATE TABLE referrals (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  referrer_id INTEGER NOT NULL,
  friend_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  sale_key TEXT NOT NULL,
  qualifies_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX referrals_friend ON referrals (shop_id, friend_id);
CREATE INDEX referrals_referrer ON referrals (shop_id, referrer_id, id);
CREATE INDEX referrals_due ON referrals (shop_id, state, qualifies_at, id);

-- every redeemable string of the shop, whoever caused it
CREATE TABLE codes (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  code TEXT NOT NULL,
  folded TEXT NOT NULL,
  origin TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  spec TEXT NOT NULL,
  host_ref TEXT NOT NULL,
  max_uses INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT codes_sane CHECK (uses >= 0 AND (max_uses = 0 OR uses <= max_uses))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX codes_folded ON codes (shop_id, folded);
CREATE INDEX codes_state ON codes (shop_id, state, expires_at, id);

CREATE TABLE code_uses (
  shop_id INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  state TEXT NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, code_id, sale_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_uses_sale ON code_uses (shop_id, sale_key);

CREATE TABLE redemptions (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  public_id TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  client_key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  points INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  plan_version INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  code_id INTEGER NOT NULL,
  hold_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  returned INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX redemptions_public_id ON redemptions (shop_id, public_id);
CREATE UNIQUE INDEX redemptions_client_key ON redemptions (shop_id, member_id, client_key);
CREATE INDEX redemptions_code ON redemptions (shop_id, code_id);
CREATE INDEX redemptions_account ON redemptions (shop_id, account_id, id);
CREATE INDEX redemptions_state ON redemptions (shop_id, state, expires_at, id);

-- jobs: calls we owe the host. state 0 due, 1 done, 2 dead, 3 unknown (being looked up)
CREATE TABLE jobs (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  job_key TEXT NOT NULL,
  state INTEGER NOT NULL,
  payload TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  lease_token INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_key ON jobs (shop_id, kind, job_key);
CREATE INDEX jobs_due ON jobs (state, shop_id, next_at, id);

CREATE TABLE api_keys (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  hash BLOB NOT NULL,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_keys_hash ON api_keys (shop_id, hash);

CREATE TABLE idempotency_keys (
  shop_id INTEGER NOT NULL,
  scope TEXT NOT NULL,
  idem_key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  state TEXT NOT NULL,
  status INTEGER NOT NULL,
  answer BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, scope, idem_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (shop_id, created_at);

CREATE TABLE audit_log (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before_json TEXT NOT NULL,
  after_json TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_log_subject ON audit_log (shop_id, subject, id);

CREATE TABLE privacy_requests (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  customer_key TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX privacy_requests_key ON privacy_requests (shop_id, kind, customer_key, received_at);

-- where a running copy of the host stands: reconciliation, subscription checks
CREATE TABLE cursors (
  shop_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  position TEXT NOT NULL,
  next_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, name)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE cursors;
DROP TABLE privacy_requests;
DROP TABLE audit_log;
DROP TABLE idempotency_keys;
DROP TABLE api_keys;
DROP TABLE jobs;
DROP TABLE redemptions;
DROP TABLE code_uses;
DROP TABLE codes;
DROP TABLE referrals;
DROP TABLE counters;
DROP TABLE activities;
DROP TABLE sale_versions;
DROP TABLE sales;
DROP TABLE holds;
DROP TABLE allocations;
DROP TABLE lots;
DROP TABLE entries;
DROP TABLE accounts;
DROP TABLE member_keys;
DROP TABLE members;
DROP TABLE plan_versions;
DROP TABLE plans;
DROP TABLE deliveries;
DROP TABLE shop_secrets;
DROP TABLE leases;
DROP TABLE shops;
