-- +goose Up
-- what the host was told of a shared discount: to tell what somebody changed there, and to say it again
SET @there = (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'host_discounts' AND column_name = 'spec');
SET @change = IF(@there > 0, 'DO 0', 'ALTER TABLE host_discounts ADD COLUMN spec LONGTEXT NOT NULL DEFAULT (''{}'')');
PREPARE change_host_discounts FROM @change;
EXECUTE change_host_discounts;
DEALLOCATE PREPARE change_host_discounts;

-- +goose Down
ALTER TABLE host_discounts DROP COLUMN spec;
