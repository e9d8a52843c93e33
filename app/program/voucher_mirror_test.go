package program_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/demoshop"
	"zugabe/app/dispatch"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/platform/shopify"
	"zugabe/app/program"
	"zugabe/app/store"
	"zugabe/app/voucher"
)

// mirrorWorld is a shop on a store whose host is the stand-in for Shopify, reached
// over HTTP by the real driver.
type mirrorWorld struct {
	*program.Program
	t      *testing.T
	clock  *loyalty.ManualClock
	host   *demoshop.Shop
	driver *shopify.Driver
	token  string
	fresh  time.Time // when the token was new
	shop   loyalty.Shop
	asked  atomic.Int64 // requests that the host got
}

func (w *mirrorWorld) Driver(string) platform.Driver { return w.driver }
func (w *mirrorWorld) Conn(_ context.Context, shop loyalty.Shop) platform.Conn {
	return platform.Conn{ShopID: shop.ID, Domain: demoshop.Domain, Currency: "EUR", Zone: shop.Zone, Token: func(context.Context) (string, error) {
		if w.fresh.IsZero() || w.clock.Now().Sub(w.fresh) > 30*time.Minute {
			token, err := w.driver.Exchange(context.Background(), demoshop.Domain, w.host.MintSessionToken("42"))
			if err != nil {
				return "", err
			}
			w.token, w.fresh = token.Access, w.clock.Now()
		}
		return w.token, nil
	}}
}

func eachMirrorWorld(t *testing.T, story func(t *testing.T, w *mirrorWorld)) {
	t.Helper()
	start := time.Date(2026, 10, 23, 9, 0, 0, 0, time.UTC) // a Friday before the clocks go back
	eachEngine(t, start, func(t *testing.T, s *store.Store, clock *loyalty.ManualClock) {
		story(t, newMirrorWorld(t, s, clock))
	})
}

func newMirrorWorld(t *testing.T, s *store.Store, clock *loyalty.ManualClock) *mirrorWorld {
	t.Helper()
	w := &mirrorWorld{t: t, clock: clock}
	w.host = demoshop.New(demoshop.Config{Clock: clock, Machine: clock, ClientID: "client", Secrets: []string{"hush-hush-hush-hush"}, Seed: 1, Enterprise: true})
	w.host.Seed()
	shop := w.host.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.asked.Add(1)
		shop.ServeHTTP(out, r)
	}))
	t.Cleanup(server.Close)
	w.driver = shopify.New(shopify.Config{Client: platform.NewClient(platform.ClientOptions{Timeout: 5 * time.Second, AllowPrivate: true}),
		Pacer: platform.NewPacer(clock, platform.Budget{Max: 1 << 30, Available: 1 << 30, PerSecond: 1 << 20}), Clock: clock,
		BaseURL: func(string) string { return server.URL }, ClientID: "client", ClientSecret: "hush-hush-hush-hush"})
	w.Program = &program.Program{Store: s, Clock: clock, IDs: loyalty.NewIDs(clock), Hosts: w, Log: slog.New(slog.DiscardHandler),
		PersonKey: []byte("0123456789abcdef0123456789abcdef")}
	endsVerified(t, w.Program)
	now := loyalty.NowMs(clock)
	w.shop = loyalty.Shop{ID: loyalty.ShopID(w.IDs.Next()), Host: "shopify", Domain: demoshop.Domain, PathKey: loyalty.NewPublicID(), Currency: "EUR",
		Zone: "Europe/Berlin", Language: "de", State: loyalty.ShopActive, InstalledAt: now, Version: 1}
	w.write(func(tx *store.Tx) error {
		if err := tx.CreateShop(w.shop, now); err != nil {
			return err
		}
		return w.EnsurePlan(tx, w.shop)
	})
	return w
}

func (w *mirrorWorld) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	w.must(w.Store.Write(context.Background(), fn))
}

func (w *mirrorWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// voucherOf makes a voucher of 5.00 from 20.00, changed, and starts it.
func (w *mirrorWorld) voucherOf(change func(*voucher.Template)) program.Voucher {
	w.t.Helper()
	doc := fiveOff()
	if change != nil {
		change(&doc)
	}
	v, err := w.CreateVoucher(context.Background(), "test", w.shop, doc)
	w.must(err)
	return w.state(v, voucher.TemplateActive)
}

func (w *mirrorWorld) state(v program.Voucher, to voucher.TemplateState) program.Voucher {
	w.t.Helper()
	v, err := w.SetVoucherState(context.Background(), "test", w.shop, v.Row.ID, to)
	w.must(err)
	return v
}

func (w *mirrorWorld) codes(v program.Voucher, texts ...string) []store.Code {
	w.t.Helper()
	made, err := w.MakeCodes(context.Background(), "test", w.shop, v.Row.ID, program.CodeRequest{Texts: texts, Origin: program.OriginAdmin, MaxUses: -1})
	w.must(err)
	return made
}

func (w *mirrorWorld) work() {
	w.t.Helper()
	_, err := dispatch.Drain(context.Background(), w.Program)
	w.must(err)
}

func (w *mirrorWorld) later(d, step time.Duration) {
	w.t.Helper()
	for ; d > 0; d -= step {
		w.clock.Advance(step)
		w.work()
	}
}

func (w *mirrorWorld) codeNow(text string) (c store.Code) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		found, err := tx.CodesByFolded(w.shop.ID, []string{voucher.Fold(text)})
		c = found[voucher.Fold(text)]
		return err
	})
	return c
}

// live are the codes that can be used at the host, sorted.
func (w *mirrorWorld) live() (codes []string) {
	for _, d := range w.host.Discounts() {
		if d.Status(w.clock.Now()) == "ACTIVE" {
			for _, c := range d.Codes {
				codes = append(codes, c.Code)
			}
		}
	}
	slices.Sort(codes)
	return codes
}

func (w *mirrorWorld) wantLive(when string, want ...string) {
	w.t.Helper()
	if got := w.live(); !slices.Equal(got, want) {
		w.t.Errorf("%s: the host lets %v be used, want %v", when, got, want)
	}
}

func (w *mirrorWorld) misbehave(mode string, next int, operations ...string) {
	w.host.Misbehave(demoshop.Faults{API: demoshop.APIFaults{Mode: mode, Next: next, Operations: operations}})
}

// states counts the codes of a voucher by state.
func (w *mirrorWorld) states(v program.Voucher) map[voucher.State]int64 {
	w.t.Helper()
	out := map[voucher.State]int64{}
	w.write(func(tx *store.Tx) error {
		list, err := tx.CountCodes(w.shop.ID, v.Row.ID)
		for _, c := range list {
			out[c.State] = c.Codes
		}
		return err
	})
	return out
}

func numbered(prefix string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s%04d", prefix, i)
	}
	return list
}

// covers: S0-31, S0-22, D1, D2
func TestManyCodesGoIntoOneDiscountWhateverAnswerIsLost(t *testing.T) {
	for _, fault := range [][2]string{
		{"", ""}, {"reset", "discountCodeBasicCreate"}, {"reset", "discountRedeemCodeBulkAdd"}, {"5xx_after", "discountRedeemCodeBulkAdd"},
		{"html", "discountRedeemCodeBulkCreation"}, {"throttle", "discountRedeemCodeBulkAdd"}, {"5xx", "discountCodeBasicCreate"},
	} {
		t.Run(strings.Join(fault[:], " "), func(t *testing.T) {
			eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
				v := w.voucherOf(nil)
				w.misbehave(fault[0], 1, fault[1])
				w.codes(v, numbered("MASS-", 260)...)
				w.later(90*time.Second, 5*time.Second)
				if got := w.states(v); got[voucher.Active] != 260 || len(got) != 1 || len(w.live()) != 260 {
					t.Errorf("the codes are %v, the host has %d", got, len(w.live()))
				}
				made, known := w.host.Discounts(), 0
				w.write(func(tx *store.Tx) error {
					list, err := tx.HostDiscountsOf(w.shop.ID, v.Row.ID)
					known = len(list)
					return err
				})
				if len(made) != 1 || known != 1 {
					t.Errorf("%d discounts at the host, %d in our books", len(made), known)
				}
			})
		})
	}
}

// covers: S0-34, D3
func TestACodeThatSomebodyElseHasIsRefusedAloneAndOneOfACustomerIsOnItsOwn(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		_, err := w.driver.CreateCode(ctx, w.Conn(ctx, w.shop), "THEIRS", "", voucher.Spec{Kind: voucher.Percent, Percent: 5, Currency: "EUR", Title: "Summer", StartsAt: 1})
		w.must(err)
		v := w.voucherOf(nil)
		w.codes(v, "FIRST", "THEIRS", "LAST")
		w.later(3*time.Minute, 5*time.Second)
		for text, want := range map[string]voucher.State{"FIRST": voucher.Active, "THEIRS": voucher.Void, "LAST": voucher.Active} {
			if got := w.codeNow(text).State; got != want {
				t.Errorf("%s is %s, want %s", text, got, want)
			}
		}
		member := w.memberOf("anna@demo.example")
		made, err := w.MakeCodes(ctx, "test", w.shop, v.Row.ID, program.CodeRequest{Texts: []string{"ANNA"}, MemberID: member, Origin: program.OriginAdmin})
		w.must(err)
		w.work()
		own, shared := w.codeNow("ANNA"), w.codeNow("FIRST")
		if own.State != voucher.Active || own.HostRef == shared.HostRef || shared.HostRef != w.codeNow("LAST").HostRef {
			t.Errorf("Anna's code is %+v in %s", own.State, own.HostRef)
		}
		for _, d := range w.host.Discounts() {
			if d.Code == made[0].Code && (d.Everyone || len(d.Customers) != 1) {
				t.Errorf("Anna's code is for %v, everyone %v", d.Customers, d.Everyone)
			}
		}
	})
}

// memberOf makes a member of one of the host's customers.
func (w *mirrorWorld) memberOf(email string) loyalty.ID {
	w.t.Helper()
	var key string
	for _, c := range w.host.People() {
		if c.Email == email {
			key = fmt.Sprint(c.ID)
		}
	}
	m := loyalty.Member{ID: w.IDs.Next(), PublicID: loyalty.NewPublicID(), CustomerKey: key, PersonKey: w.PersonOf(email), Email: email, Type: loyalty.NewCustomer,
		State: loyalty.MemberActive, ReferralCode: "R" + key, Version: 1, CreatedAt: loyalty.NowMs(w.clock), HasLogin: true}
	w.write(func(tx *store.Tx) error {
		if err := tx.InsertMembers(w.shop.ID, []loyalty.Member{m}); err != nil {
			return err
		}
		return tx.InsertMemberKeys(w.shop.ID, map[string]loyalty.ID{key: m.ID})
	})
	return m.ID
}

// covers: S0-22
func TestWhatIsStoppedHereIsStoppedThereAndWorksAgainWhenItIsLetTo(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		draft, err := w.CreateVoucher(ctx, "test", w.shop, fiveOff())
		w.must(err)
		w.codes(draft, "ONE", "TWO")
		w.later(10*time.Second, time.Second)
		w.wantLive("before the start")
		v := w.state(draft, voucher.TemplateActive)
		w.later(10*time.Second, time.Second)
		w.wantLive("started", "ONE", "TWO")
		stop := func(text string, stopped bool) {
			_, err := w.SetVoucherCodeState(ctx, "test", w.shop, w.codeNow(text).ID, stopped)
			w.must(err)
			w.later(10*time.Second, time.Second)
		}
		stop("TWO", true)
		w.wantLive("one is stopped", "ONE")
		stop("TWO", false)
		w.wantLive("and works again", "ONE", "TWO")
		w.misbehave("reset", 1, "discountCodeDeactivate")
		w.state(v, voucher.TemplatePaused)
		w.later(20*time.Second, time.Second)
		w.wantLive("paused")
		w.codes(v, "THREE")
		w.later(5*time.Second, time.Second)
		w.misbehave("reset", 1, "discountCodeBasicUpdate")
		w.state(v, voucher.TemplateActive)
		w.later(20*time.Second, time.Second)
		w.wantLive("goes on", "ONE", "THREE", "TWO")
		w.state(v, voucher.TemplateEnded)
		w.later(10*time.Second, time.Second)
		w.wantLive("ended")
	})
}

// covers: S0-38, F7
func TestHoursOpenAndShutAtTheHostByTheClockOnTheWall(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		v := w.voucherOf(func(d *voucher.Template) { d.Valid.Windows = []voucher.Window{{FromMin: 17 * 60, ToMin: 19 * 60}} })
		w.codes(v, "HAPPY")
		zone, err := loyalty.Zone("Europe/Berlin")
		w.must(err)
		for w.clock.Now().Before(time.Date(2026, 10, 27, 0, 0, 0, 0, zone)) { // over the 25th, which has 25 hours
			w.later(15*time.Minute, 15*time.Minute)
			hour := w.clock.Now().In(zone).Hour()
			if open := hour == 17 || hour == 18; open != (len(w.live()) == 1) {
				t.Fatalf("at %s the host lets %v be used", w.clock.Now().In(zone), w.live())
			}
		}
	})
}

// wantEdited wants staff to be told of what somebody changed of a voucher at the host.
func (w *mirrorWorld) wantEdited(v program.Voucher, fields string) {
	w.t.Helper()
	f, err := w.VoucherFigures(context.Background(), w.shop, v.Row.ID)
	if got := strings.Join(f.Edited.Fields, " "); err != nil || got != fields || (f.Edited.At != 0) != (fields != "") {
		w.t.Errorf("edited are %q at %d, %v; want %q", got, f.Edited.At, err, fields)
	}
}

// covers: G18
func TestWhatSomebodyDeletesEndsOrChangesAtTheHostIsNoticed(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		ctx := context.Background()
		kept, deleted, changed := w.voucherOf(nil), w.voucherOf(nil), w.voucherOf(nil)
		w.codes(kept, "KEPT", "ALONE-GONE")
		w.codes(deleted, "DELETED")
		w.codes(changed, "CHANGED")
		w.later(10*time.Second, time.Second)
		conn := w.Conn(ctx, w.shop)
		w.must(w.driver.RemoveCode(ctx, conn, w.codeNow("ALONE-GONE").HostRef, "ALONE-GONE"))
		w.must(w.driver.DeleteCode(ctx, conn, w.codeNow("DELETED").HostRef))
		spec := w.codeNow("CHANGED").Spec
		spec.Minor, spec.EndsAt = 5000, loyalty.NowMs(w.clock)+30*24*3600_000
		ref, _, err := w.driver.FindCode(ctx, conn, "CHANGED")
		w.must(err)
		w.must(w.driver.ChangeDiscount(ctx, conn, ref.HostRef, ref.Marker, spec))
		w.must(w.WatchVouchers(ctx, w.shop, 20))
		w.work()
		if got := w.codeNow("DELETED").State; got != voucher.Active {
			t.Errorf("after one look it is %s: a host that answers wrongly once takes nothing away", got)
		}
		w.later(3*time.Minute, 10*time.Second)
		for text, want := range map[string]voucher.State{"KEPT": voucher.Active, "ALONE-GONE": voucher.Lost, "DELETED": voucher.Lost, "CHANGED": voucher.Active} {
			if got := w.codeNow(text).State; got != want {
				t.Errorf("%s is %s, want %s", text, got, want)
			}
		}
		did := map[string]bool{}
		w.write(func(tx *store.Tx) error {
			return tx.Rows(`SELECT action FROM audit_log WHERE shop_id = ?`, []any{w.shop.ID}, func(row store.Scanner) error {
				var action string
				err := row.Scan(&action)
				did[action] = true
				return err
			})
		})
		for _, action := range []string{"voucher.lost", "voucher.edited", "code.lost"} {
			if !did[action] {
				t.Errorf("nobody is told of %s", action)
			}
		}
		w.wantEdited(changed, "minor valid")
		w.wantEdited(kept, "")
		w.must(w.TellAgain(ctx, "staff:mia", w.shop, changed.Row.ID))
		w.settle()
		w.must(w.WatchVouchers(ctx, w.shop, 20))
		w.settle()
		w.wantEdited(changed, "")
		there, err := w.driver.ReadDiscounts(ctx, conn, []string{ref.HostRef})
		if err != nil || len(there) != 1 || there[0].Minor != 500 || there[0].EndsAt != 0 {
			t.Errorf("the host has %+v, %v", there, err)
		}
	})
}

func TestAShoppersRedemptionGoesBeforeABatchOfCodes(t *testing.T) {
	eachMirrorWorld(t, func(t *testing.T, w *mirrorWorld) {
		v := w.voucherOf(nil)
		w.work()
		for i := range 4 {
			w.codes(v, numbered(fmt.Sprintf("BATCH-%d-", i), 500)...)
		}
		now := loyalty.NowMs(w.clock)
		w.write(func(tx *store.Tx) error {
			return tx.InsertJobs(w.shop.ID, []store.Job{{ID: w.IDs.Next(), Kind: store.JobCreateCode, Key: "1", NextAt: now, CreatedAt: now}})
		})
		jobs, err := w.ClaimJobs(context.Background(), w.shop.ID)
		if err != nil || len(jobs) != 2 || jobs[0].Kind != store.JobCreateCode || jobs[1].Kind != store.JobAddCodes {
			t.Fatalf("claimed %+v, %v", jobs, err)
		}
	})
}
