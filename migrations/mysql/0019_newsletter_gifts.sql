-- +goose Up
-- which reader of the newsletter has a code of a voucher: the newest, where the merchant gave more than one
CREATE TABLE IF NOT EXISTS newsletter_gifts (
  shop_id BIGINT NOT NULL,
  template_id BIGINT NOT NULL,
  signup_id BIGINT NOT NULL,
  code_id BIGINT NOT NULL,
  PRIMARY KEY (shop_id, template_id, signup_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE newsletter_gifts;
