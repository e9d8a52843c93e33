package program

import (
	"context"
	"unicode/utf8"

	"zugabe/app/loyalty"
	"zugabe/app/store"
)

// MemberControl is what a merchant decides about one member (S4-18).
type MemberControl struct {
	MemberID    loyalty.ID
	Version     int64 // as last seen; CodeConflict if somebody else was faster
	BlockEarn   bool
	BlockRedeem bool
	Factor      loyalty.Ratio
	CapPoints   loyalty.Points // 0 = no cap
	Note        string         // why; 3 to 500 characters
}

func (c MemberControl) validate() error {
	if n := utf8.RuneCountInString(c.Note); n < 3 || n > 500 {
		return loyalty.Invalid("note", "must say why, in 3 to 500 characters")
	}
	if c.CapPoints < 0 || c.CapPoints > loyalty.MaxBalancePoints {
		return loyalty.Invalid("cap_points", "must be between 0 and 1,000,000,000,000")
	}
	return c.Factor.Validate()
}

// ControlMember blocks a member or sets the own factor and cap. It holds for what
// is booked from now on; facts that were booked before keep the factor they were
// booked with.
func (p *Program) ControlMember(ctx context.Context, actor string, shop loyalty.Shop, c MemberControl) (loyalty.Member, error) {
	if err := c.validate(); err != nil {
		return loyalty.Member{}, err
	}
	var member loyalty.Member
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		before, err := p.liveMember(tx, shop.ID, c.MemberID)
		if err != nil {
			return err
		}
		member = before
		member.BlockEarn, member.BlockRedeem, member.Factor, member.CapPoints = c.BlockEarn, c.BlockRedeem, c.Factor, c.CapPoints
		member.Version = c.Version
		ok, err := tx.UpdateControl(shop.ID, member, p.now())
		if err != nil || !ok {
			return orConflict(err, "the member was changed by somebody else")
		}
		member.Version++
		if err := p.publishMember(tx, shop, member.ID); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "member.controlled", to: "member:" + member.ID.String(), before: control(before), after: control(member), why: c.Note})
	})
	return member, err
}

func control(m loyalty.Member) map[string]any {
	return map[string]any{"block_earn": m.BlockEarn, "block_redeem": m.BlockRedeem, "factor": m.Factor, "cap_points": m.CapPoints}
}
