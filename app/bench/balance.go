package bench

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

const (
	balanceMembers     = 20_000
	balanceCustomers   = 200 // who ask, again and again as a page does that polls; the limit per shopper is lifted
	balanceConnections = 64
)

// balance: a signed-in shopper reads the own balance through the API.
func balance(ctx context.Context, l *lab) ([]Row, error) {
	shop := loyalty.Shop{ID: 3, Host: "shopify", Domain: "bench.myshopify.com", PathKey: "bench-path-key-000000003", HostShopID: "3", Name: "Bench",
		Currency: "EUR", Zone: "Europe/Berlin", Language: "de", State: loyalty.ShopActive, InstalledAt: 1}
	err := l.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.CreateShop(shop, 1); err != nil {
			return err
		}
		return l.program.EnsurePlan(tx, shop)
	})
	if err != nil {
		return nil, err
	}
	if l.plan, err = l.planOf(ctx, shop); err != nil {
		return nil, err
	}
	if err := l.settle(ctx, population{shop: int64(shop.ID), members: balanceMembers, perMember: 2, expiresAt: never}); err != nil {
		return nil, err
	}
	web, err := l.cfg.Serve(ctx, l.parts())
	if err != nil {
		return nil, err
	}
	defer func() { _ = web.Stop() }()
	if web.Balance == nil || web.UseCache == nil {
		return nil, errors.New("this server has no route for balances")
	}
	return l.balances(ctx, web, shop)
}

func (l *lab) balances(ctx context.Context, web Web, shop loyalty.Shop) ([]Row, error) {
	requests := make([][]byte, balanceCustomers)
	for i := range requests {
		requests[i] = web.Balance(shop, customerKey(int64(firstCustomer+i)))
	}
	empty := []byte(strings.ReplaceAll("GET "+web.Empty+" HTTP/1.1\nHost: bench\n\n", "\n", "\r\n"))
	ask := func(level string) func(context.Context, int) (figure, error) {
		return func(ctx context.Context, _ int) (figure, error) {
			web.UseCache(level)
			return load(ctx, web.Addr, balanceConnections, l.cfg.Slice, func(connection int) call {
				turn := connection
				return func() []byte {
					turn += balanceConnections
					return requests[turn%len(requests)]
				}
			})
		}
	}
	c, err := compare(ctx, l.cfg.Rounds,
		side{"from the cache in the process", ask("all")},
		side{"through Redis", ask("redis")},
		side{"from the database", ask("none")},
		side{"empty handler", func(ctx context.Context, _ int) (figure, error) {
			return load(ctx, web.Addr, balanceConnections, l.cfg.Slice, func(int) call { return func() []byte { return empty } })
		}},
		side{"point read", func(ctx context.Context, _ int) (figure, error) { return l.pointReads(ctx, int64(shop.ID)) }},
	)
	if err != nil {
		return nil, err
	}
	return []Row{
		c.versus("200 shoppers who poll, cache of 1 s : empty handler", 0, 3, 0.70),
		c.versus("through "+web.Redis+" : empty handler", 1, 3, 0.40),
		c.versus("from the database : raw point read", 2, 4, 0.55),
		c.versus("from the database : empty handler and raw point read, one after the other", 2, c.inTurn(3, 4), 0.55),
	}, nil
}

// inTurn adds a side that does one piece of work of a and then one of b, and says
// where it stands. A database inside the process is read in less time than HTTP
// takes to ask for anything; against the bare read nothing could be asked over HTTP.
func (c *contest) inTurn(a, b int) int {
	both := make([]figure, len(c.figures[a]))
	for r := range both {
		const pieces = 1e6
		seconds := pieces/c.figures[a][r].rate() + pieces/c.figures[b][r].rate()
		both[r] = figure{n: pieces, took: time.Duration(seconds * float64(time.Second))}
	}
	c.sides, c.figures = append(c.sides, side{name: c.sides[a].name + " and " + c.sides[b].name}), append(c.figures, both)
	return len(c.figures) - 1
}

// pointReads reads balances by primary key, without HTTP, on as many connections.
func (l *lab) pointReads(ctx context.Context, shop int64) (figure, error) {
	query, err := l.raw.PrepareContext(ctx, "SELECT available, pending, held FROM accounts WHERE shop_id = ? AND id = ?")
	if err != nil {
		return figure{}, err
	}
	defer query.Close()
	var turn atomic.Int64
	end := wall.Now().Add(l.cfg.Slice)
	return crew(balanceConnections, func(int) (f figure, err error) {
		for wall.Now().Before(end) && ctx.Err() == nil {
			n := int(turn.Add(1)) % balanceMembers
			start := wall.Now()
			var available, pending, held int64
			if err := query.QueryRowContext(ctx, shop, int64(accountID(n))).Scan(&available, &pending, &held); err != nil {
				return f, err
			}
			f.n++
			f.waits = append(f.waits, since(start))
		}
		return f, nil
	})
}
