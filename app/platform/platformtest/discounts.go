package platformtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/voucher"
)

// Shared is a driver whose capabilities name SharedDiscounts, with a host behind it
// on which nothing is lost. Advance moves the host's clock; Product is an article of the shop.
type Shared struct {
	Driver   platform.Driver
	Conn     platform.Conn
	Now      func() int64 // Unix ms
	Advance  func(time.Duration)
	Product  string
	Currency loyalty.Currency
}

// RunShared checks what Discounts promises.
func RunShared(t *testing.T, s Shared) {
	if !s.Driver.Capabilities().SharedDiscounts {
		t.Fatal("the driver does not share discounts")
	}
	t.Run("many codes work in one discount, and a second time they are refused one by one", s.manyCodes)
	t.Run("one code is taken out, and the others stay", s.oneOut)
	t.Run("many codes are taken out at once, and many discounts go at once", s.manyOut)
	t.Run("a discount is ended, and opened again in other hours", s.hours)
	t.Run("what is gone is ErrGone", s.gone)
	t.Run("every kind is made, and listed as what it is", s.kinds)
}

func (s Shared) spec(change func(*voucher.Spec)) voucher.Spec {
	spec := voucher.Spec{Kind: voucher.Absolute, Minor: 500, Currency: s.Currency, Title: "Five", MinSubtotal: 2000, StartsAt: s.Now()}
	if change != nil {
		change(&spec)
	}
	return spec
}

// made makes a discount with its first code.
func (s Shared) made(t *testing.T, code, marker string, change func(*voucher.Spec)) platform.CodeRef {
	t.Helper()
	ref, err := s.Driver.CreateCode(context.Background(), s.Conn, code, marker, s.spec(change))
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return ref
}

// add adds codes and waits until the host has worked on them.
func (s Shared) add(t *testing.T, ref string, codes ...string) platform.Adding {
	t.Helper()
	id, err := s.Driver.AddCodes(context.Background(), s.Conn, ref, codes)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		a, err := s.Driver.AddedCodes(context.Background(), s.Conn, id)
		if err != nil {
			t.Fatal(err)
		}
		if a.Done {
			return a
		}
		s.Advance(time.Second)
	}
	t.Fatal("the host never finished")
	return platform.Adding{}
}

func (s Shared) find(t *testing.T, code string) (platform.CodeRef, bool) {
	t.Helper()
	ref, found, err := s.Driver.FindCode(context.Background(), s.Conn, code)
	if err != nil {
		t.Fatal(err)
	}
	return ref, found
}

func (s Shared) manyCodes(t *testing.T) {
	first := s.made(t, "MANY-0", "v1-aa", nil)
	codes := make([]string, platform.CodesAtOnce)
	for i := range codes {
		codes[i] = fmt.Sprintf("MANY-%d", i+1)
	}
	if a := s.add(t, first.HostRef, codes...); len(a.Refused) != 0 {
		t.Fatalf("refused %v", a.Refused)
	}
	if ref, found := s.find(t, "many-250"); !found || ref.HostRef != first.HostRef || ref.Marker != "v1-aa" || !ref.Active {
		t.Errorf("the last one is %+v, %v", ref, found)
	}
	if a := s.add(t, first.HostRef, "MANY-7", "MANY-251", "many-8"); len(a.Refused) != 2 || a.Refused["MANY-7"] == "" || a.Refused["many-8"] == "" {
		t.Errorf("a second time: %v", a.Refused)
	}
	if _, err := s.Driver.AddCodes(context.Background(), s.Conn, first.HostRef, make([]string, platform.CodesAtOnce+1)); !errors.Is(err, platform.ErrRefused) {
		t.Errorf("too many at once: %v", err)
	}
	read, err := s.Driver.ReadDiscounts(context.Background(), s.Conn, []string{first.HostRef})
	if err != nil || len(read) != 1 || read[0].Codes != 252 {
		t.Errorf("read %+v, %v", read, err)
	}
}

func (s Shared) oneOut(t *testing.T) {
	first := s.made(t, "OUT-1", "v1-bb", nil)
	s.add(t, first.HostRef, "OUT-2", "OUT-22")
	for range 2 { // the second time it is gone already
		if err := s.Driver.RemoveCode(context.Background(), s.Conn, first.HostRef, "out-2"); err != nil {
			t.Fatal(err)
		}
	}
	if _, found := s.find(t, "OUT-2"); found {
		t.Error("the code is still there")
	}
	for _, code := range []string{"OUT-1", "OUT-22"} {
		if ref, found := s.find(t, code); !found || !ref.Active {
			t.Errorf("%s went with it", code)
		}
	}
	alone := s.made(t, "ALONE", "v1-cc", nil)
	if err := s.Driver.RemoveCode(context.Background(), s.Conn, alone.HostRef, "ALONE"); err != nil {
		t.Fatal(err)
	}
	if ref, found := s.find(t, "ALONE"); found && ref.Active {
		t.Error("the only code of a discount still works")
	}
}

// listed are the host's ids of the codes in a discount, by their texts.
func (s Shared) listed(t *testing.T, ref string) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for cursor := ""; ; {
		page, err := s.Driver.CodesIn(context.Background(), s.Conn, ref, cursor)
		if err != nil || len(page.Codes) > platform.CodesAtOnce {
			t.Fatalf("%d codes on a page, %v", len(page.Codes), err)
		}
		for _, c := range page.Codes {
			ids[c.Code] = c.Ref
		}
		if cursor = page.Next; cursor == "" {
			return ids
		}
	}
}

func (s Shared) manyOut(t *testing.T) {
	ctx := context.Background()
	first := s.made(t, "CROWD-0", "v1-gg", nil)
	for part := range 2 {
		codes := make([]string, 200)
		for i := range codes {
			codes[i] = fmt.Sprintf("CROWD-%d", 1+part*200+i)
		}
		s.add(t, first.HostRef, codes...)
	}
	ids := s.listed(t, first.HostRef)
	if len(ids) != 401 || ids["CROWD-400"] == "" {
		t.Fatalf("%d codes are listed", len(ids))
	}
	out := []string{ids["CROWD-0"], ids["CROWD-200"], ids["CROWD-400"]}
	for range 2 { // the second time they are gone already
		if err := s.Driver.RemoveCodes(ctx, s.Conn, first.HostRef, out); err != nil {
			t.Fatal(err)
		}
		s.Advance(time.Minute)
	}
	ids = s.listed(t, first.HostRef)
	if _, found := s.find(t, "CROWD-200"); len(ids) != 398 || found {
		t.Errorf("%d codes are left, CROWD-200 among them: %v", len(ids), found)
	}
	one, two, stays := s.made(t, "EACH-1", "71", nil), s.made(t, "EACH-2", "72", nil), s.made(t, "EACH-3", "73", nil)
	for range 2 {
		if err := s.Driver.DeleteCodes(ctx, s.Conn, []string{one.HostRef, two.HostRef}); err != nil {
			t.Fatal(err)
		}
		s.Advance(time.Minute)
	}
	for code, want := range map[string]bool{"EACH-1": false, "EACH-2": false, "EACH-3": true} {
		if _, found := s.find(t, code); found != want {
			t.Errorf("%s is there: %v", code, found)
		}
	}
	if _, err := s.Driver.CodesIn(ctx, s.Conn, one.HostRef, ""); !errors.Is(err, platform.ErrGone) {
		t.Errorf("the codes of a deleted discount: %v", err)
	}
	tooMany := make([]string, platform.CodesAtOnce+1)
	for _, err := range []error{s.Driver.RemoveCodes(ctx, s.Conn, stays.HostRef, tooMany), s.Driver.DeleteCodes(ctx, s.Conn, tooMany)} {
		if !errors.Is(err, platform.ErrRefused) {
			t.Errorf("too many at once: %v", err)
		}
	}
}

func (s Shared) hours(t *testing.T) {
	ctx := context.Background()
	ref := s.made(t, "HOURS", "v1-dd", nil).HostRef
	read := func() platform.Discount {
		t.Helper()
		list, err := s.Driver.ReadDiscounts(ctx, s.Conn, []string{ref})
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return list[0]
	}
	if err := s.Driver.DisableCode(ctx, s.Conn, ref); err != nil || read().Active {
		t.Fatalf("ended: %+v, %v", read(), err)
	}
	s.Advance(time.Minute)
	opens, closes := s.Now()+3_600_000, s.Now()+7_200_000
	change := s.spec(func(x *voucher.Spec) { x.StartsAt, x.EndsAt, x.MinSubtotal = opens, closes, 0 })
	if err := s.Driver.ChangeDiscount(ctx, s.Conn, ref, "v1-dd", change); err != nil {
		t.Fatal(err)
	}
	if d := read(); !d.Active || d.StartsAt/1000 != opens/1000 || d.EndsAt/1000 != closes/1000 || d.MinSubtotal != 0 || d.Marker != "v1-dd" {
		t.Errorf("opened: %+v", d)
	}
	change.StartsAt, change.EndsAt = s.Now(), 0
	if err := s.Driver.ChangeDiscount(ctx, s.Conn, ref, "v1-dd", change); err != nil || read().EndsAt != 0 {
		t.Errorf("without an end: %+v, %v", read(), err)
	}
}

func (s Shared) gone(t *testing.T) {
	ctx := context.Background()
	ref := s.made(t, "GONE", "v1-ee", nil).HostRef
	if err := s.Driver.DeleteCode(ctx, s.Conn, ref); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Driver.AddCodes(ctx, s.Conn, ref, []string{"GONE-2"}); !errors.Is(err, platform.ErrGone) {
		t.Errorf("adding: %v", err)
	}
	if err := s.Driver.ChangeDiscount(ctx, s.Conn, ref, "v1-ee", s.spec(nil)); !errors.Is(err, platform.ErrGone) {
		t.Errorf("changing: %v", err)
	}
	if err := s.Driver.RemoveCode(ctx, s.Conn, ref, "GONE"); err != nil {
		t.Errorf("taking out: %v", err)
	}
	if list, err := s.Driver.ReadDiscounts(ctx, s.Conn, []string{ref}); err != nil || len(list) != 0 {
		t.Errorf("reading: %+v, %v", list, err)
	}
}

func (s Shared) kinds(t *testing.T) {
	want := map[string]struct {
		change func(*voucher.Spec)
		class  voucher.HostClass
	}{
		"KIND-PERCENT":  {func(x *voucher.Spec) { x.Kind, x.Minor, x.Percent = voucher.Percent, 0, 20 }, voucher.ClassOrder},
		"KIND-PRODUCT":  {func(x *voucher.Spec) { x.ProductKeys = []string{s.Product} }, voucher.ClassProduct},
		"KIND-FREE":     {func(x *voucher.Spec) { x.Kind, x.Minor, x.ProductKeys = voucher.FreeArticle, 0, []string{s.Product} }, voucher.ClassProduct},
		"KIND-SHIPPING": {func(x *voucher.Spec) { x.Kind, x.Minor = voucher.FreeShipping, 0 }, voucher.ClassShipping},
		"KIND-NEW":      {func(x *voucher.Spec) { x.Audience = voucher.NeverBought }, voucher.ClassOrder},
		"KIND-OLD":      {func(x *voucher.Spec) { x.Audience, x.CombinesWith.Product = voucher.HasBought, true }, voucher.ClassOrder},
	}
	for code, w := range want {
		s.made(t, code, "v1-ff", w.change)
	}
	found := map[string]platform.Discount{}
	for cursor := ""; ; {
		page, err := s.Driver.LiveDiscounts(context.Background(), s.Conn, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Discounts {
			found[d.Code] = d
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for code, w := range want {
		d, there := found[code]
		spec := s.spec(w.change)
		if !there || d.Class != w.class || !d.Ours || d.MinSubtotal != 2000 || d.Percent != spec.Percent || d.Combines.Product != spec.CombinesWith.Product {
			t.Errorf("%s is %+v", code, d)
		}
	}
	if d := found["KIND-FREE"]; d.Minor <= 0 || len(d.Products) != 1 || d.Products[0] != s.Product {
		t.Errorf("the free article is %+v", d)
	}
}
