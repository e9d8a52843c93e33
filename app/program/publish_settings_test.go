package program_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/reward"
	"zugabe/app/store"
	"zugabe/app/voucher"
	storefront "zugabe/storefront-snippets"
)

// pagesHost is a wireHost that keeps a document for the shop's pages.
type pagesHost struct {
	*wireHost
	has    platform.Published
	writes int
	before func() // happens between reading and writing
	shown  map[string]platform.PublicBalance
}

func (h *pagesHost) PublishBalances(_ context.Context, _ platform.Conn, list []platform.PublicBalance) error {
	for _, b := range list {
		h.shown[b.CustomerKey] = b
	}
	return nil
}

func (h *pagesHost) CreateCode(_ context.Context, _ platform.Conn, code, _ string, _ voucher.Spec) (platform.CodeRef, error) {
	return platform.CodeRef{HostRef: "1", Code: code, Ours: true, Active: true}, nil
}

func (h *pagesHost) Driver(host string) platform.Driver {
	if host != "wire" {
		return nil
	}
	return h
}

func (h *pagesHost) PublishedSettings(context.Context, platform.Conn) (platform.Published, error) {
	return h.has, nil
}

func (h *pagesHost) PublishSettings(_ context.Context, _ platform.Conn, doc []byte, over platform.Published) error {
	if h.before != nil {
		h.before()
	}
	if over.Digest != h.has.Digest {
		return platform.ErrTaken
	}
	h.writes++
	h.has.Value, h.has.Digest = doc, h.has.Digest+"."
	return nil
}

func inPagesWorld(w *bookWorld) *pagesHost {
	host := &pagesHost{wireHost: w.host, has: platform.Published{Owner: "gid://shopify/AppInstallation/1", PricesWithTax: true}, shown: map[string]platform.PublicBalance{}}
	w.Hosts = host
	return host
}

// settingsJobs runs what is due and says how many there were.
func (w *bookWorld) settingsJobs() (ran int) {
	w.t.Helper()
	jobs, err := w.ClaimJobs(context.Background(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Kind == store.JobPublishSettings {
			ran++
		}
		if err := w.RunJob(context.Background(), w.shop, j); err != nil {
			w.t.Fatal(err)
		}
	}
	return ran
}

func (w *bookWorld) saveRate(points loyalty.Points) {
	w.t.Helper()
	w.setPlan(func(d *program.PlanDoc) { d.Earning.Rules[0].Earn.Points = points })
}

func (h *pagesHost) read(t *testing.T) (out program.PublishedSettings) {
	t.Helper()
	if err := json.Unmarshal(h.has.Value, &out); err != nil {
		t.Fatalf("%v: %s", err, h.has.Value)
	}
	return out
}

// A merchant who saves five times while the host is busy causes one call, and the
// pages get the last version (S4-12, S4-16).
//
// covers: S4-09, S4-16
func TestThePagesGetTheNewestSettingsWithOneCall(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		host := inPagesWorld(w)
		for points := range loyalty.Points(5) {
			w.saveRate(points + 1)
		}
		if n := w.settingsJobs(); n != 1 || host.writes != 1 {
			t.Fatalf("%d jobs, %d writes", n, host.writes)
		}
		got := host.read(t)
		if !got.On || got.V != 1 || got.Earn[0].Points != 5 || !got.Placements["product"] || got.Redeem.Min != 100 {
			t.Fatalf("%+v", got)
		}
		w.saveRate(5)
		if n := w.settingsJobs(); n != 1 || host.writes != 1 {
			t.Fatalf("nothing changed for the pages, but %d jobs made %d writes", n, host.writes)
		}
	})
}

// A plan that is saved while the job is under way is published by a second job, and
// a write by another process in between makes the job start again from the top.
func TestSettingsThatChangeDuringTheCallAreNotLost(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		host := inPagesWorld(w)
		w.saveRate(2)
		host.before = func() {
			host.before = nil
			w.saveRate(3)
			host.has.Digest = "somebody else's"
		}
		w.settingsJobs()
		if host.writes != 0 {
			t.Fatal("it wrote over what it had not read")
		}
		w.clock.Advance(2 * time.Second)
		w.settingsJobs()
		if got := host.read(t); got.Earn[0].Points != 3 {
			t.Fatalf("the pages say %d points", got.Earn[0].Points)
		}
	})
}

// What the pages call net is measured from what was sold: one rate of VAT is found
// exactly, two give a mean and the word "about". Before the first sale it is "about"
// too: an order of 21.40 with VAT in it does not bring 21 points.
func TestThePagesKnowWhichPartOfAPriceCounts(t *testing.T) {
	clock := loyalty.NewManualClock(bookStart)
	w := newBookWorld(t, sqliteStore(t, clock), clock)
	host := inPagesWorld(w)
	line := func(net, tax int64) earning.Line {
		return earning.Line{Key: "1", ProductKey: "7", Quantity: 1, Net: net, Tax: tax}
	}
	sell := func(key string, lines ...earning.Line) {
		w.send(wire{Kind: platform.SaleSnapshot, Sale: &earning.Sale{Key: key, Number: "#" + key, CustomerKey: "c1", Currency: "EUR", Status: earning.SalePaid,
			PlacedAt: at(2), PaidAt: at(2), UpdatedAt: at(2), Lines: lines}})
	}
	check := func(want loyalty.Ratio, about bool) {
		t.Helper()
		raw, err := w.SettingsForPages(context.Background(), w.shop, host.has.PricesWithTax)
		if err != nil {
			t.Fatal(err)
		}
		host.has.Value = raw
		if r := host.read(t).Earn[0]; r.Net != want || r.About != about {
			t.Fatalf("net %+v, about %v; want %+v, %v", r.Net, r.About, want, about)
		}
	}
	check(loyalty.Ratio{Num: 1, Den: 1}, true) // nobody knows yet
	sell("1", line(1672, 318), line(840, 160))
	check(loyalty.Ratio{Num: 100, Den: 119}, false)
	sell("2", line(934, 66))
	check(loyalty.Ratio{Num: 17273, Den: 20000}, true)
	host.has.PricesWithTax = false
	check(loyalty.Ratio{Num: 1, Den: 1}, false)
}

// What a page computes for a member depends on the member too: the own factor, a
// block, and codes that wait to be used are shown without asking us.
//
// covers: S4-18, A-44
func TestAMembersPagesKnowFactorBlockAndUnusedCodes(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		ctx := context.Background()
		host := inPagesWorld(w)
		host.caps.PublishBalance = true
		w.send(wire{Kind: platform.SaleSnapshot, Sale: &earning.Sale{Key: "1", Number: "#1", CustomerKey: "c1", Currency: "EUR", Status: earning.SalePaid,
			PlacedAt: at(1), PaidAt: at(1), UpdatedAt: at(1), Lines: []earning.Line{{Key: "1", ProductKey: "7", Quantity: 1, Net: 50_000}}}})
		w.clock.Advance(3 * time.Hour)
		shown := func() platform.PublicBalance {
			t.Helper()
			if _, err := w.PublishBalances(ctx, w.shop); err != nil {
				t.Fatal(err)
			}
			return host.shown["c1"]
		}
		if b := shown(); b.Points != 500 || b.NoEarn || b.NoRedeem || b.Factor != (loyalty.Ratio{}) || len(b.Codes) != 0 {
			t.Fatalf("%+v", b)
		}
		red, err := w.StartRedemption(ctx, "customer:c1", w.shop, w.member("c1").ID, program.RedeemRequest{Points: 200, ClientKey: "12345678"})
		if err != nil {
			t.Fatal(err)
		}
		if b := shown(); len(b.Codes) != 0 {
			t.Fatalf("a code is shown before the host has it: %+v", b)
		}
		w.settingsJobs()
		b := shown()
		if b.Points != 300 || len(b.Codes) != 1 || b.Codes[0].Minor != 200 || b.Codes[0].Until == "" {
			t.Fatalf("%+v", b)
		}
		if _, err := w.CancelRedemption(ctx, "customer:c1", w.shop, red.PublicID); err != nil {
			t.Fatal(err)
		}
		w.settingsJobs()
		if b := shown(); b.Points != 500 || len(b.Codes) != 0 {
			t.Fatalf("%+v", b)
		}
		m := w.member("c1")
		if _, err := w.ControlMember(ctx, "staff:1", w.shop, program.MemberControl{MemberID: m.ID, Version: m.Version, BlockEarn: true, BlockRedeem: true,
			Factor: loyalty.Ratio{Num: 3, Den: 2}, Note: "asked for it"}); err != nil {
			t.Fatal(err)
		}
		if b := shown(); !b.NoEarn || !b.NoRedeem || b.Factor != (loyalty.Ratio{Num: 3, Den: 2}) {
			t.Fatalf("%+v", b)
		}
	})
}

// covers: S4-25: du or Sie is the shop's choice, and the merchant's own words win.
func TestTheShopsChoiceBetweenDuAndSieReachesThePages(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) { duOrSie(t, w) })
}

func duOrSie(t *testing.T, w *bookWorld) {
	inPagesWorld(w)
	w.Informal = storefront.Informal()
	texts := func() map[string]string {
		var doc program.PublishedSettings
		body, err := w.SettingsForPages(context.Background(), w.shop, true)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Fatal(err)
		}
		return doc.Texts["de"]
	}
	if got := texts(); len(got) != 0 {
		t.Errorf("as installed the pages are told %v", got)
	}
	if _, err := w.SaveChoices(context.Background(), "staff:1", w.shop, 0, program.Choices{
		Languages: program.Languages, Address: program.AddressInformal, KeepDays: 30, DeskSees: program.DeskSeesName,
	}); err != nil {
		t.Fatal(err)
	}
	got := texts()
	if got["hub.mine"] != "Deine Punkte" || got["referral.you.other"] != "Du bekommst {points} Punkte, wenn jemand auf deine Empfehlung eingekauft hat." {
		t.Errorf("with du the pages are told %v", got)
	}
}

// covers: N-02: pages are told what each point was promised.
func TestAPurseIsToldInWholeNumbers(t *testing.T) {
	rate := func(minor int64, per loyalty.Points) loyalty.RedeemRate {
		return loyalty.RedeemRate{Minor: minor, PerPoints: per}
	}
	for _, c := range []struct {
		parts []reward.Part
		want  string
	}{
		{nil, `{"den":0,"parts":null}`},
		{[]reward.Part{{Points: 100, Rate: rate(100, 100)}, {Points: 50, Rate: rate(1, 1)}}, `{"den":1,"parts":[[150,1]]}`},
		{[]reward.Part{{Points: 100, Rate: rate(1, 2)}, {Points: 50, Rate: rate(2, 3)}}, `{"den":6,"parts":[[100,3],[50,4]]}`},
		{[]reward.Part{{Points: 9, Rate: rate(1, 999_983)}, {Points: 5, Rate: rate(1, 3)}}, `{"den":1000000,"parts":[[9,1],[5,333333]]}`},
	} {
		got, err := json.Marshal(program.PublicPurse(c.parts))
		if err != nil || string(got) != c.want {
			t.Errorf("%v became %s, %v", c.parts, got, err)
		}
	}
	var many []reward.Part
	for i := range 50 {
		many = append(many, reward.Part{Points: 1, Rate: rate(int64(100+i), 1)})
	}
	if p := program.PublicPurse(many); len(p.Parts) != 20 || p.Parts[19] != [2]int64{31, 119} {
		t.Errorf("a long purse became %v", p.Parts)
	}
}
