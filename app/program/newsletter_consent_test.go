package program_test

import (
	"testing"
	"time"

	"zugabe/app/dispatch"
	"zugabe/app/earning"
	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

func (w newsWorld) drain() {
	w.t.Helper()
	if _, err := dispatch.Drain(w.t.Context(), w.Program); err != nil {
		w.t.Fatal(err)
	}
}

// told is what the host was told since.
func (w newsWorld) told(since int) []platform.Consent {
	w.t.Helper()
	w.drain()
	return w.host.consents[since:]
}

// covers: S2-06, S2-14, J17
func TestTheHostIsToldOfConsentAndOfItsEnd(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		if w.SetsConsent(w.shop) {
			t.Error("a host is believed to set what it cannot")
		}
		w.subscribe("before@example.org")
		w.confirm(w.deliver()[0])
		w.deliver()
		w.host.caps.SetConsent = true
		if got := w.told(0); len(got) != 0 {
			t.Errorf("told of one who came before it could be: %+v", got)
		}
		w.send(w.customer("c9", "mia@example.org"))
		w.subscribe("mia@example.org")
		w.confirm(w.deliver()[0])
		w.host.down = platform.ErrUnknown
		w.told(0)
		w.host.down = nil
		w.clock.Advance(time.Minute)
		got := w.told(0)
		if len(got) != 1 || !got[0].Given || got[0].CustomerKey != "c9" || got[0].Email != "mia@example.org" || got[0].At != w.signupOf("mia").ConfirmedAt {
			t.Fatalf("told %+v", got)
		}
		welcome := w.deliver()[0]
		for range 2 {
			if err := w.LeaveNewsletter(t.Context(), w.shop, linkToken(t, welcome)); err != nil {
				t.Fatal(err)
			}
		}
		got = w.told(1)
		if len(got) == 0 || got[0].Given || got[0].At != w.signupOf("mia").UnsubscribedAt {
			t.Fatalf("told %+v of the end", got)
		}
		w.settings(func(s *program.NewsletterSettings) { s.HostConsent = false })
		before := len(w.host.consents)
		w.subscribe("quiet@example.org")
		w.confirm(w.deliver()[0])
		if got := w.told(before); len(got) != 0 {
			t.Errorf("told against the merchant's will: %+v", got)
		}
	})
}

// covers: J17
func TestSomebodyWhoLeavesWithoutASignUpIsTakenOutAtTheHostToo(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		w.host.caps.SetConsent = true
		w.many(1)
		w.mailed(w.mailing(0, "Spring"))
		invited := w.deliver()[0]
		if err := w.LeaveNewsletter(t.Context(), w.shop, linkToken(t, invited)); err != nil {
			t.Fatal(err)
		}
		w.drain()
		if got := w.host.consents; len(got) != 1 || got[0].Given || got[0].CustomerKey != "reader0" {
			t.Errorf("told %+v", got)
		}
	})
}

// covers: J17, S0-45
func TestWhoeverLeavesAtTheHostGetsNoMoreAdvertising(t *testing.T) {
	eachNewsWorld(t, func(t *testing.T, w newsWorld) {
		w.host.caps.SetConsent = true
		w.send(w.customer("c9", "mia@example.org"))
		w.subscribe("mia@example.org")
		w.confirm(w.deliver()[0])
		w.deliver()
		confirmed := w.signupOf("mia").ConfirmedAt
		says := func(state earning.ActivityState, at int64) {
			w.send(wire{Kind: platform.ConsentChanged, Key: "c9", Email: "mia@example.org", Activity: &earning.Activity{
				Key: "newsletter:c9", Kind: earning.ActivityNewsletter, CustomerKey: "c9", State: state, At: at, UpdatedAt: at}})
		}
		says(earning.ActivityWithdrawn, confirmed-5000)
		if s := w.signupOf("mia"); s.State != store.SignupConfirmed {
			t.Errorf("an older word ended it: %s", s.State)
		}
		w.told(0)
		before := len(w.host.consents)
		w.clock.Advance(time.Hour)
		says(earning.ActivityWithdrawn, loyalty.NowMs(w.clock))
		if s := w.signupOf("mia"); s.State != store.SignupUnsubscribed || s.UnsubscribedAt != loyalty.NowMs(w.clock) {
			t.Errorf("the sign-up is %s", s.State)
		}
		if got := w.told(before); len(got) != 0 {
			t.Errorf("the host is told what it said: %+v", got)
		}
		w.mailed(w.mailing(0, "Summer"))
		if got := w.deliver(); len(got) != 0 {
			t.Errorf("mailed: %+v", got)
		}
	})
}
