package bench

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"time"

	"zugabe/app/store"
)

const (
	burstRate        = 1_000 // deliveries a second
	burstConnections = 256
	burstDrain       = time.Minute // in which the inbox must be empty again
)

// burst: a flash sale (A28). Deliveries come at a fixed rate, whether or not the
// earlier ones have been answered, and the app's own workers book meanwhile. None is
// lost, and no wait is hidden: it is counted from when a delivery was due.
func burst(ctx context.Context, l *lab) ([]Row, error) {
	if err := l.settle(ctx, population{shop: int64(l.shop.ID), members: burstConnections, perMember: 1, expiresAt: never}); err != nil {
		return nil, err
	}
	web, err := l.cfg.Serve(ctx, l.parts())
	if err != nil {
		return nil, err
	}
	defer func() { _ = web.Stop() }()
	working, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() { defer close(stopped); l.cfg.Work(working, l.program) }()
	defer func() { stop(); <-stopped }()
	long := l.cfg.Burst
	f, err := l.flood(ctx, web.Addr, long)
	if err != nil {
		return nil, err
	}
	drained, err := l.drained(ctx)
	if err != nil {
		return nil, err
	}
	n, err := l.burstCounts(ctx)
	if err != nil {
		return nil, err
	}
	sent := int64(long.Seconds() * burstRate)
	what := fmt.Sprintf("stored and booked of %d sent in %.0f s, inbox empty %.1f s later", sent, f.took.Seconds(), drained.Seconds())
	return []Row{
		{What: what, App: fmt.Sprintf("%d, %d", n.stored, n.booked), Yard: fmt.Sprint(sent), Value: float64(min(n.stored, n.booked)), Target: float64(sent), Exact: true},
		limit(fmt.Sprintf("p99 of the answers, %d/s", burstRate), f.percentile(0.99), time.Second),
	}, nil
}

// flood sends deliveries for so long, each at its time or as soon after it as its
// connection is free. Any answer but 200 is an error.
func (l *lab) flood(ctx context.Context, addr string, long time.Duration) (figure, error) {
	total := int(long.Seconds() * burstRate)
	start := wall.Now()
	return crew(burstConnections, func(i int) (f figure, err error) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return f, err
		}
		defer func() { _ = c.Close() }()
		next, reader := l.deliveries(i), bufio.NewReaderSize(c, 16<<10)
		var answer message
		for n := i; n < total; n += burstConnections {
			request := next()
			due := start.Add(time.Duration(n) * time.Second / burstRate)
			if err := at(ctx, due); err != nil {
				return f, err
			}
			if _, err := c.Write(request); err != nil {
				return f, err
			}
			if err := readMessage(reader, &answer); err != nil {
				return f, err
			}
			if !answer.ok() {
				return f, fmt.Errorf("answer %s: %.200s", answer.first, answer.body)
			}
			f.n++
			f.waits = append(f.waits, since(due))
		}
		return f, nil
	})
}

// at waits until a moment has come.
func at(ctx context.Context, moment time.Time) error {
	timer := time.NewTimer(moment.Sub(wall.Now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drained waits until nothing waits any more and says how long that took; what
// is not booked in time is missing in the count.
func (l *lab) drained(ctx context.Context) (time.Duration, error) {
	start := wall.Now()
	for since(start) < burstDrain {
		waiting, err := l.count(ctx, `SELECT COUNT(*) FROM deliveries WHERE shop_id = ? AND state IN (0, 1)`)
		if err != nil || waiting == 0 {
			return since(start), err
		}
		if err := at(ctx, wall.Now().Add(50*time.Millisecond)); err != nil {
			return 0, err
		}
	}
	return since(start), nil
}

// burstCount is what the database says in the end.
type burstCount struct{ stored, booked int64 }

func (l *lab) burstCounts(ctx context.Context) (n burstCount, err error) {
	if n.stored, err = l.count(ctx, `SELECT COUNT(*) FROM deliveries WHERE shop_id = ?`); err != nil {
		return n, err
	}
	n.booked, err = l.count(ctx, `SELECT COUNT(*) FROM sales WHERE shop_id = ? AND earned > 0`)
	return n, err
}

// count asks for one number of the shop.
func (l *lab) count(ctx context.Context, query string) (n int64, err error) {
	err = l.store.Read(ctx, func(tx *store.Tx) error {
		_, err := tx.Row(query, []any{l.shop.ID}, &n)
		return err
	})
	return n, err
}
