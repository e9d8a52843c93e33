package program

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// ShopFigures are a shop's own numbers, for examples that a merchant recognises.
type ShopFigures struct {
	Orders  int64 // that were looked at, at most figuresOrders
	Average int64 // minor units of the shop's currency, after refunds; 0 without orders
	From    int64 // Unix ms of the oldest of them
}

// The newest orders say what an order is worth nowadays.
const (
	figuresOrders = 1000
	figuresDays   = 365
)

// Figures looks at the orders of the last year, the newest thousand of them.
func (p *Program) Figures(ctx context.Context, shop loyalty.Shop) (ShopFigures, error) {
	var f ShopFigures
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		b, err := tx.RecentBaskets(shop.ID, shop.Currency, p.now()-figuresDays*24*3600*1000, figuresOrders)
		if err != nil || b.Orders == 0 {
			f = ShopFigures{}
			return err
		}
		average, err := loyalty.MulDiv(b.Total, 1, b.Orders, loyalty.HalfUp)
		f = ShopFigures{Orders: b.Orders, Average: average, From: b.From}
		return err
	})
	return f, err
}
