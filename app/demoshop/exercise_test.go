package demoshop

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"
)

// deafApp never hears of anything and gives everybody nothing.
type deafApp struct{}

func (deafApp) Balance(context.Context, string) (pending, available, held int64, err error) {
	return 0, 0, 0, nil
}

// mirror is an app that agrees with the script but for one member.
type mirror struct {
	x     *exercise
	wrong int64
}

func (m *mirror) Balance(_ context.Context, key string) (pending, available, held int64, err error) {
	for i, p := range m.x.people {
		if str(p.id) != key {
			continue
		}
		e := m.x.expect(p)
		if i == 3 {
			e.available += m.wrong
		}
		return e.pending, e.available, 0, nil
	}
	return 0, 0, 0, nil
}

func TestTheExerciseSeesAnAppThatForgets(t *testing.T) {
	r := newRig(t, nil)
	var out bytes.Buffer
	err := Exercise(context.Background(), ExerciseConfig{
		Shop: r.shop, Customers: 6, Days: 40, Balances: deafApp{}, Settle: func(context.Context) error { return nil },
	}, &out)
	if err == nil || !strings.Contains(out.String(), "WRONG") {
		t.Fatalf("nobody noticed: %v\n%s", err, out.String())
	}
}

// One point too many for one member is enough to fail.
func TestTheExerciseSeesASinglePoint(t *testing.T) {
	for wrong, want := range map[int64]int{0: 0, 1: 1, -1: 1} {
		r := newRig(t, nil)
		x := newExercise(ExerciseConfig{Shop: r.shop, Customers: 6, Days: 30, Seed: 3, Settle: func(context.Context) error { return nil }}, &bytes.Buffer{})
		x.cfg.Balances = &mirror{x, wrong}
		x.cast()
		for x.day = 0; x.day < 30; x.day++ {
			if err := x.playDay(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.compare(context.Background(), "now", false); err != nil {
			t.Fatal(err)
		}
		if got := len(x.trouble); got != want {
			t.Errorf("%+d points: %d differences, want %d: %v", wrong, got, want, x.trouble)
		}
	}
}

func TestAYearRepeatsWithItsSeed(t *testing.T) {
	play := func(seed int64) string {
		r := newRig(t, nil)
		var out bytes.Buffer
		_ = Exercise(context.Background(), ExerciseConfig{
			Shop: r.shop, Customers: 8, Days: 60, Seed: seed, Balances: deafApp{}, Settle: func(context.Context) error { return nil },
		}, &out)
		return out.String()
	}
	first, again := play(5), play(5)
	if first != again {
		t.Fatal("the same seed played two different years")
	}
	if first == play(6) {
		t.Fatal("two seeds played the same year")
	}
}

func TestABalanceMayWaverOnlyAtTheMomentOfAChange(t *testing.T) {
	for _, c := range []struct {
		e                  expectation
		pending, available int64
		want               bool
	}{
		{expectation{pending: 10, available: 5}, 10, 5, true},
		{expectation{pending: 10, available: 5}, 0, 15, false},
		{expectation{pending: 10, available: 5, movable: 10}, 0, 15, true},
		{expectation{pending: 10, available: 5, movable: 4}, 6, 9, true},
		{expectation{pending: 10, available: 5, movable: 4}, 0, 15, false},
		{expectation{pending: 10, available: 5, movable: 10}, 0, 14, false},
		{expectation{available: -5, perhaps: 100}, 0, 95, true},
		{expectation{available: -5, perhaps: 100}, 0, 96, false},
		{expectation{available: 5}, 0, 6, false},
	} {
		if got := c.e.holds(c.pending, c.available); got != c.want {
			t.Errorf("%+v holds for %d/%d: %v", c.e, c.pending, c.available, got)
		}
	}
}

// What people would work out by hand for one order, step by step. covers: S4-30, A-18
func TestWhatAnOrderIsWorthIsGoodsWithoutVATAndParcel(t *testing.T) {
	r := newRig(t, nil)
	anna := r.shop.customers[0].ID
	o, err := r.shop.Checkout(Buy{Customer: anna, Unpaid: true, Cart: []CartLine{{r.variantID("CUP-BL"), 3}, {r.variantID("ESP-1"), 1}, {r.variantID("GIFT25"), 1}}})
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name string
		do   func() error
		want int64 // 10.00 net a cup, 20.00 net the espresso; gift cards are no goods
	}{
		{"not paid", func() error { return nil }, 0},
		{"paid", func() error { return r.shop.Pay(o.ID) }, 5000},
		{"one cup refunded", func() error { return r.shop.Refund(o.ID, []RefundWish{{o.Lines[0].ID, 1}}, false) }, 4000},
		{"one cup taken out as a refund without money", func() error { return r.shop.EditRemove(o.ID, o.Lines[0].ID, 1, true) }, 3000},
		{"the last cup taken out", func() error { return r.shop.EditRemove(o.ID, o.Lines[0].ID, 1, false) }, 2000},
		{"a kettle added", func() error { return r.shop.EditAdd(o.ID, r.variantID("KETT"), 1) }, 7000},
		{"charged back", func() error { return r.shop.Chargeback(o.ID) }, 0},
	}
	for _, s := range steps {
		r.clock.Advance(time.Minute)
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if got := r.shop.OrderNet(o.ID); got != s.want {
			t.Fatalf("%s: %d, want %d", s.name, got, s.want)
		}
	}
}
