package store_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

func TestAPersonHasOneSignupAndTheLastWriterIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := store.Signup{ID: 5, Email: "Eva@Example.com", PersonKey: []byte("eva"), State: store.SignupPending, TokenHash: []byte("t1"), Asked: 1,
			Locale: "de", Source: "home", ConsentText: "Ja, bitte.", IPHash: []byte("ip"), CreatedAt: 3, AskedAt: 3}
		inboxWrite(t, s, func(tx *store.Tx) error { return tx.InsertSignup(1, first) })
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			other := first
			other.ID = 6
			return tx.InsertSignup(1, other)
		})
		if !store.IsDuplicate(err, "newsletter_signups.newsletter_signups_person") {
			t.Fatalf("a second sign-up: %v", err)
		}
		inboxWrite(t, s, func(tx *store.Tx) error {
			got, found, err := tx.SignupByToken(1, []byte("t1"))
			if err != nil || !found || got.Email != first.Email || got.ConsentText != first.ConsentText || string(got.PersonKey) != "eva" {
				t.Errorf("%+v %v %v", got, found, err)
			}
			got.State, got.ConfirmedAt, got.TokenHash = store.SignupConfirmed, 9, nil
			if ok, err := tx.SaveSignup(1, got, store.SignupPending, 1); !ok || err != nil {
				t.Errorf("confirm: %v %v", ok, err)
			}
			if ok, _ := tx.SaveSignup(1, got, store.SignupPending, 1); ok {
				t.Error("an outdated writer was let through")
			}
			if _, found, _ := tx.SignupByToken(1, []byte("t1")); found {
				t.Error("a used link still leads somewhere")
			}
			return nil
		})
	})
}

func TestSignupsAreListedByStateAndAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		inboxWrite(t, s, func(tx *store.Tx) error {
			for i, email := range []string{"anna@x.example", "Anton@x.example", "bert@x.example"} {
				state := store.SignupPending
				if i == 1 {
					state = store.SignupConfirmed
				}
				if err := tx.InsertSignup(1, store.Signup{ID: loyalty.ID(i + 1), Email: email, PersonKey: []byte(email), State: state}); err != nil {
					return err
				}
			}
			list, err := tx.ListSignups(1, store.SignupsQuery{Email: "AN", Limit: 10})
			if err != nil || len(list) != 2 || list[0].ID != 2 {
				t.Errorf("by address: %+v %v", list, err)
			}
			list, err = tx.ListSignups(1, store.SignupsQuery{State: store.SignupPending, Before: 3, Limit: 10})
			if err != nil || len(list) != 1 || list[0].ID != 1 {
				t.Errorf("by state: %+v %v", list, err)
			}
			if err := tx.ForgetSignup(1, []byte("bert@x.example")); err != nil {
				return err
			}
			bert, _, err := tx.SignupByID(1, 3)
			if bert.Email != "" || bert.State != store.SignupErased || string(bert.PersonKey) != "bert@x.example" {
				t.Errorf("left: %+v", bert)
			}
			counts, _ := tx.CountSignups(1)
			if counts[store.SignupErased] != 1 || counts[store.SignupConfirmed] != 1 {
				t.Errorf("counts %v", counts)
			}
			return err
		})
	})
}

// confirmAll lets eight read the same pending sign-up and then confirm it; it says how
// many believe that they did.
func confirmAll(t *testing.T, s *store.Store, confirm func(tx *store.Tx, seen store.Signup) (bool, error)) (winners int) {
	t.Helper()
	inboxWrite(t, s, func(tx *store.Tx) error {
		return tx.InsertSignup(1, store.Signup{ID: 5, Email: "eva@example.com", PersonKey: []byte("eva"), State: store.SignupPending, TokenHash: []byte("t"), Asked: 1})
	})
	var read, all sync.WaitGroup
	var won atomic.Int64
	read.Add(8)
	for range 8 {
		all.Go(func() {
			var seen store.Signup
			err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
				seen, _, err = tx.SignupByToken(1, []byte("t"))
				return err
			})
			read.Done()
			read.Wait()
			if err != nil || seen.State != store.SignupPending {
				t.Errorf("%+v %v", seen, err)
				return
			}
			var ok bool
			if err := s.Write(t.Context(), func(tx *store.Tx) (err error) { ok, err = confirm(tx, seen); return err }); err != nil {
				t.Error(err)
			}
			if ok {
				won.Add(1)
			}
		})
	}
	all.Wait()
	return int(won.Load())
}

// covers: S2-14
func TestOfManyWhoConfirmOneSignupOneDoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := confirmAll(t, s, func(tx *store.Tx, seen store.Signup) (bool, error) {
			seen.State = store.SignupConfirmed
			return tx.SaveSignup(1, seen, store.SignupPending, 1)
		})
		if n != 1 {
			t.Errorf("%d confirmed it", n)
		}
	})
}

func TestConfirmingWhatWasReadBeforeWouldGiveEightVouchers(t *testing.T) { // proves the race test can fail
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		n := confirmAll(t, s, func(tx *store.Tx, seen store.Signup) (bool, error) {
			_, err := tx.Exec(`UPDATE newsletter_signups SET state = 'confirmed' WHERE shop_id = 1 AND id = ?`, seen.ID)
			return err == nil, err
		})
		if n != 8 {
			t.Errorf("%d confirmed it", n)
		}
	})
}
