package store

import "zugabe/app/loyalty"

// OweOnce stores the job unless one of its kind waits and nobody works at it. The
// UPDATE locks the one that waits: whoever claims it does so after our commit and
// reads what we wrote. One that is under way may have read too early, so it does
// not count.
func (tx *Tx) OweOnce(shop loyalty.ShopID, j Job) (added bool, err error) {
	n, err := tx.Exec(`UPDATE jobs SET reason = reason WHERE shop_id = ? AND kind = ? AND state IN (0, 3) AND lease_until <= ?`,
		shop, string(j.Kind), j.CreatedAt)
	if err != nil || n > 0 {
		return false, err
	}
	return true, tx.InsertJobs(shop, []Job{j})
}
