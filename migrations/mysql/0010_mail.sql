-- +goose Up
-- mails: what we owe people by e-mail. The bodies are emptied once a mail is out.
CREATE TABLE IF NOT EXISTS mails (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind VARBINARY(40) NOT NULL,
  mail_key VARBINARY(120) NOT NULL,
  person_key VARBINARY(32) NOT NULL,
  marketing BIGINT NOT NULL,
  to_address VARCHAR(320) NOT NULL,
  locale VARBINARY(16) NOT NULL,
  subject VARCHAR(500) NOT NULL,
  body_text LONGTEXT NOT NULL,
  body_html LONGTEXT NOT NULL,
  headers LONGTEXT NOT NULL,
  state BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  lease_token BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY mails_key (shop_id, kind, mail_key),
  KEY mails_due (state, shop_id, next_at, id),
  KEY mails_person (shop_id, person_key, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- suppressions: keyed hashes of addresses that take no mail, and of persons who want no advertising.
CREATE TABLE IF NOT EXISTS suppressions (
  shop_id BIGINT NOT NULL,
  email_hash VARBINARY(32) NOT NULL,
  reason VARBINARY(20) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, email_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS newsletter_signups (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  email VARCHAR(320) NOT NULL,
  email_fold VARCHAR(320) NOT NULL,
  person_key VARBINARY(32) NOT NULL,
  state VARBINARY(20) NOT NULL,
  token_hash VARBINARY(32) NOT NULL,
  asked BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  code_id BIGINT NOT NULL,
  code VARCHAR(64) NOT NULL,
  locale VARBINARY(16) NOT NULL,
  source VARBINARY(60) NOT NULL,
  consent_text VARCHAR(1000) NOT NULL,
  ip_hash VARBINARY(32) NOT NULL,
  confirm_ip_hash VARBINARY(32) NOT NULL,
  reason VARBINARY(40) NOT NULL,
  created_at BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  unsubscribed_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY newsletter_signups_person (shop_id, person_key),
  KEY newsletter_signups_state (shop_id, state, id),
  KEY newsletter_signups_email (shop_id, email_fold, id),
  KEY newsletter_signups_token (shop_id, token_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE newsletter_signups;
DROP TABLE suppressions;
DROP TABLE mails;
