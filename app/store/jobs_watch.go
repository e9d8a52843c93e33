package store

import "zugabe/app/loyalty"

// JobCounts is what an operator must know of a shop's outbox.
type JobCounts struct {
	Open, Unknown, Dead int64
	OldestOpenAt        int64 // Unix ms of the oldest open job, 0 if none
}

// CountJobs counts what is open or given up; finished jobs are never touched.
func (tx *Tx) CountJobs(shop loyalty.ShopID) (JobCounts, error) {
	var c JobCounts
	err := tx.Rows(`SELECT state, COUNT(*), MIN(created_at) FROM jobs`+useIndex("jobs_due")+`WHERE state IN (0, 2, 3) AND shop_id = ? GROUP BY state`,
		[]any{shop}, func(row Scanner) error {
			var state, n, oldest int64
			if err := row.Scan(&state, &n, &oldest); err != nil {
				return err
			}
			switch JobState(state) {
			case JobDead:
				c.Dead = n
				return nil
			case JobUnknown:
				c.Unknown = n
			default:
				c.Open = n
			}
			if c.OldestOpenAt == 0 || oldest < c.OldestOpenAt {
				c.OldestOpenAt = oldest
			}
			return nil
		})
	return c, err
}

// PurgeJobs forgets jobs done before an instant, at most limit of them. Dead
// ones stay until somebody replays them.
func (tx *Tx) PurgeJobs(shop loyalty.ShopID, beforeMs int64, limit int) (int, error) {
	var ids []loyalty.ID
	err := tx.Rows(`SELECT id FROM jobs`+useIndex("jobs_due")+`WHERE state = 1 AND shop_id = ? AND next_at < ? AND done_at < ? ORDER BY next_at, id LIMIT ?`,
		[]any{shop, beforeMs, beforeMs, limit}, func(row Scanner) error {
			var id loyalty.ID
			err := row.Scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	n, err := tx.Exec(`DELETE FROM jobs WHERE shop_id = ? AND id IN (`+placeholders(len(ids))+`) AND state = 1`, argsOf(shop, ids)...)
	return int(n), err
}
