-- +goose Up
-- what the list of members is narrowed to
SET @there = (SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'members' AND index_name = 'members_type');
SET @change = IF(@there > 0, 'DO 0', 'ALTER TABLE members
  ADD KEY members_type (shop_id, member_type, id),
  ADD KEY members_blocked (shop_id, block_earn, block_redeem, id)');
PREPARE change_members FROM @change;
EXECUTE change_members;
DEALLOCATE PREPARE change_members;

-- +goose Down
ALTER TABLE members DROP KEY members_type, DROP KEY members_blocked;
