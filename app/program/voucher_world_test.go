package program_test

import (
	"context"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// fiveOff takes 5.00 off from 20.00 on, as often as somebody likes.
func fiveOff() voucher.Template {
	return voucher.Template{Name: "5 EUR", Kind: voucher.Absolute, Minor: 500, Currency: "EUR", Order: voucher.Range{MinMinor: 2000}, What: voucher.Articles{SaleItems: true}}
}

// voucherOf makes a voucher and starts it.
func (w *bookWorld) voucherOf(change func(*voucher.Template)) program.Voucher {
	w.t.Helper()
	doc := fiveOff()
	if change != nil {
		change(&doc)
	}
	v, err := w.CreateVoucher(context.Background(), "test", w.shop, doc)
	if err != nil {
		w.t.Fatal(err)
	}
	if v, err = w.SetVoucherState(context.Background(), "test", w.shop, v.Row.ID, voucher.TemplateActive); err != nil {
		w.t.Fatal(err)
	}
	return v
}

// codes makes codes of a voucher and lets the host have them.
func (w *bookWorld) codes(v program.Voucher, r program.CodeRequest) []store.Code {
	w.t.Helper()
	if r.Origin == "" {
		r.Origin = program.OriginAdmin
	}
	made, err := w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, r)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		var ids []loyalty.ID
		for _, c := range made {
			ids = append(ids, c.ID)
		}
		return tx.MoveCodes(w.shop.ID, ids, voucher.Pending, voucher.Active, 1)
	})
	return made
}

// codeNow reads a code.
func (w *bookWorld) codeNow(text string) (c store.Code) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		found, err := tx.CodesByFolded(w.shop.ID, []string{voucher.Fold(text)})
		c = found[voucher.Fold(text)]
		return err
	})
	return c
}

func (w *bookWorld) totalOf(v program.Voucher) store.TemplateTotal {
	w.t.Helper()
	now, err := w.Voucher(context.Background(), w.shop, v.Row.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return now.Total
}

// used lists the uses of an order.
func (w *bookWorld) used(sale string) (uses []store.CodeUse) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		found, err := tx.CodeUsesBySale(w.shop.ID, []string{sale})
		uses = found[sale]
		return err
	})
	return uses
}

// orderOf is an order of 30.00 after a discount of 5.00 by the code.
func orderOf(key, customer, code string, hour int) earning.Sale {
	s := paidOrder(key, customer, 2521, hour)
	s.Lines[0].Tax, s.Total = 479, 3000
	s.Codes = []earning.UsedCode{{Code: code, Minor: 500}}
	return s
}

func (w *bookWorld) order(s earning.Sale) {
	w.t.Helper()
	w.send(saleMessage(s))
}

// counted checks that a code and its template count as many uses as there are rows.
func (w *bookWorld) counted(v program.Voucher, text string, uses int64) {
	w.t.Helper()
	var rows int64
	w.write(func(tx *store.Tx) error {
		_, err := tx.Row(`SELECT COUNT(*) FROM code_uses WHERE shop_id = ? AND template_id = ? AND state = 'used'`, []any{w.shop.ID, v.Row.ID}, &rows)
		return err
	})
	if got := w.totalOf(v).Uses; got != uses || rows != uses {
		w.t.Errorf("the voucher counts %d uses and has %d rows, want %d", got, rows, uses)
	}
	if text == "" {
		return
	}
	if got := w.codeNow(text).Uses; got != uses {
		w.t.Errorf("the code counts %d uses, want %d", got, uses)
	}
}

// manyWorkers runs n bookings at once, each an own delivery.
func (w *bookWorld) manyWorkers(n int, sale func(i int) earning.Sale) {
	w.t.Helper()
	rows := make([]store.Delivery, n)
	for i := range n {
		rows[i] = w.message(saleMessage(sale(i)))
	}
	start := make(chan struct{})
	done := make(chan error, n)
	for _, row := range rows {
		go func() {
			<-start
			_, err := w.BookDeliveries(context.Background(), w.shop, []store.Delivery{row})
			done <- err
		}()
	}
	close(start)
	for range n {
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
}
