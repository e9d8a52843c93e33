package store

// Backlog is how much waits in all shops together. It is for showing, never for
// deciding.
type Backlog struct {
	Deliveries map[DeliveryState]int64 // new, waiting to be retried, poison
	Jobs       map[JobState]int64      // due, unknown, dead
}

// CountBacklog counts what is open by reading two indexes over open rows.
func (tx *Tx) CountBacklog() (Backlog, error) {
	b := Backlog{
		Deliveries: map[DeliveryState]int64{DeliveryNew: 0, DeliveryRetry: 0, DeliveryPoison: 0},
		Jobs:       map[JobState]int64{JobDue: 0, JobUnknown: 0, JobDead: 0},
	}
	var state, n int64
	err := tx.Rows(`SELECT state, COUNT(*) FROM deliveries`+useIndex("deliveries_due")+`WHERE state IN (0, 1, 4) AND shop_id > 0 GROUP BY state`, nil,
		func(row Scanner) error {
			err := row.Scan(&state, &n)
			b.Deliveries[DeliveryState(state)] = n
			return err
		})
	if err != nil {
		return b, err
	}
	err = tx.Rows(`SELECT state, COUNT(*) FROM jobs`+useIndex("jobs_due")+`WHERE state IN (0, 2, 3) AND shop_id > 0 GROUP BY state`, nil,
		func(row Scanner) error {
			err := row.Scan(&state, &n)
			b.Jobs[JobState(state)] = n
			return err
		})
	return b, err
}
