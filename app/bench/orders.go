package bench

import (
	"bytes"
	"context"
	_ "embed"
	"strconv"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// recorded is an order as a WooCommerce shop sent it, 5 kB, completed, with
// numbers that are replaced in place: each order is another one, of the same size.
//
//go:embed order.json
var recorded []byte

const (
	firstOrder    = 9_000_000_001
	firstCustomer = 7_000_001
)

// orderMaker writes orders by overwriting the digits of the recorded one.
type orderMaker struct {
	body      []byte
	orders    []int // where the order number stands
	customers []int
}

func newOrderMaker() *orderMaker {
	m := &orderMaker{body: bytes.Clone(bytes.TrimSpace(recorded))}
	m.orders = places(m.body, strconv.Itoa(firstOrder))
	m.customers = places(m.body, strconv.Itoa(firstCustomer))
	return m
}

func places(body []byte, number string) []int {
	var at []int
	for from := 0; ; {
		i := bytes.Index(body[from:], []byte(number))
		if i < 0 {
			return at
		}
		at = append(at, from+i)
		from += i + len(number)
	}
}

// order is the body of an order; it is overwritten by the next call.
func (m *orderMaker) order(number, customer int64) []byte {
	overwrite(m.body, m.orders, number)
	overwrite(m.body, m.customers, customer)
	return m.body
}

func overwrite(body []byte, at []int, number int64) {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], number, 10)
	for _, i := range at {
		copy(body[i:], text)
	}
}

func customerKey(n int64) string { return strconv.FormatInt(n, 10) }

// storeOrders stores n deliveries of new orders, as the front door would have.
func (l *lab) storeOrders(ctx context.Context, n int, body func(order int64) []byte) error {
	for done := 0; done < n; {
		rows := make([]store.PackedDelivery, 0, bookingBatch)
		for ; done < n && len(rows) < bookingBatch; done++ {
			l.serial++
			rows = append(rows, store.PackDelivery(store.Delivery{ID: l.ids.Next(), Shop: l.shop.ID, Lane: l.serial % store.Lanes, Host: "woocommerce",
				Topic: "order.updated", Key: "d" + strconv.FormatInt(l.serial, 10), Body: body(l.serial), ReceivedAt: loyalty.NowMs(l.clock)}))
		}
		err := l.store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.InsertDeliveries(rows)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
