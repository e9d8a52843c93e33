-- +goose Up
-- who was told that points or a code run out, once for each end and stage, and what came of it. subject_id is the
-- account (kind points) or the redemption (kind code)
CREATE TABLE reminders (
  shop_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  stage INTEGER NOT NULL,
  subject_id INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  member_id INTEGER NOT NULL,
  points INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  state TEXT NOT NULL,
  saved_points INTEGER NOT NULL,
  saved_minor INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  PRIMARY KEY (shop_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reminders_once ON reminders (shop_id, kind, subject_id, due_at, stage);
CREATE INDEX reminders_due ON reminders (shop_id, state, due_at, id);
CREATE INDEX reminders_sent ON reminders (shop_id, sent_at);

-- +goose Down
DROP TABLE reminders;
