-- +goose Up
-- a reader has few codes, a voucher many readers: a walk by reader takes rows in small steps
ALTER TABLE newsletter_gifts DROP PRIMARY KEY, ADD PRIMARY KEY (shop_id, signup_id, template_id);

-- +goose Down
ALTER TABLE newsletter_gifts DROP PRIMARY KEY, ADD PRIMARY KEY (shop_id, template_id, signup_id);
