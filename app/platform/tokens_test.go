package platform

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
)

// memoryTokens is a TokenStore like the database's: compare and swap by version.
type memoryTokens struct {
	mu    sync.Mutex
	token Token
	fail  error
	loads atomic.Int64
}

func (m *memoryTokens) Load(context.Context, loyalty.ShopID) (Token, error) {
	m.loads.Add(1)
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.token, nil
}

func (m *memoryTokens) Swap(_ context.Context, _ loyalty.ShopID, old int64, t Token) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return false, m.fail
	}
	if m.token.Version != old {
		return false, nil
	}
	t.Version = old + 1
	m.token = t
	return true, nil
}

// tokenHost renews like Shopify: a refresh token works until its replacement has been used.
type tokenHost struct {
	mu    sync.Mutex
	good  map[string]bool
	calls atomic.Int64
	clock loyalty.Clock
	fail  error
	hold  func() // what must have happened elsewhere before the host answers
}

func (h *tokenHost) refresh(_ context.Context, _, refresh string) (Token, error) {
	n := h.calls.Add(1)
	if h.hold != nil {
		h.hold()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail != nil {
		return Token{}, h.fail
	}
	if !h.good[refresh] {
		return Token{}, ErrRevoked
	}
	for old := range h.good {
		if old != refresh {
			delete(h.good, old)
		}
	}
	next := fmt.Sprintf("refresh-%d", n)
	h.good[next] = true
	return Token{Access: fmt.Sprintf("access-%d", n), Refresh: next, ExpiresAt: loyalty.NowMs(h.clock) + 3600_000}, nil
}

type tokenBench struct {
	clock  *loyalty.ManualClock
	store  *memoryTokens
	host   *tokenHost
	tokens *Tokens
	shop   loyalty.Shop
}

func newTokenBench() *tokenBench {
	clock := loyalty.NewManualClock(start)
	b := &tokenBench{clock: clock, store: &memoryTokens{}, host: &tokenHost{good: map[string]bool{"refresh-0": true}, clock: clock}}
	b.tokens = NewTokens(b.store, b.host.refresh, clock)
	b.store.token = Token{Access: "access-0", Refresh: "refresh-0", ExpiresAt: loyalty.NowMs(clock) + 3600_000, Version: 1}
	b.shop = loyalty.Shop{ID: 7, Domain: "test-shop.myshopify.com"}
	return b
}

// until waits for a condition, or lets the test go on to fail after a while.
func until(done func() bool) {
	deadline := time.NewTimer(5 * time.Second)
	defer deadline.Stop()
	for !done() {
		select {
		case <-deadline.C:
			return
		default:
			runtime.Gosched()
		}
	}
}

func TestATokenWithTimeLeftIsUsedAsItIs(t *testing.T) {
	b := newTokenBench()
	b.clock.Advance(55 * time.Minute)
	got, err := b.tokens.Access(ctx, b.shop)
	if err != nil || got != "access-0" || b.host.calls.Load() != 0 {
		t.Fatalf("got %q, %v after %d refreshes", got, err, b.host.calls.Load())
	}
}

func TestFiftyCallersOfAnEndingTokenCauseOneRefresh(t *testing.T) {
	b := newTokenBench()
	b.clock.Advance(56 * time.Minute)
	b.host.hold = func() { until(func() bool { return b.store.loads.Load() >= 50 }) } // all have come before the first is served
	var all sync.WaitGroup
	got := make([]string, 50)
	for i := range got {
		all.Go(func() {
			var err error
			if got[i], err = b.tokens.Access(ctx, b.shop); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, access := range got {
		if access != "access-1" {
			t.Fatalf("a caller got %q", access)
		}
	}
	if n := b.host.calls.Load(); n != 1 {
		t.Fatalf("%d refreshes", n)
	}
}

func TestOfManyProcessesOneRefreshes(t *testing.T) {
	b := newTokenBench()
	b.clock.Advance(56 * time.Minute)
	var all sync.WaitGroup
	var served atomic.Int64
	b.host.hold = func() { until(func() bool { return b.host.calls.Load()+served.Load() >= 20 }) } // each asks the host or is served without
	for range 20 {
		process := NewTokens(b.store, b.host.refresh, b.clock)
		all.Go(func() {
			defer served.Add(1)
			if got, err := process.Access(ctx, b.shop); err != nil || (got != "access-0" && got != "access-1") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	all.Wait()
	stored, _ := b.store.Load(ctx, b.shop.ID)
	if b.host.calls.Load() != 1 || stored.Access != "access-1" || !b.host.good[stored.Refresh] {
		t.Fatalf("%d refreshes, stored %q", b.host.calls.Load(), stored.Access)
	}
}

func TestAProcessThatDiedWhileRenewingHoldsItUpForItsTimeoutOnly(t *testing.T) {
	b := newTokenBench()
	b.clock.Advance(2 * time.Hour)
	b.store.token.RenewingUntil = loyalty.NowMs(b.clock) + refreshTimeout.Milliseconds()
	if _, err := b.tokens.Access(ctx, b.shop); wait(err) == 0 {
		t.Fatalf("an ended token under renewal gives %v", err)
	}
	b.clock.Advance(refreshTimeout)
	if got, err := b.tokens.Access(ctx, b.shop); err != nil || got != "access-1" {
		t.Fatalf("got %q, %v", got, err)
	}
}

// covers: D7
func TestD7ARefusedRefreshIsRevoked(t *testing.T) {
	b := newTokenBench()
	b.clock.Advance(57 * time.Minute)
	b.host.good = map[string]bool{}
	if _, err := b.tokens.Access(ctx, b.shop); !errors.Is(err, ErrRevoked) {
		t.Fatalf("got %v", err)
	}
}

func TestATokenThatAVisitBroughtWinsOverARenewalUnderWay(t *testing.T) {
	b := newTokenBench()
	b.clock.Advance(2 * time.Hour)
	b.tokens.refresh = func(context.Context, string, string) (Token, error) {
		err := b.tokens.Save(ctx, 7, Token{Access: "theirs", ExpiresAt: loyalty.NowMs(b.clock) + 3600_000})
		return Token{Access: "ours", ExpiresAt: loyalty.NowMs(b.clock) + 3600_000}, err
	}
	if got, err := b.tokens.Access(ctx, b.shop); err != nil || got != "theirs" {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestAnOutageOfTheTokenEndpointIsBridgedWhileTheTokenLives(t *testing.T) {
	b := newTokenBench()
	b.host.fail = ErrUnknown // the answer was lost
	b.clock.Advance(58 * time.Minute)
	if got, err := b.tokens.Access(ctx, b.shop); err != nil || got != "access-0" {
		t.Fatalf("got %q, %v", got, err)
	}
	b.clock.Advance(3 * time.Minute)
	if _, err := b.tokens.Access(ctx, b.shop); !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrUnknown) {
		t.Fatalf("for the caller nothing has happened, got %v", err)
	}
	b.host.fail = nil
	if got, err := b.tokens.Access(ctx, b.shop); err != nil || got == "access-0" {
		t.Fatalf("the next attempt mends it, got %q, %v", got, err)
	}
}

func TestATokenThatCouldNotBeStoredIsNotUsed(t *testing.T) {
	b := newTokenBench()
	b.clock.Advance(time.Hour)
	refresh := b.tokens.refresh
	b.tokens.refresh = func(ctx context.Context, domain, token string) (Token, error) {
		b.store.fail = errors.New("disk full")
		return refresh(ctx, domain, token)
	}
	if got, err := b.tokens.Access(ctx, b.shop); err == nil {
		t.Fatalf("handed out %q, which nobody can renew after a restart", got)
	}
	b.store.fail, b.tokens.refresh = nil, refresh
	b.clock.Advance(refreshTimeout)
	if _, err := b.tokens.Access(ctx, b.shop); err != nil {
		t.Fatalf("the stored refresh token still works, got %v", err)
	}
}

func TestARefreshTokenPastItsEndIsNotTried(t *testing.T) {
	b := newTokenBench()
	b.store.token.RefreshExpiresAt = loyalty.NowMs(b.clock) + 90*24*3600_000
	b.clock.Advance(91 * 24 * time.Hour)
	if _, err := b.tokens.Access(ctx, b.shop); !errors.Is(err, ErrRevoked) || b.host.calls.Load() != 0 {
		t.Fatalf("got %v after %d calls", err, b.host.calls.Load())
	}
}

func TestAShopWithoutATokenIsRevokedAndAVisitMendsIt(t *testing.T) {
	b := newTokenBench()
	b.store.token = Token{}
	if _, err := b.tokens.Access(ctx, b.shop); !errors.Is(err, ErrRevoked) {
		t.Fatalf("got %v", err)
	}
	if err := b.tokens.Save(ctx, b.shop.ID, Token{Access: "fresh"}); err != nil {
		t.Fatal(err)
	}
	if got, err := b.tokens.Access(ctx, b.shop); err != nil || got != "fresh" {
		t.Fatalf("got %q, %v", got, err)
	}
}

// covers: J1
func TestATokenDoesNotShowItselfInLogs(t *testing.T) {
	tok := Token{Access: "shpat_secret", Refresh: "shprt_secret"}
	for _, text := range []string{fmt.Sprint(tok), fmt.Sprintf("%+v", tok), fmt.Sprintf("%#v", tok)} {
		if strings.Contains(text, "secret") {
			t.Fatalf("shown as %s", text)
		}
	}
}
