-- +goose Up
-- who was told that points or a code run out, once for each end and stage, and what came of it. subject_id is the
-- account (kind points) or the redemption (kind code)
CREATE TABLE IF NOT EXISTS reminders (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind VARBINARY(12) NOT NULL,
  stage BIGINT NOT NULL,
  subject_id BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  points BIGINT NOT NULL,
  minor BIGINT NOT NULL,
  state VARBINARY(12) NOT NULL,
  saved_points BIGINT NOT NULL,
  saved_minor BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  UNIQUE KEY reminders_once (shop_id, kind, subject_id, due_at, stage),
  KEY reminders_due (shop_id, state, due_at, id),
  KEY reminders_sent (shop_id, sent_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE reminders;
