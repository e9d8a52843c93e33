package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zugabe/app/loyalty"
	"zugabe/app/store"
	"zugabe/app/store/storetest"
)

// crowd is members of whom the oldest few are what a rare filter leaves, with one name
// shared by many.
func crowd(t *testing.T, s *store.Store, n int) (all []loyalty.Member, points map[loyalty.ID]bool) {
	t.Helper()
	ids := newIDs()
	names := strings.Fields("Zorn Abel Meier Meier Meier Quast Otto")
	for i := range n {
		id := ids.Next()
		all = append(all, loyalty.Member{
			ID: id, PublicID: id.String(), ReferralCode: id.String(), CustomerKey: id.String(), PersonKey: []byte(id.String()), LastName: names[i%len(names)], FirstName: fmt.Sprint(i % 50), Email: fmt.Sprintf("m%d@post.example", i),
			Type: loyalty.Customer, State: loyalty.MemberActive, Version: 1, BlockEarn: i < 40 && i%3 == 0, BlockRedeem: i < 40 && i%4 == 0,
		})
		if i < 60 {
			all[i].Type = loyalty.NewCustomer
		}
	}
	points = map[loyalty.ID]bool{}
	owners := make([]loyalty.ID, 0, 30)
	for _, m := range all[:30] {
		points[m.ID] = true
		owners = append(owners, m.ID)
	}
	mustWrite(t, s, func(tx *store.Tx) error {
		for part := range slices.Chunk(all, 500) {
			if err := tx.InsertMembers(ledgerShop, part); err != nil {
				return err
			}
		}
		return nil
	})
	openAccounts(t, s, ids, owners...)
	mustWrite(t, s, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE accounts SET available = 5 WHERE shop_id = ?`, ledgerShop)
		return err
	})
	return all, points
}

// pages reads the whole list in pages.
func pages(t *testing.T, s *store.Store, l store.MemberList) (got []loyalty.ID) {
	t.Helper()
	for {
		mustRead(t, s, func(tx *store.Tx) error {
			list, err := tx.ListMembers(ledgerShop, l)
			for _, m := range list {
				got, l.Cursor = append(got, m.ID), m.ID
			}
			if len(list) < l.Limit {
				l.Limit = 0
			}
			return err
		})
		if l.Limit == 0 {
			return got
		}
	}
}

// covers: S4-18
func TestAListOfMembersIsTheSameWhetherAFilterLeavesFewOrMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		all, points := crowd(t, s, 2600)
		keeps := map[string]func(m loyalty.Member) bool{
			"blocked": func(m loyalty.Member) bool { return m.BlockEarn || m.BlockRedeem }, "points": func(m loyalty.Member) bool { return points[m.ID] },
			"new": func(m loyalty.Member) bool { return m.Type == loyalty.NewCustomer }, "customers": func(m loyalty.Member) bool { return m.Type == loyalty.Customer },
			"blocked new": func(m loyalty.Member) bool { return m.Type == loyalty.NewCustomer && (m.BlockEarn || m.BlockRedeem) },
		}
		for name, l := range map[string]store.MemberList{
			"blocked": {Blocked: true}, "points": {WithPoints: true, PlanID: ledgerPlan}, "new": {Type: string(loyalty.NewCustomer)},
			"customers": {Type: string(loyalty.Customer)}, "blocked new": {Blocked: true, Type: string(loyalty.NewCustomer)},
		} {
			var want []loyalty.ID
			kept := slices.DeleteFunc(slices.Clone(all), func(m loyalty.Member) bool { return !keeps[name](m) })
			for _, m := range slices.Backward(kept) {
				want = append(want, m.ID)
			}
			l.Limit = 7
			if len(want) > 100 {
				l.Limit = 200
			}
			if got := pages(t, s, l); !slices.Equal(got, want) {
				t.Errorf("%s, newest first: %d of %d members, or in another order", name, len(got), len(want))
			}
			slices.SortFunc(kept, func(a, b loyalty.Member) int {
				if by := strings.Compare(strings.ToLower(a.LastName+" "+a.FirstName), strings.ToLower(b.LastName+" "+b.FirstName)); by != 0 {
					return by
				}
				return int(a.ID - b.ID)
			})
			want = want[:0]
			for _, m := range kept {
				want = append(want, m.ID)
			}
			l.ByName = true
			if got := pages(t, s, l); !slices.Equal(got, want) {
				t.Errorf("%s, by name: %d of %d members, or in another order", name, len(got), len(want))
			}
		}
	})
}

func TestASearchForMembersKeepsToTheFilter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		all, _ := crowd(t, s, 60)
		mustRead(t, s, func(tx *store.Tx) error {
			for text, want := range map[string]int{"meier": 9, "m9@post": 1, "m10@post": 0, all[12].ReferralCode: 1, all[13].ReferralCode: 0} {
				found, err := tx.SearchMembers(ledgerShop, text, store.MemberList{Blocked: true, Limit: 50})
				if err != nil || len(found) != want {
					t.Errorf("%q: %d members, want %d, %v", text, len(found), want, err)
				}
			}
			return nil
		})
	})
}

// A page of what is rare must not walk past everybody else.
func TestARareFilterOfMembersIsReadFromItsOwnIndex(t *testing.T) {
	s := storetest.MariaDB(t)
	crowd(t, s, 600)
	for name, l := range map[string]store.MemberList{"blocked": {Blocked: true, Limit: 20}, "points": {WithPoints: true, PlanID: ledgerPlan, Limit: 20}, "new": {Type: string(loyalty.NewCustomer), Limit: 20}, "new by name": {Type: string(loyalty.NewCustomer), ByName: true, Limit: 20}} {
		var last string
		var with []any
		ctx := store.WatchStatements(context.Background(), func(query string, args []any) { last, with = query, slices.Clone(args) })
		mustDo(t, s.Read(ctx, func(tx *store.Tx) error {
			_, err := tx.ListMembers(ledgerShop, l)
			return err
		}))
		mustRead(t, s, func(tx *store.Tx) error {
			return tx.Rows(`EXPLAIN `+last, with, func(row store.Scanner) error {
				var x [10]any
				if err := row.Scan(&x[0], &x[1], &x[2], &x[3], &x[4], &x[5], &x[6], &x[7], &x[8], &x[9]); err != nil {
					return err
				}
				table, kind, key := fmt.Sprintf("%s", x[2]), fmt.Sprintf("%s", x[3]), fmt.Sprintf("%s", x[5])
				if table == "members" && key != "members_blocked" && key != "members_type" || table == "accounts" && key != "accounts_balance" || table == "m" && kind != "eq_ref" && key != "members_type" {
					t.Errorf("%s: %s is read by %s of %s", name, table, kind, key)
				}
				return nil
			})
		})
	}
}
