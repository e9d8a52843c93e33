-- +goose Up
-- what a statement of commissions says: for whose order, in which money, from when on it can be paid, and what was paid of it
SET @there = (SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'commissions' AND column_name = 'member_id');
SET @change = IF(@there > 0, 'DO 0', 'ALTER TABLE commissions
  ADD COLUMN member_id BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN code_id BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN currency VARBINARY(3) NOT NULL DEFAULT '''',
  ADD COLUMN available_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN paid_minor BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN paid_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0,
  ADD KEY commissions_at (shop_id, partner_id, at_ms)');
PREPARE change_commissions FROM @change;
EXECUTE change_commissions;
DEALLOCATE PREPARE change_commissions;

-- partners who say that a customer is theirs
CREATE TABLE IF NOT EXISTS appeals (
  shop_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  member_id BIGINT NOT NULL,
  partner_id BIGINT NOT NULL,
  state VARBINARY(20) NOT NULL,
  text VARCHAR(1000) NOT NULL,
  answer VARCHAR(500) NOT NULL,
  decided_by VARBINARY(120) NOT NULL,
  created_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (shop_id, id),
  KEY appeals_state (shop_id, state, id),
  KEY appeals_member (shop_id, member_id, partner_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE appeals;
ALTER TABLE commissions DROP KEY commissions_at, DROP COLUMN member_id, DROP COLUMN code_id, DROP COLUMN currency, DROP COLUMN available_at,
  DROP COLUMN paid_minor, DROP COLUMN paid_at, DROP COLUMN updated_at;
