-- +goose Up
-- Every statement is whole or not there, and harmless when it is repeated: MySQL cannot
-- take a schema change back, so a start that was interrupted is gone on with from the top.

-- shops and leases are the two tables without a shop in front: they are the directory.
CREATE TABLE IF NOT EXISTS shops (
  id BIGINT NOT NULL,
  host VARBINARY(20) NOT NULL,
  domain VARBINARY(190) NOT NULL,
  path_key VARBINARY(64) NOT NULL,
  host_shop_id VARBINARY(64) NOT NULL,
  name VARCHAR(190) NOT NULL,
  currency VARBINARY(3) NOT NULL,
  time_zone VARBINARY(64) NOT NULL,
  language VARBINARY(16) NOT NULL,
  state VARBINARY(20) NOT NULL,
  host_plan VARBINARY(40) NOT NULL,
  settings LONGTEXT NOT NULL,
  version BIGINT NOT NULL,
  installed_at BIGINT NOT NULL,
  uninstalled_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY shops_domain (host, domain),
  UNIQUE KEY shops_path_key (path_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS leases (
  name VARBINARY(120) NOT NULL,
  owner VARBINARY(120) NOT NULL,
  token BIGINT NOT NULL,
  until_ms BIGINT NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- secrets: AES-256-GCM; the key's id and shop + purpose as AAD make a row useless in another shop.
CREATE TABLE IF NOT EXISTS shop_secrets (
  shop_id BIGINT NOT NULL,
  purpose VARBINARY(40) NOT NULL,
  seq BIGINT NOT NULL,
  key_id VARBINARY(40) NOT NULL,
  sealed BLOB NOT NULL,
  expires_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, purpose, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS deliveries (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  state BIGINT NOT NULL,
  host VARBINARY(20) NOT NULL,
  topic VARBINARY(190) NOT NULL,
  delivery_key VARBINARY(190) NOT NULL,
  dedupe BINARY(32) NOT NULL,
  body MEDIUMBLOB NOT NULL,
  body_size BIGINT NOT NULL,
  triggered_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY deliveries_dedupe (shop_id, dedupe),
  KEY deliveries_due (state, lane, shop_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS plans (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name VARCHAR(190) NOT NULL,
  state VARBINARY(20) NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE IF NOT EXISTS plan_versions (
  shop_id BIGINT NOT NULL,
  plan_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  effective_from BIGINT NOT NULL,
  body LONGTEXT NOT NULL,
  created_by VARBINARY(120) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, plan_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS members (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  public_id VARBINARY(36) NOT NULL,
  customer_key VARBINARY(100) NOT NULL,
  person_key VARBINARY(32) NOT NULL,
  email VARCHAR(320) NOT NULL,
  email_fold VARCHAR(320) NOT NULL,
  first_name VARCHAR(190) NOT NULL,
  last_name VARCHAR(190) NOT NULL,
  name_fold VARCHAR(190) NOT NULL,
  locale VARBINARY(16) NOT NULL,
  birthday VARBINARY(10) NOT NULL,
  birthday_set_at BIGINT NOT NULL,
  member_type VARBINARY(20) NOT NULL,
  tags LONGTEXT NOT NULL,
  state VARBINARY(20) NOT NULL,
  merged_into BIGINT NOT NULL,
  referral_code VARBINARY(40) NOT NULL,
  block_earn BIGINT NOT NULL,
  block_redeem BIGINT NOT NULL,
  factor_num BIGINT NOT NULL,
  factor_den BIGINT NOT NULL,
  cap_points BIGINT NOT NULL,
  first_order_at BIGINT NOT NULL,
  has_login BIGINT NOT NULL,
  host_updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY members_public_id (shop_id, public_id),
  UNIQUE KEY members_referral_code (shop_id, referral_code),
  KEY members_email (shop_id, email_fold, id),
  KEY members_name (shop_id, name_fold, id),
  KEY members_person (shop_id, person_key, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- every host id that ever meant this person; a merge points both at one member.
CREATE TABLE IF NOT EXISTS member_keys (
  shop_id BIGINT NOT NULL,
  customer_key VARBINARY(100) NOT NULL,
  member_id BIGINT NOT NULL,
  PRIMARY KEY (shop_id, customer_key),
  KEY member_keys_member (shop_id, member_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS accounts (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  plan_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  available BIGINT NOT NULL,
  held BIGINT NOT NULL,
  debt BIGINT NOT NULL,
  lock_seq BIGINT NOT NULL,
  entry_seq BIGINT NOT NULL,
  publish_due BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT accounts_sane CHECK (pending >= 0 AND held >= 0 AND debt >= 0 AND available >= -debt
    AND available <= 1000000000000 AND pending <= 1000000000000 AND debt <= 1000000000000),
  UNIQUE KEY accounts_member (shop_id, plan_id, member_id),
  KEY accounts_balance (shop_id, plan_id, available, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS entries (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  account_seq BIGINT NOT NULL,
  kind VARBINARY(12) NOT NULL,
  points BIGINT NOT NULL,
  source_key VARBINARY(190) NOT NULL,
  rule_id VARBINARY(90) NOT NULL,
  seq BIGINT NOT NULL,
  plan_version BIGINT NOT NULL,
  limited_to BIGINT NOT NULL,
  breakdown LONGTEXT NOT NULL,
  note VARCHAR(500) NOT NULL,
  actor VARBINARY(120) NOT NULL,
  occurred_at BIGINT NOT NULL,
  posted_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT entries_sane CHECK (points <= 1000000000 AND points >= -1000000000),
  UNIQUE KEY entries_source (shop_id, source_key, rule_id, seq),
  UNIQUE KEY entries_account (shop_id, account_id, account_seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- state 0 pending (due_at = when it becomes available), 1 open (due_at = expiry), 2 closed (due_at = 0)
CREATE TABLE IF NOT EXISTS lots (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  entry_id BIGINT NOT NULL,
  source_key VARBINARY(190) NOT NULL,
  rule_id VARBINARY(90) NOT NULL,
  original BIGINT NOT NULL,
  remaining BIGINT NOT NULL,
  state BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  available_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  promise_minor BIGINT NOT NULL,
  promise_per BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT lots_sane CHECK (remaining >= 0 AND remaining <= original),
  KEY lots_account (shop_id, account_id, state, expires_at, id),
  KEY lots_due (shop_id, state, due_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- which lots an entry or a hold took its points from
CREATE TABLE IF NOT EXISTS allocations (
  shop_id BIGINT NOT NULL,
  owner_id BIGINT NOT NULL,
  lot_id BIGINT NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (shop_id, owner_id, lot_id),
  KEY allocations_lot (shop_id, lot_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS holds (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  redemption_id BIGINT NOT NULL,
  points BIGINT NOT NULL,
  state VARBINARY(12) NOT NULL,
  created_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT holds_sane CHECK (points > 0),
  KEY holds_account (shop_id, account_id, state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sales (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  number VARCHAR(60) NOT NULL,
  customer_key VARBINARY(100) NOT NULL,
  member_id BIGINT NOT NULL,
  status VARBINARY(20) NOT NULL,
  currency VARBINARY(3) NOT NULL,
  total BIGINT NOT NULL,
  refunded BIGINT NOT NULL,
  placed_at BIGINT NOT NULL,
  host_updated_at BIGINT NOT NULL,
  host_rank BIGINT NOT NULL,
  hash VARBINARY(32) NOT NULL,
  plan_version BIGINT NOT NULL,
  audience LONGTEXT NOT NULL,
  version BIGINT NOT NULL,
  earned BIGINT NOT NULL,
  used BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY sales_key (shop_id, sale_key),
  KEY sales_member (shop_id, member_id, placed_at, id),
  KEY sales_placed (shop_id, placed_at, id),
  KEY sales_number (shop_id, number, id),
  KEY sales_customer (shop_id, customer_key, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sale_versions (
  shop_id BIGINT NOT NULL,
  sale_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  delivery_id BIGINT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  stored_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, sale_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS activities (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  activity_key VARBINARY(190) NOT NULL,
  kind VARBINARY(30) NOT NULL,
  name VARBINARY(60) NOT NULL,
  customer_key VARBINARY(100) NOT NULL,
  member_id BIGINT NOT NULL,
  subject VARBINARY(190) NOT NULL,
  state VARBINARY(20) NOT NULL,
  quantity BIGINT NOT NULL,
  happened_at BIGINT NOT NULL,
  host_updated_at BIGINT NOT NULL,
  plan_version BIGINT NOT NULL,
  audience LONGTEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY activities_key (shop_id, activity_key),
  KEY activities_member (shop_id, member_id, kind, subject),
  KEY activities_customer (shop_id, customer_key, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- limits and budgets: one row per rule, member (0 = all) and window; changed only by a conditional UPDATE
CREATE TABLE IF NOT EXISTS counters (
  shop_id BIGINT NOT NULL,
  rule_id VARBINARY(90) NOT NULL,
  member_id BIGINT NOT NULL,
  win VARBINARY(190) NOT NULL,
  times BIGINT NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (shop_id, rule_id, member_id, win)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS referrals (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  referrer_id BIGINT NOT NULL,
  friend_id BIGINT NOT NULL,
  code VARBINARY(40) NOT NULL,
  state VARBINARY(20) NOT NULL,
  reason VARBINARY(60) NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  qualifies_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY referrals_friend (shop_id, friend_id),
  KEY referrals_referrer (shop_id, referrer_id, id),
  KEY referrals_due (shop_id, state, qualifies_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- every redeemable string of the shop, whoever caused it
CREATE TABLE IF NOT EXISTS codes (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code VARCHAR(100) NOT NULL,
  folded VARBINARY(200) NOT NULL,
  origin VARBINARY(20) NOT NULL,
  member_id BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  spec LONGTEXT NOT NULL,
  host_ref VARBINARY(190) NOT NULL,
  max_uses BIGINT NOT NULL,
  uses BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  CONSTRAINT codes_sane CHECK (uses >= 0 AND (max_uses = 0 OR uses <= max_uses)),
  UNIQUE KEY codes_folded (shop_id, folded),
  KEY codes_state (shop_id, state, expires_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS code_uses (
  shop_id BIGINT NOT NULL,
  code_id BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  member_id BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, code_id, sale_key),
  KEY code_uses_sale (shop_id, sale_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS redemptions (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  public_id VARBINARY(36) NOT NULL,
  account_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  client_key VARBINARY(190) NOT NULL,
  fingerprint VARBINARY(32) NOT NULL,
  points BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  currency VARBINARY(3) NOT NULL,
  plan_version BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  reason VARBINARY(60) NOT NULL,
  code_id BIGINT NOT NULL,
  hold_id BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  returned BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY redemptions_public_id (shop_id, public_id),
  UNIQUE KEY redemptions_client_key (shop_id, member_id, client_key),
  KEY redemptions_code (shop_id, code_id),
  KEY redemptions_account (shop_id, account_id, id),
  KEY redemptions_state (shop_id, state, expires_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- jobs: calls we owe the host. state 0 due, 1 done, 2 dead, 3 unknown (being looked up)
CREATE TABLE IF NOT EXISTS jobs (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind VARBINARY(30) NOT NULL,
  job_key VARBINARY(190) NOT NULL,
  state BIGINT NOT NULL,
  payload LONGTEXT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  lease_token BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY jobs_key (shop_id, kind, job_key),
  KEY jobs_due (state, shop_id, next_at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS api_keys (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name VARCHAR(120) NOT NULL,
  hash VARBINARY(32) NOT NULL,
  hint VARBINARY(12) NOT NULL,
  scopes VARBINARY(190) NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY api_keys_hash (shop_id, hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS idempotency_keys (
  shop_id BIGINT NOT NULL,
  scope VARBINARY(120) NOT NULL,
  idem_key VARBINARY(190) NOT NULL,
  fingerprint VARBINARY(32) NOT NULL,
  state VARBINARY(12) NOT NULL,
  status BIGINT NOT NULL,
  answer MEDIUMBLOB NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, scope, idem_key),
  KEY idempotency_keys_age (shop_id, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS audit_log (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  actor VARBINARY(120) NOT NULL,
  action VARBINARY(60) NOT NULL,
  subject VARBINARY(190) NOT NULL,
  before_json LONGTEXT NOT NULL,
  after_json LONGTEXT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY audit_log_subject (shop_id, subject, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS privacy_requests (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind VARBINARY(30) NOT NULL,
  customer_key VARBINARY(100) NOT NULL,
  state VARBINARY(20) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  received_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY privacy_requests_key (shop_id, kind, customer_key, received_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- where a running copy of the host stands: reconciliation, subscription checks
CREATE TABLE IF NOT EXISTS cursors (
  shop_id BIGINT NOT NULL,
  name VARBINARY(60) NOT NULL,
  position VARBINARY(190) NOT NULL,
  next_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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
