package program_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"zugabe/app/loyalty"
	"zugabe/app/program"
	"zugabe/app/store"
)

func asked(key, content string) program.Asked {
	return program.Asked{Scope: "api:1", Key: key, Fingerprint: []byte(content)}
}

//
func TestARequestIsRunOncePerKeyAndItsAnswerRepeated(t *testing.T) { // D12, B24
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		ran := 0
		run := func(status int) func() (program.Answer, error) {
			return func() (program.Answer, error) {
				ran++
				return program.Answer{Status: status, Body: []byte("body")}, nil
			}
		}
		for range 3 {
			a, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), run(422))
			if err != nil || a.Status != 422 || string(a.Body) != "body" {
				t.Errorf("%+v, %v", a, err)
			}
		}
		if ran != 1 {
			t.Errorf("ran %d times", ran)
		}
		if _, err := w.Once(context.Background(), w.shop.ID, asked("k", "other"), run(200)); loyalty.CodeOf(err) != loyalty.CodeKeyReused {
			t.Errorf("other content gave %v", err)
		}
		other := asked("k", "x")
		other.Scope = "api:2"
		if _, err := w.Once(context.Background(), w.shop.ID, other, run(200)); err != nil || ran != 2 {
			t.Errorf("the same key of somebody else: %v, ran %d times", err, ran)
		}
		w.clock.Advance(73 * time.Hour)
		if n, err := w.PurgeIdempotencyKeys(context.Background(), w.shop.ID, 100); err != nil || n != 2 {
			t.Errorf("purged %d, %v", n, err)
		}
	})
}

func TestAnOutageIsNoAnswerAndTheKeyIsFreeAgain(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		down := errors.New("down")
		if _, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), func() (program.Answer, error) { return program.Answer{}, down }); !errors.Is(err, down) {
			t.Errorf("got %v", err)
		}
		if a, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), func() (program.Answer, error) { return program.Answer{Status: 503}, nil }); err != nil || a.Status != 503 {
			t.Errorf("%+v, %v", a, err)
		}
		if a, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), func() (program.Answer, error) { return program.Answer{Status: 201}, nil }); err != nil || a.Status != 201 {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

func TestTheSameKeyTwentyTimesAtOnceRunsOnce(t *testing.T) { // B24
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		var ran, answered, busy atomic.Int64
		atOnce(20, func(int) {
			a, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), func() (program.Answer, error) {
				ran.Add(1)
				return program.Answer{Status: 201}, nil
			})
			switch {
			case err == nil && a.Status == 201:
				answered.Add(1)
			case loyalty.CodeOf(err) == loyalty.CodeInFlight:
				busy.Add(1)
			default:
				t.Errorf("%+v, %v", a, err)
			}
		})
		if ran.Load() != 1 || answered.Load()+busy.Load() != 20 {
			t.Errorf("ran %d, answered %d, busy %d", ran.Load(), answered.Load(), busy.Load())
		}
	})
}

func TestAKeyWhoseOwnerVanishedIsTakenOverAndTheOldOwnerCannotAnswer(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		a, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), func() (program.Answer, error) {
			if _, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), nil); loyalty.CodeOf(err) != loyalty.CodeInFlight {
				t.Errorf("while the first is at work: %v", err)
			}
			w.clock.Advance(3 * time.Minute)
			second, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), func() (program.Answer, error) { return program.Answer{Status: 200, Body: []byte("second")}, nil })
			if err != nil || string(second.Body) != "second" {
				t.Errorf("%+v, %v", second, err)
			}
			return program.Answer{Status: 200, Body: []byte("first")}, nil
		})
		if err != nil || string(a.Body) != "first" {
			t.Errorf("%+v, %v", a, err)
		}
		stored, err := w.Once(context.Background(), w.shop.ID, asked("k", "x"), nil)
		if err != nil || string(stored.Body) != "second" {
			t.Errorf("stored is %+v, %v", stored, err)
		}
	})
}

func TestAnAPIKeyIsFoundByItsHashUntilItIsRevoked(t *testing.T) {
	eachRedeemWorld(t, func(t *testing.T, w *redeemWorld) {
		key := store.APIKey{ID: w.IDs.Next(), Name: "shop system", Hash: []byte("0123456789abcdef0123456789abcdef"), Hint: "cdef", Scopes: "read write", CreatedAt: 1}
		w.write(func(tx *store.Tx) error {
			if err := tx.InsertAPIKey(w.shop.ID, key); err != nil {
				return err
			}
			if _, found, err := tx.APIKeyByHash(w.shop.ID+1, key.Hash); found || err != nil {
				t.Errorf("another shop finds the key: %v", err)
			}
			got, found, err := tx.APIKeyByHash(w.shop.ID, key.Hash)
			if !found || got.Scopes != "read write" {
				t.Errorf("%+v", got)
			}
			if err != nil {
				return err
			}
			if err := tx.TouchAPIKey(w.shop.ID, key.ID, 100_000); err != nil {
				return err
			}
			for i := range 2 {
				ok, err := tx.RevokeAPIKey(w.shop.ID, key.ID, 5)
				if err != nil || ok != (i == 0) {
					t.Errorf("revoke %d: %v, %v", i, ok, err)
				}
			}
			if _, found, _ := tx.APIKeyByHash(w.shop.ID, key.Hash); found {
				t.Error("a revoked key still opens")
			}
			list, err := tx.APIKeys(w.shop.ID)
			if len(list) != 1 || list[0].RevokedAt != 5 || list[0].UsedAt != 100_000 {
				t.Errorf("%+v", list)
			}
			return err
		})
	})
}
