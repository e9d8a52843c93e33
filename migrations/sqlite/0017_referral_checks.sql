-- +goose Up
-- keyed hashes of what an order shows of its buyer, to tell referrals within one household (A-29); emptied when they are old
ALTER TABLE sales ADD COLUMN traces BLOB NOT NULL DEFAULT x'';
-- why a referral was held, and who decided what
ALTER TABLE referrals ADD COLUMN signals TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
ALTER TABLE referrals ADD COLUMN decided_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX referrals_state ON referrals (shop_id, state, id);

-- +goose Down
DROP INDEX referrals_state;
ALTER TABLE referrals DROP COLUMN decided_at;
ALTER TABLE referrals DROP COLUMN decided_by;
ALTER TABLE referrals DROP COLUMN note;
ALTER TABLE referrals DROP COLUMN signals;
ALTER TABLE sales DROP COLUMN traces;
