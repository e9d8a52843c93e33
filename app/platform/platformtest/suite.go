// Package platformtest is what every driver must pass before a shop may be
// installed through it. It asks the driver's capabilities, never its name.
package platformtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/voucher"
)

// Recorded is a delivery as a real host sent it, with the kinds of change it
// must come to.
type Recorded struct {
	Name     string
	Delivery platform.Delivery
	Kinds    []platform.ChangeKind
}

// Suite is a driver and what was recorded of its host, in the order in which
// the states came about.
type Suite struct {
	Driver   platform.Driver
	Currency loyalty.Currency
	Recorded []Recorded
}

// Run checks everything that can be checked without the host.
func Run(t *testing.T, s Suite) {
	if len(s.Recorded) == 0 || s.Driver.Name() == "" {
		t.Fatal("a driver needs a name and recorded deliveries")
	}
	t.Run("recorded deliveries come to the expected changes", s.recorded)
	t.Run("the same delivery comes to the same changes, whatever came before", s.pure)
	t.Run("snapshots of a sale have one order", s.ordered)
	t.Run("cut bodies are malformed", s.cut)
	t.Run("any body under any topic is read or refused", s.swapped)
	t.Run("an unknown topic is ignored with a reason", s.unknown)
	t.Run("a missing capability is answered so", s.capabilities)
}

func (s Suite) recorded(t *testing.T) {
	for _, r := range s.Recorded {
		changes, err := s.Driver.Normalise(r.Delivery, s.Currency)
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		kinds := []platform.ChangeKind{}
		for _, c := range changes {
			kinds = append(kinds, c.Kind)
			if fault := Fault(c) + undated(c); fault != "" {
				t.Errorf("%s: %s", r.Name, fault)
			}
		}
		if !slices.Equal(kinds, r.Kinds) {
			t.Errorf("%s: %v, want %v", r.Name, kinds, r.Kinds)
		}
	}
}

func (s Suite) pure(t *testing.T) {
	first := map[string][]platform.Change{}
	for _, r := range s.Recorded {
		first[r.Name], _ = s.Driver.Normalise(r.Delivery, s.Currency)
	}
	for seed := range uint64(20) {
		shuffled := slices.Clone(s.Recorded)
		random := rand.New(rand.NewPCG(seed, 1))
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, r := range shuffled {
			before := bytes.Clone(r.Delivery.Body)
			again, _ := s.Driver.Normalise(r.Delivery, s.Currency)
			if !reflect.DeepEqual(again, first[r.Name]) {
				t.Fatalf("%s, seed %d: %+v, before %+v", r.Name, seed, again, first[r.Name])
			}
			if !bytes.Equal(before, r.Delivery.Body) {
				t.Fatalf("%s: the body was changed", r.Name)
			}
		}
	}
}

// ordered: two snapshots of one sale that differ must differ in (UpdatedAt,
// Rank) too, and the recorded order must be that order (A8, A9).
func (s Suite) ordered(t *testing.T) {
	type seen struct {
		name string
		body []byte
		at   int64
		rank int
	}
	last := map[string]seen{}
	for _, r := range s.Recorded {
		changes, _ := s.Driver.Normalise(r.Delivery, s.Currency)
		for _, c := range changes {
			if c.Kind != platform.SaleSnapshot {
				continue
			}
			now := seen{r.Name, r.Delivery.Body, c.Sale.UpdatedAt, c.Sale.Rank}
			before, ok := last[c.Sale.Key]
			if ok && !bytes.Equal(before.body, now.body) && (now.at < before.at || (now.at == before.at && now.rank < before.rank)) {
				t.Errorf("%s is older than %s: %d/%d after %d/%d", now.name, before.name, now.at, now.rank, before.at, before.rank)
			}
			last[c.Sale.Key] = now
		}
	}
}

func (s Suite) cut(t *testing.T) {
	for _, r := range s.Recorded {
		if slices.Equal(r.Kinds, []platform.ChangeKind{platform.Ignored}) || len(r.Delivery.Body) < 3 {
			continue
		}
		for _, body := range [][]byte{r.Delivery.Body[:len(r.Delivery.Body)/2], r.Delivery.Body[1:], {}, []byte("null,"), []byte("<html>"), []byte(`[1]`), []byte(`"x"`)} {
			d := r.Delivery
			d.Body = body
			if changes, err := s.Driver.Normalise(d, s.Currency); !errors.Is(err, platform.ErrMalformed) {
				t.Errorf("%s cut to %.20q: %+v, %v", r.Name, body, changes, err)
			}
		}
	}
}

// swapped: topics are not signed, so any body can come under any of them (A33).
func (s Suite) swapped(t *testing.T) {
	for _, topic := range s.Recorded {
		for _, body := range s.Recorded {
			d := body.Delivery
			d.Topic = topic.Delivery.Topic
			s.check(t, body.Name+" as "+d.Topic, d)
		}
	}
	for _, body := range strange {
		for _, topic := range s.Recorded {
			d := topic.Delivery
			d.Body = []byte(body)
			s.check(t, fmt.Sprintf("%.30q as %s", body, d.Topic), d)
		}
	}
}

func (s Suite) check(t *testing.T, name string, d platform.Delivery) {
	t.Helper()
	changes, err := s.Driver.Normalise(d, s.Currency)
	if err != nil {
		if !errors.Is(err, platform.ErrMalformed) {
			t.Errorf("%s: %v is none of the port's errors", name, err)
		}
		return
	}
	for _, c := range changes {
		fault := Fault(c)
		if s.Driver.Capabilities().SecretPerShop {
			fault += undated(c) // believed as it is
		}
		if fault != "" {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

func (s Suite) unknown(t *testing.T) {
	d := s.Recorded[0].Delivery
	for _, topic := range []string{"moons/rise", "moon.rises", "", "x", "order.", "orders/", "action."} {
		d.Topic = topic
		changes, err := s.Driver.Normalise(d, s.Currency)
		if err != nil || len(changes) != 1 || changes[0].Kind != platform.Ignored || changes[0].Reason == "" {
			t.Errorf("%q: %+v, %v", topic, changes, err)
		}
	}
}

func (s Suite) capabilities(t *testing.T) {
	ctx, conn, can := context.Background(), platform.Conn{}, s.Driver.Capabilities()
	answers := map[string]error{}
	if !can.FetchOrders {
		_, answers["FetchOrders"] = s.Driver.FetchOrders(ctx, conn, []string{"1"})
		_, answers["OrdersSince"] = s.Driver.OrdersSince(ctx, conn, 0, "")
	}
	if !can.PublishBalance {
		answers["PublishBalances"] = s.Driver.PublishBalances(ctx, conn, []platform.PublicBalance{{CustomerKey: "1"}})
	}
	if !can.SetConsent {
		answers["SetConsent"] = s.Driver.SetConsent(ctx, conn, platform.Consent{CustomerKey: "1", Given: true})
	}
	if !can.CustomerBoundCode {
		_, answers["CreateCode"] = s.Driver.CreateCode(ctx, conn, "C", "m", voucher.Spec{CustomerKeys: []string{"1"}})
	}
	if !can.SharedDiscounts {
		answers["ChangeDiscount"] = s.Driver.ChangeDiscount(ctx, conn, "1", "m", voucher.Spec{})
		_, answers["AddCodes"] = s.Driver.AddCodes(ctx, conn, "1", []string{"C"})
		_, answers["AddedCodes"] = s.Driver.AddedCodes(ctx, conn, "1")
		answers["RemoveCode"] = s.Driver.RemoveCode(ctx, conn, "1", "C")
		_, answers["CodesIn"] = s.Driver.CodesIn(ctx, conn, "1", "")
		answers["RemoveCodes"] = s.Driver.RemoveCodes(ctx, conn, "1", []string{"1"})
		answers["DeleteCodes"] = s.Driver.DeleteCodes(ctx, conn, []string{"1"})
		_, answers["ReadDiscounts"] = s.Driver.ReadDiscounts(ctx, conn, []string{"1"})
		_, answers["LiveDiscounts"] = s.Driver.LiveDiscounts(ctx, conn, "")
	}
	for name, err := range answers {
		if !errors.Is(err, platform.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
