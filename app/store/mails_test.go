package store_test

import (
	"sync"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func dueMail(id loyalty.ID, key string, person string) store.Mail {
	return store.Mail{ID: id, Kind: "k", Key: key, PersonKey: []byte(person), To: "a@b.example", Locale: "de", Subject: "Grüße", Text: "Hallo",
		Headers: map[string]string{"X-A": "1"}, NextAt: 10, CreatedAt: 10}
}

// covers: C10, F14
func TestAMailIsOwedOncePerKindAndKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var wg sync.WaitGroup
		added := make([]bool, 8)
		for i := range added {
			wg.Go(func() {
				err := s.Write(t.Context(), func(tx *store.Tx) (err error) {
					added[i], err = tx.EnsureMail(1, dueMail(loyalty.ID(100+i), "welcome", "p"))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := 0
		for _, a := range added {
			if a {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d mails of one key", n)
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			list, err := tx.ListMails(1, -1, 0, 10)
			if len(list) != 1 || list[0].Subject != "Grüße" || list[0].Headers["X-A"] != "1" || string(list[0].PersonKey) != "p" {
				t.Errorf("stored %+v", list)
			}
			if other, _ := tx.ListMails(2, -1, 0, 10); len(other) != 0 {
				t.Error("another shop sees the mail")
			}
			return err
		})
	})
}

// covers: C10
func TestAMailThatWasBeingHandedOverIsNeverSentAgainUnasked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		inboxWrite(t, s, func(tx *store.Tx) error {
			for i, key := range []string{"seen", "waiting"} {
				if _, err := tx.EnsureMail(1, dueMail(loyalty.ID(i+1), key, "p")); err != nil {
					return err
				}
			}
			taken, err := tx.ClaimMails(1, store.MailClaim{Limit: 5, Token: 7, NowMs: 20, Until: 100})
			if err != nil || len(taken) != 2 {
				t.Fatalf("claimed %d, %v", len(taken), err)
			}
			if again, _ := tx.ClaimMails(1, store.MailClaim{Limit: 5, Token: 8, NowMs: 50, Until: 150}); len(again) != 0 {
				t.Error("a leased mail was claimed by somebody else")
			}
			if ok, err := tx.StartMail(1, taken[0], 120); !ok || err != nil {
				t.Fatalf("start %v %v", ok, err)
			}
			return nil
		})
		// The process vanishes. At 200 another one comes.
		inboxWrite(t, s, func(tx *store.Tx) error {
			if shop, found, err := tx.NextShopWithMails(0, 200); !found || shop != 1 || err != nil {
				t.Errorf("shop %v %v %v", shop, found, err)
			}
			if n, err := tx.AbandonMails(1, 200); n != 1 || err != nil {
				t.Errorf("%d abandoned, %v", n, err)
			}
			later, err := tx.ClaimMails(1, store.MailClaim{Limit: 5, Token: 9, NowMs: 200, Until: 300})
			if err != nil || len(later) != 1 || later[0].Key != "waiting" {
				t.Errorf("claimed later: %+v, %v", later, err)
			}
			m, _, _ := tx.MailByID(1, 1)
			if m.State != store.MailUnknown {
				t.Errorf("state %d", m.State)
			}
			m.State, m.LeaseToken = store.MailSent, 7
			if ok, _ := tx.SaveMail(1, m); ok {
				t.Error("the sleeper wrote its result over the verdict")
			}
			if ok, err := tx.ResendMail(1, 1, 200); !ok || err != nil {
				t.Errorf("a person cannot have it sent again: %v %v", ok, err)
			}
			return nil
		})
	})
}

// covers: J7, J17
func TestMailsOfAPersonAreStoppedAndForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		inboxWrite(t, s, func(tx *store.Tx) error {
			advert := dueMail(1, "advert", "p")
			advert.Marketing = true
			for _, m := range []store.Mail{advert, dueMail(2, "receipt", "p"), dueMail(3, "other", "q")} {
				if _, err := tx.EnsureMail(1, m); err != nil {
					return err
				}
			}
			if err := tx.StopMails(1, []byte("p"), true, "unsubscribed"); err != nil {
				return err
			}
			counts, err := tx.CountMails(1)
			if counts[store.MailStopped] != 1 || counts[store.MailDue] != 2 {
				t.Errorf("after leaving: %v", counts)
			}
			if err := tx.ForgetMails(1, []byte("p")); err != nil {
				return err
			}
			list, _ := tx.MailsOfPerson(1, []byte("p"), 10)
			for _, m := range list {
				if m.To != "" || m.Text != "" || m.Subject != "" || m.State != store.MailStopped {
					t.Errorf("left: %+v", m)
				}
			}
			if other, _, _ := tx.MailByID(1, 3); other.To == "" {
				t.Error("somebody else's mail was forgotten")
			}
			if n, err := tx.PruneMails(1, 1<<41, 10); n != 2 || err != nil {
				t.Errorf("%d pruned, %v", n, err)
			}
			return err
		})
	})
}

func TestWhatStopsEverythingGoesBeforeWhatStopsAdvertising(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		inboxWrite(t, s, func(tx *store.Tx) error {
			reason := func() string {
				got, err := tx.Suppressed(1, []byte("address"), []byte("person"))
				if err != nil {
					t.Fatal(err)
				}
				return got
			}
			note := func(hash, why string) {
				if err := tx.Suppress(1, []byte(hash), why, 5); err != nil {
					t.Fatal(err)
				}
			}
			if reason() != "" {
				t.Error("suppressed without a note")
			}
			note("person", store.SuppressedUnsubscribed)
			note("address", store.SuppressedRefused)
			note("address", store.SuppressedUnsubscribed)
			if got := reason(); got != store.SuppressedRefused {
				t.Errorf("reason %q", got)
			}
			if ok, _ := tx.Unsuppress(1, []byte("address"), store.SuppressedRefused); !ok || reason() != store.SuppressedUnsubscribed {
				t.Error("the note was not taken back")
			}
			note("person", store.SuppressedByStaff)
			if got := reason(); got != store.SuppressedByStaff {
				t.Errorf("reason %q", got)
			}
			counts, err := tx.CountSuppressions(1)
			if counts[store.SuppressedByStaff] != 1 || len(counts) != 1 {
				t.Errorf("counts %v", counts)
			}
			return err
		})
	})
}
