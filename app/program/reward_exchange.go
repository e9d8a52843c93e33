package program

import (
	"context"
	"crypto/sha256"

	"zugabe/app/crash"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// ExchangeRequest is a member's wish to have a reward.
type ExchangeRequest struct {
	Reward    loyalty.ID
	Points    loyalty.Points // the price that the member has seen
	ClientKey string         // made before the first attempt, unique per member
}

// Exchanged is a redemption of a reward with its ticket, if it has one.
type Exchanged struct {
	store.RewardRedemption
	Ticket string
}

// rewardPrefix begins the source of entries about an exchange.
const rewardPrefix = "reward:"

func rewardSource(id loyalty.ID) string { return rewardPrefix + id.String() }

// ExchangeReward burns a member's points for a reward, in one transaction: hold, burn,
// one piece of the stock, the ticket. The same client key gives the same redemption
// again. Refusals: CodeBlocked, CodeInsufficientPoints, CodeLimitReached (detail
// per_member, or left = 0), CodeNotFound (it cannot be had now), CodeConflict (the
// price is another one now, detail points), CodeConfirmByMail (asked).
func (p *Program) ExchangeReward(ctx context.Context, actor string, shop loyalty.Shop, member loyalty.ID, req ExchangeRequest) (Exchanged, error) {
	if req.ClientKey == "" || len(req.ClientKey) > 150 {
		return Exchanged{}, loyalty.Invalid("client_key", "must have 1 to 150 characters")
	}
	if shop.State != loyalty.ShopActive {
		return Exchanged{}, loyalty.Refuse(loyalty.CodeUnavailable, "this shop takes no points at the moment")
	}
	print := sha256.Sum256([]byte(req.Reward.String() + "/" + loyalty.ID(req.Points).String()))
	press := redeemPress{Program: p, actor: actor, shop: shop, member: member, print: print[:]}
	var got Exchanged
	err := p.Store.Write(ctx, func(tx *store.Tx) (err error) {
		got, err = press.exchange(tx, req)
		crash.Point("reward.exchanged")
		return err
	})
	if loyalty.CodeOf(err) == loyalty.CodeConfirmByMail {
		err = press.askByMail(ctx, err)
	}
	return got, err
}

func (r redeemPress) exchange(tx *store.Tx, req ExchangeRequest) (Exchanged, error) {
	plan, err := r.CurrentPlan(tx, r.shop)
	if err != nil {
		return Exchanged{}, err
	}
	who, err := r.redeemer(tx)
	if err != nil {
		return Exchanged{}, err
	}
	account, found, err := tx.AccountOfMember(r.shop.ID, plan.ID, who.ID)
	if err != nil {
		return Exchanged{}, err
	}
	if !found {
		return Exchanged{}, loyalty.Refuse(loyalty.CodeInsufficientPoints, "not enough points").With("available", loyalty.Points(0)).With("need", req.Points)
	}
	book, err := r.openBook(tx, r.shop.ID, account.ID)
	if err != nil {
		return Exchanged{}, err
	}
	earlier, done, err := tx.RewardRedemptionByKey(r.shop.ID, who.ID, req.ClientKey)
	if err != nil {
		return Exchanged{}, err
	}
	if done {
		if err := sameContent(earlier.Fingerprint, r.print); err != nil {
			return Exchanged{}, err
		}
		return withTicket(tx, r.shop.ID, earlier)
	}
	if who.BlockRedeem {
		return Exchanged{}, loyalty.Refuse(loyalty.CodeBlocked, "this member may not redeem")
	}
	red := store.RewardRedemption{ID: r.IDs.Next(), PublicID: loyalty.NewPublicID(), RewardID: req.Reward, AccountID: account.ID, MemberID: who.ID, ClientKey: req.ClientKey,
		Fingerprint: r.print, Points: req.Points, PlanVersion: plan.Version, State: store.RewardOpen, CreatedAt: book.Now()}
	return r.take(tx, book, red, plan.Doc.Redeem.ConfirmAbove)
}

// take checks the reward, takes a piece and burns the points. Everybody waits for the
// reward's row only after the own account: locks are always in this order.
func (r redeemPress) take(tx *store.Tx, book *ledger.Book, red store.RewardRedemption, confirmAbove loyalty.Points) (Exchanged, error) {
	item, err := r.RewardByID(tx, r.shop.ID, red.RewardID)
	if err != nil {
		return Exchanged{}, err
	}
	if !item.Live(red.CreatedAt) {
		return Exchanged{}, loyalty.NotFound("reward")
	}
	if item.Row.Points != red.Points {
		return Exchanged{}, loyalty.Refuse(loyalty.CodeConflict, "the reward has another price now").With("points", item.Row.Points)
	}
	if item.Row.PerMember > 0 {
		had, err := tx.CountRewardRedemptions(r.shop.ID, red.AccountID, red.RewardID)
		if err != nil {
			return Exchanged{}, err
		}
		if had >= item.Row.PerMember {
			return Exchanged{}, loyalty.Refuse(loyalty.CodeLimitReached, "nobody can have more of this reward").With("per_member", item.Row.PerMember)
		}
	}
	hold, err := book.Hold(red.ID, red.Points)
	if err != nil {
		return Exchanged{}, err
	}
	red.HoldID = hold.ID
	line := ledger.Line{Source: rewardSource(red.ID), PlanVersion: red.PlanVersion, Actor: r.actor, OccurredAt: red.CreatedAt}
	if err := book.BurnHold(hold, line); err != nil {
		return Exchanged{}, err
	}
	ok, err := tx.TakeReward(r.shop.ID, red.RewardID, red.CreatedAt)
	if err != nil {
		return Exchanged{}, err
	}
	if !ok {
		return Exchanged{}, soldOut()
	}
	got := Exchanged{RewardRedemption: red}
	if item.Item.Delivery == reward.ByTicket {
		ticket, ok, err := tx.NextRewardTicket(r.shop.ID, red.RewardID, red.ID)
		if err != nil {
			return Exchanged{}, err
		}
		if !ok {
			return Exchanged{}, soldOut()
		}
		got.TicketID, got.Ticket, got.State, got.DoneAt = ticket.ID, ticket.Code, store.RewardDone, red.CreatedAt
	}
	if err := r.confirmed(tx, spending{account: red.AccountID, member: red.MemberID, points: red.Points, above: confirmAbove}); err != nil {
		return Exchanged{}, err
	}
	if err := tx.SaveBooks(r.shop.ID, []*ledger.Book{book}, book.Now()); err != nil {
		return Exchanged{}, err
	}
	if err := tx.InsertRewardRedemption(r.shop.ID, got.RewardRedemption); err != nil {
		return Exchanged{}, err
	}
	if err := r.tellExchanged(tx, r.shop, got.RewardRedemption, item.Item); err != nil {
		return Exchanged{}, err
	}
	return got, r.publishLater(tx, r.shop.ID, []loyalty.ID{red.AccountID})
}

func soldOut() error {
	return loyalty.Refuse(loyalty.CodeLimitReached, "none of this reward is left").With("left", int64(0))
}

func withTicket(tx *store.Tx, shop loyalty.ShopID, red store.RewardRedemption) (Exchanged, error) {
	got := Exchanged{RewardRedemption: red}
	if red.TicketID == 0 {
		return got, nil
	}
	codes, err := tx.RewardTicketCodes(shop, []loyalty.ID{red.TicketID})
	got.Ticket = codes[red.TicketID]
	return got, err
}

// HandOutReward marks a redemption as handed out, or takes the mark back.
func (p *Program) HandOutReward(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, done bool) error {
	was, next, at := store.RewardOpen, store.RewardDone, p.now()
	if !done {
		was, next, at = store.RewardDone, store.RewardOpen, 0
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		red, found, err := tx.RewardRedemptionByID(shop.ID, id)
		if err != nil || !found {
			return orMissing(err, "redemption")
		}
		if red.State == next {
			return nil
		}
		if red.TicketID != 0 {
			return loyalty.Refuse(loyalty.CodeConflict, "the member has the ticket already")
		}
		red.State, red.DoneAt = next, at
		ok, err := tx.MoveRewardRedemption(shop.ID, red, was)
		if err != nil || !ok {
			return orConflict(err, "the redemption was changed by somebody else")
		}
		return p.audit(tx, shop.ID, deed{by: actor, did: "reward.handed_out", to: rewardSource(id), after: map[string]any{"done": done}})
	})
}

// CancelReward gives the points of a redemption back, and its piece to the stock. A
// ticket that somebody has seen is not given out again.
func (p *Program) CancelReward(ctx context.Context, actor string, shop loyalty.Shop, id loyalty.ID, why string) error {
	return p.cancelReward(ctx, shop, rewardCancel{ID: id, Actor: actor, Why: why})
}

type rewardCancel struct {
	ID         loyalty.ID
	Actor, Why string
	OpenOnly   bool // what was handed out, or shown, stays
}

func (p *Program) cancelReward(ctx context.Context, shop loyalty.Shop, c rewardCancel) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		seen, found, err := tx.RewardRedemptionByID(shop.ID, c.ID)
		if err != nil || !found {
			return orMissing(err, "redemption")
		}
		book, err := p.openBook(tx, shop.ID, seen.AccountID)
		if err != nil {
			return err
		}
		red, _, err := tx.RewardRedemptionByID(shop.ID, c.ID)
		if err != nil || red.State == store.RewardCancelled {
			return err
		}
		if c.OpenOnly && red.State != store.RewardOpen {
			return loyalty.Refuse(loyalty.CodeConflict, "the reward was handed out")
		}
		if red.AccountID != seen.AccountID {
			return loyalty.Refuse(loyalty.CodeConflict, "the member was merged meanwhile")
		}
		if err := p.returnReward(tx, shop, book, red, ledger.Line{Note: c.Why, Actor: c.Actor}); err != nil {
			return err
		}
		was := red.State
		red.State, red.Note, red.DoneAt = store.RewardCancelled, c.Why, book.Now()
		ok, err := tx.MoveRewardRedemption(shop.ID, red, was)
		if err != nil || !ok {
			return orConflict(err, "the redemption was changed by somebody else")
		}
		if red.TicketID == 0 {
			if err := tx.GiveRewardBack(shop.ID, red.RewardID); err != nil {
				return err
			}
		}
		if err := p.publishLater(tx, shop.ID, []loyalty.ID{red.AccountID}); err != nil {
			return err
		}
		return p.audit(tx, shop.ID, deed{by: c.Actor, did: "reward.cancelled", to: rewardSource(c.ID), why: c.Why})
	})
}

func (p *Program) returnReward(tx *store.Tx, shop loyalty.Shop, book *ledger.Book, red store.RewardRedemption, line ledger.Line) error {
	hold, found, err := tx.LoadHold(shop.ID, red.HoldID)
	if err != nil || !found {
		return orMissing(err, "hold")
	}
	grace, err := p.graceUntil(tx, shop, red.PlanVersion)
	if err != nil {
		return err
	}
	line.Source, line.Points, line.PlanVersion = rewardSource(red.ID), red.Points, red.PlanVersion
	if err := book.Return(ledger.ReturnReq{Line: line, Hold: hold, GraceUntil: grace}); err != nil {
		return err
	}
	return tx.SaveBooks(shop.ID, []*ledger.Book{book}, book.Now())
}
