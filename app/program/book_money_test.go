package program_test

import (
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

// step is a snapshot of an order and the points after it.
type step struct {
	say  string
	edit func(s *earning.Sale)
	want loyalty.Points
}

// tell sends an order through its steps, an hour apart.
func (w *bookWorld) tell(s earning.Sale, steps []step) {
	w.t.Helper()
	for i, next := range steps {
		next.edit(&s)
		s.UpdatedAt = at(3 + i)
		w.send(saleMessage(s))
		if a := w.account(s.CustomerKey); a.Available+a.Pending != next.want {
			w.t.Errorf("%s: %d points, want %d", next.say, a.Available+a.Pending, next.want)
		}
	}
	w.verify()
}

func grossRefund(key string, gross int64) func(*earning.Sale) {
	return func(s *earning.Sale) {
		s.Refunds = append(s.Refunds[:len(s.Refunds):len(s.Refunds)], earning.Refund{Key: key, At: s.UpdatedAt, Gross: gross})
	}
}

func status(to earning.SaleStatus) func(*earning.Sale) {
	return func(s *earning.Sale) { s.Status = to }
}

// B3, B5, B6, B10; covers: A-18
func TestAnOrderIsWorthWhatIsLeftOfIt(t *testing.T) {
	stories := map[string][]step{
		"parts of a refund add up to everything": {
			{"paid", status(earning.SalePaid), 100},
			{"a third back", grossRefund("r1", 3333), 66},
			{"another third", grossRefund("r2", 3333), 33},
			{"the rest", grossRefund("r3", 3334), 0},
		},
		"edited up, then refunded": {
			{"paid", status(earning.SalePaid), 100},
			{"edited up", func(s *earning.Sale) { s.Lines[0].Net, s.Total = 15000, 15000 }, 150},
			{"partly back", grossRefund("r1", 5000), 100},
			{"all back", grossRefund("r2", 10000), 0},
		},
		"edited below what was refunded": {
			{"paid", status(earning.SalePaid), 100},
			{"half back", grossRefund("r1", 5000), 50},
			{"edited down to less", func(s *earning.Sale) { s.Lines[0].Net, s.Total = 4000, 4000 }, 0},
		},
		"chargeback lost and won": {
			{"paid", status(earning.SalePaid), 100},
			{"charged back", status(earning.SaleCancelled), 0},
			{"won", status(earning.SalePaid), 100},
		},
		"cancelled before it was paid": { // B7
			{"placed", status(earning.SalePlaced), 0},
			{"cancelled", status(earning.SaleCancelled), 0},
		},
	}
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		n := 0
		for name, steps := range stories {
			t.Run(name, func(t *testing.T) {
				n++
				key := string(rune('a' + n))
				s := paidOrder("o"+key, "c"+key, 10000, 2)
				s.Lines = append([]earning.Line(nil), s.Lines...)
				w.tell(s, steps)
			})
		}
	})
}

// B10: the history shows all three.
func TestAWonChargebackShowsPlusMinusPlus(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.tell(paidOrder("o1", "c1", 1000, 2), []step{
			{"paid", status(earning.SalePaid), 10}, {"void", status(earning.SaleCancelled), 0}, {"paid", status(earning.SalePaid), 10}})
		var got []loyalty.Points
		for _, e := range w.entries("c1") {
			got = append(got, e.Points)
		}
		if len(got) != 3 || got[0] != 10 || got[1] != -10 || got[2] != 10 {
			t.Errorf("entries %v, newest first, want 10 -10 10", got)
		}
	})
}

// B4, B11
func TestWhatDoesNotEarnTakesNothingWhenItGoesBack(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		s := paidOrder("o1", "c1", 10000, 2)
		s.Lines = append(s.Lines, earning.Line{Key: "g", ProductKey: "card", Quantity: 1, Net: 5000, GiftCard: true})
		s.Shipping, s.Total = earning.Amount{Net: 500}, 15500
		w.tell(s, []step{
			{"paid", status(earning.SalePaid), 100},
			{"shipping back", func(s *earning.Sale) {
				s.Refunds = []earning.Refund{{Key: "r1", Gross: 500, Shipping: earning.Amount{Net: 500}}}
			}, 100},
		})
	})
}

// B8; covers: A-19
func TestCancellingAfterThePointsWereSpentFollowsThePolicy(t *testing.T) {
	for policy, want := range map[ledger.SpentPolicy]struct{ available, debt loyalty.Points }{
		ledger.SpentDebt: {-60, 60}, ledger.SpentWriteOff: {0, 0}, ledger.SpentBlock: {-60, 60},
	} {
		t.Run(string(policy), func(t *testing.T) {
			eachBookWorld(t, func(t *testing.T, w *bookWorld) {
				w.setPlan(func(d *program.PlanDoc) { d.Refunds.Spent = policy })
				w.clock.Advance(2 * time.Hour)
				s := paidOrder("o1", "c1", 10000, 2)
				s.PlacedAt = at(3)
				w.send(saleMessage(s))
				w.spend("c1", 60)
				s.Status, s.UpdatedAt = earning.SaleCancelled, at(4)
				w.send(saleMessage(s))
				if a := w.account("c1"); a.Available != want.available || a.Debt != want.debt {
					t.Errorf("available %d, debt %d; want %d, %d", a.Available, a.Debt, want.available, want.debt)
				}
				w.verify()
			})
		})
	}
}

// spend takes points away as a redemption does.
func (w *bookWorld) spend(key string, points loyalty.Points) {
	w.t.Helper()
	account := w.account(key).ID
	w.write(func(tx *store.Tx) error {
		locked, err := tx.LockAccounts(w.shop.ID, []loyalty.ID{account})
		if err != nil {
			return err
		}
		lots, err := tx.LoadLots(w.shop.ID, []loyalty.ID{account})
		if err != nil {
			return err
		}
		book := ledger.NewBook(locked[account], lots[account], w.IDs.Next, loyalty.NowMs(w.clock))
		line := ledger.Line{Source: "adjust:spend", RuleID: ledger.RuleAdjust, Points: -points, LimitedTo: -1, Actor: "staff:1", Note: "spent in a test"}
		if err := book.Adjust(ledger.AdjustReq{Line: line}); err != nil {
			return err
		}
		return tx.SaveBooks(w.shop.ID, []*ledger.Book{book}, loyalty.NowMs(w.clock))
	})
}

// B13
func TestAnOrderThatMovesToAnotherCustomerTakesItsPointsAlong(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		s := paidOrder("o1", "c1", 5000, 2)
		w.send(saleMessage(s))
		s.CustomerKey, s.UpdatedAt = "c2", at(3)
		w.send(saleMessage(s))
		w.wantPoints("c1", 0)
		w.wantPoints("c2", 50)
		s.Status, s.UpdatedAt = earning.SaleCancelled, at(4)
		w.send(saleMessage(s))
		w.wantPoints("c2", 0)
		if e := w.entries("c1"); len(e) != 2 {
			t.Errorf("%d entries on the first account, want the accrual and its reversal", len(e))
		}
	})
}

// B13
func TestAGuestWhoClaimsTheOrderLaterEarnsThen(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		s := paidOrder("o1", "", 5000, 2)
		w.send(saleMessage(s))
		s.CustomerKey, s.UpdatedAt = "c1", at(3)
		w.send(saleMessage(s))
		w.wantPoints("c1", 50)
	})
}

// B14
func TestARefundAfterAMergeComesOffTheMergedAccount(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		s := paidOrder("o1", "c1", 5000, 2)
		w.send(saleMessage(s), saleMessage(paidOrder("o2", "c2", 1000, 2)))
		merge := wire{Kind: platform.CustomersMerged, Key: "c1", IntoKey: "c2"}
		w.send(merge)
		merge.N = 2
		w.send(merge)
		w.wantPoints("c2", 60)
		s.Status, s.UpdatedAt = earning.SaleCancelled, at(5)
		w.send(saleMessage(s))
		w.wantPoints("c2", 10)
		w.wantPoints("c1", 10) // both keys mean one member
	})
}

// B19; covers: N-04
func TestARefundUsesTheRuleThatTheOrderWasJudgedBy(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		s := paidOrder("o1", "c1", 10000, 2)
		w.clock.Set(time.UnixMilli(at(2)))
		w.send(saleMessage(s))
		w.clock.Advance(time.Hour)
		w.setPlan(func(d *program.PlanDoc) { d.Earning.Rules[0].Earn.Points = 7 })
		w.tell(s, []step{{"half back", grossRefund("r1", 5000), 50}, {"all back", grossRefund("r2", 5000), 0}})
		later := paidOrder("o2", "c1", 1000, 5)
		later.PlacedAt, later.PaidAt = at(4), at(4)
		w.send(saleMessage(later))
		w.wantPoints("c1", 70)
	})
}

func TestAnOrderFromBeforeTheInstallEarnsNothing(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		old := paidOrder("o1", "c1", 10000, 2)
		old.PlacedAt = at(-5)
		w.send(saleMessage(old))
		w.wantPoints("c1", 0)
		old.UpdatedAt = at(9)
		w.send(saleMessage(old))
		w.wantPoints("c1", 0)
	})
}

// B26; covers: A-06
func TestTwoRulesOnOneOrderAreKeptApart(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = append(d.Earning.Rules, earning.Rule{ID: "thanks", Name: "Thanks", Kind: earning.KindPerOrder, Points: 5})
			d.Earning.Campaigns = []earning.Campaign{{ID: "double", Name: "Double", Factor: loyalty.Ratio{Num: 2, Den: 1}, Rules: []string{"purchase"},
				From: loyalty.LocalDate{Year: 2026, Month: 11, Day: 21}, Until: loyalty.LocalDate{Year: 2026, Month: 11, Day: 22}}}
		})
		s := paidOrder("o1", "c1", 10000, 2)
		w.tell(s, []step{{"paid", status(earning.SalePaid), 205}, {"half back", grossRefund("r1", 5000), 105}, {"all back", grossRefund("r2", 5000), 0}})
		rules := map[string]int{}
		for _, e := range w.entries("c1") {
			rules[e.RuleID]++
		}
		if rules["purchase"] != 3 || rules["purchase+double"] != 3 || rules["thanks"] != 2 {
			t.Errorf("entries by rule: %v", rules)
		}
	})
}

// N-07
func TestAnOrderThatEarnsNothingSaysWhyOnce(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		s := paidOrder("o1", "c1", 10000, 2)
		s.Test = true
		w.send(saleMessage(s))
		s.UpdatedAt = at(3)
		w.send(saleMessage(s))
		e := w.entries("c1")
		if len(e) != 1 || e[0].Points != 0 || e[0].RuleID != "none" || string(e[0].Breakdown) != `{"reasons":{"purchase":"test_sale"}}` {
			t.Errorf("entries %+v", e)
		}
		w.verify()
	})
}

// A deletion is the end of an order, whatever is still on its way.
func TestADeletedOrderLosesItsPointsUntilItIsRestored(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.clock.Set(time.UnixMilli(at(4)))
		s := paidOrder("o1", "c1", 5000, 2)
		w.send(saleMessage(s))
		w.send(wire{Kind: platform.SaleDeleted, Key: "o1"})
		w.wantPoints("c1", 0)
		s.UpdatedAt = at(3)
		w.send(saleMessage(s)) // older than the deletion
		w.wantPoints("c1", 0)
		s.UpdatedAt = at(5)
		w.send(saleMessage(s))
		w.wantPoints("c1", 50)
		w.send(wire{Kind: platform.SaleDeleted, Key: "never-seen"})
		late := paidOrder("never-seen", "c1", 900, 3)
		w.send(saleMessage(late))
		w.wantPoints("c1", 50)
	})
}

// S0-43
func TestTheFirstCompletedPurchaseMakesACustomer(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) {
			d.Earning.Rules = []earning.Rule{{ID: "first", Name: "First order", Kind: earning.KindPerOrder, Points: 100,
				When: earning.When{MemberTypes: []string{"new_customer"}}}}
		})
		s := paidOrder("o1", "c1", 1000, 2)
		s.Status = earning.SalePlaced
		w.send(saleMessage(s))
		if m := w.member("c1"); m.Type != loyalty.NewCustomer {
			t.Errorf("an unpaid order made a %s", m.Type)
		}
		s.Status, s.UpdatedAt = earning.SalePaid, at(3)
		second := paidOrder("o2", "c1", 1000, 4)
		second.PlacedAt = at(4)
		w.send(saleMessage(s))
		w.send(saleMessage(second))
		if m := w.member("c1"); m.Type != loyalty.Customer || m.FirstOrderAt != at(2) {
			t.Errorf("member is %s since %d", m.Type, m.FirstOrderAt)
		}
		s.UpdatedAt = at(5)
		w.send(saleMessage(s)) // still judged as the first order it was
		w.wantPoints("c1", 100)
	})
}

// N-07
func TestAnOrdersReceiptSaysHowItsPointsCameAbout(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.withBudget()
		w.setPlan(func(d *program.PlanDoc) { d.Pending.Days, d.Expiry.Months = 14, 0 })
		w.send(saleMessage(paidOrder("o1", "c1", 12000, 2)), saleMessage(paidOrder("o2", "", 100, 2)))
		r, err := w.ReceiptOfSale(t.Context(), w.shop, "o1")
		if err != nil {
			t.Fatal(err)
		}
		if r.Sale.Earned != 215 || r.AvailableAt != at(2+14*24) || r.ExpiresAt != ledger.Never || len(r.Entries) != 2 {
			t.Errorf("receipt %+v", r)
		}
		if len(r.Rules) != 2 || r.Rules[0].Name != "" || r.Rules[0].Posted != 120 || r.Rules[1].Name != "Double" ||
			r.Rules[1].Grant.Points != 120 || r.Rules[1].Posted != 95 || r.Rules[1].LimitedTo != 95 {
			t.Errorf("rules %+v", r.Rules)
		}
		if r, err := w.ReceiptOfSale(t.Context(), w.shop, "o2"); err != nil || r.Reason != program.ReasonGuest {
			t.Errorf("a guest's receipt: %+v %v", r, err)
		}
	})
}
