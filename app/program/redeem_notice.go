package program

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"strconv"

	"zugabe/app/loyalty"
	"zugabe/app/reward"
	"zugabe/app/store"
)

// tellRedeemed writes to the member that many points were turned into a voucher, with
// a link that takes it back before anybody uses it: whoever sits in somebody else's
// session does not read that person's mail (G19).
func (p *Program) tellRedeemed(tx *store.Tx, shop loyalty.Shop, red reward.Redemption) error {
	settings, err := p.ReminderSettings(tx, shop.ID)
	if err != nil || settings.NoticeFrom == 0 || red.Points < settings.NoticeFrom || red.Reason == WhyCancelled {
		return err
	}
	m, found, err := tx.MemberByID(shop.ID, red.MemberID)
	if err != nil || !found || m.Email == "" {
		return err
	}
	home, err := p.ShopURL(tx, shop)
	if err != nil {
		return err
	}
	_, err = p.QueueMail(tx, shop, MailRequest{Kind: "redeemed", Key: red.ID.String(), To: m.Email, Locale: m.Locale, Link: home + proxyPath + "/newsletter/undo?t=" + p.undoToken(shop.ID, red.ID),
		Fill: map[string]string{"points": strconv.FormatInt(int64(red.Points), 10)}})
	if loyalty.CodeOf(err) == loyalty.CodeInvalid {
		return nil // an address that takes no mail keeps nobody from redeeming
	}
	return err
}

// undoToken lets whoever has the mail take a redemption back.
func (p *Program) undoToken(shop loyalty.ShopID, red loyalty.ID) string {
	mac := p.keyedHash("undo:" + shop.String() + ":" + red.String())[:16]
	return base64.RawURLEncoding.EncodeToString(append(binary.BigEndian.AppendUint64(nil, uint64(red)), mac...))
}

// UndoOf is the redemption behind a mail's link, with the language of its member;
// CodeNotFound for a token that is not ours.
func (p *Program) UndoOf(tx *store.Tx, shop loyalty.ShopID, token string) (red reward.Redemption, locale string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 24 {
		return red, "", loyalty.NotFound("link")
	}
	id := loyalty.ID(binary.BigEndian.Uint64(raw))
	if !hmac.Equal([]byte(p.undoToken(shop, id)), []byte(token)) {
		return red, "", loyalty.NotFound("link")
	}
	red, found, err := tx.RedemptionByID(shop, id)
	if err != nil || !found {
		return red, "", orNotFound(err, "link")
	}
	m, _, err := tx.MemberByID(shop, red.MemberID)
	return red, m.Locale, err
}

// UndoRedemption takes a redemption back by the link in its mail: the code ends, and
// the points come back. CodeConflict if it was used or is over.
func (p *Program) UndoRedemption(ctx context.Context, shop loyalty.Shop, token string) error {
	var red reward.Redemption
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		red, _, err = p.UndoOf(tx, shop.ID, token)
		return err
	})
	if err != nil {
		return err
	}
	_, err = p.CancelRedemption(ctx, "mail", shop, red.PublicID)
	return err
}
