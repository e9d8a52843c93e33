package partner

import (
	"slices"
	"testing"

	"zugabe/app/loyalty"
)

const meier, huber, anna = loyalty.ID(1), loyalty.ID(2), loyalty.ID(9)

func claimOf(who loyalty.ID, sale string, change func(*Claim)) Claim {
	c := Claim{MemberID: anna, PartnerID: who, CodeID: who * 10, SaleKey: sale, At: 100, New: true, Live: true}
	if change != nil {
		change(&c)
	}
	return c
}

// covers: A-31, S0-14, S0-15, N-12, G10, G11
func TestAClaimIsResolvedByTheRuleOfTheShop(t *testing.T) {
	provisional := Sponsorship{MemberID: anna, PartnerID: meier, State: Provisional, CodeID: 10, SaleKey: "o1", At: 100}
	final, revoked, byHand := provisional, provisional, provisional
	final.State, revoked.State = Final, Revoked
	byHand.State, byHand.CodeID, byHand.SaleKey = Final, 0, ""
	done := func(c *Claim) { c.Complete = true }
	gone := func(c *Claim) { c.Live = false }
	for _, c := range []struct {
		name   string
		have   *Sponsorship
		claim  Claim
		policy Policy
		want   State // "" = nothing is stored
		owner  loyalty.ID
		events []Kind
	}{
		{"a new customer is provisional", nil, claimOf(meier, "o1", nil), Policy{Rule: RuleFirst}, Provisional, meier, []Kind{EventProvisional}},
		{"a completed order is final at once", nil, claimOf(meier, "o1", done), Policy{Rule: RuleFirst}, Final, meier, []Kind{EventProvisional, EventFinal}},
		{"completion makes it final", &provisional, claimOf(meier, "o1", done), Policy{Rule: RuleFirst}, Final, meier, []Kind{EventFinal}},
		{"the same again is nothing", &final, claimOf(meier, "o1", done), Policy{Rule: RuleFirst}, "", 0, nil},
		{"who has a sponsor keeps it", &provisional, claimOf(huber, "o2", nil), Policy{Rule: RuleFirst}, "", 0, []Kind{EventKept}},
		{"the last code wins", &provisional, claimOf(huber, "o2", func(c *Claim) { c.At = 200 }), Policy{Rule: RuleLast}, Provisional, huber, []Kind{EventReplaced, EventProvisional}},
		{"an older order does not", &provisional, claimOf(huber, "o2", func(c *Claim) { c.At = 50 }), Policy{Rule: RuleLast}, "", 0, []Kind{EventKept}},
		{"a final one stays", &final, claimOf(huber, "o2", func(c *Claim) { c.At = 200 }), Policy{Rule: RuleLast}, "", 0, []Kind{EventKept}},
		{"a code beats a sponsor by hand", &byHand, claimOf(huber, "o2", done), Policy{Rule: RuleCode}, Final, huber, []Kind{EventReplaced, EventProvisional, EventFinal}},
		{"but no other code", &final, claimOf(huber, "o2", done), Policy{Rule: RuleCode}, "", 0, []Kind{EventKept}},
		{"an existing customer is not assigned", nil, claimOf(meier, "o1", func(c *Claim) { c.New = false }), Policy{}, "", 0, []Kind{EventKnown}},
		{"nobody wins themselves, nor who is above", nil, claimOf(meier, "o1", func(c *Claim) { c.Self = true }), Policy{}, "", 0, []Kind{EventSelf}},
		{"a cancelled provisional one is revoked", &provisional, claimOf(meier, "o1", gone), Policy{}, Revoked, meier, []Kind{EventRevoked}},
		{"a cancelled final one by the policy", &final, claimOf(meier, "o1", gone), Policy{RevokeFinal: true}, Revoked, meier, []Kind{EventRevoked}},
		{"or not", &final, claimOf(meier, "o1", gone), Policy{}, "", 0, nil},
		{"an order that lives again assigns again", &revoked, claimOf(meier, "o1", done), Policy{}, Final, meier, []Kind{EventProvisional, EventFinal}},
		{"a revoked one is free for others", &revoked, claimOf(huber, "o2", nil), Policy{Rule: RuleFirst}, Provisional, huber, []Kind{EventProvisional}},
		{"an order that never counted is nothing", nil, claimOf(meier, "o1", gone), Policy{}, "", 0, nil},
	} {
		next, events := Resolve(c.have, c.claim, c.policy, 1000)
		var kinds []Kind
		for _, e := range events {
			kinds = append(kinds, e.Kind)
		}
		if (next == nil) != (c.want == "") || next != nil && (next.State != c.want || next.PartnerID != c.owner) || !slices.Equal(kinds, c.events) {
			t.Errorf("%s: %+v %v", c.name, next, kinds)
		}
		if next != nil {
			if again, more := Resolve(next, c.claim, c.policy, 2000); again != nil || len(more) > 0 {
				t.Errorf("%s, told again: %+v %v", c.name, again, more)
			}
		}
	}
}

//
func TestCommissionsAreRoundedDownOnceAndAWholeRefundLeavesNothing(t *testing.T) {
	goods := Goods{Total: 11_900, Lines: []GoodsLine{{Net: 9_000}, {Net: 1_000}, {Net: 5_000, GiftCard: true}}}
	if goods.Base() != 10_000 || Commission(10_000, 333) != 333 || Commission(99, 333) != 3 {
		t.Errorf("base %d", goods.Base())
	}
	goods.Lines[0].Back = 9_000
	if goods.Base() != 1_000 {
		t.Errorf("after a line is back: %d", goods.Base())
	}
	last := int64(1 << 62)
	for unlined := int64(0); unlined <= 11_900; unlined += 700 {
		goods.Unlined = unlined
		if base := goods.Base(); base > last || base < 0 {
			t.Errorf("more refunded, more base: %d after %d", base, last)
		} else {
			last = base
		}
	}
	if last != 0 {
		t.Errorf("all is back and %d is left", last)
	}
	if Commission(1<<62, 10_000) != 1<<62 {
		t.Error("a large base overflows")
	}
}

// covers: S0-52, A-30, G11
func TestPathsSayWhoStandsAboveAndWhoIsPaid(t *testing.T) {
	top := Path("", 1)
	low := Path(Path(top, 22), 333)
	if low != "1/22/333/" || Depth(low) != 3 || !Below(low, top) || Below(top, low) || Below("12/", top) {
		t.Errorf("path %q", low)
	}
	if got := Above(low, 5); !slices.Equal(got, []loyalty.ID{22, 1}) {
		t.Errorf("above %v", got)
	}
	if got := Moved(low, "1/22/", "7/22/"); got != "7/22/333/" {
		t.Errorf("moved to %q", got)
	}
	want := []Payee{{333, 1, 500}, {1, 3, 100}}
	if got := Payees(333, low, []int64{500, 0, 100, 50}); !slices.Equal(got, want) {
		t.Errorf("paid are %v", got)
	}
}
