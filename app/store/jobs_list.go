package store

import "zugabe/app/loyalty"

// JobFilter narrows a list of jobs. Empty fields match everything.
type JobFilter struct {
	States []JobState
	Before loyalty.ID // keyset: only ids below; 0 starts at the newest
	Limit  int
}

// ListJobs returns jobs, newest first. A list of rare states goes through the
// work queue's index, so that it never walks past millions of finished jobs.
func (tx *Tx) ListJobs(shop loyalty.ShopID, f JobFilter) ([]Job, error) {
	before := f.Before
	if before == 0 {
		before = maxID
	}
	index, where, args := "PRIMARY", `shop_id = ? AND id < ?`, []any{shop, before}
	if len(f.States) > 0 {
		index, where = "jobs_due", `state IN (`+placeholders(len(f.States))+`) AND `+where
		head := make([]any, 0, len(f.States)+3)
		for _, state := range f.States {
			head = append(head, int64(state))
		}
		args = append(head, args...)
	}
	return tx.manyJobs(`SELECT `+jobColumns+` FROM jobs`+useIndex(index)+`WHERE `+where+` ORDER BY id DESC LIMIT ?`, append(args, f.Limit))
}

// JobsOfKind lists the newest jobs of one kind.
func (tx *Tx) JobsOfKind(shop loyalty.ShopID, kind JobKind, limit int) ([]Job, error) {
	return tx.manyJobs(`SELECT `+jobColumns+` FROM jobs`+useIndex("jobs_key")+`WHERE shop_id = ? AND kind = ? ORDER BY id DESC LIMIT ?`, []any{shop, string(kind), limit})
}
