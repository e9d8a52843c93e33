package intake

import (
	"context"
	"strconv"
	"sync"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

const (
	leaseTime  = 20 * time.Second // so long a lane rests when its process dies
	leaseSpare = 8 * time.Second  // renewed when less is left
)

// leases are the lanes that this process may work in. A lease is kept between
// batches, because taking one is a write.
type leases struct {
	store *store.Store
	clock loyalty.Clock
	owner string
	most  int

	mu   sync.Mutex
	held map[int64]lease
}

type lease struct {
	token int64
	until time.Time
	used  int64 // grows with every use: the smallest is let go first
}

func newLeases(p *program.Program) *leases {
	l := &leases{store: p.Store, clock: p.Clock, owner: loyalty.NewPublicID(), held: map[int64]lease{}, most: store.Lanes}
	if p.Store.Dialect() != store.SQLite {
		l.most = store.Lanes / 2 // leaves lanes to other processes
	}
	return l
}

func leaseName(lane int64) string { return "intake:" + strconv.FormatInt(lane, 10) }

// hold makes sure that the lane is ours for the next batch; false if another
// process has it.
func (l *leases) hold(ctx context.Context, lane int64) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	have, ours := l.held[lane]
	if ours && have.until.Sub(now) > leaseSpare {
		have.used = l.nextUse()
		l.held[lane] = have
		return true, nil
	}
	if !ours && len(l.held) >= l.most {
		if err := l.letGo(ctx); err != nil {
			return false, err
		}
	}
	token, ok, err := l.store.AcquireLease(ctx, leaseName(lane), l.owner, leaseTime)
	if err != nil || !ok {
		delete(l.held, lane)
		return false, err
	}
	l.held[lane] = lease{token: token, until: now.Add(leaseTime), used: l.nextUse()}
	return true, nil
}

func (l *leases) nextUse() int64 {
	var most int64
	for _, h := range l.held {
		most = max(most, h.used)
	}
	return most + 1
}

// letGo releases the lane that was used longest ago. A worker may still be in
// it: two holders of a lane only repeat work, which posts nothing twice.
func (l *leases) letGo(ctx context.Context) error {
	oldest := int64(-1)
	for lane, h := range l.held {
		if oldest < 0 || h.used < l.held[oldest].used {
			oldest = lane
		}
	}
	h := l.held[oldest]
	delete(l.held, oldest)
	return l.store.ReleaseLease(ctx, leaseName(oldest), h.token)
}

func (l *leases) releaseAll(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for lane, h := range l.held {
		if err := l.store.ReleaseLease(ctx, leaseName(lane), h.token); err != nil {
			return // it runs out by itself
		}
	}
	l.held = map[int64]lease{}
}
