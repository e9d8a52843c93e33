package api

import (
	"context"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// whoseKept is how long it is remembered whose account a customer has, and which
// of its points run out first. A merge of customers moves it, so it is short; the
// points themselves are read each time.
const whoseKept = 10_000

// standingLanes is how many reads of balances may be under way at the same time.
const standingLanes = 2

// account names one account of a shop.
type account struct {
	shop loyalty.ShopID
	id   loyalty.ID
}

// loadStanding reads the ledger: one row by its key where the account is known,
// together with those that others ask for at the same moment.
func (s *Server) loadStanding(ctx context.Context, shop loyalty.ShopID, customerKey string) (store.Standing, bool, error) {
	key := shop.String() + " " + customerKey
	if st, ok := s.whose.get(key); ok {
		now, err := s.points.get(ctx, account{shop, st.AccountID})
		st.Available, st.Pending, st.Held = now.Available, now.Pending, now.Held
		return st, now.AccountID != 0, err
	}
	var st store.Standing
	var found bool
	err := s.deps.Program.Store.Peek(ctx, func(tx *store.Tx) (err error) {
		st, found, err = tx.StandingOf(shop, customerKey)
		return err
	})
	found = found && st.State == loyalty.MemberActive
	if err == nil && found && st.AccountID != 0 {
		s.whose.put(key, st, whoseKept)
	}
	return st, found, err
}

// readPoints reads what is on several accounts, with one statement for each shop.
// An account that does not exist is answered by a standing without an account.
func (s *Server) readPoints(ctx context.Context, accounts []account) ([]store.Standing, error) {
	answers := make([]store.Standing, len(accounts))
	byShop := map[loyalty.ShopID][]loyalty.ID{}
	for _, a := range accounts {
		byShop[a.shop] = append(byShop[a.shop], a.id)
	}
	err := s.deps.Program.Store.Peek(ctx, func(tx *store.Tx) error {
		for shop, ids := range byShop {
			now, err := tx.StandingsNow(shop, ids)
			if err != nil {
				return err
			}
			for i, a := range accounts {
				if a.shop == shop {
					answers[i] = now[a.id]
				}
			}
		}
		return nil
	})
	return answers, err
}
