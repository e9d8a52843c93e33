package platformtest

import (
	"context"
	"testing"
	"time"

	"zugabe/app/platform"
)

// Consents is a driver whose capabilities name SetConsent, with a host behind it on which
// nothing is lost. Known is a customer of the host who was never asked; Look is what the
// host says of an address, with the number of its customers; Say is the person's own word there.
type Consents struct {
	Driver  platform.Driver
	Conn    platform.Conn
	Now     func() int64 // Unix ms
	Advance func(time.Duration)
	Known   platform.Customer
	Look    func(email string) (subscribed bool, customers int)
	Say     func(email string, subscribed bool)
}

// RunConsent checks what SetConsent promises.
func RunConsent(t *testing.T, s Consents) {
	if !s.Driver.Capabilities().SetConsent {
		t.Fatal("the driver sets no consent")
	}
	t.Run("consent is given and taken back, each as often as one likes", s.bothWays)
	t.Run("somebody new becomes one customer, and leaving makes none", s.strangers)
	t.Run("a customer who is gone is found by the address", s.moved)
	t.Run("a later word at the host stays", s.later)
}

func (s Consents) set(t *testing.T, c platform.Consent) {
	t.Helper()
	if err := s.Driver.SetConsent(context.Background(), s.Conn, c); err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	s.Advance(2 * time.Second)
}

func (s Consents) want(t *testing.T, email string, subscribed bool, customers int) {
	t.Helper()
	if got, n := s.Look(email); got != subscribed || n != customers {
		t.Errorf("%s is subscribed: %v, %d customers", email, got, n)
	}
}

func (s Consents) bothWays(t *testing.T) {
	for _, given := range []bool{true, true, false, false, true} {
		s.set(t, platform.Consent{CustomerKey: s.Known.Key, Email: s.Known.Email, Locale: "de", Given: given, At: s.Now()})
		s.want(t, s.Known.Email, given, 1)
	}
}

func (s Consents) strangers(t *testing.T) {
	s.set(t, platform.Consent{Email: "nobody@new.example", At: s.Now()})
	s.want(t, "nobody@new.example", false, 0)
	for _, given := range []bool{true, true, false} {
		s.set(t, platform.Consent{Email: "reader@new.example", Locale: "de", Given: given, At: s.Now()})
		s.want(t, "reader@new.example", given, 1)
	}
}

func (s Consents) moved(t *testing.T) {
	s.set(t, platform.Consent{CustomerKey: "999999999", Email: s.Known.Email, At: s.Now()})
	s.want(t, s.Known.Email, false, 1)
}

func (s Consents) later(t *testing.T) {
	before := s.Now()
	s.Advance(2 * time.Second)
	s.Say(s.Known.Email, true)
	s.set(t, platform.Consent{CustomerKey: s.Known.Key, Email: s.Known.Email, At: before})
	s.want(t, s.Known.Email, true, 1)
}
