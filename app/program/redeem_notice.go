package program

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"

	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// tellRedeemed writes to the member that many points were turned into a voucher, with
// a link that takes it back before anybody uses it: whoever sits in somebody else's
// session does not read that person's mail (G19).
func (p *Program) tellRedeemed(tx *store.Tx, shop loyalty.Shop, red reward.Redemption) error {
	if red.Reason == WhyCancelled {
		return nil
	}
	return p.tellSpent(tx, shop, spent{Member: red.MemberID, Points: red.Points, mail: func(loyalty.Member) MailRequest {
		return MailRequest{Kind: "redeemed", Key: red.ID.String(), Link: p.undoToken(undoCode, shop.ID, red.ID)}
	}})
}

// tellExchanged does the same for points that were exchanged for a reward. A ticket was
// seen at once, so its mail has no way back: whoever has used it must not have the
// points as well.
func (p *Program) tellExchanged(tx *store.Tx, shop loyalty.Shop, red store.RewardRedemption, item reward.Item) error {
	return p.tellSpent(tx, shop, spent{Member: red.MemberID, Points: red.Points, mail: func(m loyalty.Member) MailRequest {
		ask := MailRequest{Kind: "exchanged", Key: red.ID.String(), Lines: []string{"hand"}, Link: p.undoToken(undoReward, shop.ID, red.ID),
			Fill: map[string]string{"reward": item.In(append([]string{languageOf(m.Locale, shop.Language), languageOf("", shop.Language)}, Languages...)...).Name}}
		if red.TicketID != 0 {
			ask.Lines, ask.Button, ask.Link = []string{"ticket"}, "shop", ""
		}
		return ask
	}})
}

// spent is what a member's points were spent on. mail's Link is the token that takes it
// back; "" = nothing does.
type spent struct {
	Member loyalty.ID
	Points loyalty.Points
	mail   func(loyalty.Member) MailRequest
}

func (p *Program) tellSpent(tx *store.Tx, shop loyalty.Shop, s spent) error {
	settings, err := p.ReminderSettings(tx, shop.ID)
	if err != nil || settings.NoticeFrom == 0 || s.Points < settings.NoticeFrom {
		return err
	}
	m, found, err := tx.MemberByID(shop.ID, s.Member)
	if err != nil || !found || m.Email == "" {
		return err
	}
	home, err := p.ShopURL(tx, shop)
	if err != nil {
		return err
	}
	ask := s.mail(m)
	if ask.Link != "" {
		ask.Link = proxyPath + "/newsletter/undo?t=" + ask.Link
	}
	ask.To, ask.Locale, ask.Link = m.Email, m.Locale, home+ask.Link
	ask.Counts = map[string]int64{"points": int64(s.Points)}
	_, err = p.QueueMail(tx, shop, ask)
	if loyalty.CodeOf(err) == loyalty.CodeInvalid {
		return nil // an address that takes no mail keeps nobody from spending
	}
	return err
}

// What a mail's link takes back. The words are part of its proof.
const (
	undoCode   = "undo:"
	undoReward = "undo-reward:"
)

// undoToken lets whoever has the mail take something back.
func (p *Program) undoToken(what string, shop loyalty.ShopID, id loyalty.ID) string {
	mac := p.keyedHash(what + shop.String() + ":" + id.String())[:16]
	return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, uint64(id)), mac...))
}

// Undo is what a mail's link takes back.
type Undo struct {
	Reward bool   // a reward, not a code
	Locale string // of the member, may be empty

	id   loyalty.ID // of the reward's redemption
	code string     // public id of the code's
}

// UndoOf is what the link of a mail takes back; CodeNotFound for a token that is not ours.
func (p *Program) UndoOf(tx *store.Tx, shop loyalty.ShopID, token string) (Undo, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 24 {
		return Undo{}, loyalty.NotFound("link")
	}
	id := loyalty.ID(binary.BigEndian.Uint64(raw))
	is := func(what string) bool { return hmac.Equal([]byte(p.undoToken(what, shop, id)), []byte(token)) }
	u, member, found := Undo{id: id}, loyalty.ID(0), false
	switch {
	case is(undoCode):
		red, ok, err := tx.RedemptionByID(shop, id)
		if err != nil {
			return u, err
		}
		u.code, member, found = red.PublicID, red.MemberID, ok
	case is(undoReward):
		red, ok, err := tx.RewardRedemptionByID(shop, id)
		if err != nil {
			return u, err
		}
		u.Reward, member, found = true, red.MemberID, ok
	}
	if !found {
		return u, loyalty.NotFound("link")
	}
	m, _, err := tx.MemberByID(shop, member)
	u.Locale = m.Locale
	return u, err
}

// UndoSpending takes back what a mail's link is about: a code ends, or a reward that
// nobody has handed out, and the points come back. CodeConflict if it is too late.
func (p *Program) UndoSpending(ctx context.Context, shop loyalty.Shop, token string) error {
	var u Undo
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		u, err = p.UndoOf(tx, shop.ID, token)
		return err
	})
	if err != nil {
		return err
	}
	if u.Reward {
		return p.cancelReward(ctx, shop, rewardCancel{ID: u.id, Actor: "mail", OpenOnly: true})
	}
	_, err = p.CancelRedemption(ctx, "mail", shop, u.code)
	return err
}
