package platform

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"zugabe/app/loyalty"
)

// scripted is a driver that does what the test says.
type scripted struct {
	Driver
	outcome func() error
	calls   int
}

func (s *scripted) Name() string { return "scripted" }

func (s *scripted) DisableCode(context.Context, Conn, string) error {
	s.calls++
	return s.outcome()
}

func (s *scripted) Describe(context.Context, Conn) (HostShop, error) { return HostShop{Name: "A"}, nil }

func TestTheRegistryGivesDriversAndNilForAHostItDoesNotKnow(t *testing.T) {
	h := NewHosts(loyalty.NewManualClock(start))
	if h.Driver("scripted") != nil {
		t.Fatal("a driver for an unknown host")
	}
	h.Add(&scripted{}, func(_ context.Context, s loyalty.Shop) (string, error) { return "token of " + s.Domain, nil })
	shop := loyalty.Shop{ID: 3, Host: "scripted", Domain: "a.example", Currency: "EUR", Zone: "Europe/Vienna"}
	conn := h.Conn(ctx, shop)
	if tok, err := conn.Token(ctx); err != nil || tok != "token of a.example" || conn.ShopID != 3 || conn.Currency != "EUR" || conn.Zone != "Europe/Vienna" {
		t.Fatalf("%+v, token %q, %v", conn, tok, err)
	}
	if got, err := h.Describe(ctx, shop); err != nil || got.Name != "A" {
		t.Fatalf("%+v, %v", got, err)
	}
	unknown := loyalty.Shop{Host: "other"}
	if _, err := h.Describe(ctx, unknown); !errors.Is(err, ErrUnsupported) {
		t.Fatalf("got %v", err)
	}
	if _, err := h.Conn(ctx, unknown).Token(ctx); !errors.Is(err, ErrUnsupported) {
		t.Fatalf("got %v", err)
	}
}

// covers: D6
func TestD6ADriverOfAFailingHostIsNotCalledUntilThePauseIsOver(t *testing.T) {
	clock := loyalty.NewManualClock(start)
	h := NewHosts(clock)
	s := &scripted{outcome: func() error { return ErrUnreachable }}
	h.Add(s, nil)
	d := h.Driver("scripted")
	for range 10 {
		d.DisableCode(ctx, Conn{ShopID: 1}, "x")
	}
	if s.calls != breakerTolerance {
		t.Fatalf("%d calls", s.calls)
	}
	if err := d.DisableCode(ctx, Conn{ShopID: 1}, "x"); wait(err) == 0 {
		t.Fatalf("got %v", err)
	}
	clock.Advance(breakerMost)
	s.outcome = func() error { panic("a bug") }
	func() {
		defer func() { recover() }()
		d.DisableCode(ctx, Conn{ShopID: 1}, "x")
	}()
	clock.Advance(breakerMost)
	s.outcome = func() error { return nil }
	if err := d.DisableCode(ctx, Conn{ShopID: 1}, "x"); err != nil {
		t.Fatalf("a probe that panicked blocks the shop for ever: %v", err)
	}
}

// covers: H26
func TestTheClientRefusesAddressesThatAreNotPublic(t *testing.T) {
	private := []string{"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "198.18.0.1", "224.0.0.1",
		"255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"}
	for _, a := range private {
		if isPublic(netip.MustParseAddr(a)) {
			t.Errorf("%s is taken for public", a)
		}
	}
	for _, a := range []string{"23.227.38.65", "8.8.8.8", "2620:127:f00f:5::", "::ffff:8.8.8.8"} {
		if !isPublic(netip.MustParseAddr(a)) {
			t.Errorf("%s is taken for private", a)
		}
	}
	called := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer server.Close()
	for _, target := range []string{server.URL, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)} {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Send(NewClient(ClientOptions{}), req, true); !errors.Is(err, ErrUnreachable) || !errors.Is(err, ErrPrivate) || called {
			t.Errorf("%s gives %v", target, err)
		}
	}
}

func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 1<<20)
		for range MaxReply>>20 + 4 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := NewClient(ClientOptions{Timeout: 10 * time.Second, AllowPrivate: true})
	if _, err = Send(client, req, false); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "over") {
		t.Fatalf("got %v", err)
	}
}

func TestErrorsOfTheClientDoNotRepeatTheAddress(t *testing.T) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:1/?secret=hush", nil)
	if err != nil {
		t.Fatal(err)
	}
	client := NewClient(ClientOptions{AllowPrivate: true})
	if _, err = Send(client, req, true); err == nil || strings.Contains(err.Error(), "hush") || !errors.Is(err, ErrUnreachable) {
		t.Fatalf("got %v", err)
	}
}

func TestACallerThatGivesUpInTheMiddleLeavesTheOutcomeUnknown(t *testing.T) {
	came := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(came)
		<-r.Context().Done()
	}))
	defer server.Close()
	gone, cancel := context.WithCancel(ctx)
	go func() {
		<-came
		cancel()
	}()
	req, err := http.NewRequestWithContext(gone, http.MethodPost, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = Send(NewClient(ClientOptions{AllowPrivate: true}), req, true); !errors.Is(err, ErrUnknown) || !gaveUp(err) {
		t.Fatalf("got %v", err)
	}
}
