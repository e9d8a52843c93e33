package program_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

// contents is every row of every table of a shop, as text.
func contents(t testing.TB, s *store.Store, shop loyalty.ShopID) (list []string) {
	t.Helper()
	catalogue := `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'shop_id'`
	if s.Dialect() == store.MySQL {
		catalogue = `SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'shop_id'`
	}
	err := s.Read(context.Background(), func(tx *store.Tx) error {
		var tables []string
		err := tx.Rows(catalogue, nil, func(row store.Scanner) error {
			var name string
			err := row.Scan(&name)
			tables = append(tables, name)
			return err
		})
		for _, name := range tables {
			if err == nil {
				err = tx.Rows(`SELECT * FROM `+name+` WHERE shop_id = ?`, []any{shop}, func(row store.Scanner) error {
					columns, err := row.(interface{ Columns() ([]string, error) }).Columns()
					if err != nil {
						return err
					}
					values := make([]any, len(columns))
					for i := range values {
						values[i] = &[]byte{}
					}
					if err := row.Scan(values...); err != nil {
						return err
					}
					line := name
					for _, v := range values {
						line += "|" + string(*v.(*[]byte))
					}
					list = append(list, line)
					return nil
				})
			}
		}
		return err
	})
	if err != nil || len(list) == 0 {
		t.Fatalf("%d rows: %v", len(list), err)
	}
	slices.Sort(list)
	return list
}

// told is what an entry says, without when it was written and under which number.
func told(list []ledger.Entry) (said []string) {
	for _, e := range list {
		said = append(said, fmt.Sprintf("%s %d %s %s %d v%d limit %d %s %s", e.Kind, e.Points, e.Source, e.RuleID, e.Seq, e.PlanVersion, e.LimitedTo, e.Breakdown, e.Note))
	}
	slices.Sort(said)
	return said
}

// preview looks at a refund and sees to it that looking changes nothing.
func (w *bookWorld) preview(key string, ask program.RefundAsk) program.RefundPreview {
	w.t.Helper()
	before := contents(w.t, w.Store, w.shop.ID)
	v, err := w.PreviewRefund(context.Background(), w.shop, key, ask)
	if err != nil {
		w.t.Fatal(err)
	}
	if after := contents(w.t, w.Store, w.shop.ID); !slices.Equal(before, after) {
		w.t.Errorf("the preview changed what is stored:\n%q\n%q", before, after)
	}
	return v
}

// comesTrue makes the refund and compares it with what was foretold.
func (w *bookWorld) comesTrue(customer string, v program.RefundPreview, sale earning.Sale) {
	w.t.Helper()
	had := len(w.entries(customer))
	w.send(saleMessage(sale))
	now := w.entries(customer)
	if got, want := told(now[:len(now)-had]), told(v.Entries); !slices.Equal(got, want) {
		w.t.Errorf("posted\n%q\nforetold\n%q", got, want)
	}
	if len(v.Accounts) > 0 {
		got, want := w.account(customer), v.Accounts[0].After
		got.LockSeq, want.LockSeq = 0, 0
		if !reflect.DeepEqual(got, want) {
			w.t.Errorf("the account is %+v, foretold %+v", got, want)
		}
	}
	w.verify()
}

// twoLines is a paid order of 3 × 20.00 and 1 × 15.50 with VAT and shipping.
func twoLines(key, customer string) earning.Sale {
	s := paidOrder(key, customer, 0, 2)
	s.Lines = []earning.Line{{Key: "l1", ProductKey: "p1", Title: "Tea", Quantity: 3, Net: 6000, Tax: 1140}, {Key: "l2", ProductKey: "p2", Title: "Cup", Quantity: 1, Net: 1550, Tax: 295}}
	s.Shipping, s.Total = earning.Amount{Net: 416, Tax: 79}, 9480
	return s
}

// covers: N-03, N-04, A-18
func TestARefundComesExactlyAsItsPreviewSaid(t *testing.T) {
	asks := map[string]program.RefundAsk{
		"one unit":     {Kind: program.RefundLines, Lines: []program.RefundPart{{LineKey: "l1", Quantity: 1}}},
		"with postage": {Kind: program.RefundLines, Lines: []program.RefundPart{{LineKey: "l2", Quantity: 1}}, Shipping: true},
		"an amount":    {Kind: program.RefundAmount, Amount: 1999},
		"all of it":    {Kind: program.RefundFull},
		"a cancel":     {Kind: program.RefundCancel},
	}
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		for name, ask := range asks {
			key, customer := "o-"+name, "c-"+name
			sale := twoLines(key, customer)
			w.send(saleMessage(sale))
			w.setPlan(func(d *program.PlanDoc) { d.Earning.Rules[0].Earn.Points++ }) // the order keeps the version that judged it
			v := w.preview(key, ask)
			sale.UpdatedAt = at(9)
			if ask.Kind == program.RefundCancel {
				sale.Status = earning.SaleCancelled
			} else {
				sale.Refunds = []earning.Refund{v.Refund}
			}
			if len(v.Entries) == 0 || v.After.Sale.Earned >= v.Before.Sale.Earned || v.Before.PlanVersion != v.After.PlanVersion {
				t.Errorf("%s: %d entries, earned %d then %d", name, len(v.Entries), v.Before.Sale.Earned, v.After.Sale.Earned)
			}
			w.comesTrue(customer, v, sale)
		}
	})
}

func TestTheUnitsOfALineInPartsComeToTheWholeLine(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		sale := twoLines("o1", "c1")
		sale.Lines[0].Net, sale.Lines[0].Tax, sale.Total = 5999, 1139, 9478
		w.send(saleMessage(sale))
		var net, tax int64
		for i := range 3 {
			v := w.preview("o1", program.RefundAsk{Kind: program.RefundLines, Lines: []program.RefundPart{{LineKey: "l1", Quantity: 1}}})
			net, tax = net+v.Refund.Lines[0].Net, tax+v.Refund.Lines[0].Tax
			v.Refund.Key = fmt.Sprint("r", i)
			sale.Refunds, sale.UpdatedAt = append(sale.Refunds, v.Refund), at(3+i)
			w.comesTrue("c1", v, sale)
		}
		if net != 5999 || tax != 1139 {
			t.Errorf("three units came to %d and %d", net, tax)
		}
		_, err := w.PreviewRefund(context.Background(), w.shop, "o1", program.RefundAsk{Kind: program.RefundLines, Lines: []program.RefundPart{{LineKey: "l1", Quantity: 1}}})
		if loyalty.CodeOf(err) != loyalty.CodeInvalid {
			t.Errorf("a fourth unit gave %v", err)
		}
	})
}

//
func TestAPreviewTellsDebtAndWriteOffByThePolicy(t *testing.T) {
	for policy, want := range map[ledger.SpentPolicy][2]loyalty.Points{ledger.SpentDebt: {-75, 75}, ledger.SpentWriteOff: {0, 0}} {
		t.Run(string(policy), func(t *testing.T) {
			eachBookWorld(t, func(t *testing.T, w *bookWorld) {
				w.setPlan(func(d *program.PlanDoc) { d.Refunds.Spent = policy })
				sale := twoLines("o1", "c1")
				w.clock.Advance(4 * time.Hour)
				w.send(saleMessage(sale))
				w.spend("c1", 75)
				v := w.preview("o1", program.RefundAsk{Kind: program.RefundFull})
				if got := v.Accounts[0].After; got.Available != want[0] || got.Debt != want[1] {
					t.Errorf("foretold %+v, want %v", got, want)
				}
				sale.Refunds, sale.UpdatedAt = []earning.Refund{v.Refund}, at(9)
				w.comesTrue("c1", v, sale)
			})
		})
	}
}

func TestAPreviewForAMemberWhoWasErasedTakesFromTheirNumber(t *testing.T) { // J8
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		sale := twoLines("o1", "c1")
		w.send(saleMessage(sale))
		account := w.account("c1")
		if err := w.EraseMember(context.Background(), "staff:1", w.shop, w.member("c1").ID); err != nil {
			t.Fatal(err)
		}
		v := w.preview("o1", program.RefundAsk{Kind: program.RefundFull})
		if len(v.Accounts) != 1 || v.Accounts[0].After.ID != account.ID || v.Accounts[0].After.Available != 0 || len(v.Entries) != 1 {
			t.Errorf("foretold %+v", v.Accounts)
		}
	})
}

func TestWhatCannotBeRefundedHasNoPreview(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		gone := twoLines("gone", "c1")
		gone.Status = earning.SaleCancelled
		back := twoLines("back", "c1")
		back.Refunds = []earning.Refund{{Key: "r", At: at(3), Gross: back.Total}}
		w.send(saleMessage(twoLines("o1", "c1")), saleMessage(gone), saleMessage(back))
		for name, c := range map[string]struct {
			key  string
			ask  program.RefundAsk
			want loyalty.Code
		}{
			"an unknown order":   {"nothing", program.RefundAsk{Kind: program.RefundFull}, loyalty.CodeNotFound},
			"a cancelled order":  {"gone", program.RefundAsk{Kind: program.RefundFull}, loyalty.CodeConflict},
			"a refunded order":   {"back", program.RefundAsk{Kind: program.RefundFull}, loyalty.CodeConflict},
			"too large a sum":    {"o1", program.RefundAsk{Kind: program.RefundAmount, Amount: 9481}, loyalty.CodeInvalid},
			"no sum":             {"o1", program.RefundAsk{Kind: program.RefundAmount}, loyalty.CodeInvalid},
			"no line":            {"o1", program.RefundAsk{Kind: program.RefundLines}, loyalty.CodeInvalid},
			"a line of no order": {"o1", program.RefundAsk{Kind: program.RefundLines, Lines: []program.RefundPart{{LineKey: "x", Quantity: 1}}}, loyalty.CodeInvalid},
			"too many units":     {"o1", program.RefundAsk{Kind: program.RefundLines, Lines: []program.RefundPart{{LineKey: "l1", Quantity: 2}, {LineKey: "l1", Quantity: 2}}}, loyalty.CodeInvalid},
			"no kind":            {"o1", program.RefundAsk{}, loyalty.CodeInvalid},
		} {
			if _, err := w.PreviewRefund(context.Background(), w.shop, c.key, c.ask); loyalty.CodeOf(err) != c.want {
				t.Errorf("%s gave %v, want %s", name, err, c.want)
			}
		}
	})
}

func TestPreviewsBesideBookingsOfTheSameMemberChangeNothing(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		const orders = 12
		w.send(saleMessage(twoLines("o", "c1")))
		rows := make([]store.Delivery, orders)
		for i := range rows {
			rows[i] = w.message(saleMessage(paidOrder(fmt.Sprint("o", i), "c1", 1000, 2)))
		}
		start, wg := make(chan struct{}), sync.WaitGroup{}
		for _, d := range rows {
			wg.Go(func() {
				<-start
				if _, err := w.BookDeliveries(context.Background(), w.shop, []store.Delivery{d}); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				<-start
				v, err := w.PreviewRefund(context.Background(), w.shop, "o", program.RefundAsk{Kind: program.RefundFull})
				if err != nil || len(v.Entries) != 1 || v.Entries[0].Points != -75 {
					t.Errorf("%+v, %v", v.Entries, err)
				}
			})
		}
		close(start)
		wg.Wait()
		w.wantPoints("c1", 75+orders*10)
	})
}

//
func TestAPreviewTellsWhatComesBackOfTheRedeemedPoints(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Refunds.Proportional = true })
		red, code := w.activeCode()
		o := w.orderWith("o1", code)
		o.now(nil)
		for _, step := range []struct {
			ask      program.RefundAsk
			returned loyalty.Points
		}{
			{program.RefundAsk{Kind: program.RefundAmount, Amount: 500}, 50},
			{program.RefundAsk{Kind: program.RefundFull}, 200},
			{program.RefundAsk{Kind: program.RefundCancel}, 200},
		} {
			before := contents(t, w.Store, w.shop.ID)
			v, err := w.PreviewRefund(context.Background(), w.shop, "o1", step.ask)
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Returns) != 1 || v.Returns[0].Redemption.ID != red.ID || v.Returns[0].Redemption.Returned != step.returned || v.Returns[0].WasReturned != 0 || v.Returns[0].Code != code {
				t.Errorf("%s: %+v, want %d", step.ask.Kind, v.Returns, step.returned)
			}
			if v.Before.Sale.Used != 200 || v.After.Sale.Used != 200-step.returned {
				t.Errorf("%s: used %d, then %d", step.ask.Kind, v.Before.Sale.Used, v.After.Sale.Used)
			}
			if after := contents(t, w.Store, w.shop.ID); !slices.Equal(before, after) {
				t.Errorf("%s: the preview changed what is stored", step.ask.Kind)
			}
		}
		w.want(300, 0)
		o.now(refunded(500))
		w.want(350, 0)
	})
}
