-- +goose Up
-- a reader has few codes, a voucher many readers: a walk by reader takes rows in small steps
CREATE TABLE newsletter_gifts_new (
  shop_id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  signup_id INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  PRIMARY KEY (shop_id, signup_id, template_id)
) STRICT, WITHOUT ROWID;
INSERT INTO newsletter_gifts_new SELECT shop_id, template_id, signup_id, code_id FROM newsletter_gifts;
DROP TABLE newsletter_gifts;
ALTER TABLE newsletter_gifts_new RENAME TO newsletter_gifts;

-- +goose Down
CREATE TABLE newsletter_gifts_new (
  shop_id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  signup_id INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  PRIMARY KEY (shop_id, template_id, signup_id)
) STRICT, WITHOUT ROWID;
INSERT INTO newsletter_gifts_new SELECT shop_id, template_id, signup_id, code_id FROM newsletter_gifts;
DROP TABLE newsletter_gifts;
ALTER TABLE newsletter_gifts_new RENAME TO newsletter_gifts;
