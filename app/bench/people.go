package bench

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"

	"zugabe/app/loyalty"
)

// population is who lives in a shop of the bench: members 1 … n with an account
// each and perMember credits of 100 points, every credit an open lot. Ids are
// numbers, so that nothing has to be remembered.
type population struct {
	shop      int64
	members   int
	perMember int
	spread    int        // the credits of so many neighbours differ in size; 0 = all are alike
	expiresAt int64      // Unix ms, of every lot
	plan      loyalty.ID // 0 = the lab's
}

const (
	memberBase  = 1 << 40
	accountBase = 2 << 40
	creditBase  = 3 << 40 // of entries and lots
	creditSize  = 100
)

func memberID(n int) loyalty.ID  { return loyalty.ID(memberBase + n) }
func accountID(n int) loyalty.ID { return loyalty.ID(accountBase + n) }

// credit is how many points each credit of a member has.
func (p population) credit(member int) int {
	if p.spread == 0 {
		return creditSize
	}
	return creditSize + member*7919%p.spread
}

// settlers writes a population in bulk.
type settlers struct {
	lab                                              *lab
	members, keys, accounts, entries, lots, promised *table
	planID                                           int64
}

func (l *lab) settlers(ctx context.Context, p population) (*settlers, error) {
	s := &settlers{lab: l, planID: int64(cmp.Or(p.plan, l.plan.ID))}
	for name, into := range map[string]**table{"members": &s.members, "member_keys": &s.keys, "accounts": &s.accounts, "entries": &s.entries,
		"lots": &s.lots, "promised": &s.promised} {
		t, err := l.table(ctx, name)
		if err != nil {
			return nil, err
		}
		*into = t
	}
	return s, nil
}

// settle fills the shop with its population; several writers share the work where the engine has several.
func (l *lab) settle(ctx context.Context, p population) error {
	s, err := l.settlers(ctx, p)
	if err != nil {
		return err
	}
	const chunk = 500
	writers := l.writers(4)
	_, err = crew(writers, func(w int) (figure, error) {
		for from := w * chunk; from < p.members; from += writers * chunk {
			err := l.inTx(ctx, func(tx *sql.Tx) error { return s.chunk(ctx, tx, p, from, min(from+chunk, p.members)) })
			if err != nil {
				return figure{}, fmt.Errorf("members from %d on: %w", from, err)
			}
		}
		return figure{}, nil
	})
	return err
}

func (s *settlers) chunk(ctx context.Context, tx *sql.Tx, p population, from, to int) error {
	var members, keys, accounts, entries, lots, promised []any
	var points int64
	for n := from; n < to; n++ {
		key, id, account := customerKey(int64(firstCustomer+n)), int64(memberID(n)), int64(accountID(n))
		size := p.credit(n)
		mail := "c" + key + "@example.com"
		members = s.members.row(members, "shop_id", p.shop, "id", id, "public_id", publicID(n), "customer_key", key, "person_key", s.lab.person(mail),
			"email", mail, "email_fold", mail, "first_name", "Ada", "last_name", "Läufer", "name_fold", "läufer ada", "member_type", "customer", "has_login", 1, "tags", "[]",
			"state", "active", "referral_code", "R"+key, "factor_num", 0, "factor_den", 0, "first_order_at", 1, "version", 1, "created_at", 1, "updated_at", 1)
		keys = s.keys.row(keys, "shop_id", p.shop, "customer_key", key, "member_id", id)
		accounts = s.accounts.row(accounts, "shop_id", p.shop, "id", account, "plan_id", s.planID, "member_id", id,
			"available", int64(p.perMember*size), "entry_seq", int64(p.perMember), "created_at", 1, "updated_at", 1)
		points += int64(p.perMember * size)
		for i := range p.perMember {
			credit := int64(creditBase + n*p.perMember + i)
			source := fmt.Sprintf("adjust:%d", credit)
			entries = s.entries.row(entries, "shop_id", p.shop, "id", credit, "account_id", account, "account_seq", int64(i+1), "kind", "adjustment",
				"points", size, "source_key", source, "rule_id", "adjust", "seq", 0, "limited_to", -1, "breakdown", "{}", "note", "bench",
				"actor", "system", "occurred_at", 1, "posted_at", 1)
			lots = s.lots.row(lots, "shop_id", p.shop, "id", credit, "account_id", account, "entry_id", credit, "source_key", source, "rule_id", "adjust",
				"original", size, "remaining", size, "state", 1, "due_at", p.expiresAt, "available_at", 1, "expires_at", p.expiresAt,
				"promise_minor", 100, "promise_per", 100, "created_at", 1)
		}
	}
	promised = s.promised.row(promised, "shop_id", p.shop, "id", int64(creditBase+to*p.perMember-1), "promise_minor", 100, "promise_per", 100, "points", points)
	for _, part := range []struct {
		t    *table
		args []any
	}{{s.members, members}, {s.keys, keys}, {s.accounts, accounts}, {s.entries, entries}, {s.lots, lots}, {s.promised, promised}} {
		if err := part.t.put(ctx, tx, part.args); err != nil {
			return err
		}
	}
	return nil
}

// publicID looks like the UUIDs of the app and costs nothing.
func publicID(n int) string { return fmt.Sprintf("00000000-0000-7000-8000-%012x", n) }
