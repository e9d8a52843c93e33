-- +goose Up
-- mails: what we owe people by e-mail. The bodies are emptied once a mail is out.
CREATE TABLE mails (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  mail_key TEXT NOT NULL,
  person_key BLOB NOT NULL,
  marketing INTEGER NOT NULL,
  to_address TEXT NOT NULL,
  locale TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  headers TEXT NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  lease_token INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX mails_key ON mails (shop_id, kind, mail_key);
CREATE INDEX mails_due ON mails (state, shop_id, next_at, id);
CREATE INDEX mails_person ON mails (shop_id, person_key, id);

-- suppressions: keyed hashes of addresses that take no mail, and of persons who want no advertising.
CREATE TABLE suppressions (
  shop_id INTEGER NOT NULL,
  email_hash BLOB NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, email_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE newsletter_signups (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  email TEXT NOT NULL,
  email_fold TEXT NOT NULL,
  person_key BLOB NOT NULL,
  state TEXT NOT NULL,
  token_hash BLOB NOT NULL,
  asked INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  locale TEXT NOT NULL,
  source TEXT NOT NULL,
  consent_text TEXT NOT NULL,
  ip_hash BLOB NOT NULL,
  confirm_ip_hash BLOB NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  unsubscribed_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX newsletter_signups_person ON newsletter_signups (shop_id, person_key);
CREATE INDEX newsletter_signups_state ON newsletter_signups (shop_id, state, id);
CREATE INDEX newsletter_signups_email ON newsletter_signups (shop_id, email_fold, id);
CREATE INDEX newsletter_signups_token ON newsletter_signups (shop_id, token_hash);

-- +goose Down
DROP TABLE newsletter_signups;
DROP TABLE suppressions;
DROP TABLE mails;
