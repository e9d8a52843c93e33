-- +goose Up
-- members that bring new customers. level_path is the way from the top, ids with a slash behind each
CREATE TABLE IF NOT EXISTS partners (
  shop_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  sponsor_id BIGINT NOT NULL,
  host_name VARBINARY(100) NOT NULL,
  level_path VARBINARY(1000) NOT NULL,
  notes LONGTEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, member_id),
  KEY partners_sponsor (shop_id, sponsor_id, member_id),
  KEY partners_host (shop_id, host_name),
  KEY partners_path (shop_id, level_path),
  KEY partners_state (shop_id, state, member_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- in whose first line a member is
CREATE TABLE IF NOT EXISTS sponsorships (
  shop_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  code_id BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  storefront VARBINARY(100) NOT NULL,
  at_ms BIGINT NOT NULL,
  final_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, member_id),
  KEY sponsorships_partner (shop_id, partner_id, state, member_id),
  KEY sponsorships_sale (shop_id, sale_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sponsor_events (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  kind VARBINARY(30) NOT NULL,
  code_id BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  storefront VARBINARY(100) NOT NULL,
  actor VARBINARY(120) NOT NULL,
  note VARCHAR(500) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY sponsor_events_member (shop_id, member_id, id),
  KEY sponsor_events_partner (shop_id, partner_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS worklist (
  shop_id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  remind_at BIGINT NOT NULL,
  note VARCHAR(500) NOT NULL,
  done_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, partner_id, member_id),
  KEY worklist_due (shop_id, state, remind_at),
  KEY worklist_member (shop_id, member_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- who saw whose contact data, and which fields
CREATE TABLE IF NOT EXISTS contact_log (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  kind VARBINARY(30) NOT NULL,
  fields VARCHAR(500) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY contact_log_partner (shop_id, partner_id, id),
  KEY contact_log_member (shop_id, member_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS commissions (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  sale_key VARBINARY(100) NOT NULL,
  level BIGINT NOT NULL,
  base_minor BIGINT NOT NULL,
  rate_bp BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY commissions_sale (shop_id, sale_key, partner_id, level),
  KEY commissions_partner (shop_id, partner_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS desk_links (
  shop_id BIGINT NOT NULL,
  token_hash VARBINARY(32) NOT NULL,
  member_id BIGINT NOT NULL,
  email_fold VARCHAR(320) NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, token_hash),
  KEY desk_links_email (shop_id, email_fold, expires_at),
  KEY desk_links_due (shop_id, expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- desk sessions that can be ended before their cookie runs out
CREATE TABLE IF NOT EXISTS desk_sessions (
  shop_id BIGINT NOT NULL,
  token_id VARBINARY(40) NOT NULL,
  member_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, token_id),
  KEY desk_sessions_member (shop_id, member_id),
  KEY desk_sessions_due (shop_id, expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS partner_visits (
  shop_id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  local_day BIGINT NOT NULL,
  visits BIGINT NOT NULL,
  PRIMARY KEY (shop_id, partner_id, local_day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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
