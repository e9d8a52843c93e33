-- +goose Up
-- keyed hashes of what an order shows of its buyer, to tell referrals within one household (A-29); emptied when they are old
SET @there = (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'sales' AND column_name = 'traces');
SET @change = IF(@there > 0, 'DO 0', 'ALTER TABLE sales ADD COLUMN traces VARBINARY(120) NOT NULL DEFAULT ''''');
PREPARE change_sales FROM @change;
EXECUTE change_sales;
DEALLOCATE PREPARE change_sales;
-- why a referral was held, and who decided what
SET @there = (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'referrals' AND column_name = 'decided_at');
SET @change = IF(@there > 0, 'DO 0', 'ALTER TABLE referrals ADD COLUMN signals VARBINARY(120) NOT NULL DEFAULT '''', ADD COLUMN note VARCHAR(500) NOT NULL DEFAULT '''', ADD COLUMN decided_by VARCHAR(190) NOT NULL DEFAULT '''', ADD COLUMN decided_at BIGINT NOT NULL DEFAULT 0, ADD KEY referrals_state (shop_id, state, id)');
PREPARE change_referrals FROM @change;
EXECUTE change_referrals;
DEALLOCATE PREPARE change_referrals;

-- +goose Down
ALTER TABLE referrals DROP KEY referrals_state, DROP COLUMN decided_at, DROP COLUMN decided_by, DROP COLUMN note, DROP COLUMN signals;
ALTER TABLE sales DROP COLUMN traces;
