package store

import (
	"encoding/json"
	"slices"

	"zugabe/app/loyalty"
)

// PublishSize is the most balances that one host call takes, and the most
// accounts of one job.
const PublishSize = 25

// PublishPayload belongs to jobs of kind publish_balance.
type PublishPayload struct {
	Accounts []loyalty.ID `json:"accounts"`
}

// PublishLater makes sure that the public balance of the accounts gets to the
// host. Accounts that already wait are left alone, so a busy account costs one
// job, not one per entry, and many accounts share jobs. Call it while the
// accounts are locked.
func (tx *Tx) PublishLater(shop loyalty.ShopID, accounts []loyalty.ID, ids func() loyalty.ID, nowMs int64) error {
	if len(accounts) == 0 {
		return nil
	}
	var unpublished []loyalty.ID
	err := tx.Rows(`SELECT id FROM accounts WHERE shop_id = ? AND publish_due = 0 AND id IN (`+placeholders(len(accounts))+`)`,
		argsOf(shop, accounts), func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			unpublished = append(unpublished, id)
			return err
		})
	if err != nil {
		return err
	}
	return tx.PublishUnpublished(shop, unpublished, ids, nowMs)
}

// PublishUnpublished is PublishLater for locked accounts of which it is known
// that none waits yet.
func (tx *Tx) PublishUnpublished(shop loyalty.ShopID, accounts []loyalty.ID, ids func() loyalty.ID, nowMs int64) error {
	if len(accounts) == 0 {
		return nil
	}
	var jobs []Job
	for part := range slices.Chunk(accounts, PublishSize) {
		payload, err := json.Marshal(PublishPayload{Accounts: part})
		if err != nil {
			return err
		}
		id := ids()
		jobs = append(jobs, Job{ID: id, Kind: JobPublish, Key: id.String(), Payload: payload, NextAt: nowMs, CreatedAt: nowMs})
	}
	if err := tx.InsertJobs(shop, jobs); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE accounts SET publish_due = ? WHERE shop_id = ? AND id IN (`+placeholders(len(accounts))+`)`,
		withArgs([]any{nowMs, shop}, accounts)...)
	return err
}

// ClearPublishDue takes the mark off, before the balances are read: whoever
// changes one later marks it again.
func (tx *Tx) ClearPublishDue(shop loyalty.ShopID, accounts []loyalty.ID) error {
	_, err := tx.Exec(`UPDATE accounts SET publish_due = 0 WHERE shop_id = ? AND id IN (`+placeholders(len(accounts))+`)`,
		argsOf(shop, accounts)...)
	return err
}
