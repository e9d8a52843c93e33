-- +goose Up
-- which reader of the newsletter has a code of a voucher: the newest, where the merchant gave more than one
CREATE TABLE newsletter_gifts (
  shop_id INTEGER NOT NULL,
  template_id INTEGER NOT NULL,
  signup_id INTEGER NOT NULL,
  code_id INTEGER NOT NULL,
  PRIMARY KEY (shop_id, template_id, signup_id)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE newsletter_gifts;
