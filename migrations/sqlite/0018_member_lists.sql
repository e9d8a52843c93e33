-- +goose Up
-- what the list of members is narrowed to
CREATE INDEX members_type ON members (shop_id, member_type, id);
CREATE INDEX members_blocked ON members (shop_id, block_earn, block_redeem, id);

-- +goose Down
DROP INDEX members_blocked;
DROP INDEX members_type;
