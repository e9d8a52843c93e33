package platform

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/voucher"
)

// guarded is a driver behind the circuit breaker of each shop. What needs no
// call (Name, Capabilities, Normalise) passes straight through.
type guarded struct {
	Driver
	breaker *Breaker
}

// through makes one call if the shop's breaker lets it and reports how it went,
// also when it panics, so that a probe is never left open.
func through[T any](b *Breaker, shop loyalty.ShopID, call func() (T, error)) (out T, err error) {
	if err = b.Allow(shop); err != nil {
		return out, err
	}
	outcome := ErrUnreachable
	defer func() { b.Report(shop, outcome) }()
	out, err = call()
	outcome = err
	return out, err
}

func (g guarded) do(c Conn, call func() error) error {
	_, err := through(g.breaker, c.ShopID, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

func (g guarded) FetchOrders(ctx context.Context, c Conn, keys []string) ([]earning.Sale, error) {
	return through(g.breaker, c.ShopID, func() ([]earning.Sale, error) { return g.Driver.FetchOrders(ctx, c, keys) })
}

func (g guarded) OrdersSince(ctx context.Context, c Conn, sinceMs int64, cursor string) (OrderPage, error) {
	return through(g.breaker, c.ShopID, func() (OrderPage, error) { return g.Driver.OrdersSince(ctx, c, sinceMs, cursor) })
}

func (g guarded) CreateCode(ctx context.Context, c Conn, code, marker string, spec voucher.Spec) (CodeRef, error) {
	return through(g.breaker, c.ShopID, func() (CodeRef, error) { return g.Driver.CreateCode(ctx, c, code, marker, spec) })
}

func (g guarded) FindCode(ctx context.Context, c Conn, code string) (ref CodeRef, found bool, err error) {
	err = g.do(c, func() (err error) {
		ref, found, err = g.Driver.FindCode(ctx, c, code)
		return err
	})
	return ref, found, err
}

func (g guarded) DisableCode(ctx context.Context, c Conn, hostRef string) error {
	return g.do(c, func() error { return g.Driver.DisableCode(ctx, c, hostRef) })
}

func (g guarded) DeleteCode(ctx context.Context, c Conn, hostRef string) error {
	return g.do(c, func() error { return g.Driver.DeleteCode(ctx, c, hostRef) })
}

func (g guarded) PublishBalances(ctx context.Context, c Conn, balances []PublicBalance) error {
	return g.do(c, func() error { return g.Driver.PublishBalances(ctx, c, balances) })
}

func (g guarded) CheckSubscriptions(ctx context.Context, c Conn) ([]Subscription, error) {
	return through(g.breaker, c.ShopID, func() ([]Subscription, error) { return g.Driver.CheckSubscriptions(ctx, c) })
}

func (g guarded) CustomerGone(ctx context.Context, c Conn, key string) (bool, error) {
	return through(g.breaker, c.ShopID, func() (bool, error) { return g.Driver.CustomerGone(ctx, c, key) })
}
