package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// past plays a made-up past and returns the demo for a look at it.
func past(t *testing.T, c demoCommand) *demo {
	t.Helper()
	c.Listen, c.ShopListen, c.Seed = "127.0.0.1:0", "127.0.0.1:0", 1
	c.DatabaseURL = "sqlite://" + filepath.Join(t.TempDir(), "demo.db")
	d, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.app.cfg.Role = "web"
	served := make(chan error, 2)
	ctx := t.Context()
	go func() { served <- d.app.run(ctx, d.web) }()
	go func() { served <- serveOn(ctx, d.storeWeb, d.shop.Handler()) }()
	if err := d.connect(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.dressed(ctx); err != nil {
		t.Fatal(err)
	}
	looked := lookAround(ctx, d)
	if err := d.playPast(ctx, &c); err != nil {
		t.Fatal(err)
	}
	if n, err := looked(); n == 0 || err != nil {
		t.Errorf("the merchant looked into the admin %d times while the past was played: %v", n, err)
	}
	return d
}

// lookAround opens the admin again and again until the answer is called for.
func lookAround(ctx context.Context, d *demo) (ended func() (looks int, err error)) {
	looking, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	looks, wrong := 0, error(nil)
	go func() {
		defer close(done)
		beat := time.NewTicker(50 * time.Millisecond)
		defer beat.Stop()
		for wrong == nil {
			select {
			case <-looking.Done():
				return
			case <-beat.C:
			}
			if err := d.connect(looking); err == nil {
				looks++
			} else if looking.Err() == nil {
				wrong = err
			}
		}
	}()
	return func() (int, error) {
		stop()
		<-done
		return looks, wrong
	}
}

// covers: N-15, S4-29: guests have no points, as the theme tells them.
func TestTheDemoShopOpensWithAPastWhoseBooksAreClean(t *testing.T) {
	d := past(t, demoCommand{History: 120, Members: 25, Orders: 160})
	if err := audit(t.Context(), d.app.program); err != nil {
		t.Fatal(err)
	}
	if n := len(d.shop.Orders()); n < 100 {
		t.Errorf("%d orders", n)
	}
	if late := loyalty.SystemClock().Now().Sub(d.shop.Clock().Now()); late > time.Minute || late < -time.Minute {
		t.Errorf("the shop's clock is wrong by %s", late)
	}
	_, points, _, err := d.shop.BalanceAt(t.Context(), d.shop.CustomerOf("anna@demo.example"))
	if err != nil || points == 0 {
		t.Errorf("Anna has %d points, %v", points, err)
	}
	shop, err := d.installed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var guests, theirs int64
	err = d.app.store.Read(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Row(`SELECT COUNT(*) FROM sales s JOIN members m ON m.shop_id = s.shop_id AND m.id = s.member_id WHERE s.shop_id = ? AND m.has_login = 0`, []any{shop.ID}, &guests); err != nil {
			return err
		}
		_, err := tx.Row(`SELECT COUNT(*) FROM entries e JOIN accounts a ON a.shop_id = e.shop_id AND a.id = e.account_id JOIN members m ON m.shop_id = a.shop_id AND m.id = a.member_id
			WHERE e.shop_id = ? AND e.points <> 0 AND m.has_login = 0`, []any{shop.ID}, &theirs)
		return err
	})
	if err != nil || guests == 0 || theirs != 0 {
		t.Errorf("%d orders of guests, who have %d entries, %v", guests, theirs, err)
	}
	home, err := d.app.program.HomeOf(t.Context(), shop)
	instants := map[int64]bool{}
	for _, r := range home.Recent {
		instants[r.PostedAt] = true
	}
	if err != nil || len(instants) < len(home.Recent)/2 || len(home.Recent) < 8 {
		t.Errorf("the latest %d movements happened at %d instants, %v", len(home.Recent), len(instants), err)
	}
}
