package program_test

import (
	"encoding/base64"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/platform"
	"zugabe/app/program"
	"zugabe/app/store"
)

// record is the host's record of a customer, with or without an account.
func record(key string, login bool, created, updated int) wire {
	return wire{Kind: platform.CustomerSnapshot, Customer: &platform.Customer{Key: key, Email: key + "@example.org", HasLogin: login,
		CreatedAt: at(created), UpdatedAt: at(updated)}}
}

// created is what a host sends for every new record, whoever it is of.
func created(key string, hour int) wire {
	m := review("signup:"+key, key, "", "approved", hour)
	m.Activity.Kind, m.Activity.At = "signup", at(hour)
	m.Email = key + "@example.org"
	return m
}

// covers: S4-29
func TestWhereALoginIsAskedForOnlyAccountsEarn(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Accounts = program.AccountLogin })
		guest := paidOrder("o1", "c1", 3000, 2)
		w.send(record("c1", false, 2, 2), created("c1", 2), saleMessage(guest))
		w.wantPoints("c1", 0)
		if r, err := w.ReceiptOfSale(t.Context(), w.shop, "o1"); err != nil || len(r.Rules) == 0 || r.Rules[0].Grant.Breakdown.Reason != "no_account" {
			t.Errorf("the receipt says %+v (%v), want the reason no_account", r.Rules, err)
		}
		w.send(record("c1", true, 2, 30))
		w.wantPoints("c1", 50)
		w.send(record("c1", true, 2, 30), record("c1", true, 2, 40), record("c1", false, 2, 50), created("c1", 2))
		w.wantPoints("c1", 50)

		guest.UpdatedAt = at(60) // bound while there was no account
		w.send(saleMessage(guest), saleMessage(paidOrder("o2", "c1", 2000, 60)))
		w.wantPoints("c1", 70)
		w.send(saleMessage(paidOrder("o3", "", 2000, 60)), record("c2", true, 2, 2), created("c2", 2))
		w.wantPoints("c2", 50)
	})
}

// A welcome counts from the day the account was opened, not from the first visit as a guest.
func TestTheWelcomeOfAGuestWhoOpensAnAccountLivesItsFullTime(t *testing.T) { // covers: S4-29
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.setPlan(func(d *program.PlanDoc) { d.Accounts, d.Expiry.Months = program.AccountLogin, 1 })
		w.send(record("c1", false, 2, 2), created("c1", 2))
		late := 24 * 60
		w.clock.Set(bookStart.Add(time.Duration(late) * time.Hour))
		w.send(record("c1", true, 2, late))
		w.wantPoints("c1", 50)
		if list := w.entries("c1"); len(list) != 1 || list[0].OccurredAt != at(late) {
			t.Errorf("entries %+v, want one of the day the account was opened", list)
		}
	})
}

// covers: S4-29
func TestByDefaultEveryRecordOfTheHostCountsAndAGuestDoesNot(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.send(record("c1", false, 2, 2), created("c1", 2), saleMessage(paidOrder("o1", "c1", 3000, 2)), saleMessage(paidOrder("o2", "", 3000, 2)))
		w.wantPoints("c1", 80)
		if w.member("c1").HasLogin {
			t.Error("an account was made up")
		}
		withLogin := saleMessage(paidOrder("o3", "c1", 1000, 3))
		w.send(withLogin, record("c1", true, 2, 3))
		w.wantPoints("c1", 90)
		if !w.member("c1").HasLogin {
			t.Error("the account is not known")
		}
	})
}

func TestAnUnknownAccountPolicyIsRefused(t *testing.T) {
	doc := program.DefaultPlan("EUR")
	doc.Accounts = "anybody"
	if err := doc.Validate(); loyalty.CodeOf(err) != loyalty.CodeInvalid {
		t.Errorf("got %v", err)
	}
}

// Hosts give times in whole seconds.
func TestWhatHappensInTheSecondOfTheInstallationCounts(t *testing.T) {
	eachBookWorld(t, func(t *testing.T, w *bookWorld) {
		w.clock.Advance(700 * time.Millisecond)
		second := loyalty.NowMs(w.clock) / 1000 * 1000
		ring, err := store.NewKeyring("k1:" + base64.StdEncoding.EncodeToString([]byte("a key that only this test uses..")))
		if err != nil {
			t.Fatal(err)
		}
		shop, err := w.InstallShop(t.Context(), store.NewVault(ring), program.Installation{Host: "wire", Domain: "new.example",
			Shop: platform.HostShop{HostShopID: "h9", Name: "New", Currency: "EUR", Zone: "Europe/Berlin"}})
		if err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error {
			plan, ok, err := w.PlanAt(tx, shop, second)
			if err == nil && (!ok || plan.Version != 1 || plan.EffectiveFrom != second || shop.InstalledAt != second) {
				t.Errorf("version %d from %d, installed at %d, in force: %t; want version 1 from %d", plan.Version, plan.EffectiveFrom, shop.InstalledAt, ok, second)
			}
			return err
		})
	})
}
