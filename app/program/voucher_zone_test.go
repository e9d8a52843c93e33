package program_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// movesTo has the host say that the shop is in another zone.
func (w *mirrorWorld) movesTo(zone string) {
	w.t.Helper()
	ring, err := store.NewKeyring("k1:" + base64.StdEncoding.EncodeToString([]byte("a key that only this test uses..")))
	w.must(err)
	w.shop, err = w.InstallShop(context.Background(), store.NewVault(ring), program.Installation{Host: w.shop.Host, Domain: w.shop.Domain,
		Shop: platform.HostShop{HostShopID: w.shop.HostShopID, Currency: w.shop.Currency, Zone: zone}})
	w.must(err)
}

// What was written down are days. In another zone they begin and end at other instants,
// here and at the host; codes that are out stay what they are.
//
// covers: F8, F12, S0-35, S0-36
func TestAShopThatMovesToAnotherZoneTakesTheDaysOfItsCodesAlong(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		noon := time.Date(2026, 12, 20, 12, 30, 0, 0, time.UTC).UnixMilli()
		last := loyalty.LocalDate{Year: 2026, Month: 12, Day: 31}
		v := w.voucherOf(func(d *voucher.Template) {
			d.Valid.From, d.Valid.Until = loyalty.LocalDate{Year: 2026, Month: 12, Day: 1}, last
		})
		w.codes(v, numbered("DAYS-", 230)...)
		for _, r := range []program.CodeRequest{{Texts: []string{"FORANNA"}, MemberID: w.memberOf("anna@demo.example")}, {Texts: []string{"NOON"}, EndsAt: noon}} {
			r.Origin = program.OriginAdmin
			_, err := w.MakeCodes(ctx, "test", w.shop, v.Row.ID, r)
			w.must(err)
		}
		free := w.voucherOf(nil)
		w.codes(free, "ALWAYS")
		w.settle()
		before := w.asked.Load()
		w.movesTo("America/New_York")
		w.settle()
		if asked := w.asked.Load() - before; asked > 8 {
			t.Errorf("the host was asked %d times for three discounts", asked)
		}
		zone, err := loyalty.Zone("America/New_York")
		w.must(err)
		want := map[string][2]int64{"ALWAYS": {}, "NOON": {v.Doc.Valid.From.Start(zone).UnixMilli(), noon}}
		for _, code := range []string{"DAYS-0000", "DAYS-0229", "FORANNA"} {
			want[code] = [2]int64{v.Doc.Valid.From.Start(zone).UnixMilli(), last.End(zone).UnixMilli()}
		}
		told := map[string]string{}
		for _, d := range w.host.Discounts() {
			for _, c := range d.Codes {
				told[c.Code] = fmt.Sprint(d.StartsAt.UnixMilli(), " ", d.EndsAt.UnixMilli())
			}
		}
		for code, times := range want {
			c := w.codeNow(code)
			if c.State != voucher.Active || c.ExpiresAt != times[1] || c.StartsAt != times[0] && times[0] != 0 {
				t.Errorf("%s is %s from %d until %d, want %v", code, c.State, c.StartsAt, c.ExpiresAt, times)
			}
			if times[0] != 0 && told[code] != fmt.Sprint(times[0], " ", times[1]) {
				t.Errorf("the host has %s at %s, want %v", code, told[code], times)
			}
		}
		w.codes(v, "LATER") // may share the discount of the others by its own day
		w.clock.Set(last.End(zone).Add(-time.Hour))
		w.must(w.WatchVouchers(ctx, w.shop, 500))
		w.settle()
		tried, err := w.TryVoucher(ctx, w.shop, program.TryRequest{Code: "DAYS-0007", Cart: cartOf(5_000)})
		if err != nil || !tried.Decision.OK {
			t.Errorf("in the evening of the last day: %+v, %v", tried.Decision.Why, err)
		}
		if got := w.states(v); got[voucher.Active] != 233 || len(got) != 1 {
			t.Errorf("after a look at the host the codes are %v", got)
		}
	})
}
