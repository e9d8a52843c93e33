package store

import (
	"strconv"

	"zugabe/app/loyalty"
)

// PublishLater makes sure that the public balance of the accounts gets to the
// host. Accounts that already wait are left alone, so a busy account costs one
// job, not one per entry. Call it while the accounts are locked.
func (tx *Tx) PublishLater(shop loyalty.ShopID, accounts []loyalty.ID, ids func() loyalty.ID, nowMs int64) error {
	if len(accounts) == 0 {
		return nil
	}
	var jobs []Job
	err := tx.Rows(`SELECT id, entry_seq FROM accounts WHERE shop_id = ? AND publish_due = 0 AND id IN (`+placeholders(len(accounts))+`)`,
		argsOf(shop, accounts), func(row Scanner) error {
			var id loyalty.ID
			var seq int64
			err := row.Scan(&id, &seq)
			jobs = append(jobs, Job{ID: ids(), Kind: JobPublish, Key: publishKey(id, ids()), NextAt: nowMs, CreatedAt: nowMs})
			return err
		})
	if err != nil || len(jobs) == 0 {
		return err
	}
	if err := tx.InsertJobs(shop, jobs); err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE accounts SET publish_due = ? WHERE shop_id = ? AND publish_due = 0 AND id IN (`+placeholders(len(accounts))+`)`,
		withArgs([]any{nowMs, shop}, accounts)...)
	return err
}

func publishKey(account, unique loyalty.ID) string {
	return strconv.FormatInt(int64(account), 10) + ":" + strconv.FormatInt(int64(unique), 10)
}

// ClearPublishDue takes the mark off, before the balances are read: whoever
// changes one later marks it again.
func (tx *Tx) ClearPublishDue(shop loyalty.ShopID, accounts []loyalty.ID) error {
	_, err := tx.Exec(`UPDATE accounts SET publish_due = 0 WHERE shop_id = ? AND id IN (`+placeholders(len(accounts))+`)`,
		argsOf(shop, accounts)...)
	return err
}
