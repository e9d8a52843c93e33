package program

import (
	"context"
	"crypto/sha256"
	"encoding/json"

	"zugabe/app/crash"
	"zugabe/app/ledger"
	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// RedeemRequest is a member's wish to turn points into a code.
type RedeemRequest struct {
	Points    loyalty.Points
	ClientKey string      // the caller's, unique per member; made before the first attempt (D11)
	Cart      reward.Cart // what the code is wanted for; the zero value asks without a cart
	Trusted   bool        // the merchant's own server asks, nobody's session: no mail asks first (G19)
}

func (r RedeemRequest) validate() error {
	if r.ClientKey == "" || len(r.ClientKey) > 150 {
		return loyalty.Invalid("client_key", "must have 1 to 150 characters")
	}
	if r.Points <= 0 || r.Points > loyalty.MaxEntryPoints {
		return loyalty.Invalid("points", "must be between 1 and 1,000,000,000")
	}
	return nil
}

func (r RedeemRequest) fingerprint() ([]byte, error) {
	content, err := json.Marshal(struct {
		Points loyalty.Points
		Cart   reward.Cart
	}{r.Points, r.Cart})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	return sum[:], nil
}

// StartRedemption holds points and stores a code with the job that takes it to
// the host, in one transaction; the code works once the host has it. The same
// client key gives the same redemption again, with other content it is
// CodeKeyReused, and a key that was refused once stays refused (D11-D13).
// Refusals: CodeBlocked, CodeUnavailable, CodeConfirmByMail (asked), and those of reward.Policy.Check.
func (p *Program) StartRedemption(ctx context.Context, actor string, shop loyalty.Shop, member loyalty.ID, req RedeemRequest) (reward.Redemption, error) {
	if err := req.validate(); err != nil {
		return reward.Redemption{}, err
	}
	if shop.State != loyalty.ShopActive {
		return reward.Redemption{}, loyalty.Refuse(loyalty.CodeUnavailable, "this shop takes no points at the moment")
	}
	print, err := req.fingerprint()
	if err != nil {
		return reward.Redemption{}, err
	}
	press := redeemPress{Program: p, actor: actor, shop: shop, member: member, req: req, print: print}
	var red reward.Redemption
	err = p.Store.Write(ctx, func(tx *store.Tx) error {
		red, err = press.run(tx)
		crash.Point("redeem.held")
		return err
	})
	crash.Point("redeem.committed")
	if loyalty.CodeOf(err) == loyalty.CodeConfirmByMail {
		return reward.Redemption{}, press.askByMail(ctx, err)
	}
	if stays(err) {
		return reward.Redemption{}, press.remember(ctx, err)
	}
	return red, err
}

// redeemPress is one press of the button.
type redeemPress struct {
	*Program
	actor  string
	shop   loyalty.Shop
	member loyalty.ID
	req    RedeemRequest
	print  []byte
}

func (r redeemPress) run(tx *store.Tx) (reward.Redemption, error) {
	plan, err := r.CurrentPlan(tx, r.shop)
	if err != nil {
		return reward.Redemption{}, err
	}
	who, err := r.redeemer(tx)
	if err != nil {
		return reward.Redemption{}, err
	}
	account, found, err := tx.AccountOfMember(r.shop.ID, plan.ID, who.ID)
	if err != nil {
		return reward.Redemption{}, err
	}
	if !found {
		return reward.Redemption{}, loyalty.Refuse(loyalty.CodeInsufficientPoints, "not enough points").
			With("available", loyalty.Points(0)).With("need", r.req.Points)
	}
	book, err := r.openBook(tx, r.shop.ID, account.ID)
	if err != nil {
		return reward.Redemption{}, err
	}
	if red, done, err := r.before(tx, who.ID); err != nil || done {
		return red, err
	}
	if who.BlockRedeem {
		return reward.Redemption{}, loyalty.Refuse(loyalty.CodeBlocked, "this member may not redeem")
	}
	return r.begin(tx, plan, who, book)
}

// redeemer is the member, or the one it was merged into.
func (r redeemPress) redeemer(tx *store.Tx) (loyalty.Member, error) {
	who, found, err := tx.MemberByID(r.shop.ID, r.member)
	if err == nil && found && who.State == loyalty.MemberMerged {
		who, found, err = tx.MemberByID(r.shop.ID, who.MergedInto)
	}
	if err != nil {
		return who, err
	}
	if !found || who.State != loyalty.MemberActive {
		return who, loyalty.NotFound("member")
	}
	return who, nil
}

// before is what the same client key led to earlier.
func (r redeemPress) before(tx *store.Tx, member loyalty.ID) (red reward.Redemption, done bool, err error) {
	red, found, err := tx.RedemptionByClientKey(r.shop.ID, member, r.req.ClientKey)
	if err != nil {
		return red, false, err
	}
	if found {
		return red, true, sameContent(red.Fingerprint, r.print)
	}
	return red, false, r.recall(tx)
}

// begin checks the policy, holds the points and stores redemption, code and job.
func (r redeemPress) begin(tx *store.Tx, plan Plan, who loyalty.Member, book *ledger.Book) (reward.Redemption, error) {
	if err := book.Settle(); err != nil {
		return reward.Redemption{}, err
	}
	policy := plan.Doc.Redeem
	if err := policy.Check(r.req.Points, max(book.Account.Available, 0), r.cart(), Purse(book.Lots(), policy.Rate)...); err != nil {
		return reward.Redemption{}, err
	}
	now := book.Now()
	red := reward.Redemption{
		ID: r.IDs.Next(), PublicID: loyalty.NewPublicID(), AccountID: book.Account.ID, MemberID: who.ID, ClientKey: r.req.ClientKey,
		Fingerprint: r.print, Points: r.req.Points, Currency: r.shop.Currency, PlanVersion: plan.Version,
		State: reward.Pending, CodeID: r.IDs.Next(), Attempt: 1, CreatedAt: now, UpdatedAt: now,
	}
	hold, err := book.Hold(red.ID, red.Points)
	if err != nil {
		return reward.Redemption{}, err
	}
	red.HoldID = hold.ID
	if red.Minor, err = heldWorth(hold, policy.Rate); err != nil {
		return reward.Redemption{}, err
	}
	spec, err := r.codeSpec(r.shop, policy, who, red)
	if err != nil {
		return reward.Redemption{}, err
	}
	red.ExpiresAt = spec.EndsAt
	above := policy.ConfirmAbove
	if r.req.Trusted {
		above = 0
	}
	if err := r.confirmed(tx, spending{account: red.AccountID, member: who.ID, points: red.Points, above: above}); err != nil {
		return reward.Redemption{}, err
	}
	if err := tx.SaveBooks(r.shop.ID, []*ledger.Book{book}, now); err != nil {
		return reward.Redemption{}, err
	}
	if err := r.newCode(tx, r.shop.ID, policy.CodePrefix, codeOf(red, spec)); err != nil {
		return reward.Redemption{}, err
	}
	if err := tx.InsertRedemption(r.shop.ID, red); err != nil {
		return reward.Redemption{}, err
	}
	return red, r.oweCreate(tx, r.shop.ID, red, r.actor)
}

func (r redeemPress) cart() reward.Cart {
	c := r.req.Cart
	if c.Currency == "" {
		c.Currency = r.shop.Currency
	}
	return c
}

// openBook locks one account and loads its lots: the first statements of every
// transaction that spends (reliability reference, 6.3).
func (p *Program) openBook(tx *store.Tx, shop loyalty.ShopID, account loyalty.ID) (*ledger.Book, error) {
	books, err := p.openBooks(tx, shop, []loyalty.ID{account})
	if err != nil {
		return nil, err
	}
	book, ok := books[account]
	if !ok {
		return nil, loyalty.NotFound("account")
	}
	return book, nil
}

func (p *Program) openBooks(tx *store.Tx, shop loyalty.ShopID, accounts []loyalty.ID) (map[loyalty.ID]*ledger.Book, error) {
	locked, err := tx.LockAccounts(shop, accounts)
	if err != nil {
		return nil, err
	}
	lots, err := tx.LoadLots(shop, accounts)
	if err != nil {
		return nil, err
	}
	now := p.now()
	books := make(map[loyalty.ID]*ledger.Book, len(locked))
	for id, a := range locked {
		books[id] = ledger.NewBook(a, lots[id], p.IDs.Next, now)
	}
	return books, nil
}
