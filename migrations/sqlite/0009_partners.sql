-- +goose Up
-- members that bring new customers. level_path is the way from the top, ids with a slash behind each
CREATE TABLE partners (
  shop_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  sponsor_id INTEGER NOT NULL,
  host_name TEXT NOT NULL,
  level_path TEXT NOT NULL,
  notes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX partners_sponsor ON partners (shop_id, sponsor_id, member_id);
CREATE INDEX partners_host ON partners (shop_id, host_name);
CREATE INDEX partners_path ON partners (shop_id, level_path);
CREATE INDEX partners_state ON partners (shop_id, state, member_id);

-- in whose first line a member is
CREATE TABLE sponsorships (
  shop_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  code_id INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  storefront TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  final_at INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sponsorships_partner ON sponsorships (shop_id, partner_id, state, member_id);
CREATE INDEX sponsorships_sale ON sponsorships (shop_id, sale_key);

CREATE TABLE sponsor_events (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  code_id INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  storefront TEXT NOT NULL,
  actor TEXT NOT NULL,
  note TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sponsor_events_member ON sponsor_events (shop_id, member_id, id);
CREATE INDEX sponsor_events_partner ON sponsor_events (shop_id, partner_id, id);

CREATE TABLE worklist (
  shop_id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  remind_at INTEGER NOT NULL,
  note TEXT NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, partner_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX worklist_due ON worklist (shop_id, state, remind_at);
CREATE INDEX worklist_member ON worklist (shop_id, member_id);

-- who saw whose contact data, and which fields
CREATE TABLE contact_log (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  fields TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_log_partner ON contact_log (shop_id, partner_id, id);
CREATE INDEX contact_log_member ON contact_log (shop_id, member_id, id);

CREATE TABLE commissions (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  sale_key TEXT NOT NULL,
  level INTEGER NOT NULL,
  base_minor INTEGER NOT NULL,
  rate_bp INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  state TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX commissions_sale ON commissions (shop_id, sale_key, partner_id, level);
CREATE INDEX commissions_partner ON commissions (shop_id, partner_id, id);

CREATE TABLE desk_links (
  shop_id INTEGER NOT NULL,
  token_hash BLOB NOT NULL,
  member_id INTEGER NOT NULL,
  email_fold TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_links_email ON desk_links (shop_id, email_fold, expires_at);
CREATE INDEX desk_links_due ON desk_links (shop_id, expires_at);

-- desk sessions that can be ended before their cookie runs out
CREATE TABLE desk_sessions (
  shop_id INTEGER NOT NULL,
  token_id TEXT NOT NULL,
  member_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, token_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX desk_sessions_member ON desk_sessions (shop_id, member_id);
CREATE INDEX desk_sessions_due ON desk_sessions (shop_id, expires_at);

CREATE TABLE partner_visits (
  shop_id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  local_day INTEGER NOT NULL,
  visits INTEGER NOT NULL,
  PRIMARY KEY (shop_id, partner_id, local_day)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE partner_visits;
DROP TABLE desk_sessions;
DROP TABLE desk_links;
DROP TABLE commissions;
DROP TABLE contact_log;
DROP TABLE worklist;
DROP TABLE sponsor_events;
DROP TABLE sponsorships;
DROP TABLE partners;
