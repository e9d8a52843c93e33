package bench

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"
)

const intakeConnections = 64

// intake: signed deliveries of 5 kB over HTTP, each durable before its 200.
func intake(ctx context.Context, l *lab) ([]Row, error) {
	web, err := l.cfg.Serve(ctx, l.parts())
	if err != nil {
		return nil, err
	}
	defer func() { _ = web.Stop() }()
	t, err := l.table(ctx, "deliveries")
	if err != nil {
		return nil, err
	}
	single, stop, err := l.serveSingle(t)
	if err != nil {
		return nil, err
	}
	defer stop()
	hooks := func(addr string) func(context.Context, int) (figure, error) {
		return func(ctx context.Context, _ int) (figure, error) {
			return load(ctx, addr, intakeConnections, l.cfg.Slice, l.deliveries)
		}
	}
	c, err := compare(ctx, l.cfg.Rounds,
		side{"app", hooks(web.Addr)},
		side{"batched insert", func(ctx context.Context, _ int) (figure, error) { return l.rawBatches(ctx, t) }},
		side{"one insert per request", hooks(single)},
	)
	if err != nil {
		return nil, err
	}
	return []Row{
		c.versus("raw batched INSERT of the plain body", 0, 1, 0.60),
		c.versus("one INSERT per request over HTTP", 0, 2, 3),
		// The most that the row above can reach: batches without HTTP, signatures and checks.
		c.versus("raw batched INSERT itself : one INSERT per request", 1, 2, 0),
		limit("p99, 64 connections", c.wait(0, 0.99), 50*time.Millisecond),
	}, nil
}

func (l *lab) parts() Parts {
	return Parts{Store: l.store, Program: l.program, Vault: l.vault, Clock: l.clock, IDs: l.ids}
}

// deliveries makes the requests of one connection: a new order each time, signed.
func (l *lab) deliveries(connection int) call {
	orders := newOrderMaker()
	head := "POST /webhooks/woocommerce/" + shopKey + " HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\n" +
		"User-Agent: WooCommerce/10.9.0 Hookshot (WordPress/7.0.4)\r\nX-WC-Webhook-Topic: order.updated\r\nX-WC-Webhook-Resource: order\r\n" +
		"X-WC-Webhook-Event: updated\r\nX-WC-Webhook-ID: 2\r\n"
	var request []byte
	customer := int64(firstCustomer + connection)
	return func() []byte {
		number := atomic.AddInt64(&l.serial, 1)
		body := orders.order(number, customer)
		request = append(request[:0], head...)
		request = append(request, "X-WC-Webhook-Delivery-ID: d"...)
		request = strconv.AppendInt(request, number, 10)
		request = append(request, "\r\nX-WC-Webhook-Signature: "...)
		request = append(request, sign(body)...)
		request = append(request, "\r\nContent-Length: "...)
		request = strconv.AppendInt(request, int64(len(body)), 10)
		request = append(request, "\r\n\r\n"...)
		return append(request, body...)
	}
}

// rawBatches inserts plain bodies in batches as fast as the database takes them:
// no HTTP, no signature, no compression.
func (l *lab) rawBatches(ctx context.Context, t *table) (figure, error) {
	batch := 100
	if l.sqlite() {
		batch = 200
	}
	query := t.insert(batch)
	end := wall.Now().Add(l.cfg.Slice)
	return crew(l.writers(4), func(int) (f figure, err error) {
		orders := newOrderMaker()
		bodies := make([][]byte, batch)
		for wall.Now().Before(end) && ctx.Err() == nil {
			args := make([]any, 0, batch*len(t.columns))
			for i := range batch {
				number := atomic.AddInt64(&l.serial, 1)
				bodies[i] = append(bodies[i][:0], orders.order(number, firstCustomer)...)
				args = l.rawDelivery(t, args, number, bodies[i])
			}
			start := wall.Now()
			if _, err := l.raw.ExecContext(ctx, query, args...); err != nil {
				return f, fmt.Errorf("batch of %d: %w", batch, err)
			}
			f.n += int64(batch)
			f.waits = append(f.waits, since(start))
		}
		return f, nil
	})
}
