-- +goose Up
-- what the host was told of a shared discount: to tell what somebody changed there, and to say it again
ALTER TABLE host_discounts ADD COLUMN spec TEXT NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE host_discounts DROP COLUMN spec;
