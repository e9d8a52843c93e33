package bench

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

const (
	backtestShop  = 7_000_000
	backtestHeads = 10 // orders a member
	backtestBase  = 5 << 40
	backtestLimit = 10 * time.Second // for 100,000 orders
)

// backtest replays a year of orders under another plan, all of them changed by it,
// as a merchant does who tries a rate (N-01).
func backtest(ctx context.Context, l *lab) ([]Row, error) {
	orders := l.cfg.Members
	shop, doc, err := l.pastYear(ctx, orders)
	if err != nil {
		return nil, err
	}
	doc.Earning.Rules[0].Earn.Points *= 2
	start := wall.Now()
	begun, err := l.program.StartBacktest(ctx, "bench", shop, doc, 24)
	if err != nil {
		return nil, err
	}
	b, result, err := l.awaitBacktest(ctx, shop.ID, begun.ID)
	if err != nil {
		return nil, err
	}
	took := since(start)
	if b.State != store.BacktestDone || result.Orders != int64(orders) || result.Changed != int64(orders) {
		return nil, fmt.Errorf("the back-test is %s after %d orders, %d of them changed", b.State, result.Orders, result.Changed)
	}
	most := backtestLimit * time.Duration(orders) / 100_000
	seconds := took.Seconds()
	return []Row{{What: fmt.Sprintf("replay of %d orders", orders), Value: seconds, Target: max(most, time.Second).Seconds(), AtMost: true, Unit: " s",
		App: perSecond(float64(orders) / seconds), Yard: "–"}}, nil
}

func (l *lab) awaitBacktest(ctx context.Context, shop loyalty.ShopID, id loyalty.ID) (store.Backtest, program.BacktestResult, error) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		b, result, _, err := l.program.Backtest(ctx, shop, id)
		if err != nil || b.State != store.BacktestRunning {
			return b, result, err
		}
		select {
		case <-ctx.Done():
			return b, result, ctx.Err()
		case <-ticker.C:
		}
	}
}

// pastYear opens a shop with orders of four lines each over the last twelve
// months, booked under its first plan version, and returns a copy of that plan.
func (l *lab) pastYear(ctx context.Context, orders int) (loyalty.Shop, program.PlanDoc, error) {
	var doc program.PlanDoc
	if _, err := l.open(ctx, backtestShop); err != nil {
		return loyalty.Shop{}, doc, err
	}
	shop := l.shop
	shop.ID = backtestShop
	plan, err := l.planOf(ctx, shop)
	if err != nil {
		return shop, doc, err
	}
	body, err := json.Marshal(plan.Doc)
	if err != nil {
		return shop, doc, err
	}
	if doc, err = program.DecodePlan(body); err != nil {
		return shop, doc, err
	}
	const chunk = 1_000
	end := loyalty.NowMs(loyalty.SystemClock())
	for from := 0; from < orders; from += chunk {
		err := l.store.Write(ctx, func(tx *store.Tx) error {
			return putOrders(tx, shop, end, from, min(from+chunk, orders))
		})
		if err != nil {
			return shop, doc, err
		}
	}
	return shop, doc, nil
}

func putOrders(tx *store.Tx, shop loyalty.Shop, end int64, from, to int) error {
	const year = int64(365) * 24 * 3_600_000
	rows, versions := make([]store.SaleRow, 0, to-from), make([]store.SaleVersion, 0, to-from)
	for n := from; n < to; n++ {
		at := end - year + int64(n)*(year/int64(to+1))
		sale := pastOrder(shop, n, at)
		body, err := json.Marshal(sale)
		if err != nil {
			return err
		}
		hash := sha256.Sum256(body)
		id := loyalty.ID(backtestBase + n)
		rows = append(rows, store.SaleRow{ID: id, Key: sale.Key, Number: sale.Number, CustomerKey: sale.CustomerKey, MemberID: memberID(n / backtestHeads),
			Status: string(sale.Status), Currency: sale.Currency, Total: sale.Total, PlacedAt: at, HostUpdatedAt: at, Hash: hash[:], PlanVersion: 1,
			Audience: []byte(`{"member_type":"customer","zone":"Europe/Berlin","currency":"EUR"}`), Version: 1, Earned: 100, CreatedAt: at, ChangedAt: at})
		versions = append(versions, store.SaleVersion{SaleID: id, Version: 1, Body: body, StoredAt: at})
	}
	if err := tx.InsertSales(shop.ID, rows); err != nil {
		return err
	}
	return tx.InsertSaleVersions(shop.ID, versions)
}

func pastOrder(shop loyalty.Shop, n int, at int64) earning.Sale {
	key := fmt.Sprint(9_000_000_000 + n)
	s := earning.Sale{Key: key, Number: "#" + key, CustomerKey: customerKey(int64(firstCustomer + n/backtestHeads)), Currency: shop.Currency,
		Status: earning.SalePaid, PlacedAt: at, PaidAt: at, UpdatedAt: at, Shipping: earning.Amount{Net: 420, Tax: 80}}
	for i := range 4 {
		net := int64(2_500 + n*31%1_700 + i)
		s.Lines = append(s.Lines, earning.Line{Key: fmt.Sprint(n*4 + i), ProductKey: fmt.Sprint(700_000 + n*7%900), VariantKey: fmt.Sprint(800_000 + n*7%900),
			SKU: fmt.Sprintf("SKU-%04d", n%900), Title: "Kaffeebecher, handgedreht, blau", Quantity: 1 + int64(i), Net: net, Tax: net * 19 / 100, Collections: []string{"1001", "1002"}})
		s.Total += net + net*19/100
	}
	s.Total += 500
	return s
}
