package program

import (
	"context"
	"strconv"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// maxReplay is how many are put back to work at once; the rest follows with the
// next call.
const maxReplay = 500

// ReplayFailedDeliveries puts the deliveries that could not be worked on back to
// work, the newest first, at most 500. It is harmless to those that still cannot:
// they come back with their reason.
func (p *Program) ReplayFailedDeliveries(ctx context.Context, actor string, shop loyalty.ShopID) (n int64, more bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		failed, err := tx.ListDeliveries(shop, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryPoison}, Limit: maxReplay + 1})
		if err != nil || len(failed) == 0 {
			n, more = 0, false
			return err
		}
		more = len(failed) > maxReplay
		ids := make([]loyalty.ID, 0, maxReplay)
		for _, d := range failed[:min(len(failed), maxReplay)] {
			ids = append(ids, d.ID)
		}
		if n, err = tx.ReplayDeliveries(shop, ids); err != nil {
			return err
		}
		tx.OnCommit(func() { p.wake("deliveries") })
		return p.audit(tx, shop, deed{by: actor, did: "deliveries.replayed", to: "deliveries", why: strconv.FormatInt(n, 10)})
	})
	return n, more, err
}

// ReplayDeadJobs tries the calls to the host that were given up again, at most 500.
func (p *Program) ReplayDeadJobs(ctx context.Context, actor string, shop loyalty.ShopID) (n int64, more bool, err error) {
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		n, more = 0, false
		dead, err := tx.ListJobs(shop, store.JobFilter{States: []store.JobState{store.JobDead}, Limit: maxReplay + 1})
		if err != nil || len(dead) == 0 {
			return err
		}
		more = len(dead) > maxReplay
		for _, j := range dead[:min(len(dead), maxReplay)] {
			ok, err := tx.ReplayJob(shop, j.ID, p.now())
			if err != nil {
				return err
			}
			if ok {
				n++
			}
		}
		tx.OnCommit(func() { p.wake("jobs") })
		return p.audit(tx, shop, deed{by: actor, did: "jobs.replayed", to: "jobs", why: strconv.FormatInt(n, 10)})
	})
	return n, more, err
}
